import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { tools } from '../index.ts';
import { NOW, openToolStage, type ToolStage } from '../stage.fixture.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage(tools);
});
afterAll(() => stage.close());

const ada = { name: 'Ada Lovelace', email: 'ada@example.com', timeZone: 'Europe/London' };
const MONDAY = Date.parse('2030-01-14T10:00:00Z');
let days = 0;
/** Each on a working day of its own. */
async function book(more: object = {}): Promise<Booking> {
  const start = new Date(MONDAY + (Math.floor(days / 5) * 7 + (days % 5)) * 86_400_000).toISOString();
  days += 1;
  return stage.cal.createBooking({ eventTypeId: 2, start, attendee: ada, ...more });
}
const laterThan = ({ start }: Booking) => new Date(Date.parse(start) + 7_200_000).toISOString();

describe('cancel_booking', () => {
  test('takes the body of the API, and uid for booking_uid', async () => {
    const { uid } = await book();
    const { output } = await stage.done('cancel_booking', { uid, body: { cancellationReason: 'No longer needed' } });
    expect(output).toMatchObject({ uid, status: 'cancelled', cancellationReason: 'No longer needed' });
    expect(await stage.refused('cancel_booking', { booking_uid: uid })).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('it is already cancelled'),
    });
    expect((await stage.refused('cancel_booking', { booking_uid: uid, reason: 'a', body: { cancellationReason: 'b' } })).message).toBe(
      '"reason" is given twice, and "body.cancellationReason" says "b".',
    );
    expect(await stage.refused('cancel_booking', { booking_uid: 'nothing' })).toMatchObject({ code: 'not_found' });
    expect((await stage.refused('cancel_booking', { reason: 'x' })).message).toContain('"booking_uid"');
    expect((await stage.refused('cancel_booking', { booking_uid: uid, cancel_subsequent: true })).message).toContain(
      'not part of a series',
    );
  });

  test('passes on what it has no argument for', async () => {
    const { uid } = await book();
    const { message } = await stage.refused('cancel_booking', { booking_uid: uid, body: { refund: true } });
    expect(message).toContain('refund');
    expect((await stage.cal.getBooking(uid)).status).toBe('accepted');
  });

  test('is undone by the same people, answers and place, in a new booking', async () => {
    const { uid, title } = await book({
      guests: ['guest@example.com'],
      bookingFieldsResponses: { notes: 'Bring the numbers.', title: 'Roadmap' },
    });
    const written = await stage.write('cancel_booking', { booking_uid: uid });
    const { input, caveats } = await written.undo();
    expect(input).toMatchObject({
      attendee: { name: 'Ada Lovelace', time_zone: 'Europe/London' },
      guests: ['guest@example.com'],
      notes: 'Bring the numbers.',
    });
    expect(caveats).toEqual([
      'It is a new booking with a new uid.',
      'The mail that was sent stays in the mailboxes of Ada Lovelace, guest@example.com; a new invitation follows it.',
    ]);
    const { bookings } = await stage.cal.listBookings({ attendeeEmail: 'guest@example.com', status: ['upcoming'] });
    expect(bookings).toMatchObject([{ title, guests: ['guest@example.com'] }]);
    await expect(written.undo()).rejects.toThrow('is taken by');
  });

  test('is not undone when the time is taken or over', async () => {
    const taken = await book();
    const written = await stage.write('cancel_booking', { booking_uid: taken.uid });
    await stage.cal.createBooking({ eventTypeId: 2, start: taken.start, attendee: { ...ada, email: 'other@example.com' } });
    await expect(written.undo()).rejects.toThrow('is taken by');

    const over = await book();
    const late = await stage.write('cancel_booking', { booking_uid: over.uid });
    stage.clock.now = Date.parse(over.end);
    await expect(late.undo()).rejects.toThrow(/over|in the past/);
    stage.clock.now = NOW;
  });

  test('cancels a series from one of it on, and books it again', async () => {
    const weekly = await stage.cal.createEventType({
      ...{ title: 'Weekly', slug: 'weekly', lengthInMinutes: 30, recurrence: { interval: 1, occurrences: 4, frequency: 'weekly' } },
    });
    const first = await stage.cal.createBooking({
      eventTypeId: weekly.id,
      start: '2030-05-06T13:00:00Z',
      attendee: ada,
      recurrenceCount: 4,
    });
    const series = await stage.cal.getSeries(first.recurringBookingUid ?? '');
    expect((await stage.done('get_booking', { id: first.recurringBookingUid })).output).toHaveLength(4);
    const written = await stage.write('cancel_booking', { booking_uid: series[1]?.uid, cancel_subsequent: true });
    expect(written.asked.status?.text).toBe('3 to be cancelled');
    expect(await written.undo()).toMatchObject({ input: { start: series[1]?.start, recurrence_count: 3 } });
    const { bookings } = await stage.cal.listBookings({ eventTypeId: weekly.id, status: ['upcoming', 'recurring'] });
    expect(bookings.map(({ start }) => start)).toEqual(series.map(({ start }) => start));
    const whole = await stage.done('cancel_booking', { booking_uid: first.recurringBookingUid });
    expect(whole.output).toMatchObject({ status: 'cancelled' });
  });
});

