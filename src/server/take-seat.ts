import { randomUUID } from 'node:crypto';
import { addAttendees } from '../store/attendees.ts';
import { type BookingRecord, getBooking, type NewAttendee, updateBooking } from '../store/bookings.ts';
import type { JsonObject, SeatDetails } from '../store/database.ts';
import { type ChangeAuthor, recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import { HttpFailure } from './http-failure.ts';

/** An attendee with a seat of his own. Whoever knows the seat's uid may see, move and cancel it. */
export interface Seated extends NewAttendee {
  readonly seatUid: string;
  readonly seat: SeatDetails;
}

export function toSeated(attendee: NewAttendee, seat: SeatDetails): Seated {
  return { ...attendee, seatUid: randomUUID(), seat };
}

/** Adds an attendee to a seated booking that has room; call it under the locks of its hosts and event type. */
export async function takeSeat(
  tx: Transaction,
  { uid, attendee, by, now }: { readonly uid: string; readonly attendee: Seated; readonly by: ChangeAuthor; readonly now: number },
): Promise<BookingRecord> {
  const booking = await getBooking(tx, uid);
  if (booking?.status !== 'accepted' || booking.attendees.length >= (booking.seatsTotal ?? 0)) {
    throw new HttpFailure(409, 'No more seats left at this seated booking.', { details: { reason: 'seats_full' } });
  }
  checkNotSeated(booking, attendee.email);
  await addAttendees(tx, { bookingId: booking.id, attendees: [attendee], now });
  const joined = await touchSeats(tx, booking, now);
  await recordChange(tx, { trigger: 'BOOKING_CREATED', booking: joined, by, details: seatDetails(attendee) });
  return joined;
}

export function checkNotSeated({ uid, attendees }: BookingRecord, email: string): void {
  if (!attendees.some((attendee) => attendee.email.toLowerCase() === email.toLowerCase())) return;
  throw new HttpFailure(400, 'already_signed_up_for_this_booking_error', {
    plainMessage: `"${email}" already has a seat in booking with uid=${uid}.`,
  });
}

/** After a change among its attendees: calendars learn of it by the sequence, which rises for a seat that moved here, too. */
export async function touchSeats(
  tx: Transaction,
  { uid, icsSequence }: Pick<BookingRecord, 'uid' | 'icsSequence'>,
  now: number,
): Promise<BookingRecord> {
  const touched = await updateBooking(tx, uid, { from: ['accepted'], changes: { icsSequence: icsSequence + 1, now } });
  if (touched === undefined) throw new HttpFailure(400, `Booking with uid=${uid} was cancelled a moment ago.`);
  return touched;
}

/** Whose seat a change is about, for those who are told of it: they write to this attendee only. */
export function seatDetails(attendee: Pick<NewAttendee, 'seatUid' | 'name' | 'email'>): JsonObject {
  const { seatUid, name, email } = attendee;
  return { seatUid, seat: { name, email } };
}
