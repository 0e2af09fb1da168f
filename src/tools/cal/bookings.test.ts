import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { tools } from '../index.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';

let stage: ToolStage;
const made: Record<string, Booking> = {};

beforeAll(async () => {
  stage = await openToolStage(tools);
  const asking = await stage.cal.createEventType({
    ...{ title: 'Asked', slug: 'asked', lengthInMinutes: 30 },
    confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
  });
  const book = async (name: string, start: string, eventTypeId = 2) => {
    const attendee = { name, email: `${name}@example.com`, timeZone: 'UTC' };
    const as = eventTypeId === asking.id ? 'bob' : 'olivia';
    const input = { ...{ start, attendee }, ...(as === 'bob' ? { username: 'olivia', event_type_slug: 'asked' } : { event_type_id: 2 }) };
    made[name] = (await stage.done('create_booking', input, as === 'bob' ? { as: stage.bob } : {})).output;
  };
  await book('over', '2030-01-07T10:00:00Z');
  await book('ahead', '2030-01-09T10:00:00Z');
  await book('later', '2030-01-10T10:00:00Z');
  await book('waiting', '2030-01-11T10:00:00Z', asking.id);
  await book('refused', '2030-01-11T11:00:00Z', asking.id);
  await book('gone', '2030-01-11T12:00:00Z');
  await stage.done('cancel_booking', { booking_uid: made.gone?.uid });
  await stage.done('decline_booking', { booking_uid: made.refused?.uid });
  stage.clock.now = Date.parse('2030-01-08T08:00:00Z');
});
afterAll(() => stage.close());

const names = async (input: unknown): Promise<readonly string[]> => {
  const { bookings }: { readonly bookings: readonly Booking[] } = (await stage.done('list_bookings', input)).output;
  return bookings.map(({ attendees }) => attendees[0]?.name ?? '').toSorted();
};

describe('list_bookings', () => {
  test.each([
    ['upcoming', ['ahead', 'later', 'waiting']],
    ['past', ['over']],
    ['cancelled', ['gone', 'refused']],
    ['unconfirmed', ['waiting']],
    ['recurring', []],
    ['confirmed', ['ahead', 'later', 'over']],
    ['pending', ['waiting']],
    ['rejected', ['refused']],
    ['past,pending', ['over', 'waiting']],
    [
      ['rejected', 'upcoming'],
      ['ahead', 'later', 'refused', 'waiting'],
    ],
  ])('knows the status %j', async (status, expected) => {
    expect(await names({ status })).toEqual(expected);
  });

  test('says which statuses there are', async () => {
    expect((await stage.refused('list_bookings', { status: 'open' })).message).toContain('confirmed');
  });

  test('counts in pages, and in take and skip', async () => {
    const all = { status: 'upcoming' };
    expect(await names({ ...all, limit: 2 })).toEqual(['ahead', 'later']);
    expect(await names({ ...all, limit: 2, page: 2 })).toEqual(['waiting']);
    expect(await names({ ...all, take: 1, skip: 1 })).toEqual(['later']);
    expect((await stage.refused('list_bookings', { limit: 2, skip: 3 })).message).toContain('"skip" must be a multiple');
    const { output } = await stage.done('list_bookings', { status: 'confirmed', limit: 2, page: 2 });
    expect(output).toMatchObject({ bookings: [{}], pagination: { totalItems: 3, currentPage: 2, totalPages: 2, hasNextPage: false } });
  });

  test('collects everything on request', async () => {
    const { output } = await stage.done('list_bookings', { all: true });
    expect(output).toMatchObject({ pagination: { totalItems: 6, returnedItems: 6, hasNextPage: false } });
  });

  test('filters by attendee, event type and time', async () => {
    expect(await names({ attendee_email: 'ahead@example.com' })).toEqual(['ahead']);
    expect(await names({ attendeeName: 'later' })).toEqual(['later']);
    expect(await names({ event_type_id: made.waiting?.eventType?.id })).toEqual(['refused', 'waiting']);
    expect(await names({ after_start: '2030-01-10', before_end: '2030-01-10' })).toEqual(['later']);
  });
});

