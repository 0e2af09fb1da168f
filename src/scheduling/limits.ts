import type { BlockQuery } from './busy.ts';
import { DAY_MS, type DayNumber, MINUTE_MS, toCivilDate, toDayNumber, toWeekday } from './local-date.ts';
import type { EventRules, Interval, PeriodLimits } from './model.ts';
import { type Zone, zoneOf } from './zone.ts';

export type Period = keyof PeriodLimits;

export const PERIODS: readonly Period[] = ['day', 'week', 'month', 'year'];

/** A whole period in which nothing more may be booked, and the limit that says so. */
export interface LimitBlock extends Interval {
  readonly kind: 'count' | 'duration';
  readonly period: Period;
  readonly limit: number;
}

export interface LimitQuery extends BlockQuery {
  readonly durationMinutes: number;
}

/** The periods touching `within` whose limit another booking of the duration would exceed, sorted by start. */
export function limitBlocks(query: LimitQuery): readonly LimitBlock[] {
  const { event, within } = query;
  const periods = PERIODS.filter((period) => (event.countLimits?.[period] ?? event.durationLimitsMinutes?.[period]) !== undefined);
  const widest = periods.at(-1);
  if (widest === undefined || within.end <= within.start) return [];
  const zone = zoneOf(query.host.schedule.timeZone);
  const first = zone.dayAt(within.start);
  const last = zone.dayAt(within.end - 1);
  const booked = countBookings(query, zone, {
    // A week may begin before the month or year that holds its first day.
    first: Math.min(periodOf('week', first, event.weekStart).first, periodOf(widest, first, event.weekStart).first),
    end: Math.max(periodOf('week', last, event.weekStart).end, periodOf(widest, last, event.weekStart).end),
  });
  const blocks: LimitBlock[] = [];
  for (const period of periods) {
    for (let days = periodOf(period, first, event.weekStart); days.first <= last; days = periodOf(period, days.end, event.weekStart)) {
      const reached = reachedLimit(event, period, booked(days), query.durationMinutes);
      if (reached !== undefined) blocks.push({ ...reached, start: zone.startOfDay(days.first), end: zone.startOfDay(days.end) });
    }
  }
  return blocks.sort((one, other) => one.start - other.start);
}

interface Booked {
  readonly count: number;
  readonly minutes: number;
}

function reachedLimit(event: EventRules, period: Period, booked: Booked, durationMinutes: number) {
  const count = event.countLimits?.[period];
  if (count !== undefined && booked.count >= count) return { kind: 'count', period, limit: count } as const;
  const minutes = event.durationLimitsMinutes?.[period];
  if (minutes !== undefined && booked.minutes + durationMinutes > minutes) return { kind: 'duration', period, limit: minutes } as const;
  return undefined;
}

/** Local dates, half-open. */
interface Days {
  readonly first: DayNumber;
  readonly end: DayNumber;
}

/** The period of a zone's calendar that a date lies in; `weekStart` is an ISO weekday. */
export function periodOf(period: Period, day: DayNumber, weekStart: number): Days {
  if (period === 'day') return { first: day, end: day + 1 };
  if (period === 'week') {
    const first = day - ((toWeekday(day) - weekStart + 7) % 7);
    return { first, end: first + 7 };
  }
  const { year, month } = toCivilDate(day);
  if (period === 'year') return { first: toDayNumber(year, 1, 1), end: toDayNumber(year + 1, 1, 1) };
  return { first: toDayNumber(year, month, 1), end: toDayNumber(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1) };
}

/** Accepted bookings of the event type that lie wholly inside given days. */
function countBookings({ event, host, excludeBookingUid }: LimitQuery, zone: Zone, all: Days): (days: Days) => Booked {
  // Per day, because a booking inside a day is inside every period that holds the day.
  const counts = new Float64Array(all.end - all.first);
  const minutes = new Float64Array(all.end - all.first);
  const overnight: { readonly first: DayNumber; readonly end: DayNumber; readonly minutes: number }[] = [];
  for (const booking of host.bookings) {
    if (booking.status !== 'accepted' || booking.eventTypeId !== event.eventTypeId || booking.uid === excludeBookingUid) continue;
    const segment = zone.segmentAt(booking.start);
    const day = Math.floor((booking.start + segment.offset) / DAY_MS);
    const index = day - all.first;
    if (index < 0 || index >= counts.length) continue;
    const length = booking.end - booking.start;
    const endsSameDay = booking.end <= segment.end && booking.end + segment.offset <= (day + 1) * DAY_MS;
    const endDay = endsSameDay ? day : zone.dayAt(booking.end - 1);
    if (endDay === day) {
      counts[index] = (counts[index] ?? 0) + 1;
      minutes[index] = (minutes[index] ?? 0) + length / MINUTE_MS;
    } else {
      overnight.push({ first: day, end: endDay + 1, minutes: length / MINUTE_MS });
    }
  }
  return (days) => {
    let count = 0;
    let booked = 0;
    for (let day = days.first; day < days.end; day += 1) {
      count += counts[day - all.first] ?? 0;
      booked += minutes[day - all.first] ?? 0;
    }
    for (const booking of overnight) {
      if (booking.first < days.first || booking.end > days.end) continue;
      count += 1;
      booked += booking.minutes;
    }
    return { count, minutes: booked };
  };
}
