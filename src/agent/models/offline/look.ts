import type { When } from '../../../language/index.ts';
import { findBookings, isCalled, listBookings } from './find-booking.ts';
import { call, type Draft, type Plan, type Scene } from './memory.ts';
import { settleMoment } from './moment.ts';
import { findSlots, type SlotQuery, spanOf } from './offer.ts';
import { type KnownBooking, toBookings, toEventTypes, toSlots, totalOf } from './results.ts';
import { sayBooking, sayWhen } from './say-booking.ts';
import { addDays, sayDate, sayDay, sayLength, sayList, sayMoment, sayTime, today, toInstant, toIso, toLocal } from './time.ts';

/** "What do I have this week?", "who am I meeting tomorrow?", "what's next?" */
export function* list(draft: Draft, scene: Scene): Plan {
  const { clock } = scene;
  const { when, request } = draft;
  if (when?.unreadable === true) return unreadable(when);
  const [person] = draft.people;
  const named = person?.email ?? person?.name;
  const email = named === undefined ? undefined : yield* addressOf(named, scene);
  if (named !== undefined && email === undefined) return { text: `I can't find a booking with ${named}.`, memory: { status: 'idle' } };
  const isNext = when === undefined && /\bnext\b/i.test(request.text);
  const span = when === undefined ? undefined : boundsOf(when, scene);
  const input = {
    status: span === undefined ? ['upcoming'] : ['upcoming', 'past'],
    ...(email === undefined ? {} : { attendeeEmail: email }),
    ...(span === undefined ? {} : { afterStart: toIso(span.from), beforeEnd: toIso(span.to) }),
    take: isNext ? 1 : 50,
  };
  const result = yield* call({ tool: 'list_bookings', input });
  if (result.status === 'failed')
    return { text: `I can't look at your bookings right now. ${result.error.message}`, memory: { status: 'idle' } };
  const found = toBookings(result)
    .filter(({ status }) => status !== 'cancelled' && status !== 'rejected')
    .toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const label = span?.label ?? 'coming up';
  const sayStart = (booking: KnownBooking) =>
    when?.date === undefined ? sayWhen(booking, scene) : `at ${sayTime(Date.parse(booking.start), clock)}`;
  const withWhom = named === undefined ? '' : ` with ${named}`;
  const day = when?.date;
  const memory = { status: 'done' as const, ...(day === undefined ? {} : { date: day }) };
  const [first] = found;
  if (first === undefined) return { text: `You have nothing${withWhom} ${label}.`, memory };
  if (isNext) return { text: `Next is ${sayBooking(first)} ${sayWhen(first, scene)}.`, memory: { ...memory, booking: first } };
  if (found.length === 1)
    return {
      text: `You have one booking${withWhom} ${label}: ${sayBooking(first)} ${sayWhen(first, scene)}.`,
      memory: { ...memory, booking: first },
    };
  const total = Math.max(totalOf(result) ?? 0, found.length);
  const upcoming = found.find(({ start }) => Date.parse(start) > clock.now);
  const next =
    upcoming === undefined ? '' : ` ${upcoming === first ? 'The first' : 'Next'} is ${sayBooking(upcoming)} ${sayStart(upcoming)}.`;
  return { text: `You have ${total} bookings${withWhom} ${label}.${next}`, memory };
}

function* addressOf(named: string, scene: Scene): Plan<string | undefined> {
  if (named.includes('@')) return named;
  for (const status of ['upcoming', 'past'] as const) {
    const bookings = yield* listBookings(status, scene);
    if ('text' in bookings) return undefined;
    const match = bookings.flatMap(({ attendees }) => attendees).find((attendee) => isCalled(attendee, named));
    if (match !== undefined) return match.email;
  }
  return undefined;
}

