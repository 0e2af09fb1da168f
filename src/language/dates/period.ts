import { addBusinessDays, fromDay, startOfMonth, startOfWeek } from './calendar.ts';
import type { DateValue, Days, Grain } from './day.ts';
import { type Frame, firstWeekday } from './frame.ts';
import { type Which, which } from './names.ts';
import { count } from './number.ts';
import { dictionary, either, longest, map, maybe, type Parser, phrase, rule } from './parser.ts';
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

export const severalPhrase: Parser<DateValue> = longest(
  rule([the, pastOrComing, count, periodUnit], (_, pointer, times, unit) =>
    unit === 'day' && times === 1 ? undefined : several(pointer, times, unit),
  ),
  rule([the, count, pastOrComing, periodUnit], (_, times, pointer, unit) => several(pointer, times, unit)),
);

const current: Parser<Which> = map(phrase('the'), () => 'this');

/** "the week": this one, where "in", "of" and the like stand before it. */
export const thePeriod = rule([current, periodUnit], (pointer, unit) =>
  ['day', 'businessDay', 'decade', 'century'].includes(unit) ? undefined : { ...periodBy(pointer, unit), isWeak: true as const },
);

export const rest = rule(
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

export const soFar = rule(
  [either(phrase('year to date'), phrase('ytd')), maybe(phrase('so far'))],
  (_, _far): DateValue => ({
    grain: 'long',
    isRelative: true,
    find: (frame) => ({ start: periodAt('year', frame, 0).start, end: frame.today + 1 }),
  }),
);

export const weekAfterNext = either(
  rule([the, periodUnit, phrase('after next')], (_, unit) => periodBy('after-next', unit)),
  rule([the, periodUnit, phrase('before last')], (_, unit) => periodBy('before-last', unit)),
);
