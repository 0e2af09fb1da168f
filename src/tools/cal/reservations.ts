import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type ReserveSlot, type SlotReservation, slotReservation } from '../../wire/calcom/reservations.ts';
import { parseMoment, toCardTime, toRangeLabel, toTimeLabel } from '../moment.ts';
import { type CalContext, moment } from './fields.ts';
import { settleDelete } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const uid = z.string().trim().min(1).describe('The reservation\'s uid, for example "0b7c…"; reserve_slot answers it.');
const slot = {
  event_type_id: z.int().positive().describe("The event type's id, for example 2."),
  start: moment,
  duration_minutes: z.int().min(1).optional().describe('Length, where the event type offers several, for example 45.'),
  reservation_minutes: z.int().min(1).max(1440).optional().describe('How long it is held, for example 10; 5 when absent.'),
};
const aliases = {
  uid: 'reservation_uid',
  slot_start: 'start',
  slot_duration: 'duration_minutes',
  reservation_duration: 'reservation_minutes',
};

export const reserveSlot = defineTool({
  ...shared,
  name: 'reserve_slot',
  summary: 'Hold a time for a few minutes, so that nobody else books it.',
  effect: 'write',
  input: z.strictObject(slot),
  output: slotReservation,
  aliases,
  command: { resource: 'reservations', action: 'create', positionals: ['event_type_id', 'start'], phrases: { start: 'moment' } },
  example: { event_type_id: 2, start: '2030-01-09T14:00:00Z', reservation_minutes: 10 },
  async plan(given, context: CalContext) {
    const exact = { ...given, start: toInstant(given.start, context) };
    return { card: await toAskingCard(exact, context), before: null, input: exact };
  },
  run: (given, context: CalContext) => context.clients.cal.reserveSlot(toBody(given, context), { signal: context.signal }),
  card: (held, { timeZone }) => toReservationCard(held, timeZone),
  undo: {
    async step({ output }, context: CalContext) {
      await checkHeld(output, context);
      return { tool: 'cal.delete_slot_reservation', input: { reservation_uid: output.reservationUid }, caveats: [] };
    },
  },
  // Reservations cannot be listed; one that nobody knows of ends by itself.
  settle: async () => ({ happened: 'unknown' }),
});

export const getSlotReservation = defineTool({
  ...shared,
  name: 'get_slot_reservation',
  summary: 'Show what a reservation holds and until when.',
  effect: 'read',
  input: z.strictObject({ reservation_uid: uid }),
  output: slotReservation,
  aliases,
  command: { resource: 'reservations', action: 'get', positionals: ['reservation_uid'] },
  example: { reservation_uid: '0b7c1a2e-0000-4000-8000-000000000000' },
  run: ({ reservation_uid }, context: CalContext) => getReservation(reservation_uid, context),
  card: (held, { timeZone }) => toReservationCard(held, timeZone),
});

export const updateSlotReservation = defineTool({
  ...shared,
  name: 'update_slot_reservation',
  summary: 'Hold another time instead, or longer.',
  effect: 'write',
  input: z.strictObject({ reservation_uid: uid, ...slot, event_type_id: slot.event_type_id.optional(), start: moment.optional() }),
  output: slotReservation,
  aliases,
  command: { resource: 'reservations', action: 'update', positionals: ['reservation_uid'], phrases: { start: 'moment' } },
  example: { reservation_uid: '0b7c1a2e-0000-4000-8000-000000000000', start: '2030-02-01T16:00:00Z' },
  async plan(given, context: CalContext) {
    const before = await getReservation(given.reservation_uid, context);
    const exact = {
      ...given,
      event_type_id: given.event_type_id ?? before.eventTypeId,
      start: toInstant(given.start ?? before.slotStart, context),
    };
    const card = await toAskingCard(exact, context);
    const until = toRangeLabel(Date.parse(before.slotStart), Date.parse(before.slotEnd), context.timeZone);
    return { card: { ...card, fields: [...(card.fields ?? []), { label: 'Until now', value: until }] }, before, input: exact };
  },
  async run({ reservation_uid, event_type_id, start, ...given }, context: CalContext) {
    const before = event_type_id === undefined || start === undefined ? await getReservation(reservation_uid, context) : undefined;
    const wanted = { ...given, event_type_id: event_type_id ?? before?.eventTypeId ?? 0, start: start ?? before?.slotStart ?? '' };
    return context.clients.cal.updateSlotReservation(reservation_uid, toBody(wanted, context), { signal: context.signal });
  },
  card: (held, { timeZone }) => toReservationCard(held, timeZone),
  undo: {
    async step({ output, before }, context: CalContext) {
      await checkHeld(output, context);
      const former = before as SlotReservation; // the image that `plan` made
      return {
        tool: 'cal.update_slot_reservation',
        input: { reservation_uid: output.reservationUid, ...(await toWish(former, context)) },
        caveats: [],
      };
    },
  },
  async settle({ input, before }, context: CalContext) {
    const former = before as SlotReservation; // the image that `plan` made
    const found = await context.clients.cal.getSlotReservation(input.reservation_uid, { signal: context.signal });
    if (found === null) return { happened: 'unknown' };
    if (found.reservationUntil !== former.reservationUntil || found.slotStart !== former.slotStart)
      return { happened: true, output: found };
    return { happened: false };
  },
});

