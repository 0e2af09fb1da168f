import { DAY_MS } from './local-date.ts';
import type { BookingRequest, Instant, SchedulingFacts } from './model.ts';
import { listSlots } from './slots.ts';

/** How far before and after a refused start alternatives are looked for; the facts must cover that much. */
export const ALTERNATIVES_HORIZON_MS = 14 * DAY_MS;

/** The listed starts nearest to the one asked for, nearest first; of two equally near the earlier. */
export function nearestFreeStarts(request: BookingRequest, facts: SchedulingFacts, now: Instant, count = 5): Instant[] {
  for (const horizon of [DAY_MS, 4 * DAY_MS, ALTERNATIVES_HORIZON_MS]) {
    const slots = listSlots({ ...request, start: request.start - horizon, end: request.start + horizon }, facts, now);
    if (slots.length < count && horizon < ALTERNATIVES_HORIZON_MS) continue;
    return slots
      .map(({ start }) => start)
      .sort((one, other) => Math.abs(one - request.start) - Math.abs(other - request.start) || one - other)
      .slice(0, count);
  }
  return [];
}
