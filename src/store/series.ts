import { type BookingRecord, selectBookings } from './bookings.ts';
import type { Handle } from './store.ts';

/** The bookings of a series by their start. */
export async function listSeries(handle: Handle, recurringUid: string): Promise<readonly BookingRecord[]> {
  return await selectBookings(handle)
    .where('bookings.recurring_uid', '=', recurringUid)
    .orderBy('start_at')
    .orderBy('bookings.id')
    .execute();
}
