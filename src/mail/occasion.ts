import type { AttendeeRecord, BookingRecord } from '../store/bookings.ts';
import type { MailKind } from '../store/mails.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import type { ReaderClock } from './moment.ts';

/** What people are told of. */
export interface Occasion {
  readonly kind: MailKind;
  readonly booking: BookingRecord;
  /** The booking that this one replaces. */
  readonly previous?: BookingRecord | undefined;
  /** The seat it is about; other seats hear nothing. */
  readonly seatUid?: string | undefined;
  /** Nobody known here caused it, so its words may be aimed at a stranger. */
  readonly isUnrequested: boolean;
  /** When it happened, domain clock. */
  readonly at: number;
}

/** Somebody who gets a message. */
export interface Reader {
  readonly role: 'host' | 'booker' | 'guest';
  readonly name: string;
  readonly email: string;
  readonly clock: ReaderClock;
  /** Absent for hosts. */
  readonly attendee?: AttendeeRecord;
}

/** What a change is to those who take part; `undefined` when it is nothing to write about. */
export function toOccasion(change: ChangeRecord): Occasion | undefined {
  const { booking, previous, by, details = {} } = change.payload;
  const kind = kindOf(change);
  if (booking === undefined || kind === undefined) return undefined;
  const seatUid = typeof details.seatUid === 'string' ? details.seatUid : undefined;
  return { kind, booking, previous, seatUid, isUnrequested: by?.userId === undefined, at: change.createdAt };
}

function kindOf({ trigger, payload }: ChangeRecord): MailKind | undefined {
  switch (trigger) {
    case 'BOOKING_CREATED':
      return payload.details?.confirmed === true ? 'confirmed' : 'booked';
    case 'BOOKING_REQUESTED':
      return 'requested';
    case 'BOOKING_RESCHEDULED':
      return 'moved';
    case 'BOOKING_CANCELLED':
      return 'cancelled';
    case 'BOOKING_REJECTED':
      return 'declined';
    default:
      return undefined;
  }
}

/** Everybody who is told, the hosts first; each address once. `isTwelveHour` knows how a host reads times. */
export function readersOf({ booking, previous, seatUid }: Occasion, isTwelveHour: (hostId: number) => boolean): readonly Reader[] {
  const hosts = booking.hosts.map(
    ({ id, name, email, timeZone }): Reader => ({ role: 'host', name, email, clock: { timeZone, isTwelveHour: isTwelveHour(id) } }),
  );
  const attendees = attendeesOf(booking, previous, seatUid).map(
    (attendee): Reader => ({
      role: attendee.guest ? 'guest' : 'booker',
      name: attendee.name,
      email: attendee.email,
      clock: { timeZone: attendee.timeZone, isTwelveHour: attendee.language === 'en-US' },
      attendee,
    }),
  );
  return [...new Map([...hosts, ...attendees].toReversed().map((reader) => [reader.email.toLowerCase(), reader])).values()].toReversed();
}

/** A seat that was given back stands in the booking no more, but in the one before. */
function attendeesOf(booking: BookingRecord, previous: BookingRecord | undefined, seatUid: string | undefined): readonly AttendeeRecord[] {
  if (seatUid === undefined) return booking.attendees;
  return [...booking.attendees, ...(previous?.attendees ?? [])].filter((attendee) => attendee.seatUid === seatUid).slice(0, 1);
}
