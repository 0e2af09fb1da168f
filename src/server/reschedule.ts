import { admit } from '../scheduling/index.ts';
import { type BookingRecord, insertBooking, type NewAttendee, updateBooking } from '../store/bookings.ts';
import { countTurn, returnTurn } from '../store/event-type-hosts.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import { lockHosts } from '../store/locks.ts';
import { recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import type { RescheduleBody } from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { createUid, organizerFirst, toAuthor } from './book.ts';
import { type Booked, oneBooking, recallStanding } from './booked.ts';
import { toMovedLocation } from './booking-location.ts';
import { readBooking } from './change-booking.ts';
import { needsConfirmation } from './event-rules.ts';
import { readFacts } from './facts.ts';
import { findFreeStarts } from './free-starts.ts';
import { type Hosting, hostIdsOf, managesBooking, readHosting, restrictTurns } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { moveToSeat } from './move-seat.ts';
import { refuseOverlap, toRefusal } from './refuse-booking.ts';
import type { Service } from './serve.ts';

const MINUTE_MS = 60_000;

interface Move {
  readonly uid: string;
  readonly body: RescheduleBody;
  readonly caller: Caller | undefined;
  readonly attempt?: Attempt;
}

/**
 * Makes a new booking of an old one and cancels that, in one transaction; its own old time counts as free. Both name each other. Of hosts who take
 * turns the same one keeps the meeting if free. Of a seated booking one seat is moved.
 */
export async function reschedule(service: Service, { uid, body, caller, attempt }: Move): Promise<Booked> {
  const { store } = service;
  const seen = await readBooking(store.db, uid);
  const eventType = seen.eventType === null ? undefined : await getEventType(store.db, seen.eventType.id);
  if (eventType === undefined) {
    throw new HttpFailure(400, `Can't reschedule booking with uid=${uid} because its event type does not exist any more.`);
  }
  const isHost = await managesBooking(store.db, seen, caller);
  const hosting = await readHosting(store.db, eventType);
  const durationMinutes = Math.round((seen.endAt - seen.startAt) / MINUTE_MS);
  const nearest = () =>
    findFreeStarts(service, {
      eventType,
      hosting,
      request: {
        start: parseInstant(body.start) ?? Number.NaN,
        durationMinutes,
        timeZone: seen.attendees[0]?.timeZone,
        ...(seen.seatsTotal !== null && seen.attendees.length > 1 ? {} : { excludeBookingUid: uid }),
      },
    });
  return await refuseOverlap({ isHost, nearest }, () =>
    once(service, attempt, {
      async make(tx) {
        await lockHosts(tx, [...hostIds(seen), ...hostIdsOf(hosting)], eventType.id);
        const old = await readBooking(tx, uid);
        const current = await getEventType(tx, eventType.id);
        if (current === undefined) throw new HttpFailure(404, `Event type with id ${eventType.id} not found.`);
        const now = service.now();
        checkMovable(old, { eventType: current, isHost, now });
        const given = { old, eventType: current, hosting: await readHosting(tx, current), body, isHost, caller, now };
        return old.seatsTotal === null ? oneBooking(await move(tx, given)) : await moveToSeat(tx, given);
      },
      ...recallStanding(attempt),
    }),
  );
}

interface Rules {
  readonly eventType: EventTypeRecord;
  readonly isHost: boolean;
  readonly now: number;
}

function checkMovable(old: BookingRecord, { eventType: { options }, isHost, now }: Rules): void {
  const { uid } = old;
  if (old.status === 'rejected') throw new HttpFailure(404, 'Could not find original booking');
  if (old.status === 'cancelled') {
    if (old.rescheduledToUid !== null) {
      throw new HttpFailure(
        400,
        `Can't reschedule booking with uid=${uid} because it has been cancelled and rescheduled already to booking with uid=${old.rescheduledToUid}. You probably want to reschedule ${old.rescheduledToUid} instead by passing it within the request URL.`,
      );
    }
    if (options.allowReschedulingCancelledBookings !== true && !old.rescheduleRequested) {
      throw new HttpFailure(
        400,
        `Can't reschedule booking with uid=${uid} because it has been cancelled. Please provide uid of a booking that is not cancelled.`,
      );
    }
  }
  if (old.endAt <= now && options.allowReschedulingPastBookings !== true) {
    throw new HttpFailure(400, `Can't reschedule booking with uid=${uid} because it is over already. Make a new booking instead.`);
  }
  const { disabled, minutesBefore } = options.disableRescheduling ?? {};
  if (disabled === true) throw new HttpFailure(403, 'This event type does not allow rescheduling');
  if (minutesBefore !== undefined && !isHost && old.startAt - now < minutesBefore * MINUTE_MS) {
    throw new HttpFailure(403, 'Rescheduling is not allowed within the minimum notice period before the event');
  }
}

/** A move that is allowed, if the new time is. */
export interface DecidedMove extends Rules {
  readonly old: BookingRecord;
  readonly hosting: Hosting;
  readonly body: RescheduleBody;
  readonly caller: Caller | undefined;
}

async function move(tx: Transaction, { old, eventType, hosting, body, isHost, caller, now }: DecidedMove): Promise<BookingRecord> {
  const start = parseInstant(body.start) ?? Number.NaN;
  const lengthMs = old.endAt - old.startAt;
  const [booker] = old.attendees;
  const request = {
    start,
    durationMinutes: Math.round(lengthMs / MINUTE_MS),
    timeZone: booker?.timeZone,
    excludeBookingUid: old.uid,
    preferredHostId: old.hostId,
  };
  const keepsHost = eventType.options.rescheduleWithSameRoundRobinHost === true;
  const movable = keepsHost ? restrictTurns(hosting, hostIds(old)) : hosting;
  const facts = await readFacts(tx, { eventType, hosting: movable, interval: { start, end: start + 1 }, now });
  const admission = admit(request, facts, now);
  if (!admission.ok) throw toRefusal(admission, isHost);

  const uid = createUid();
  const rescheduledByEmail = body.rescheduledBy ?? caller?.email ?? null;
  const reason = body.reschedulingReason ?? null;
  const cancelled = await updateBooking(tx, old.uid, {
    from: ['accepted', 'pending', 'cancelled'],
    changes: { status: 'cancelled', rescheduledToUid: uid, rescheduledByEmail, reschedulingReason: reason, now },
  });
  if (cancelled === undefined) throw new HttpFailure(404, 'Could not find original booking');
  const booking = await insertBooking(tx, {
    uid,
    eventTypeId: eventType.id,
    hostIds: organizerFirst(admission),
    title: old.title,
    description: old.description,
    status: !isHost && needsConfirmation(eventType, { start, now }) ? 'pending' : 'accepted',
    startAt: start,
    endAt: start + lengthMs,
    beforeBufferMinutes: facts.event.beforeBufferMinutes,
    afterBufferMinutes: facts.event.afterBufferMinutes,
    location: toMovedLocation(old.location),
    metadata: old.metadata,
    responses: { ...old.responses, ...(reason === null ? {} : { rescheduleReason: reason }) },
    reschedulingReason: reason,
    rescheduledByEmail,
    rescheduledFromUid: old.uid,
    recurringUid: old.recurringUid,
    // The same meeting for every calendar that knows it.
    icsUid: old.icsUid,
    icsSequence: old.icsSequence + 1,
    createdByUserId: caller?.id ?? null,
    attendees: keepAttendees(old),
    now,
  });
  if (hosting.turns.size > 0) await passTurn(tx, eventType.id, { from: old, to: booking });
  // The old booking's end is part of this one change, and a move that waits for the host's word is a request like any other.
  await recordChange(tx, {
    trigger: booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED',
    booking,
    previous: cancelled,
    by: toAuthor(caller),
  });
  return booking;
}

/** The turn goes along when a meeting that stood changes its host. */
async function passTurn(
  tx: Transaction,
  eventTypeId: number,
  { from, to }: { readonly from: BookingRecord; readonly to: BookingRecord },
): Promise<void> {
  const stood = from.status !== 'cancelled';
  if (stood && from.hostId === to.hostId) return;
  if (stood) await returnTurn(tx, { eventTypeId, userId: from.hostId });
  await countTurn(tx, { eventTypeId, userId: to.hostId });
}

function hostIds(booking: BookingRecord): readonly [number, ...number[]] {
  const others = booking.hosts.map((host) => host.id).filter((id) => id !== booking.hostId);
  return [booking.hostId, ...others];
}

function keepAttendees({ uid, attendees }: BookingRecord): readonly [NewAttendee, ...NewAttendee[]] {
  const [first, ...others] = attendees.map(({ name, email, timeZone, language, phoneNumber, guest }) => ({
    name,
    email,
    timeZone,
    language,
    phoneNumber,
    guest,
  }));
  if (first === undefined) throw new HttpFailure(400, `Can't reschedule booking with uid=${uid} because nobody attends it.`);
  return [first, ...others];
}
