import { type Amount, amount, isWholeDays, toSeconds } from './amount.ts';
import { DAY_SECONDS, fromDay, toDay } from './calendar.ts';
import { calendarDatePhrase } from './calendar-date.ts';
import { bareHour } from './clock.ts';
import { calendarDate, type DateValue, within } from './day.ts';
import { partOfHour } from './day-part.ts';
import type { Frame } from './frame.ts';
import { holidayPhrase } from './holiday.ts';
import { nthPhrase, weekOf } from './nth.ts';
import { count } from './number.ts';
import { either, lazy, longest, map, maybe, memo, type Parsed, type Parser, phrase, rule } from './parser.ts';
import { partPhrase } from './part.ts';
import { periodPhrase, periodUnit } from './period.ts';
import { daysFromToday, type Instant, LAST_SECOND, nowPhrase, relativeDay } from './relative.ts';
import { shiftDate, shiftSecond } from './shift.ts';
import { settleTime, type TimeValue, timePhrase } from './time.ts';
import type { Source } from './token.ts';
import { weekdayPhrase } from './weekday.ts';
import { type NamedZone, zone } from './zone.ts';

/** A place on the time line as said: a day, a time of day, both, or a counted instant. */
export interface Moment {
  readonly date?: DateValue;
  readonly time?: TimeValue;
  readonly zone?: NamedZone | null;
  readonly instant?: Instant;
  /** It is "now" itself, which also stands for today. */
  readonly isNow?: true;
}

const the = maybe(phrase('the'));

/** Every way to say a day or a stretch of days without a time of day. */
export const datePhrase: Parser<DateValue> = memo(
  longest<DateValue>(
    relativeDay,
    weekdayPhrase,
    nthPhrase,
    partPhrase,
    periodPhrase,
    holidayPhrase,
    calendarDatePhrase,
    rule([phrase('this | on'), calendarDatePhrase], (_, date) => (date.fields?.day !== undefined ? withoutWeak(date) : undefined)),
    rule(
      [
        the,
        phrase('week of | week beginning | week starting | week starting on | week commencing | w / c | wc | week from | week containing'),
        the,
        lazy(() => datePhrase),
      ],
      (_, _week, _the, date) => (date.grain === 'day' ? weekOf(date) : undefined),
    ),
  ),
);

function withoutWeak(date: DateValue): DateValue {
  const { isWeak: _, ...strong } = date;
  return strong;
}

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

