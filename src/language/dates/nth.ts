import { fromDay, isBusinessDay, startOfIsoWeek, startOfWeek, weekdayOf } from './calendar.ts';
import { calendarDatePhrase, monthPhrase, yearPhrase } from './calendar-date.ts';
import { calendarDate, type DateValue, type Days, firstWith, oneDay } from './day.ts';
import { type Frame, firstWeekday } from './frame.ts';
import { holidayPhrase } from './holiday.ts';
import { monthName, weekdayName, weekdayPlural, which } from './names.ts';
import { count, ordinal } from './number.ts';
import { either, longest, map, maybe, memo, type Parser, phrase, rule } from './parser.ts';
import { type PeriodUnit, periodAt, periodBy, periodUnit } from './period.ts';
import { periodPhrase } from './period-phrase.ts';
import { weekendsIn } from './weekend.ts';

const the = maybe(phrase('the'));

/** What a part or an nth is taken of: a month, a year, a quarter, "next week", "the month". */
export const container: Parser<DateValue> = memo(
  longest<DateValue>(
    periodPhrase,
    monthPhrase,
    yearPhrase,
    rule([maybe(phrase('the')), periodUnit], (_, unit) =>
      ['week', 'month', 'quarter', 'year', 'decade'].includes(unit) ? periodBy('this', unit) : undefined,
    ),
  ),
);

/** 1, 2, 3 from the start; -1, -2 from the end. */
const position: Parser<number> = longest(
  ordinal,
  map(phrase('last | final | very last'), () => -1),
  map(phrase('penultimate | second to last | next to last | second last | last but one'), () => -2),
  map(phrase('initial | very first'), () => 1),
  rule([ordinal, phrase('last | to last | from last')], (index) => -index),
);

type Counted = { readonly kind: 'weekday'; readonly weekday: number } | { readonly kind: 'unit'; readonly unit: PeriodUnit };

const counted: Parser<Counted> = either<Counted>(
  map(weekdayName, (weekday) => ({ kind: 'weekday', weekday })),
  map(weekdayPlural, (weekday) => ({ kind: 'weekday', weekday })),
  map(periodUnit, (unit) => ({ kind: 'unit', unit })),
);

function membersOf(what: Counted, stretch: Days, frame: Frame): readonly Days[] {
  if (what.kind === 'weekday') return daysIn(stretch, (day) => weekdayOf(day) === what.weekday);
  const { unit } = what;
  if (unit === 'day') return daysIn(stretch, () => true);
  if (unit === 'businessDay') return daysIn(stretch, isBusinessDay);
  if (unit === 'weekend') return weekendsIn(stretch, frame);
  const found: Days[] = [];
  const first = unit === 'week' ? startOfWeek(stretch.start + 6, firstWeekday(frame)) : periodAt(unit, frame, 0, stretch.start).start;
  for (let next = periodAt(unit, frame, 0, first); next.end <= stretch.end; next = periodAt(unit, frame, 1, next.start)) {
    if (next.start >= stretch.start) found.push(next);
  }
  return found;
}

function daysIn({ start, end }: Days, accepts: (day: number) => boolean): Days[] {
  const found: Days[] = [];
  for (let day = start; day < Math.min(end, start + 3700); day += 1) if (accepts(day)) found.push(oneDay(day));
  return found;
}

function isFullYear({ start, end }: Days): boolean {
  const { month, day } = fromDay(start);
  return month === 1 && day === 1 && end - start > 360 && end - start < 370;
}

function nthOf(index: number, what: Counted, outer: DateValue): DateValue {
  const grain =
    what.kind === 'weekday' || what.unit === 'day' || what.unit === 'businessDay' ? 'day' : what.unit === 'week' ? 'week' : 'long';
  const pick = (stretch: Days, frame: Frame): Days | undefined => {
    if (what.kind === 'unit' && what.unit === 'week' && index > 0 && isFullYear(stretch)) {
      const start = startOfIsoWeek(fromDay(stretch.start).year, index);
      return { start, end: start + 7 };
    }
    return membersOf(what, stretch, frame).at(index > 0 ? index - 1 : index);
  };
  return {
    grain,
    find: (frame) => {
      const stretch = outer.find(frame);
      const found = stretch && pick(stretch, frame);
      const isOver =
        found &&
        found.end <= frame.anchor &&
        outer.first &&
        outer.fields?.year === undefined &&
        frame.conventions.direction === 'future' &&
        !outer.which;
      const next = isOver ? outer.first?.(stretch.start + 1) : undefined;
      return next ? pick(next, frame) : found;
    },
  };
}

/** "the first two weeks of March", "the last 3 weeks of this year" */
function someOf(isLast: boolean, times: number, unit: PeriodUnit, outer: DateValue): DateValue {
  return {
    grain: 'long',
    find: (frame) => {
      const stretch = outer.find(frame);
      if (!stretch) return undefined;
      if (unit === 'week' && !isLast) return { start: stretch.start, end: Math.min(stretch.end, stretch.start + times * 7) };
      const members = membersOf({ kind: 'unit', unit }, stretch, frame);
      const chosen = isLast ? members.slice(-times) : members.slice(0, times);
      const [head] = chosen;
      const tail = chosen.at(-1);
      return head && tail && { start: head.start, end: tail.end };
    },
  };
}

