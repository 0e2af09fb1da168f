import { type Amount, amount, isWholeDays, toSeconds } from './amount.ts';
import { DAY_SECONDS } from './calendar.ts';
import { datePhrase } from './date.ts';
import type { Frame } from './frame.ts';
import type { Moment } from './moment-value.ts';
import { count } from './number.ts';
import { either, lazy, longest, map, maybe, type Parser, phrase, rule } from './parser.ts';
import { daysFromToday, nowPhrase, relativeDay } from './relative.ts';
import { shiftDate, shiftSecond } from './shift.ts';
import { settleTime, timePhrase } from './time.ts';
import { weekdayPhrase } from './weekday.ts';

const the = maybe(phrase('the'));

const ago = phrase('ago | back | earlier | before | before now | prior | previously | in the past | in past');
const fromNow = phrase(
  'from now | from today | from right now | hence | later | out | ahead | from the present | in the future | after now | afterwards',
);
const approximate = maybe(
  phrase(
    'about | around | approximately | approx | roughly | ~ | about ~ | just over | just under | exactly | another | at least | more than | less than',
  ),
);
const signed = either<1 | -1>(
  map(phrase('+'), () => 1),
  map(phrase('-'), () => -1),
);

/** Counted from now: a day where the count is of whole days, else an instant. */
export function fromHere(length: Amount, sign: 1 | -1): Moment {
  if (isWholeDays(length)) {
    const { year, ...rest } = length;
    const years = year !== undefined && Object.keys(rest).length === 0 ? { years: sign * year } : {};
    return { date: { ...shiftDate(daysFromToday(0), length, sign), ...years } };
  }
  const { hour, minute, second, ...days } = length;
  if (Object.keys(days).length === 0) return { instant: (frame) => frame.later(sign * toSeconds(length)) };
  return { instant: ({ now }) => shiftSecond(now, negated(length, sign)) };
}

const negated = (length: Amount, sign: 1 | -1): Amount =>
  sign === 1 ? length : Object.fromEntries(Object.entries(length).map(([unit, value]) => [unit, -value]));

export const shiftedFromNow: Parser<Moment> = longest<Moment>(
  rule([phrase('in | after'), maybe(phrase('the')), approximate, amount], (word, _, _about, length) =>
    word === 'after' ? undefined : fromHere(length, 1),
  ),
  rule(
    [phrase('in'), approximate, amount, phrase("time | time from now | from now | ' time | ' s time | 's time | from today")],
    (_, _about, length) => fromHere(length, 1),
  ),
  rule([approximate, amount, fromNow], (_, length, words) =>
    words === 'from today' && !isWholeDays(length) ? undefined : fromHere(length, 1),
  ),
  rule([approximate, amount, ago], (_, length) => fromHere(length, -1)),
  rule([phrase('the'), periodOrUnit(), phrase('before')], (_, length) => fromHere(length, -1)),
  rule([signed, amount], (sign, length) => fromHere(length, sign)),
  rule([nowPhrase, signed, amount], (_, sign, length) => fromHere(length, sign)),
);

function periodOrUnit(): Parser<Amount> {
  return map(
    phrase('minute | min | hour | second | sec'),
    (word): Amount => (word.startsWith('m') ? { minute: 1 } : word.startsWith('h') ? { hour: 1 } : { second: 1 }),
  );
}

/** "three days after January 12th", "the day before Christmas", "a week from Friday at noon" */
const oneOf = rule([the, phrase('day | week | month | year')], (_, unit): Amount => ({ [unit]: 1 }));
const distance = rule([approximate, either(amount, oneOf)], (_, length) => length);

export const shiftedFromDate: Parser<Moment> = longest<Moment>(
  rule([distance, phrase('from | after | following | since'), lazy(() => base)], (length, _, from) => shifted(from, length, 1)),
  rule([distance, phrase('before | prior to | preceding | ahead of'), lazy(() => base)], (length, _, from) => shifted(from, length, -1)),
  rule([phrase('in'), amount, phrase('from | since'), lazy(() => base)], (_, length, _from, from) => shifted(from, length, 1)),
  rule([lazy(() => datePhrase), signed, amount], (date, sign, length) =>
    date.grain === 'day' ? shifted({ date }, length, sign) : undefined,
  ),
  lazy(() => weeksOn),
);

/** "this time tomorrow", "the same time next week" */
export const thisTime: Parser<Moment> = rule(
  [
    maybe(phrase('at | around | about')),
    phrase('this time | the same time | same time | this same time'),
    maybe(phrase('on')),
    lazy(() => datePhrase),
  ],
  (_, _time, _on, date): Moment | undefined => {
    const isWeek = date.grain === 'week' && date.which !== undefined;
    if (date.grain !== 'day' && !isWeek) return undefined;
    return {
      instant: (frame) => {
        const days = date.find(frame);
        const own = days && isWeek ? days.start + ((((frame.today - days.start) % 7) + 7) % 7) : days?.start;
        return own === undefined ? undefined : frame.now + (own - frame.today) * DAY_SECONDS;
      },
    };
  },
);

