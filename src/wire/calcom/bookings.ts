import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { page, success } from './envelope.ts';
import { bookingLocationInput } from './locations.ts';
import { commaSeparated, direction, email, isoInstant, language, phoneNumber, rowId, timeZone, wholeNumber } from './scalars.ts';

const VERSIONS = ['2024-08-13', '2026-02-25'] as const;

const start = isoInstant('start must be a valid ISO 8601 date-time such as "2030-01-08T14:00:00Z"');

const attendeeInput = z
  .strictObject({
    name: z
      .string({ error: 'attendee.name must be a string' })
      .trim()
      .min(1, { error: 'attendee.name must not be empty' })
      .max(500, { error: 'attendee.name must not be longer than 500 characters' }),
    email: email.optional(),
    phoneNumber: phoneNumber.optional(),
    timeZone,
    language: language.optional(),
  })
  .refine((attendee) => attendee.email !== undefined || attendee.phoneNumber !== undefined, {
    error: 'Attendee must have at least one contact method (email or phone number)',
  });

const metadataInput = z
  .record(
    z.string().max(40, { error: 'Metadata keys may have at most 40 characters' }),
    z.union([z.string().max(500, { error: 'Metadata values may have at most 500 characters' }), z.number(), z.boolean()]),
  )
  .refine((metadata) => Object.keys(metadata).length <= 50, { error: 'Metadata may have at most 50 keys' });

export const createBookingBody = z.strictObject({
  start,
  attendee: attendeeInput,
  eventTypeId: rowId('eventTypeId').optional(),
  eventTypeSlug: z.string().min(1).optional(),
  username: z.string().min(1).optional(),
  teamSlug: z.string().min(1).optional(),
  organizationSlug: z.string().min(1).optional(),
  /** By which private link it is booked: one use of it. An addition of this service. */
  privateLink: z.string().min(1).max(200).optional(),
  bookingFieldsResponses: z.record(z.string(), z.unknown()).optional(),
  guests: z.array(email).max(30).optional(),
  lengthInMinutes: z.int({ error: 'lengthInMinutes must be an integer number' }).min(1).optional(),
  location: bookingLocationInput.optional(),
  meetingUrl: z.string().min(1).optional(),
  metadata: metadataInput.optional(),
  routing: z.looseObject({ teamMemberIds: z.array(z.int()).max(1000) }).optional(),
  emailVerificationCode: z.string().optional(),
  recurrenceCount: z.int().min(1).optional(),
  instant: z.literal(true, { error: 'property instant should not exist' }).optional(),
  overrideAvailability: z.boolean().optional(),
  rrHostSubsetIds: z.array(z.int()).max(1000).optional(),
  allowConflicts: z.boolean().optional(),
  allowBookingOutOfBounds: z.boolean().optional(),
});

export const rescheduleBookingBody = z.strictObject({
  start,
  rescheduledBy: email.optional(),
  reschedulingReason: z.string().max(5000).optional(),
  emailVerificationCode: z.string().optional(),
  seatUid: z.string().optional(),
});

export const cancelBookingBody = z
  .strictObject({
    cancellationReason: z.string().max(5000).optional(),
    cancelSubsequentBookings: z.boolean().optional(),
    seatUid: z.string().optional(),
  })
  .optional();

export const declineBookingBody = z.strictObject({ reason: z.string().max(5000).optional() }).optional();

export const bookingStatuses = ['accepted', 'pending', 'cancelled', 'rejected', 'awaiting_host'] as const;
export const bookingFilters = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'] as const;
export type BookingFilter = (typeof bookingFilters)[number];

const host = z.object({
  id: z.number().catch(0),
  name: z.string().nullable(),
  email: z.string(),
  displayEmail: z.string().nullish(),
  username: z.string().nullish(),
  timeZone: z.string(),
});

