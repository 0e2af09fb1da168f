import { type Amount, amount, isWholeDays, toSeconds } from './amount.ts';
import { formatClock } from './calendar.ts';
import { askedClock, bareHour, type ClockTime, clockTime, fourFigures, pointClock } from './clock.ts';
import { dayPart, leansTo, timesOf } from './day-part.ts';
import type { Frame } from './frame.ts';
import { endsCleanly } from './guard.ts';
import { either, lazy, longest, map, maybe, memo, type Parser, phrase, rule, unless } from './parser.ts';

/** A time of some day: a point, a stretch with one side perhaps open (`null`), or a part of the day. */
export interface TimeValue {
  readonly from?: ClockTime | null;
  readonly to?: ClockTime | null;
  readonly part?: string;
  readonly length?: Amount;
  /** Needs a date beside it: mere numbers, a mere meal. */
  readonly isWeak?: true;
}

/** Seconds after the day's midnight; an end may lie on the next day. */
export interface TimeSpan {
  readonly start: number | null;
  readonly end: number | null;
  readonly isPoint: boolean;
}

const about = maybe(phrase('about | around | approximately | approx | roughly | ~ | circa | exactly | precisely | sharp | say'));
const at = maybe(phrase('at | @'));

/** A clock time that may be followed by its part of the day: "3 in the morning". */
interface Side {
  readonly clock: ClockTime;
  readonly part?: string;
}
const sideHour = longest<ClockTime>(clockTime, pointClock, fourFigures, bareHour);
const side: Parser<Side> = memo(
  either<Side>(
    rule([at, about, sideHour, dayPart], (_, _about, clock, { name }) => ({ clock, part: name })),
    rule([at, about, sideHour], (_, _about, clock) => ({ clock })),
  ),
);

const opening = phrase('from | between | starting at | starting from | beginning at | start from | starts at');
const to = phrase(
  'to | - | – | — | until | till | til | through | thru | untill | up to | up until | ~ | and until | to around | to about',
);

function fixed({ clock, part }: Side): ClockTime {
  if (!part || !clock.isOpen) return { second: clock.second, isOpen: clock.isOpen };
  return { second: inHalf(clock.second, leansTo(part, hourOf(clock.second))), isOpen: false };
}

const isMere = ({ clock, part }: Side) => clock.isBare === true && !part;

function between(opened: string | undefined, first: Side, last: Side, isClean: boolean): TimeValue | undefined {
  if (isMere(first) && isMere(last) && !(opened && isClean)) {
    return { from: fixed(first), to: fixed(last), isWeak: true };
  }
  return { from: fixed(first), to: fixed(last), ...(last.part && !first.part ? { part: last.part } : {}) };
}

const clean: Parser<boolean> = (source, place) => ({ value: endsCleanly(source, place), end: place });

const timeRange: Parser<TimeValue> = longest(
  rule([maybe(opening), about, side, to, side, clean], (opened, _about, first, _, last, isClean) => between(opened, first, last, isClean)),
  rule([phrase('between'), side, phrase('and'), side, clean], (opened, first, _, last, isClean) => between(opened, first, last, isClean)),
);

/** What "from 9 for 2.5 hours" says: a start and how long it takes. */
const lasting: Parser<TimeValue> = longest(
  rule([phrase('from | starting at | starting from | starting'), side, phrase('for'), amount], (_, start, _for, length) =>
    isWholeDays(length) ? undefined : { from: fixed(start), length },
  ),
  rule(
    [
      maybe(phrase('for')),
      amount,
      phrase('from | starting from | starting at | starting | beginning at | beginning | commencing at'),
      side,
    ],
    (_, length, _from, start) => (isWholeDays(length) ? undefined : { from: fixed(start), length }),
  ),
);

const after = phrase(
  'after | later than | any time after | anytime after | sometime after | since | as early as | no earlier than | not before | not earlier than | any time from | anytime from | from and after',
);
const before = phrase(
  'before | by | until | till | til | no later than | not later than | as late as | up to | earlier than | prior to | sometime before | any time before | anytime before | through | not after',
);
const onward = rule(
  [phrase('or later | or after | onwards | onward | on wards | and later | and onwards | or thereafter'), unless(lazy(() => side))],
  (words) => words,
);
const orBefore = phrase('or earlier | or before | or sooner | and earlier');

const askedSide = rule([side, clean], (found, isClean) => (isMere(found) && !isClean ? undefined : found));

const open: Parser<TimeValue> = longest<TimeValue>(
  rule([after, askedSide], (_, start) => ({ from: fixed(start), to: null })),
  rule([before, askedSide], (_, end) => ({ from: null, to: fixed(end) })),
  rule([side, onward], (start) => (isMere(start) ? undefined : { from: fixed(start), to: null })),
  rule([phrase('from'), askedSide, phrase('on | onwards | onward')], (_, start) => ({ from: fixed(start), to: null })),
  rule([side, orBefore], (end) => (isMere(end) ? undefined : { from: null, to: fixed(end) })),
  rule([phrase('after'), dayPart], (_, { name }) => ({ part: `after:${name}` })),
  rule([phrase('before'), dayPart], (_, { name }) => ({ part: `before:${name}` })),
);

