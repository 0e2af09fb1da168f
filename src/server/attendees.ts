import { addAttendees, lockBooking, removeAttendee } from '../store/attendees.ts';
import { type AttendeeRecord, type BookingRecord, type NewAttendee, updateBooking } from '../store/bookings.ts';
import { getEventType } from '../store/event-types.ts';
import { recordChange } from '../store/outbox.ts';
import type { Transaction } from '../store/store.ts';
import * as endpoints from '../wire/calcom/attendees.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { checkStands, readAsHost, readAsParticipant } from './booking-access.ts';
import { toBooking } from './booking-output.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';

/** Attendees of one booking together with its booker. */
const MAXIMUM_GUESTS = 30;

const STANDING = ['accepted', 'pending', 'awaiting_host'] as const;

/** `/v2/bookings/{bookingUid}/attendees` and `/guests` */
export function serveAttendees(app: App, service: Service): void {
  const { store, now } = service;
  const visit = (uid = '', caller: Caller) => ({ uid, caller, missing: `Booking with uid ${uid} not found` });

  serve(app, service, endpoints.listAttendees, {
    answer: async ({ caller, params }) => {
      const booking = await readAsParticipant(store.db, visit(params.bookingUid, caller));
      return ok(booking.attendees.map(toAttendee));
    },
  });

  serve(app, service, endpoints.getAttendee, {
    answer: async ({ caller, params }) => {
      const booking = await readAsParticipant(store.db, visit(params.bookingUid, caller));
      return ok(toAttendee(findAttendee(booking, params.attendeeId)));
    },
  });

  serve(app, service, endpoints.addAttendee, {
    answer: async ({ caller, params, body }) =>
      await store.transaction(async (tx) => {
        const booking = await readForAdding(tx, visit(params.bookingUid, caller));
        const same = booking.attendees.find((attendee) => isSameAddress(attendee.email, body.email));
        // Clients send again what they got no answer to.
        if (same?.name === body.name) return ok({ ...toAttendee(same), bookingId: booking.id });
        if (same !== undefined || isOfHost(booking, body.email)) {
          throw new HttpFailure(400, `"${body.email}" takes part in booking with uid=${booking.uid} already.`);
        }
        const { language = 'en', phoneNumber = null, name, email, timeZone } = body;
        const attendees = [{ name, email, timeZone, language, phoneNumber }];
        checkRoom(booking, attendees.length);
        const { ids, changed } = await add(tx, { booking, attendees, caller, now: now() });
        return ok({ ...toAttendee(findAttendee(changed, String(ids[0]))), bookingId: booking.id });
      }),
  });

  serve(app, service, endpoints.deleteAttendee, {
    answer: async ({ caller, params }) =>
      await store.transaction(async (tx) => {
        const booking = await readForChange(tx, visit(params.bookingUid, caller), 'remove an attendee from');
        const attendee = findAttendee(booking, params.attendeeId);
        if (attendee.id === booking.attendees[0]?.id) {
          throw new HttpFailure(400, 'The primary attendee cannot be removed', {
            plainMessage: `"${attendee.email}" made the booking and cannot be removed from it. Cancel the booking instead.`,
          });
        }
        await removeAttendee(tx, attendee.id);
        const changed = await touch(tx, booking, now());
        await recordChange(tx, {
          trigger: 'BOOKING_ATTENDEE_REMOVED',
          booking: changed,
          previous: booking,
          by: toAuthor(caller),
          details: { attendeeIds: [attendee.id] },
        });
        return ok({ ...toAttendee(attendee), bookingId: booking.id });
      }),
  });

  serve(app, service, endpoints.addGuests, {
    style: 'sentence',
    answer: async ({ caller, params, body }) =>
      await store.transaction(async (tx) => {
        const booking = await readForAdding(tx, visit(params.bookingUid, caller));
        await checkGuestsAllowed(tx, booking);
        const [booker] = booking.attendees;
        const fresh = new Map(
          body.guests
            .filter(({ email }) => !isOfHost(booking, email))
            .filter(({ email }) => !booking.attendees.some((attendee) => isSameAddress(attendee.email, email)))
            .map(({ name = '', email, timeZone = booker?.timeZone ?? 'UTC', language = 'en', phoneNumber = null }) => [
              email.toLowerCase(),
              { name, email, timeZone, language, phoneNumber, guest: true },
            ]),
        );
        if (fresh.size === 0) {
          throw new HttpFailure(400, 'emails_must_be_unique_valid', {
            plainMessage: `Nobody was added: ${body.guests.map((guest) => `"${guest.email}"`).join(', ')} take part in the booking already.`,
          });
        }
        const attendees = [...fresh.values()];
        checkRoom(booking, attendees.length);
        return ok(toBooking((await add(tx, { booking, attendees, caller, now: now() })).changed));
      }),
  });
}

