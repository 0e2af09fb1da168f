import { randomBytes, randomUUID } from 'node:crypto';
import type { Admittance } from '../scheduling/index.ts';
import { type BookingRecord, insertBooking, type NewBooking } from '../store/bookings.ts';
import { countTurn } from '../store/event-type-hosts.ts';
import { getEventType, type OwnedEventType } from '../store/event-types.ts';
import type { OwnedFacts } from '../store/host-facts.ts';
import { type ChangeAuthor, recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import type { BookingBody } from '../wire/calcom/bookings.ts';
import { parseInstant } from '../wire/calcom/scalars.ts';
import { admitStarts, checkOverrides } from './admit-starts.ts';
import type { Caller } from './authenticate.ts';
import { type Booked, manyBookings, oneBooking, recallStanding } from './booked.ts';
import { checkAnswers } from './booking-answers.ts';
import { chooseLocation, toLocationText } from './booking-location.ts';
import { type BookingTarget, checkBookable, checkHosted, findTarget } from './booking-target.ts';
import { toBookingTitle } from './booking-title.ts';
import { checkActiveLimit, chooseLength, toAttendees, wantedHosts, wantedStarts } from './booking-wish.ts';
import { checkEmailVerified, withEmailVerified } from './email-verification.ts';
import { enabled, needsConfirmation } from './event-rules.ts';
import { readAhead, readFacts } from './facts.ts';
import { findFreeStarts } from './free-starts.ts';
import { checkNamedHosts, type Hosting, hostIdsOf, readHosting, restrictTurns } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { countUse } from './private-links.ts';
import { refuseOverlap } from './refuse-booking.ts';
import { checkStill, OutdatedTarget, recallTarget, rememberTarget } from './seen-target.ts';
import type { Service } from './serve.ts';
import { seatDetails, takeSeat, toSeated } from './take-seat.ts';

const MINUTE_MS = 60_000;

export interface BookingRequest {
  readonly body: BookingBody;
  readonly caller: Caller | undefined;
  /** Sent again within a short time, the request is answered with the booking it made. */
  readonly attempt?: Attempt;
}

/**
 * Books one meeting, a seat, or a whole series or none of it; or refuses with the reason and the nearest free starts. In one transaction: lock the
 * hosts and the event type, read the facts, let the engine decide, write. The exclusion constraint is the last guard.
 */
export async function book(service: Service, request: BookingRequest): Promise<Booked> {
  const { body, caller } = request;
  const { store } = service;
  const start = parseInstant(body.start) ?? Number.NaN;
  const seen = Number.isNaN(start) ? undefined : recallTarget(store, body.eventTypeId, caller);
  if (seen !== undefined) {
    try {
      return await bookAt(service, request, { target: seen, check: (found) => checkStill(store, seen, found) });
    } catch (error) {
      if (!(error instanceof OutdatedTarget)) throw error;
    }
  }
  const target = await findTarget(store.db, body, caller);
  rememberTarget(store, target);
  return await bookAt(service, request, { target });
}

interface Aim {
  readonly target: BookingTarget;
  /** Throws where the target is not what was found once the locks were held. */
  readonly check?: (found: OwnedEventType | undefined) => void;
}

async function bookAt(service: Service, { body, caller, attempt }: BookingRequest, aim: Aim): Promise<Booked> {
  const { target } = aim;
  const { isHost, eventType, hosting } = target;
  const nearest = () =>
    findFreeStarts(service, {
      eventType,
      hosting: restrictTurns(hosting, wantedHosts(body)),
      request: { start: parseInstant(body.start) ?? Number.NaN, durationMinutes: body.lengthInMinutes, timeZone: body.attendee.timeZone },
      ...(enabled(eventType.options.recurrence) === undefined
        ? {}
        : { toSeries: (start: number) => wantedStarts(eventType, { ...body, start: new Date(start).toISOString() }) }),
    });
  return await refuseOverlap({ isHost, nearest }, () =>
    withEmailVerified(service, { target, body }, () =>
      once(service, attempt, {
        locks: { hostIds: hostIdsOf(hosting), eventTypeId: eventType.id },
        async make(tx) {
          const now = service.now();
          return await decide(tx, service, { ...(await reread(tx, aim, { body, now })), body, caller, now });
        },
        ...recallStanding(attempt),
      }),
    ),
  );
}

interface Reread {
  readonly target: BookingTarget;
  readonly ahead?: OwnedFacts | undefined;
}

/** The rules, the hosts and whose turn it is may have changed while we waited for the locks. */
async function reread(
  tx: Transaction,
  { target, check }: Aim,
  { body, now }: { readonly body: BookingBody; readonly now: number },
): Promise<Reread> {
  const { id, teamId } = target.eventType;
  const start = parseInstant(body.start) ?? Number.NaN;
  const isOneStart = teamId === null && enabled(target.eventType.options.recurrence) === undefined && !Number.isNaN(start);
  const ahead = isOneStart ? await readAhead(tx, { before: target.eventType, interval: { start, end: start + 1 }, now }) : undefined;
  check?.(ahead);
  const eventType = ahead?.eventType ?? (await getEventType(tx, id));
  if (eventType === undefined) throw new HttpFailure(404, `Event type with id ${id} not found.`);
  if (teamId === null) return { target: { ...target, eventType }, ahead };
  const hosting = await readHosting(tx, eventType);
  checkHosted(eventType, hosting);
  return { target: { ...target, eventType, hosting } };
}

interface Wish extends Reread {
  readonly body: BookingBody;
  readonly caller: Caller | undefined;
  readonly now: number;
}

async function decide(tx: Transaction, service: Service, { target, ahead, body, caller, now }: Wish): Promise<Booked> {
  const { eventType, isHost } = target;
  checkBookable(target, body);
  checkOverrides(body, isHost);
  checkNamedHosts(eventType, target.hosting, wantedHosts(body));
  const hosting = restrictTurns(target.hosting, wantedHosts(body));
  const answers = body.bookingFieldsResponses ?? {};
  checkAnswers(eventType, answers, body.attendee.phoneNumber);
  const durationMinutes = chooseLength(eventType, body.lengthInMinutes);
  const location = chooseLocation(eventType, body.location ?? body.meetingUrl, body.attendee);
  const starts = wantedStarts(eventType, body);
  const [start = Number.NaN] = starts;
  const attendees = toAttendees(body, eventType);
  const [booker] = attendees;

  const facts = await readFacts(tx, { eventType, hosting, interval: { start, end: (starts.at(-1) ?? start) + 1 }, now, ahead });
  const request = { starts, durationMinutes, timeZone: body.attendee.timeZone };
  const admitted = admitStarts(request, facts, { now, isHost, overrides: body });
  if (body.privateLink !== undefined) await countUse(tx, { linkId: body.privateLink, eventTypeId: eventType.id, now });
  await checkActiveLimit(tx, { eventType, email: booker.email, isHost, now });
  await checkEmailVerified(tx, service, { target, body });

  const isSeries = enabled(eventType.options.recurrence) !== undefined;
  const seatsTotal = enabled(eventType.options.seats)?.seatsPerTimeSlot ?? null;
  const responses = { ...answers, ...(body.attendee.phoneNumber === undefined ? {} : { attendeePhoneNumber: body.attendee.phoneNumber }) };
  const metadata = body.metadata ?? {};
  const by = toAuthor(caller);
  const plan = {
    eventTypeId: eventType.id,
    description: textOf(answers.notes) ?? null,
    status: !isHost && needsConfirmation(eventType, { start, now }) ? 'pending' : 'accepted',
    beforeBufferMinutes: facts.event.beforeBufferMinutes,
    afterBufferMinutes: facts.event.afterBufferMinutes,
    seatsTotal,
    location,
    // A seated booking is nobody's own: answers belong to the seats.
    metadata: seatsTotal === null ? metadata : {},
    responses: seatsTotal === null ? responses : {},
    recurringUid: isSeries ? createUid() : null,
    createdByUserId: caller?.id ?? null,
    now,
  } as const;

  // Those who are told hear of a whole series in one message; seats have entries of their own.
  const batch = isSeries && seatsTotal === null ? randomUUID() : undefined;
  const bookings: BookingRecord[] = [];
  const seatUids: string[] = [];
  for (const { admittance, start: startAt, overlaps } of admitted) {
    const seated = seatsTotal === null ? undefined : toSeated(booker, { responses, metadata });
    if (seated !== undefined) seatUids.push(seated.seatUid);
    if (admittance.joinsUid !== undefined && seated !== undefined) {
      bookings.push(await takeSeat(tx, { uid: admittance.joinsUid, attendee: seated, by, now }));
      continue;
    }
    const title =
      textOf(answers.title) ??
      toBookingTitle(eventType.options.customName, {
        eventTypeTitle: eventType.title,
        organiser: organiserOf(hosting, admittance),
        scheduler: booker.name,
        location: toLocationText(location),
        durationMinutes,
      });
    const endAt = startAt + durationMinutes * MINUTE_MS;
    bookings.push(
      await insertNew(
        tx,
        { ...plan, title, startAt, endAt, blocking: !overlaps, attendees: seated === undefined ? attendees : [seated] },
        { admittance, by, batch, takesTurns: hosting.turns.size > 0 },
      ),
    );
  }
  return isSeries ? manyBookings(bookings, seatUids) : { ...oneBooking(bookings[0] ?? fail()), seatUids };
}

function fail(): never {
  throw new Error('A booking has at least one start.');
}

type Draft = Omit<NewBooking, 'uid' | 'icsUid' | 'hostIds'>;

interface Insertion {
  readonly admittance: Admittance;
  readonly by: ChangeAuthor;
  /** What the bookings of one request have in common. */
  readonly batch: string | undefined;
  readonly takesTurns: boolean;
}

/** Writes a booking of its own, tells of it, and counts the turn of the host it came to. */
async function insertNew(tx: Transaction, draft: Draft, { admittance, by, batch, takesTurns }: Insertion): Promise<BookingRecord> {
  const uid = createUid();
  const { organizerId } = admittance;
  const booking = await insertBooking(tx, { ...draft, uid, icsUid: `${uid}@kalends`, hostIds: organizerFirst(admittance) });
  const [first] = draft.attendees;
  await recordChange(tx, {
    trigger: booking.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED',
    booking,
    by,
    ...(first.seatUid == null ? {} : { details: seatDetails(first) }),
    ...(batch === undefined ? {} : { details: { batch } }),
  });
  if (takesTurns) await countTurn(tx, { eventTypeId: draft.eventTypeId, userId: organizerId });
  return booking;
}

export function organizerFirst({ organizerId, hostIds }: Admittance): readonly [number, ...number[]] {
  return [organizerId, ...hostIds.filter((id) => id !== organizerId)];
}

/** A meeting of a whole team is named after it, any other after its organizer. */
export function organiserOf({ team, turns, hosts }: Hosting, { organizerId }: Admittance): string {
  if (team !== undefined && turns.size === 0) return team.name;
  return hosts.find((host) => host.id === organizerId)?.name ?? '';
}

/** Who a change is by, for those who are told of it. */
export function toAuthor(caller: Caller | undefined): ChangeAuthor {
  return caller === undefined ? {} : { userId: caller.id, email: caller.email };
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
