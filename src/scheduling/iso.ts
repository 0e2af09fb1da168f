import { DAY_MS, type DayNumber, MINUTE_MS, toDateString } from './local-date.ts';
import type { Instant, Slot } from './model.ts';
import { zoneOf } from './zone.ts';

/** "2030-01-07T08:00:00.000Z", as `Date` prints it. */
export function toIsoUtc(instant: Instant): string {
  const day = Math.floor(instant / DAY_MS);
  return `${dateOf(day)}${timeOf(instant - day * DAY_MS)}Z`;
}

/** "2030-01-07T09:00:00.000+01:00"; the zone UTC prints "Z". */
export function toIsoOffset(instant: Instant, timeZone: string): string {
  const offset = zoneOf(timeZone).offsetAt(instant);
  const wall = instant + offset;
  const day = Math.floor(wall / DAY_MS);
  return `${dateOf(day)}${timeOf(wall - day * DAY_MS)}${offsetText(offset, timeZone)}`;
}

export interface SlotPrinting<Printed> {
  /** Dates and offsets of this zone; UTC when absent. */
  readonly timeZone?: string | undefined;
  /** What becomes of a slot once its start is printed. */
  readonly print: (start: string, slot: Slot) => Printed;
}

/** Slots by the local date of their start; dates without slots are absent. */
export function groupByDate<Printed>(slots: readonly Slot[], { timeZone, print }: SlotPrinting<Printed>): Record<string, Printed[]> {
  const zone = zoneOf(timeZone ?? 'UTC');
  const byDate: Record<string, Printed[]> = {};
  let day: DayNumber | undefined;
  let date = '';
  let ofDay: Printed[] = [];
  let offset = Number.NaN;
  let suffix = '';
  for (const slot of slots) {
    const offsetNow = zone.offsetAt(slot.start);
    if (offsetNow !== offset) {
      offset = offsetNow;
      suffix = timeZone === undefined ? 'Z' : offsetText(offset, timeZone);
    }
    const wall = slot.start + offset;
    const dayNow = Math.floor(wall / DAY_MS);
    if (dayNow !== day) {
      day = dayNow;
      date = dateOf(day);
      ofDay = byDate[date] ?? [];
      byDate[date] = ofDay;
    }
    ofDay.push(print(date + timeOf(wall - dayNow * DAY_MS) + suffix, slot));
  }
  return byDate;
}

let recentDay: DayNumber = 0;
let recentDate = '1970-01-01';

function dateOf(day: DayNumber): string {
  if (day !== recentDay) {
    recentDate = toDateString(day);
    recentDay = day;
  }
  return recentDate;
}

const WHOLE_MINUTES = Array.from({ length: 1440 }, (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00.000`);

function timeOf(msOfDay: number): string {
  const whole = WHOLE_MINUTES[msOfDay / MINUTE_MS];
  if (whole !== undefined) return whole;
  const seconds = Math.floor(msOfDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const fraction = String(Math.floor(msOfDay) - seconds * 1000).padStart(3, '0');
  return `T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}.${fraction}`;
}

function offsetText(offset: number, timeZone: string): string {
  if (offset === 0 && /^(utc|gmt)$/i.test(timeZone)) return 'Z';
  const minutes = Math.floor(Math.abs(offset) / MINUTE_MS);
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
