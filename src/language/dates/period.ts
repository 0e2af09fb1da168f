import { addBusinessDays, addMonths, fromDay, startOfIsoWeek, startOfMonth, startOfWeek, toDay } from './calendar.ts';
import { calendarDate, choose, type DateValue, type Days, firstWith, type Grain, lastBefore } from './day.ts';
import { type Frame, firstWeekday } from './frame.ts';
import { monthName, type Which, which } from './names.ts';
import { count, ordinal, yearDigits } from './number.ts';
import { ahead, dictionary, either, joined, longest, map, maybe, memo, type Parser, pattern, phrase, rule } from './parser.ts';
import { weekendBy } from './weekend.ts';

export type PeriodUnit =
  | 'day'
  | 'week'
  | 'workweek'
  | 'weekend'
  | 'month'
  | 'quarter'
  | 'half'
  | 'year'
  | 'decade'
  | 'century'
  | 'businessDay'
  | 'fortnight';

const UNITS: readonly [string, PeriodUnit][] = [
  ...named('day', 'day | days | calendar day | calendar days'),
  ...named('week', 'week | weeks | wk | wks | calendar week | calendar weeks'),
  ...named('workweek', 'workweek | work week | working week | business week'),
  ...named('weekend', 'weekend | weekends | week end | wkend | wknd | week ends'),
  ...named('month', 'month | months | mth | mths | mos | calendar month'),
  ...named('quarter', 'quarter | quarters | qtr | qtrs'),
  ...named('half', 'half year | half-year | semester'),
  ...named('year', 'year | years | yr | yrs | calendar year | calendar years'),
  ...named('decade', 'decade | decades'),
  ...named('century', 'century | centuries'),
  ...named(
    'businessDay',
    'business day | business days | working day | working days | workday | workdays | weekday | weekdays | work day | work days',
  ),
  ...named('fortnight', 'fortnight | fortnights'),
];

function named(unit: PeriodUnit, phrases: string): [string, PeriodUnit][] {
  return phrases.split('|').map((words) => [words.trim(), unit]);
}

export const periodUnit: Parser<PeriodUnit> = dictionary(UNITS);

const MONTHS: Partial<Record<PeriodUnit, number>> = { month: 1, quarter: 3, half: 6, year: 12, decade: 120, century: 1200 };
const GRAIN: Partial<Record<PeriodUnit, Grain>> = { day: 'day', businessDay: 'day', week: 'week', month: 'month' };

/** The period a day lies in, moved by whole periods. */
export function periodAt(unit: PeriodUnit, frame: Frame, steps: number, from = frame.today): Days {
  const months = MONTHS[unit];
  if (months) {
    const { year, month } = fromDay(from);
    const index = Math.floor((year * 12 + month - 1) / months) + steps;
    return { start: startOfMonth(0, index * months + 1), end: startOfMonth(0, (index + 1) * months + 1) };
  }
  if (unit === 'day') return { start: from + steps, end: from + steps + 1 };
  if (unit === 'businessDay') {
    const day = steps === 0 ? from : addBusinessDays(from, steps);
    return { start: day, end: day + 1 };
  }
  if (unit === 'workweek') {
    const monday = startOfWeek(from, 1) + steps * 7;
    return { start: monday, end: monday + 5 };
  }
  const start = startOfWeek(from, firstWeekday(frame)) + steps * 7;
  return unit === 'fortnight' ? { start: start + steps * 7 - 7, end: start + steps * 7 + 7 } : { start, end: start + 7 };
}

/** "this week", "next month", "last year" */
export function periodBy(pointer: Which, unit: PeriodUnit): DateValue {
  if (unit === 'weekend') return weekendBy(pointer);
  const steps = { this: 0, next: 1, coming: 1, last: -1, 'after-next': 2, 'before-last': -2 }[pointer];
  return { grain: GRAIN[unit] ?? 'long', which: pointer, isRelative: true, find: (frame) => periodAt(unit, frame, steps, frame.anchor) };
}

/** "next 3 days", "past two quarters": days follow today, longer ones are whole calendar periods. */
function several(pointer: Which, times: number, unit: PeriodUnit): DateValue | undefined {
  if (!Number.isInteger(times) || times < 1 || times > 1000) return undefined;
  const isLast = pointer === 'last';
  if (unit === 'weekend') return undefined;
  return {
    grain: 'long',
    isRelative: true,
    find: (frame) => {
      const { today } = frame;
      if (unit === 'day') return isLast ? { start: today - times, end: today } : { start: today + 1, end: today + 1 + times };
      if (unit === 'businessDay') {
        return isLast
          ? { start: addBusinessDays(today, -times), end: today }
          : { start: today + 1, end: addBusinessDays(today, times) + 1 };
      }
      if (unit === 'fortnight') return rolling(today, isLast, times * 14);
      const near = periodAt(unit, frame, isLast ? -times : 1);
      return { start: near.start, end: periodAt(unit, frame, isLast ? -1 : times).end };
    },
  };
}

const rolling = (today: number, isLast: boolean, days: number) =>
  isLast ? { start: today - days, end: today } : { start: today, end: today + days };

const the = maybe(phrase('the'));
const pastOrComing = map(
  phrase('coming | upcoming | next | following | last | past | previous | preceding'),
  (word): Which => (/last|past|prev|preceding/.test(word) ? 'last' : 'next'),
);

const severalPhrase: Parser<DateValue> = longest(
  rule([the, pastOrComing, count, periodUnit], (_, pointer, times, unit) =>
    unit === 'day' && times === 1 ? undefined : several(pointer, times, unit),
  ),
  rule([the, count, pastOrComing, periodUnit], (_, times, pointer, unit) => several(pointer, times, unit)),
);

const current: Parser<Which> = map(phrase('the'), () => 'this');

/** "the week": this one, where "in", "of" and the like stand before it. */
const thePeriod = rule([current, periodUnit], (pointer, unit) =>
  ['day', 'businessDay', 'decade', 'century'].includes(unit) ? undefined : { ...periodBy(pointer, unit), isWeak: true as const },
);

const rest = rule(
  [
    the,
    phrase('rest | remainder'),
    phrase('of'),
    maybe(
      either(
        map(which, (found) => found),
        current,
      ),
    ),
    periodUnit,
  ],
  (_, _rest, _of, pointer, unit): DateValue | undefined =>
    pointer && pointer !== 'this'
      ? undefined
      : { grain: 'long', isRelative: true, find: (frame) => ({ start: frame.today, end: periodAt(unit, frame, 0).end }) },
);

const soFar = rule(
  [either(phrase('year to date'), phrase('ytd')), maybe(phrase('so far'))],
  (_, _far): DateValue => ({
    grain: 'long',
    isRelative: true,
    find: (frame) => ({ start: periodAt('year', frame, 0).start, end: frame.today + 1 }),
  }),
);

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
const quarters: Parser<DateValue> = longest(
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
const numberedWeek = rule(
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

const weekAfterNext = either(
  rule([the, periodUnit, phrase('after next')], (_, unit) => periodBy('after-next', unit)),
  rule([the, periodUnit, phrase('before last')], (_, unit) => periodBy('before-last', unit)),
);

/** A named stretch of the calendar: "next week", "this month", "Q3 2030", "the 1990s", "rest of the week". */
export const periodPhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    rule([which, periodUnit], (pointer, unit) => periodBy(pointer, unit)),
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
