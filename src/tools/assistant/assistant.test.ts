import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { dailyAgenda } from './daily-agenda.ts';
import { explainAvailability } from './explain-availability.ts';
import { findTime } from './find-time.ts';
import { resolveTime } from './resolve-time.ts';

let stage: ToolStage;
let booked: Booking;
beforeAll(async () => {
  stage = await openToolStage([dailyAgenda, explainAvailability, findTime, resolveTime]);
  // Tuesday 10:00 – 11:00 in Amsterdam.
  booked = await stage.cal.createBooking({
    eventTypeId: 3,
    start: '2030-01-08T09:00:00Z',
    attendee: { name: 'Ada Lovelace', email: 'ada@example.com', timeZone: 'Europe/London' },
  });
});
afterAll(() => stage.close());

interface Found {
  readonly slots: readonly { readonly start: string }[];
  readonly people: unknown;
  readonly unseen: readonly { readonly why: string }[];
}

interface Explained {
  readonly isFree: boolean;
  readonly reasons: readonly { readonly reason: string; readonly detail: string; readonly bookingUid?: string }[];
  readonly alternatives: readonly string[];
}

const startsOf = ({ slots }: Found) => slots.map(({ start }) => start);

test('turns words into times and says what was assumed', async () => {
  expect((await stage.done('resolve_time', { text: 'next Tuesday afternoon' })).output).toMatchObject({
    kind: 'span',
    start: '2030-01-15T11:00:00.000Z',
    end: '2030-01-15T16:00:00.000Z',
  });
  const nine = await stage.done('resolve_time', { text: 'tomorrow at nine', time_zone: 'America/New_York' });
  expect(nine.output).toMatchObject({
    kind: 'moment',
    start: '2030-01-08T14:00:00.000Z',
    end: null,
    assumed: [expect.stringContaining('09:00')],
  });
  expect(nine.card.note).toContain('Assumed');
  expect((await stage.done('resolve_time', { text: 'at 15:00' })).output).toMatchObject({ start: '2030-01-07T14:00:00.000Z' });
  expect((await stage.done('resolve_time', { text: 'in the afternoon' })).output).toMatchObject({ hours: { from: '12:00', to: '17:00' } });
  expect((await stage.done('resolve_time', { text: 'after 3pm tomorrow' })).output).toMatchObject({
    start: '2030-01-08T14:00:00.000Z',
    end: '2030-01-08T23:00:00.000Z',
  });
  for (const text of ['Feb 30', 'yesterday at 3', 'every monday', 'a nice cup of tea']) {
    expect((await stage.refused('resolve_time', { text })).code).toBe('invalid_input');
  }
});

test('finds the earliest times, and honours every wish', async () => {
  const { output, card } = await stage.done('find_time', { when: 'tomorrow', limit: 3 });
  expect(startsOf(output)).toEqual(['2030-01-08T08:00:00.000Z', '2030-01-08T08:30:00.000Z', '2030-01-08T10:00:00.000Z']);
  expect(card).toMatchObject({ kind: 'slots', title: '3 free times for 30 Min Meeting', draft: { eventTypeId: 2, durationMinutes: 30 } });
  const afternoon = await stage.done('find_time', { when: 'next week', part_of_day: 'afternoon', weekdays: ['Wed'], limit: 2 });
  expect(startsOf(afternoon.output)).toEqual(['2030-01-16T11:00:00.000Z', '2030-01-16T11:30:00.000Z']);
  const hour = await stage.done('find_time', { event_type: '60 min', when: 'tomorrow', limit: 1 });
  expect(startsOf(hour.output)).toEqual(['2030-01-08T08:00:00.000Z']);
  const later = await stage.done('find_time', { notice_minutes: 24 * 60 + 30, limit: 1 });
  expect(startsOf(later.output)).toEqual(['2030-01-08T08:30:00.000Z']);
  expect((await stage.done('find_time', { when: 'saturday' })).card.title).toBe('No free time for 30 Min Meeting');
});

test('finds the times that several people share, by username and by address', async () => {
  // Bob works 09:00-17:00 in New York: 15:00-23:00 in Amsterdam.
  for (const who of ['bob', 'bob@example.com']) {
    const { output, card } = await stage.done('find_time', { when: 'tomorrow', with: [who], limit: 2 });
    expect(startsOf(output)).toEqual(['2030-01-08T14:00:00.000Z', '2030-01-08T14:30:00.000Z']);
    expect((output as Found).people).toMatchObject([{ username: 'bob', name: 'Bob Babel' }]);
    expect(card.title).toBe('2 free times for 30 Min Meeting with Bob Babel');
  }
});

