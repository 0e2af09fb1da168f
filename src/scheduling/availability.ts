import { busyBlocks, hasOpenSeats } from './busy.ts';
import { openHours } from './hours.ts';
import { covers, intersect, sortByStart, subtract } from './interval.ts';
import { limitBlocks } from './limits.ts';
import { MINUTE_MS } from './local-date.ts';
import type { BookingFact, EventRules, HostFacts, Instant, Interval, SchedulingFacts } from './model.ts';
import { zoneOf } from './zone.ts';

/** When all hosts are free: the one answer that both listing and admitting are made from. Every rule is in it but notice and window. */
export interface Availability {
  /** Where a booking of its own may lie. Sorted, disjoint. */
  readonly freeRanges: readonly Interval[];
  /** What the slot grid is laid over: the same, not yet cut by bookings that have seats left (they do not move the grid). */
  readonly gridRanges: readonly Interval[];
  /** Where the grid starts anew inside a range; ascending. */
  readonly dayStarts: readonly Instant[];
  /** Bookings of the duration that have seats left, by their start. */
  readonly joinable: ReadonlyMap<Instant, BookingFact>;
}

export interface AvailabilityQuery {
  /** Ranges that touch this are found whole, or at least from the beginning of the local day before. */
  readonly around: Interval;
  readonly durationMinutes: number;
  readonly excludeBookingUid?: string | undefined;
}

export function findAvailability(facts: SchedulingFacts, query: AvailabilityQuery): Availability {
  const [first, ...others] = facts.hosts;
  if (first === undefined) return { freeRanges: [], gridRanges: [], dayStarts: [], joinable: new Map() };
  let joint = findHours(facts.event, first, query);
  for (const host of others) joint = intersectHours(joint, findHours(facts.event, host, query));
  const { gridRanges, joinRanges, dayStarts } = joint;
  const openSeats = findOpenSeats(facts, query);
  if (openSeats.length === 0) return { freeRanges: gridRanges, gridRanges, dayStarts, joinable: new Map() };
  const lengthMs = query.durationMinutes * MINUTE_MS;
  const joinable = openSeats.filter(({ start, end }) => end - start === lengthMs && covers(joinRanges, start, end));
  return {
    freeRanges: subtract(gridRanges, openSeats),
    gridRanges,
    dayStarts,
    joinable: new Map(joinable.map((booking) => [booking.start, booking])),
  };
}

interface HostHours {
  readonly gridRanges: readonly Interval[];
  /** Without the limits: a seat in an existing booking is no new booking. */
  readonly joinRanges: readonly Interval[];
  readonly dayStarts: readonly Instant[];
}

function findHours(event: EventRules, host: HostFacts, query: AvailabilityQuery): HostHours {
  const { durationMinutes, excludeBookingUid } = query;
  const zone = zoneOf(host.schedule.timeZone);
  // One day back finds the beginning of hours that cross midnight; the grid of whole days starts anew each day.
  const firstDay = zone.dayAt(query.around.start) - 1;
  const lastDay = zone.dayAt(query.around.end + durationMinutes * MINUTE_MS) + 1;
  const hours = openHours(host.schedule, firstDay, lastDay, host.absences);
  const within = { start: hours.ranges[0]?.start ?? 0, end: hours.ranges.at(-1)?.end ?? 0 };
  const joinRanges = subtract(hours.ranges, busyBlocks({ event, host, within, excludeBookingUid }));
  const limits = limitBlocks({ event, host, within, excludeBookingUid, durationMinutes });
  return { gridRanges: limits.length === 0 ? joinRanges : subtract(joinRanges, limits), joinRanges, dayStarts: hours.dayStarts };
}

function intersectHours(one: HostHours, other: HostHours): HostHours {
  return {
    gridRanges: intersect(one.gridRanges, other.gridRanges),
    joinRanges: intersect(one.joinRanges, other.joinRanges),
    dayStarts: [...new Set([...one.dayStarts, ...other.dayStarts])].sort((left, right) => left - right),
  };
}

/** By start; of several at one time the one with the smallest uid comes last. */
function findOpenSeats({ event, hosts }: SchedulingFacts, { excludeBookingUid }: AvailabilityQuery): readonly BookingFact[] {
  if (event.seatsPerSlot === undefined) return [];
  const open = hosts.flatMap(({ bookings }) =>
    bookings.filter((booking) => hasOpenSeats(booking, event) && booking.uid !== excludeBookingUid),
  );
  return sortByStart(open.sort((one, other) => (one.uid < other.uid ? 1 : -1)));
}

/** Whether a booking of its own may lie in the slot; joining one is `joinable`'s matter. */
export function isFree({ freeRanges }: Availability, slot: Interval): boolean {
  return covers(freeRanges, slot.start, slot.end);
}
