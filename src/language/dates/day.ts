import { daysInMonth, formatDay, fromDay, startOfMonth, toDay, weekdayOf } from './calendar.ts';
import type { Frame } from './frame.ts';
import type { Which } from './names.ts';

/** Half-open. */
export interface Days {
  readonly start: number;
  readonly end: number;
  /** The exact local seconds, where it does not start and end at midnight (a weekend from Friday evening). */
  readonly seconds?: { readonly start: number; readonly end: number };
}

/** What a written date states; the rest is looked for. */
export interface Fields {
  readonly year?: number;
  readonly month?: number;
  readonly day?: number;
  readonly weekday?: number;
}

export type Grain = 'day' | 'week' | 'month' | 'long';

/** A day or a stretch of days, as a phrase means it. */
export interface DateValue {
  readonly grain: Grain;
  /** What it comes to in a frame; `undefined` where there is no such day. */
  readonly find: (frame: Frame) => Days | undefined;
  /** The first one that starts at or after a day: where a phrase can name many ("Monday", "March 3", "Easter"). */
  readonly first?: (from: number) => Days | undefined;
  readonly fields?: Fields;
  /** "this", "next", "last" stood before it. */
  readonly which?: Which;
  /** Counted from today or now ("tomorrow", "in 3 days"), so it needs no looking for. */
  readonly isRelative?: true;
  /** The phrase names no definite time, or a day that does not exist. */
  readonly isUnresolved?: true;
  readonly isImpossible?: true;
  /** The last part of a longer stretch; as a bound its end is meant. */
  readonly isEnd?: true;
  /** A stretch between two written days, whose times of day hold for both ends. */
  readonly isSpan?: true;
  /** So many years from now; a month or a holiday beside it is that of the year it falls in. */
  readonly years?: number;
  /** Too weak to stand alone: "the 21st" after "around", a lone year. */
  readonly isWeak?: true;
}

export const oneDay = (day: number): Days => ({ start: day, end: day + 1 });

/** Farther than any leap day is from the next with the same weekday. */
const HORIZON_DAYS = 366 * 41;

/** The first day or month at or after a day that has all the fields. */
export function firstWith(fields: Fields, from: number): Days | undefined {
  const { year, month, day, weekday } = fields;
  if (day === undefined && weekday === undefined) return firstMonth(fields, from);
  if (day === undefined && month === undefined && year === undefined && weekday !== undefined) {
    return oneDay(from + ((weekday - weekdayOf(from) + 7) % 7));
  }
  if (year !== undefined && month !== undefined && day !== undefined) {
    const exact = day <= daysInMonth(year, month) ? toDay(year, month, day) : undefined;
    return exact !== undefined && exact >= from ? oneDay(exact) : undefined;
  }
  let { year: atYear, month: atMonth } = fromDay(from);
  for (let tried = 0; tried < HORIZON_DAYS / 28; tried += 1) {
    const fits = (year === undefined || atYear === year) && (month === undefined || atMonth === month);
    if (fits && day !== undefined && day <= daysInMonth(atYear, atMonth)) {
      const candidate = toDay(atYear, atMonth, day);
      if (candidate >= from && (weekday === undefined || weekdayOf(candidate) === weekday)) return oneDay(candidate);
    } else if (fits && day === undefined && weekday !== undefined) {
      const start = Math.max(from, toDay(atYear, atMonth, 1));
      const candidate = start + ((weekday - weekdayOf(start) + 7) % 7);
      if (candidate < startOfMonth(atYear, atMonth + 1)) return oneDay(candidate);
    }
    if (year !== undefined && atYear > year) return undefined;
    atMonth += 1;
    if (atMonth === 13) {
      atMonth = 1;
      atYear += 1;
    }
  }
  return undefined;
}

function firstMonth({ year, month }: Fields, from: number): Days | undefined {
  const at = fromDay(from);
  if (month === undefined) {
    if (year === undefined) return undefined;
    return { start: toDay(year, 1, 1), end: toDay(year + 1, 1, 1) };
  }
  const isLater = month < at.month || (month === at.month && at.day > 1);
  const start = toDay(year ?? at.year + (isLater ? 1 : 0), month, 1);
  if (start < from) return undefined;
  return { start, end: startOfMonth(year ?? at.year + (isLater ? 1 : 0), month + 1) };
}