describe('get_booking', () => {
  test('finds by uid, by id and by the uid of a series', async () => {
    const { uid, id } = made.ahead ?? { uid: '', id: 0 };
    for (const input of [{ id: uid }, { uid }, { bookingUid: uid }, { id }, { id: String(id) }]) {
      expect((await stage.done('get_booking', input)).output).toMatchObject({ uid });
    }
    expect(await stage.refused('get_booking', { id: 'nothing' })).toMatchObject({
      code: 'not_found',
      message: 'There is no booking "nothing".',
      hint: 'List the bookings: each shows its uid.',
    });
    expect((await stage.refused('get_booking', { id: '99999' })).code).toBe('not_found');
    expect((await stage.refused('get_booking', {})).message).toContain('"id"');
  });
});

describe('what can be booked', () => {
  test('lists event types in pages, of a name and of somebody', async () => {
    const slugs = async (input: unknown) =>
      ((await stage.done('list_event_types', input)).output as { slug: string }[]).map(({ slug }) => slug);
    expect(await slugs({ limit: 1, page: 2 })).toEqual(['30min']);
    expect(await slugs({ limit: 20 })).toEqual(['15min', '30min', '60min', 'asked']);
    expect(await slugs({ username: 'bob' })).toEqual(['15min', '30min', '60min']);
    expect(await slugs({ username: 'bob', eventSlug: '30min' })).toEqual(['30min']);
    expect((await stage.refused('list_event_types', { team_id: 1 })).code).toBe('not_found');
  });

  test('shows one by id or slug', async () => {
    for (const input of [{ id: 2 }, { eventTypeId: 2 }, { slug: '30min' }, { slug: '30min', username: 'bob' }]) {
      expect((await stage.done('get_event_type', input)).output).toMatchObject({ slug: '30min', lengthInMinutes: 30 });
    }
    expect(await stage.refused('get_event_type', { id: 99 })).toMatchObject({ code: 'not_found', message: 'There is no event type 99.' });
    expect((await stage.refused('get_event_type', {})).message).toContain('Neither "id" nor "slug"');
  });

  test('finds free times by id, by username and slug, and of several people', async () => {
    const day = { startTime: '2030-01-15T00:00:00Z', endTime: '2030-01-15T23:59:59Z' };
    const own = (await stage.done('get_available_slots', { eventTypeId: 2, ...day })).output as Slots;
    expect(own.slots['2030-01-15']?.[0]?.start).toBe('2030-01-15T09:00:00.000+01:00');
    const bobs = (await stage.done('get_available_slots', { username: 'bob', eventSlug: '15min', ...day, time_zone: 'UTC' }))
      .output as Slots;
    expect(bobs.slots['2030-01-15']?.[0]?.start).toBe('2030-01-15T14:00:00.000Z');
    const both = await stage.done('get_available_slots', { usernames: 'olivia,bob', ...day, time_zone: 'UTC' });
    expect((both.output as Slots).slots['2030-01-15']?.map(({ start }) => start)).toEqual([
      '2030-01-15T14:00:00.000Z',
      '2030-01-15T14:30:00.000Z',
      '2030-01-15T15:00:00.000Z',
      '2030-01-15T15:30:00.000Z',
    ]);
    expect(both.card.draft).toBeUndefined();
    expect((await stage.refused('get_available_slots', { usernames: ['olivia', 'nobody'], ...day })).code).toBe('not_found');
    expect((await stage.refused('get_available_slots', { eventTypeId: 2, start: '2030-01-15', end: '2030-01-14' })).message).toContain(
      'not after',
    );
  });
});

interface Slots {
  readonly slots: Readonly<Record<string, readonly { readonly start: string }[]>>;
}

test('says whose calendar it is', async () => {
  expect((await stage.done('cal.get_current_user', {})).output).toMatchObject({ username: 'olivia', timeZone: 'Europe/Amsterdam' });
});
