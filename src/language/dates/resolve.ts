import { entriesOf, isWholeDays, toIso, toSeconds } from './amount.ts';
import { DAY_SECONDS, formatClock, formatDay, formatLocal } from './calendar.ts';
import { type DateValue, type Days, lastBefore } from './day.ts';
import type { Frame } from './frame.ts';
import type { Moment } from './moment.ts';
import { type Meaning, settleEnds } from './range.ts';
import type { Reading } from './reading.ts';
import { shiftDay } from './shift.ts';
import { settleTime, type TimeSpan } from './time.ts';

/** A reading without its place in the text. */
export type Value = Omit<Reading, 'text' | 'index' | 'assumed'>;

/** Days on which Temporal and four-figure years still work. */
const FIRST_DAY = -4_000_000;
const LAST_DAY = 2_900_000;

const isInside = (day: number) => day > FIRST_DAY && day < LAST_DAY;

/** What a meaning comes to in a frame; nothing where it comes to no time at all. */
export function resolve(meaning: Meaning, frame: Frame): Value | undefined {
  switch (meaning.type) {
    case 'set':
      return { kind: 'set', timex: meaning.timex };
    case 'duration':
      return { kind: 'duration', minutes: toSeconds(meaning.amount) / 60, iso: toIso(meaning.amount) };
    case 'around-now':
      return resolveAroundNow(meaning, frame);
    case 'moment':
      return resolveMoment(meaning.moment, frame);
    case 'bounded':
      return resolveBounded(meaning, frame);
    case 'range':
      return resolveRange(meaning.from, meaning.to, frame);
    case 'lasting':
      return resolveLasting(meaning, frame);
  }
}

function resolveAroundNow({ length, sign }: Extract<Meaning, { type: 'around-now' }>, frame: Frame): Value | undefined {
  if (isWholeDays(length)) {
    const day = shiftDay(frame.today, length);
    return isInside(day) ? dayRange({ start: frame.today, end: sign === 1 ? day + 1 : frame.today }, frame) : undefined;
  }
  const seconds = toSeconds(length);
  if (!isInside(frame.today + seconds / DAY_SECONDS)) return undefined;
  const other = frame.later(sign * seconds);
  return sign === 1 ? secondRange(frame.now, other, frame) : secondRange(other, frame.now, frame);
}

function unresolvedOf(moment: Moment): Value | undefined {
  if (!moment.date?.isUnresolved) return undefined;
  const kind = moment.date.grain === 'day' ? (moment.time ? 'datetime' : 'date') : 'daterange';
  return { kind, unresolved: true, ...(moment.date.isImpossible ? { impossible: true } : {}) };
}

function resolveMoment(moment: Moment, frame: Frame): Value | undefined {
  const unresolved = unresolvedOf(moment);
  if (unresolved) return unresolved;
  if (moment.instant) {
    const second = moment.instant(frame);
    return second === undefined || !isInside(second / DAY_SECONDS)
      ? undefined
      : withZone({ kind: 'datetime', start: formatLocal(second), ...pastOf(second < frame.now) }, moment);
  }
  const { date, time } = moment;
  if (!date) return resolveTime(moment, frame);
  const days = date.find(frame);
  if (!days || !isInside(days.start) || !isInside(days.end)) return undefined;
  if (!time) noteToday(date, days.start, frame);
  if (!time)
    return date.grain === 'day'
      ? { kind: 'date', start: formatDay(days.start), ...pastOf(days.end <= frame.today) }
      : dayRange(days, frame);
  const [first, span] = settleOn(moment, days, frame) ?? [];
  if (!span || first === undefined) return undefined;
  noteToday(date, first, frame);
  if (date.isSpan && span.isPoint)
    return withZone(secondRange(local(first, span.start, moment, frame), local(days.end - 1, span.start, moment, frame), frame), moment);
  return momentOn(first, span, moment, frame);
}

/** A weekday that is today's could as well be next week's. */
function noteToday({ fields, which }: DateValue, day: number, frame: Frame): void {
  const isMere = fields?.weekday !== undefined && fields.day === undefined && fields.month === undefined && !which;
  if (isMere && day === frame.today) frame.note('the weekday was taken as today');
}

