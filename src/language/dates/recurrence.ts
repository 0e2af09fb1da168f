import { amount, toIso } from './amount.ts';
import { formatClock } from './calendar.ts';
import type { ClockTime } from './clock.ts';
import { dayPart } from './day-part.ts';
import { monthName, weekdayName, weekdayPlural } from './names.ts';
import { ordinal, plainDay, wholeNumber } from './number.ts';
import { dictionary, either, lazy, longest, map, maybe, memo, type Parser, phrase, rule } from './parser.ts';
import { type TimeValue, timePhrase } from './time.ts';

/** What repeats, in TIMEX: "P1W", "XXXX-WXX-1", "XXXX-XX-19"; times are added behind it. */
type Base = string;

const two = (value: number) => String(value).padStart(2, '0');
const each = phrase('every | each | any | all | every single | each and every');
const adverbs = dictionary<Base>([
  ...named(
    'P1D',
    'daily | everyday | day in day out | nightly | per day | a day each | once a day | once daily | one a day | once per day | each day',
  ),
  ...named('P1W', 'weekly | once a week | once per week | once weekly | per week'),
  ...named('P2W', 'biweekly | bi-weekly | bi weekly | fortnightly | every fortnight | once a fortnight'),
  ...named('P1M', 'monthly | once a month | once per month'),
  ...named('P2M', 'bimonthly | bi-monthly | bi monthly'),
  ...named('P3M', 'quarterly | once a quarter | once per quarter'),
  ...named(
    'P0.5Y',
    'semi-annually | semi annually | semiannually | semi-annual | semi annual | semiannual | half-yearly | half yearly | biannual | biannually | bi-annual | bi annual',
  ),
  ...named('P1Y', 'yearly | annually | annual | once a year | once per year'),
  ...named('PT1H', 'hourly | once an hour | every hour | once per hour'),
]);

function named(timex: Base, phrases: string): [string, Base][] {
  return phrases.split('|').map((words) => [words.trim().replace('-', ' '), timex]);
}

const times = either(
  map(phrase('once'), () => 1),
  map(phrase('twice'), () => 2),
  map(phrase('thrice'), () => 3),
  rule([wholeNumber, phrase('times')], (value) => value),
);
const unit = dictionary<string>([
  ...['day', 'days', 'night'].map((name): [string, string] => [name, 'D']),
  ...['week', 'weeks', 'wk'].map((name): [string, string] => [name, 'W']),
  ...['month', 'months'].map((name): [string, string] => [name, 'M']),
  ...['year', 'years', 'yr'].map((name): [string, string] => [name, 'Y']),
]);
const perPeriod = rule([times, either(phrase('a | an | per | each | every'), phrase('/')), unit], (_, _per, name) => `P1${name}`);

const parts = dictionary<Base>([
  ['morning', 'TMO'],
  ['mornings', 'TMO'],
  ['afternoon', 'TAF'],
  ['afternoons', 'TAF'],
  ['evening', 'TEV'],
  ['evenings', 'TEV'],
  ['night', 'TNI'],
  ['nights', 'TNI'],
]);
const pluralParts = dictionary<Base>([
  ['mornings', 'TMO'],
  ['afternoons', 'TAF'],
  ['evenings', 'TEV'],
  ['nights', 'TNI'],
]);
const PART_CODES: Readonly<Record<string, string>> = { morning: 'TMO', afternoon: 'TAF', evening: 'TEV', night: 'TNI' };

const weekdayList = rule([weekdayName, manyMore(weekdayName)], (first, rest) => [first, ...rest]);
const pluralList = rule([weekdayPlural, manyMore(either(weekdayPlural, weekdayName))], (first, rest) => [first, ...rest]);

function manyMore(parser: Parser<number>): Parser<readonly number[]> {
  const next = rule([phrase(', | and | , and | & | or | , or | / | through'), parser], (_, value) => value);
  return (source, at) => {
    const found: number[] = [];
    let place = at;
    for (let parsed = next(source, place); parsed; parsed = next(source, place)) {
      found.push(parsed.value);
      place = parsed.end;
    }
    return { value: found, end: place };
  };
}

const weekdays = (days: readonly number[]) => days.map((day) => `XXXX-WXX-${day}`).join(',');

const other = either(
  map(phrase('other | second | alternate'), () => 2),
  map(phrase('third'), () => 3),
  map(phrase('fourth'), () => 4),
);
const withUnit: Parser<Base> = longest<Base>(
  rule([other, unit], (times, name) => `P${times}${name}`),
  rule([other, weekdayName], (_, day) => weekdays([day])),
  map(unit, (name) => `P1${name}`),
  map(amount, toIso),
  map(
    phrase('weekday | weekdays | work day | workday | business day | working day | week day'),
    () => 'XXXX-WXX-1,XXXX-WXX-2,XXXX-WXX-3,XXXX-WXX-4,XXXX-WXX-5',
  ),
  map(phrase('weekend | weekends'), () => 'P1WE'),
  map(phrase('hour'), () => 'PT1H'),
  map(phrase('minute'), () => 'PT1M'),
  map(phrase('quarter'), () => 'P3M'),
  map(phrase('fortnight'), () => 'P2W'),
  map(either(weekdayList, pluralList), weekdays),
  rule([either(weekdayName, weekdayPlural), parts], (day, part) => `XXXX-WXX-${day}${part}`),
  parts,
  rule([monthName, either(ordinal, plainDay)], (month, day) => (day <= 31 ? `XXXX-${two(month)}-${two(day)}` : undefined)),
  rule([either(ordinal, plainDay), maybe(phrase('of')), monthName], (day, _, month) =>
    day <= 31 ? `XXXX-${two(month)}-${two(day)}` : undefined,
  ),
  rule(
    [
      either(
        ordinal,
        map(phrase('last'), () => -1),
      ),
      weekdayName,
      maybe(phrase('of the month | of a month | of each month')),
    ],
    (nth, day) => (nth <= 5 ? `XXXX-XX-WXX-${day}-#${nth}` : undefined),
  ),
  rule([ordinal, phrase('of the month | of a month | day of the month')], (day) => (day <= 31 ? `XXXX-XX-${two(day)}` : undefined)),
  map(monthName, (month) => `XXXX-${two(month)}`),
);

