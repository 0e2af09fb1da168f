import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at } from './facts.fixture.ts';
import { covers, intersect, merge, overlapsAny, subtract } from './interval.ts';
import type { Interval } from './model.ts';

const someInterval = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 15 }))
  .map(([start, length]) => ({ start, end: start + length }));
const someIntervals = fc.array(someInterval, { maxLength: 12 });

/** The points an interval list holds, one by one. */
function points(intervals: readonly Interval[]): number[] {
  return Array.from({ length: 80 }, (_, point) => point).filter((point) =>
    intervals.some(({ start, end }) => start <= point && point < end),
  );
}

function isSortedAndDisjoint(intervals: readonly Interval[]): boolean {
  return intervals.every(({ start, end }, index) => start < end && (intervals[index - 1]?.end ?? -1) <= start);
}

describe('intervals', () => {
  it('merge keeps every point and leaves sorted intervals that do not touch', () => {
    fc.assert(
      fc.property(someIntervals, (intervals) => {
        const merged = merge(intervals);
        expect(points(merged)).toEqual(points(intervals));
        expect(merged.every(({ start, end }, index) => start < end && (merged[index - 1]?.end ?? -1) < start)).toBe(true);
      }),
    );
  });

  it('subtract leaves the points of the ranges that no block holds', () => {
    fc.assert(
      fc.property(someIntervals, someIntervals, (ranges, blocks) => {
        const sorted = blocks.toSorted((one, other) => one.start - other.start);
        const left = subtract(merge(ranges), sorted);
        const taken = new Set(points(blocks));
        expect(points(left)).toEqual(points(ranges).filter((point) => !taken.has(point)));
        expect(isSortedAndDisjoint(left)).toBe(true);
      }),
    );
  });

  it('intersect leaves the points of both', () => {
    fc.assert(
      fc.property(someIntervals, someIntervals, (one, other) => {
        const both = intersect(merge(one), merge(other));
        const others = new Set(points(other));
        expect(points(both)).toEqual(points(one).filter((point) => others.has(point)));
        expect(isSortedAndDisjoint(both)).toBe(true);
      }),
    );
  });

  it('covers is true exactly when one range holds the whole', () => {
    fc.assert(
      fc.property(someIntervals, someInterval, (intervals, { start, end }) => {
        fc.pre(start < end);
        const ranges = merge(intervals);
        expect(covers(ranges, start, end)).toBe(ranges.some((range) => range.start <= start && end <= range.end));
      }),
    );
  });

  it('overlapsAny is true exactly when a range shares time', () => {
    fc.assert(
      fc.property(someIntervals, someInterval, (intervals, { start, end }) => {
        fc.pre(start < end);
        expect(overlapsAny(merge(intervals), start, end)).toBe(intersect(merge(intervals), [{ start, end }]).length > 0);
      }),
    );
  });

  it('C45: cuts two blocks out of a morning', () => {
    const day = (time: string) => at(`2023-06-13T${time}Z`);
    const blocks = [
      { start: day('04:00'), end: day('04:15') },
      { start: day('04:45'), end: day('05:00') },
    ];
    expect(subtract([{ start: day('04:00'), end: day('12:00') }], blocks)).toEqual([
      { start: day('04:15'), end: day('04:45') },
      { start: day('05:00'), end: day('12:00') },
    ]);
  });
});
