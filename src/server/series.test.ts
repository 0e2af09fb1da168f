import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewEventType } from '../store/event-types.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

const TEN = '2050-09-05T10:00:00Z';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const weekly = { interval: 1, occurrences: 4, frequency: 'weekly' } as const;

function recurringHost(options: NewEventType['options'] = {}): Promise<TestHost> {
  return addHost(service, { options: { recurrence: weekly, ...options } });
}

function ask(host: TestHost, start = TEN, given: Readonly<Record<string, unknown>> = {}) {
  return service.call('POST /v2/bookings', { body: bookingBody(host, start, given) });
}

describe('a recurring booking', () => {
  it('makes all occurrences at the attendee’s clock, across a clock change', async () => {
    const host = await recurringHost();
    const { status, body } = await ask(host, '2050-10-24T10:00:00Z', { recurrenceCount: 3 });
    expect(status).toBe(201);
    expect(body.data.map(({ start }) => start)).toEqual([
      '2050-10-24T10:00:00.000Z',
      '2050-10-31T11:00:00.000Z',
      '2050-11-07T11:00:00.000Z',
    ]);
    const [first] = body.data;
    const series = await service.call(`GET /v2/bookings/${first?.recurringBookingUid}`);
    expect(series.body.data.map(({ uid }) => uid)).toEqual(body.data.map(({ uid }) => uid));
    expect((await service.call(`GET /v2/bookings/${first?.uid}`)).body.data).toMatchObject({
      recurringBookingUid: first?.recurringBookingUid,
    });
    const { body: listed } = await service.call('GET /v2/bookings?status=recurring', { key: host.key });
    expect(listed.data).toHaveLength(3);
  });

  it('has as many occurrences as the event type when the booker says nothing, and no more', async () => {
    const host = await recurringHost();
    expect((await ask(host)).body.data).toHaveLength(4);
    expect(await ask(host, TEN, { recurrenceCount: 5 })).toMatchObject({
      status: 400,
      body: { message: "Provided recurrence count is higher than the event type's recurring event count." },
    });
    const single = await addHost(service);
    expect(await ask(single, TEN, { recurrenceCount: 2 })).toMatchObject({
      status: 404,
      body: { message: `Event type with id=${single.eventTypeId} is not a recurring event` },
    });
  });

  it('is made whole or not at all', async () => {
    const host = await recurringHost();
    await ask(host, '2050-09-19T10:30:00Z', { recurrenceCount: 1 });
    const refused = await ask(host);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { details: { reason: 'not_available', occurrenceStart: '2050-09-19T10:00:00.000Z' } } },
    });
    // Starts of a whole series: on 19 September only one meeting is in the way.
    const free = ['05T09:00', '05T08:00', '05T12:00', '05T07:00', '05T13:00'].map((start) => `2050-09-${start}:00.000Z`);
    expect(refused.body.error.details.nearestFreeStarts).toEqual(free);
    const { body } = await service.call('GET /v2/bookings', { key: host.key });
    expect(body.data).toHaveLength(1);
    expect((await ask(host, free[0])).status).toBe(201);
  });

  it('answers a repeated request with the same series', async () => {
    const host = await recurringHost();
    const first = await ask(host);
    const again = await ask(host);
    expect(again.body.data.map(({ uid }) => uid)).toEqual(first.body.data.map(({ uid }) => uid));
  });

  it('is cancelled from one occurrence on, one by one, or all that is left', async () => {
    const host = await recurringHost();
    const { data } = (await ask(host)).body;
    const cancel = (uid: string | null | undefined, body: object = {}) => service.call(`POST /v2/bookings/${uid}/cancel`, { body });
    expect((await cancel(data[1]?.uid)).body.data).toMatchObject({ uid: data[1]?.uid, status: 'cancelled' });
    const later = await cancel(data[2]?.uid, { cancelSubsequentBookings: true });
    expect(later.body.data.map(({ uid }) => uid)).toEqual([data[2]?.uid, data[3]?.uid]);
    const series = data[0]?.recurringBookingUid;
    expect(await cancel(series, { cancelSubsequentBookings: true })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('Cannot cancel subsequent bookings for recurring event') },
    });
    expect((await cancel(series)).body.data).toMatchObject([{ uid: data[0]?.uid, status: 'cancelled' }]);
    expect((await cancel(series, { cancellationReason: 'again' })).status).toBe(400);
    const { uid } = (await ask(await addHost(service))).body.data;
    expect(await cancel(uid, { cancelSubsequentBookings: true })).toMatchObject({
      status: 400,
      body: { message: `Booking with bookingUid=${uid} is not part of a recurring booking.` },
    });
  });

  it('waits for one answer: confirmed or declined together', async () => {
    const host = await recurringHost({ confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } });
    const one = (await ask(host, TEN, { recurrenceCount: 2 })).body.data;
    const two = (await ask(host, '2050-09-12T10:30:00Z', { recurrenceCount: 2 })).body.data;
    const decide = (uid: string | null | undefined, how: string) => service.call(`POST /v2/bookings/${uid}/${how}`, { key: host.key });
    expect((await decide(one[0]?.uid, 'confirm')).body.data).toMatchObject({ uid: one[0]?.uid, status: 'accepted' });
    expect((await service.call(`GET /v2/bookings/${one[1]?.uid}`)).body.data.status).toBe('accepted');
    // Its first occurrence overlaps one that is accepted now: neither of the two is confirmed.
    expect((await decide(two[1]?.uid, 'confirm')).status).toBe(400);
    expect((await service.call(`GET /v2/bookings/${two[1]?.uid}`)).body.data.status).toBe('pending');
    expect((await decide(two[0]?.recurringBookingUid, 'decline')).body.data).toMatchObject([
      { status: 'rejected' },
      { status: 'rejected' },
    ]);
  });

  it('keeps an occurrence in its series when it is moved', async () => {
    const host = await recurringHost();
    const { data } = (await ask(host)).body;
    const body = { start: '2050-09-06T10:00:00Z' };
    expect((await service.call(`POST /v2/bookings/${data[0]?.uid}/reschedule`, { body })).body.data).toMatchObject({
      recurringBookingUid: data[0]?.recurringBookingUid,
    });
  });

  it('tells of every occurrence', async () => {
    const host = await recurringHost();
    const { data } = (await ask(host)).body;
    const rows = await service.store.db.selectFrom('outbox').select(['kind', 'booking_uid']).where('user_id', '=', host.user.id).execute();
    expect(rows.map((row) => row.booking_uid).sort()).toEqual(data.map(({ uid }) => uid).sort());
  });
});
