import { sortByStart } from './interval.ts';
import { MINUTE_MS } from './local-date.ts';
import type { BookingFact, BusyFact, EventRules, HostFacts, Interval } from './model.ts';

/** Whether a booking takes the host's time away from a new booking of this event type. */
export function isBlocking(booking: BookingFact, event: EventRules): boolean {
  if (booking.isWaived === true) return false;
  if (booking.status === 'accepted') return true;
  return booking.status === 'pending' && event.pendingBlocks && booking.eventTypeId === event.eventTypeId;
}

/** A seated booking of the same event type that others may still join: it keeps only its buffers free. */
export function hasOpenSeats(booking: BookingFact, event: EventRules): boolean {
  return (
    event.seatsPerSlot !== undefined &&
    booking.seats !== undefined &&
    booking.seats.taken < booking.seats.total &&
    booking.eventTypeId === event.eventTypeId &&
    booking.status === 'accepted'
  );
}

/** A booking with the time both bookings' buffers keep free around it. */
export function bookingBlock(booking: BookingFact, event: EventRules): Interval {
  return {
    start: booking.start - (booking.beforeBufferMinutes + event.afterBufferMinutes) * MINUTE_MS,
    end: booking.end + (booking.afterBufferMinutes + event.beforeBufferMinutes) * MINUTE_MS,
  };
}

/** Outside busy time with this event type's buffers around it. */
export function busyBlock(busy: BusyFact, event: EventRules): Interval {
  return { start: busy.start - event.afterBufferMinutes * MINUTE_MS, end: busy.end + event.beforeBufferMinutes * MINUTE_MS };
}

export interface BlockQuery {
  readonly event: EventRules;
  readonly host: HostFacts;
  readonly within: Interval;
  readonly excludeBookingUid?: string | undefined;
}

/** All that takes the host's time `within` an interval, sorted by start; blocks may overlap each other. */
export function busyBlocks({ event, host, within, excludeBookingUid }: BlockQuery): readonly Interval[] {
  const blocks: Interval[] = [];
  for (const booking of host.bookings) {
    if (!isBlocking(booking, event) || booking.uid === excludeBookingUid) continue;
    const block = bookingBlock(booking, event);
    if (block.end <= within.start || block.start >= within.end) continue;
    if (hasOpenSeats(booking, event)) {
      blocks.push({ start: block.start, end: booking.start }, { start: booking.end, end: block.end });
    } else {
      blocks.push(block);
    }
  }
  for (const busy of host.busy) {
    const block = busyBlock(busy, event);
    if (block.end > within.start && block.start < within.end) blocks.push(block);
  }
  return sortByStart(blocks);
}
