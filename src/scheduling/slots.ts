import { type Availability, findAvailability, isFree } from './availability.ts';
import { type GridRules, gridStarts, turnGridStarts } from './grid.ts';
import { type DayNumber, MINUTE_MS } from './local-date.ts';
import type { BookingRequest, EventRules, Instant, Interval, SchedulingFacts, Slot, SlotQuery } from './model.ts';
import { toSlots } from './offer.ts';
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
  let starts = findStarts(search, facts, availability, now);
  if (rolling) starts = starts.slice(0, countAdmitted(starts, rolling, zone));
  // The first slots of dates are chosen before the part of a date that was not asked for is cut off, all else after.
  if (!event.onlyFirstSlotOfDay) starts = startsFrom(starts, from);

  const lengthMs = durationOf(query, event) * MINUTE_MS;
  const slots = toSlots(starts, lengthMs, event, availability);
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
    for (const start of findStarts(search, facts, searchAvailability(search, facts), now)) rolling.admits(zone.dayAt(start));
  }
  return rolling.admits(day);
}

function searchAvailability(search: SlotQuery, facts: SchedulingFacts): Availability {
  const zone = scheduleZoneOf(facts);
  return findAvailability(facts, {
    // The grid of hosts who take turns is laid out day by day.
    around: { start: zone.startOfDay(zone.dayAt(search.start)), end: search.end },
    durationMinutes: durationOf(search, facts.event),
    excludeBookingUid: search.excludeBookingUid,
  });
}

/** Every start in the query's interval that keeps the notice, whether or not something hides it. */
function findStarts(query: SlotQuery, facts: SchedulingFacts, availability: Availability, now: Instant): Instant[] {
  const { event } = facts;
  const durationMinutes = durationOf(query, event);
  const earliest = earliestStart(event, now);
  const rules: GridRules = {
    lengthMinutes: durationMinutes,
    frequencyMinutes: event.slotIntervalMinutes ?? durationMinutes,
    offsetMinutes: event.offsetStartMinutes,
    optimized: event.optimizedSlots,
    zone: zoneOf(query.timeZone ?? 'UTC'),
    earliest,
    // Our ranges are exact; a second too much would overlap the booking behind it.
    endToleranceMs: 0,
    within: query,
  };
  const starts = layGrid(availability, rules, query, scheduleZoneOf(facts));
  if (event.seatsPerSlot === undefined) return starts;
  const lengthMs = durationMinutes * MINUTE_MS;
  const free = starts.filter((start) => isFree(availability, { start, end: start + lengthMs }));
  const joined = [...availability.joinable.keys()].filter((start) => start >= query.start && start < query.end && start >= earliest);
  return [...free, ...joined].sort((one, other) => one - other);
}

function layGrid({ parties }: Availability, rules: GridRules, within: Interval, scheduleZone: Zone): Instant[] {
  const [only, ...others] = parties;
  if (only === undefined) return [];
  if (others.length === 0) return gridStarts(only.gridRanges, { ...rules, restarts: only.dayStarts });
  return turnGridStarts(
    parties.map((party) => party.gridRanges),
    { rules, within, scheduleZone },
  );
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

function firstOfEachDate(slots: readonly Slot[], zone: Zone): Slot[] {
  let previous: DayNumber | undefined;
  return slots.filter((slot) => {
    const day = zone.dayAt(slot.start);
    const isFirst = day !== previous;
    previous = day;
    return isFirst;
  });
}
