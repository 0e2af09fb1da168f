import { randomUUID } from 'node:crypto';
import { removeAttendee } from '../store/attendees.ts';
import { type AttendeeRecord, type BookingRecord, getBooking, updateBooking } from '../store/bookings.ts';
import { returnTurn } from '../store/event-type-hosts.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import { lockHosts } from '../store/locks.ts';
import { recordChange } from '../store/outbox.ts';
import { findBookingBySeat } from '../store/seats.ts';
import { listSeries } from '../store/series.ts';
import type { Transaction } from '../store/store.ts';
import type { CancelBooking } from '../wire/calcom/bookings.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { type Booked, manyBookings, oneBooking, recallBooked } from './booked.ts';
import { movedTo } from './booking-access.ts';
import { type Change, readBooking } from './change-booking.ts';
import { managesBooking } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';
import { once } from './idempotency.ts';
import type { Service } from './serve.ts';
import { seatDetails, touchSeats } from './take-seat.ts';

/**
 * Anybody who knows the uid may cancel, as the link in an invitation does; a host must say why. The uid of a series cancels what is left of it, the
 * uid of a seat one attendee's part. A seated booking as a whole is its host's to cancel.
 */
export async function cancel(service: Service, { attempt, ...change }: Change<CancelBooking>): Promise<Booked> {
  return await once(service, attempt, { make: (tx) => cancelIn(tx, service.now(), change), ...recallBooked });
}

async function cancelIn(tx: Transaction, now: number, { uid, body, caller }: Change<CancelBooking>): Promise<Booked> {
  const seen = await getBooking(tx, uid);
  const series = seen === undefined ? await listSeries(tx, uid) : [];
  const [first] = series;
  if (first !== undefined) {
    if (body.cancelSubsequentBookings === true) {
      throw new HttpFailure(
        400,
        'Cannot cancel subsequent bookings for recurring event - you have to provide uid of one of the individual bookings of a recurring booking.',
      );
    }
    const ahead = series.filter((booking) => isStanding(booking) && booking.startAt >= now);
    if (ahead.length === 0) throw alreadyCancelled(uid);
    const given = await checkAllowed(tx, first, { body, caller });
    return await cancelAll(tx, ahead, { ...given, caller, now });
  }
  if (seen !== undefined && seen.seatsTotal !== null) await lockBookingHosts(tx, seen);
  const booking = await readBooking(tx, uid);
  if (booking.status === 'cancelled') throw alreadyCancelled(uid, booking.rescheduledToUid);
  if (booking.status === 'rejected') {
    throw new HttpFailure(400, `Can't cancel booking with uid=${uid} because it has been rejected.`);
  }
  const seat = body.seatUid === undefined ? undefined : await findSeat(tx, booking, body.seatUid);
  if (body.cancelSubsequentBookings === true && booking.recurringUid === null) {
    throw new HttpFailure(400, `Booking with bookingUid=${uid} is not part of a recurring booking.`);
  }
  const cancellation = { ...(await checkAllowed(tx, booking, { body, caller })), caller, now };
  if (seat !== undefined) return oneBooking(await cancelSeat(tx, booking, { ...cancellation, seat }));
  if (body.cancelSubsequentBookings !== true) return oneBooking(await cancelOne(tx, booking, cancellation));
  const later = await listSeries(tx, booking.recurringUid ?? '');
  return await cancelAll(
    tx,
    later.filter((one) => isStanding(one) && one.startAt >= booking.startAt),
    cancellation,
  );
}

function isStanding({ status }: BookingRecord): boolean {
  return status !== 'cancelled' && status !== 'rejected';
}

async function lockBookingHosts(tx: Transaction, { hosts, eventType }: BookingRecord): Promise<void> {
  const hostIds = hosts.map((host) => host.id);
  await lockHosts(tx, hostIds, eventType?.id ?? 0);
}

async function findSeat(tx: Transaction, booking: BookingRecord, seatUid: string): Promise<AttendeeRecord> {
  const seat = booking.attendees.find((attendee) => attendee.seatUid === seatUid);
  if (seat !== undefined) return seat;
  throw new HttpFailure(
    400,
    (await findBookingBySeat(tx, seatUid)) === undefined
      ? 'Invalid seatUid: this seat does not exist or has already been cancelled.'
      : 'Invalid seatUid: this seat does not belong to this booking.',
  );
}