/** "a week on Tuesday", "two weeks tomorrow" */
const weeksOn = rule([weeks(), maybe(phrase('on')), either(relativeDay, weekdayPhrase)], (length, _, date): Moment | undefined =>
  date.which === undefined ? { date: shiftDate(date, length, 1) } : undefined,
);

function weeks(): Parser<Amount> {
  return map(
    phrase('a week | one week | two weeks | a fortnight | three weeks | 1 week | 2 weeks | 3 weeks'),
    (words): Amount => ({
      week: /^(two|2|a f)/.test(words) ? 2 : /^(three|3)/.test(words) ? 3 : 1,
    }),
  );
}

function shifted(from: Moment, length: Amount, sign: 1 | -1): Moment | undefined {
  if (from.isNow) return fromHere(length, sign);
  if (from.date && !from.time && isWholeDays(length)) return { date: shiftDate(from.date, length, sign) };
  if (!from.time || (from.time.isWeak && !from.date)) return undefined;
  return {
    instant: (frame) => {
      const span = secondsOf(from, frame);
      return span === undefined ? undefined : shiftSecond(span, negated(length, sign));
    },
  };
}

/** Where a moment starts, in local seconds. */
function secondsOf({ date, time, instant }: Moment, frame: Frame): number | undefined {
  if (instant) return instant(frame);
  const day = date ? date.find(frame)?.start : frame.today;
  const start = time ? settleTime(time, frame)?.start : 0;
  return day === undefined || start === undefined || start === null ? undefined : day * DAY_SECONDS + start;
}

const base: Parser<Moment> = either<Moment>(
  map(nowPhrase, (instant) => ({ instant, isNow: true })),
  rule([lazy(() => datePhrase), phrase('at | @ | ,'), timePhrase], (date, _, time) =>
    date.grain === 'day' && time.to === undefined && time.from ? { date, time } : undefined,
  ),
  map(
    lazy(() => datePhrase),
    (date) => (date.isWeak && date.fields?.day === undefined && date.fields?.year === undefined ? undefined : { date }),
  ),
  map(timePhrase, (time) => (time.isWeak || time.to !== undefined ? undefined : { time })),
);

const stretchFromNow = phrase(
  'within | in the next | within the next | over the next | during the next | for the next | within the | inside of | in less than | in under',
);
/** "within two weeks", "next hour", "last 5 minutes": from now for so long. */
export const aroundNow: Parser<{ readonly length: Amount; readonly sign: 1 | -1 }> = longest<{
  readonly length: Amount;
  readonly sign: 1 | -1;
}>(
  rule([stretchFromNow, approximate, amount], (word, _, length) =>
    word.includes('for') && isWholeDays(length) ? undefined : { length, sign: 1 },
  ),
  rule([the, phrase('next | coming | following'), amount], (_, _next, length) => (isWholeDays(length) ? undefined : { length, sign: 1 })),
  rule([the, phrase('last | past | previous'), amount], (_, _last, length) => (isWholeDays(length) ? undefined : { length, sign: -1 })),
  rule([the, count, phrase('coming | upcoming | next'), subDay()], (_, times, _next, unit) => ({ length: { [unit]: times }, sign: 1 })),
  rule([the, count, phrase('past | last | previous'), subDay()], (_, times, _last, unit) => ({ length: { [unit]: times }, sign: -1 })),
  rule([the, phrase('next | coming'), subDay()], (_, _next, unit) => ({ length: { [unit]: 1 }, sign: 1 })),
  rule([the, phrase('last | past | previous'), subDay()], (_, _last, unit) => ({ length: { [unit]: 1 }, sign: -1 })),
  rule([phrase('within the'), phrase('next'), amountFromUnit()], (_, _next, length) => ({ length, sign: 1 })),
  rule([phrase('within the | in the next | over the next'), amountFromUnit()], (_, length) => ({ length, sign: 1 })),
);

function subDay(): Parser<'hour' | 'minute' | 'second'> {
  return map(phrase('hour | hours | hr | hrs | minute | minutes | min | mins | second | seconds | sec | secs'), (word) =>
    word.startsWith('h') ? 'hour' : word.startsWith('m') ? 'minute' : 'second',
  );
}

function amountFromUnit(): Parser<Amount> {
  return rule(
    [phrase('day | week | hour'), maybe(rule([phrase('and'), amount], (_, rest) => rest))],
    (unit, rest): Amount => ({ ...rest, [unit]: 1 }),
  );
}