test('says whose calendars cannot be seen', async () => {
  const { output, card } = await stage.done('find_time', { when: 'tomorrow', with: ['bob', 'carol@elsewhere.org'], limit: 1 });
  expect((output as Found).unseen).toEqual([
    { person: 'carol@elsewhere.org', email: 'carol@elsewhere.org', why: 'no user of this installation has this address' },
  ]);
  expect(card.note).toContain('The calendar of "carol@elsewhere.org" cannot be seen');
  const nobody = await stage.done('find_time', { with: ['nobody'], limit: 1 });
  expect((nobody.output as Found).unseen[0]?.why).toContain('nobody has the username "nobody"');
});

test('refuses what it cannot search', async () => {
  expect(await stage.refused('find_time', { event_type: 'yoga' })).toMatchObject({
    code: 'not_found',
    hint: expect.stringContaining('30min'),
  });
  expect(await stage.refused('find_time', { event_type: 'meeting' })).toMatchObject({
    code: 'invalid_input',
    details: { reason: 'ambiguous_event_type' },
  });
  expect((await stage.refused('find_time', { event_type: '30min', duration_minutes: 50 })).message).toContain('cannot last 50 minutes');
  expect((await stage.refused('find_time', { when: 'Feb 30' })).message).toContain('not understood');
});

test('explains why a time is not free', async () => {
  const explain = async (when: string, more = {}): Promise<Explained> =>
    (await stage.done('explain_availability', { when, ...more })).output;
  const busy = await explain('tomorrow 10:30');
  expect(busy).toMatchObject({ isFree: false, reasons: [{ reason: 'busy', bookingUid: booked.uid }] });
  expect(busy.alternatives).toContain('2030-01-08T10:00:00.000Z');
  expect((await explain('tomorrow 11:00')).isFree).toBe(true);
  expect((await explain('tomorrow 20:00')).reasons).toMatchObject([{ reason: 'outside_hours' }]);
  expect((await explain('2030-01-07T10:00')).reasons[0]).toMatchObject({ reason: 'notice' });
  expect((await explain('2030-01-06T10:00')).reasons[0]).toMatchObject({ reason: 'past' });
  const saturday = await explain('saturday');
  expect(saturday).toMatchObject({ isFree: false, reasons: [{ reason: 'outside_hours' }] });
  expect((await explain('tomorrow')).isFree).toBe(true);
  const { card } = await stage.done('explain_availability', { when: 'tomorrow 10:30' });
  expect(card).toMatchObject({
    kind: 'record',
    status: { text: 'Not free' },
    title: 'Tue 8 Jan 2030, 10:30 – 11:00: not free for 30 Min Meeting',
  });
});

test('explains days away and limits', async () => {
  await stage.cal.createOutOfOffice({ start: '2030-02-05T00:00:00.000Z', end: '2030-02-05T23:59:59.999Z' });
  const away: Explained = (await stage.done('explain_availability', { when: '2030-02-05T10:00' })).output;
  expect(away.reasons).toMatchObject([{ reason: 'away' }]);
  await stage.cal.updateEventType(1, { bookingWindow: { type: 'calendarDays', value: 5 } });
  const far: Explained = (await stage.done('explain_availability', { when: '2030-03-05T10:00', event_type: '15min' })).output;
  expect(far.isFree).toBe(false);
  expect(far.reasons[0]?.detail).not.toBe('');
});

test('shows a day with its gaps and what is next, in the reader’s zone', async () => {
  const { output, card } = await stage.done('daily_agenda', { date: 'tomorrow' });
  expect(output).toMatchObject({
    date: '2030-01-08',
    bookings: [{ uid: booked.uid }],
    gaps: [
      { start: '2030-01-08T08:00:00.000Z', end: '2030-01-08T09:00:00.000Z' },
      { start: '2030-01-08T10:00:00.000Z', end: '2030-01-08T16:00:00.000Z' },
    ],
    next: { uid: booked.uid },
  });
  expect(card).toMatchObject({ kind: 'list', title: 'Tue 8 Jan 2030: 1 booking' });
  expect(card.items?.map(({ title, time }) => `${title} ${time}`)).toEqual([
    'Free 09:00 – 10:00',
    `${booked.title} 10:00 – 11:00`,
    'Free 11:00 – 17:00',
  ]);
  expect((await stage.done('daily_agenda')).output).toMatchObject({ date: '2030-01-07', bookings: [] });
  expect((await stage.done('daily_agenda', { date: 'yesterday' })).output).toMatchObject({ date: '2030-01-06', gaps: [] });
  const auckland = await stage.done('daily_agenda', { date: '2030-01-08', time_zone: 'Pacific/Auckland' });
  expect(auckland.output).toMatchObject({ bookings: [{ uid: booked.uid }] });
  expect((await stage.refused('daily_agenda', { date: 'next week' })).message).toContain('more than one day');
});