/** How far back one has to start to have seen the one before. */
function lookback({ month, day, weekday }: Fields): number {
  if (month === 2 && day === 29) return 366 * 9;
  if (month !== undefined) return 800;
  return day === undefined ? 14 : weekday === undefined ? 100 : 1600;
}

/** The last one that starts before a day. */
export function lastBefore(first: (from: number) => Days | undefined, before: number, days: number): Days | undefined {
  let found: Days | undefined;
  for (let next = first(before - days); next && next.start < before; next = first(next.start + 1)) found = next;
  return found;
}

/** Of all days that a phrase can name, the one that is meant: by `which`, else by the direction of the conventions. */
export function choose(frame: Frame, first: (from: number) => Days | undefined, days: number): Days | undefined {
  const { anchor, conventions } = frame;
  const before = lastBefore(first, anchor, days);
  const isRunning = before !== undefined && before.end > anchor;
  if (isRunning) return before;
  const coming = first(anchor);
  if (conventions.direction === 'future' || anchor !== frame.today || !before || !coming) return coming ?? before;
  return anchor - before.start < coming.start - anchor ? before : coming;
}

/** A written date of which some parts may be missing. */
export function calendarDate(fields: Fields): DateValue {
  const first = (from: number) => firstWith(fields, from);
  const hasDay = fields.day !== undefined || fields.weekday !== undefined;
  const grain = hasDay ? 'day' : fields.month !== undefined ? 'month' : 'long';
  if (fields.month !== undefined && fields.day !== undefined && fields.day > longestMonth(fields)) {
    return { grain, fields, isUnresolved: true, isImpossible: true, find: () => undefined };
  }
  return { grain, fields, first, find: (frame) => findWith(fields, frame) };
}

function longestMonth({ year, month = 1 }: Fields): number {
  return daysInMonth(year ?? 2000, month);
}

/** A weekday that does not fit a date with a day this near is a date of the past ("Sunday, Feb 10" said on Feb 12). */
const RECENT_DAYS = 31;

function findWith(fields: Fields, frame: Frame): Days | undefined {
  const { weekday, ...date } = fields;
  if (fields.year !== undefined && (fields.month !== undefined || fields.day === undefined)) {
    const found = firstWith(date, Number.MIN_SAFE_INTEGER / 1e6);
    if (found && weekday !== undefined && weekdayOf(found.start) !== weekday && fields.day !== undefined) noteMismatch(frame, found.start);
    return found;
  }
  if (weekday === undefined || fields.month === undefined || fields.day === undefined) {
    const found = choose(frame, (from) => firstWith(fields, from), lookback(fields));
    return found && weekday !== undefined && fields.day !== undefined ? nearOf(fields, found, frame) : found;
  }
  const coming = choose(frame, (from) => firstWith(date, from), 800);
  if (!coming || weekdayOf(coming.start) === weekday) return coming;
  const before = lastBefore((from) => firstWith(date, from), frame.anchor, 800);
  if (before && weekdayOf(before.start) === weekday && before.start >= frame.anchor - RECENT_DAYS) return before;
  noteMismatch(frame, coming.start);
  return coming;
}

/** "Tuesday the 4th" of the month that runs, where the next such day is months away. */
function nearOf(fields: Fields, found: Days, { anchor }: Frame): Days {
  if (found.start - anchor <= 2 * RECENT_DAYS) return found;
  const before = lastBefore((from) => firstWith(fields, from), anchor, RECENT_DAYS);
  return before ?? found;
}

const NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function noteMismatch(frame: Frame, day: number): void {
  frame.note(`${formatDay(day)} is a ${NAMES[weekdayOf(day) - 1]}; the date counts, not the weekday`);
}

/** The one that lies in a longer stretch: "Tuesday" of "next week", "March 3" of "next year". */
export function within(inner: DateValue, outer: DateValue): DateValue | undefined {
  const { first } = inner;
  if (!first) return undefined;
  return {
    grain: inner.grain,
    isRelative: true,
    find: (frame) => {
      const stretch = outer.find(frame);
      const found = stretch && first(stretch.start);
      return found && stretch && found.start < stretch.end ? found : undefined;
    },
  };
}
