import { type Availability, findAvailability, isFree } from './availability.ts';
import { gridStarts } from './grid.ts';
import { merge, overlaps, overlapsAny } from './interval.ts';
import { type DayNumber, MINUTE_MS } from './local-date.ts';
import type {
  BookingRequest,
  EventRules,
  Instant,
  Interval,
  ReservationFact,
  SchedulingFacts,
  Slot,
  SlotQuery,
  SlotSeats,
} from './model.ts';
import { createRollingWindow, type RollingWindow, windowBounds } from './window.ts';
import { type Zone, zoneOf } from './zone.ts';

/** The bookable slots whose start lies in the query's interval, ascending. Which slots exist does not depend on the interval asked for. */
export function listSlots(query: SlotQuery, facts: SchedulingFacts, now: Instant): Slot[] {
  const { event } = facts;
  const zone = zoneOf(query.timeZone ?? 'UTC');
  const bounds = windowBounds(event.window, { now, bookerZone: zone, scheduleZone: scheduleZoneOf(facts) });
  const until = Math.min(query.end, bounds.end);
  const from = Math.max(query.start, bounds.start);
  if (!(from < until)) return [];

  const rolling = createRollingWindow(event.window);
  // A rolling window counts bookable dates from today on; the first slot of a date may lie before the time asked for.
  const searchFrom = rolling ? Math.min(now, from) : event.onlyFirstSlotOfDay ? zone.startOfDay(zone.dayAt(from)) : from;
  const search = { ...query, start: searchFrom, end: until };
  const availability = searchAvailability(search, facts);
  let starts = findStarts(search, event, availability, now);
  if (rolling) starts = starts.slice(0, countAdmitted(starts, rolling, zone));
  // The first slots of dates are chosen before the part of a date that was not asked for is cut off, all else after.
  if (!event.onlyFirstSlotOfDay) starts = startsFrom(starts, from);

  const lengthMs = durationOf(query, event) * MINUTE_MS;
  const slots = toSlots(starts, lengthMs, facts, availability);
  return event.onlyFirstSlotOfDay ? firstOfEachDate(slots, zone).filter((slot) => slot.start >= from) : slots;
}

export function durationOf(query: { readonly durationMinutes?: number | undefined }, event: EventRules): number {
  return query.durationMinutes ?? event.lengthMinutes;
}

/** The zone of an event type is that of its host; of several, the one with the smallest id. */
export function scheduleZoneOf({ hosts }: SchedulingFacts): Zone {
  const [first, ...others] = hosts;
  const host = others.reduce((chosen, other) => (chosen !== undefined && chosen.hostId < other.hostId ? chosen : other), first);
  return zoneOf(host?.schedule.timeZone ?? 'UTC');
}

