import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { booking } from './bookings.ts';
import { success } from './envelope.ts';
import { email, language, phoneNumber, timeZone } from './scalars.ts';

const VERSIONS = ['2024-08-13', '2026-02-25'] as const;

/** What one call may add. */
export const MAXIMUM_GUESTS_PER_CALL = 10;

/** An attendee of one booking; only here attendees have ids. */
export const attendeeWithId = z.object({
  id: z.number(),
  name: z.string(),
  email: z.string(),
  displayEmail: z.string(),
  timeZone: z.string(),
  language: z.string().nullish(),
  absent: z.boolean(),
  phoneNumber: z.string().nullish(),
});

export const attendeeOfBooking = attendeeWithId.extend({ bookingId: z.number() });

export type AttendeeWithId = z.output<typeof attendeeWithId>;
export type AttendeeOfBooking = z.output<typeof attendeeOfBooking>;

const name = z.string({ error: 'name must be a string' }).trim().max(500, { error: 'name must not be longer than 500 characters' });

export const addAttendeeBody = z.object({
  name: name.min(1, { error: 'name must not be empty' }),
  timeZone,
  email,
  phoneNumber: phoneNumber.optional(),
  language: language.optional(),
});

export type AddAttendee = z.input<typeof addAttendeeBody>;

const guestInput = z.object({
  email,
  name: name.optional(),
  timeZone: timeZone.optional(),
  phoneNumber: phoneNumber.optional(),
  language: language.optional(),
});

export const addGuestsBody = z.object({
  guests: z
    .array(guestInput)
    .min(1, { error: 'guests must contain at least 1 elements' })
    .max(MAXIMUM_GUESTS_PER_CALL, { error: `Cannot add more than ${MAXIMUM_GUESTS_PER_CALL} guests at a time` }),
});

export type AddGuests = z.input<typeof addGuestsBody>;

export const listAttendees = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/attendees',
  versions: VERSIONS,
  response: success(z.array(attendeeWithId)),
});

export const getAttendee = endpoint({
  method: 'GET',
  path: '/v2/bookings/:bookingUid/attendees/:attendeeId',
  versions: VERSIONS,
  response: success(attendeeWithId),
});

export const addAttendee = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/attendees',
  versions: VERSIONS,
  body: addAttendeeBody,
  response: success(attendeeOfBooking),
  status: 201,
});

/** Answers with the attendee that was removed. */
export const deleteAttendee = endpoint({
  method: 'DELETE',
  path: '/v2/bookings/:bookingUid/attendees/:attendeeId',
  versions: VERSIONS,
  response: success(attendeeOfBooking),
});

export const addGuests = endpoint({
  method: 'POST',
  path: '/v2/bookings/:bookingUid/guests',
  versions: VERSIONS,
  body: addGuestsBody,
  response: success(booking),
});
