import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { booking } from './bookings.ts';
import { success } from './envelope.ts';
import { email, phoneNumber } from './scalars.ts';

const VERSIONS = ['2024-08-13', '2026-02-25'] as const;

export const markAbsentBody = z
  .object({
    host: z.boolean({ error: 'host must be true or false' }).optional(),
    attendees: z
      .array(z.object({ email, absent: z.boolean({ error: 'absent must be true or false' }) }))
      .max(1000)
      .optional(),
  })
  .refine((body) => body.host !== undefined || (body.attendees ?? []).length > 0, {
    path: ['attendees'],
    error: 'Say who was absent: "host", "attendees" or both',
  });

export type MarkAbsent = z.input<typeof markAbsentBody>;

export const markAbsent = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/mark-absent',
  versions: VERSIONS,
  body: markAbsentBody,
  response: success(booking),
  isRepeatable: true,
});

const words = (field: string) =>
  z
    .string({ error: `${field} must be a string` })
    .trim()
    .min(1, { error: `${field} must not be empty` })
    .max(2000, { error: `${field} must not be longer than 2000 characters` });

/** Where a booking moves to, as its host says; unlike a booker's choice it is not bound to what the event type offers. */
export const newLocation = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('address'), address: words('address') }),
    z.object({ type: z.literal('attendeeAddress'), address: words('address') }),
    z.object({ type: z.literal('attendeeDefined'), location: words('location') }),
    z.object({ type: z.literal('attendeePhone'), phone: phoneNumber }),
    z.object({
      type: z.literal('link'),
      link: z.url({ protocol: /^https?$/, error: 'link must be a URL such as "https://meet.example/ada"' }),
    }),
    z.object({ type: z.literal('phone'), phone: phoneNumber }),
  ],
  {
    error:
      'location must be an object whose "type" is one of address {address}, attendeeAddress {address}, attendeeDefined {location}, attendeePhone {phone}, link {link}, phone {phone}',
  },
);

export type NewLocation = z.output<typeof newLocation>;

export const updateBookingLocation = endpoint({
  method: 'PATCH',
  path: '/v2/bookings/:bookingUid/location',
  versions: VERSIONS,
  body: z.object({ location: newLocation }),
  response: success(booking),
  isRepeatable: true,
});

export const requestRescheduleBody = z
  .object({
    rescheduleReason: z.string().max(5000).optional(),
    /** As the other operations call it. */
    reschedulingReason: z.string().max(5000).optional(),
  })
  .optional();

/** Cancels the booking and asks its attendees to choose another time. */
export const requestReschedule = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/request-reschedule',
  versions: VERSIONS,
  body: requestRescheduleBody,
  response: success(booking),
});

export const calendarLink = z.object({ label: z.string(), link: z.string() });
export type CalendarLink = z.output<typeof calendarLink>;

/** Links that put the booking into a calendar. */
export const getCalendarLinks = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/calendar-links',
  versions: VERSIONS,
  response: success(z.array(calendarLink)),
});

export const referenceTypes = [
  'google_calendar',
  'office365_calendar',
  'daily_video',
  'google_video',
  'office365_video',
  'zoom_video',
] as const;

const reference = z.object({
  type: z.string(),
  eventUid: z.string(),
  destinationCalendarId: z.string().nullable(),
  id: z.number(),
});

/** Entries of the booking in calendars and conferencing apps elsewhere. */
export const getBookingReferences = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/references',
  versions: VERSIONS,
  query: z
    .object({
      type: z.enum(referenceTypes, { error: `type must be one of the following values: ${referenceTypes.join(', ')}` }).optional(),
    })
    .optional(),
  response: success(z.array(reference)),
});

const recording = z.object({
  id: z.string(),
  roomName: z.string(),
  startTs: z.number(),
  status: z.string(),
  maxParticipants: z.number().nullish(),
  duration: z.number(),
  shareToken: z.string(),
  downloadLink: z.string().nullish(),
  error: z.string().nullish(),
});

export const getBookingRecordings = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/recordings',
  versions: VERSIONS,
  response: success(z.array(recording)),
});

/** Links of the transcripts. */
export const getBookingTranscripts = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/transcripts',
  versions: VERSIONS,
  response: success(z.array(z.string())),
});

export const getConferencingSessions = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/conferencing-sessions',
  versions: VERSIONS,
  response: success(z.array(z.looseObject({ id: z.string() }))),
});

/** How a routing form chose the host. */
export const getRoutingTrace = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/routing-trace',
  versions: VERSIONS,
  response: success(z.object({ steps: z.array(z.unknown()), groups: z.array(z.unknown()), formSubmission: z.unknown() })),
});