export const deleteSlotReservation = defineTool({
  ...shared,
  name: 'delete_slot_reservation',
  summary: 'Let go of a held time.',
  effect: 'destroy',
  input: z.strictObject({ reservation_uid: uid }),
  output: slotReservation,
  aliases,
  command: { resource: 'reservations', action: 'delete', positionals: ['reservation_uid'] },
  example: { reservation_uid: '0b7c1a2e-0000-4000-8000-000000000001' },
  async plan(given, context: CalContext) {
    const before = await getReservation(given.reservation_uid, context);
    return {
      card: { ...toReservationCard(before, context.timeZone), status: { text: 'To be let go', tone: 'bad' } },
      before,
      input: given,
    };
  },
  async run({ reservation_uid }, context: CalContext) {
    const found = await getReservation(reservation_uid, context);
    await context.clients.cal.deleteSlotReservation(reservation_uid, { signal: context.signal });
    return found;
  },
  card: (gone, { timeZone }) => ({ ...toReservationCard(gone, timeZone), status: { text: 'Let go', tone: 'neutral' } }),
  undo: {
    step: async ({ output }, context: CalContext) => ({
      tool: 'cal.reserve_slot',
      input: await toWish(output, context),
      caveats: ['It gets a new uid.'],
    }),
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    const found = await clients.cal.getSlotReservation(input.reservation_uid, { signal });
    return settleDelete(found ?? undefined, before as SlotReservation); // the image that `plan` made
  },
});

interface Wish {
  readonly event_type_id: number;
  readonly start: string;
  readonly duration_minutes?: number | undefined;
  readonly reservation_minutes?: number | undefined;
}

function toInstant(text: string, { timeZone }: CalContext): string {
  return new Date(parseMoment(text, timeZone)).toISOString();
}

function toBody({ event_type_id, start, duration_minutes, reservation_minutes }: Wish, context: CalContext): ReserveSlot {
  return {
    eventTypeId: event_type_id,
    slotStart: toInstant(start, context),
    ...(duration_minutes === undefined ? {} : { slotDuration: duration_minutes }),
    ...(reservation_minutes === undefined ? {} : { reservationDuration: reservation_minutes }),
  };
}

/** What holds the same again, for as long as was left of it. */
async function toWish(held: SlotReservation, { clients, signal, now }: CalContext): Promise<Wish & Readonly<Record<string, unknown>>> {
  const leftMs = Date.parse(held.reservationUntil) - now;
  if (leftMs <= 0) {
    throw new AppError('conflict', 'This reservation has ended by itself since, so it cannot come back.', {
      hint: 'Hold the time anew with reserve_slot.',
    });
  }
  const eventType = await clients.cal.getEventType(held.eventTypeId, { signal });
  return {
    event_type_id: held.eventTypeId,
    start: new Date(held.slotStart).toISOString(),
    ...(held.slotDuration === eventType.lengthInMinutes ? {} : { duration_minutes: held.slotDuration }),
    reservation_minutes: Math.ceil(leftMs / 60_000),
  };
}

async function getReservation(reservationUid: string, { clients, signal }: CalContext): Promise<SlotReservation> {
  const found = await clients.cal.getSlotReservation(reservationUid, { signal });
  if (found !== null) return found;
  throw new AppError('not_found', `There is no reservation "${reservationUid}".`, {
    hint: 'It may have ended; hold the time anew with reserve_slot.',
  });
}

async function checkHeld(left: SlotReservation, { clients, signal }: CalContext): Promise<void> {
  const found = await clients.cal.getSlotReservation(left.reservationUid, { signal });
  if (found !== null && Date.parse(found.slotStart) === Date.parse(left.slotStart)) return;
  throw new AppError('conflict', 'This reservation has ended or was changed since, so it cannot be undone.', {
    hint: 'Nothing was changed.',
  });
}

async function toAskingCard(wish: Wish, context: CalContext): Promise<Card> {
  const { clients, signal, timeZone, now } = context;
  const eventType = await clients.cal.getEventType(wish.event_type_id, { signal });
  const start = parseMoment(wish.start, timeZone);
  if (start <= now)
    throw new AppError('invalid_input', `"${wish.start}" is in the past.`, { hint: 'Choose a time that is still to come.' });
  const end = start + (wish.duration_minutes ?? eventType.lengthInMinutes) * 60_000;
  return {
    kind: 'record',
    title: eventType.title,
    status: { text: 'To be held', tone: 'warning' },
    time: toCardTime({ start, end }, { timeZone }),
    fields: [{ label: 'Held for', value: `${wish.reservation_minutes ?? 5} min` }],
  };
}

function toReservationCard(held: SlotReservation, timeZone: string): Card {
  return {
    kind: 'record',
    title: `Held until ${toTimeLabel(Date.parse(held.reservationUntil), timeZone)}`,
    status: { text: 'Held', tone: 'good' },
    time: toCardTime({ start: Date.parse(held.slotStart), end: Date.parse(held.slotEnd) }, { timeZone }),
    fields: [
      { label: 'Event type', value: String(held.eventTypeId) },
      { label: 'Id', value: held.reservationUid },
    ],
  };
}
