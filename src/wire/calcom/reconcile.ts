import { AppError } from '../../errors.ts';
import type { Client, Reconciled } from '../client.ts';
import type { Booking, CreateBooking } from './bookings.ts';
import * as bookings from './bookings.ts';
import * as eventTypes from './event-types.ts';
import * as people from './me.ts';
import { parseInstant } from './scalars.ts';

/** How far the two sides' clocks may disagree over "created after we asked". */
const CLOCK_SKEW_MS = 60_000;

interface Found {
  readonly status: 'success';
  readonly data: Booking;
}

function found(data: Booking): Reconciled<Found> {
  return { found: { status: 'success', data } };
}

/** Looks for the booking that a create whose answer was lost may have made. */
export async function findCreated(
  client: Client,
  body: CreateBooking,
  { askedAt, isIdempotent, signal }: { readonly askedAt: number; readonly isIdempotent: boolean; readonly signal: AbortSignal },
): Promise<Reconciled<Found>> {
  const start = parseInstant(body.start);
  const { email, phoneNumber, name } = body.attendee;
  const { data } = await client.call(
    bookings.listBookings,
    {
      query: {
        ...(email === undefined ? { attendeeName: name } : { attendeeEmail: email }),
        ...(body.eventTypeId === undefined ? {} : { eventTypeId: body.eventTypeId }),
        afterStart: body.start,
        sortCreated: 'desc',
        take: 100,
      },
    },
    { signal },
  );
  const match = data.find(
    (booking) =>
      parseInstant(booking.start) === start &&
      (booking.status === 'accepted' || booking.status === 'pending') &&
      (parseInstant(booking.createdAt) ?? 0) >= askedAt - CLOCK_SKEW_MS &&
      (body.eventTypeId === undefined ? booking.eventType?.slug === body.eventTypeSlug : booking.eventType?.id === body.eventTypeId) &&
      booking.attendees.some((attendee) =>
        email === undefined ? attendee.phoneNumber === phoneNumber : attendee.email.toLowerCase() === email.toLowerCase(),
      ),
  );
  if (match !== undefined) return found(match);
  // Bookings of other hosts' event types do not stand in our list: there, not finding it proves nothing.
  return (await isOurs(client, body, signal)) ? { absent: true, isSafe: isIdempotent } : { unknown: true };
}

async function isOurs(client: Client, body: CreateBooking, signal: AbortSignal): Promise<boolean> {
  if (body.eventTypeId === undefined) {
    const { data: me } = await client.call(people.getMe, {}, { signal });
    return body.username !== undefined && me.username === body.username;
  }
  try {
    await client.call(eventTypes.getEventType, { params: { eventTypeId: body.eventTypeId } }, { signal });
    return true;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'forbidden' || error.code === 'not_found')) return false;
    throw error;
  }
}

/** Follows the old booking to the one a reschedule may have made of it. */
export async function findRescheduled(
  client: Client,
  { uid, start, seatUid, signal }: Wanted & { readonly start: string },
): Promise<Reconciled<Found>> {
  if (seatUid !== undefined) {
    // The meeting goes on without the seat, so the seat itself is asked where it is.
    const seated = await findSeat(client, seatUid, signal);
    if (seated === undefined) return { unknown: true };
    return parseInstant(seated.start) === parseInstant(start) ? found(seated) : { absent: true, isSafe: true };
  }
  const old = await readBooking(client, uid, signal);
  if (old.status === 'accepted' || old.status === 'pending') return { absent: true, isSafe: true };
  const next = old.rescheduledToUid
    ? await readBooking(client, old.rescheduledToUid, signal)
    : await findSuccessor(client, old, start, signal);
  return next !== undefined && parseInstant(next.start) === parseInstant(start) ? found(next) : { unknown: true };
}

/** Some versions of the API forget the forward link; the new booking always names the old one. */
async function findSuccessor(client: Client, old: Booking, start: string, signal: AbortSignal): Promise<Booking | undefined> {
  const query = { afterStart: start, sortCreated: 'desc', take: 100 } as const;
  const { data } = await client.call(bookings.listBookings, { query }, { signal });
  return data.find((booking) => booking.rescheduledFromUid === old.uid);
}

interface Wanted {
  readonly uid: string;
  readonly seatUid?: string | undefined;
  readonly signal: AbortSignal;
}

async function findSeat(client: Client, seatUid: string, signal: AbortSignal): Promise<Booking | undefined> {
  try {
    return firstOf((await client.call(bookings.getBookingBySeat, { params: { seatUid } }, { signal })).data);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** Whether a cancel took effect: on the booking, or on one seat of it. */
export async function findCancelled(client: Client, { uid, seatUid, signal }: Wanted): Promise<Reconciled<Found>> {
  if (seatUid === undefined) return await findInStatus(client, { uid, status: 'cancelled', signal });
  const seated = await findSeat(client, seatUid, signal);
  if (seated === undefined) return found(await readBooking(client, uid, signal));
  return seated.status === 'cancelled' ? found(seated) : { absent: true, isSafe: true };
}

/** Whether the booking stands where a cancel, confirm or decline should have brought it. */
export async function findInStatus(
  client: Client,
  { uid, status, signal }: { readonly uid: string; readonly status: Booking['status']; readonly signal: AbortSignal },
): Promise<Reconciled<Found>> {
  const booking = await readBooking(client, uid, signal);
  if (booking.status === status) return found(booking);
  const isOpen = booking.status === 'pending' || (booking.status === 'accepted' && status === 'cancelled');
  return isOpen ? { absent: true, isSafe: true } : { unknown: true };
}

async function readBooking(client: Client, uid: string, signal: AbortSignal): Promise<Booking> {
  const { data } = await client.call(bookings.getBooking, { params: { bookingUid: uid } }, { signal });
  return firstOf(data);
}

/** A series answers as a list; whoever asked for one booking gets its first. */
export function firstOf(data: Booking | readonly Booking[]): Booking {
  const [first] = Array.isArray(data) ? data : [data];
  if (first === undefined) throw new AppError('upstream', 'The API answered with an empty series of bookings.');
  return first;
}