interface Wish {
  readonly body: CancelBooking;
  readonly caller: Caller | undefined;
}

interface Allowed {
  readonly reason: string | null;
  readonly eventType: EventTypeRecord | undefined;
}

async function checkAllowed(tx: Transaction, booking: BookingRecord, { body, caller }: Wish): Promise<Allowed> {
  const reason = body.cancellationReason?.trim() || null;
  const isHost = await managesBooking(tx, booking, caller);
  if (booking.seatsTotal !== null && body.seatUid === undefined && !isHost) throw new HttpFailure(401, 'User not a host of this event');
  const eventType = booking.eventType === null ? undefined : await getEventType(tx, booking.eventType.id);
  if (eventType?.options.disableCancelling?.disabled === true) {
    throw new HttpFailure(400, 'This event type does not allow cancellations');
  }
  if (isHost && reason === null) throw new HttpFailure(400, 'Cancellation reason is required when you are the host');
  return { reason, eventType };
}

interface Cancellation extends Allowed {
  readonly caller: Caller | undefined;
  readonly now: number;
  /** The last one of a seated booking. */
  readonly seat?: AttendeeRecord;
  /** What those cancelled together have in common: who is told hears of them in one message. */
  readonly batch?: string;
}

async function cancelAll(tx: Transaction, bookings: readonly BookingRecord[], cancellation: Cancellation): Promise<Booked> {
  const cancelled: BookingRecord[] = [];
  const batch = randomUUID();
  for (const booking of bookings) cancelled.push(await cancelOne(tx, booking, { ...cancellation, batch }));
  return manyBookings(cancelled);
}

async function cancelOne(
  tx: Transaction,
  { uid, icsSequence, hostId }: BookingRecord,
  { reason, eventType, caller, now, seat, batch }: Cancellation,
): Promise<BookingRecord> {
  const cancelled = await updateBooking(tx, uid, {
    from: ['accepted', 'pending', 'awaiting_host'],
    changes: {
      status: 'cancelled',
      cancellationReason: reason,
      cancelledByEmail: caller?.email ?? null,
      icsSequence: icsSequence + 1,
      now,
    },
  });
  // Somebody else's cancel was committed between our reading and our writing.
  if (cancelled === undefined) throw alreadyCancelled(uid);
  if (eventType?.schedulingType === 'roundRobin') await returnTurn(tx, { eventTypeId: eventType.id, userId: hostId });
  await recordChange(tx, {
    trigger: 'BOOKING_CANCELLED',
    booking: cancelled,
    by: toAuthor(caller),
    ...(seat === undefined ? {} : { details: seatDetails(seat) }),
    ...(batch === undefined || cancelled.seatsTotal !== null ? {} : { details: { batch } }),
  });
  return cancelled;
}

/** The attendee leaves and the meeting goes on; with the last one it is cancelled. */
async function cancelSeat(
  tx: Transaction,
  booking: BookingRecord,
  { seat, ...cancellation }: Cancellation & { readonly seat: AttendeeRecord },
): Promise<BookingRecord> {
  if (booking.attendees.length === 1) return await cancelOne(tx, booking, { ...cancellation, seat });
  await removeAttendee(tx, seat.id);
  const left = await touchSeats(tx, booking, cancellation.now);
  await recordChange(tx, {
    trigger: 'BOOKING_CANCELLED',
    booking: left,
    previous: booking,
    by: toAuthor(cancellation.caller),
    details: { ...seatDetails(seat), ...(cancellation.reason === null ? {} : { cancellationReason: cancellation.reason }) },
  });
  return left;
}

function alreadyCancelled(uid: string, movedToUid: string | null = null): HttpFailure {
  const text = `Can't cancel booking with uid=${uid} because it has been cancelled already. Please provide uid of a booking that is not cancelled.`;
  return new HttpFailure(400, text, movedToUid === null ? {} : { plainMessage: `${text} ${movedTo(movedToUid)}` });
}
