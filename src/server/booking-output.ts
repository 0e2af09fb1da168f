import { toIsoUtc } from '../scheduling/index.ts';
import type { BookingRecord } from '../store/bookings.ts';
import type { Booking } from '../wire/calcom/bookings.ts';
import { toLocationText } from './booking-location.ts';

const MINUTE_MS = 60_000;

/** A booking as the API answers it; what does not apply is absent. */
export function toBooking(row: BookingRecord): Booking {
  const location = toLocationText(row.location);
  const [booker] = row.attendees;
  const guests = row.attendees.filter((attendee) => attendee.guest).map((attendee) => attendee.email);
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
    attendees: row.attendees.map((attendee) => ({
      name: attendee.name,
      email: attendee.email,
      displayEmail: attendee.email,
      timeZone: attendee.timeZone,
      language: attendee.language,
      absent: attendee.absent,
      ...given('phoneNumber', attendee.phoneNumber),
    })),
    guests,
    bookingFieldsResponses: {
      ...row.responses,
      ...(booker === undefined ? {} : { name: booker.name, email: booker.email, displayEmail: booker.email }),
      guests,
      displayGuests: guests,
    },
    ...given('recurringBookingUid', row.recurringUid),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | null): { [Key in Name]?: Value } {
  // A computed key widens to an index signature; the object has this one member or none.
  return (value === null ? {} : { [name]: value }) as { [Key in Name]?: Value };
}