describe('reschedule_booking', () => {
  test('takes the body of the API, with either name of the reason', async () => {
    const booked = await book();
    const start = laterThan(booked);
    const { output } = await stage.done('reschedule_booking', {
      booking_uid: booked.uid,
      body: { start, rescheduleReason: 'Attendee requested different time', rescheduledBy: 'ada@example.com' },
    });
    expect(output).toMatchObject({ start, rescheduledFromUid: booked.uid, reschedulingReason: 'Attendee requested different time' });
    expect(await stage.refused('reschedule_booking', { booking_uid: booked.uid, start })).toMatchObject({
      code: 'conflict',
      hint: `Use "${(output as Booking).uid}" instead.`,
    });
    expect((await stage.refused('reschedule_booking', { booking_uid: booked.uid })).message).toContain('"start"');
  });

  test('is undone by moving back, unless it was changed since', async () => {
    const booked = await book();
    const written = await stage.write('reschedule_booking', { booking_uid: booked.uid, start: laterThan(booked) });
    const moved: Booking = written.output;
    const again = await stage.write('reschedule_booking', { booking_uid: moved.uid, start: `${booked.start.slice(0, 10)}T14:00:00Z` });
    await expect(written.undo()).rejects.toThrow('was moved to');
    await again.undo();
    const { bookings } = await stage.cal.listBookings({ status: ['upcoming'], afterStart: booked.start, take: 1 });
    expect(bookings).toMatchObject([{ start: moved.start }]);
  });

  test('moves one seat of a booking, and back', async () => {
    const group = await stage.cal.createEventType({
      ...{ title: 'Group', slug: 'group', lengthInMinutes: 30 },
      seats: { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true },
    });
    const wish = { eventTypeId: group.id, start: '2030-05-07T13:00:00Z' };
    const { uid } = await stage.cal.createBooking({ ...wish, attendee: ada });
    const { seatUid } = await stage.cal.createBooking({ ...wish, attendee: { ...ada, email: 'grace@example.com' } });
    expect((await stage.refused('reschedule_booking', { booking_uid: uid, start: '2030-05-07T14:00:00Z' })).hint).toContain(seatUid ?? '?');
    const written = await stage.write('reschedule_booking', { booking_uid: uid, seat_uid: seatUid, start: '2030-05-07T14:00:00Z' });
    expect((await stage.cal.getBooking(uid)).attendees).toHaveLength(1);
    await written.undo();
    expect((await stage.cal.getBooking(uid)).attendees).toHaveLength(2);
  });
});

test('confirms and declines what waits, and says why that stays', async () => {
  await stage.cal.createEventType({
    ...{ title: 'Asked', slug: 'asked', lengthInMinutes: 30 },
    confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
  });
  const ask = async (start: string) =>
    (
      await stage.done(
        'create_booking',
        { username: 'olivia', event_type_slug: 'asked', start, attendee: { name: 'A', email: 'a@b.example' } },
        { as: stage.bob },
      )
    ).output as Booking;
  const one = await ask('2030-05-08T10:00:00Z');
  const two = await ask('2030-05-08T11:00:00Z');
  expect(await stage.settle('confirm_booking', { booking_uid: one.uid })).toEqual({ happened: false });
  expect((await stage.done('confirm_booking', { uid: one.uid })).output).toMatchObject({ status: 'accepted' });
  expect(await stage.settle('confirm_booking', { booking_uid: one.uid })).toMatchObject({ happened: true });
  expect(await stage.refused('confirm_booking', { booking_uid: one.uid })).toMatchObject({ code: 'conflict' });
  const declined = await stage.done('decline_booking', { booking_uid: two.uid, body: { reason: 'Away that week' } });
  expect(declined.output).toMatchObject({ status: 'rejected', cancellationReason: 'Away that week' });
  expect(await stage.settle('decline_booking', { booking_uid: two.uid })).toMatchObject({ happened: true });
});

