import { lockBooking } from '../store/attendees.ts';
import { hasRoom, ROOM_LOCATION } from '../store/booking-rooms.ts';
import { type BookingRecord, getBooking, updateBooking } from '../store/bookings.ts';
import { recordChange } from '../store/outbox.ts';
import { completeHeld, releaseHeld } from '../store/outbox-hold.ts';
import type { Store } from '../store/store.ts';

/** The bookings of this service, for those who give them rooms: see `automation/booking-rooms.ts`. */
export function createLocalRoomDiary({
  store,
  now,
  onWrite,
}: {
  readonly store: Store;
  readonly now: () => number;
  readonly onWrite: () => void;
}) {
  return {
    async find(bookingUid: string) {
      const booking = await getBooking(store.db, bookingUid);
      if (booking === undefined) return undefined;
      const { hostId: userId, title, endAt, seatsTotal, attendees, hosts } = booking;
      return { userId, title, wantsRoom: wantsRoom(booking), endAt, people: hosts.length + (seatsTotal ?? attendees.length) };
    },

    async place(bookingUid: string, roomUrl: string): Promise<void> {
      const location = { kind: ROOM_LOCATION, value: roomUrl };
      await store.transaction(async (tx) => {
        await lockBooking(tx, bookingUid);
        const booking = await getBooking(tx, bookingUid);
        if (booking === undefined || !wantsRoom(booking) || linkOf(booking) === roomUrl) return;
        // Who was not told yet is told of the link with everything else; who was hears of a change.
        const isFirst = await completeHeld(tx, { bookingUid, location });
        const changed = await updateBooking(tx, bookingUid, {
          from: ['accepted'],
          changes: { location, ...(isFirst ? {} : { icsSequence: booking.icsSequence + 1 }), now: now() },
        });
        if (changed === undefined || isFirst) return;
        const by = { userId: booking.hostId };
        await recordChange(tx, { trigger: 'BOOKING_LOCATION_UPDATED', booking: changed, previous: booking, by });
      });
      onWrite();
    },

    async giveUpWaiting(bookingUid: string): Promise<void> {
      await store.transaction((tx) => releaseHeld(tx, bookingUid));
      onWrite();
    },
  };
}

function wantsRoom(booking: BookingRecord): boolean {
  return booking.status === 'accepted' && hasRoom(booking);
}

function linkOf({ location }: BookingRecord): unknown {
  return typeof location === 'object' && location !== null && 'value' in location ? location.value : undefined;
}
