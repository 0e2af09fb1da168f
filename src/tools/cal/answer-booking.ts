import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking } from '../../wire/calcom/bookings.ts';
import { bookingFields, toBookingCard, toChangedCard } from './booking-card.ts';
import { acceptBody, checkStatus, imageOf, reason, reasonField } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, findBooking, shared } from './fields.ts';

export const confirmBooking = defineTool({
  ...shared,
  name: 'confirm_booking',
  summary: 'Confirm a booking that waits for the host.',
  effect: 'write',
  input: z.strictObject({ booking_uid: bookingUid }),
  output: booking,
  aliases: bookingUidAliases,
  command: { resource: 'bookings', action: 'confirm', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_7w4n' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, ['pending'], 'confirmed');
    return {
      card: { ...toBookingCard(found, context.timeZone), status: { text: 'To be confirmed', tone: 'warning' } },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ booking_uid }, { clients, signal }: CalContext) => clients.cal.confirmBooking(booking_uid, { signal }),
  card: toChangedCard,
  undo: { none: 'Who asked was told yes; cancel or move the booking instead.' },
  settle: ({ input }, context: CalContext) => settleAnswer(input.booking_uid, 'accepted', context),
});

export const declineBooking = defineTool({
  ...shared,
  name: 'decline_booking',
  summary: 'Decline a booking that waits for the host.',
  effect: 'destroy',
  input: z.strictObject({ booking_uid: bookingUid, reason }),
  output: booking,
  aliases: bookingUidAliases,
  accept: (given) => acceptBody(given, { reason: 'reason' }),
  command: { resource: 'bookings', action: 'decline', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_2h6r', reason: 'I am away that week' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
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
  run: ({ booking_uid, reason: why }, { clients, signal }: CalContext) =>
    clients.cal.declineBooking(booking_uid, why === undefined ? {} : { reason: why }, { signal }),
  card: toChangedCard,
  undo: { none: 'Who asked was told no; book the time anew if it should take place.' },
  settle: ({ input }, context: CalContext) => settleAnswer(input.booking_uid, 'rejected', context),
});

async function settleAnswer(uid: string, wanted: Booking['status'], context: CalContext) {
  const found = await findBooking(uid, context);
  if (found.status === wanted) return { happened: true, output: found } as const;
  return { happened: found.status === 'pending' ? false : 'unknown' } as const;
}
