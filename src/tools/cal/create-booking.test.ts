import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { tools } from '../index.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage(tools);
});
afterAll(() => stage.close());

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
const made = async (input: unknown): Promise<Booking> => (await stage.done('create_booking', input)).output;

describe('the form of the older documents', () => {
  test('books with responses, and with an end that fits', async () => {
    const booked = await made({
      event_type_id: 2,
      start: '2030-01-08T10:00:00Z',
      end: '2030-01-08T10:30:00Z',
      responses: { ...ada, notes: 'Optional notes.' },
    });
    expect(booked).toMatchObject({ status: 'accepted', start: '2030-01-08T10:00:00.000Z', duration: 30 });
    expect(booked.attendees[0]).toMatchObject({ ...ada, timeZone: 'Europe/Amsterdam' });
    expect(booked.bookingFieldsResponses).toMatchObject({ notes: 'Optional notes.' });
  });

  test('takes the end as end_time, and chooses the event type of that length', async () => {
    const booked = await made({ start: '2030-01-08T11:00:00Z', end_time: '2030-01-08T12:00:00Z', responses: ada });
    expect(booked).toMatchObject({ duration: 60, eventType: { slug: '60min' } });
  });

  test('refuses an end that does not fit, and says which would', async () => {
    const input = { event_type_id: 2, start: '2030-01-09T10:00:00Z', end: '2030-01-09T10:45:00Z', responses: ada };
    expect(await stage.refused('create_booking', input)).toMatchObject({
      code: 'invalid_input',
      message: '"30 Min Meeting" cannot last 45 minutes.',
      hint: 'It lasts 30 minutes; choose that, or another event type.',
    });
    const backwards = { ...input, end: '2030-01-09T09:45:00Z' };
    expect(await stage.refused('create_booking', backwards)).toMatchObject({
      message: 'The end "2030-01-09T09:45:00Z" does not fit: "30 Min Meeting" lasts 30 minutes.',
      hint: expect.stringContaining('2030-01-09T10:30:00.000Z'),
    });
  });

  test('refuses two people where one is meant', async () => {
    const input = { event_type_id: 2, start: '2030-01-09T10:00:00Z', responses: ada, attendee: { name: 'Grace', email: 'g@example.com' } };
    expect((await stage.refused('create_booking', input)).message).toBe(
      '"attendee.name" is given twice, as "Ada Lovelace" and as "Grace".',
    );
  });

  test('says what is missing or no address', async () => {
    expect((await stage.refused('create_booking', { event_type_id: 2, responses: ada })).message).toContain('"start"');
    expect((await stage.refused('create_booking', { event_type_id: 2, start: '2030-01-09T10:00:00Z' })).message).toBe(
      'cal.create_booking: "attendee.name" is missing. "attendee.email" or "attendee.phone_number" is missing.',
    );
    const nobody = { event_type_id: 2, start: '2030-01-09T10:00:00Z', responses: { name: 'Ada', email: 'ada' } };
    expect((await stage.refused('create_booking', nobody)).message).toContain('"attendee.email" ("ada") is not an e-mail address');
    const unreachable = { event_type_id: 2, start: '2030-01-09T10:00:00Z', responses: { name: 'Ada' } };
    expect((await stage.refused('create_booking', unreachable)).message).toBe('"Ada" has neither an e-mail address nor a phone number.');
    const other = { event_type_id: 99, start: '2030-01-09T10:00:00Z', responses: ada };
    expect(await stage.refused('create_booking', other)).toMatchObject({ code: 'not_found', message: 'There is no event type 99.' });
  });
});

