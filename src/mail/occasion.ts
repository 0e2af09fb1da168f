import type { AttendeeRecord, BookingRecord } from '../store/bookings.ts';
import type { JsonObject } from '../store/database.ts';
import type { MailKind } from '../store/mails.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import type { ReaderClock } from './moment.ts';

/** What can happen to a meeting. */
export type OccasionKind = Exclude<MailKind, 'code'>;

/** What people are told of. */
export interface Occasion {
  readonly kind: OccasionKind;
  readonly booking: BookingRecord;
  /** Bookings of the same series that it happened to as well, by their start. */
  readonly others: readonly BookingRecord[];
  /** The booking before, where it still says something. */
  readonly previous?: BookingRecord | undefined;
  /** Those it is about, where it is not about all: they came or went, and the meeting stands. */
  readonly only?: readonly AttendeeRecord[] | undefined;
  readonly reason?: string | undefined;
  /** The meeting is cancelled so that the attendees choose another time. */
  readonly isMoveWanted: boolean;
  /** Nobody known here caused it, so its words may be aimed at a stranger. */
  readonly isUnrequested: boolean;
  /** Calendars shall show it to nobody else. */
  readonly isPrivate?: boolean;
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

/** What a change is to those who take part; `undefined` when it is nothing to write about. `batch` are the changes it was made together with. */
export function toOccasion(change: ChangeRecord, batch: readonly ChangeRecord[] = []): Occasion | undefined {
  const bookings = [change, ...batch.filter(({ id }) => id !== change.id)]
    .flatMap(({ payload }) => payload.booking ?? [])
    .toSorted((one, other) => one.startAt - other.startAt);
  const { previous, by, details = {} } = change.payload;
  const [booking, ...others] = bookings;
  const kind = kindOf(change);
  if (booking === undefined || kind === undefined) return undefined;
  const only = concerned(booking, previous, details);
  return {
    kind,
    booking,
    others,
    previous,
    only: isAboutAll(kind, booking, { previous, only }) ? undefined : only,
    reason: reasonOf(kind, booking, details),
    isMoveWanted: details.requestReschedule === true,
    isUnrequested: by?.userId === undefined,
    at: change.createdAt,
  };
}

function kindOf({ trigger, payload }: ChangeRecord): OccasionKind | undefined {
  switch (trigger) {
    case 'BOOKING_CREATED':
      return payload.details?.confirmed === true ? 'confirmed' : 'booked';
    case 'BOOKING_ATTENDEES_ADDED':
      return 'booked';
    case 'BOOKING_REQUESTED':
      return 'requested';
    case 'BOOKING_RESCHEDULED':
      return 'moved';
    case 'BOOKING_CANCELLED':
    case 'BOOKING_ATTENDEE_REMOVED':
      return 'cancelled';
    case 'BOOKING_REJECTED':
      return 'declined';
    case 'BOOKING_LOCATION_UPDATED':
      return 'changed';
    default:
      return undefined;
  }
}

/** The first to come, and the last to leave, are all there are. */
function isAboutAll(kind: OccasionKind, booking: BookingRecord, { previous, only }: Pick<Occasion, 'previous' | 'only'>): boolean {
  if (kind === 'cancelled') return booking.status === 'cancelled' && previous === undefined;
  return only !== undefined && only.length >= booking.attendees.length;
}

/** Who left stands in the booking no more, but in the one before. */
function concerned(booking: BookingRecord, previous: BookingRecord | undefined, { seatUid, attendeeIds }: JsonObject): Occasion['only'] {
  const everybody = [...booking.attendees, ...(previous?.attendees ?? [])];
  if (typeof seatUid === 'string') return everybody.filter((attendee) => attendee.seatUid === seatUid).slice(0, 1);
  if (!Array.isArray(attendeeIds)) return undefined;
  return [...new Map(everybody.toReversed().map((attendee) => [attendee.id, attendee])).values()].filter(({ id }) =>
    attendeeIds.includes(id),
  );
}

function reasonOf(kind: OccasionKind, booking: BookingRecord, { cancellationReason }: JsonObject): string | undefined {
  const reasons: Partial<Record<OccasionKind, unknown>> = {
    cancelled: cancellationReason ?? booking.cancellationReason,
    declined: booking.rejectionReason,
    moved: booking.reschedulingReason,
    requested: booking.reschedulingReason,
  };
  const reason = reasons[kind];
  return typeof reason === 'string' ? reason : undefined;
}

/** Everybody who is told, the hosts first; each address once. `isTwelveHour` knows how a host reads times. */
export function readersOf({ booking, only }: Occasion, isTwelveHour: (hostId: number) => boolean): readonly Reader[] {
  const hosts = booking.hosts.map(
    ({ id, name, email, timeZone }): Reader => ({ role: 'host', name, email, clock: { timeZone, isTwelveHour: isTwelveHour(id) } }),
  );
  const attendees = (only ?? booking.attendees).map(
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
