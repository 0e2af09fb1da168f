import type { Reading } from './dates/index.ts';
import type { When } from './request.ts';

/** One `When` of all that a stretch of text says about a moment; `undefined` when it says nothing. */
export function toWhen(readings: readonly Reading[]): When | undefined {
  const parts = readings.filter(({ kind }) => kind !== 'duration' && kind !== 'timezone').map(partOf);
  const [first, ...others] = parts;
  return first === undefined ? undefined : others.reduce(refineWhen, first);
}

/** The earlier saying with what the later one adds or replaces: "tomorrow", then "at 3". */
export function refineWhen(earlier: When, later: When): When {
  const text = [earlier.text, later.text].filter((part) => part !== '').join(', ');
  const assumed = [...earlier.assumed, ...later.assumed];
  const flags = {
    ...(later.unreadable === true || earlier.unreadable === true ? { unreadable: true as const } : {}),
    ...(later.past === true || earlier.past === true ? { past: true as const } : {}),
    ...(later.recurring === true || earlier.recurring === true ? { recurring: true as const } : {}),
  };
  return { ...mergeMoment(earlier, later), text, assumed, ...flags };
}

type Moment = Pick<When, 'date' | 'time' | 'endTime' | 'from' | 'to' | 'dayPart'>;

function mergeMoment(earlier: When, later: When): Moment {
  const dayPart = later.dayPart ?? (later.time === undefined ? earlier.dayPart : undefined);
  const named = dayPart === undefined ? {} : { dayPart };
  if (later.from !== undefined || later.to !== undefined) {
    const date = earlier.date ?? dayOf(earlier);
    if (isTimeOfDay(later.from ?? later.to) && date !== undefined) return { ...withDay(later, date), ...named };
    const time = later.dayPart === undefined && earlier.time !== undefined ? { time: earlier.time } : {};
    return { ...pickSpan(later), ...time, ...named };
  }
  if (later.date !== undefined) {
    if (later.time !== undefined) return { date: later.date, time: later.time, ...pickEnd(later), ...named };
    if (earlier.from !== undefined && isTimeOfDay(earlier.from)) return { ...withDay(earlier, later.date), ...named };
    if (earlier.from?.includes('T') === true && dayOf(earlier) !== undefined)
      return { ...withDay(toTimesOfDay(earlier), later.date), ...named };
    return { date: later.date, ...(earlier.time === undefined ? {} : { time: earlier.time, ...pickEnd(earlier) }), ...named };
  }
  if (later.time !== undefined) {
    const date = earlier.date ?? dayOf(earlier);
    const span = date === undefined && earlier.from !== undefined && !isTimeOfDay(earlier.from) ? pickSpan(earlier) : {};
    return { ...(date === undefined ? {} : { date }), ...span, time: later.time, ...pickEnd(later), ...named };
  }
  return { ...earlier, ...named };
}

function partOf(reading: Reading): When {
  const { start, end, text, unresolved, past, dayPart, kind } = reading;
  const flags = {
    text,
    assumed: reading.assumed ?? [],
    ...(past === true ? { past: true as const } : {}),
    ...(dayPart === undefined ? {} : { dayPart }),
  };
  if (kind === 'set') return { ...flags, recurring: true };
  if (unresolved === true || (start == null && end == null)) return { ...flags, unreadable: true };
  if (kind === 'date' && start != null) return { ...flags, date: start.slice(0, 10) };
  if ((kind === 'time' || kind === 'datetime') && start != null) {
    return start.includes('T') ? { ...flags, date: start.slice(0, 10), time: start.slice(11, 16) } : { ...flags, time: start.slice(0, 5) };
  }
  if (start != null && end != null && dayPart === undefined && !/\bbetween\b/i.test(text) && kind !== 'daterange') {
    const [date, from] = start.includes('T') ? [start.slice(0, 10), start.slice(11, 16)] : [undefined, start.slice(0, 5)];
    const endTime = end.includes('T') ? end.slice(11, 16) : end.slice(0, 5);
    const isShort = date === undefined || end.slice(0, 10) === date || (endTime === '00:00' && end.slice(0, 10) > date);
    if (isShort) return { ...flags, ...(date === undefined ? {} : { date }), time: from, endTime };
  }
  // "starting at 10" is a start; "after 10" leaves it open.
  if (start != null && end == null && /^(?:start|begin|from)/i.test(text)) {
    return {
      ...flags,
      ...(start.includes('T')
        ? { date: start.slice(0, 10), time: start.slice(11, 16) }
        : isTimeOfDay(cutSeconds(start))
          ? { time: cutSeconds(start) }
          : { date: start }),
    };
  }
  return { ...flags, ...(start == null ? {} : { from: cutSeconds(start) }), ...(end == null ? {} : { to: cutSeconds(end) }) };
}

function cutSeconds(local: string): string {
  return local.includes('T') ? local.slice(0, 16) : /^\d\d:/.test(local) ? local.slice(0, 5) : local.slice(0, 10);
}

export function isTimeOfDay(local: string | undefined): boolean {
  return local !== undefined && /^\d\d:\d\d$/.test(local);
}

/** The one day that a span of hours lies on. */
function dayOf({ from }: When): string | undefined {
  return from?.includes('T') === true ? from.slice(0, 10) : undefined;
}

function toTimesOfDay({ from, to, ...others }: When): When {
  return { ...others, ...(from === undefined ? {} : { from: from.slice(11) }), ...(to === undefined ? {} : { to: to.slice(11) }) };
}

function withDay({ from, to }: When, date: string): Moment {
  return {
    ...(from === undefined ? {} : { from: `${date}T${from}` }),
    ...(to === undefined ? {} : { to: to === '24:00' ? `${date}T23:59` : `${date}T${to}` }),
  };
}

function pickSpan({ from, to }: When): Moment {
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function pickEnd({ endTime }: When): Moment {
  return endTime === undefined ? {} : { endTime };
}
