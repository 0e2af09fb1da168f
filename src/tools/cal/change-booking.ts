import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { parseMoment, toCardTime, toRangeLabel } from '../moment.ts';
import { bookingFields, spanOf, toBookingCard, toChangedCard } from './booking-card.ts';
import { bookingUid, type CalContext, findBooking, moment } from './fields.ts';
import { checkFree } from './free.ts';

const reason = z.string().trim().min(1).max(1000).optional().describe('Why, for the attendee to read, for example "Something came up."');

export const rescheduleBooking = defineTool({
  namespace: 'cal',
  name: 'reschedule_booking',
  summary: 'Move a booking to another start; it gets a new uid.',
  effect: 'write',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ uid: bookingUid, start: moment, reason }),
  output: booking,
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.uid, context);
    checkStatus(found, ['accepted', 'pending'], 'moved');
    const start = parseMoment(wanted.start, context.timeZone);
    const span = spanOf(found);
    if (start === span.start) {
      throw new AppError('invalid_input', `"${found.title}" is already at ${toRangeLabel(span.start, span.end, context.timeZone)}.`, {
        hint: 'Choose another time.',
      });
    }
    const end = start + (span.end - span.start);
    await checkFree(
      { eventType: await eventTypeOf(found, context), start, durationMinutes: found.duration, rescheduleUid: found.uid },
      context,
    );
    return {
      card: {
        kind: 'booking',
        title: found.title,
        status: { text: 'To be moved', tone: 'warning' },
        time: toCardTime({ start, end }, { timeZone: context.timeZone, otherZone: found.attendees[0]?.timeZone }),
        fields: [
          { label: 'Until now', value: toRangeLabel(span.start, span.end, context.timeZone) },
          ...bookingFields(found),
          ...reasonField(wanted.reason),
        ],
      },
      before: imageOf(found),
      input: { ...wanted, start: new Date(start).toISOString() },
    };
  },
  run({ uid, start, reason: why }, { clients, signal, timeZone }: CalContext) {
    return clients.cal.rescheduleBooking(
      uid,
      { start: new Date(parseMoment(start, timeZone)).toISOString(), ...(why === undefined ? {} : { reschedulingReason: why }) },
      { signal },
    );
  },
  card: toChangedCard,
});

/** The API asks a host for a reason (reference §2.5); a person who gives none has this one sent. */
const DEFAULT_REASON = 'Cancelled by the host.';

export const cancelBooking = defineTool({
  namespace: 'cal',
  name: 'cancel_booking',
  summary: 'Cancel a booking, with a reason if there is one.',
  effect: 'destroy',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ uid: bookingUid, reason }),
  output: booking,
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.uid, context);
    checkStatus(found, ['accepted', 'pending', 'awaiting_host'], 'cancelled');
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'To be cancelled', tone: 'bad' },
        fields: [...bookingFields(found), ...reasonField(wanted.reason)],
      },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ uid, reason: why }, { clients, signal }: CalContext) =>
    clients.cal.cancelBooking(uid, { cancellationReason: why ?? DEFAULT_REASON }, { signal }),
  card: toChangedCard,
});

export const confirmBooking = defineTool({
  namespace: 'cal',
  name: 'confirm_booking',
  summary: 'Confirm a booking that waits for the host.',
  effect: 'write',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ uid: bookingUid }),
  output: booking,
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.uid, context);
    checkStatus(found, ['pending'], 'confirmed');
    return {
      card: { ...toBookingCard(found, context.timeZone), status: { text: 'To be confirmed', tone: 'warning' } },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ uid }, { clients, signal }: CalContext) => clients.cal.confirmBooking(uid, { signal }),
  card: toChangedCard,
});

export const declineBooking = defineTool({
  namespace: 'cal',
  name: 'decline_booking',
  summary: 'Decline a booking that waits for the host.',
  effect: 'destroy',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ uid: bookingUid, reason }),
  output: booking,
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.uid, context);
    checkStatus(found, ['pending'], 'declined');
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'To be declined', tone: 'bad' },
        fields: [...bookingFields(found), ...reasonField(wanted.reason)],
      },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ uid, reason: why }, { clients, signal }: CalContext) =>
    clients.cal.declineBooking(uid, why === undefined ? {} : { reason: why }, { signal }),
  card: toChangedCard,
});

async function eventTypeOf(found: Booking, { clients, signal }: CalContext): Promise<EventType> {
  const id = found.eventType?.id ?? found.eventTypeId;
  if (id === null || id === undefined)
    throw new AppError('unsupported', `"${found.title}" has no event type, so no free times can be found for it.`);
  return clients.cal.getEventType(id, { signal });
}

function checkStatus(found: Booking, allowed: readonly Booking['status'][], verb: string): void {
  if (allowed.includes(found.status)) return;
  const now = found.rescheduledToUid ? `moved to "${found.rescheduledToUid}"` : found.status;
  throw new AppError('conflict', `"${found.title}" cannot be ${verb}: it is already ${now}.`, {
    hint: found.rescheduledToUid ? `Use "${found.rescheduledToUid}" instead.` : 'Nothing was changed.',
    details: { status: found.status },
  });
}

/** What the change would alter: kept for the journal, and compared when an approval is redeemed. */
function imageOf({ uid, status, title, start, end, eventType, attendees, rescheduledToUid }: Booking) {
  return { uid, status, title, start, end, eventType, attendees, rescheduledToUid: rescheduledToUid ?? null };
}

function reasonField(why: string | undefined) {
  return why === undefined ? [] : [{ label: 'Reason', value: why }];
}
