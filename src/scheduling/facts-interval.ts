import { DAY_MS, MINUTE_MS } from './local-date.ts';
import type { EventRules, Instant, Interval } from './model.ts';

/** The time a host's facts must cover to list slots or admit a booking in `interval`. Bookings of the event type count towards limits. */
export function factsInterval(interval: Interval, event: EventRules, now: Instant): Interval {
  const limits = { ...event.durationLimitsMinutes, ...event.countLimits };
  const periodDays = limits.year !== undefined ? 367 : limits.month !== undefined ? 32 : limits.week !== undefined ? 8 : 1;
  // Two local days around, and the longest buffers of other bookings that are taken seriously: one day.
  const margin = (periodDays + 3) * DAY_MS + (event.lengthMinutes + event.beforeBufferMinutes + event.afterBufferMinutes) * MINUTE_MS;
  const countsFromToday = event.window !== undefined && event.window.type !== 'range' && event.window.rolling;
  const start = countsFromToday ? Math.min(now, interval.start) : interval.start;
  return { start: start - margin, end: interval.end + margin };
}
