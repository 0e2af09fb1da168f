import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { CardField } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import { toRangeLabel } from '../moment.ts';
import { bookingFields, spanOf, toBookingCard, toChangedCard } from './booking-card.ts';
import { acceptBody, checkStatus, imageOf, moreBody, reason, reasonField, STANDING, seatUid } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, findBooking, shared } from './fields.ts';
import { type CancelledImage, toRebooking } from './rebook.ts';
import { findOrNothing } from './undoing.ts';

/** The API asks a host for a reason (reference §2.5); a person who gives none has this one sent. */
const DEFAULT_REASON = 'Cancelled by the host.';

export const cancelBooking = defineTool({
  ...shared,
  name: 'cancel_booking',
  summary: 'Cancel a booking, with a reason if there is one.',
  effect: 'destroy',
  everyday: true,
  input: z.strictObject({
    booking_uid: bookingUid,
    reason,
    seat_uid: seatUid,
    cancel_subsequent: z.boolean().optional().describe('Of a series: also all that come after it, for example true.'),
    body: moreBody,
  }),
  output: booking,
  aliases: { ...bookingUidAliases, cancellation_reason: 'reason', cancel_subsequent_bookings: 'cancel_subsequent' },
  accept: (given) =>
    acceptBody(given, {
      cancellationReason: 'reason',
      reason: 'reason',
      seatUid: 'seat_uid',
      cancelSubsequentBookings: 'cancel_subsequent',
    }),
  command: { resource: 'bookings', action: 'cancel', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_5c1d', reason: 'I am ill' },
  async plan(wanted, context: CalContext) {
    const { found, cancelledToo } = await findCancelled(wanted, context);
    checkStatus(found, STANDING, 'cancelled');
    const seat = found.attendees.find((attendee) => attendee.seatUid === wanted.seat_uid);
    if (wanted.seat_uid !== undefined && seat === undefined) {
      throw new AppError('not_found', `"${found.title}" has no seat "${wanted.seat_uid}".`, { hint: 'get_booking shows its seats.' });
    }
    const more: CardField[] = [
      ...(wanted.seat_uid === undefined || seat === undefined
        ? []
        : [{ label: 'Only the seat of', value: `${seat.name} (${seat.email})` }]),
      ...cancelledToo.map((part) => ({ label: 'And', value: toRangeLabel(spanOf(part).start, spanOf(part).end, context.timeZone) })),
      ...reasonField(wanted.reason),
    ];
    const before: CancelledImage = {
      ...imageOf(found),
      ...(cancelledToo.length === 0 ? {} : { cancelledToo: cancelledToo.map(({ uid, start }) => ({ uid, start })) }),
    };
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: cancelledToo.length === 0 ? 'To be cancelled' : `${cancelledToo.length + 1} to be cancelled`, tone: 'bad' },
        fields: [...bookingFields(found), ...more],
      },
      before,
      input: wanted,
    };
  },
  run: ({ booking_uid, reason: why, seat_uid, cancel_subsequent, body = {} }, { clients, signal }: CalContext) =>
    clients.cal.cancelBooking(
      booking_uid,
      {
        ...body,
        cancellationReason: why ?? DEFAULT_REASON,
        ...(seat_uid === undefined ? {} : { seatUid: seat_uid }),
        ...(cancel_subsequent === true ? { cancelSubsequentBookings: true } : {}),
      },
      { signal },
    ),
  card: toChangedCard,
  undo: {
    step: ({ input, before }, context: CalContext) =>
      // The image that `plan` made.
      toRebooking(before as CancelledImage, input.seat_uid, context),
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    if (input.seat_uid !== undefined) {
      const seated = await findOrNothing(clients.cal.getBookingBySeat(input.seat_uid, { signal }));
      if (seated !== undefined && STANDING.includes(seated.status)) return { happened: false };
      return { happened: true, output: seated ?? (await clients.cal.getBooking(input.booking_uid, { signal })) };
    }
    const { uid } = before as CancelledImage; // the image that `plan` made
    const found = await clients.cal.getBooking(uid, { signal });
    if (found.status === 'cancelled') return { happened: true, output: found };
    return STANDING.includes(found.status) ? { happened: false } : { happened: 'unknown' };
  },
});

interface Wanted {
  readonly booking_uid: string;
  readonly cancel_subsequent?: boolean | undefined;
}

/** The booking that is meant and those that go with it: the rest of its series, or of a series' uid what is still to come. */
async function findCancelled({ booking_uid: uid, cancel_subsequent }: Wanted, context: CalContext) {
  const { clients, signal, now } = context;
  const named = await findBooking(uid, context);
  const isSeries = named.uid !== uid && named.recurringBookingUid === uid;
  if (isSeries && cancel_subsequent === true) {
    throw new AppError('invalid_input', `"${uid}" is the uid of a whole series, which is cancelled as a whole.`, {
      hint: 'Leave cancel_subsequent out, or give the uid of one booking of the series.',
    });
  }
  if (cancel_subsequent === true && !named.recurringBookingUid) {
    throw new AppError('invalid_input', `"${named.title}" is not part of a series.`, { hint: 'Leave cancel_subsequent out.' });
  }
  if (!isSeries && cancel_subsequent !== true) return { found: named, cancelledToo: [] };
  const from = isSeries ? now : Date.parse(named.start);
  const [found = named, ...cancelledToo] = (await clients.cal.getSeries(named.recurringBookingUid ?? uid, { signal }))
    .filter((part: Booking) => STANDING.includes(part.status) && Date.parse(part.start) >= from)
    .toSorted((one, other) => Date.parse(one.start) - Date.parse(other.start));
  return { found, cancelledToo };
}
