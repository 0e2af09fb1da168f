import { toIsoOffset, toIsoUtc } from '../scheduling/index.ts';
import type { AttendeeRecord, BookingRecord } from '../store/bookings.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import type { ChangeRecord } from '../store/outbox.ts';
import type { UserRecord } from '../store/users.ts';
import { defaultFieldNames } from '../wire/calcom/booking-fields.ts';
import { type BookingLocation, toLocationText } from './booking-location.ts';
import { enabled } from './event-rules.ts';

const MINUTE_MS = 60_000;

type Json = Readonly<Record<string, unknown>>;

/** The body of a webhook before any template: what happened, when (domain clock), and the trigger's own payload. */
export interface WebhookMessage {
  readonly triggerEvent: string;
  readonly createdAt: string;
  readonly payload: Json;
}

export interface MessageContext {
  /** The organizer, as they are now. */
  readonly host: UserRecord | undefined;
  /** As it is now; `undefined` when it was deleted since. */
  readonly eventType: EventTypeRecord | undefined;
  readonly publicUrl: string;
}

export function toWebhookMessage(change: ChangeRecord, context: MessageContext): WebhookMessage {
  return { triggerEvent: change.trigger, createdAt: toIsoUtc(change.createdAt), payload: toPayload(change, context) };
}

function toPayload(change: ChangeRecord, context: MessageContext): Json {
  const { booking, details = {} } = change.payload;
  if (booking === undefined) return details;
  switch (change.trigger) {
    case 'MEETING_STARTED':
    case 'MEETING_ENDED':
      return toMeeting(booking, context);
    case 'BOOKING_NO_SHOW_UPDATED':
      return toNoShow(booking, details);
    default:
      return { ...toCalendarEvent(booking, context), ...toMove(change), ...toEnd(change), ...seatOf(details) };
  }
}

function toCalendarEvent(booking: BookingRecord, { host, eventType, publicUrl }: MessageContext): Json {
  const options = eventType?.options ?? {};
  const seats = enabled(options.seats);
  const notes = textOf(booking.responses.notes);
  const [, ...otherHosts] = booking.hosts;
  return {
    type: booking.eventType?.slug ?? '',
    title: booking.title,
    description: booking.description ?? '',
    additionalNotes: notes,
    customInputs: {},
    startTime: toSeconds(booking.startAt),
    endTime: toSeconds(booking.endAt),
    length: Math.round((booking.endAt - booking.startAt) / MINUTE_MS),
    organizer: toOrganizer(booking, host),
    attendees: booking.attendees.map(toAttendee),
    ...(otherHosts.length === 0 ? {} : { team: { name: booking.eventType?.title ?? '', members: otherHosts.map(toMember) } }),
    responses: toResponses(booking, eventType),
    userFieldsResponses: toOwnResponses(booking, eventType),
    location: toLocationText(booking.location),
    destinationCalendar: options.destinationCalendar ?? null,
    hideCalendarNotes: options.hideCalendarNotes ?? false,
    hideCalendarEventDetails: options.hideCalendarEventDetails ?? false,
    requiresConfirmation: enabled(options.confirmationPolicy) !== undefined,
    eventTypeId: booking.eventType?.id ?? null,
    seatsShowAttendees: seats?.showAttendeeInfo ?? true,
    seatsPerTimeSlot: seats?.seatsPerTimeSlot ?? null,
    appsStatus: [],
    bookerUrl: publicUrl,
    uid: booking.uid,
    bookingId: booking.id,
    iCalUID: booking.icsUid,
    eventTitle: booking.eventType?.title ?? '',
    eventDescription: eventType?.description ?? null,
    price: 0,
    currency: 'usd',
    status: booking.status.toUpperCase(),
    metadata: toMetadata(booking),
    ...(booking.recurringUid === null ? {} : { recurringEventUid: booking.recurringUid }),
  };
}

/** Where the booking came from; also for a move that still waits for the host's word. */
function toMove({ payload: { booking, previous } }: ChangeRecord): Json {
  if (previous === undefined) return {};
  return {
    rescheduleId: previous.id,
    rescheduleUid: previous.uid,
    rescheduleStartTime: toSeconds(previous.startAt),
    rescheduleEndTime: toSeconds(previous.endAt),
    rescheduledBy: booking?.rescheduledByEmail ?? null,
  };
}

function toEnd({ trigger, payload: { booking, by, details } }: ChangeRecord): Json {
  if (trigger === 'BOOKING_CANCELLED') {
    return {
      status: 'CANCELLED',
      cancellationReason: booking?.cancellationReason ?? '',
      cancelledBy: booking?.cancelledByEmail ?? by?.email ?? null,
      ...(details?.requestReschedule === undefined ? {} : { requestReschedule: details.requestReschedule }),
    };
  }
  return trigger === 'BOOKING_REJECTED' ? { status: 'REJECTED', rejectionReason: booking?.rejectionReason ?? '' } : {};
}

function seatOf({ seatUid }: Json): Json {
  return seatUid === undefined ? {} : { attendeeSeatId: seatUid };
}