/** The instants of a look into the calendar, and how to say them. */
export function boundsOf(when: When, scene: Scene): { readonly from: number; readonly to: number; readonly label: string } {
  const { clock } = scene;
  if (when.date === undefined && when.time !== undefined) {
    const date = scene.memory.date ?? today(clock);
    return boundsOf({ ...when, date }, scene);
  }
  const { start, end, label } = spanOf(when, scene);
  const from = toInstant(start.length > 10 ? start : `${start}T00:00`, clock);
  const to = toInstant(end.length > 10 ? end : `${addDays(end, 1)}T00:00`, clock);
  return { from, to, label: /\b(?:this|next|last) (?:week|month|weekend)\b/i.exec(when.text)?.[0].toLowerCase() ?? label };
}

/** "When am I free on Friday afternoon?", "am I free at 3?" */
export function* availability(draft: Draft, scene: Scene): Plan {
  const { clock } = scene;
  const { when, request } = draft;
  if (when?.unreadable === true) return unreadable(when);
  const query: SlotQuery = {
    ...(request.durationMinutes === undefined ? {} : { durationMinutes: request.durationMinutes }),
  };
  if (when?.time !== undefined && when.endTime === undefined && when.from === undefined) return yield* isFree(when, query, scene);
  const span =
    when === undefined ? { start: today(clock), end: addDays(today(clock), 6), label: 'in the coming week' } : spanOf(when, scene);
  const last = span.end.length > 10 ? span.end : `${addDays(span.end, 1)}T00:00`;
  if (toInstant(last, clock) <= clock.now)
    return {
      text: `That is over: it is ${sayMoment(clock.now, clock)} now. Which day should I look at?`,
      memory: { status: 'asking', question: 'when' },
    };
  const found = yield* findSlots(query, span, scene);
  if ('text' in found) return found;
  const { starts } = found;
  const minutes = found.durationMinutes ?? found.eventType?.lengthInMinutes ?? request.durationMinutes ?? 30;
  if (starts.length === 0) return { text: `You have no free ${sayLength(minutes)} ${span.label}.`, memory: { status: 'idle' } };
  const isOneDay = new Set(starts.map((start) => toLocal(start, clock).slice(0, 10))).size === 1;
  const [first = 0] = starts;
  const day = toLocal(first, clock).slice(0, 10);
  const memory = { status: 'done' as const, offered: starts.slice(0, 20), ...(isOneDay ? { date: day } : {}) };
  if (request.isEarliest === true)
    return { text: `Your next free time is ${sayMoment(first, clock)}.`, memory: { ...memory, offered: [first] } };
  if (!isOneDay) {
    const days = [...new Set(starts.map((start) => toLocal(start, clock).slice(0, 10)))];
    return {
      text: `You are free on ${days.length} days ${span.label}; the first time is ${sayMoment(first, clock)}. Pick one to book it.`,
      memory,
    };
  }
  const stretches = toStretches(starts, minutes).map(([from, to]) => `${sayTime(from, clock)} to ${sayTime(to, clock)}`);
  return { text: `You are free ${sayDay(day, clock)} from ${sayList(stretches)}. Pick a time to book ${sayLength(minutes)}.`, memory };
}

/** Starts whose meetings touch or overlap, as one free stretch each. */
function toStretches(starts: readonly number[], minutes: number): readonly (readonly [from: number, to: number])[] {
  const stretches: [number, number][] = [];
  for (const start of starts) {
    const last = stretches.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = start + minutes * 60_000;
    else stretches.push([start, start + minutes * 60_000]);
  }
  return stretches;
}

