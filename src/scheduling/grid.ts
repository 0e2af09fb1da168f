import { MINUTE_MS } from './local-date.ts';
import type { Instant, Interval } from './model.ts';
import type { Zone } from './zone.ts';

export interface GridRules {
  readonly lengthMinutes: number;
  /** Spacing of starts, without the offset. */
  readonly frequencyMinutes: number;
  readonly offsetMinutes?: number;
  /** Start on a rounder minute only as far as no slot is lost by it. */
  readonly optimized?: boolean;
  /** Starts are aligned to this zone's clock. */
  readonly zone: Zone;
  readonly earliest: Instant;
  /** Where in a range the grid starts anew; ascending. */
  readonly restarts?: readonly Instant[];
  /** How far the last slot may reach over its range's end: ends written as 23:59:59.999 mean the full hour. */
  readonly endToleranceMs?: number;
  /** Starts outside are counted but not returned. */
  readonly within?: Interval;
}

/** The starts of slots in free ranges: aligned to the clock at the beginning of each range, evenly spaced after it. Ascending. */
export function gridStarts(ranges: readonly Interval[], rules: GridRules): Instant[] {
  const { within, restarts = [] } = rules;
  const from = within?.start ?? Number.NEGATIVE_INFINITY;
  const until = within?.end ?? Number.POSITIVE_INFINITY;
  const offset = (rules.offsetMinutes ?? 0) * MINUTE_MS;
  const step = rules.frequencyMinutes * MINUTE_MS + offset;
  const length = rules.lengthMinutes * MINUTE_MS;
  if (!(step > 0 && length > 0)) throw new RangeError(`Slots of "${rules.lengthMinutes}" minutes every "${step / MINUTE_MS}" have no end.`);
  const tolerance = rules.endToleranceMs ?? 1000;
  const align = createAlignment(rules);

  const starts: Instant[] = [];
  /** The latest start so far, also of those not returned: overlapping ranges continue each other's grid. */
  let boundary = Number.NEGATIVE_INFINITY;
  let isAscending = true;
  let restartIndex = 0;
  for (const range of ranges) {
    if (range.start >= until) break;
    const begin = Math.max(range.start, rules.earliest);
    const latest = range.end + tolerance - length;
    if (begin > latest) continue;
    let restart = restarts[restartIndex];
    while (restart !== undefined && restart <= begin) {
      restartIndex += 1;
      restart = restarts[restartIndex];
    }
    let ahead = restartIndex;
    let start = align(begin, Math.min(range.end, restart ?? range.end)) + offset;
    const before = start >= boundary ? boundary : latestUntil(starts, start);
    if (start < before + step) start = before >= range.start ? before : before + step;

    while (start <= latest) {
      if (restart !== undefined && start >= restart) {
        ahead += 1;
        const next = restarts[ahead];
        start = align(restart, Math.min(range.end, next ?? range.end)) + offset;
        restart = next;
        continue;
      }
      if (start >= until) break;
      if (start > boundary) boundary = start;
      else isAscending = false;
      if (start >= from) starts.push(start);
      start += step;
    }
  }
  return isAscending ? starts : [...new Set(starts)].sort((one, other) => one - other);
}

export interface TurnGrid {
  readonly rules: GridRules;
  readonly within: Interval;
  readonly scheduleZone: Zone;
}

/**
 * The starts in the ranges of hosts who take turns. Their ranges overlap, so each continues the grid of the ones before it; it starts anew at every
 * midnight of the event type's zone, for otherwise it would depend on how far back one looks.
 */
export function turnGridStarts(rangesOfHosts: readonly (readonly Interval[])[], { rules, within, scheduleZone }: TurnGrid): Instant[] {
  const ranges = rangesOfHosts.flat();
  const starts: Instant[] = [];
  const last = scheduleZone.dayAt(within.end - 1);
  for (let day = scheduleZone.dayAt(within.start); day <= last; day += 1) {
    const start = scheduleZone.startOfDay(day);
    const end = scheduleZone.startOfDay(day + 1);
    const earliest = Math.max(rules.earliest, start);
    // What lies before the first possible start must not decide which range comes first.
    const ofDay = outermost(
      ranges.flatMap((range) =>
        range.start < end && range.end > earliest ? [{ start: Math.max(range.start, earliest), end: range.end }] : [],
      ),
    );
    starts.push(...gridStarts(ofDay, { ...rules, earliest, restarts: [end], within: { start, end } }));
  }
  return starts.filter((start) => start >= within.start && start < within.end);
}

/** Sorted by start. A range that lies inside another is left out: its slots are slots of the other's grid. */
function outermost(ranges: readonly Interval[]): readonly Interval[] {
  let reach = Number.NEGATIVE_INFINITY;
  return ranges
    .toSorted((one, other) => one.start - other.start || other.end - one.end)
    .filter(({ end }) => {
      const isOutside = end > reach;
      if (isOutside) reach = end;
      return isOutside;
    });
}

/** The largest of 60, 30, 20, 15, 10 and 5 minutes that divides the spacing; starts begin at its multiples. */
function alignmentMinutes(frequencyMinutes: number): number {
  return [60, 30, 20, 15, 10, 5].find((minutes) => frequencyMinutes % minutes === 0) ?? 1;
}

function createAlignment(rules: GridRules): (start: Instant, end: Instant) => Instant {
  const interval = alignmentMinutes(rules.frequencyMinutes) * MINUTE_MS;
  const { zone, optimized = false } = rules;
  return (start, end) => {
    const offset = zone.offsetAt(start);
    // Up to the minute, never down: a start before the range would lie in whatever ends there.
    const wall = roundUp(start + offset, MINUTE_MS);
    const aligned = roundUp(wall, interval);
    if (!optimized || aligned === wall) return aligned - offset;
    // What is left over at the end may be spent on a rounder beginning.
    const spare = (end + offset - wall) % interval;
    const choice = [aligned, roundUp(wall, 15 * MINUTE_MS), roundUp(wall, 5 * MINUTE_MS)].find((candidate) => candidate - wall <= spare);
    return (choice ?? wall) - offset;
  };
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

function latestUntil(starts: readonly Instant[], limit: Instant): Instant {
  return starts.reduce((latest, start) => (start <= limit && start > latest ? start : latest), Number.NEGATIVE_INFINITY);
}