const shiftedFromNow: Parser<Moment> = longest<Moment>(
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
const shiftedFromDate: Parser<Moment> = longest<Moment>(
  rule(
    [
      either(
        amount,
        rule([the, phrase('day | week | month | year')], (_, unit): Amount => ({ [unit]: 1 })),
      ),
      phrase('from | after | following | since'),
      lazy(() => base),
    ],
    (length, _, from) => shifted(from, length, 1),
  ),
  rule(
    [
      either(
        amount,
        rule([the, phrase('day | week | month | year')], (_, unit): Amount => ({ [unit]: 1 })),
      ),
      phrase('before | prior to | preceding | ahead of'),
      lazy(() => base),
    ],
    (length, _, from) => shifted(from, length, -1),
  ),
  rule([phrase('in'), amount, phrase('from | since'), lazy(() => base)], (_, length, _from, from) => shifted(from, length, 1)),
  rule([lazy(() => datePhrase), signed, amount], (date, sign, length) =>
    date.grain === 'day' ? shifted({ date }, length, sign) : undefined,
  ),
);

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

/** "end of day", "close of business", "end of tomorrow": the last second, or what the conventions call the end of a day. */
const endOfDay: Parser<Moment> = longest<Moment>(
  rule(
    [
      the,
      phrase(
        'end of the day | end of day | eod | end of business | close of business | cob | close of play | end of the business day | end of business day | end of the working day',
      ),
      maybe(
        either(
          relativeDay,
          weekdayPhrase,
          rule([phrase('on | of | ,'), datePhrase], (_, date) => date),
        ),
      ),
    ],
    (_, words, date): Moment | undefined =>
      date && date.grain !== 'day' ? undefined : ending(date ?? daysFromToday(0), /business|cob|play|work/.test(words)),
  ),
  rule([either(relativeDay, weekdayPhrase), phrase('end of day | eod | cob | close of business')], (date, words) =>
    ending(date, /business|cob/.test(words)),
  ),
  rule([the, phrase('end of | end of the'), either(relativeDay, weekdayPhrase)], (_, _end, date) => ending(date, false)),
);

function ending(date: DateValue, isBusiness: boolean): Moment {
  return { date, time: { part: isBusiness ? 'endOfBusiness' : 'endOfDay' } };
}

/** "today am", "tomorrow pm": the halves of a day as its parts. */
const halfOfDay = rule(
  [either(relativeDay, weekdayPhrase), phrase('am | pm')],
  (date, half): Moment => ({ date, time: { part: half === 'am' ? 'morning' : 'afternoon' } }),
);

const tonight: Parser<Moment> = longest<Moment>(
  rule([maybe(phrase('late | later | early | earlier')), phrase('tonight | tonite | this night | to night | 2nite')], (modifier) => ({
    date: daysFromToday(0),
    time: { part: modified(modifier, 'night') },
  })),
  rule([maybe(phrase('late | early')), phrase('last'), map(phrase('night | evening'), (word) => word)], (modifier, _, part) => ({
    date: daysFromToday(-1),
    time: { part: modified(modifier, part) },
  })),
  rule(
    [
      maybe(phrase('late | later | early | earlier')),
      phrase('this'),
      maybe(phrase('late | early')),
      phrase('morning | afternoon | evening'),
    ],
    (first, _, second, part) => ({
      date: daysFromToday(0),
      time: { part: modified(second ?? first, part) },
    }),
  ),
  rule([phrase('next'), phrase('morning | afternoon | evening | night')], (_, part) => ({
    date: daysFromToday(1),
    time: { part },
  })),
  rule(
    [
      phrase(
        'later today | later in the day | later on today | later in today | the rest of the day | rest of the day | rest of today | the rest of today',
      ),
    ],
    () => ({
      date: daysFromToday(0),
      time: { part: 'later' },
    }),
  ),
);

function modified(modifier: string | undefined, part: string): string {
  return modifier ? `${modifier.startsWith('late') ? 'late' : 'early'}${part.charAt(0).toUpperCase()}${part.slice(1)}` : part;
}

const stretchFromNow = phrase(
  'within | in the next | within the next | over the next | during the next | for the next | within the | inside of | in less than | in under',
);
/** "within two weeks", "next hour", "last 5 minutes": from now for so long. */
export const aroundNow: Parser<{ readonly length: Amount; readonly sign: 1 | -1 }> = longest<{
  readonly length: Amount;
  readonly sign: 1 | -1;
}>(
  rule([stretchFromNow, approximate, amount], (word, _, length) =>
    !word.includes('next') || !isWholeDays(length) ? { length, sign: 1 } : undefined,
  ),
  rule([the, phrase('next | coming | following'), amount], (_, _next, length) => (isWholeDays(length) ? undefined : { length, sign: 1 })),
  rule([the, phrase('last | past | previous'), amount], (_, _last, length) => (isWholeDays(length) ? undefined : { length, sign: -1 })),
  rule([the, count, phrase('coming | upcoming | next'), subDay()], (_, times, _next, unit) => ({ length: { [unit]: times }, sign: 1 })),
  rule([the, count, phrase('past | last | previous'), subDay()], (_, times, _last, unit) => ({ length: { [unit]: times }, sign: -1 })),
  rule([the, phrase('next | coming'), subDay()], (_, _next, unit) => ({ length: { [unit]: 1 }, sign: 1 })),
  rule([the, phrase('last | past | previous'), subDay()], (_, _last, unit) => ({ length: { [unit]: 1 }, sign: -1 })),
  rule([phrase('within the'), phrase('next'), amountFromUnit()], (_, _next, length) => ({ length, sign: 1 })),
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

const piece: Parser<Moment> = memo(
  longest<Moment>(
    tonight,
    endOfDay,
    shiftedFromDate,
    shiftedFromNow,
    halfOfDay,
    map(nowPhrase, (instant) => ({ instant, isNow: true })),
    map(datePhrase, (date) => ({ date })),
    map(timePhrase, (time) => ({ time })),
  ),
);
const timePiece: Parser<Moment> = map(timePhrase, (time) => ({ time }));
const zonePiece: Parser<Moment> = map(zone, (named) => ({ zone: named }));

const glue: Parser<string> = phrase(
  ', | at | @ | on | of | in | for | - | – | · | ∙ | | | from | : | . | , at | , on | , from | in the | sometime | some time | any time | anytime | , at about | t | but | and | around | , the | (',
);
const noGlue: Parser<string> = (_, place) => ({ value: '', end: place });

/** Pieces that say more and more of one moment, in any order: "at 9 on Tuesday morning next week, CET". */
function gather(source: Source, at: number): Parsed<Moment> | undefined {
  let parsed = piece(source, at);
  if (!parsed) return undefined;
  for (;;) {
    const next = extend(source, parsed);
    if (!next) return parsed;
    parsed = next;
  }
}

function extend(source: Source, { value, end }: Parsed<Moment>): Parsed<Moment> | undefined {
  for (const joint of [noGlue, glue]) {
    const joined = joint(source, end);
    if (!joined) continue;
    for (const parser of [piece, timePiece, zonePiece]) {
      const next = parser(source, joined.end);
      const merged = next && merge(value, next.value, joined.value);
      if (next && merged) return { value: merged, end: next.end };
    }
  }
  return undefined;
}

/** A bare hour is one beside a day that is named with it ("9 tomorrow", "eight tonight"). */
const hourBeside = rule(
  [
    bareHour,
    either(
      tonight,
      map(relativeDay, (date): Moment => ({ date })),
      map(partOfHour, (part): Moment => ({ time: { part } })),
    ),
  ],
  (from, beside) => merge({ time: { from } }, beside, ''),
);

export const momentPhrase: Parser<Moment> = memo(longest(gather, extended(hourBeside)));

function extended(start: Parser<Moment>): Parser<Moment> {
  return (source, at) => {
    let parsed = start(source, at);
    for (let next = parsed && extend(source, parsed); next; next = extend(source, next)) parsed = next;
    return parsed;
  };
}

/** What two pieces say together; nothing where they do not speak of one moment. */
function merge(first: Moment, second: Moment, joint: string): Moment | undefined {
  if (second.zone !== undefined) {
    const isTimed = first.time?.from !== undefined || first.time?.to !== undefined || first.instant;
    return isTimed && first.zone === undefined && (joint === '' || joint === '(' || joint === 'in' || joint === ',')
      ? { ...first, zone: second.zone }
      : undefined;
  }
  if (first.isNow || second.isNow) return undefined;
  if (first.instant || second.instant) return mergeInstant(first, second);
  if (joint === 'and' || joint === 'but') return mergeBounds(first, second);
  if (first.time && second.time) {
    const time = mergeTimes(first.time, second.time, joint);
    if (!time) return undefined;
    if (first.date && second.date) return undefined;
    return { ...first, ...second, time };
  }
  if (first.date && second.date) {
    const date = mergeDates(first.date, second.date, joint);
    if (!date) return undefined;
    return { ...first, ...second, date };
  }
  const date = first.date ?? second.date;
  const time = first.time ?? second.time;
  if (!date || !time || !takesTime(date)) return undefined;
  if (first.time?.isWeak && first.time.to !== undefined && joint === 'of') return undefined;
  if (second.time?.isWeak && isBareHour(second.time) && !['at', '@', ', at', 'for', 'around', ', at about'].includes(joint))
    return undefined;
  return { ...first, ...second, time: strong(time) };
}

const isBareHour = ({ from, to, part }: TimeValue) => to === undefined && part === undefined && from?.isBare === true;

function strong(time: TimeValue): TimeValue {
  const { isWeak: _, ...rest } = time;
  return rest;
}

function takesTime(date: DateValue): boolean {
  if (date.isImpossible) return true;
  const isDotted = date.isWeak && date.fields?.month !== undefined;
  return (date.grain === 'day' || date.isSpan === true) && !isDotted && (!date.isWeak || date.fields?.day !== undefined);
}

/** "today in one hour", "in 3 hours tomorrow" is none. */
function mergeInstant(first: Moment, second: Moment): Moment | undefined {
  const [counted, other] = first.instant ? [first, second] : [second, first];
  return other.date?.isRelative && !other.time && !other.instant && other.date.grain === 'day' ? counted : undefined;
}

/** "later than 9:30 but before 11:00" */
function mergeBounds(first: Moment, second: Moment): Moment | undefined {
  const { from, to } = first.time ?? {};
  if (!first.time || !second.time || to !== null || !from || second.time.from !== null || !second.time.to) return undefined;
  return { ...first, ...second, time: { from, to: second.time.to } };
}

function mergeTimes(first: TimeValue, second: TimeValue, joint: string): TimeValue | undefined {
  const isPart = (time: TimeValue) =>
    time.part !== undefined && time.from === undefined && time.to === undefined && !time.part.includes(':');
  if (isPart(first) === isPart(second)) return undefined;
  const [part, exact] = isPart(first) ? [first, second] : [second, first];
  if (exact.part || (isBareHour(exact) && exact.isWeak && exact === second && !['at', '@', ', at', 'around', 'for'].includes(joint)))
    return undefined;
  return { ...strong(exact), ...(part.part ? { part: part.part } : {}) };
}

const isWeekday = ({ fields }: DateValue) =>
  fields?.weekday !== undefined && fields.day === undefined && fields.month === undefined && fields.year === undefined;
const SIZE = { day: 0, week: 1, month: 2, long: 3 };

function mergeDates(first: DateValue, second: DateValue, joint: string): DateValue | undefined {
  if (['at', '@', 'for', 'around', '.', ':', 't'].includes(joint)) return undefined;
  const [small, large] = SIZE[first.grain] <= SIZE[second.grain] ? [first, second] : [second, first];
  if (joint === 'from' && !(isWeekday(first) && second.grain === 'week')) return undefined;
  if (isWeekday(first) && second.isSpan) return second;
  const years = first.years ?? second.years;
  if (years !== undefined) return afterYears(first.years === undefined ? first : second, years);
  if (small.grain === 'day' && large.grain === 'day') return mergeDays(first, second, joint);
  if (small.isSpan || large.isSpan || small.isUnresolved || large.isUnresolved) return undefined;
  if (small.grain === large.grain || (large.isWeak && large.fields?.year === undefined)) return undefined;
  if (small.which && small.which !== 'this') return undefined;
  if (large.which === undefined && !large.isRelative && !large.fields?.year && small.fields?.weekday === undefined) return undefined;
  if (isWeekday(small) && large.grain !== 'week' && joint !== 'of' && joint !== 'in') return undefined;
  if (large.grain === 'long' && large.isRelative && large.which === undefined) return undefined;
  return within(small, large);
}

function mergeDays(first: DateValue, second: DateValue, joint: string): DateValue | undefined {
  const one = first.fields;
  const two = second.fields;
  if (one && two) {
    const [weekday, date] = isWeekday(first) ? [one, two] : [two, one];
    const isPair = weekday.weekday !== undefined && weekday.day === undefined && date.weekday === undefined && date.day !== undefined;
    return isPair ? calendarDate({ ...date, ...weekday }) : undefined;
  }
  // "in 3 days on Friday", "Monday two weeks from now": the weekday of that week.
  const [weekday, counted] = isWeekday(first) ? [first, second] : [second, first];
  if (isWeekday(weekday) && counted.isRelative && !counted.fields) return sameWeek(counted, weekday);
  // "tomorrow, 13 April": the written date counts.
  if (first.isRelative && two?.day !== undefined && [',', ', the', '', '-', '('].includes(joint)) return second;
  return one?.day !== undefined && second.isRelative && [',', '('].includes(joint) ? first : undefined;
}

/** "March in two years": the one of that year. */
function afterYears({ first, grain, fields, which }: DateValue, years: number): DateValue | undefined {
  if (!first || which || fields?.year !== undefined || (fields?.month === undefined && fields)) return undefined;
  return { grain, isRelative: true, find: ({ today }) => first(toDay(fromDay(today).year + years, 1, 1)) };
}

function sameWeek(counted: DateValue, weekday: DateValue): DateValue {
  return {
    grain: 'day',
    isRelative: true,
    find: (frame) => {
      const found = counted.find(frame);
      const wanted = weekday.fields?.weekday;
      if (!found || wanted === undefined) return undefined;
      const monday = found.start - ((((found.start + 3) % 7) + 7) % 7);
      const day = monday + wanted - 1;
      return { start: day, end: day + 1 };
    },
  };
}

void periodUnit;
void LAST_SECOND;
