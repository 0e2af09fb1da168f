import type { z } from 'zod';
import { lockBooking } from '../store/attendees.ts';
import { type BookingRecord, updateBooking } from '../store/bookings.ts';
import { returnTurn } from '../store/event-type-hosts.ts';
import { recordChange } from '../store/outbox.ts';
import type { requestRescheduleBody } from '../wire/calcom/booking-parts.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { checkStands, readAsHost } from './booking-access.ts';
import { HttpFailure } from './http-failure.ts';
import type { Service } from './serve.ts';

interface RescheduleRequest {
  readonly uid: string;
  readonly body: NonNullable<z.output<typeof requestRescheduleBody>>;
  readonly caller: Caller;
}

/** Gives the time free and asks the attendees for another one: the booking is cancelled, but whoever knows its uid may still move it. */
export async function requestReschedule({ store, now: clock }: Service, { uid, body, caller }: RescheduleRequest): Promise<BookingRecord> {
  return await store.transaction(async (tx) => {
    await lockBooking(tx, uid);
    const booking = await readAsHost(tx, { uid, caller });
    // Clients send again what they got no answer to.
    if (booking.rescheduleRequested && booking.status === 'cancelled' && booking.rescheduledToUid === null) return booking;
    checkStands(booking, 'request to reschedule');
    if (booking.seatsTotal !== null) {
      throw new HttpFailure(
        400,
        `Can't request to reschedule booking with uid=${uid} because its attendees hold seats. Cancel it or the seats instead.`,
      );
    }
    const now = clock();
    if (booking.endAt <= now) {
      throw new HttpFailure(
        400,
        `Can't request to reschedule booking with uid=${uid} because it is over already. Make a new booking instead.`,
      );
    }
    const reason = (body.rescheduleReason ?? body.reschedulingReason)?.trim() || null;
    const cancelled = await updateBooking(tx, uid, {
      from: ['accepted', 'pending', 'awaiting_host'],
      changes: {
        status: 'cancelled',
        rescheduleRequested: true,
        cancellationReason: reason,
        reschedulingReason: reason,
        cancelledByEmail: caller.email,
        icsSequence: booking.icsSequence + 1,
        now,
      },
    });
    if (cancelled === undefined) throw new Error(`The booking "${uid}" changed while it was held.`);
    // It does not stand any more; moving it will be a turn again.
    const { eventType, hostId } = booking;
    if (eventType !== null) await returnTurn(tx, { eventTypeId: eventType.id, userId: hostId });
    await recordChange(tx, {
      trigger: 'BOOKING_CANCELLED',
      booking: cancelled,
      previous: booking,
      by: toAuthor(caller),
      details: { requestReschedule: true },
    });
    return cancelled;
  });
}
