import type { Booking, BookingFilter } from '../../wire/calcom/bookings.ts';
import { bookingFilters } from '../../wire/calcom/bookings.ts';

/** What the API filters by, and the states people also ask for. */
export const bookingStates = [...bookingFilters, 'confirmed', 'pending', 'rejected'] as const;
export type BookingState = (typeof bookingStates)[number];

export interface StatusQuery {
  /** What the API is asked for. */
  readonly filters: readonly BookingFilter[];
  /** Which of its answers are meant; absent where all are. */
  readonly keeps?: (booking: Booking, now: number) => boolean;
}

/** The API knows no filter for a bare state: more is asked for, and the rest is left out here. */
export function toStatusQuery(states: readonly BookingState[]): StatusQuery {
  const own = states.filter((state): state is BookingFilter => bookingFilters.some((filter) => filter === state));
  if (own.length === states.length) return { filters: own };
  return {
    filters: [...new Set(states.flatMap((state) => ASKED[state]))],
    keeps: (booking, now) => states.some((state) => MEANT[state](booking, now)),
  };
}

const ASKED: Readonly<Record<BookingState, readonly BookingFilter[]>> = {
  upcoming: ['upcoming'],
  recurring: ['recurring'],
  past: ['past'],
  cancelled: ['cancelled'],
  unconfirmed: ['unconfirmed'],
  confirmed: ['upcoming', 'past'],
  pending: ['unconfirmed', 'past'],
  rejected: ['cancelled'],
};

/** The API's own predicates (reference §2.2), and those of the states. */
const MEANT: Readonly<Record<BookingState, (booking: Booking, now: number) => boolean>> = {
  upcoming: (booking, now) => isAhead(booking, now) && (isPart(booking) ? booking.status === 'accepted' : stands(booking)),
  recurring: (booking, now) => isAhead(booking, now) && isPart(booking) && stands(booking),
  past: (booking, now) => Date.parse(booking.end) <= now && stands(booking),
  cancelled: (booking) => !stands(booking),
  unconfirmed: (booking, now) => isAhead(booking, now) && booking.status === 'pending',
  confirmed: ({ status }) => status === 'accepted',
  pending: ({ status }) => status === 'pending',
  rejected: ({ status }) => status === 'rejected',
};

function isAhead({ end }: Booking, now: number): boolean {
  return Date.parse(end) >= now;
}

function isPart({ recurringBookingUid }: Booking): boolean {
  return recurringBookingUid !== null && recurringBookingUid !== undefined;
}

function stands({ status }: Booking): boolean {
  return status !== 'cancelled' && status !== 'rejected';
}
