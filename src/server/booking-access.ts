import { type BookingRecord, getBooking } from '../store/bookings.ts';
import type { Handle } from '../store/store.ts';
import type { Caller } from './authenticate.ts';
import { managesBooking } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';

export interface Visit {
  readonly uid: string;
  readonly caller: Caller;
  /** The operation's own words for a booking that is not there. */
  readonly missing?: string;
}

/** A booking for those who host or manage it: only they change who takes part and where. */
export async function readAsHost(handle: Handle, { uid, caller, missing }: Visit): Promise<BookingRecord> {
  const booking = await readNamed(handle, uid, missing);
  if (!(await managesBooking(handle, booking, caller))) {
    throw new HttpFailure(403, `User with id=${caller.id} is not a host of booking with uid=${uid}, and only a host may do this.`);
  }
  return booking;
}

/** A booking for those who host or manage it and its attendees. */
export async function readAsParticipant(handle: Handle, { uid, caller, missing }: Visit): Promise<BookingRecord> {
  const booking = await readNamed(handle, uid, missing);
  const address = caller.email.toLowerCase();
  const attends = booking.attendees.some((attendee) => attendee.email.toLowerCase() === address);
  if (!attends && !(await managesBooking(handle, booking, caller))) {
    throw new HttpFailure(403, `User with id=${caller.id} is neither host nor attendee of booking with uid=${uid}.`);
  }
  return booking;
}

async function readNamed(handle: Handle, uid: string, missing?: string): Promise<BookingRecord> {
  const booking = await getBooking(handle, uid);
  if (booking === undefined) throw new HttpFailure(404, missing ?? `Booking with uid=${uid} was not found in the database`);
  return booking;
}

/** Refuses to change what will not take place. */
export function checkStands({ uid, status, rescheduledToUid }: BookingRecord, wish: string): void {
  if (status === 'cancelled' || status === 'rejected') {
    const moved = status === 'cancelled' && rescheduledToUid !== null ? ` ${movedTo(rescheduledToUid)}` : '';
    throw new HttpFailure(400, `Can't ${wish} booking with uid=${uid} because it has been ${status}.${moved}`);
  }
}

/** Where a booking that was moved goes on. */
export function movedTo(uid: string): string {
  return `It was moved: use booking with uid=${uid} instead.`;
}
