import { fromDay, startOfMonth, toDay } from './calendar.ts';
import { type DateValue, firstWith, lastBefore } from './day.ts';
import { monthName, type Which, which } from './names.ts';
import { yearDigits } from './number.ts';
import { dictionary, either, longest, map, maybe, memo, type Parser, pattern, phrase, rule, unless } from './parser.ts';
import { periodBy, periodUnit, rest, severalPhrase, soFar, thePeriod, weekAfterNext } from './period.ts';
import { numberedWeek, quarters } from './quarter.ts';
import { weekendBy } from './weekend.ts';

const the = maybe(phrase('the'));

const longYear = rule(
  [which, phrase('fiscal year | school year | academic year | financial year | tax year')],
  (_, _year): DateValue => unresolved(),
);
const unresolvedYear = rule(
  [
    the,
    phrase('fiscal year | school year | academic year | financial year | sy | fy'),
    maybe(either(yearDigits, pattern(/\d\d(?!\d)/u, Number))),
  ],
  (_, _word, year): DateValue | undefined => (year === undefined ? undefined : unresolved()),
);

/** About time, but of no definite days. */
function unresolved(): DateValue {
  return { grain: 'long', isUnresolved: true, find: () => undefined };
}

const season = phrase('spring | summer | autumn | fall | winter | summertime | wintertime | springtime | season | seasons');
const seasonPhrase = longest(
  rule([which, season], () => unresolved()),
  rule(
    [phrase('in | during | by | until | since'), the, season, maybe(rule([maybe(phrase('of')), yearDigits], (_, year) => year))],
    (_, _the, name) => (name === 'fall' || name.startsWith('season') ? undefined : unresolved()),
  ),
  rule([phrase('spring | summer | autumn | winter | fall'), maybe(phrase('of')), yearDigits], (_season, _of, _year) => unresolved()),
);

/** "this March", "next December", "March after next" */
function monthBy(pointer: Which, month: number): DateValue {
  const first = (from: number) => firstWith({ month }, from);
  const skip = pointer === 'after-next' ? 1 : 0;
  return {
    grain: 'month',
    which: pointer,
    fields: { month },
    first,
    find: (frame) => {
      const { year, month: now } = fromDay(frame.anchor);
      if (pointer === 'this') return { start: toDay(year, month, 1), end: startOfMonth(year, month + 1) };
      if (pointer === 'last') return lastBefore(first, toDay(year, now, 1), 800);
      const next = first(startOfMonth(year, now + 1));
      return next && skip ? first(next.end) : next;
    },
  };
}

const monthPointed: Parser<DateValue> = longest(
  rule([which, monthName], monthBy),
  rule([monthName, phrase('after next')], (month) => monthBy('after-next', month)),
  rule([monthName, which, phrase('year | yr')], (month, pointer) => {
    const year = periodBy(pointer, 'year');
    return { grain: 'month', find: (frame) => firstWith({ month }, year.find(frame)?.start ?? frame.today) };
  }),
);

const decade = rule(
  [maybe(phrase('the')), pattern(/((?:1[89]|20)\d)0\s?['’]?s\b/iu, ([, tens]) => Number(tens) * 10)],
  (_, start): DateValue => ({
    grain: 'long',
    find: () => ({ start: toDay(start, 1, 1), end: toDay(start % 100 === 0 && start < 2000 ? start + 100 : start + 10, 1, 1) }),
  }),
);

const NINETEEN_HUNDREDS = 'twenties thirties forties fifties sixties seventies eighties nineties'.split(' ');
/** "the 90s", "the nineties": of the last century. */
const shortDecade = rule(
  [
    phrase('the'),
    either(
      pattern(/['’]?([2-9])0\s?['’]?s\b/iu, ([, tens]) => Number(tens)),
      dictionary(NINETEEN_HUNDREDS.map((name, index): [string, number] => [name, index + 2])),
    ),
  ],
  (_, tens): DateValue => ({ grain: 'long', find: () => ({ start: toDay(1900 + tens * 10, 1, 1), end: toDay(1910 + tens * 10, 1, 1) }) }),
);

/** "the last day for taxes" is no yesterday. */
const lastDayOf = rule([the, phrase('last day'), phrase('for | of | to | at | on | in')], (_, words) => words);

/** A named stretch of the calendar: "next week", "this month", "Q3 2030", "the 1990s", "rest of the week". */
export const periodPhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    rule([unless(lastDayOf), which, periodUnit], (_, pointer, unit) => periodBy(pointer, unit)),
    thePeriod,
    weekAfterNext,
    severalPhrase,
    rest,
    soFar,
    longYear,
    unresolvedYear,
    seasonPhrase,
    monthPointed,
    quarters,
    numberedWeek,
    decade,
    shortDecade,
    map(phrase('weekend | the weekend | week end'), () => weekendBy('this')),
    map(phrase('lastmonth'), () => periodBy('last', 'month')),
  ),
);