type Visit = Parameters<typeof readAsHost>[1];

/** The booking as it stays until the transaction ends. */
async function readForChange(tx: Transaction, visit: Visit, wish: string): Promise<BookingRecord> {
  await lockBooking(tx, visit.uid);
  const booking = await readAsHost(tx, visit);
  checkStands(booking, wish);
  if (booking.seatsTotal !== null) {
    throw new HttpFailure(
      400,
      `Can't ${wish} booking with uid=${visit.uid} because its attendees hold seats. Book or cancel a seat instead.`,
    );
  }
  return booking;
}

function readForAdding(tx: Transaction, visit: Visit): Promise<BookingRecord> {
  return readForChange(tx, visit, 'add attendees to');
}

interface Addition {
  readonly booking: BookingRecord;
  readonly attendees: readonly NewAttendee[];
  readonly caller: Caller;
  readonly now: number;
}

async function add(tx: Transaction, { booking, attendees, caller, now }: Addition) {
  const ids = await addAttendees(tx, { bookingId: booking.id, attendees, now });
  const changed = await touch(tx, booking, now);
  await recordChange(tx, {
    trigger: 'BOOKING_ATTENDEES_ADDED',
    booking: changed,
    previous: booking,
    by: toAuthor(caller),
    details: { attendeeIds: ids },
  });
  return { ids, changed };
}

/** Calendars learn of a change by the sequence. */
async function touch(tx: Transaction, { uid, icsSequence }: BookingRecord, now: number): Promise<BookingRecord> {
  const changed = await updateBooking(tx, uid, { from: STANDING, changes: { icsSequence: icsSequence + 1, now } });
  if (changed === undefined) throw new Error(`The booking "${uid}" changed while it was held.`);
  return changed;
}

function checkRoom({ attendees }: BookingRecord, wanted: number): void {
  if (attendees.length + wanted <= MAXIMUM_GUESTS) return;
  throw new HttpFailure(
    400,
    `Cannot add ${wanted} guests. This booking already has ${attendees.length} attendees. Maximum total guests allowed is ${MAXIMUM_GUESTS}. You can add up to ${Math.max(0, MAXIMUM_GUESTS - attendees.length)} more guests.`,
  );
}

async function checkGuestsAllowed(tx: Transaction, { eventType }: BookingRecord): Promise<void> {
  const options = eventType === null ? undefined : (await getEventType(tx, eventType.id))?.options;
  if (options?.disableGuests === true) throw new HttpFailure(400, `The event type "${eventType?.slug}" does not allow guests.`);
}

function findAttendee({ uid, attendees }: BookingRecord, attendeeId: string | undefined): AttendeeRecord {
  const id = parseId(attendeeId);
  const attendee = attendees.find((candidate) => candidate.id === id);
  if (attendee === undefined) throw new HttpFailure(404, `Attendee with id ${id} not found in booking with uid ${uid}`);
  return attendee;
}

function isOfHost({ hosts }: BookingRecord, email: string): boolean {
  return hosts.some((host) => isSameAddress(host.email, email));
}

function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function toAttendee(attendee: AttendeeRecord): endpoints.AttendeeWithId {
  const { id, name, email, timeZone, language, absent, phoneNumber } = attendee;
  return { id, name, email, displayEmail: email, timeZone, language, absent, ...(phoneNumber === null ? {} : { phoneNumber }) };
}
