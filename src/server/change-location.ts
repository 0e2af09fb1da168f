import { lockBooking } from '../store/attendees.ts';
import { type BookingRecord, updateBooking } from '../store/bookings.ts';
import { recordChange } from '../store/outbox.ts';
import type { NewLocation } from '../wire/calcom/booking-parts.ts';
import type { Caller } from './authenticate.ts';
import { toAuthor } from './book.ts';
import { checkStands, readAsHost } from './booking-access.ts';
import type { BookingLocation } from './booking-location.ts';
import type { Service } from './serve.ts';

interface LocationChange {
  readonly uid: string;
  readonly location: NewLocation;
  readonly caller: Caller;
}

/** Moves a booking to another place, which its event type need not offer. */
export async function changeLocation({ store, now }: Service, { uid, location, caller }: LocationChange): Promise<BookingRecord> {
  return await store.transaction(async (tx) => {
    await lockBooking(tx, uid);
    const booking = await readAsHost(tx, { uid, caller });
    checkStands(booking, 'change the location of');
    const changed = await updateBooking(tx, uid, {
      from: ['accepted', 'pending', 'awaiting_host'],
      changes: { location: toStored(location), icsSequence: booking.icsSequence + 1, now: now() },
    });
    if (changed === undefined) throw new Error(`The booking "${uid}" changed while it was held.`);
    await recordChange(tx, { trigger: 'BOOKING_LOCATION_UPDATED', booking: changed, previous: booking, by: toAuthor(caller) });
    return changed;
  });
}

function toStored(location: NewLocation): BookingLocation {
  switch (location.type) {
    case 'address':
      return { kind: 'inPerson', value: location.address };
    case 'attendeeAddress':
      return { kind: 'attendeeInPerson', value: location.address };
    case 'attendeeDefined':
      return { kind: 'somewhereElse', value: location.location };
    case 'attendeePhone':
      return { kind: 'phone', value: location.phone };
    case 'link':
      return { kind: 'link', value: location.link };
    case 'phone':
      return { kind: 'userPhone', value: location.phone };
  }
}
