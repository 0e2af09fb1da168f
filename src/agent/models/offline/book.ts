import { findEventTypes, offersMinutes } from '../../../language/index.ts';
import type { CallResult } from './conversation.ts';
import { call, type Draft, type Outcome, type Plan, type Scene } from './memory.ts';
import { type Moment, settleMoment } from './moment.ts';
import { checkStart, findSlots, offer, offerNear, offerWithin, type SlotQuery, spanOf } from './offer.ts';
import { type KnownEventType, toBooking, toEventTypes } from './results.ts';
import { sayBooking, sayWhen } from './say-booking.ts';
import { addDays, minutesBetween, sayLength, sayList, sayMoment, sayTime, sayZone, today, toIso, toLocal } from './time.ts';
import { type Attendee, findAttendees } from './who.ts';

/** Books: a time that can be, with whom, of which kind; asks for one missing thing at a time. */
export function* book(draft: Draft, scene: Scene): Plan {
  const { clock } = scene;
  const moment = settleMoment(draft.when, scene);
  if (moment.kind === 'unusable') return yield* unusable(moment, queryOf(draft), scene);
  if (moment.kind === 'skipped' && draft.isTimeConfirmed !== true) return skipped(moment, scene);
  const people = draft.people.length > 0 ? draft.people : [{}];
  const attendees = yield* findAttendees(people, scene);
  if ('text' in attendees) return attendees;
  const kind = yield* chooseEventType(draft);
  if ('text' in kind) return kind;
  const { query } = kind;
  const start = yield* chooseStart(draft, { moment, query }, scene);
  if (typeof start !== 'number') return start;
  const refused = draft.request.isEarliest === true ? undefined : yield* checkStart(query, start, scene, draft.request.timeZone);
  if (refused !== undefined) return refused;
  const [attendee, ...guests] = attendees.map((person) => withZone(person, draft.request.timeZone));
  if (attendee === undefined) return { text: 'Who is it with?', memory: { status: 'asking', question: 'who' } };
  const subject = draft.request.subject ?? kind.subject;
  const notes = [draft.request.notes, draft.request.location === undefined ? undefined : `Place: ${draft.request.location}`]
    .filter(Boolean)
    .join('\n');
  const input = {
    ...query,
    start: toIso(start),
    attendee,
    ...(subject === undefined ? {} : { title: subject.slice(0, 500) }),
    ...(notes === '' ? {} : { notes }),
    ...(guests.length === 0 ? {} : { guests: guests.map(({ email }) => email) }),
  };
  const assumed = moment.kind === 'exact' ? moment.assumed : [];
  const result = yield* call({ tool: 'create_booking', input }, announce({ start, attendees, query, kind, assumed }, scene));
  return yield* afterBooking(result, { query, start }, { ...scene, clock });
}

/** Whose zone was named is not said; that of the one invited is more likely than not, and the approval shows it. */
function withZone(attendee: Attendee, timeZone: string | undefined): Attendee {
  return attendee.timeZone !== undefined || timeZone === undefined ? attendee : { ...attendee, timeZone };
}

function queryOf({ request, when }: Draft): SlotQuery {
  const fromRange = when?.time !== undefined && when.endTime !== undefined ? minutesBetween(when.time, when.endTime) : undefined;
  const durationMinutes = request.durationMinutes ?? fromRange;
  return durationMinutes === undefined ? {} : { durationMinutes };
}

interface ChosenType {
  readonly query: SlotQuery;
  readonly eventType: KnownEventType;
  /** Words that name no event type are what the meeting is about. */
  readonly subject?: string;
}

