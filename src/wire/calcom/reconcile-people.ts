import type { Client, Reconciled } from '../client.ts';
import * as attendees from './attendees.ts';
import type { Booking } from './bookings.ts';
import * as bookings from './bookings.ts';
import { firstOf } from './reconcile.ts';

interface Found<Data> {
  readonly status: 'success';
  readonly data: Data;
}

interface Wanted {
  readonly uid: string;
  readonly signal: AbortSignal;
}

/** Whether somebody who was to be added to a booking is there, by the address. */
export async function findAddedAttendee(
  client: Client,
  { uid, email, signal }: Wanted & { readonly email: string },
): Promise<Reconciled<Found<attendees.AttendeeOfBooking>>> {
  const { data: people } = await client.call(attendees.listAttendees, { params: { bookingUid: uid } }, { signal });
  const added = people.find((person) => isSame(person.email, email));
  if (added === undefined) return { absent: true, isSafe: false };
  const { id } = await readBooking(client, { uid, signal });
  return { found: { status: 'success', data: { ...added, bookingId: id } } };
}

/** Whether all who were to be invited are there. They are added together: one of several proves nothing, for that one may have been there before. */
export async function findAddedGuests(
  client: Client,
  { uid, emails, signal }: Wanted & { readonly emails: readonly string[] },
): Promise<Reconciled<Found<Booking>>> {
  const booking = await readBooking(client, { uid, signal });
  const people = [...booking.attendees, ...booking.hosts];
  const missing = emails.filter((email) => !people.some((person) => isSame(person.email, email)));
  if (missing.length === 0) return { found: { status: 'success', data: booking } };
  return { absent: true, isSafe: false };
}

/** Whether somebody who was to be taken out is gone; who it was has to be known beforehand. */
export async function findRemovedAttendee(
  client: Client,
  { uid, attendee, signal }: Wanted & { readonly attendee: attendees.AttendeeOfBooking },
): Promise<Reconciled<Found<attendees.AttendeeOfBooking>>> {
  const { data: people } = await client.call(attendees.listAttendees, { params: { bookingUid: uid } }, { signal });
  if (people.some(({ id }) => id === attendee.id)) return { absent: true, isSafe: true };
  return { found: { status: 'success', data: attendee } };
}

async function readBooking(client: Client, { uid, signal }: Wanted): Promise<Booking> {
  return firstOf((await client.call(bookings.getBooking, { params: { bookingUid: uid } }, { signal })).data);
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
