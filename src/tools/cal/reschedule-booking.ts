import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { parseMoment, toCardTime, toRangeLabel } from '../moment.ts';
import { bookingFields, spanOf, toChangedCard } from './booking-card.ts';
import {
  acceptBody,
  type BookingImage,
  checkAsLeft,
  checkStatus,
  imageOf,
  mailCaveats,
  moreBody,
  reason,
  reasonField,
  STANDING,
  seatUid,
} from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, findBooking, findEventType, findOwnEventType, moment, shared } from './fields.ts';
import { checkFree } from './free.ts';
import { findOrNothing } from './undoing.ts';

export const rescheduleBooking = defineTool({
  ...shared,
  name: 'reschedule_booking',
  summary: 'Move a booking to another start; it gets a new uid.',
  effect: 'write',
  everyday: true,
  input: z.strictObject({ booking_uid: bookingUid, start: moment, reason, seat_uid: seatUid, body: moreBody }),
  output: booking,
  aliases: { ...bookingUidAliases, start_time: 'start', rescheduling_reason: 'reason', reschedule_reason: 'reason' },
  accept: (given) =>
    acceptBody(given, {
      start: 'start',
      startTime: 'start',
      reschedulingReason: 'reason',
      rescheduleReason: 'reason',
      reason: 'reason',
      seatUid: 'seat_uid',
    }),
  command: { resource: 'bookings', action: 'reschedule', positionals: ['booking_uid'], phrases: { start: 'moment' } },
  example: { booking_uid: 'bkg_3f9t', start: '2030-01-10T10:00:00Z', reason: 'The attendee asked for another time.' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, STANDING, 'moved');
    checkSeat(found, wanted.seat_uid);
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
  run: ({ booking_uid, start, reason: why, seat_uid, body = {} }, { clients, signal, timeZone }: CalContext) =>
    clients.cal.rescheduleBooking(
      booking_uid,
      {
        ...body,
        start: new Date(parseMoment(start, timeZone)).toISOString(),
        ...(why === undefined ? {} : { reschedulingReason: why }),
        ...(seat_uid === undefined ? {} : { seatUid: seat_uid }),
      },
      { signal },
    ),
  card: toChangedCard,
  undo: {
    async step({ input, output, before }, context: CalContext) {
      const former = before as BookingImage; // the image that `plan` made
      const { clients, signal, now, timeZone } = context;
      const { start, end } = spanOf(former);
      if (start <= now) {
        throw new AppError(
          'unsupported',
          `"${former.title}" was ${toRangeLabel(start, end, timeZone)}, and that is over: it cannot be moved back.`,
          {
            hint: 'Nothing was changed.',
          },
        );
      }
      if (input.seat_uid === undefined) checkAsLeft(output, await findBooking(output.uid, context));
      const seat = input.seat_uid === undefined ? undefined : (output.seatUid ?? input.seat_uid);
      const holder = seat === undefined ? output : await findOrNothing(clients.cal.getBookingBySeat(seat, { signal }));
      if (holder === undefined || holder.start !== output.start) {
        throw new AppError('conflict', `The seat in "${former.title}" was changed since, so this cannot be undone.`, {
          hint: 'Nothing was changed.',
        });
      }
      return {
        tool: 'cal.reschedule_booking',
        input: {
          booking_uid: holder.uid,
          start: former.start,
          reason: 'Moved back to its former time.',
          ...(seat === undefined ? {} : { seat_uid: seat }),
        },
        caveats: ['It gets a new uid once more.', ...mailCaveats(output, context, 'another one follows it')],
      };
    },
  },
  async settle({ input }, { clients, signal }: CalContext) {
    const start = Date.parse(input.start);
    if (input.seat_uid !== undefined) {
      const seated = await findOrNothing(clients.cal.getBookingBySeat(input.seat_uid, { signal }));
      if (seated === undefined) return { happened: 'unknown' };
      return Date.parse(seated.start) === start ? { happened: true, output: seated } : { happened: false };
    }
    const old = await clients.cal.getBooking(input.booking_uid, { signal });
    if (STANDING.includes(old.status)) return { happened: false };
    const next = old.rescheduledToUid ? await findOrNothing(clients.cal.getBooking(old.rescheduledToUid, { signal })) : undefined;
    return next !== undefined && Date.parse(next.start) === start ? { happened: true, output: next } : { happened: 'unknown' };
  },
});

function checkSeat({ title, attendees }: Booking, seat: string | undefined): void {
  const seats = attendees.flatMap(({ seatUid: uid, name }) => (uid ? [{ uid, name }] : []));
  if (seat === undefined && seats.length > 0) {
    throw new AppError('invalid_input', `"${title}" has seats, and each is moved by itself.`, {
      hint: `Give seat_uid: ${seats.map(({ uid, name }) => `"${uid}" (${name})`).join(', ')}.`,
      details: { seats },
    });
  }
  if (seat !== undefined && !seats.some(({ uid }) => uid === seat)) {
    throw new AppError('not_found', `"${title}" has no seat "${seat}".`, { hint: 'get_booking shows its seats.' });
  }
}

/** Of a booking of somebody else's the host's public list tells. */
async function eventTypeOf(found: Booking, context: CalContext): Promise<EventType> {
  const id = found.eventType?.id ?? found.eventTypeId;
  if (id === null || id === undefined) {
    throw new AppError('unsupported', `"${found.title}" has no event type, so no free times can be found for it.`);
  }
  const own = await findOwnEventType(id, context);
  const username = found.hosts[0]?.username;
  return own ?? (await findEventType(username ? { username, event_type_slug: found.eventType?.slug } : { event_type_id: id }, context));
}