describe('the form of the guide for agents', () => {
  test('books somebody by username and slug', async () => {
    const booked = await made({
      eventTypeSlug: '15min',
      username: 'bob',
      start: '2030-01-09T15:00:00Z',
      attendee: { name: 'John Doe', email: 'john@example.com', timeZone: 'America/New_York' },
    });
    expect(booked).toMatchObject({ hosts: [{ username: 'bob' }], eventType: { slug: '15min' }, duration: 15 });
    const { details } = await stage.refused('create_booking', {
      ...{ eventTypeSlug: '15min', username: 'bob', start: '2030-01-09T15:00:00Z', attendee: ada },
    });
    expect(details).toMatchObject({ alternatives: expect.arrayContaining(['2030-01-09T15:15:00.000Z']) });
    expect(
      await stage.refused('create_booking', { eventTypeSlug: 'nap', username: 'bob', start: '2030-01-09T15:00:00Z', attendee: ada }),
    ).toMatchObject({
      message: 'There is no event type named "nap" of "bob".',
      hint: 'There are: 15min (15 min), 30min (30 min), 60min (60 min).',
    });
  });

  test('asks for what an event type asks its bookers, all at once', async () => {
    const consultation: EventType = await stage.cal.createEventType({
      ...{ title: 'Consultation', slug: 'consultation', lengthInMinutes: 30 },
      bookingFields: [
        { type: 'select', slug: 'company_size', label: 'Company size', options: ['1-10', '10-50'], required: true },
        { type: 'text', slug: 'topic', label: 'Topic', required: true },
        { type: 'multiselect', slug: 'days', label: 'Days', options: ['Mon', 'Tue'], required: false },
      ],
    });
    const wish = { event_type_id: consultation.id, start: '2030-01-10T10:00:00Z', attendee: ada };
    expect(await stage.refused('create_booking', wish)).toMatchObject({
      code: 'invalid_input',
      message:
        '"Consultation" asks for more before it can be booked: "company_size" (Company size, one of "1-10", "10-50"), "topic" (Topic).',
      hint: 'Ask the person, and give the answers in booking_fields, such as {"company_size":"1-10"}.',
      details: {
        missingFields: [
          { slug: 'company_size', label: 'Company size', type: 'select', options: ['1-10', '10-50'] },
          { slug: 'topic', label: 'Topic', type: 'text' },
        ],
      },
    });
    const nobody = { event_type_slug: 'consultation', booking_fields: { topic: 'x' } };
    expect(await stage.refused('create_booking', nobody)).toMatchObject({
      message:
        'cal.create_booking: "start" is missing; "attendee.name" is missing. "attendee.email" or "attendee.phone_number" is missing. "Consultation" asks for more before it can be booked: "company_size" (Company size, one of "1-10", "10-50").',
      details: { missingFields: [{ slug: 'company_size' }] },
    });
    const wrong = { ...wish, booking_fields: { company_size: 'huge', topic: 'x' } };
    expect(await stage.refused('create_booking', wrong)).toMatchObject({ message: '"huge" is no option of "company_size".' });
    const notAList = { ...wish, booking_fields: { company_size: '1-10', topic: 'x', days: 'Mon' } };
    expect((await stage.refused('create_booking', notAList)).message).toContain('takes a list of options');
    const booked = await made({
      ...wish,
      bookingFieldsResponses: { notes: 'New AI', company_size: '10-50', topic: 'Agents', days: ['Mon'] },
    });
    expect(booked.bookingFieldsResponses).toMatchObject({ notes: 'New AI', company_size: '10-50', topic: 'Agents', days: ['Mon'] });
  });

  test('passes an instant booking on, and the refusal back', async () => {
    const input = { event_type_id: 2, start: '2030-01-09T10:00:00Z', instant: true, attendee: ada };
    expect(await stage.refused('create_booking', input)).toMatchObject({ code: 'unsupported' });
  });
});

test('needs no key for somebody else, and says so where one is needed', async () => {
  const anonymous = await stage.refused(
    'create_booking',
    { event_type_id: 2, start: '2030-01-09T10:00:00Z', attendee: ada },
    { as: stage.bob },
  );
  expect(anonymous).toMatchObject({ code: 'forbidden', hint: 'Name it by username and event_type_slug; that needs no key.' });
});

