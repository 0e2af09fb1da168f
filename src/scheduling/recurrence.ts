import { DAY_MS, type DayNumber, toCivilDate, toDayNumber } from './local-date.ts';
import type { Instant } from './model.ts';
import { zoneOf } from './zone.ts';

export interface Recurrence {
  readonly frequency: 'daily' | 'weekly' | 'monthly' | 'yearly';
  /** Every so many days, weeks, months or years. */
  readonly interval: number;
  /** The first one included. */
  readonly count: number;
  /** The attendee's (IANA): every occurrence has the first one's time on its clock. */
  readonly timeZone: string;
}

/**
 * The starts of a series. A day that a month does not have is the month's last (31 January, 28 February, 31 March); a time that the clock skips is
 * as much later as the gap is long, and one that comes twice is the first of the two.
 */
export function occurrenceStarts(start: Instant, { frequency, interval, count, timeZone }: Recurrence): Instant[] {
  const zone = zoneOf(timeZone);
  const wall = start + zone.offsetAt(start);
  const first = Math.floor(wall / DAY_MS);
  const timeOfDay = wall - first * DAY_MS;
  return Array.from({ length: count }, (_, index) => {
    // The first is this very instant, also where the clock shows it twice.
    if (index === 0) return start;
    return zone.toInstant(advance(first, frequency, interval * index) * DAY_MS + timeOfDay);
  });
}

function advance(day: DayNumber, frequency: Recurrence['frequency'], amount: number): DayNumber {
  if (frequency === 'daily') return day + amount;
  if (frequency === 'weekly') return day + 7 * amount;
  const date = toCivilDate(day);
  const months = date.month - 1 + (frequency === 'yearly' ? 12 * amount : amount);
  const year = date.year + Math.floor(months / 12);
  const month = (months % 12) + 1;
  const monthStart = toDayNumber(year, month, 1);
  const nextMonth = month === 12 ? toDayNumber(year + 1, 1, 1) : toDayNumber(year, month + 1, 1);
  return Math.min(monthStart + date.day - 1, nextMonth - 1);
}
