import { Temporal } from 'temporal-polyfill';
import { DAY_MS, type DayNumber } from './local-date.ts';
import type { Instant } from './model.ts';

/**
 * Wall time of some zone as the epoch milliseconds UTC would have when its clocks show the same: wall = instant + offset.
 * Not an instant; kept apart by name only.
 */
export type WallTime = number;

/** A stretch of one offset. Wall times in `[wallStart, wallEnd)` belong to it: instant = wall - offset. */
export interface Segment {
  readonly start: Instant;
  readonly end: Instant;
  readonly offset: number;
  readonly wallStart: WallTime;
  readonly wallEnd: WallTime;
}

/** A time zone whose offset changes are looked up once per two years and then only compared. */
export interface Zone {
  /** IANA, as given. */
  readonly id: string;
  segmentAt(instant: Instant): Segment;
  offsetAt(instant: Instant): number;
  /** Disambiguates as Temporal's "compatible": the earlier of two instants, and forward by the length of a gap. */
  toInstant(wall: WallTime): Instant;
  /** The local date an instant falls on. */
  dayAt(instant: Instant): DayNumber;
  startOfDay(day: DayNumber): Instant;
}

const zones = new Map<string, Zone>();

/** Throws a `RangeError` for a name that is no time zone. */
export function zoneOf(id: string): Zone {
  const known = zones.get(id);
  if (known !== undefined) return known;
  const zone = createZone(id);
  // Names differing in case are all valid, so a stranger could name one zone in very many ways.
  if (zones.size >= 1000) zones.clear();
  zones.set(id, zone);
  return zone;
}

export function isTimeZone(id: string): boolean {
  try {
    zoneOf(id);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** About 2.2 years: the piece of a zone's history that is looked up at once. */
const CHUNK_MS = 2 ** 36;
/** Larger than any offset, so that a chunk found by wall time also covers the instants it means. */
const MARGIN_MS = 3 * DAY_MS;

const NO_SEGMENT: Segment = { start: 0, end: 0, offset: 0, wallStart: 0, wallEnd: 0 };

function createZone(id: string): Zone {
  if (!/^[A-Za-z]/.test(id)) throw new RangeError(`"${id}" is not an IANA time zone; use a name like "Europe/Rome".`);
  // Throws now, not at the first question, when there is no such zone.
  zonedAt(id, 0);
  const chunks = new Map<number, readonly Segment[]>();
  const segmentsNear = (time: number): readonly Segment[] => {
    const index = Math.floor(time / CHUNK_MS);
    const known = chunks.get(index);
    if (known !== undefined) return known;
    const segments = readSegments(id, index * CHUNK_MS - MARGIN_MS, (index + 1) * CHUNK_MS + MARGIN_MS);
    chunks.set(index, segments);
    return segments;
  };
  // The segment found last: callers walk through time, so the next question is almost always about the same one.
  let recent = NO_SEGMENT;

  const segmentAt = (instant: Instant): Segment => {
    if (instant >= recent.start && instant < recent.end) return recent;
    const segments = segmentsNear(instant);
    recent = segments.findLast((segment) => segment.start <= instant) ?? lastOf(segments);
    return recent;
  };
  const segmentAtWall = (wall: WallTime): Segment => {
    if (wall >= recent.wallStart && wall < recent.wallEnd) return recent;
    const segments = segmentsNear(wall);
    recent = segments.findLast((segment) => segment.wallStart <= wall) ?? lastOf(segments);
    return recent;
  };
  const toInstant = (wall: WallTime): Instant => wall - segmentAtWall(wall).offset;
  return {
    id,
    segmentAt,
    offsetAt: (instant) => segmentAt(instant).offset,
    toInstant,
    dayAt: (instant) => Math.floor((instant + segmentAt(instant).offset) / DAY_MS),
    startOfDay: (day) => toInstant(day * DAY_MS),
  };
}

function lastOf(segments: readonly Segment[]): Segment {
  const last = segments.at(-1);
  if (last === undefined) throw new RangeError('A zone has at least one offset.');
  return last;
}

/** The furthest instants Temporal represents. */
const LATEST = 8.64e15;

function readSegments(id: string, from: Instant, until: Instant): readonly Segment[] {
  const start = Math.max(from, -LATEST);
  let moment: Temporal.ZonedDateTime | null = zonedAt(id, start);
  const changes: { start: Instant; offset: number }[] = [];
  while (moment !== null && moment.epochMilliseconds < until) {
    changes.push({ start: moment.epochMilliseconds, offset: moment.offsetNanoseconds / 1e6 });
    moment = moment.getTimeZoneTransition('next');
  }
  return changes.map(({ start: changedAt, offset }, index) => {
    const before = changes[index - 1]?.offset ?? offset;
    const next = changes[index + 1];
    return {
      start: changedAt,
      end: next?.start ?? until,
      offset,
      // A gap belongs to the offset before it, and so does the first pass of an overlap ("compatible").
      wallStart: changedAt + Math.max(before, offset),
      wallEnd: next === undefined ? until + offset : next.start + Math.max(offset, next.offset),
    };
  });
}

function zonedAt(id: string, instant: Instant): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(id);
}
