const MONTHS = ['Ian.', 'Feb.', 'Mart.', 'Apr.', 'Mai.', 'Iun.', 'Iul.', 'Aug.', 'Sept.', 'Oct.', 'Nov.', 'Dec.'] as const;

/** A calendar date; `month` counts from 1. */
export interface CalendarDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * The date as a Roman wrote it: counted down, both ends included, to the Kalends (1st), Nones (5th or 7th) or Ides (13th or 15th).
 *
 * `toRomanDate({ year: 2030, month: 1, day: 7 })` → `"a. d. VII Id. Ian."`
 */
export function toRomanDate({ year, month, day }: CalendarDate): string {
  const late = month === 3 || month === 5 || month === 7 || month === 10;
  const nones = late ? 7 : 5;
  const ides = nones + 8;
  if (day === 1) return named('Kal.', month);
  if (day <= nones) return countdown(nones - day, 'Non.', month);
  if (day <= ides) return countdown(ides - day, 'Id.', month);
  return beforeKalends({ year, month, day });
}

/** A leap day doubles the sixth day before the Kalends of March ("bis sextum") instead of moving the count. */
function beforeKalends({ year, month, day }: CalendarDate): string {
  const next = (month % 12) + 1;
  const leapFebruary = month === 2 && isLeap(year);
  if (leapFebruary && day === 25) return `a. d. bis VI Kal. ${monthName(next)}`;
  const length = leapFebruary && day < 25 ? 28 : lengthOf(year, month);
  return countdown(length + 1 - day, 'Kal.', next);
}

function countdown(daysLeft: number, mark: string, month: number): string {
  if (daysLeft === 0) return named(mark, month);
  if (daysLeft === 1) return `pridie ${mark} ${monthName(month)}`;
  return `a. d. ${toNumeral(daysLeft + 1)} ${mark} ${monthName(month)}`;
}

function named(mark: string, month: number): string {
  return `${mark} ${monthName(month)}`;
}

function monthName(month: number): string {
  return MONTHS[month - 1] ?? '';
}

function toNumeral(count: number): string {
  const units = ['', 'I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX'];
  return `${count >= 10 ? 'X' : ''}${units[count % 10] ?? ''}`;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function lengthOf(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
