import { type BookingRecord, selectBookings } from './bookings.ts';
import type { Handle, Transaction } from './store.ts';

/** The booking a seat belongs to. */
export async function findBookingBySeat(handle: Handle, seatUid: string): Promise<BookingRecord | undefined> {
  return await selectBookings(handle)
    .where('bookings.id', 'in', (query) => query.selectFrom('attendees').select('booking_id').where('seat_uid', '=', seatUid))
    .executeTakeFirst();
}

/** Takes the seat's uid from an attendee, so that another row may have it; who he was stays on record. */
export async function releaseSeat(tx: Transaction, attendeeId: number): Promise<void> {
  await tx.updateTable('attendees').set({ seat_uid: null }).where('id', '=', attendeeId).execute();
}
