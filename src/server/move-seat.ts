import { admit } from '../scheduling/index.ts';
import { addAttendees, removeAttendee } from '../store/attendees.ts';
import { type AttendeeRecord, type BookingRecord, getBooking, insertBooking, updateBooking } from '../store/bookings.ts';
import { countTurn, returnTurn } from '../store/event-type-hosts.ts';
import { recordChange } from '../store/outbox.ts';
import { releaseSeat } from '../store/seats.ts';
import type { Transaction } from '../store/store.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import { createUid, organizerFirst, toAuthor } from './book.ts';
import { type Booked, oneBooking } from './booked.ts';
import { toMovedLocation } from './booking-location.ts';
import { readFacts } from './facts.ts';
import { HttpFailure } from './http-failure.ts';
import { toRefusal } from './refuse-booking.ts';
import type { DecidedMove } from './reschedule.ts';
import { checkNotSeated, seatDetails, touchSeats } from './take-seat.ts';

const MINUTE_MS = 60_000;

/**
 * Moves one attendee of a seated booking to another time: into the booking that is there, or into a new one. The seat keeps its uid. The old booking
 * goes on with the others, or is cancelled when nobody is left.
 */
export async function moveToSeat(tx: Transaction, { old, eventType, hosting, body, isHost, caller, now }: DecidedMove): Promise<Booked> {
  const attendee = findSeat(old, body.seatUid);
  const { seatUid } = attendee;
  if (old.status === 'cancelled') throw new HttpFailure(404, `Seat with uid=${seatUid} does not exist.`);
  const start = parseInstant(body.start) ?? Number.NaN;
  if (start === old.startAt)
    throw new HttpFailure(400, `The seat with uid=${seatUid} is at "${body.start}" already: choose another start.`);
  const isLast = old.attendees.length === 1;
  const lengthMs = old.endAt - old.startAt;
  const facts = await readFacts(tx, { eventType, hosting, interval: { start, end: start + 1 }, now });
  const request = {
    start,
    durationMinutes: Math.round(lengthMs / MINUTE_MS),
    timeZone: attendee.timeZone,
    // The others stay: only an old booking that ends with this seat gives its time free.
    ...(isLast ? { excludeBookingUid: old.uid } : {}),
    preferredHostId: old.hostId,
  };
  const admission = admit(request, facts, now);
  if (!admission.ok) throw toRefusal(admission, isHost);

  const joined = admission.joinsUid === undefined ? undefined : await getBooking(tx, admission.joinsUid);
  if (joined !== undefined) checkNotSeated(joined, attendee.email);
  const uid = joined?.uid ?? createUid();
  const reschedule = {
    reschedulingReason: body.reschedulingReason ?? null,
    rescheduledByEmail: body.rescheduledBy ?? caller?.email ?? null,
  };
  const by = toAuthor(caller);
  let ended: BookingRecord | undefined;
  if (isLast) {
    const changes = { ...reschedule, status: 'cancelled', rescheduledToUid: uid, icsSequence: old.icsSequence + 1, now } as const;
    await releaseSeat(tx, attendee.id);
    ended = await updateBooking(tx, old.uid, { from: ['accepted'], changes });
    if (hosting.turns.size > 0) await returnTurn(tx, { eventTypeId: eventType.id, userId: old.hostId });
  } else {
    await removeAttendee(tx, attendee.id);
    await touchSeats(tx, old, now);
  }
  let booking: BookingRecord;
  if (joined === undefined) {
    booking = await insertBooking(tx, {
      ...reschedule,
      uid,
      eventTypeId: eventType.id,
      hostIds: organizerFirst(admission),
      title: old.title,
      description: old.description,
      status: 'accepted',
      startAt: start,
      endAt: start + lengthMs,
      beforeBufferMinutes: facts.event.beforeBufferMinutes,
      afterBufferMinutes: facts.event.afterBufferMinutes,
      seatsTotal: facts.event.seatsPerSlot ?? old.seatsTotal,
      location: toMovedLocation(old.location),
      metadata: old.metadata,
      responses: old.responses,
      rescheduledFromUid: old.uid,
      recurringUid: old.recurringUid,
      icsUid: isLast ? old.icsUid : `${uid}@kalends`,
      icsSequence: old.icsSequence + 1,
      createdByUserId: caller?.id ?? null,
      attendees: [attendee],
      now,
    });
    if (hosting.turns.size > 0) await countTurn(tx, { eventTypeId: eventType.id, userId: admission.organizerId });
  } else {
    await addAttendees(tx, { bookingId: joined.id, attendees: [attendee], now });
    booking = await touchSeats(tx, { uid, icsSequence: Math.max(joined.icsSequence, old.icsSequence) }, now);
    // Its hosts have one meeting less; the attendee is told of the move only.
    if (ended !== undefined) await recordChange(tx, { trigger: 'BOOKING_CANCELLED', booking: ended, by, details: { seatUid } });
  }
  await recordChange(tx, {
    trigger: 'BOOKING_RESCHEDULED',
    booking,
    previous: old,
    by,
    details: seatDetails(attendee),
  });
  return oneBooking(booking, seatUid);
}

function findSeat({ uid, attendees }: BookingRecord, seatUid: string | undefined): AttendeeRecord & { readonly seatUid: string } {
  if (seatUid === undefined) {
    throw new HttpFailure(
      400,
      `Can't reschedule booking with uid=${uid} because it is a seated booking which means you have to provide seatUid of the attendee to move.`,
    );
  }
  const attendee = attendees.find((candidate) => candidate.seatUid === seatUid);
  if (attendee === undefined) throw new HttpFailure(404, `Seat with uid=${seatUid} does not exist.`);
  return { ...attendee, seatUid };
}