function* isFree(when: When, query: SlotQuery, scene: Scene): Plan {
  const { clock } = scene;
  const moment = settleMoment(when, scene, scene.memory.date);
  if (moment.kind !== 'exact' && moment.kind !== 'skipped') {
    return { text: moment.kind === 'unusable' ? moment.why : 'Which time do you mean?', memory: { status: 'asking', question: 'when' } };
  }
  const { start } = moment;
  const day = toLocal(start, clock).slice(0, 10);
  const [slots, bookings] = yield {
    calls: [
      { tool: 'get_available_slots', input: { ...query, start: day, end: day, timeZone: clock.timeZone }, isLookup: true },
      {
        tool: 'list_bookings',
        input: {
          status: ['upcoming'],
          afterStart: toIso(toInstant(`${day}T00:00`, clock)),
          beforeEnd: toIso(toInstant(`${addDays(day, 1)}T00:00`, clock)),
          take: 250,
        },
        isLookup: true,
      },
    ],
  };
  const { starts } = toSlots(slots);
  const busy = toBookings(bookings).find(
    (booking) => Date.parse(booking.start) <= start && Date.parse(booking.end) > start && booking.status === 'accepted',
  );
  const memory = { status: 'done' as const, date: day, offered: starts.includes(start) ? [start] : [] };
  if (busy !== undefined)
    return {
      text: `No, at ${sayTime(start, clock)} ${sayDay(day, clock)} you have ${sayBooking(busy)}.`,
      memory: { ...memory, booking: busy },
    };
  if (starts.includes(start)) return { text: `Yes, you are free ${sayDay(day, clock)} at ${sayTime(start, clock)}.`, memory };
  const near = starts
    .toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start))
    .slice(0, 3)
    .toSorted((a, b) => a - b);
  const instead =
    near.length === 0
      ? 'Nothing can be booked that day.'
      : `The nearest free times are ${sayList(near.map((time) => sayTime(time, clock)))}.`;
  return {
    text: `You have nothing ${sayDay(day, clock)} at ${sayTime(start, clock)}, but it can't be booked. ${instead}`,
    memory: { ...memory, offered: near },
  };
}

function unreadable({ text }: When) {
  return {
    text: `I can't read "${text}" as a time. Which day do you mean? You can say, for example, "Friday" or "8 January".`,
    memory: { status: 'asking' as const, question: 'when' as const },
  };
}

/** "What can people book with me?" */
export function* eventTypes(): Plan {
  const result = yield* call({ tool: 'list_event_types', input: {} });
  if (result.status === 'failed')
    return { text: `I can't look at your event types right now. ${result.error.message}`, memory: { status: 'idle' } };
  const found = toEventTypes(result).filter(({ hidden }) => hidden !== true);
  const names = found.map(({ title, lengthInMinutes }) => `${title} (${sayLength(lengthInMinutes)})`);
  if (names.length === 0) return { text: 'There is nothing to book with you yet.', memory: { status: 'done' } };
  const count = names.length === 1 ? 'one kind of meeting' : `${names.length} kinds of meetings`;
  return {
    text: `People can book ${count} with you: ${sayList(names.slice(0, 8))}${names.length > 8 ? ' and more' : ''}.`,
    memory: { status: 'done', eventTypes: found },
  };
}

/** "Tell me about my meeting with Ada.", "when is my meeting with Bob?" */
export function* details(draft: Draft, scene: Scene): Plan {
  const found = yield* findBookings({ reference: draft.request.reference ?? {}, verb: 'show' }, scene);
  if ('text' in found) {
    const { candidates = [], question } = found.memory;
    const lines = candidates.map((booking, at) => `${at + 1}. ${sayBooking(booking)} ${sayWhen(booking, scene)}`);
    const isList = question === 'which' && candidates.length > 1 && found.text.startsWith('I found');
    return isList ? { ...found, text: `There are ${candidates.length}:\n${lines.join('\n')}\nTell me which one to show in full.` } : found;
  }
  const [known] = found;
  if (known === undefined) return { text: 'Which booking do you mean?', memory: { status: 'asking', question: 'which' } };
  yield* call({ tool: 'get_booking', input: { uid: known.uid } });
  const { clock } = scene;
  const [start, end] = [Date.parse(known.start), Date.parse(known.end)];
  const people = known.attendees.map(({ name, email }) => `${name} (${email})`);
  const place = known.location == null || known.location === '' ? '' : ` Place: ${known.location}.`;
  const title = known.title.replace(/ between .+ and .+$/, '');
  return {
    text: `"${title}" is on ${sayDate(toLocal(start, clock), clock)} from ${sayTime(start, clock)} to ${sayTime(end, clock)}, with ${sayList(people)}.${place}`,
    memory: { status: 'done', booking: known },
  };
}
