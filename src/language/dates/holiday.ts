import { daysInMonth, easterOf, fromDay, toDay, weekdayOf } from './calendar.ts';
import { choose, type DateValue, type Days, lastBefore, oneDay } from './day.ts';
import { type Which, which } from './names.ts';
import { yearDigits } from './number.ts';
import { dictionary, longest, maybe, memo, type Parser, phrase, rule } from './parser.ts';
import { periodBy } from './period.ts';

type DayOfYear = (year: number) => number;

const on =
  (month: number, day: number): DayOfYear =>
  (year) =>
    toDay(year, month, day);

/** The nth weekday of a month; from its end where n is negative. */
const nth =
  (n: number, weekday: number, month: number, plus = 0): DayOfYear =>
  (year) => {
    if (n > 0) {
      const first = toDay(year, month, 1);
      return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7 + plus;
    }
    const last = toDay(year, month, daysInMonth(year, month));
    return last - ((weekdayOf(last) - weekday + 7) % 7) + (n + 1) * 7 + plus;
  };

const easter =
  (plus: number): DayOfYear =>
  (year) =>
    easterOf(year) + plus;

const HOLIDAYS: readonly (readonly [names: string, day: DayOfYear])[] = [
  ["new year day | new years day | new year's day | new year | new years", on(1, 1)],
  ['mlk day | martin luther king day | martin luther king jr day | martin luther king jr. day | civil rights day', nth(3, 1, 1)],
  ['groundhog day | groundhogs day', on(2, 2)],
  ['valentine day | valentines day | valentine | valentines', on(2, 14)],
  ["president day | presidents day | presidents' day | washington birthday", nth(3, 1, 2)],
  ['saint patrick day | st patrick day | st. patrick day | saint patricks day | st patricks day | st. patricks day', on(3, 17)],
  ["april fool day | april fools day | april fools | april fools' day", on(4, 1)],
  ['earth day', on(4, 22)],
  ['star wars day', on(5, 4)],
  ['cinco de mayo', on(5, 5)],
  ["mother day | mothers day | mothers' day", nth(2, 7, 5)],
  ["father day | fathers day | fathers' day", nth(3, 7, 6)],
  ['memorial day | decoration day', nth(-1, 1, 5)],
  ['juneteenth | freedom day | jubilee day', on(6, 19)],
  ['canada day', on(7, 1)],
  ['independence day', on(7, 4)],
  ['bastille day', on(7, 14)],
  ['labor day | labour day', nth(1, 1, 9)],
  ["columbus day | indigenous peoples day | indigenous peoples' day", nth(2, 1, 10)],
  ["halloween | hallowe'en | halloween day", on(10, 31)],
  ["all saints day | all saints' day", on(11, 1)],
  ['guy fawkes night | bonfire night', on(11, 5)],
  ["veterans day | veteran day | veterans' day | remembrance day | armistice day", on(11, 11)],
  ['thanksgiving | thanksgiving day | turkey day', nth(4, 4, 11)],
  ['black friday', nth(4, 4, 11, 1)],
  ['cyber monday', nth(4, 4, 11, 4)],
  ['christmas eve | xmas eve', on(12, 24)],
  ['christmas | xmas | christmas day | xmas day', on(12, 25)],
  ['boxing day', on(12, 26)],
  ["new year eve | new years eve | new year's eve | nye", on(12, 31)],
  ['mardi gras | fat tuesday | shrove tuesday | pancake day', easter(-47)],
  ['ash wednesday', easter(-46)],
  ['palm sunday', easter(-7)],
  ['maundy thursday | holy thursday', easter(-3)],
  ['good friday', easter(-2)],
  ['holy saturday', easter(-1)],
  ['easter | easter sunday', easter(0)],
  ['easter monday | easter mon', easter(1)],
  ['ascension day', easter(39)],
  ['pentecost | whit sunday | whitsunday', easter(49)],
  ['whit monday | pentecost monday', easter(50)],
  ['corpus christi', easter(60)],
  ['early may bank holiday | may day bank holiday', nth(1, 1, 5)],
  ['spring bank holiday', nth(-1, 1, 5)],
  ['summer bank holiday | august bank holiday', nth(-1, 1, 8)],
  ['international women day | international womens day | women day', on(3, 8)],
  ['may day', on(5, 1)],
  ['australia day', on(1, 26)],
  ['anzac day', on(4, 25)],
];

function holiday(day: DayOfYear): DateValue {
  const first = (from: number): Days => {
    const { year } = fromDay(from);
    const own = day(year);
    return oneDay(own >= from ? own : day(year + 1));
  };
  return { grain: 'day', first, find: (frame) => choose(frame, first, 800) };
}

function pointed(pointer: Which, date: DateValue): DateValue {
  const { first } = date;
  if (!first) return date;
  return {
    ...date,
    which: pointer,
    find: (frame) => {
      if (pointer === 'last') return lastBefore(first, frame.anchor, 800);
      return pointer === 'this' ? first(toDay(fromDay(frame.anchor).year, 1, 1)) : first(frame.anchor + 1);
    },
  };
}

const named = dictionary(
  HOLIDAYS.flatMap(([names, day]) =>
    names.split('|').map((name): [string, DateValue] => [name.trim().replaceAll("'s ", ' '), holiday(day)]),
  ),
);

const inYear = (date: DateValue, year: (frame: Parameters<DateValue['find']>[0]) => number | undefined): DateValue => ({
  grain: 'day',
  find: (frame) => {
    const at = year(frame);
    return at === undefined ? undefined : date.first?.(toDay(at, 1, 1));
  },
});

const of = maybe(phrase('of | in | ,'));
const the = maybe(phrase('the'));

/** Holidays with a fixed day, an nth weekday, or counted from Easter. */
export const holidayPhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    rule([the, named], (_, date) => date),
    rule([which, named], pointed),
    rule([named, of, yearDigits], (date, _, year) => inYear(date, () => year)),
    rule([named, of, which, phrase('year')], (date, _, pointer) =>
      inYear(date, (frame) => {
        const year = periodBy(pointer, 'year').find(frame);
        return year && fromDay(year.start).year;
      }),
    ),
  ),
);
