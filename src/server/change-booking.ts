import { type BookingRecord, getBooking, updateBooking } from '../store/bookings.ts';
import { getEventType } from '../store/event-types.ts';
import { readHostFacts } from '../store/host-facts.ts';
import { lockHosts } from '../store/locks.ts';
import { recordChange } from '../store/outbox.ts';
import type { Handle, Transaction } from '../store/store.ts';
import type { CancelBooking } from '../wire/calcom/bookings.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { HttpFailure } from './http-failure.ts';
import { type Attempt, once } from './idempotency.ts';
import { overlapRefusal, refuseOverlap } from './refuse-booking.ts';
import type { Service } from './serve.ts';

export async function readBooking(handle: Handle, uid: string): Promise<BookingRecord> {
  const booking = await getBooking(handle, uid);
  if (booking === undefined) throw new HttpFailure(404, `Booking with uid=${uid} was not found in the database`);
  return booking;
}

export function isHostOf(booking: BookingRecord, caller: Caller | undefined): boolean {
  return caller !== undefined && booking.hosts.some((host) => host.id === caller.id);
}

interface Change<Body> {
  readonly uid: string;
  readonly body: Body;
  readonly caller: Caller | undefined;
  readonly attempt?: Attempt;
}

/** Anybody who knows the uid may cancel, as the link in an invitation does; a host must say why. */
export async function cancel(service: Service, { attempt, ...change }: Change<CancelBooking>): Promise<BookingRecord> {
  return await once(service, attempt, {
    make: (tx) => cancelIn(tx, service.now(), change),
    keep: ({ uid }) => uid,
    recall: getBooking,
  });
}

async function cancelIn(tx: Transaction, now: number, { uid, body, caller }: Change<CancelBooking>): Promise<BookingRecord> {
  const booking = await readBooking(tx, uid);
  const isHost = isHostOf(booking, caller);
  const reason = body.cancellationReason?.trim() || undefined;
  if (booking.status === 'cancelled') throw alreadyCancelled(uid);
  if (booking.status === 'rejected') {
    throw new HttpFailure(400, `Can't cancel booking with uid=${uid} because it has been rejected.`);
  }
  if (body.seatUid !== undefined) {
    throw new HttpFailure(400, 'Invalid seatUid: this seat does not exist or has already been cancelled.');
  }
  if (body.cancelSubsequentBookings === true && booking.recurringUid === null) {
    throw new HttpFailure(400, `Booking with bookingUid=${uid} is not part of a recurring booking.`);
  }
  if (await isCancellingDisabled(tx, booking)) throw new HttpFailure(400, 'This event type does not allow cancellations');
  if (isHost && reason === undefined) throw new HttpFailure(400, 'Cancellation reason is required when you are the host');
  const cancelled = await updateBooking(tx, uid, {
    from: ['accepted', 'pending', 'awaiting_host'],
    changes: {
      status: 'cancelled',
      cancellationReason: reason ?? null,
      cancelledByEmail: caller?.email ?? null,
      icsSequence: booking.icsSequence + 1,
      now,
    },
  });
  // Somebody else's cancel was committed between our reading and our writing.
  if (cancelled === undefined) throw alreadyCancelled(uid);
  await recordChange(tx, { trigger: 'BOOKING_CANCELLED', booking: cancelled, by: toAuthor(caller) });
  return cancelled;
}

async function isCancellingDisabled(tx: Transaction, { eventType }: BookingRecord): Promise<boolean> {
  if (eventType === null) return false;
  return (await getEventType(tx, eventType.id))?.options.disableCancelling?.disabled === true;
}

function alreadyCancelled(uid: string): HttpFailure {
  return new HttpFailure(
    400,
    `Can't cancel booking with uid=${uid} because it has been cancelled already. Please provide uid of a booking that is not cancelled.`,
  );
}

/** Accepts a pending booking, if its time is still free: of two pending ones for one time only one can be confirmed. */
export async function confirm(service: Service, { uid, caller }: Change<unknown>): Promise<BookingRecord> {
  return await refuseOverlap({ isHost: true }, () =>
    service.store.transaction(async (tx) => {
      const { hosts, eventType } = await readUndecided(tx, uid, caller);
      await lockHosts(
        tx,
        hosts.map((host) => host.id),
        eventType?.id ?? 0,
      );
      const booking = await readUndecided(tx, uid, caller);
      await checkStillFree(tx, booking, service.now());
      const confirmed = await updateBooking(tx, uid, { from: ['pending'], changes: { status: 'accepted', now: service.now() } });
      if (confirmed === undefined) throw undecidable('Booking already confirmed');
      await recordChange(tx, { trigger: 'BOOKING_CREATED', booking: confirmed, by: toAuthor(caller), details: { confirmed: true } });
      return confirmed;
    }),
  );
}

export async function decline(
  service: Service,
  { uid, body, caller }: Change<{ readonly reason?: string | undefined }>,
): Promise<BookingRecord> {
  return await service.store.transaction(async (tx) => {
    const booking = await readUndecided(tx, uid, caller);
    const declined = await updateBooking(tx, uid, {
      from: ['pending'],
      changes: {
        status: 'rejected',
        rejectionReason: body.reason?.trim() || null,
        icsSequence: booking.icsSequence + 1,
        now: service.now(),
      },
    });
    if (declined === undefined) throw undecidable('Booking has been decided already');
    await recordChange(tx, { trigger: 'BOOKING_REJECTED', booking: declined, by: toAuthor(caller) });
    return declined;
  });
}

/** A booking the caller may decide over. */
async function readUndecided(tx: Transaction, uid: string, caller: Caller | undefined): Promise<BookingRecord> {
  const booking = await readBooking(tx, uid);
  if (!isHostOf(booking, caller)) {
    throw new HttpFailure(401, 'User is not authorized to confirm this booking', { code: 'TRPCError' });
  }
  if (booking.status === 'accepted') throw undecidable('Booking already confirmed');
  if (booking.status !== 'pending') throw undecidable(`Booking is ${booking.status}: only a pending booking can be confirmed or declined`);
  return booking;
}

function undecidable(message: string): HttpFailure {
  return new HttpFailure(400, message, { code: 'TRPCError' });
}

/** The host's wish stands above notice and hours, but not above another accepted meeting, also one that he only attends. */
async function checkStillFree(tx: Transaction, booking: BookingRecord, now: number): Promise<void> {
  const hosts = await readHostFacts(tx, {
    hostIds: booking.hosts.map((host) => host.id),
    eventTypeId: booking.eventType?.id ?? 0,
    from: booking.startAt,
    to: booking.endAt,
    now,
  });
  const other = hosts
    .flatMap((host) => host.bookings)
    .find((fact) => fact.status === 'accepted' && fact.uid !== booking.uid && fact.start < booking.endAt && booking.startAt < fact.end);
  if (other !== undefined) throw overlapRefusal(true, other.uid);
}