test('books a series, a place and a phone number', async () => {
  const weekly = await stage.cal.createEventType({
    ...{ title: 'Weekly', slug: 'weekly', lengthInMinutes: 30, recurrence: { interval: 1, occurrences: 4, frequency: 'weekly' } },
    locations: [{ type: 'link', link: 'https://meet.example/weekly', public: true }, { type: 'attendeeAddress' }],
  });
  const written = await stage.write('create_booking', {
    ...{ event_type_id: weekly.id, start: '2030-02-04T10:00:00Z', attendee: { ...ada, phone_number: '+31612345678' } },
    ...{ recurrence_count: 3, location: { type: 'attendeeAddress', address: 'Main Street 1' } },
  });
  const first: Booking = written.output;
  expect(first).toMatchObject({ location: 'Main Street 1', attendees: [{ phoneNumber: '+31612345678' }] });
  const series = await stage.cal.getSeries(first.recurringBookingUid ?? '');
  expect(series.map(({ start }) => start.slice(0, 10))).toEqual(['2030-02-04', '2030-02-11', '2030-02-18']);
  expect(await written.undo()).toMatchObject({ tool: 'cal.cancel_booking', input: { cancel_subsequent: true } });
  const { bookings } = await stage.cal.listBookings({ eventTypeId: weekly.id, status: ['upcoming', 'recurring'] });
  expect(bookings).toEqual([]);
  const once = { event_type_id: 2, start: '2030-02-05T10:00:00Z', attendee: ada, recurrence_count: 2 };
  expect((await stage.refused('create_booking', once)).message).toContain('is not booked as a series');
});

test('takes back one seat and leaves the others', async () => {
  const group = await stage.cal.createEventType({
    ...{ title: 'Group', slug: 'group', lengthInMinutes: 30 },
    seats: { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true },
  });
  const wish = { event_type_id: group.id, start: '2030-02-06T10:00:00Z' };
  const grace = { name: 'Grace Hopper', email: 'grace@example.com' };
  await stage.done('create_booking', { ...wish, attendee: ada });
  const written = await stage.write('create_booking', { ...wish, attendee: grace });
  const { uid, seatUid }: Booking = written.output;
  expect(await written.undo()).toMatchObject({ input: { booking_uid: uid, seat_uid: seatUid } });
  expect((await stage.cal.getBooking(uid)).attendees.map(({ email }) => email)).toEqual([ada.email]);

  const cancelled = await stage.write('cancel_booking', {
    booking_uid: uid,
    seat_uid: (await stage.cal.getBooking(uid)).attendees[0]?.seatUid ?? '',
  });
  expect(await cancelled.undo()).toMatchObject({ tool: 'cal.create_booking', input: { attendee: { email: ada.email } } });
});

test('takes back only what is as it was left', async () => {
  const wish = { event_type_id: 2, start: '2030-02-07T10:00:00Z', attendee: ada };
  const written = await stage.write('create_booking', wish);
  const { uid }: Booking = written.output;
  const guests = await stage.write('add_guests', { booking_uid: uid, guests: ['late@example.com'] });
  await expect(written.undo()).rejects.toThrow('was changed since');
  await guests.undo();
  const { caveats } = await written.undo();
  expect(caveats).toEqual(["The mail that was sent stays in Ada Lovelace's mailbox; a cancellation follows it."]);
  await expect(written.undo()).rejects.toThrow('was cancelled since');
});

test('settles by looking for the booking', async () => {
  const wish = { event_type_id: 2, start: '2030-02-08T10:00:00Z', attendee: { ...ada, time_zone: 'UTC' } };
  expect(await stage.settle('create_booking', wish)).toEqual({ happened: false });
  expect(await stage.settle('create_booking', { ...wish, event_type_id: undefined, username: 'bob', event_type_slug: '30min' })).toEqual({
    happened: 'unknown',
  });
  const { uid } = await made(wish);
  expect(await stage.settle('create_booking', wish)).toMatchObject({ happened: true, output: { uid } });
});
