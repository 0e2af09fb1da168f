/** Days are whole numbers since 1970-01-01, local times whole seconds since that day's midnight: no zone, no `Date`. */
export const DAY_SECONDS = 86_400;

export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Howard Hinnant's `days_from_civil`: the proleptic Gregorian calendar in integers. */
export function toDay(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function fromDay(day: number): CalendarDay {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1 };
}

/** ISO: Monday is 1, Sunday is 7. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

export function daysInMonth(year: number, month: number): number {
  return month === 12 ? 31 : toDay(year, month + 1, 1) - toDay(year, month, 1);
}

/** The first day of a month; `month` may lie outside 1 to 12 and carries into the year. */
export function startOfMonth(year: number, month: number): number {
  const index = year * 12 + month - 1;
  return toDay(Math.floor(index / 12), (((index % 12) + 12) % 12) + 1, 1);
}

/** The same day of a later or earlier month, or that month's last day. */
export function addMonths(day: number, months: number): number {
  const date = fromDay(day);
  const first = startOfMonth(date.year, date.month + months);
  const target = fromDay(first);
  return first + Math.min(date.day, daysInMonth(target.year, target.month)) - 1;
}

export function startOfWeek(day: number, firstWeekday: number): number {
  return day - ((weekdayOf(day) - firstWeekday + 7) % 7);
}

/** The Monday of an ISO week. */
export function startOfIsoWeek(year: number, week: number): number {
  return startOfWeek(toDay(year, 1, 4), 1) + (week - 1) * 7;
}

export function isBusinessDay(day: number): boolean {
  return weekdayOf(day) < 6;
}

/** Moves by business days; a weekend is left in the direction of the move before it is counted. */
export function addBusinessDays(day: number, count: number): number {
  const step = count < 0 ? -1 : 1;
  let moved = day;
  for (let left = Math.abs(count); left > 0; ) {
    moved += step;
    if (isBusinessDay(moved)) left -= 1;
  }
  return moved;
}

/** Western Easter Sunday (the anonymous Gregorian algorithm). */
export function easterOf(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const correction = (century - Math.floor(century / 4) - Math.floor((8 * century + 13) / 25) + 19 * golden + 15) % 30;
  const epact =
    correction -
    Math.floor(correction / 28) * (1 - Math.floor(correction / 28) * Math.floor(29 / (correction + 1)) * Math.floor((21 - golden) / 11));
  const sunday = (year + Math.floor(year / 4) + epact + 2 - century + Math.floor(century / 4)) % 7;
  const offset = epact - sunday;
  const month = 3 + Math.floor((offset + 40) / 44);
  return toDay(year, month, offset + 28 - 31 * Math.floor(month / 4));
}

const two = (value: number) => String(value).padStart(2, '0');

/** "2030-01-08" */
export function formatDay(day: number): string {
  const { year, month, day: dayOfMonth } = fromDay(day);
  const written = year < 0 ? `-${String(-year).padStart(6, '0')}` : String(year).padStart(4, '0');
  return `${written}-${two(month)}-${two(dayOfMonth)}`;
}

/** "14:00", with seconds only where there are any. */
export function formatClock(second: number): string {
  const seconds = second % 60;
  return `${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}${seconds ? `:${two(seconds)}` : ''}`;
}

/** "2030-01-08T14:00" */
export function formatLocal(second: number): string {
  const day = Math.floor(second / DAY_SECONDS);
  return `${formatDay(day)}T${formatClock(second - day * DAY_SECONDS)}`;
}
