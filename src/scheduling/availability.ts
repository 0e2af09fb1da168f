import { busyBlocks, hasOpenSeats } from './busy.ts';
import { openHours } from './hours.ts';
import { covers, intersect, subtract } from './interval.ts';
import { limitBlocks } from './limits.ts';
import { MINUTE_MS } from './local-date.ts';
import type { BookingFact, EventRules, HostFacts, Instant, Interval, SchedulingFacts } from './model.ts';
import { type Party, toParties } from './turns.ts';
import { zoneOf } from './zone.ts';

/** When which hosts are free: the one answer that both listing and admitting are made from. Every rule is in it but notice and window. */
export interface Availability {
  readonly parties: readonly FreeParty[];
  /** Bookings of the duration that have seats left, by their start. */
  readonly joinable: ReadonlyMap<Instant, OpenBooking>;
}

export interface FreeParty extends Party {
  /** Where a booking of its own may lie. Sorted, disjoint. */
  readonly freeRanges: readonly Interval[];
  /** What the slot grid is laid over: the same, not yet cut by bookings that have seats left (they do not move the grid). */
  readonly gridRanges: readonly Interval[];
  /** Where the grid starts anew inside a range; ascending. */
  readonly dayStarts: readonly Instant[];
}

/** A booking others may join, and those whose booking it is. */
export interface OpenBooking {
  readonly booking: BookingFact;
  readonly holders: readonly HostFacts[];
}

export interface AvailabilityQuery {
  /** Ranges that touch this are found whole, or at least from the beginning of the local day before. */
  readonly around: Interval;
  readonly durationMinutes: number;
  readonly excludeBookingUid?: string | undefined;
}

export function findAvailability({ event, hosts }: SchedulingFacts, query: AvailabilityQuery): Availability {
  const hoursOf = new Map(hosts.map((host) => [host, findHours(event, host, query)]));
  const open = event.seatsPerSlot === undefined ? [] : findOpenBookings(event, hosts, query);
  const parties = toParties(hosts).map((party) => toFreeParty(party, hoursOf, open));
  if (open.length === 0) return { parties, joinable: NOTHING };
  const lengthMs = query.durationMinutes * MINUTE_MS;
  const joinable = open.filter(
    ({ booking: { start, end }, holders }) =>
      end - start === lengthMs && holders.every((holder) => covers(hoursOf.get(holder)?.joinRanges ?? [], start, end)),
  );
  return { parties, joinable: new Map(joinable.map((entry) => [entry.booking.start, entry])) };
}

const NOTHING: ReadonlyMap<Instant, OpenBooking> = new Map();

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

function toFreeParty(party: Party, hoursOf: ReadonlyMap<HostFacts, HostHours>, open: readonly OpenBooking[]): FreeParty {
  const [first, ...others] = party.members.flatMap((member) => hoursOf.get(member) ?? []);
  let gridRanges = first?.gridRanges ?? [];
  let dayStarts = first?.dayStarts ?? [];
  for (const other of others) {
    gridRanges = intersect(gridRanges, other.gridRanges);
    dayStarts = mergeAscending(dayStarts, other.dayStarts);
  }
  const taken = open.filter(({ holders }) => holders.some((holder) => party.members.includes(holder)));
  const freeRanges =
    taken.length === 0
      ? gridRanges
      : subtract(
          gridRanges,
          taken.map(({ booking }) => booking),
        );
  return { ...party, freeRanges, gridRanges, dayStarts };
}

function mergeAscending(one: readonly Instant[], other: readonly Instant[]): readonly Instant[] {
  return [...new Set([...one, ...other])].sort((left, right) => left - right);
}

/** By start; of several at one time the one with the smallest uid comes last. */
function findOpenBookings(
  event: EventRules,
  hosts: readonly HostFacts[],
  { excludeBookingUid }: AvailabilityQuery,
): readonly OpenBooking[] {
  const open = new Map<string, { booking: BookingFact; holders: HostFacts[] }>();
  for (const host of hosts) {
    for (const booking of host.bookings) {
      if (!hasOpenSeats(booking, event) || booking.uid === excludeBookingUid) continue;
      const known = open.get(booking.uid);
      if (known === undefined) open.set(booking.uid, { booking, holders: [host] });
      else known.holders.push(host);
    }
  }
  return [...open.values()].sort(({ booking: one }, { booking: other }) => one.start - other.start || (one.uid < other.uid ? 1 : -1));
}

/** Whether a booking of its own may lie in the slot; joining one is `joinable`'s matter. */
export function isFree({ parties }: Availability, slot: Interval): boolean {
  return parties.some((party) => covers(party.freeRanges, slot.start, slot.end));
}

/** The parties that are free in a slot. */
export function freeParties({ parties }: Availability, slot: Interval): readonly FreeParty[] {
  return parties.filter((party) => covers(party.freeRanges, slot.start, slot.end));
}