const attendee = z.object({
  name: z.string(),
  email: z.string(),
  displayEmail: z.string().nullish(),
  timeZone: z.string(),
  language: z.string().nullish(),
  absent: z.boolean().nullish(),
  phoneNumber: z.string().nullish(),
  /** Of a seated booking: empty when it is not the caller's to know. */
  seatUid: z.string().nullish(),
  bookingFieldsResponses: z.record(z.string(), z.unknown()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

export const booking = z.object({
  id: z.number(),
  uid: z.string(),
  title: z.string(),
  description: z.string().nullish(),
  hosts: z.array(host),
  status: z.enum(bookingStatuses),
  cancellationReason: z.string().nullish(),
  cancelledByEmail: z.string().nullish(),
  reschedulingReason: z.string().nullish(),
  rescheduledByEmail: z.string().nullish(),
  rescheduledFromUid: z.string().nullish(),
  rescheduledToUid: z.string().nullish(),
  /** UTC */
  start: z.string(),
  end: z.string(),
  /** Minutes */
  duration: z.number(),
  eventTypeId: z.number().nullish(),
  eventType: z.object({ id: z.number(), slug: z.string() }).nullish(),
  meetingUrl: z.string().nullish(),
  location: z.string().nullish(),
  absentHost: z.boolean().nullish(),
  createdAt: z.string(),
  updatedAt: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  rating: z.number().nullish(),
  icsUid: z.string().nullish(),
  attendees: z.array(attendee),
  guests: z.array(z.string()).nullish(),
  bookingFieldsResponses: z.record(z.string(), z.unknown()).nullish(),
  recurringBookingUid: z.string().nullish(),
  seatUid: z.string().nullish(),
  isPlatformManagedUserBooking: z.boolean().nullish(),
});

export type Booking = z.output<typeof booking>;
export type CreateBooking = z.input<typeof createBookingBody>;
/** The same as it is read. */
export type BookingBody = z.output<typeof createBookingBody>;
export type RescheduleBody = z.output<typeof rescheduleBookingBody>;
export type RescheduleBooking = z.input<typeof rescheduleBookingBody>;
export type CancelBooking = NonNullable<z.input<typeof cancelBookingBody>>;

/** A series answers with all its bookings. */
const bookingOrSeries = z.union([booking, z.array(booking).min(1)]);

/** The API's own words speak of a member that no request has; the member's name follows them. */
const fromDate = (name: string) => isoInstant(`fromDate must be a valid ISO 8601 date. This is about "${name}".`).optional();
const toDate = (name: string) => isoInstant(`toDate must be a valid ISO 8601 date. This is about "${name}".`).optional();

export const bookingsQuery = z.strictObject({
  status: commaSeparated(
    z.enum(bookingFilters, { error: 'Invalid status. Allowed are upcoming, recurring, past, cancelled, unconfirmed' }),
    'status cannot be empty.',
  ).optional(),
  attendeeEmail: z.string().optional(),
  attendeeName: z.string().optional(),
  bookingUid: z.string().optional(),
  eventTypeId: wholeNumber('eventTypeId').optional(),
  eventTypeIds: commaSeparated(wholeNumber('eventTypeIds'), 'eventTypeIds cannot be empty.').optional(),
  teamId: wholeNumber('teamId').optional(),
  teamsIds: commaSeparated(wholeNumber('teamsIds'), 'teamsIds cannot be empty.').optional(),
  afterStart: fromDate('afterStart'),
  beforeEnd: toDate('beforeEnd'),
  afterCreatedAt: fromDate('afterCreatedAt'),
  beforeCreatedAt: toDate('beforeCreatedAt'),
  afterUpdatedAt: fromDate('afterUpdatedAt'),
  beforeUpdatedAt: toDate('beforeUpdatedAt'),
  sortStart: direction.optional(),
  sortEnd: direction.optional(),
  sortCreated: direction.optional(),
  sortUpdatedAt: direction.optional(),
  take: wholeNumber('take', { minimum: 1, maximum: 250 }).optional(),
  skip: wholeNumber('skip', { minimum: 0 }).optional(),
});

export type BookingsQuery = z.input<typeof bookingsQuery>;

export const listBookings = endpoint({
  method: 'GET',
  path: '/v2/bookings',
  versions: VERSIONS,
  query: bookingsQuery.optional(),
  response: page(booking),
});

export const getBooking = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid',
  versions: VERSIONS,
  response: success(bookingOrSeries),
});

export const getBookingBySeat = endpoint({
  method: 'GET',
  path: '/v2/bookings/by-seat/:seatUid',
  versions: VERSIONS,
  response: success(bookingOrSeries),
});

export const createBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings',
  versions: VERSIONS,
  body: createBookingBody,
  response: success(bookingOrSeries),
  status: 201,
});

export const rescheduleBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/reschedule',
  versions: VERSIONS,
  body: rescheduleBookingBody,
  response: success(bookingOrSeries),
  status: 201,
});

export const cancelBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/cancel',
  versions: VERSIONS,
  body: cancelBookingBody,
  response: success(bookingOrSeries),
});

export const confirmBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/confirm',
  versions: VERSIONS,
  body: z.unknown(),
  response: success(bookingOrSeries),
});

export const declineBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/decline',
  versions: VERSIONS,
  body: declineBookingBody,
  response: success(bookingOrSeries),
});
