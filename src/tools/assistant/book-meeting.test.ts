import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { cancelBooking } from '../cal/cancel-booking.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { bookMeeting } from './book-meeting.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([bookMeeting, cancelBooking]);
  for (const [name, email, start] of [
    ['Ada Lovelace', 'ada@example.com', '2030-01-08T09:00:00Z'],
    ['Grace Hopper', 'grace@example.com', '2030-01-08T12:00:00Z'],
    ['Grace Kelly', 'kelly@example.com', '2030-01-08T13:00:00Z'],
  ] as const) {
    await stage.cal.createBooking({ eventTypeId: 3, start, attendee: { name, email, timeZone: 'UTC' } });
  }
});
afterAll(() => stage.close());

test('books somebody known, at a time in words, and takes it back', async () => {
  const written = await stage.write('book_meeting', { with: 'ada', when: 'thursday at 2pm', event_type: '60 min', title: 'Engines' });
  expect(written.output as Booking).toMatchObject({
    start: '2030-01-10T13:00:00.000Z',
    duration: 60,
    status: 'accepted',
    attendees: [{ name: 'Ada Lovelace', email: 'ada@example.com' }],
  });
  expect(written.asked.fields?.find(({ label }) => label === 'Assumed')?.value).toContain('ada@example.com');
  await written.undo();
  expect((await stage.cal.getBooking((written.output as Booking).uid)).status).toBe('cancelled');
});

test('books somebody new whose address is said', async () => {
  const { output } = await stage.write('book_meeting', {
    with: 'Alan Turing <alan@example.com>',
    when: '2030-01-11T10:00',
    time_zone: 'Europe/London',
  });
  expect(output).toMatchObject({
    duration: 30,
    attendees: [{ name: 'Alan Turing', email: 'alan@example.com', timeZone: 'Europe/London' }],
  });
});

test('asks before it books, and books exactly what was approved', async () => {
  const outcome = await stage.call('book_meeting', { with: 'ada@example.com', when: 'friday at 3pm' }, { asks: true });
  if (outcome.status !== 'pending') expect.fail(JSON.stringify(outcome));
  expect(outcome.approval.input).toEqual({
    with: 'Ada Lovelace <ada@example.com>',
    when: '2030-01-11T14:00:00.000Z',
    event_type: '2',
    duration_minutes: 30,
    time_zone: 'Europe/Amsterdam',
  });
  // A day later the words would mean another time; the approved one is booked.
  stage.clock.now += 3_600_000;
  const done = await stage.gate.answer(outcome.approval.id, { approve: true, by: stage.olivia });
  expect(done).toMatchObject({ status: 'done', output: { start: '2030-01-11T14:00:00.000Z' } });
});

test('never guesses an address', async () => {
  expect(await stage.refused('book_meeting', { with: 'Charles', when: 'friday at 4pm' })).toMatchObject({
    code: 'invalid_input',
    message: 'The e-mail address of "Charles" is not known from earlier bookings.',
    details: { reason: 'unknown_person' },
  });
  expect(await stage.refused('book_meeting', { with: 'Grace', when: 'friday at 4pm' })).toMatchObject({
    code: 'invalid_input',
    details: {
      reason: 'ambiguous_person',
      candidates: expect.arrayContaining([
        { name: 'Grace Hopper', email: 'grace@example.com' },
        { name: 'Grace Kelly', email: 'kelly@example.com' },
      ]),
    },
  });
});

test('offers other times when it cannot', async () => {
  expect(await stage.refused('book_meeting', { with: 'ada', when: 'tomorrow at 10:30' })).toMatchObject({
    code: 'conflict',
    details: { alternatives: expect.arrayContaining(['2030-01-08T10:00:00.000Z']) },
  });
  expect(await stage.refused('book_meeting', { with: 'ada', when: 'tomorrow afternoon' })).toMatchObject({
    code: 'invalid_input',
    message: '"tomorrow afternoon" is not one time.',
    details: { reason: 'no_exact_time', alternatives: expect.arrayContaining(['2030-01-08T11:00:00.000Z']) },
  });
  expect((await stage.refused('book_meeting', { with: 'ada', when: 'saturday' })).message).toBe(
    '"saturday" is not one time, and nothing is free then.',
  );
  expect((await stage.refused('book_meeting', { with: 'ada', when: 'friday at 4pm', event_type: 'meeting' })).details).toMatchObject({
    reason: 'ambiguous_event_type',
  });
});

test('says what the event type wants to know', async () => {
  await stage.cal.createEventType({
    title: 'Consultation',
    slug: 'consultation',
    lengthInMinutes: 30,
    bookingFields: [{ type: 'text', slug: 'size', label: 'Size', required: true, placeholder: '' }],
  });
  const wish = { with: 'ada', when: '2030-01-14T10:00', event_type: 'consultation' };
  expect(JSON.stringify(await stage.refused('book_meeting', wish))).toContain('size');
  const { output } = await stage.write('book_meeting', { ...wish, booking_fields: { size: 'large' } });
  expect(output).toMatchObject({ bookingFieldsResponses: { size: 'large' } });
});

test('settles what a crash broke off', async () => {
  const input = { with: 'Ada Lovelace <ada@example.com>', event_type: '3', duration_minutes: 60 };
  expect(await stage.settle('book_meeting', { ...input, when: '2030-01-08T09:00:00.000Z' })).toMatchObject({ happened: true });
  expect(await stage.settle('book_meeting', { ...input, when: '2030-01-09T09:00:00.000Z' })).toEqual({ happened: false });
});
