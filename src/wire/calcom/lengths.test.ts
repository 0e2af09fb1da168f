import { expect, it } from 'vitest';
import { addAttendeeBody } from './attendees.ts';
import { createBookingBody } from './bookings.ts';

it('says how long a name may be, of who books and of who is added', () => {
  const long = 'x'.repeat(10_000);
  const person = { name: long, email: 'ada@example.com', timeZone: 'Europe/Rome' };
  const booked = createBookingBody.safeParse({ start: '2050-09-05T08:00:00Z', eventTypeId: 1, attendee: person });
  expect(booked.error?.issues.map(({ message }) => message)).toEqual(['attendee.name must not be longer than 500 characters']);
  expect(addAttendeeBody.safeParse(person).error?.issues.map(({ message }) => message)).toEqual([
    'name must not be longer than 500 characters',
  ]);
});
