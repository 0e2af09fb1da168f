import type { Instant, Interval } from './model.ts';

/** Joins intervals that overlap or touch. Any order in; sorted and disjoint out; empty ones vanish. */
export function merge(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = [];
  let last: { start: Instant; end: Instant } | undefined;
  for (const { start, end } of sortByStart(intervals)) {
    if (end <= start) continue;
    if (last === undefined || start > last.end) {
      last = { start, end };
      merged.push(last);
    } else if (end > last.end) {
      last.end = end;
    }
  }
  return merged;
}

/** What of `ranges` (sorted, disjoint) is left outside `blocks` (sorted by start; they may overlap each other). */
export function subtract(ranges: readonly Interval[], blocks: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let index = 0;
  for (const range of ranges) {
    let start = range.start;
    let block = blocks[index];
    while (block !== undefined && block.start < range.end) {
      if (block.start > start) left.push({ start, end: block.start });
      if (block.end > start) start = block.end;
      // The block reaches to the end of the range or beyond: it may cut into the next one too.
      if (start >= range.end) break;
      index += 1;
      block = blocks[index];
    }
    if (start < range.end) left.push(start === range.start ? range : { start, end: range.end });
  }
  return left;
}

/** The time in both; each sorted and disjoint. */
export function intersect(left: readonly Interval[], right: readonly Interval[]): Interval[] {
  const both: Interval[] = [];
  let leftIndex = 0;
  let rightIndex = 0;
  for (;;) {
    const one = left[leftIndex];
    const other = right[rightIndex];
    if (one === undefined || other === undefined) return both;
    const start = Math.max(one.start, other.start);
    const end = Math.min(one.end, other.end);
    if (start < end) both.push({ start, end });
    if (one.end < other.end) leftIndex += 1;
    else rightIndex += 1;
  }
}

/** Whether one of `ranges` (sorted, disjoint) holds all of `[start, end)`. */
export function covers(ranges: readonly Interval[], start: Instant, end: Instant): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (range.start > start) high = middle - 1;
    else if (range.end <= start) low = middle + 1;
    else return end <= range.end;
  }
  return false;
}

/** Whether any of `ranges` (sorted, disjoint) shares time with `[start, end)`. */
export function overlapsAny(ranges: readonly Interval[], start: Instant, end: Instant): boolean {
  let low = 0;
  let high = ranges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (range.start >= end) high = middle - 1;
    else if (range.end <= start) low = middle + 1;
    else return true;
  }
  return false;
}

export function overlaps(one: Interval, other: Interval): boolean {
  return one.start < other.end && other.start < one.end;
}

/** The same array when it is in order already, which facts read from a store are. */
export function sortByStart<Item extends Interval>(items: readonly Item[]): readonly Item[] {
  let previous = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    if (item.start < previous) return items.toSorted((one, other) => one.start - other.start);
    previous = item.start;
  }
  return items;
}