/** Even without notice a start at this very moment is too late: the next whole minute is the first. */
export function earliestStart(event: EventRules, now: Instant): Instant {
  return Math.max(now + event.minimumNoticeMinutes * MINUTE_MS, (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS);
}

/** Whether a start's local date is among the bookable dates a rolling window counts from today; true without such a window. */
export function isInRollingWindow(request: BookingRequest, facts: SchedulingFacts, now: Instant): boolean {
  const rolling = createRollingWindow(facts.event.window);
  if (rolling === undefined) return true;
  const zone = zoneOf(request.timeZone ?? 'UTC');
  const day = zone.dayAt(request.start);
  const search = { ...request, start: now, end: zone.startOfDay(day) };
  if (search.start < search.end) {
    for (const start of findStarts(search, facts.event, searchAvailability(search, facts), now)) rolling.admits(zone.dayAt(start));
  }
  return rolling.admits(day);
}

function searchAvailability(search: SlotQuery, facts: SchedulingFacts): Availability {
  return findAvailability(facts, {
    around: search,
    durationMinutes: durationOf(search, facts.event),
    excludeBookingUid: search.excludeBookingUid,
  });
}

/** Every start in the query's interval that keeps the notice, whether or not something hides it. */
function findStarts(query: SlotQuery, event: EventRules, availability: Availability, now: Instant): Instant[] {
  const durationMinutes = durationOf(query, event);
  const earliest = earliestStart(event, now);
  const starts = gridStarts(availability.gridRanges, {
    lengthMinutes: durationMinutes,
    frequencyMinutes: event.slotIntervalMinutes ?? durationMinutes,
    offsetMinutes: event.offsetStartMinutes,
    optimized: event.optimizedSlots,
    zone: zoneOf(query.timeZone ?? 'UTC'),
    earliest,
    restarts: availability.dayStarts,
    // Our ranges are exact; a second too much would overlap the booking behind it.
    endToleranceMs: 0,
    within: query,
  });
  if (event.seatsPerSlot === undefined) return starts;
  const lengthMs = durationMinutes * MINUTE_MS;
  const free = starts.filter((start) => isFree(availability, { start, end: start + lengthMs }));
  const joined = [...availability.joinable.keys()].filter((start) => start >= query.start && start < query.end && start >= earliest);
  return [...free, ...joined].sort((one, other) => one - other);
}

function startsFrom(starts: Instant[], from: Instant): Instant[] {
  const index = starts.findIndex((start) => start >= from);
  return index === 0 ? starts : index < 0 ? [] : starts.slice(index);
}

/** How many of the ascending starts lie on the dates that a rolling window counts. */
function countAdmitted(starts: readonly Instant[], rolling: RollingWindow, zone: Zone): number {
  let midnight = Number.NEGATIVE_INFINITY;
  const index = starts.findIndex((start) => {
    if (start < midnight) return false;
    const day = zone.dayAt(start);
    midnight = zone.startOfDay(day + 1);
    return !rolling.admits(day);
  });
  return index < 0 ? starts.length : index;
}

function toSlots(starts: readonly Instant[], lengthMs: number, { event, hosts }: SchedulingFacts, availability: Availability): Slot[] {
  const reservations = hosts.flatMap((host) => host.reservations);
  const { seatsPerSlot } = event;
  const slots: Slot[] = [];
  if (seatsPerSlot !== undefined) {
    for (const start of starts) {
      const slot = { start, end: start + lengthMs };
      const seats = countSeats(slot, event, seatsPerSlot, availability, reservations);
      if (seats !== undefined) slots.push({ ...slot, seats });
    }
    return slots;
  }
  const held = merge(reservations);
  for (const start of starts) {
    const end = start + lengthMs;
    if (held.length === 0 || !overlapsAny(held, start, end)) slots.push({ start, end });
  }
  return slots;
}

/** `undefined` when no seat is left, or a reservation of something else lies over the slot. */
function countSeats(
  slot: Interval,
  event: EventRules,
  seatsPerSlot: number,
  availability: Availability,
  reservations: readonly ReservationFact[],
): SlotSeats | undefined {
  const booking = availability.joinable.get(slot.start);
  const overlapping = reservations.filter((reservation) => overlaps(reservation, slot));
  const isSeat = ({ eventTypeId, start, end }: ReservationFact) =>
    eventTypeId === event.eventTypeId && start === slot.start && end === slot.end;
  if (!overlapping.every(isSeat)) return undefined;
  const total = booking?.seats?.total ?? seatsPerSlot;
  const booked = booking?.seats?.taken ?? 0;
  const remaining = total - booked - overlapping.length;
  if (remaining <= 0) return undefined;
  return { booked, remaining, total, ...(booking === undefined ? {} : { bookingUid: booking.uid }) };
}

function firstOfEachDate(slots: readonly Slot[], zone: Zone): Slot[] {
  let previous: DayNumber | undefined;
  return slots.filter((slot) => {
    const day = zone.dayAt(slot.start);
    const isFirst = day !== previous;
    previous = day;
    return isFirst;
  });
}
