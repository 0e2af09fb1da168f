import { call, type Memory, type Outcome, type Plan, type Scene } from './memory.ts';
import { type FoundSlots, toBookings, toSlots } from './results.ts';
import { sayBooking } from './say-booking.ts';
import { addDays, addMinutes, sayDate, sayDay, sayList, sayMoment, sayTime, sayZone, today, toInstant, toIso, toLocal } from './time.ts';

/** What the free times are looked for. */
export interface SlotQuery {
  readonly eventTypeId?: number;
  readonly eventTypeSlug?: string;
  readonly durationMinutes?: number;
  readonly rescheduleUid?: string;
}

/** Free starts between two local bounds; a date as the end counts whole. */
export function* findSlots(
  query: SlotQuery,
  { start, end }: { readonly start: string; readonly end: string },
  scene: Scene,
  isLookup = false,
): Plan<FoundSlots | Outcome> {
  const input = { ...query, start, end, timeZone: scene.clock.timeZone };
  const result = yield* call({ tool: 'get_available_slots', input, ...(isLookup ? { isLookup: true as const } : {}) });
  if (result.status !== 'failed') return toSlots(result);
  const { message, hint } = result.error;
  const isLength = result.error.code === 'not_found';
  return {
    text: [message, hint].filter(Boolean).join(' '),
    memory: isLength ? { status: 'asking', question: 'event-type' } : { status: 'idle' },
  };
}

/** Looks whether a start can be had; when not, says why and offers what is near. What is looked up here is no promise: the tool decides. */
export function* checkStart(query: SlotQuery, start: number, scene: Scene, otherZone?: string): Plan<Outcome | undefined> {
  const { clock } = scene;
  const theirs = otherZone === undefined ? '' : ` (${sayTime(start, { ...clock, timeZone: otherZone })} in ${sayZone(otherZone)})`;
  const moment = `${sayMoment(start, clock)}${theirs}`;
  const day = toLocal(start, clock).slice(0, 10);
  const found = yield* findSlots(query, { start: day, end: day }, scene, true);
  if ('text' in found) return found;
  const minutes = found.durationMinutes ?? query.durationMinutes ?? found.eventType?.lengthInMinutes ?? 30;
  const end = start + minutes * 60_000;
  if (isCovered({ start, end }, found.starts, minutes * 60_000)) return undefined;
  const bounds = {
    afterStart: toIso(toInstant(`${addDays(day, -1)}T00:00`, clock)),
    beforeEnd: toIso(toInstant(`${addDays(day, 2)}T00:00`, clock)),
  };
  const listed = yield* call({ tool: 'list_bookings', input: { status: ['upcoming'], ...bounds, take: 250 }, isLookup: true });
  const taken = toBookings(listed).find(
    (booking) =>
      booking.uid !== query.rescheduleUid &&
      booking.status === 'accepted' &&
      Date.parse(booking.start) < end &&
      Date.parse(booking.end) > start,
  );
  const why = taken === undefined ? `${moment} is not open for booking.` : `${moment} is taken by ${sayBooking(taken)}.`;
  return yield* offerNear(query, start, why, scene);
}

/** A start between two listed ones is free when the listed meetings cover it without a gap. */
function isCovered(wanted: { readonly start: number; readonly end: number }, starts: readonly number[], lengthMs: number): boolean {
  let covered = wanted.start;
  for (const start of starts) {
    if (start === wanted.start) return true;
    if (start > covered) break;
    covered = Math.max(covered, start + lengthMs);
  }
  return covered >= wanted.end;
}

/** Offers what is free on the day of a wanted time, or on the days after it. `why` says what was wrong with the wanted time. */
export function* offerNear(query: SlotQuery, wanted: number, why: string, scene: Scene): Plan {
  const { clock } = scene;
  const day = toLocal(wanted, clock).slice(0, 10);
  const [first = day] = [day, today(clock)].toSorted().toReversed();
  const onDay = yield* findSlots(query, { start: first, end: first }, scene);
  if ('text' in onDay) return { ...onDay, text: `${why} ${onDay.text}` };
  const found = onDay.starts.length > 0 ? onDay : yield* findNextDays(query, { start: first, end: addDays(first, 14) }, scene);
  if ('text' in found) return { ...found, text: `${why} ${found.text}` };
  const { starts } = found;
  if (starts.length === 0) {
    return {
      text: `${why} Nothing else is free in the two weeks from ${sayDate(first, clock)}. Would another week do?`,
      memory: { status: 'asking', question: 'when' },
    };
  }
  const near = starts
    .toSorted((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted) || a - b)
    .slice(0, 3)
    .toSorted((a, b) => a - b);
  return offer(near, why, scene);
}

/** Dates whose times are shown where a wanted one has none. */
const SHOWN_DATES = 3;

/** The first few dates within a span that have free times: what is shown is to be chosen from. */
function* findNextDays(query: SlotQuery, span: { readonly start: string; readonly end: string }, scene: Scene): Plan<FoundSlots | Outcome> {
  const all = yield* findSlots(query, span, scene, true);
  if ('text' in all) return all;
  const dates = [...new Set(all.starts.map((start) => toLocal(start, scene.clock).slice(0, 10)))].slice(0, SHOWN_DATES);
  const [first] = dates;
  const last = dates.at(-1);
  if (first === undefined || last === undefined) return all;
  return yield* findSlots(query, { start: span.start.startsWith(first) ? span.start : first, end: last }, scene);
}

