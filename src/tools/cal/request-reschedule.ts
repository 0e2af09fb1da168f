import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { booking } from '../../wire/calcom/bookings.ts';
import { bookingFields, toBookingCard, toChangedCard } from './booking-card.ts';
import { acceptBody, checkStatus, imageOf, reason, reasonField, STANDING } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, findBooking, shared } from './fields.ts';
import { type CancelledImage, toRebooking } from './rebook.ts';

export const requestReschedule = defineTool({
  ...shared,
  name: 'request_reschedule',
  summary: 'Give a time free and ask its attendees to choose another one.',
  effect: 'destroy',
  input: z.strictObject({ booking_uid: bookingUid, reason }),
  output: booking,
  aliases: { ...bookingUidAliases, reschedule_reason: 'reason', rescheduling_reason: 'reason' },
  accept: (given) => acceptBody(given, { rescheduleReason: 'reason', reschedulingReason: 'reason', reason: 'reason' }),
  command: { resource: 'bookings', action: 'request-reschedule', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_9j3v', reason: 'I have to be elsewhere at that time.' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, STANDING, 'asked to be moved');
    if (found.attendees.some(({ seatUid }) => seatUid)) {
      throw new AppError('unsupported', `"${found.title}" has seats, so its attendees cannot be asked together.`, {
        hint: 'Cancel it, or move each seat.',
      });
    }
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'To be cancelled, and another time asked for', tone: 'bad' },
        fields: [...bookingFields(found), ...reasonField(wanted.reason)],
      },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ booking_uid, reason: why }, { clients, signal }: CalContext) =>
    clients.cal.requestReschedule(booking_uid, why === undefined ? {} : { rescheduleReason: why }, { signal }),
  card: toChangedCard,
  undo: {
    // The image that `plan` made.
    step: ({ before }, context: CalContext) => toRebooking(before as CancelledImage, undefined, context),
  },
  async settle({ input }, context: CalContext) {
    const found = await findBooking(input.booking_uid, context);
    if (found.status === 'cancelled') return { happened: true, output: found };
    return STANDING.includes(found.status) ? { happened: false } : { happened: 'unknown' };
  },
});