/** By name, by length, or the usual half hour. */
function* chooseEventType(draft: Draft): Plan<ChosenType | Outcome> {
  const { eventTypePhrase } = draft.request;
  const { durationMinutes } = queryOf(draft);
  const listed = yield* call({ tool: 'list_event_types', input: {}, isLookup: true });
  if (listed.status === 'failed')
    return { text: `I can't look at your event types right now. ${listed.error.message}`, memory: { status: 'idle' } };
  const all = toEventTypes(listed).filter(({ hidden }) => hidden !== true);
  if (all.length === 0) return { text: 'There is nothing to book yet: create an event type first.', memory: { status: 'idle' } };
  const named = eventTypePhrase === undefined ? [] : findEventTypes(eventTypePhrase, all);
  const isNamed = named.length > 0;
  const fitting = (isNamed ? named : all).filter((eventType) => durationMinutes === undefined || offersMinutes(eventType, durationMinutes));
  const [first] = fitting;
  if (first === undefined) return noSuchLength(durationMinutes ?? 0, isNamed ? named : all);
  if (isNamed && fitting.length > 1) return askWhichKind(fitting);
  const usual = fitting.find((eventType) => offersMinutes(eventType, durationMinutes ?? 30)) ?? first;
  const eventType = isNamed ? first : usual;
  const query = {
    eventTypeId: eventType.id,
    ...(durationMinutes === undefined || durationMinutes === eventType.lengthInMinutes ? {} : { durationMinutes }),
  };
  return { query, eventType, ...(isNamed || eventTypePhrase === undefined ? {} : { subject: eventTypePhrase }) };
}

function askWhichKind(fitting: readonly KnownEventType[]): Outcome {
  return {
    text: `Which one do you mean: ${sayList(fitting.slice(0, 6).map(sayKind), 'or')}?`,
    suggestions: fitting.slice(0, 4).map(({ title }) => title),
    memory: { status: 'asking', question: 'event-type', offeredTypes: fitting },
  };
}

function noSuchLength(minutes: number, eventTypes: readonly KnownEventType[]): Outcome {
  const lengths = [
    ...new Set(eventTypes.flatMap(({ lengthInMinutes, lengthInMinutesOptions }) => [lengthInMinutes, ...(lengthInMinutesOptions ?? [])])),
  ];
  const nearest = lengths.toSorted((a, b) => Math.abs(a - minutes) - Math.abs(b - minutes)).slice(0, 4);
  return {
    text: `Nothing you offer lasts ${sayLength(minutes)}. You have ${sayList(eventTypes.slice(0, 6).map(sayKind))}. Which one shall I book?`,
    suggestions: nearest.toSorted((a, b) => a - b).map(sayLength),
    memory: { status: 'asking', question: 'event-type', offeredTypes: eventTypes },
  };
}

function sayKind({ title, lengthInMinutes }: KnownEventType): string {
  return `"${title}" (${sayLength(lengthInMinutes)})`;
}

function* chooseStart(
  draft: Draft,
  { moment, query }: { readonly moment: Moment; readonly query: SlotQuery },
  scene: Scene,
): Plan<number | Outcome> {
  const { clock } = scene;
  if (moment.kind === 'exact' || moment.kind === 'skipped') return moment.start;
  const span = moment.kind === 'span' && draft.when !== undefined ? spanOf(draft.when, scene) : undefined;
  const near = span ?? { start: today(clock), end: addDays(today(clock), 14), label: 'in the next two weeks' };
  const time = draft.when?.time;
  if (draft.request.isEarliest === true || (span !== undefined && time !== undefined)) {
    const found = yield* findSlots(query, near, scene, true);
    if ('text' in found) return found;
    const first = found.starts.find((start) => time === undefined || sayTime(start, clock) === time);
    if (first !== undefined) return first;
    if (time === undefined || found.starts.length === 0)
      return { text: `Nothing is free ${near.label}. When else would suit?`, memory: { status: 'asking', question: 'when' } };
    return offer(found.starts.slice(0, 3), `${time} is never free ${near.label}.`, scene);
  }
  if (span === undefined) {
    const week = { start: today(clock), end: addDays(today(clock), 6), label: 'this coming week' };
    const asked = yield* offerWithin(query, week, scene);
    return { ...asked, text: asked.text.replace('Which time this coming week suits?', 'When should it be?') };
  }
  return yield* offerWithin(query, span, scene);
}