/** Names up to three free times and asks for one. */
export function offer(near: readonly number[], why: string, { clock }: Scene): Outcome {
  const days = new Set(near.map((start) => toLocal(start, clock).slice(0, 10)));
  const [day] = days;
  const times =
    days.size === 1 && day !== undefined
      ? `${sayList(near.map((start) => sayTime(start, clock)))} ${sayDay(day, clock)}`
      : sayList(near.map((start) => sayMoment(start, clock)));
  const text =
    near.length === 1
      ? `${why} ${sentence(`${times} is free`)} Shall I take it?`
      : `${why} ${sentence(`${times} are free`)} Which one shall I take?`;
  const memory: Partial<Memory> = {
    status: 'asking',
    question: 'when',
    offered: near,
    ...(days.size === 1 && day !== undefined ? { date: day } : {}),
  };
  return { text: text.trim(), memory, suggestions: near.map((start) => sayMoment(start, clock)) };
}

/** Asks for a time within a span and shows what is free there. */
export function* offerWithin(
  query: SlotQuery,
  span: { readonly start: string; readonly end: string; readonly label: string },
  scene: Scene,
): Plan {
  const found = yield* findSlots(query, span, scene);
  if ('text' in found) return found;
  if (found.starts.length === 0) return yield* offerAfter(query, span, scene);
  const spread = spreadOver(found.starts);
  const { clock } = scene;
  const isOneDay = new Set(found.starts.map((start) => toLocal(start, clock).slice(0, 10))).size === 1;
  const day = isOneDay ? toLocal(found.starts[0] ?? 0, clock).slice(0, 10) : undefined;
  const examples = spread.map((start) => (isOneDay ? sayTime(start, clock) : sayMoment(start, clock)));
  return {
    text: `Which time ${span.label} suits? ${found.starts.length === 1 ? `Only ${examples[0]} is free.` : `${sentence(`${sayList(examples)} are free`, found.starts.length > spread.length ? ', for example' : '')}`}`,
    memory: { status: 'asking', question: 'when', offered: spread, ...(day === undefined ? {} : { date: day }) },
  };
}

function* offerAfter(query: SlotQuery, span: { readonly end: string; readonly label: string }, scene: Scene): Plan {
  const { clock } = scene;
  const start = span.end.length > 10 ? span.end : addDays(span.end, 1);
  const later = yield* findNextDays(query, { start, end: addDays(span.end, 14) }, scene);
  if ('text' in later) return later;
  const why = `Nothing is free ${span.label}.`;
  const near = later.starts.slice(0, 3);
  if (near.length === 0)
    return {
      text: `${why} Nothing is free in the two weeks after that either. Shall I look further ahead?`,
      memory: { status: 'asking', question: 'when' },
    };
  return offer(near, why, { ...scene, clock });
}

/** The first, a middle and the last of many. */
function spreadOver(starts: readonly number[]): readonly number[] {
  if (starts.length <= 3) return starts;
  return [starts[0], starts[Math.floor(starts.length / 2)], starts.at(-1)].filter((start) => start !== undefined);
}

function sentence(text: string, tail = ''): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${tail}.`;
}

/** The span of a look or an open wish, as local bounds, and how to say it. */
export function spanOf(
  when: {
    readonly date?: string;
    readonly time?: string;
    readonly endTime?: string;
    readonly from?: string;
    readonly to?: string;
    readonly dayPart?: string;
    readonly text: string;
  },
  scene: Scene,
): { readonly start: string; readonly end: string; readonly label: string } {
  const { clock, memory } = scene;
  const now = today(clock);
  if (when.date !== undefined && when.endTime !== undefined && when.time !== undefined) {
    const start = `${when.date}T${when.time}`;
    const end = when.endTime > when.time ? `${when.date}T${when.endTime}` : `${addDays(when.date, 1)}T${when.endTime}`;
    return { start, end, label: `${sayDay(when.date, clock)} between ${when.time} and ${when.endTime}` };
  }
  if (when.date !== undefined) return { start: when.date, end: when.date, label: sayDay(when.date, clock) };
  const { from, to } = when;
  if (from !== undefined && from.length === 5) {
    const isOver = to !== undefined && toInstant(`${now}T${to === '24:00' ? '23:59' : to}`, clock) <= clock.now;
    const day = memory.date ?? (isOver ? addDays(now, 1) : now);
    return spanOf(
      {
        text: when.text,
        from: `${day}T${from}`,
        ...(to === undefined ? {} : { to: to === '24:00' ? `${addDays(day, 1)}T00:00` : `${day}T${to}` }),
        ...(when.dayPart === undefined ? {} : { dayPart: when.dayPart }),
      },
      scene,
    );
  }
  if (from !== undefined && from.length > 10) {
    const end = to ?? `${addDays(from, 1)}T00:00`;
    const day = sayDay(from, clock);
    const isDay = end.slice(0, 10) === from.slice(0, 10) || end === `${addDays(from, 1)}T00:00`;
    const part = to === undefined ? `${day} after ${from.slice(11)}` : `${day} between ${from.slice(11)} and ${end.slice(11)}`;
    return {
      start: from,
      end,
      label: isDay ? part : `from ${sayDate(from, clock)} to ${sayDate(addMinutes(end.length > 10 ? end : `${end}T00:00`, -1), clock)}`,
    };
  }
  const start = from ?? now;
  const last = to === undefined ? addDays(start, 6) : to.length > 10 ? to : addDays(to, -1);
  if (last <= start) return { start, end: start, label: sayDay(start, clock) };
  return { start, end: last, label: `between ${sayDate(start, clock)} and ${sayDate(last, clock)}` };
}
