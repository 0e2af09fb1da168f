import { addMonths, fromDay, startOfIsoWeek, startOfMonth } from './calendar.ts';
import { calendarDate, choose, type DateValue, type Days } from './day.ts';
import { which } from './names.ts';
import { ordinal, yearDigits } from './number.ts';
import { ahead, either, joined, longest, map, maybe, type Parser, pattern, phrase, rule } from './parser.ts';
import { periodBy } from './period.ts';

const the = maybe(phrase('the'));

const yearOf = maybe(
  rule(
    [
      maybe(phrase('of | in | , | -')),
      either<DateValue>(
        map(yearDigits, (year) => calendarDate({ year })),
        rule([which, phrase('year | yr')], (pointer) => periodBy(pointer, 'year')),
      ),
    ],
    (_, year) => year,
  ),
);
const shortYear = map(
  pattern(/['’]?(\d\d)(?!\d)/u, ([, written]) => 2000 + Number(written)),
  (year) => calendarDate({ year }),
);

/** A quarter or half of a year, of the coming one where none is said. */
function portion(months: number, index: number, year: DateValue | undefined): DateValue | undefined {
  if (index < 1 || index * months > 12) return undefined;
  const first = (from: number): Days => {
    const { year: at } = fromDay(from);
    const own = { start: startOfMonth(at, (index - 1) * months + 1), end: startOfMonth(at, index * months + 1) };
    return own.start >= from ? own : { start: addMonths(own.start, 12), end: addMonths(own.end, 12) };
  };
  return {
    grain: 'long',
    first,
    find: (frame) => {
      const found = year?.find(frame);
      return year ? found && first(found.start) : choose(frame, first, 400);
    },
  };
}

const quarterWord = phrase('quarter | qtr');
export const quarters: Parser<DateValue> = longest(
  rule([the, ordinal, quarterWord, yearOf], (_, index, _word, year) => portion(3, index, year)),
  rule([the, phrase('last | final'), quarterWord, ahead(phrase('of')), yearOf], (_, _last, _word, _ahead, year) =>
    year ? portion(3, 4, year) : undefined,
  ),
  rule([phrase('q'), joined, pattern(/[1-4](?!\d)/u, Number), maybe(either(yearOf, shortYear))], (_, _joined, index, year) =>
    portion(3, index, year),
  ),
  rule([phrase('h'), joined, pattern(/[12](?!\d)/u, Number), yearOf], (_, _joined, index, year) =>
    year ? portion(6, index, year) : undefined,
  ),
  rule(
    [
      either(
        map(yearDigits, (year) => calendarDate({ year })),
        shortYear,
      ),
      maybe(phrase('-')),
      pattern(/q([1-4])(?!\d)/iu, ([, index]) => Number(index)),
    ],
    (year, _, index) => portion(3, index, year),
  ),
  rule(
    [map(yearDigits, (year) => calendarDate({ year })), maybe(phrase('-')), pattern(/h([12])(?!\d)/iu, ([, index]) => Number(index))],
    (year, _, index) => portion(6, index, year),
  ),
  rule(
    [
      the,
      ordinal,
      phrase('half'),
      phrase('of'),
      either<DateValue>(
        map(yearDigits, (year) => calendarDate({ year })),
        rule([phrase('the | this'), phrase('year')], () => periodBy('this', 'year')),
        rule([which, phrase('year')], (pointer) => periodBy(pointer, 'year')),
      ),
    ],
    (_, index, _half, _of, year) => portion(6, index, year),
  ),
  rule([which, phrase('year'), the, ordinal, quarterWord], (pointer, _year, _the, index) => portion(3, index, periodBy(pointer, 'year'))),
);

/** "week 3 of 2030", "week 23" (ISO) */
export const numberedWeek = rule(
  [
    the,
    phrase('week | calendar week | cw | wk'),
    maybe(phrase('number | no | #')),
    pattern(/\d{1,2}(?!\d|[:.]\d|\s?%)/u, ([text]) => Number(text)),
    yearOf,
  ],
  (_, _week, _number, week, year): DateValue | undefined =>
    week < 1 || week > 53
      ? undefined
      : {
          grain: 'week',
          find: (frame) => {
            const inYear = year?.find(frame)?.start ?? frame.today;
            const start = startOfIsoWeek(fromDay(inYear).year, week);
            return { start, end: start + 7 };
          },
        },
);
