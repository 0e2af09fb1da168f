import { calendarDate, type DateValue, type Fields } from './day.ts';
import { endsCleanly } from './guard.ts';
import { monthName, weekdayName } from './names.ts';
import { digits, ordinalDay, plainDay, yearDigits, yearWords } from './number.ts';
import { ahead, either, joined, longest, map, maybe, memo, type Parser, pattern, peek, phrase, rule, unless } from './parser.ts';
import type { Settings } from './token.ts';

const the = maybe(phrase('the'));
/** Nothing stands behind that makes the number before it a count. */
const clean: Parser<true> = (source, at) => (endsCleanly(source, at) ? { value: true, end: at } : undefined);
const notMore = unless(rule([joined, phrase('- | /')], () => true));

/** "74" is the year of that ending that is less than fifty years away. */
export function fullYear(written: string, reference: number): number {
  const value = Number(written);
  if (written.length > 2) return value;
  const year = Math.floor(reference / 100) * 100 + value;
  if (year - reference >= 50) return year - 100;
  return reference - year > 50 ? year + 100 : year;
}

/** Month and day of two figures: by the setting, or the other way round where only that is a date. */
function order(first: number, second: number, { dateOrder }: Settings): Fields | undefined {
  const [month, day] = dateOrder === 'MDY' ? [first, second] : [second, first];
  if (month >= 1 && month <= 12 && day >= 1 && day <= 31) return { month, day };
  return day >= 1 && day <= 12 && month >= 1 && month <= 31 ? { month: day, day: month } : undefined;
}

const isPossible = (date: DateValue | undefined) => (date?.isImpossible ? undefined : date);

/** 10/31/74, 10-31-1974, 23.04.2022, 10 31 1974 */
const figures = pattern(
  /(?<![\d/.:])(\d{1,2})([-/.]|(?= ))\s?(\d{1,2})(?:\2)\s?(\d{4}|\d{2})(?![\d/]|[-.]\d(?!\d?[-/:]|\d?\.\d|\d?-\d))/u,
  (match, given) => {
    const [, first = '', mark, second = '', year = ''] = match;
    if (mark === '' && year.length < 4) return undefined;
    const fields = order(Number(first), Number(second), given);
    return fields && isPossible(calendarDate({ ...fields, year: fullYear(year, given.year) }));
  },
);

/** 2030-01-08, 2030/1/8, 2030 01 08, 20300108 */
const iso = pattern(/(?<!\d[-/.]?)((?:1[5-9]|2[0-9])\d\d)([-/. ])(\d{1,2})\2(\d{1,2})(?!\d|[-/]\d)/u, ([, year, , month, day]) =>
  isoDate(year, month, day),
);
const compact = pattern(/(?<!\d[-/.]?)((?:19|20)\d\d)([01]\d)([0-3]\d)(?!\d)/u, ([, year, month, day]) => isoDate(year, month, day));

function isoDate(year = '', month = '', day = ''): DateValue | undefined {
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  return isPossible(calendarDate({ year: Number(year), month: Number(month), day: Number(day) }));
}

/** 10/31 */
const monthAndDay = pattern(/(?<![\d/.:$€£])(\d{1,2})\/(\d{1,2})(?![\d/%]|[.]\d)/u, ([, first, second], given) => {
  const fields = order(Number(first), Number(second), given);
  return fields && isPossible(calendarDate(fields));
});

/** 5.12: a date only behind a weekday or "on", so it is marked weak. */
const dottedDay = pattern(/(?<![\d/.:$€£-])(\d{1,2})\.(\d{1,2})(?![\d/%]|[.:]\d)/u, ([, first, second], given) => {
  const fields = order(Number(first), Number(second), given);
  const date = fields && isPossible(calendarDate(fields));
  return date && { ...date, isWeak: true as const };
});

/** 04/2016, 12-2015, 2015-12 */
const monthOfYear = either(
  pattern(/(?<![\d/.-])(\d{1,2})[-/]((?:19|20)\d\d)(?![\d/-])/u, ([, month, year]) => monthDate(year, month)),
  pattern(/(?<![\d/.-])((?:19|20)\d\d)[-/](\d{2})(?![\d/-])/u, ([, year, month]) => monthDate(year, month)),
);