const of = phrase('of | in | of the | from | during | within');

const nth: Parser<DateValue> = longest(
  rule([the, position, counted, of, container], (_, index, what, _of, outer) => nthOf(index, what, outer)),
  rule([the, position, counted, which, map(phrase('month | year | quarter | week'), (unit) => unit)], (_, index, what, pointer, unit) =>
    nthOf(index, what, periodBy(pointer, unit === 'month' ? 'month' : unit === 'year' ? 'year' : unit === 'quarter' ? 'quarter' : 'week')),
  ),
  rule([the, position, weekdayName, maybe(phrase('of | in')), monthPhrase], (_, index, weekday, _of, outer) =>
    nthOf(index, { kind: 'weekday', weekday }, outer),
  ),
  rule(
    [the, map(phrase('first | last | final'), (word) => word !== 'first'), count, periodUnit, of, container],
    (_, isLast, times, unit, _of, outer) => someOf(isLast, times, unit, outer),
  ),
  rule([monthName, phrase("'s | 's'"), position, counted], (month, _, index, what) => nthOf(index, what, calendarDate({ month }))),
  rule([container, the, position, counted], (outer, _, index, what) =>
    outer.isWeak || index === 0 ? undefined : nthOf(index, what, outer),
  ),
);

/** "the 20th of next month", "the 21st this month", "March 3 next year" */
const dayOfPeriod: Parser<DateValue> = longest(
  rule(
    [
      the,
      map(ordinal, (day) => day),
      maybe(phrase('day')),
      maybe(phrase('of | in')),
      either(
        rule([which, phrase('month')], (pointer) => periodBy(pointer, 'month')),
        rule([phrase('the month')], () => periodBy('this', 'month')),
      ),
    ],
    (_, day, _day, _of, month): DateValue | undefined =>
      day > 31
        ? undefined
        : {
            grain: 'day',
            find: (frame) => {
              const stretch = month.find(frame);
              const found = stretch && firstWith({ day }, stretch.start);
              return found && stretch && found.start < stretch.end ? found : undefined;
            },
          },
  ),
  rule([map(count, (day) => day), phrase('of'), which, phrase('month')], (day, _of, pointer): DateValue | undefined =>
    Number.isInteger(day) && day >= 1 && day <= 31
      ? {
          grain: 'day',
          find: (frame) => {
            const stretch = periodBy(pointer, 'month').find(frame);
            const found = stretch && firstWith({ day }, stretch.start);
            return found && stretch && found.start < stretch.end ? found : undefined;
          },
        }
      : undefined,
  ),
);

/** "the first business day", "the last day": of this month where "of the month" is not said but "of month" is. */
const ofMonth = rule([the, position, counted, phrase('of month | of year | of week')], (_, index, what, word) =>
  nthOf(index, what, periodBy('this', word === 'of month' ? 'month' : word === 'of year' ? 'year' : 'week')),
);

/** "the week of October 6th", "week beginning February 4" */
export function weekOf(date: DateValue): DateValue {
  return {
    grain: 'week',
    find: (frame) => {
      const found = date.find(frame);
      return found && periodAt('week', frame, 0, found.start);
    },
  };
}

/** "the Monday closest to October 5th", "the second closest Friday to May 1" */
const near = phrase('closest to | nearest to | nearest | closest');
const closest: Parser<DateValue> = longest(
  rule(
    [the, maybe(ordinal), phrase('closest | nearest'), weekdayName, phrase('to'), calendarDatePhrase],
    (_, index = 1, _word, weekday, _to, date) => nearest(index, weekday, date),
  ),
  rule(
    [the, maybe(ordinal), weekdayName, phrase('after | following | before | preceding'), either(holidayPhrase, calendarDatePhrase)],
    (_, index = 1, weekday, side, date) =>
      date.grain === 'day' && !date.isWeak && !date.fields?.weekday
        ? beside(weekday, /after|following/.test(side) ? index : -index, date)
        : undefined,
  ),
  rule([the, weekdayName, near, calendarDatePhrase], (_, weekday, _near, date) => nearest(1, weekday, date)),
);

/** "the first Friday after Easter", "the Monday before March 10" */
function beside(weekday: number, index: number, date: DateValue): DateValue {
  return {
    grain: 'day',
    isRelative: true,
    find: (frame) => {
      const found = date.find(frame);
      const after = found && firstWith({ weekday }, index > 0 ? found.start + 1 : found.start - 7);
      return after && oneDay(after.start + (index > 0 ? index - 1 : index + 1) * 7);
    },
  };
}

function nearest(index: number, weekday: number, date: DateValue): DateValue {
  return {
    grain: 'day',
    find: (frame) => {
      const found = date.find(frame);
      const first = found && firstWith({ weekday }, found.start - 3);
      if (!found || !first || index === 1) return first;
      const side = first.start >= found.start ? -1 : 1;
      return oneDay(first.start + Math.floor(index / 2) * 7 * (index % 2 === 0 ? side : -side));
    },
  };
}

/** Something counted inside a longer stretch: "the third Thursday of next month", "the last day of March". */
export const nthPhrase: Parser<DateValue> = memo(longest(nth, dayOfPeriod, ofMonth, closest));