describe('people of a booking', () => {
  test('are listed, added and taken out, by address or id', async () => {
    const { uid } = await book();
    const added = (await stage.done('add_attendee', { uid, name: 'Grace Hopper', email: 'grace@example.com', timeZone: 'UTC' })).output;
    expect(added).toMatchObject({ name: 'Grace Hopper', timeZone: 'UTC' });
    expect(await stage.refused('add_attendee', { uid, name: 'Grace', email: 'GRACE@example.com' })).toMatchObject({ code: 'conflict' });
    await stage.done('add_guests', { uid, guests: ['bob@example.org', { email: 'eve@example.org', name: 'Eve', timeZone: 'UTC' }] });
    const people = (await stage.done('list_attendees', { uid })).output as { id: number; email: string }[];
    expect(people.map(({ email }) => email)).toEqual(['ada@example.com', 'grace@example.com', 'bob@example.org', 'eve@example.org']);
    expect((await stage.refused('remove_attendee', { uid, attendees: ['ada@example.com'] })).message).toContain('made "30 Min Meeting');
    expect((await stage.refused('remove_attendee', { uid, attendees: ['nobody@example.com'] })).code).toBe('not_found');
    const written = await stage.write('remove_attendee', { booking_uid: uid, attendees: [String(people[2]?.id), 'eve@example.org'] });
    expect((await stage.done('list_attendees', { uid })).output).toHaveLength(2);
    expect(await written.undo()).toMatchObject({
      tool: 'cal.add_guests',
      input: { guests: [{ email: 'bob@example.org' }, { name: 'Eve' }] },
    });
    await expect(written.undo()).rejects.toThrow('takes part again');
    const mixed = await stage.write('remove_attendee', { booking_uid: uid, attendees: ['grace@example.com', 'eve@example.org'] });
    await expect(mixed.undo()).rejects.toThrow('added one by one');
    expect(await stage.refused('list_attendees', { booking_uid: 'nothing' })).toMatchObject({ code: 'not_found' });
  });

  test('are noted as absent once the meeting has begun', async () => {
    const { uid, start } = await book();
    const input = { uid, attendees: ['ada@example.com'], host: true };
    expect((await stage.refused('mark_absent', input)).message).toContain('has not begun');
    stage.clock.now = Date.parse(start) + 60_000;
    const { output, card } = await stage.done('mark_absent', input);
    expect(output).toMatchObject({ absentHost: true, attendees: [{ absent: true }] });
    expect(card.fields?.[0]).toEqual({ label: 'Absent', value: 'the host, ada@example.com' });
    expect((await stage.refused('mark_absent', { uid })).message).toContain('who was absent');
    expect((await stage.refused('mark_absent', { uid, attendees: ['x@example.com'] })).code).toBe('not_found');
    stage.clock.now = NOW;
  });
});

test('moves a booking to another place, and says what cannot be given back', async () => {
  const { uid } = await book();
  const written = await stage.write('update_booking_location', { booking_uid: uid, location: 'https://meet.example/ada' });
  expect(written.output).toMatchObject({ location: 'https://meet.example/ada' });
  await expect(written.undo()).rejects.toThrow('video room of its own');
  expect((await stage.done('update_booking_location', { uid, location: '+31612345678' })).output).toMatchObject({
    location: '+31612345678',
  });
  const nowhere = await stage.refused('update_booking_location', { uid, location: { type: 'link', link: 'ftp://x' } });
  expect(nowhere.message).toContain('link must be a URL');
});

test('asks its attendees for another time, and books it again', async () => {
  const { uid } = await book();
  const written = await stage.write('request_reschedule', { booking_uid: uid, reason: 'I have to be elsewhere.' });
  expect(written.output).toMatchObject({ uid, status: 'cancelled' });
  expect(await stage.settle('request_reschedule', { booking_uid: uid })).toMatchObject({ happened: true });
  expect(await written.undo()).toMatchObject({ tool: 'cal.create_booking' });
});

test('gives the links to calendars', async () => {
  const { uid } = await book();
  const links = (await stage.done('get_calendar_links', { uid })).output as { label: string }[];
  expect(links.map(({ label }) => label)).toEqual(['Google Calendar', 'Microsoft Office', 'Microsoft Outlook', 'ICS']);
  expect(await stage.refused('get_calendar_links', { uid: 'nothing' })).toMatchObject({ code: 'not_found' });
});

test.each([
  ['add_attendee', { name: 'Grace', email: 'grace@example.com' }, { email: 'grace@example.com' }],
  ['add_guests', { guests: ['bob@example.org'] }, { guests: ['guest@example.org', 'bob@example.org'] }],
  ['remove_attendee', { attendees: ['guest@example.org'] }, [{ email: 'guest@example.org' }]],
  ['request_reschedule', {}, { status: 'cancelled' }],
  ['update_booking_location', { location: 'https://meet.example/x' }, { location: 'https://meet.example/x' }],
  ['cancel_booking', {}, { status: 'cancelled' }],
])('finds out what became of %s when its answer is lost', async (tool, input, expected) => {
  const { uid } = await book({ guests: ['guest@example.org'] });
  stage.network.lostAnswers = 1;
  const { output } = await stage.done(tool, { booking_uid: uid, ...input });
  expect(output).toMatchObject(expected);
  expect(stage.network.lostAnswers).toBe(0);
  const addresses = (await stage.cal.getBooking(uid)).attendees.map(({ email }) => email);
  expect(new Set(addresses).size).toBe(addresses.length);
});