const point: Parser<TimeValue> = longest<TimeValue>(
  rule([at, about, clockTime], (_, _about, from) => ({ from })),
  rule([phrase('at | @'), about, bareHour, clean], (_, _about, from, isClean) => (isClean ? { from } : undefined)),
  rule([phrase('at | @ | around | about'), pointClock], (_, from) => ({ from })),
  rule([phrase('around | about | approximately'), bareHour, clean], (_, from, isClean) => (isClean ? { from, isWeak: true } : undefined)),
  map(askedClock, (from) => ({ from })),
  rule([bareHour, clean], (from, isClean) => (isClean ? { from, isWeak: true } : undefined)),
  map(pointClock, (from) => ({ from, isWeak: true })),
);

const part: Parser<TimeValue> = map(dayPart, ({ name }) => ({ part: name }));

/** Every way to say a time of day. */
export const timePhrase: Parser<TimeValue> = memo(longest(part, timeRange, lasting, open, point));

const HALF_DAY = 43_200;
const DAY = 86_400;
const hourOf = (second: number) => Math.floor(second / 3600);

function inHalf(second: number, half: 'am' | 'pm'): number {
  const base = second % HALF_DAY;
  return half === 'am' ? base : base + HALF_DAY;
}

/** The hours after midnight belong to the night before: "tonight at 2" is tomorrow's. */
function inPart(second: number, part: string, nowSecond: number | undefined): number {
  const settled = inHalf(second, leansTo(part, hourOf(second)));
  const isOver = nowSecond !== undefined && settled < nowSecond && settled < HALF_DAY;
  return /night|evening/i.test(part) && (settled < 3600 || isOver) ? settled + DAY : settled;
}

/** Without any word for it, 8 to 11 are in the morning and 12 to 7 after noon: the hours in which people meet. */
function inBusinessHours(second: number): number {
  const hour = hourOf(second) % 12;
  return inHalf(second, hour >= 8 ? 'am' : 'pm');
}

const written = (second: number) => `${hourOf(second) % 24}:${String(Math.floor(second / 60) % 60).padStart(2, '0')}`;

/** Settles what was left open; `nowSecond` is the time of day now where the time is said of today. */
export function settleTime(time: TimeValue, frame: Frame, nowSecond?: number): TimeSpan | undefined {
  const { from, to, part } = time;
  if (from === undefined && to === undefined) return part === undefined ? undefined : settlePart(part, frame, nowSecond);
  const hint = part && !part.includes(':') ? part : undefined;
  if (to === undefined || to === null) {
    if (!from) return undefined;
    const start = settlePoint(from, hint, frame, nowSecond);
    if (to === null) return { start, end: null, isPoint: false };
    if (time.length) return { start, end: start + toSeconds(time.length), isPoint: false };
    return { start, end: start, isPoint: true };
  }
  if (!from) return { start: null, end: settlePoint(to, hint, frame, nowSecond) || DAY, isPoint: false };
  return settleRange(from, to, hint, frame, nowSecond);
}

function settlePart(name: string, { conventions }: Frame, nowSecond: number | undefined): TimeSpan | undefined {
  if (name === 'earlier') return { start: 0, end: nowSecond || HALF_DAY, isPoint: false };
  if (name === 'later') return { start: nowSecond ?? HALF_DAY, end: DAY, isPoint: false };
  if (name.startsWith('after') && name.length > 9 && !name.includes(':') && !conventions.dayParts[name] && /^after[A-Z]/.test(name)) {
    const whole = timesOf(name, conventions);
    return whole && { start: whole.start, end: null, isPoint: false };
  }
  const [bound, base = name] = name.split(':');
  const times = timesOf(base, conventions);
  if (!times) return undefined;
  if (base !== name)
    return bound === 'after' ? { start: times.end, end: null, isPoint: false } : { start: null, end: times.start, isPoint: false };
  return { ...times, isPoint: times.start === times.end };
}

function settlePoint(clock: ClockTime, hint: string | undefined, frame: Frame, nowSecond: number | undefined): number {
  if (clock.part === 'midnight' && (nowSecond !== undefined || /night|evening/i.test(hint ?? ''))) return DAY;
  if (!clock.isOpen) return clock.second;
  const part = hint ?? frame.meal;
  if (part) return inPart(clock.second, part, nowSecond);
  const usual = inBusinessHours(clock.second);
  const isOver = nowSecond !== undefined && usual < nowSecond && usual < HALF_DAY && usual + HALF_DAY > nowSecond;
  const settled = isOver ? usual + HALF_DAY : usual;
  const other = (settled + HALF_DAY) % DAY;
  frame.note(`"${written(clock.second)}" was taken as ${formatClock(settled)}, not ${formatClock(other)}`);
  return settled;
}

function settleRange(from: ClockTime, to: ClockTime, hint: string | undefined, frame: Frame, nowSecond: number | undefined): TimeSpan {
  if (from.isOpen && !to.isOpen) {
    const candidates = [from.second % HALF_DAY, (from.second % HALF_DAY) + HALF_DAY].filter((second) => second < (to.second || DAY));
    const start = candidates.at(-1) ?? from.second;
    return { start, end: to.second > start ? to.second : to.second + DAY, isPoint: false };
  }
  const start = settlePoint(from, hint, frame, nowSecond);
  if (!to.isOpen) return { start, end: to.second > start ? to.second : to.second + DAY, isPoint: false };
  const end = [to.second % HALF_DAY, (to.second % HALF_DAY) + HALF_DAY, (to.second % HALF_DAY) + DAY].find((second) => second > start);
  return { start, end: end ?? to.second + DAY, isPoint: false };
}
