import { AppError } from '../../errors.ts';
import type { Done, Intent, Settlement, UndoStep } from '../../toolkit/tool.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import type { BookingWish } from './booking-wish.ts';
import { checkAsLeft, mailCaveats, STANDING } from './change-booking.ts';
import type { CalContext } from './fields.ts';
import { findOrNothing } from './undoing.ts';

const REASON = 'This booking was taken back.';

/** A booking that was made is cancelled: of a series all of it, of a booking with seats the one seat. */
export async function undoCreated({ output }: Done<BookingWish, Booking>, context: CalContext): Promise<UndoStep> {
  const { clients, signal } = context;
  const { uid, seatUid, recurringBookingUid } = output;
  const caveats = mailCaveats(output, context, 'a cancellation follows it');
  if (seatUid) {
    const seated = await findOrNothing(clients.cal.getBookingBySeat(seatUid, { signal }));
    if (seated === undefined || seated.start !== output.start || !STANDING.includes(seated.status)) throw gone(output);
    return { tool: 'cal.cancel_booking', input: { booking_uid: seated.uid, seat_uid: seatUid, reason: REASON }, caveats };
  }
  const found = await findOrNothing(clients.cal.getBooking(uid, { signal }));
  if (found === undefined) throw gone(output);
  checkAsLeft(output, found);
  if (!recurringBookingUid) return { tool: 'cal.cancel_booking', input: { booking_uid: uid, reason: REASON }, caveats };
  const changed = (await clients.cal.getSeries(recurringBookingUid, { signal })).find((part) => part.status !== output.status);
  if (changed !== undefined) {
    throw new AppError('conflict', `A part of the series "${output.title}" was changed since, so this cannot be undone.`, {
      hint: 'Nothing was changed. Cancel what is left of it by hand.',
      details: { uid: changed.uid, status: changed.status },
    });
  }
  return { tool: 'cal.cancel_booking', input: { booking_uid: uid, cancel_subsequent: true, reason: REASON }, caveats };
}

function gone({ title }: Booking): AppError {
  return new AppError('conflict', `"${title}" is not there any more, so there is nothing to undo.`, { hint: 'Nothing was changed.' });
}

/** The time was free when the booking was asked for: one of the same person at this time is the one that was being made. */
export async function settleCreated({ input }: Intent<BookingWish>, { clients, signal }: CalContext): Promise<Settlement<Booking>> {
  const { attendee, username, event_type_id: id, event_type_slug: slug } = input;
  const start = Date.parse(input.start);
  const { bookings } = await clients.cal.listBookings(
    {
      ...(attendee.email === undefined ? { attendeeName: attendee.name } : { attendeeEmail: attendee.email }),
      afterStart: new Date(start).toISOString(),
      sortStart: 'asc',
      take: 100,
    },
    { signal },
  );
  const found = bookings.find(
    (booking) =>
      Date.parse(booking.start) === start &&
      STANDING.includes(booking.status) &&
      (id === undefined ? booking.eventType?.slug === slug : booking.eventType?.id === id),
  );
  if (found !== undefined) return { happened: true, output: found };
  if (username === undefined) return { happened: false };
  // A booking of somebody else's does not stand in our list: there, not finding it proves nothing.
  return (await clients.cal.getMe({ signal })).username === username ? { happened: false } : { happened: 'unknown' };
}