function monthDate(year: string | undefined, month: string | undefined): DateValue | undefined {
  const value = Number(month);
  return value >= 1 && value <= 12 ? calendarDate({ year: Number(year), month: value }) : undefined;
}

const era = phrase('bc | bce | ad | ce | be');
const eraYear = rule([digits, era], (year, name) => (name === 'be' ? year - 543 : name.startsWith('b') ? 1 - year : year));

/** A year behind a date: 2030, '30, "twenty thirty"; two figures only behind an apostrophe or "of". */
const year: Parser<number> = longest(
  eraYear,
  rule([yearDigits, unless(rule([phrase(':')], () => true))], (value) => value),
  yearWords,
  pattern(/['’](\d\d)(?!\d)/u, ([, written = ''], given) => fullYear(written, given.year)),
);
const shortYear = pattern(/\d\d(?![\d:.,]|\s?(?:am|pm|a\.m|p\.m|o.?\s?clock|st\b|nd\b|rd\b|th\b|h\d|h\b))/iu, ([written], given) =>
  fullYear(written, given.year),
);
const yearAfter = rule([maybe(phrase(', | of | in | - | / | . | in the year | of the year | , in')), year], (_, value) => value);
const shortYearAfter = either(
  yearAfter,
  rule([maybe(phrase('of | - | / | ,')), shortYear, notMore], (_, value) => value),
);

const separator = maybe(phrase('- | / | of | . | day of'));
const dayOrdinal = rule([the, ordinalDay, maybe(phrase('day'))], (_, day) => day);
const anyDay = either(
  dayOrdinal,
  rule([the, plainDay], (_, day) => day),
);

const withYear = (fields: Fields, value: number | undefined) => calendarDate(value === undefined ? fields : { ...fields, year: value });

/** "8 January 2030", "the 8th of Jan" */
const dayFirst = rule([anyDay, separator, monthName, maybe(shortYearAfter)], (day, _, month, value) => withYear({ month, day }, value));

const dayOfFigures = rule([plainDay, unless(clockMark())], (day) => day);
const dayAfterMonth: Parser<number> = either(dayOrdinal, dayOfFigures);

function clockMark(): Parser<unknown> {
  return either<unknown>(
    rule([joined, phrase(': | th')], () => true),
    rule([phrase("am | pm | a.m | p.m | o'clock")], () => true),
  );
}

/** "January 8, 2030", "Jan 8th", "January twenty-fourth" */
const monthFirst = rule(
  [monthName, maybe(phrase(', | - | / | the | . | , the')), dayAfterMonth, notYear(), maybe(yearAfterDay())],
  (month, _, day, _open, value) => withYear({ month, day }, value),
);

/** "May 2030" must not be read as the 20th; figures that run on are no day. */
function notYear(): Parser<true> {
  return unless(rule([joined, phrase('. | ,'), joined, digits], () => true));
}

function yearAfterDay(): Parser<number> {
  return either(
    yearAfter,
    rule([phrase("'"), shortYear], (_, value) => value),
    rule([phrase('of | - | /'), shortYear], (_, value) => value),
  );
}

/** "2018 March 18", "2020/23/Sep" */
const yearFirst = either(
  rule([yearDigits, separator, monthName, separator, dayAfterMonth], (value, _, month, _mark, day) =>
    isPossible(calendarDate({ year: value, month, day })),
  ),
  rule([yearDigits, phrase('/ | -'), plainDay, phrase('/ | -'), monthName], (value, _, day, _mark, month) =>
    isPossible(calendarDate({ year: value, month, day })),
  ),
);

/** "March 2030", "March of '30", "Dec/2018", "March" */
const month = rule(
  [
    monthName,
    maybe(
      either(
        yearAfter,
        rule([phrase('of'), shortYear], (_, value) => value),
        rule([ahead(pattern(/\d\d(?!\d)/u, ([text]) => (Number(text) > 31 ? true : undefined))), shortYear], (_, value) => value),
      ),
    ),
  ],
  (name, value) => withYear({ month: name }, value),
);

/** "the 14th or the 15th of March": the month holds for both. */
const dayBeforeDay = rule(
  [the, ordinalDay, peek(rule([phrase('or | and | , | & | / | and / or | , or | , and'), dayFirst], (_, date) => date))],
  (_, day, { fields }) => (fields ? calendarDate({ ...fields, day }) : undefined),
);

/** "the 15th", "the 15th day" */
const dayOfMonth: Parser<DateValue> = either(
  rule([phrase('the'), ordinalDay, maybe(phrase('day of the month | of the month | of month'))], (_, day) => calendarDate({ day })),
  rule([phrase('on the'), digits, unless(clockMark()), clean], (_, day) => (day >= 1 && day <= 31 ? calendarDate({ day }) : undefined)),
  map(ordinalDay, (day): DateValue => ({ ...calendarDate({ day }), isWeak: true })),
);

/** "2030", "the year 2030"; a bare one is weak. */
const bareYear: Parser<DateValue> = longest(
  rule([the, phrase('year | years | calendar year | cy'), either(year, shortYearOnly())], (_, _word, value) =>
    calendarDate({ year: value }),
  ),
  map(either(eraYear, yearDigits, yearWords), (value): DateValue => ({ ...calendarDate({ year: value }), isWeak: true })),
);

function shortYearOnly(): Parser<number> {
  return rule([joined, shortYear], (_, value) => value);
}

/** The ides: the 15th of March, May, July and October, else the 13th. */
const ides = rule([the, phrase('ides of'), monthName], (_, _word, name) =>
  calendarDate({ month: name, day: [3, 5, 7, 10].includes(name) ? 15 : 13 }),
);

const to = phrase('to | - | – | — | through | thru | until | till | til | and | ~ | untill | up to');
const from = maybe(phrase('from | between | from the | between the'));

/** A stretch from the first to the last day of one month, that day included. */
function daysOf(firstDay: number, lastDay: number, monthOf: number, value: number | undefined): DateValue | undefined {
  if (firstDay >= lastDay) return undefined;
  const last = withYear({ month: monthOf, day: lastDay }, value);
  const first = withYear({ month: monthOf, day: firstDay }, value);
  if (last.isImpossible || first.isImpossible) return { grain: 'long', isUnresolved: true, isImpossible: true, find: () => undefined };
  return {
    grain: 'long',
    isSpan: true,
    find: (frame) => {
      const end = last.find(frame);
      return end && { start: end.start - (lastDay - firstDay), end: end.end };
    },
  };
}

/** "10 to 22 August 2030", "from the 13th to the 15th of July" */
const daysFirst = rule([from, anyDay, to, anyDay, separator, monthName, maybe(yearAfter)], (_, first, _to, last, _mark, name, value) =>
  daysOf(first, last, name, value),
);
/** "August 10 - 22, 2030", "April 9th through 17th" */
const daysAfterMonth = rule(
  [from, monthName, anyDay, to, anyDay, unless(clockMark()), unless(rule([separator, monthName], () => true)), maybe(yearAfter)],
  (_, name, first, _to, last, _clock, _month, value) => daysOf(first, last, name, value),
);

/** A written weekday before or behind a date belongs to it: "Tuesday, Jan 15", "Sat 14th", "friday 23". */
const weekdayComma = maybe(phrase(', | the | , the'));
const weekdayAndDay = rule(
  [
    weekdayName,
    weekdayComma,
    either(
      ordinalDay,
      rule([digits, unless(clockMark()), unless(dashOrUnit()), clean], (day) => (day <= 31 && day > 0 ? day : undefined)),
    ),
  ],
  (weekday, _, day) => calendarDate({ weekday, day }),
);

function dashOrUnit(): Parser<unknown> {
  return either<unknown>(
    map(digits, () => true),
    rule(
      [
        phrase(
          '- | – | to | : | . | / | h | a | p | am | pm | minute | minutes | min | mins | hour | hours | hr | hrs | day | days | week | weeks | %',
        ),
      ],
      () => true,
    ),
    map(monthName, () => true),
  );
}

const exact: Parser<DateValue> = longest(iso, compact, figures, yearFirst, dayFirst, monthFirst, ides, monthAndDay, dottedDay, monthOfYear);

/** A date with nothing counted or named: "8 January 2030", "1/8", "the 15th", "March", "2030". */
export const calendarDatePhrase: Parser<DateValue> = memo(
  longest(daysFirst, daysAfterMonth, exact, weekdayAndDay, month, dayBeforeDay, dayOfMonth, bareYear),
);

export const monthPhrase: Parser<DateValue> = memo(month);
export const yearPhrase: Parser<DateValue> = memo(bareYear);
