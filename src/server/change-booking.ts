import { randomUUID } from 'node:crypto';
import { type BookingChanges, type BookingRecord, getBooking, updateBooking } from '../store/bookings.ts';
import { returnTurn } from '../store/event-type-hosts.ts';
import { readHostFacts } from '../store/host-facts.ts';
import { lockHosts } from '../store/locks.ts';
import { type BookingTrigger, recordChange } from '../store/outbox.ts';
import { listSeries } from '../store/series.ts';
import type { Handle, Transaction } from '../store/store.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { type Booked, manyBookings, oneBooking, recallBooked } from './booked.ts';
import { managesBooking } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { overlapRefusal, refuseOverlap } from './refuse-booking.ts';
import type { Service } from './serve.ts';

export { isHostOf } from './hosting.ts';

export async function readBooking(handle: Handle, uid: string): Promise<BookingRecord> {
  const booking = await getBooking(handle, uid);
  if (booking === undefined) throw missing(uid);
  return booking;
}

/** A booking by its uid, or all of a series by the uid they share. */
export async function readBooked(handle: Handle, uid: string): Promise<Booked> {
  const booking = await getBooking(handle, uid);
  if (booking !== undefined) return oneBooking(booking);
  const series = await listSeries(handle, uid);
  if (series.length === 0) throw missing(uid);
  return manyBookings(series);
}

function missing(uid: string): HttpFailure {
  return new HttpFailure(404, `Booking with uid=${uid} was not found in the database`);
}

export interface Change<Body> {
  readonly uid: string;
  readonly body: Body;
  readonly caller: Caller | undefined;
  readonly attempt?: Attempt;
}

/**
 * Accepts a pending booking, and with it all of its series that is pending, if their times are still free: of two pending ones for one time only one
 * can be confirmed.
 */
export async function confirm(service: Service, { uid, caller, attempt }: Change<unknown>): Promise<Booked> {
  return await refuseOverlap({ isHost: true }, () =>
    once(service, attempt, {
      async make(tx) {
        const seen = await readUndecided(tx, uid, caller);
        const hosts = seen.pending.flatMap((booking) => booking.hosts);
        await lockHosts(
          tx,
          hosts.map((host) => host.id),
          seen.pending[0]?.eventType?.id ?? 0,
        );
        const now = service.now();
        const undecided = await readUndecided(tx, uid, caller);
        for (const booking of undecided.pending) await checkStillFree(tx, booking, now);
        return await settle(tx, undecided, { changes: { status: 'accepted', now }, trigger: 'BOOKING_CREATED', caller });
      },
      ...recallIn('accepted'),
    }),
  );
}

/** Refuses a pending booking, and with it all of its series that is pending. */
export async function decline(
  service: Service,
  { uid, body, caller, attempt }: Change<{ readonly reason?: string | undefined }>,
): Promise<Booked> {
  return await once(service, attempt, {
    async make(tx) {
      const undecided = await readUndecided(tx, uid, caller);
      const changes = { status: 'rejected', rejectionReason: body.reason?.trim() || null, now: service.now() } as const;
      return await settle(tx, undecided, { changes, trigger: 'BOOKING_REJECTED', caller });
    },
    ...recallIn('rejected'),
  });
}

/** The same decision sent again is answered alike while it holds. */
function recallIn(status: BookingRecord['status']): typeof recallBooked {
  return {
    ...recallBooked,
    async recall(tx, kept) {
      const booked = await recallBooked.recall(tx, kept);
      return booked?.bookings.every((booking) => booking.status === status) === true ? booked : undefined;
    },
  };
}

/** What one decision is about. */
interface Undecided {
  /** By their start. */
  readonly pending: readonly BookingRecord[];
  /** The one booking that was named; absent when the whole series was. */
  readonly named?: BookingRecord;
}

/** What the caller may decide over. */
async function readUndecided(tx: Transaction, uid: string, caller: Caller | undefined): Promise<Undecided> {
  const { bookings, isSeries } = await readBooked(tx, uid);
  const [first] = bookings;
  if (first === undefined || !(await managesBooking(tx, first, caller))) {
    throw new HttpFailure(401, 'User is not authorized to confirm this booking', { code: 'TRPCError' });
  }
  const all = first.recurringUid === null || isSeries ? bookings : await listSeries(tx, first.recurringUid);
  const pending = all.filter((booking) => booking.status === 'pending');
  const decided = isSeries ? (pending.length === 0 ? first : undefined) : first.status === 'pending' ? undefined : first;
  if (decided?.status === 'accepted') throw undecidable('Booking already confirmed');
  if (decided !== undefined) {
    throw undecidable(`Booking is ${decided.status}: only a pending booking can be confirmed or declined`);
  }
  return { pending, ...(isSeries ? {} : { named: first }) };
}

interface Decision {
  readonly changes: BookingChanges;
  readonly trigger: BookingTrigger;
  readonly caller: Caller | undefined;
}

async function settle(tx: Transaction, { pending, named }: Undecided, { changes, trigger, caller }: Decision): Promise<Booked> {
  const settled: BookingRecord[] = [];
  // Who is told hears of all of a series in one message.
  const together = pending.length > 1 ? { batch: randomUUID() } : {};
  for (const { uid, icsSequence } of pending) {
    const isOver = changes.status === 'rejected';
    const booking = await updateBooking(tx, uid, {
      from: ['pending'],
      changes: { ...changes, ...(isOver ? { icsSequence: icsSequence + 1 } : {}) },
    });
    if (booking === undefined) throw undecidable('Booking has been decided already');
    if (isOver && booking.eventType !== null) await returnTurn(tx, { eventTypeId: booking.eventType.id, userId: booking.hostId });
    const details = { ...(isOver ? {} : { confirmed: true }), ...together };
    await recordChange(tx, { trigger, booking, by: toAuthor(caller), details });
    settled.push(booking);
  }
  const own = settled.find(({ uid }) => uid === named?.uid);
  return own === undefined ? manyBookings(settled) : oneBooking(own);
}

function undecidable(message: string): HttpFailure {
  return new HttpFailure(400, message, { code: 'TRPCError' });
}

/** The host's wish stands above notice and hours, but not above another accepted meeting, also one that he only attends. */
async function checkStillFree(tx: Transaction, booking: BookingRecord, now: number): Promise<void> {
  const hosts = await readHostFacts(tx, {
    hostIds: booking.hosts.map((host) => host.id),
    eventType: { id: booking.eventType?.id ?? 0, lengthMinutes: 0, options: {}, scheduleId: null },
    from: booking.startAt,
    to: booking.endAt,
    now,
  });
  const other = hosts
    .flatMap((host) => host.bookings)
    .find((fact) => fact.status === 'accepted' && fact.uid !== booking.uid && fact.start < booking.endAt && booking.startAt < fact.end);
  if (other !== undefined) throw overlapRefusal(true, other.uid);
}
