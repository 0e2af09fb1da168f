import { type BookingRecord, getBooking } from '../store/bookings.ts';
import type { Attempt, Repeatable } from './idempotency.ts';

type Recall = Pick<Repeatable<BookingRecord, string>, 'keep' | 'recall'>;

/**
 * Finds the booking of an earlier, same request. Of the same body only while it stands: who cancels and books again wants a new one. Who named the
 * request gets its booking as it is now.
 */
export function recallStanding(attempt: Attempt | undefined): Recall {
  return {
    keep: ({ uid }) => uid,
    async recall(tx, uid) {
      const booking = await getBooking(tx, uid);
      const isStanding = booking?.status === 'accepted' || booking?.status === 'pending' || booking?.status === 'awaiting_host';
      return isStanding || attempt?.hasKey === true ? booking : undefined;
    },
  };
}
