export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** A calendar date as the number of days since 1970-01-01; the same in every zone. */
export type DayNumber = number;

/** The day number of a year, month (1-12) and day of the proleptic Gregorian calendar; days beyond the month's end run on. */
export function toDayNumber(year: number, month: number, day: number): DayNumber {
  // Counted from 1 March of year 0, so that a leap day is the last day of its year.
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export interface CivilDate {
  readonly year: number;
  /** 1-12 */
  readonly month: number;
  readonly day: number;
}

export function toCivilDate(dayNumber: DayNumber): CivilDate {
  const shifted = dayNumber + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** ISO weekday: 1 is Monday, 7 is Sunday. */
export function toWeekday(dayNumber: DayNumber): number {
  return ((((dayNumber + 3) % 7) + 7) % 7) + 1;
}

/** "2030-01-11" as a day number. Throws a `RangeError` for anything that is no calendar date. */
export function parseDate(date: string): DayNumber {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const dayNumber = match === null ? Number.NaN : toDayNumber(Number(match[1]), Number(match[2]), Number(match[3]));
  if (match === null || toDateString(dayNumber) !== date) {
    throw new RangeError(`"${date}" is not a calendar date; write it as year-month-day, for example "2030-01-11".`);
  }
  return dayNumber;
}

/** "2030-01-11"; years outside 0-9999 get a sign and six digits, as in ISO 8601. */
export function toDateString(dayNumber: DayNumber): string {
  const { year, month, day } = toCivilDate(dayNumber);
  const years =
    year >= 0 && year <= 9999 ? String(year).padStart(4, '0') : `${year < 0 ? '-' : '+'}${String(Math.abs(year)).padStart(6, '0')}`;
  return `${years}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
}
