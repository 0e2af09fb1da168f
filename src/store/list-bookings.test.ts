import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertBooking, updateBooking } from './bookings.ts';
import { createEventType } from './event-types.ts';
import { type BookingFilter, listBookings } from './list-bookings.ts';
import { createSampleHost, DAY, HOUR, NOW, type SampleHost, sampleBooking } from './sample-diary.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('the list of bookings on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  let host: SampleHost;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
    host = await createSampleHost(store);
    const other = await createEventType(store.db, { userId: host.user.id, slug: 'other', title: 'Other', lengthMinutes: 60, now: NOW });
    const eve = [{ name: 'Eve', email: 'eve@example.com', timeZone: 'UTC' }] as const;
    const stranger = await createSampleHost(store);
    const attended = [{ name: 'Grace', email: host.user.email.toUpperCase(), timeZone: 'UTC' }] as const;
    const samples = [
      sampleBooking(host, { uid: 'past', startAt: NOW - DAY, now: NOW - 3 * DAY }),
      sampleBooking(host, { uid: 'running', startAt: NOW - HOUR / 4 }),
      sampleBooking(host, { uid: 'next', startAt: NOW + HOUR, attendees: eve }),
      sampleBooking(host, { uid: 'later', startAt: NOW + 2 * DAY, eventTypeId: other.id }),
      sampleBooking(host, { uid: 'pending', startAt: NOW + 3 * HOUR, status: 'pending' }),
      sampleBooking(host, { uid: 'weekly', startAt: NOW + 7 * DAY, recurringUid: 'series' }),
      sampleBooking(host, { uid: 'weekly-pending', startAt: NOW + 14 * DAY, recurringUid: 'series', status: 'pending' }),
      sampleBooking(host, { uid: 'rejected', startAt: NOW + 5 * HOUR, status: 'rejected' }),
      sampleBooking(host, { uid: 'cancelled', startAt: NOW + 4 * HOUR }),
      sampleBooking(stranger, { uid: 'attended', startAt: NOW + 9 * HOUR, attendees: attended }),
      sampleBooking(stranger, { uid: 'foreign', startAt: NOW + 8 * HOUR }),
    ];
    for (const sample of samples) {
      await insertBooking(store.db, sample);
    }
    const cancel = { from: ['accepted'], changes: { status: 'cancelled', now: NOW + DAY } } as const;
    await store.transaction((tx) => updateBooking(tx, 'cancelled', cancel));
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  async function list(filter: Partial<BookingFilter>): Promise<readonly string[]> {
    const page = await listBookings(store.db, { viewer: viewer(), now: NOW, take: 100, skip: 0, ...filter });
    expect(page.totalItems).toBe(page.bookings.length);
    return page.bookings.map((booking) => booking.uid);
  }

  const viewer = () => ({ userId: host.user.id, email: host.user.email });

  it('shows what the viewer hosts and attends, nothing of others, by start', async () => {
    expect(await list({})).toEqual([
      'past',
      'running',
      'next',
      'pending',
      'cancelled',
      'rejected',
      'attended',
      'later',
      'weekly',
      'weekly-pending',
    ]);
    expect(await list({ viewer: { userId: 0, email: 'nobody@example.com' } })).toEqual([]);
  });

  it('counts a pending single booking as upcoming, a pending one of a series not', async () => {
    expect(await list({ statuses: ['upcoming'] })).toEqual(['running', 'next', 'pending', 'attended', 'later', 'weekly']);
  });

  it('knows the other statuses, latest first where they look back', async () => {
    expect(await list({ statuses: ['past'] })).toEqual(['past']);
    expect(await list({ statuses: ['past'], now: NOW + 30 * DAY })).toEqual([
      'weekly-pending',
      'weekly',
      'later',
      'attended',
      'pending',
      'next',
      'running',
      'past',
    ]);
    expect(await list({ statuses: ['cancelled'] })).toEqual(['rejected', 'cancelled']);
    expect(await list({ statuses: ['unconfirmed'] })).toEqual(['pending', 'weekly-pending']);
    expect(await list({ statuses: ['recurring'] })).toEqual(['weekly', 'weekly-pending']);
  });

  it('joins several statuses, by start', async () => {
    expect(await list({ statuses: ['cancelled', 'past'] })).toEqual(['past', 'cancelled', 'rejected']);
  });

  it('filters by attendee, uid and event type', async () => {
    expect(await list({ attendeeEmail: 'EVE@example.com' })).toEqual(['next']);
    expect(await list({ attendeeName: 'Eve' })).toEqual(['next']);
    expect(await list({ attendeeName: 'Ev' })).toEqual([]);
    expect(await list({ bookingUid: 'later' })).toEqual(['later']);
    expect(await list({ bookingUid: 'foreign' })).toEqual([]);
    const [later] = (await listBookings(store.db, { viewer: viewer(), now: NOW, take: 1, skip: 0, bookingUid: 'later' })).bookings;
    expect(await list({ eventTypeIds: [later?.eventType?.id ?? 0] })).toEqual(['later']);
    expect(await list({ eventTypeIds: [] })).toEqual([]);
  });

  it('filters by start, end, creation and change, inclusively', async () => {
    expect(await list({ afterStart: NOW + 2 * DAY })).toEqual(['later', 'weekly', 'weekly-pending']);
    expect(await list({ beforeEnd: NOW + HOUR / 4 })).toEqual(['past', 'running']);
    expect(await list({ beforeCreatedAt: NOW - 3 * DAY })).toEqual(['past']);
    expect(await list({ afterCreatedAt: NOW, statuses: ['cancelled'] })).toEqual(['rejected', 'cancelled']);
    expect(await list({ afterUpdatedAt: NOW + DAY })).toEqual(['cancelled']);
    expect(await list({ beforeUpdatedAt: NOW - DAY })).toEqual(['past']);
  });

  it('sorts as asked', async () => {
    const statuses = ['past', 'recurring'] as const;
    expect(await list({ statuses, sort: { by: 'end', direction: 'desc' } })).toEqual(['weekly-pending', 'weekly', 'past']);
    expect((await list({ sort: { by: 'created', direction: 'asc' } }))[0]).toBe('past');
    expect((await list({ sort: { by: 'updated', direction: 'desc' } }))[0]).toBe('cancelled');
  });

  it('cuts pages and counts all', async () => {
    const page = await listBookings(store.db, { viewer: viewer(), now: NOW, take: 3, skip: 2 });
    expect(page.bookings.map((booking) => booking.uid)).toEqual(['next', 'pending', 'cancelled']);
    expect(page.totalItems).toBe(10);
    expect(await listBookings(store.db, { viewer: viewer(), now: NOW, take: 3, skip: 50 })).toEqual({ bookings: [], totalItems: 10 });
  });
});
