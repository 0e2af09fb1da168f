import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { direction, rowId, wholeNumber } from './scalars.ts';

/** The bookings of the API before its versions; the modern ones begin with 2024-08-13. */
const VERSIONS = ['2024-04-15', '2024-06-11', '2024-06-14'] as const;

const filterName = z.enum(['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'], {
  error: 'filters[status] must be one of upcoming, recurring, past, cancelled, unconfirmed',
});

const name = z.union([z.string().trim().min(1), z.object({ firstName: z.string().trim().min(1), lastName: z.string().optional() })], {
  error: 'responses.name must be a text, or an object with firstName and lastName',
});

/** What the booker filled in; other members answer the event type's own questions. */
const responses = z
  .object({
    name,
    email: z.string({ error: 'responses.email must be an email address' }),
    guests: z.array(z.string()).optional(),
    notes: z.string().optional(),
    title: z.string().optional(),
    location: z.union([z.string(), z.object({ value: z.string().optional(), optionValue: z.string().optional() })]).optional(),
    attendeePhoneNumber: z.string().optional(),
    rescheduleReason: z.string().optional(),
  })
  .catchall(z.unknown());

export const oldBookingBody = z.object({
  eventTypeId: rowId('eventTypeId'),
  start: z.string({ error: 'start must be an ISO 8601 date-time such as "2030-01-08T14:00:00Z"' }),
  end: z.string().optional(),
  responses,
  timeZone: z.string({ error: 'timeZone must be an IANA time zone such as "Europe/Rome"' }),
  language: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  /** Moves that booking in place of making one. */
  rescheduleUid: z.string().min(1, { error: 'rescheduleUid must not be empty' }).optional(),
  recurringEventId: z.string().optional(),
});

const attendee = z.object({
  email: z.string(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string().nullish(),
  bookingId: z.number(),
  noShow: z.boolean(),
});

export const oldBooking = z.object({
  id: z.number(),
  uid: z.string(),
  title: z.string(),
  description: z.string(),
  userPrimaryEmail: z.string().nullable(),
  startTime: z.string(),
  endTime: z.string(),
  status: z.enum(['ACCEPTED', 'PENDING', 'CANCELLED', 'REJECTED', 'AWAITING_HOST']),
  location: z.string().nullable(),
  metadata: z.record(z.string(), z.unknown()),
  responses: z.record(z.string(), z.unknown()),
  recurringEventId: z.string().nullable(),
  rescheduled: z.boolean(),
  fromReschedule: z.string().nullable(),
  cancellationReason: z.string().nullable(),
  paid: z.boolean(),
  eventTypeId: z.number().nullable(),
  eventType: z.object({ id: z.number(), slug: z.string() }).nullable(),
  user: z.object({ id: z.number(), name: z.string().nullable(), email: z.string() }).nullable(),
  attendees: z.array(attendee),
});

export type OldBooking = z.output<typeof oldBooking>;

const status = z.union([filterName, z.array(filterName)]);

export const listOldBookings = endpoint({
  method: 'GET',
  path: '/v2/bookings',
  versions: VERSIONS,
  query: z.object({
    filters: z
      .object({
        status: status.optional(),
        attendeeEmail: z.string().optional(),
        attendeeName: z.string().optional(),
        afterStartDate: z.string().optional(),
        beforeEndDate: z.string().optional(),
        sortStart: direction.optional(),
      })
      .optional(),
    limit: wholeNumber('limit', { minimum: 1, maximum: 250 }).optional(),
    cursor: wholeNumber('cursor').optional(),
  }),
  response: success(
    z.object({
      bookings: z.array(oldBooking),
      recurringInfo: z.array(z.unknown()),
      totalCount: z.number(),
      nextCursor: z.number().nullable(),
    }),
  ),
});

export const createOldBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings',
  versions: VERSIONS,
  body: oldBookingBody,
  response: success(oldBooking),
  status: 201,
});

/** One body for each occurrence, as the old booking page sent them. */
export const createOldSeries = endpoint({
  method: 'POST',
  path: '/v2/bookings/recurring',
  versions: VERSIONS,
  body: z.unknown(),
  response: success(z.array(oldBooking)),
  status: 201,
});

export const getOldReschedule = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/reschedule',
  versions: VERSIONS,
  response: success(oldBooking),
});

export const cancelOldBooking = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/cancel',
  versions: VERSIONS,
  body: z
    .object({
      cancellationReason: z.string().optional(),
      allRemainingBookings: z.boolean().optional(),
      seatReferenceUid: z.string().optional(),
    })
    .optional(),
  response: success(z.object({ bookingId: z.number(), bookingUid: z.string(), onlyRemovedAttendee: z.boolean() })),
});

export const markOldNoShow = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/mark-no-show',
  versions: VERSIONS,
  body: z.object({
    noShowHost: z.boolean().optional(),
    attendees: z.array(z.object({ email: z.string(), noShow: z.boolean() })).optional(),
  }),
  response: success(
    z.object({
      message: z.string(),
      noShowHost: z.boolean().optional(),
      attendees: z.array(z.object({ email: z.string(), noShow: z.boolean() })).optional(),
    }),
  ),
});
