import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { admit } from '../scheduling/index.ts';
import { type BookingRecord, insertBooking, type NewAttendee } from '../store/bookings.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import { listBookings } from '../store/list-bookings.ts';
import { lockHosts } from '../store/locks.ts';
import { type ChangeAuthor, recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import type { UserRecord } from '../store/users.ts';
import type { createBookingBody } from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import type { Caller } from './authenticate.ts';
import { checkAnswers } from './booking-answers.ts';
import { chooseLocation, toLocationText } from './booking-location.ts';
import { type BookingTarget, checkBookable, findTarget } from './booking-target.ts';
import { toBookingTitle } from './booking-title.ts';
import { enabled, lengthsOf, needsConfirmation } from './event-rules.ts';
import { readFacts } from './facts.ts';
import { findFreeStarts } from './free-starts.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { refuseOverlap, toRefusal } from './refuse-booking.ts';
import type { Service } from './serve.ts';
import { recallStanding } from './standing-booking.ts';

const MINUTE_MS = 60_000;

type Body = z.output<typeof createBookingBody>;

export interface BookingRequest {
  readonly body: Body;
  readonly caller: Caller | undefined;
  /** Sent again within a short time, the request is answered with the booking it made. */
  readonly attempt?: Attempt;
}

/**
 * Books, or refuses with the reason and the nearest free starts. In one transaction: lock the host and the event type, read the facts, let the engine
 * decide, write. The exclusion constraint is the last guard.
 */
export async function book(service: Service, { body, caller, attempt }: BookingRequest): Promise<BookingRecord> {
  const target = await findTarget(service.store.db, body, caller);
  const { host, isHost } = target;
  const nearest = () =>
    findFreeStarts(service, {
      ...target,
      request: { start: parseInstant(body.start) ?? Number.NaN, durationMinutes: body.lengthInMinutes, timeZone: body.attendee.timeZone },
    });
  return await refuseOverlap({ isHost, nearest }, () =>
    once(service, attempt, {
      async make(tx) {
        await lockHosts(tx, [host.id], target.eventType.id);
        // The rules may have changed while we waited.
        const eventType = await getEventType(tx, target.eventType.id);
        if (eventType === undefined) throw new HttpFailure(404, `Event type with id ${target.eventType.id} not found.`);
        return await decide(tx, service.now(), { target: { ...target, eventType }, body, caller });
      },
      ...recallStanding(attempt),
    }),
  );
}

interface Wish {
  readonly target: BookingTarget;
  readonly body: Body;
  readonly caller: Caller | undefined;
}

async function decide(tx: Transaction, now: number, { target, body, caller }: Wish): Promise<BookingRecord> {
  const { eventType, host, isHost } = target;
  checkBookable(target, body);
  checkEmailVerified(target);
  const answers = body.bookingFieldsResponses ?? {};
  checkAnswers(eventType, answers, body.attendee.phoneNumber);
  const durationMinutes = chooseLength(eventType, body.lengthInMinutes);
  const location = chooseLocation(eventType, body.location ?? body.meetingUrl, body.attendee);
  const start = parseInstant(body.start) ?? Number.NaN;
  const attendees = toAttendees(body, eventType);
  const [booker] = attendees;

  const facts = await readFacts(tx, { eventType, host, interval: { start, end: start + 1 }, now });
  const admission = admit({ start, durationMinutes, timeZone: body.attendee.timeZone }, facts, now);
  if (!admission.ok) throw toRefusal(admission, isHost);
  await checkActiveLimit(tx, { eventType, host, email: booker.email, isHost, now });

  const uid = createUid();
  const booking = await insertBooking(tx, {
    uid,
    eventTypeId: eventType.id,
    hostIds: [host.id],
    title:
      textOf(answers.title) ??
      toBookingTitle(eventType.options.customName, {
        eventTypeTitle: eventType.title,
        organiser: host.name,
        scheduler: booker.name,
        location: toLocationText(location),
        durationMinutes,
      }),
    description: textOf(answers.notes) ?? null,
    status: !isHost && needsConfirmation(eventType, { start, now }) ? 'pending' : 'accepted',
    startAt: start,
    endAt: start + durationMinutes * MINUTE_MS,
    beforeBufferMinutes: facts.event.beforeBufferMinutes,
    afterBufferMinutes: facts.event.afterBufferMinutes,
    location,
    metadata: body.metadata ?? {},
    responses: { ...answers, ...(body.attendee.phoneNumber === undefined ? {} : { attendeePhoneNumber: body.attendee.phoneNumber }) },
    icsUid: `${uid}@kalends`,
    createdByUserId: caller?.id ?? null,
    attendees,
    now,
  });
  await recordChange(tx, {
    trigger: booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED',
    booking,
    by: toAuthor(caller),
  });
  return booking;
}

/** Who a change is by, for those who are told of it. */
export function toAuthor(caller: Caller | undefined): ChangeAuthor {
  return caller === undefined ? {} : { userId: caller.id, email: caller.email };
}

/** Verification codes travel by mail, and this service sends none yet: only the host books such event types. */
function checkEmailVerified({ eventType, isHost }: BookingTarget): void {
  if (eventType.options.requiresBookerEmailVerification !== true || isHost) return;
  throw new HttpFailure(400, 'email_verification_required', {
    plainMessage: 'This event type asks for a verified email address, and this service cannot send verification codes yet.',
  });
}

function chooseLength(eventType: EventTypeRecord, wanted: number | undefined): number {
  if (wanted === undefined) return eventType.lengthMinutes;
  if (eventType.options.lengthInMinutesOptions === undefined) {
    throw new HttpFailure(
      400,
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request.",
    );
  }
  const lengths = lengthsOf(eventType);
  if (lengths.includes(wanted)) return wanted;
  throw new HttpFailure(
    400,
    `Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: ${lengths.join(', ')}`,
  );
}

function toAttendees({ attendee, guests = [] }: Body, { options }: EventTypeRecord): readonly [NewAttendee, ...NewAttendee[]] {
  const { name, timeZone, language = 'en', phoneNumber } = attendee;
  // Who has only a telephone gets an address that no mail can reach.
  const email = attendee.email ?? `${(phoneNumber ?? '').replace(/\D/g, '')}@sms.invalid`;
  const invited = options.disableGuests === true ? [] : guests.filter((guest) => guest.toLowerCase() !== email.toLowerCase());
  const unique = [...new Map(invited.map((guest) => [guest.toLowerCase(), guest])).values()];
  return [
    { name, email, timeZone, language, phoneNumber: phoneNumber ?? null },
    ...unique.map((guest) => ({ name: '', email: guest, timeZone, language, guest: true })),
  ];
}

interface ActiveLimitQuery {
  readonly eventType: EventTypeRecord;
  readonly host: UserRecord;
  readonly email: string;
  readonly isHost: boolean;
  readonly now: number;
}

async function checkActiveLimit(tx: Transaction, { eventType, host, email, isHost, now }: ActiveLimitQuery): Promise<void> {
  const limit = enabled(eventType.options.bookerActiveBookingsLimit);
  if (limit === undefined) return;
  const { bookings } = await listBookings(tx, {
    viewer: { userId: host.id, email: host.email },
    now,
    statuses: ['upcoming'],
    eventTypeIds: [eventType.id],
    attendeeEmail: email,
    take: 250,
    skip: 0,
  });
  const active = bookings.filter((booking) => booking.status === 'accepted' && booking.startAt > now);
  if (active.length < limit.maximumActiveBookings) return;
  const offer =
    limit.offerReschedule === true && isHost
      ? ` You can reschedule your existing booking (${active[0]?.uid}) to a new timeslot instead.`
      : '';
  throw new HttpFailure(
    400,
    `Attendee with this email can't book because the maximum number of active bookings has been reached.${offer}`,
    { details: { reason: 'booker_limit' } },
  );
}

const UID_LETTERS = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** 22 letters and digits, over 120 random bits: whoever knows it may see and cancel the booking. */
export function createUid(): string {
  let uid = '';
  while (uid.length < 22) {
    // 232 is four times the alphabet: higher bytes are thrown away so that all letters are equally likely.
    for (const byte of randomBytes(32)) if (byte < 232 && uid.length < 22) uid += UID_LETTERS[byte % 58] ?? '';
  }
  return uid;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
