import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../store/api-keys.ts';
import { addHost, bookingBody, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;
let processNow = Date.parse('2026-01-01T00:00:00Z');

beforeAll(async () => {
  service = await startTestService({ processNow: () => processNow });
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const START = '2050-09-05T10:00:00Z';
const book = (body: unknown, options: Readonly<Record<string, unknown>> = {}) => service.call('POST /v2/bookings', { body, ...options });

describe('the same booking sent again', () => {
  it('is answered with the first one, whatever the order of its members', async () => {
    const host = await addHost(service);
    const { eventTypeId, start, attendee } = bookingBody(host, START);
    const first = await book({ eventTypeId, start, attendee });
    const second = await book({ attendee, start, eventTypeId });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body.data).toEqual(first.body.data);
  });

  it('is one booking also when both arrive at once', async () => {
    const host = await addHost(service);
    const answers = await Promise.all(Array.from({ length: 8 }, () => book(bookingBody(host, START), { key: host.key })));
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.body.data.uid}`)).size).toBe(1);
    expect((await service.call('GET /v2/bookings', { key: host.key })).body.data).toHaveLength(1);
  });

  it('is another booking once the first was cancelled', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, START))).body.data;
    await service.call(`POST /v2/bookings/${uid}/cancel`, { body: {} });
    const again = await book(bookingBody(host, START));
    expect(again.status).toBe(201);
    expect(again.body.data.uid).not.toBe(uid);
    expect((await book(bookingBody(host, START))).body.data.uid).toBe(again.body.data.uid);
  });

  it('is a conflict after ten minutes', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, START))).body.data;
    processNow += 9 * 60_000;
    expect((await book(bookingBody(host, START))).body.data.uid).toBe(uid);
    processNow += 2 * 60_000;
    expect((await book(bookingBody(host, START))).status).toBe(400);
  });

  it('is nobody else’s: another key or address learns nothing', async () => {
    const host = await addHost(service);
    await book(bookingBody(host, START), { key: host.key });
    const otherKey = await createApiKey(service.store.db, { userId: host.user.id, now: Date.now() });
    const other = await addHost(service);
    for (const key of [otherKey, other.key, undefined]) {
      expect(await book(bookingBody(host, START), { key })).toMatchObject({
        status: 400,
        body: { error: { details: { reason: expect.any(String) } } },
      });
    }
    const request = () =>
      new Request('http://cal.test/v2/bookings', {
        method: 'POST',
        headers: { 'cal-api-version': '2024-08-13' },
        body: JSON.stringify(bookingBody(host, '2050-09-05T12:00:00Z')),
      });
    const from = async (remoteAddress: string) => (await service.app.fetch(request(), { remoteAddress })).status;
    expect([await from('192.0.2.1'), await from('192.0.2.1'), await from('192.0.2.2')]).toEqual([201, 201, 400]);
  });

  it('that failed is tried again', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, '2050-09-05T09:30:00Z'))).body.data;
    expect((await book(bookingBody(host, START))).status).toBe(400);
    await service.call(`POST /v2/bookings/${uid}/cancel`, { body: {} });
    expect((await book(bookingBody(host, START))).status).toBe(201);
  });
});

describe('an Idempotency-Key', () => {
  const headers = { 'idempotency-key': 'k-1' };

  it('gives the first result for a day, and tells two wishes with one body apart', async () => {
    const host = await addHost(service);
    const plain = await addHost(service);
    const first = await book(bookingBody(plain, START), { headers });
    processNow += 60 * 60_000;
    expect((await book(bookingBody(plain, START), { headers })).body.data.uid).toBe(first.body.data.uid);
    expect((await book(bookingBody(plain, START), { headers: { 'idempotency-key': 'k-2' } })).status).toBe(400);
    expect(await book(bookingBody(host, START), { headers })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('was sent before with another body') },
    });
  });

  it('may not be endless', async () => {
    const host = await addHost(service);
    const answer = await book(bookingBody(host, START), { headers: { 'idempotency-key': 'x'.repeat(256) } });
    expect(answer.status).toBe(400);
  });
});

describe('a change sent again', () => {
  it('answers the same: reschedule and cancel', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, START))).body.data;
    const move = () =>
      service.call(`POST /v2/bookings/${uid}/reschedule`, { body: { start: '2050-09-06T10:00:00Z', rescheduleReason: 'late' } });
    const moved = await move();
    expect(moved).toMatchObject({ status: 201, body: { data: { reschedulingReason: 'late', rescheduledFromUid: uid } } });
    expect((await move()).body.data).toEqual(moved.body.data);
    expect((await service.call(`GET /v2/bookings/${uid}`)).body.data.rescheduledToUid).toBe(moved.body.data.uid);

    const cancel = () => service.call(`POST /v2/bookings/${moved.body.data.uid}/cancel`, { body: { cancellationReason: 'over' } });
    const cancelled = await cancel();
    expect(cancelled.body.data.status).toBe('cancelled');
    expect((await cancel()).body.data).toEqual(cancelled.body.data);
    const other = await service.call(`POST /v2/bookings/${moved.body.data.uid}/cancel`, { body: { cancellationReason: 'other' } });
    expect(other).toMatchObject({ status: 400, body: { message: expect.stringContaining('it has been cancelled already') } });
    expect((await move()).status).toBe(400);
  });
});

describe('a refused booking', () => {
  it('says why and what is free instead, to the host more than to strangers', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, START))).body.data;
    const attendee = { name: 'Eve', email: 'eve@example.com', timeZone: 'UTC' };
    const stranger = await book(bookingBody(host, START, { attendee }));
    const nearest = ['09:00', '11:00', '08:00', '12:00', '07:00'].map((time) => `2050-09-05T${time}:00.000Z`);
    expect(stranger.body.error.details).toMatchObject({ reason: 'not_available', nearestFreeStarts: nearest });
    expect(JSON.stringify(stranger.body)).not.toContain(uid);
    const own = await book(bookingBody(host, START, { attendee }), { key: host.key });
    expect(own.body.error.details).toMatchObject({ reason: 'busy', conflictingBookingUid: uid, nearestFreeStarts: nearest });

    const far = await book(bookingBody(host, '2049-01-01T10:00:00Z'), { key: host.key });
    expect(far.body.error.details).toMatchObject({ reason: 'past', nearestFreeStarts: expect.arrayContaining([expect.any(String)]) });
    expect(far.body.error.details.nearestFreeStarts).toHaveLength(5);
  });

  it('says it of moves too, where the booking’s own time counts as free', async () => {
    const host = await addHost(service);
    const { uid } = (await book(bookingBody(host, START))).body.data;
    await book(bookingBody(host, '2050-09-05T11:00:00Z'));
    const refused = await service.call(`POST /v2/bookings/${uid}/reschedule`, { body: { start: '2050-09-05T11:00:00Z' } });
    const times = ['10:00', '12:00', '09:00', '13:00', '08:00'];
    expect(refused.body.error.details.nearestFreeStarts).toEqual(times.map((time) => `2050-09-05T${time}:00.000Z`));
  });
});

describe('a decision of the host', () => {
  it.each([
    ['confirm', 'accepted', {}],
    ['decline', 'rejected', { reason: 'Not this week' }],
  ])('is answered alike when %s is sent twice, also at once, and made once', async (action, status, body) => {
    const host = await addHost(service, { options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } });
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-06T08:00:00Z') })).body.data;
    const decide = () => service.call(`POST /v2/bookings/${uid}/${action}`, { key: host.key, body });
    const both = await Promise.all([decide(), decide()]);
    const later = await decide();
    for (const answer of [...both, later]) expect(answer).toMatchObject({ status: 200, body: { data: { uid, status } } });
    if (action === 'confirm') {
      await service.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key, body: { cancellationReason: 'ill' } });
      expect(await decide()).toMatchObject({ status: 400 });
    }
  });
});
