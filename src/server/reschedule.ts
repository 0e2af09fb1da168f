import type { z } from 'zod';
import { admit } from '../scheduling/index.ts';
import { type BookingRecord, insertBooking, type NewAttendee, updateBooking } from '../store/bookings.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import { lockHosts } from '../store/locks.ts';
import { recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import { getUser, type UserRecord } from '../store/users.ts';
import type { rescheduleBookingBody } from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { createUid, toAuthor } from './book.ts';
import { isHostOf, readBooking } from './change-booking.ts';
import { needsConfirmation } from './event-rules.ts';
import { readFacts } from './facts.ts';
import { findFreeStarts } from './free-starts.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { refuseOverlap, toRefusal } from './refuse-booking.ts';
import type { Service } from './serve.ts';
import { recallStanding } from './standing-booking.ts';

const MINUTE_MS = 60_000;

type Body = z.output<typeof rescheduleBookingBody>;

interface Move {
  readonly uid: string;
  readonly body: Body;
  readonly caller: Caller | undefined;
  readonly attempt?: Attempt;
}

/** Makes a new booking of an old one and cancels that, in one transaction; its own old time counts as free. Both name each other. */
export async function reschedule(service: Service, { uid, body, caller, attempt }: Move): Promise<BookingRecord> {
  const { store } = service;
  const seen = await readBooking(store.db, uid);
  const host = await getUser(store.db, seen.hostId);
  const isHost = isHostOf(seen, caller);
  const eventTypeId = seen.eventType?.id;
  if (eventTypeId === undefined || host === undefined) {
    throw new HttpFailure(400, `Can't reschedule booking with uid=${uid} because its event type does not exist any more.`);
  }
  const nearest = async () => {
    const eventType = await getEventType(store.db, eventTypeId);
    const durationMinutes = Math.round((seen.endAt - seen.startAt) / MINUTE_MS);
    const request = {
      start: parseInstant(body.start) ?? Number.NaN,
      durationMinutes,
      timeZone: seen.attendees[0]?.timeZone,
      excludeBookingUid: uid,
    };
    return eventType === undefined ? [] : await findFreeStarts(service, { eventType, host, request });
  };
  return await refuseOverlap({ isHost, nearest }, () =>
    once(service, attempt, {
      async make(tx) {
        await lockHosts(tx, hostIds(seen), eventTypeId);
        const old = await readBooking(tx, uid);
        const eventType = await getEventType(tx, eventTypeId);
        if (eventType === undefined) throw new HttpFailure(404, `Event type with id ${eventTypeId} not found.`);
        const now = service.now();
        checkMovable(old, { eventType, isHost, now });
        return await move(tx, { old, eventType, host, body, isHost, caller, now });
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

interface DecidedMove extends Rules {
  readonly host: UserRecord;
  readonly old: BookingRecord;
  readonly body: Body;
  readonly caller: Caller | undefined;
}

async function move(tx: Transaction, { old, eventType, host, body, isHost, caller, now }: DecidedMove): Promise<BookingRecord> {
  const start = parseInstant(body.start) ?? Number.NaN;
  const lengthMs = old.endAt - old.startAt;
  const [booker] = old.attendees;
  const request = {
    start,
    durationMinutes: Math.round(lengthMs / MINUTE_MS),
    timeZone: booker?.timeZone,
    excludeBookingUid: old.uid,
  };
  const facts = await readFacts(tx, { eventType, host, interval: { start, end: start + 1 }, now });
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
    hostIds: hostIds(old),
    title: old.title,
    description: old.description,
    status: !isHost && needsConfirmation(eventType, { start, now }) ? 'pending' : 'accepted',
    startAt: start,
    endAt: start + lengthMs,
    beforeBufferMinutes: facts.event.beforeBufferMinutes,
    afterBufferMinutes: facts.event.afterBufferMinutes,
    location: old.location,
    metadata: old.metadata,
    responses: { ...old.responses, ...(reason === null ? {} : { rescheduleReason: reason }) },
    reschedulingReason: reason,
    rescheduledByEmail,
    rescheduledFromUid: old.uid,
    // The same meeting for every calendar that knows it.
    icsUid: old.icsUid,
    icsSequence: old.icsSequence + 1,
    createdByUserId: caller?.id ?? null,
    attendees: keepAttendees(old),
    now,
  });
  // The old booking's end is part of this one change, and a move that waits for the host's word is a request like any other.
  await recordChange(tx, {
    trigger: booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED',
    booking,
    previous: cancelled,
    by: toAuthor(caller),
  });
  return booking;
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
