import { toIsoUtc } from '../scheduling/index.ts';
import type { AttendeeRecord, BookingRecord } from '../store/bookings.ts';
import type { Booking } from '../wire/calcom/bookings.ts';
import { toLocationText } from './booking-location.ts';

const MINUTE_MS = 60_000;

/** What somebody may see of a seated booking. Of any other all is shown to who knows its uid. */
export interface BookingView {
  /** A host, or an admin of the team. */
  readonly seesAll?: boolean;
  /** Seats that were named: knowing its uid is the right to see a seat. */
  readonly seatUids?: readonly string[];
  readonly email?: string | undefined;
}

/** A booking as the API answers it; what does not apply is absent. */
export function toBooking(row: BookingRecord, view: BookingView = {}): Booking {
  return row.seatsTotal === null ? { ...toCommon(row), ...toPlain(row) } : { ...toCommon(row), ...toSeated(row, view) };
}

function toPlain(row: BookingRecord) {
  const [booker] = row.attendees;
  const guests = row.attendees.filter((attendee) => attendee.guest).map((attendee) => attendee.email);
  return {
    attendees: row.attendees.map(toAttendee),
    guests,
    bookingFieldsResponses: {
      ...row.responses,
      ...(booker === undefined ? {} : { name: booker.name, email: booker.email, displayEmail: booker.email }),
      guests,
      displayGuests: guests,
    },
  };
}

function toSeated({ attendees, eventType }: BookingRecord, { seesAll = false, seatUids = [], email }: BookingView) {
  const isOwn = ({ seatUid, email: address }: AttendeeRecord) =>
    (seatUid !== null && seatUids.includes(seatUid)) || (email !== undefined && address.toLowerCase() === email.toLowerCase());
  const own = attendees.find((attendee) => seatUids.includes(attendee.seatUid ?? ''));
  return {
    ...given('seatUid', own?.seatUid ?? null),
    attendees: attendees
      .filter((attendee) => seesAll || eventType?.showsAttendees === true || isOwn(attendee))
      .map((attendee) => ({ ...toAttendee(attendee), ...toSeat(attendee, seesAll || isOwn(attendee)) })),
  };
}

/** The uid of a seat is the right to cancel it, and its answers are for the host: others see neither. */
function toSeat({ seatUid, seat, name, email }: AttendeeRecord, isShown: boolean) {
  const answers = isShown ? seat?.responses : {};
  return {
    seatUid: isShown ? (seatUid ?? '') : '',
    bookingFieldsResponses: { ...answers, name, email },
    metadata: isShown ? (seat?.metadata ?? {}) : {},
  };
}

function toAttendee({ name, email, timeZone, language, absent, phoneNumber }: AttendeeRecord) {
  return { name, email, displayEmail: email, timeZone, language, absent, ...given('phoneNumber', phoneNumber) };
}

function toCommon(row: BookingRecord): Omit<Booking, 'attendees'> {
  const location = toLocationText(row.location);
  return {
    id: row.id,
    uid: row.uid,
    title: row.title,
    description: row.description ?? '',
    hosts: row.hosts.map((host) => ({ ...host, displayEmail: host.email })),
    status: row.status,
    ...given('cancellationReason', row.cancellationReason ?? row.rejectionReason),
    ...given('cancelledByEmail', row.cancelledByEmail),
    ...given('reschedulingReason', row.reschedulingReason),
    ...given('rescheduledByEmail', row.rescheduledByEmail),
    ...given('rescheduledFromUid', row.rescheduledFromUid),
    ...given('rescheduledToUid', row.rescheduledToUid),
    start: toIsoUtc(row.startAt),
    end: toIsoUtc(row.endAt),
    duration: Math.round((row.endAt - row.startAt) / MINUTE_MS),
    ...given('eventTypeId', row.eventType?.id ?? null),
    ...(row.eventType === null ? {} : { eventType: { id: row.eventType.id, slug: row.eventType.slug } }),
    meetingUrl: location,
    location,
    absentHost: row.absentHost,
    createdAt: toIsoUtc(row.createdAt),
    updatedAt: toIsoUtc(row.updatedAt),
    metadata: row.metadata,
    ...given('rating', row.rating),
    icsUid: row.icsUid,
    ...given('recurringBookingUid', row.recurringUid),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | null): { [Key in Name]?: Value } {
  // A computed key widens to an index signature; the object has this one member or none.
  return (value === null ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