/** The flat row of a booking, and not the calendar event that the other triggers carry. */
function toMeeting(booking: BookingRecord, { host }: MessageContext): Json {
  return {
    id: booking.id,
    uid: booking.uid,
    userId: booking.hostId,
    eventTypeId: booking.eventType?.id ?? null,
    title: booking.title,
    description: booking.description ?? '',
    startTime: toSeconds(booking.startAt),
    endTime: toSeconds(booking.endAt),
    status: booking.status.toUpperCase(),
    location: toLocationText(booking.location),
    responses: { ...booking.responses },
    metadata: toMetadata(booking),
    createdAt: toSeconds(booking.createdAt),
    updatedAt: toSeconds(booking.updatedAt),
    iCalUID: booking.icsUid,
    fromReschedule: booking.rescheduledFromUid,
    recurringEventId: booking.recurringUid,
    paid: false,
    user: {
      id: booking.hostId,
      name: host?.name ?? '',
      email: host?.email ?? '',
      username: host?.username ?? '',
      timeZone: host?.timeZone ?? 'UTC',
      locale: host?.locale ?? 'en',
    },
    attendees: booking.attendees.map(({ id, name, email, timeZone, language }) => ({ id, name, email, timeZone, locale: language })),
  };
}

function toNoShow(booking: BookingRecord, details: Json): Json {
  return {
    bookingUid: booking.uid,
    bookingId: booking.id,
    attendees: booking.attendees.map(({ email, absent }) => ({ email, noShow: absent })),
    ...(booking.absentHost ? { hostNoShow: true } : {}),
    message: textOf(details.message) ?? 'No-show status updated',
  };
}

function toOrganizer(booking: BookingRecord, host: UserRecord | undefined): Json {
  const then = booking.hosts[0];
  const timeZone = host?.timeZone ?? then?.timeZone ?? 'UTC';
  return {
    id: booking.hostId,
    name: host?.name ?? then?.name ?? '',
    email: host?.email ?? then?.email ?? '',
    username: host?.username ?? then?.username ?? '',
    timeZone,
    language: { locale: host?.locale ?? 'en' },
    timeFormat: host?.timeFormat === 24 ? 'HH:mm' : 'h:mma',
    utcOffset: offsetMinutes(booking.startAt, timeZone),
  };
}

function toAttendee({ name, email, timeZone, language, phoneNumber }: AttendeeRecord): Json {
  return { name, email, timeZone, language: { locale: language }, ...(phoneNumber === null ? {} : { phoneNumber }) };
}

function toMember({ id, name, email, timeZone }: BookingRecord['hosts'][number]): Json {
  return { id, name, email, timeZone, language: { locale: 'en' } };
}

/** Every answer under the name of its question. */
function toResponses(booking: BookingRecord, eventType: EventTypeRecord | undefined): Json {
  const [booker] = booking.attendees;
  const { title, notes, rescheduleReason, attendeePhoneNumber } = booking.responses;
  return {
    name: answer('your_name', booker?.name ?? ''),
    email: answer('email_address', booker?.email ?? ''),
    ...(attendeePhoneNumber === undefined ? {} : { attendeePhoneNumber: answer('phone_number', attendeePhoneNumber) }),
    location: answer('location', { value: locationOf(booking).kind, optionValue: locationOf(booking).value ?? '' }),
    ...(title === undefined ? {} : { title: answer('what_is_this_meeting_about', title) }),
    ...(notes === undefined ? {} : { notes: answer('additional_notes', notes) }),
    guests: answer(
      'additional_guests',
      booking.attendees.filter((attendee) => attendee.guest).map((attendee) => attendee.email),
    ),
    ...(rescheduleReason === undefined ? {} : { rescheduleReason: answer('reason_for_reschedule', rescheduleReason) }),
    ...toOwnResponses(booking, eventType),
  };
}

const KNOWN_ANSWERS: readonly string[] = [...defaultFieldNames, 'attendeePhoneNumber'];

/** The answers to the event type's own questions. */
function toOwnResponses({ responses }: BookingRecord, eventType: EventTypeRecord | undefined): Json {
  const fields = eventType?.options.bookingFields ?? [];
  return Object.fromEntries(
    Object.entries(responses)
      .filter(([slug]) => !KNOWN_ANSWERS.includes(slug))
      .map(([slug, value]) => {
        const field = fields.find((candidate) => candidate.slug === slug);
        return [slug, answer(textOf(field?.label) ?? slug, value, field?.hidden === true)];
      }),
  );
}

function answer(label: string, value: unknown, isHidden = false): Json {
  return { label, value, isHidden };
}

function toMetadata(booking: BookingRecord): Json {
  const { kind, value } = locationOf(booking);
  const isVideo =
    value !== null && /^https?:\/\//i.test(value) && (kind === 'link' || kind === 'conferencing' || kind.startsWith('integrations:'));
  return { ...(isVideo ? { videoCallUrl: value } : {}), ...booking.metadata };
}

function locationOf({ location }: BookingRecord): BookingLocation {
  // Stored by `insertBooking` from a BookingLocation.
  return (location ?? { kind: 'integrations:daily', value: null }) as BookingLocation;
}

/** "2050-09-05T09:00:00Z": webhooks write no milliseconds. */
function toSeconds(instant: number): string {
  return toIsoUtc(instant).replace(/\.\d{3}Z$/, 'Z');
}

function offsetMinutes(instant: number, timeZone: string): number {
  const [, sign, hours, minutes] = /([+-])(\d{2}):(\d{2})$/.exec(toIsoOffset(instant, timeZone)) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