/** "I'll book …": what the approval card will ask, in one sentence. */
function announce(
  {
    start,
    attendees,
    query,
    kind,
    assumed,
  }: {
    readonly start: number;
    readonly attendees: readonly Attendee[];
    readonly query: SlotQuery;
    readonly kind: ChosenType;
    readonly assumed: readonly string[];
  },
  { clock }: Scene,
): string {
  const what = `"${kind.eventType.title}" (${sayLength(query.durationMinutes ?? kind.eventType.lengthInMinutes)})`;
  const [first] = attendees;
  const names = attendees.map(({ name, email }) => `${name} (${email})`).join(', ');
  const zone = first?.timeZone;
  const theirs = zone === undefined ? '' : sayTime(start, { ...clock, timeZone: zone });
  const other = zone === undefined || theirs === sayTime(start, clock) ? '' : ` (${theirs} in ${sayZone(zone)})`;
  return [`I'll book ${what} with ${names} on ${sayMoment(start, clock)}${other}.`, ...assumed].join(' ');
}

function* afterBooking(result: CallResult, { query, start }: { readonly query: SlotQuery; readonly start: number }, scene: Scene): Plan {
  if (result.status === 'done') {
    const booking = toBooking(result.output);
    if (booking === undefined) return { text: 'It is booked.', memory: { status: 'done' } };
    const waits = booking.status === 'pending' ? ' It still waits to be confirmed.' : '';
    return {
      text: `Done: ${sayBooking(booking)} is booked ${sayWhen(booking, scene)}.${waits}`,
      memory: { status: 'done', booking, date: toLocal(Date.parse(booking.start), scene.clock).slice(0, 10) },
    };
  }
  return yield* afterRefusal(result, { query, start }, scene);
}

/** What to say when a write did not happen; for a time that is not free, what is free instead. */
export function* afterRefusal(
  result: Exclude<CallResult, { status: 'done' }>,
  { query, start }: { readonly query: SlotQuery; readonly start: number },
  scene: Scene,
): Plan {
  switch (result.status) {
    case 'denied':
      return { text: 'Okay, nothing was changed.', memory: { status: 'denied' } };
    case 'superseded':
      return { text: 'All right, I left that.', memory: { status: 'denied' } };
    case 'pending':
      return { text: 'It waits for your answer on the card.', memory: { status: 'pending' } };
    case 'unknown':
      return { text: `I'm not sure what became of it. ${result.message}`, memory: { status: 'idle' } };
    case 'failed': {
      const { code, message, hint, details } = result.error;
      if (code === 'denied' || code === 'forbidden') return { text: `${message} Nothing was changed.`, memory: { status: 'denied' } };
      if (code === 'conflict' || details?.reason === 'past' || /not available|already has booking|can't be booked/i.test(message)) {
        const why = details?.reason === 'past' || code === 'conflict' ? message : `${sayMoment(start, scene.clock)} is not free.`;
        return yield* offerNear(query, start, toShort(why, start, scene), scene);
      }
      const isKind = code === 'not_found' || (code === 'invalid_input' && /event type|cannot last/i.test(message));
      return {
        text: [message, hint].filter(Boolean).join(' '),
        memory: isKind ? { status: 'asking', question: 'event-type' } : { status: 'idle' },
      };
    }
  }
}

/** The tool's sentence with the time as this conversation says it: "Tue 8 Jan 2030, 14:00 – 14:30 is taken by …". */
function toShort(message: string, start: number, { clock }: Scene): string {
  return message.replace(/^\w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d – (?:\w{3} \d{1,2} \w{3} \d{4}, )?\d\d:\d\d/, sayMoment(start, clock));
}

/** Explains a time that cannot be, and offers what comes closest. */
export function* unusable(moment: Extract<Moment, { kind: 'unusable' }>, query: SlotQuery, scene: Scene): Plan {
  if (moment.near !== undefined) return yield* offerNear(query, moment.near, moment.why, scene);
  return {
    text: `${moment.why} When should it be? You can say, for example, "tomorrow at 14:00" or "Friday afternoon".`,
    memory: { status: 'asking', question: 'when' },
  };
}

export function skipped({ start, why }: Extract<Moment, { kind: 'skipped' }>, { clock }: Scene): Outcome {
  return {
    text: `${why} Shall I take ${sayTime(start, clock)} instead?`,
    suggestions: ['Yes', 'Another time'],
    memory: { status: 'asking', question: 'confirm', date: toLocal(start, clock).slice(0, 10) },
  };
}
