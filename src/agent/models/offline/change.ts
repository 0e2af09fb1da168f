import { afterRefusal, skipped, unusable } from './book.ts';
import type { CallResult } from './conversation.ts';
import { findBookings } from './find-booking.ts';
import { call, type Draft, type Outcome, type Plan, type Scene } from './memory.ts';
import { settleMoment } from './moment.ts';
import { checkStart, findSlots, offerWithin, type SlotQuery, spanOf } from './offer.ts';
import { type KnownBooking, toBooking } from './results.ts';
import { sayBooking, sayWhen } from './say-booking.ts';
import { addDays, addMinutes, sayMoment, sayTime, today, toInstant, toIso, toLocal } from './time.ts';

/** Moves one booking to another time; keeps its time of day when only a day was said, and its day when only a time was. */
export function* reschedule(draft: Draft, scene: Scene): Plan {
  const found = yield* chosen(draft, 'move', scene);
  if ('text' in found) return found;
  const [booking] = found;
  if (booking === undefined) return { text: 'Which booking should I move?', memory: { status: 'asking', question: 'which' } };
  if (booking.status === 'cancelled' || booking.status === 'rejected') {
    return {
      text: `${sayBooking(booking)} ${sayWhen(booking, scene)} is cancelled already, so it can't be moved. I can book a new one.`,
      memory: { status: 'idle' },
    };
  }
  const query: SlotQuery = { ...(booking.eventType == null ? {} : { eventTypeId: booking.eventType.id }), rescheduleUid: booking.uid };
  const start = yield* chooseStart(draft, { booking, query }, scene);
  if (typeof start !== 'number') return { ...start, memory: { ...start.memory, booking } };
  if (start === Date.parse(booking.start)) {
    return {
      text: `${sayBooking(booking)} is already ${sayWhen(booking, scene)}. Where should I move it?`,
      memory: { status: 'asking', question: 'when', booking },
    };
  }
  const taken = yield* checkStart(query, start, scene);
  if (taken !== undefined) return { ...taken, memory: { ...taken.memory, booking } };
  const { reason } = draft.request;
  const result = yield* call(
    { tool: 'reschedule_booking', input: { uid: booking.uid, start: toIso(start), ...(reason === undefined ? {} : { reason }) } },
    `I'll move ${sayBooking(booking)} from ${sayMoment(Date.parse(booking.start), scene.clock)} to ${sayMoment(start, scene.clock)}.`,
  );
  if (result.status !== 'done') {
    const refused = yield* afterRefusal(result, { query, start }, scene);
    return { ...refused, memory: { booking, ...refused.memory } };
  }
  const moved = toBooking(result.output) ?? booking;
  return {
    text: `Done: ${sayBooking(moved)} is now ${sayWhen(moved, scene)}.`,
    memory: { status: 'done', booking: moved, date: toLocal(Date.parse(moved.start), scene.clock).slice(0, 10) },
  };
}

function* chooseStart(
  draft: Draft,
  { booking, query }: { readonly booking: KnownBooking; readonly query: SlotQuery },
  scene: Scene,
): Plan<number | Outcome> {
  const { clock } = scene;
  const local = toLocal(Date.parse(booking.start), clock);
  const { request, when } = draft;
  if (request.shiftMinutes !== undefined && when === undefined)
    return yield* shifted(local, request.shiftMinutes, { booking, query }, scene);
  if (request.isEarliest === true && when === undefined) {
    const found = yield* findSlots(query, { start: today(clock), end: addDays(today(clock), 14) }, scene, true);
    if ('text' in found) return found;
    const first = found.starts.find((start) => start !== Date.parse(booking.start));
    return first ?? { text: 'Nothing is free in the next two weeks. When should it be?', memory: { status: 'asking', question: 'when' } };
  }
  if (when === undefined && request.durationMinutes !== undefined) {
    return {
      text: `I can move ${sayBooking(booking)}, but not change how long it is. Cancel it and book a longer one, or give me a new time.`,
      memory: { status: 'asking', question: 'when' },
    };
  }
  if (when === undefined) {
    const week = { start: today(clock), end: addDays(today(clock), 6), label: 'this coming week' };
    const asked = yield* offerWithin(query, week, scene);
    return { ...asked, text: asked.text.replace('Which time this coming week suits?', `When should ${sayBooking(booking)} be instead?`) };
  }
  // Only a day: the same time of day. A week or a longer span: the same weekday is not assumed, the free times are shown.
  const full = when.time === undefined && when.date !== undefined && when.unreadable !== true ? { ...when, time: local.slice(11) } : when;
  const moment = settleMoment(full, scene, local.slice(0, 10));
  if (moment.kind === 'unusable') return yield* unusable(moment, query, scene);
  if (moment.kind === 'skipped' && draft.isTimeConfirmed !== true) return skipped(moment, scene);
  if (moment.kind === 'exact' || moment.kind === 'skipped') return moment.start;
  const span = spanOf(when, { ...scene, memory: { ...scene.memory, date: local.slice(0, 10) } });
  const found = yield* findSlots(query, span, scene, request.isEarliest === true);
  if ('text' in found) return found;
  const [first] =
    request.isEarliest === true
      ? found.starts
      : found.starts.filter((start) => when.time !== undefined && sayTime(start, clock) === when.time);
  return first ?? (yield* offerWithin(query, span, scene));
}

