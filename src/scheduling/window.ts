import { type DayNumber, parseDate, toWeekday } from './local-date.ts';
import type { BookingWindow, Instant, Interval } from './model.ts';
import type { Zone } from './zone.ts';

const ALWAYS: Interval = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

export interface WindowContext {
  readonly now: Instant;
  /** "Today" is the booker's. */
  readonly bookerZone: Zone;
  /** A date range is the host's. */
  readonly scheduleZone: Zone;
}

/** Where starts may lie. A window that counts bookable days (`rolling`) sets no bound here: see `createRollingWindow`. */
export function windowBounds(window: BookingWindow | undefined, { now, bookerZone, scheduleZone }: WindowContext): Interval {
  if (window === undefined) return ALWAYS;
  if (window.type === 'range') {
    return { start: scheduleZone.startOfDay(parseDate(window.from)), end: scheduleZone.startOfDay(parseDate(window.to) + 1) };
  }
  if (window.rolling) return ALWAYS;
  const today = bookerZone.dayAt(now);
  const last = window.type === 'calendar-days' ? today + window.days : addBusinessDays(today, window.days);
  return { start: ALWAYS.start, end: bookerZone.startOfDay(last + 1) };
}

/** A Friday and two business days is the Tuesday. */
export function addBusinessDays(day: DayNumber, count: number): DayNumber {
  let result = day;
  for (let left = count; left > 0; ) {
    result += 1;
    if (!isWeekend(result)) left -= 1;
  }
  return result;
}

/** Walks over bookable dates in ascending order and says of each whether it is still among the first N. */
export interface RollingWindow {
  admits(day: DayNumber): boolean;
}

/** `undefined` when the window does not count bookable days. */
export function createRollingWindow(window: BookingWindow | undefined): RollingWindow | undefined {
  if (window === undefined || window.type === 'range' || !window.rolling) return undefined;
  const skipsWeekends = window.type === 'business-days';
  let counted = 0;
  let current: { readonly day: DayNumber; readonly admitted: boolean } | undefined;
  return {
    admits(day) {
      if (current?.day === day) return current.admitted;
      current = { day, admitted: counted < window.days };
      if (!(skipsWeekends && isWeekend(day))) counted += 1;
      return current.admitted;
    },
  };
}

function isWeekend(day: DayNumber): boolean {
  return toWeekday(day) > 5;
}