const the = maybe(phrase('the | on the'));
/** "weekly on Tuesday", "every two weeks on Monday and Friday" */
const onWeekdays = rule([lazy(() => rhythm), phrase('on | , on | every'), either(pluralList, weekdayList)], (found, _, days) =>
  /^P1[WD]$/.test(found) ? weekdays(days) : /^P\d+[WM]$/.test(found) ? found : undefined,
);
const rhythm: Parser<Base> = longest<Base>(
  rule([each, withUnit], (_, found) => found),
  adverbs,
  perPeriod,
);

const base: Parser<Base> = longest<Base>(
  onWeekdays,
  rule([each, withUnit], (word, found) => (['any', 'all'].includes(word) && !/WE$|WXX/.test(found) ? undefined : found)),
  adverbs,
  perPeriod,
  map(pluralList, weekdays),
  pluralParts,
  map(phrase('on weekends | weekends | on the weekends'), () => 'P1WE'),
  map(phrase('on weekdays | weekdays | on week days'), () => 'XXXX-WXX-1,XXXX-WXX-2,XXXX-WXX-3,XXXX-WXX-4,XXXX-WXX-5'),
  rule([the, ordinal, phrase('of'), each, phrase('month')], (_, day, _of, _each, _month) =>
    day <= 31 ? `XXXX-XX-${two(day)}` : undefined,
  ),
  rule([the, ordinal, maybe(phrase('day')), phrase('of each month | of every month | every month | each month')], (_, day) =>
    day <= 31 ? `XXXX-XX-${two(day)}` : undefined,
  ),
  rule(
    [
      the,
      either(
        ordinal,
        map(phrase('last'), () => -1),
      ),
      weekdayName,
      phrase('of'),
      each,
      phrase('month | quarter'),
    ],
    (_, nth, day, _of, _each, _unit) => (nth <= 5 ? `XXXX-XX-WXX-${day}-#${nth}` : undefined),
  ),
  rule([monthName, either(ordinal, plainDay), phrase('of every year | every year | each year')], (month, day) =>
    day <= 31 ? `XXXX-${two(month)}-${two(day)}` : undefined,
  ),
  rule(
    [the, either(ordinal, plainDay), maybe(phrase('of')), monthName, phrase('of every year | every year | each year')],
    (_, day, _of, month) => (day <= 31 ? `XXXX-${two(month)}-${two(day)}` : undefined),
  ),
);

/** "T09", "T17:30" */
function clockCode(clock: ClockTime, hint: string | undefined): string {
  const hour = Math.floor(clock.second / 3600) % 12;
  const isAfternoon = clock.isOpen && (hint ? /afternoon|evening|night|dinner/.test(hint) : hour < 8 || hour === 0);
  const second = clock.isOpen ? (clock.second % 43_200) + (isAfternoon ? 43_200 : 0) : clock.second;
  const written = formatClock(second);
  return `T${written.endsWith(':00') && written.length === 5 ? written.slice(0, 2) : written}`;
}

function timeCode(time: TimeValue): string | undefined {
  if (time.from && (time.to === undefined || time.to)) return clockCode(time.from, time.part);
  return time.from === undefined && time.to === undefined && time.part ? PART_CODES[time.part] : undefined;
}

const clock: Parser<string> = rule([maybe(phrase('at | @ | , | in the | from | around | , at')), timePhrase], (word, time) =>
  time.isWeak && !['at', '@'].includes(word ?? '') ? undefined : timeCode(time),
);
const withTime = (found: Base, code: string | undefined) => {
  if (!code || found.includes('T')) return found;
  if (found === 'P1D') return code;
  if (found.startsWith('P')) return found;
  return found
    .split(',')
    .map((day) => day + code)
    .join(',');
};

/** What happens again and again: "every Monday at 4pm", "weekly", "3pm each day", "the 19th of every month". */
export const recurrence: Parser<{ readonly type: 'set'; readonly timex: string }> = memo(
  map(
    longest(
      rule(
        [
          base,
          maybe(
            either(
              clock,
              map(dayPart, ({ name }) => PART_CODES[name]),
            ),
          ),
        ],
        (found, code) => withTime(found, code),
      ),
      rule([clock, maybe(phrase('on | ,')), base], (code, _, found) => withTime(found, code)),
    ),
    (timex) => ({ type: 'set', timex }),
  ),
);