function* shifted(
  local: string,
  minutes: number,
  { query }: { readonly booking: KnownBooking; readonly query: SlotQuery },
  scene: Scene,
): Plan<number | Outcome> {
  const start = toInstant(addMinutes(local, minutes), scene.clock);
  if (start > scene.clock.now) return start;
  return yield* unusable({ kind: 'unusable', why: `${sayMoment(start, scene.clock)} has already passed.` }, query, scene);
}

const ACTIONS = {
  cancel: { tool: 'cancel_booking', verb: 'cancel', done: 'is cancelled', status: 'upcoming' },
  confirm: { tool: 'confirm_booking', verb: 'confirm', done: 'is confirmed', status: 'unconfirmed' },
  decline: { tool: 'decline_booking', verb: 'decline', done: 'is declined', status: 'unconfirmed' },
} as const;

/** Cancels, confirms or declines what was meant; of several each is asked for by itself. */
export function* act(draft: Draft, action: keyof typeof ACTIONS, scene: Scene): Plan {
  const { tool, verb, done } = ACTIONS[action];
  const found = yield* chosen(draft, verb, scene, ACTIONS[action].status);
  if ('text' in found) return found;
  const { reason } = draft.request;
  const said: string[] = [];
  let last: CallResult | undefined;
  for (const booking of found.slice(0, 10)) {
    if (action === 'cancel' && booking.status === 'cancelled') {
      said.push(`${sayBooking(booking)} ${sayWhen(booking, scene)} is cancelled already.`);
      continue;
    }
    if (action !== 'cancel' && booking.status !== 'pending') {
      said.push(`${sayBooking(booking)} ${sayWhen(booking, scene)} does not wait for an answer, so there is nothing to ${verb}.`);
      continue;
    }
    const input = { uid: booking.uid, ...(reason === undefined || action === 'confirm' ? {} : { reason }) };
    const progress = said.length > 0 ? `${said.splice(0).join(' ')} Next: ` : '';
    last = yield* call({ tool, input }, `${progress}I'll ${verb} ${sayBooking(booking)} ${sayWhen(booking, scene)}.`);
    said.push(sentenceFor(last, booking, done, scene));
  }
  const [only] = found;
  const left = found.length > 10 ? ` That was the first 10 of ${found.length}; ask again for the rest.` : '';
  const changed = last?.status === 'done' ? toBooking(last.output) : undefined;
  const status = last?.status === 'done' ? 'done' : last?.status === 'pending' ? 'pending' : 'denied';
  const booking = changed ?? only;
  return { text: `${said.join(' ')}${left}`, memory: { status, ...(booking === undefined ? {} : { booking }) } };
}

function sentenceFor(result: CallResult, booking: KnownBooking, done: string, scene: Scene): string {
  switch (result.status) {
    case 'done':
      return `Done: ${sayBooking(booking)} ${sayWhen(booking, scene)} ${done}.`;
    case 'denied':
      return 'Okay, nothing was changed.';
    case 'superseded':
      return 'All right, I left that.';
    case 'pending':
      return 'It waits for your answer on the card.';
    case 'unknown':
      return `I'm not sure what became of it. ${result.message}`;
    case 'failed':
      return [result.error.message, result.error.hint].filter(Boolean).join(' ');
  }
}

/** The booking that was picked, or those the words mean. */
export function* chosen(
  draft: Draft,
  verb: string,
  scene: Scene,
  status: 'upcoming' | 'unconfirmed' = 'upcoming',
): Plan<readonly KnownBooking[] | Outcome> {
  if (draft.booking !== undefined) return [draft.booking];
  return yield* findBookings({ reference: draft.request.reference ?? {}, verb, status }, scene);
}
