import { merge } from './interval.ts';
import { DAY_MS, type DayNumber, MINUTE_MS, parseDate, toWeekday } from './local-date.ts';
import type { AbsenceFact, Instant, Interval, Schedule } from './model.ts';
import { zoneOf } from './zone.ts';

export interface OpenHours {
  /** Sorted, disjoint; hours that touch, also across midnight, are one range. */
  readonly ranges: readonly Interval[];
  /**
   * Midnights inside a range that begin a day open around the clock. The slot grid starts anew at them, so that it does not depend on how
   * far back a query happens to look.
   */
  readonly dayStarts: readonly Instant[];
}

/** The instants a schedule is open on its local dates `first` to `last`, both inclusive. */
export function openHours(schedule: Schedule, first: DayNumber, last: DayNumber, absences: readonly AbsenceFact[] = []): OpenHours {
  const hoursOf = readSchedule(schedule);
  const isAway = readAbsences(absences);
  const zone = zoneOf(schedule.timeZone);
  const ranges: { start: Instant; end: Instant }[] = [];
  const dayStarts: Instant[] = [];
  let open: { start: Instant; end: Instant } | undefined;
  for (let day = first; day <= last; day += 1) {
    const hours = hoursOf(day);
    if (hours.length === 0 || isAway(day)) continue;
    const midnight = day * DAY_MS;
    // A date the zone skipped has no instants (Apia, 2011-12-30).
    if (zone.toInstant(midnight) >= zone.toInstant(midnight + DAY_MS)) continue;
    for (const { start: startMs, end: endMs } of hours) {
      const start = zone.toInstant(midnight + startMs);
      const end = zone.toInstant(midnight + endMs);
      if (end <= start) continue;
      if (open === undefined || start > open.end) {
        open = { start, end };
        ranges.push(open);
      } else {
        if (startMs === 0 && endMs === DAY_MS) dayStarts.push(start);
        if (end > open.end) open.end = end;
      }
    }
  }
  return { ranges, dayStarts };
}

export function isAway(absences: readonly AbsenceFact[], day: DayNumber): boolean {
  return readAbsences(absences)(day);
}

/** Whether the date is closed on its own account (an override without hours, an absence), not by the weekly hours. */
export function isClosedDate(schedule: Schedule, absences: readonly AbsenceFact[], day: DayNumber): boolean {
  if (readAbsences(absences)(day)) return true;
  return schedule.overrides.some(({ date }) => parseDate(date) === day) && readSchedule(schedule)(day).length === 0;
}

/** Milliseconds after local midnight, half-open. */
type DayHours = readonly Interval[];

function readSchedule(schedule: Schedule): (day: DayNumber) => DayHours {
  const weekly = [1, 2, 3, 4, 5, 6, 7].map((weekday) => mergeMinutes(schedule.hours.filter(({ days }) => days.includes(weekday))));
  const overrides = new Map<DayNumber, MinuteRange[]>();
  for (const override of schedule.overrides) {
    const day = parseDate(override.date);
    overrides.set(day, [...(overrides.get(day) ?? []), override]);
  }
  const dated = new Map([...overrides].map(([day, hours]) => [day, mergeMinutes(hours)]));
  return (day) => dated.get(day) ?? weekly[toWeekday(day) - 1] ?? [];
}

interface MinuteRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

const LAST_MINUTE = 1439;

function mergeMinutes(hours: readonly MinuteRange[]): DayHours {
  return merge(
    hours.map(({ startMinute, endMinute }) => ({
      start: startMinute * MINUTE_MS,
      // Forms cannot say 24:00, so 23:59 means the end of the day.
      end: endMinute === LAST_MINUTE ? DAY_MS : endMinute * MINUTE_MS,
    })),
  );
}

function readAbsences(absences: readonly AbsenceFact[]): (day: DayNumber) => boolean {
  if (absences.length === 0) return () => false;
  const away = absences.map(({ from, to }) => ({ from: parseDate(from), to: parseDate(to) }));
  return (day) => away.some(({ from, to }) => from <= day && day <= to);
}