/** The day and the time of a moment; a time that has passed today moves on to the next such day where one is looked for. */
function settleOn({ date, time }: Moment, days: Days, frame: Frame): [number, TimeSpan] | undefined {
  if (!date || !time) return undefined;
  const nowSecond = days.start === frame.today ? frame.now - frame.today * DAY_SECONDS : undefined;
  const span = settleTime(time, frame, date.isRelative ? nowSecond : undefined);
  if (!span) return undefined;
  const isOver = nowSecond !== undefined && (span.end ?? DAY_SECONDS) <= nowSecond && (span.start ?? 0) <= nowSecond;
  const isOpenDate =
    date.first &&
    !date.which &&
    date.fields?.year === undefined &&
    frame.conventions.direction === 'future' &&
    frame.anchor === frame.today;
  const next =
    isOver && isOpenDate && date.fields?.weekday !== undefined && date.fields.day === undefined ? date.first?.(days.start + 1) : undefined;
  return [next?.start ?? days.start, span];
}

function momentOn(day: number, span: TimeSpan, moment: Moment, frame: Frame): Value {
  const part = partOf(moment);
  if (span.isPoint && span.start !== null) {
    const second = local(day, span.start, moment, frame) ?? 0;
    return withZone({ kind: 'datetime', start: formatLocal(second), ...part, ...pastOf(second < frame.now) }, moment);
  }
  const length = moment.time?.length;
  return withZone(
    {
      ...secondRange(local(day, span.start, moment, frame), local(day, span.end, moment, frame), frame),
      ...part,
      ...(length ? { minutes: toSeconds(length) / 60, iso: toIso(length) } : {}),
    },
    moment,
  );
}

/** The part that was named, unless a clock time beside it says more. */
const partOf = ({ time }: Moment) =>
  time?.part && !time.part.includes(':') && time.from === undefined && time.to === undefined ? { dayPart: time.part } : {};

/** A second of a day as local time: brought over from the zone that was named, kept out of the gaps of this one. */
function local(day: number, second: number | null, { zone }: Moment, frame: Frame): number | null {
  if (second === null) return null;
  const moment = day * DAY_SECONDS + second;
  return zone ? frame.fromZone(moment, zone.reckoned) : frame.settle(moment);
}

