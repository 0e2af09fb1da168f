import { type BookingRecord, getBooking } from '../store/bookings.ts';
import type { Transaction } from '../store/store.ts';
import type { Booking } from '../wire/calcom/bookings.ts';
import type { Caller } from './authenticate.ts';
import { toBooking } from './booking-output.ts';
import { managesBooking } from './hosting.ts';
import type { Attempt, Repeatable } from './idempotency.ts';
import type { Service } from './serve.ts';

/** What a request made, changed or found: one booking, or those of a series by their start. */
export interface Booked {
  readonly bookings: readonly BookingRecord[];
  readonly isSeries: boolean;
  /** The seats the request was about: whoever names a seat may see it. */
  readonly seatUids: readonly string[];
}

export function oneBooking(booking: BookingRecord, seatUid?: string): Booked {
  return { bookings: [booking], isSeries: false, seatUids: seatUid === undefined ? [] : [seatUid] };
}

export function manyBookings(bookings: readonly BookingRecord[], seatUids: readonly string[] = []): Booked {
  return { bookings: bookings.toSorted((one, other) => one.startAt - other.startAt), isSeries: true, seatUids };
}

interface Kept {
  readonly uids: readonly string[];
  readonly isSeries: boolean;
  readonly seatUids: readonly string[];
}

const STANDING: readonly BookingRecord['status'][] = ['accepted', 'pending', 'awaiting_host'];

/** Finds what an earlier, same request came to, as it is now. */
export const recallBooked: Pick<Repeatable<Booked, Kept>, 'keep' | 'recall'> = {
  keep: ({ bookings, isSeries, seatUids }) => ({ uids: bookings.map(({ uid }) => uid), isSeries, seatUids }),
  recall: readKept,
};

/**
 * The same, of the same body only while all of it stands: who cancels and books again wants a new one. Who named the request gets its booking as it
 * is now.
 */
export function recallStanding(attempt: Attempt | undefined): typeof recallBooked {
  return {
    ...recallBooked,
    async recall(tx, kept) {
      const booked = await readKept(tx, kept);
      return booked !== undefined && (attempt?.hasKey === true || stands(booked)) ? booked : undefined;
    },
  };
}

async function readKept(tx: Transaction, { uids, isSeries, seatUids }: Kept): Promise<Booked | undefined> {
  const bookings: BookingRecord[] = [];
  for (const uid of uids) {
    const booking = await getBooking(tx, uid);
    if (booking === undefined) return undefined;
    bookings.push(booking);
  }
  return { bookings, isSeries, seatUids };
}

function stands({ bookings, seatUids }: Booked): boolean {
  const taken = new Set(bookings.flatMap(({ attendees }) => attendees.map(({ seatUid }) => seatUid)));
  return bookings.every(({ status }) => STANDING.includes(status)) && seatUids.every((seatUid) => taken.has(seatUid));
}

/** As the API answers it: one booking, or a list for a series; of a seated booking with what the caller may see. */
export async function toAnswer({ store }: Service, { bookings, isSeries, seatUids }: Booked, caller: Caller | undefined) {
  const answers: Booking[] = [];
  for (const booking of bookings) {
    const seesAll = booking.seatsTotal !== null && (await managesBooking(store.db, booking, caller));
    answers.push(toBooking(booking, { seesAll, seatUids, email: caller?.email }));
  }
  const [first] = answers;
  if (first === undefined) throw new Error('An answer has at least one booking.');
  return isSeries ? answers : first;
}
