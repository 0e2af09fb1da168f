import type { AttendeeRecord, NewAttendee } from './bookings.ts';
import { json, timestamp } from './sql-values.ts';
import type { Transaction } from './store.ts';

export interface AttendeesAdded {
  readonly bookingId: number;
  readonly attendees: readonly NewAttendee[];
  readonly now: number;
}

/** Adds attendees to a booking that stands; answers their ids in the order given. */
export async function addAttendees(tx: Transaction, { bookingId, attendees, now }: AttendeesAdded): Promise<readonly number[]> {
  const ids: number[] = [];
  // One by one, as the order of the rows is the order of the ids.
  for (const attendee of attendees) {
    const { id } = await tx
      .insertInto('attendees')
      .values({
        booking_id: bookingId,
        name: attendee.name,
        email: attendee.email,
        time_zone: attendee.timeZone,
        language: attendee.language ?? 'en',
        phone_number: attendee.phoneNumber ?? null,
        guest: attendee.guest ?? false,
        seat_uid: attendee.seatUid ?? null,
        seat: json(attendee.seat ?? null),
        created_at: timestamp(now),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    ids.push(id);
  }
  return ids;
}

export async function removeAttendee(tx: Transaction, id: number): Promise<void> {
  await tx.deleteFrom('attendees').where('id', '=', id).execute();
}

/** Who of a booking's attendees was there and who was not. */
export async function markAttendees(tx: Transaction, marks: readonly Pick<AttendeeRecord, 'id' | 'absent'>[]): Promise<void> {
  for (const { id, absent } of marks) await tx.updateTable('attendees').set({ absent }).where('id', '=', id).execute();
}

/** Holds a booking until the transaction ends, so that what is read of it afterwards stays true. */
export async function lockBooking(tx: Transaction, uid: string): Promise<void> {
  await tx.selectFrom('bookings').select('id').where('uid', '=', uid).forNoKeyUpdate().execute();
}