function resolveTime(moment: Moment, frame: Frame): Value | undefined {
  const { time } = moment;
  const span = time && settleTime(time, frame);
  if (!span) return undefined;
  const clock = (second: number | null) => {
    if (second === null) return null;
    const moved = moment.zone ? local(frame.today, second, moment, frame) : second;
    return moved === null ? null : formatClock(((moved % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS);
  };
  const length = time.length ? { minutes: toSeconds(time.length) / 60, iso: toIso(time.length) } : {};
  if (span.isPoint) return withZone({ kind: 'time', start: clock(span.start), ...partOf(moment) }, moment);
  return withZone({ kind: 'timerange', start: clock(span.start), end: clock(span.end), ...partOf(moment), ...length }, moment);
}

function withZone(value: Value, { zone }: Moment): Value {
  return zone ? { ...value, timeZone: zone.timeZone } : value;
}

const pastOf = (isPast: boolean): { past?: true } => (isPast ? { past: true } : {});

function dayRange({ start, end, seconds }: Days, frame: Frame): Value {
  if (seconds) return secondRange(seconds.start, seconds.end, frame);
  return { kind: 'daterange', start: formatDay(start), end: formatDay(end), ...pastOf(end <= frame.today) };
}

function secondRange(start: number | null, end: number | null, frame: Frame): Value {
  return {
    kind: 'datetimerange',
    start: start === null ? null : formatLocal(start),
    end: end === null ? null : formatLocal(end),
    ...pastOf(end !== null && end <= frame.now),
  };
}

function resolveBounded(
  { moment, side, isOutside, isDeadline, isSince }: Extract<Meaning, { type: 'bounded' }>,
  frame: Frame,
): Value | undefined {
  const { date, time, instant } = moment;
  const unresolved = unresolvedOf(moment);
  if (unresolved) return unresolved;
  if (instant || time) {
    const point = resolveMoment(moment, frame);
    if (!point || point.unresolved) return point;
    const isTime = point.kind.startsWith('time');
    const edge =
      side === 'to' && !isOutside && point.end ? point.end : side === 'from' && isOutside && point.end ? point.end : (point.start ?? null);
    return {
      ...point,
      kind: isTime ? 'timerange' : 'datetimerange',
      start: side === 'from' ? edge : isDeadline && !isTime && edge && edge > formatLocal(frame.now) ? formatLocal(frame.now) : null,
      end: side === 'to' ? edge : null,
    };
  }
  const latest =
    isSince && date?.first && !date.which && date.fields?.year === undefined ? lastBefore(date.first, frame.today + 1, 800) : undefined;
  const days = latest ?? date?.find(frame);
  if (!days || !isInside(days.start) || !isInside(days.end)) return undefined;
  if (side === 'from') return { kind: 'daterange', start: formatDay(isOutside ? days.end : days.start), end: null };
  const end = isOutside && !date?.isEnd ? days.start : days.end;
  if (isDeadline && end > frame.today) return secondRange(frame.now, end * DAY_SECONDS, frame);
  return { kind: 'daterange', start: null, end: formatDay(end), ...pastOf(end <= frame.today) };
}

function resolveRange(from: Moment, to: Moment, frame: Frame): Value | undefined {
  const today: DateValue = { grain: 'day', isRelative: true, find: ({ today: day }) => ({ start: day, end: day + 1 }) };
  if (from.date?.isUnresolved || to.date?.isUnresolved)
    return {
      kind: 'daterange',
      unresolved: true,
      ...(from.date?.isImpossible || to.date?.isImpossible ? { impossible: true as const } : {}),
    };
  const hasTime = Boolean(from.time || to.time || (from.instant && !from.isNow) || (to.instant && !to.isNow));
  const isClockRange = (from.isNow && !to.date && to.time) || (to.isNow && !from.date && from.time);
  const ends = settleEnds(from.date ?? today, to.date ?? (from.date && !to.isNow && !to.instant ? sameDay(from.date) : today), frame);
  if (!ends || !isInside(ends.first.start) || !isInside(ends.last.end)) return undefined;
  if (!hasTime && !isClockRange) {
    const start = ends.first.start;
    const end = to.isNow ? ends.last.start + 1 : ends.last.end;
    return start < end ? dayRange({ start, end }, frame) : undefined;
  }
  const start = edge(from, ends.first, 'start', frame);
  let end = edge(to, ends.last, 'end', frame);
  if (start === undefined || end === undefined) return undefined;
  if (end <= start && to.time && !to.date) end += end + DAY_SECONDS / 2 > start && to.time.from?.isOpen ? DAY_SECONDS / 2 : DAY_SECONDS;
  return end > start ? withZone(secondRange(start, end, frame), from.zone ? from : to) : undefined;
}

function sameDay(date: DateValue): DateValue {
  return { ...date, isRelative: true };
}

function edge(moment: Moment, days: Days, side: 'start' | 'end', frame: Frame): number | undefined {
  if (moment.instant) return moment.instant(frame);
  if (!moment.time) return (side === 'start' ? days.start : days.end) * DAY_SECONDS;
  const nowSecond = days.start === frame.today ? frame.now - frame.today * DAY_SECONDS : undefined;
  const span = settleTime(moment.time, frame, nowSecond);
  const second = side === 'start' ? span?.start : (span?.end ?? span?.start);
  return second === undefined || second === null ? undefined : (local(days.start, second, moment, frame) ?? undefined);
}

function resolveLasting({ from, length }: Extract<Meaning, { type: 'lasting' }>, frame: Frame): Value | undefined {
  const days = from.date?.find(frame);
  const said = { minutes: toSeconds(length) / 60, iso: toIso(length) };
  if (from.date && !from.time && isWholeDays(length)) {
    const end = days && shiftDay(days.start, length);
    return days && end !== undefined && isInside(end) && isInside(days.start)
      ? { ...dayRange({ start: days.start, end }, frame), ...said }
      : undefined;
  }
  const point = resolveMoment(from, frame);
  if (!point?.start || point.end !== undefined) return undefined;
  if (!from.date && from.time?.from) return resolveTime({ ...from, time: { ...from.time, length } }, frame);
  const span = from.time && settleTime(from.time, frame);
  if (!days || !span || span.start === null || entriesOf(length).length === 0) return undefined;
  const start = local(days.start, span.start, from, frame) ?? 0;
  const end = start + toSeconds(length);
  return isInside(end / DAY_SECONDS) ? withZone({ ...secondRange(start, end, frame), ...said }, from) : undefined;
}
