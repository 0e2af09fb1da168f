import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

/** 06:00 in Rome. */
const EARLY = '2050-09-05T04:00:00Z';
const TEN = '2050-09-05T08:00:00Z';

describe('a host who sets rules aside', () => {
  it.each(['overrideAvailability', 'allowConflicts', 'allowBookingOutOfBounds'])('may, and nobody else: %s', async (name) => {
    const host = await addHost(service);
    const stranger = await addHost(service);
    for (const key of [undefined, stranger.key]) {
      const refused = await service.call('POST /v2/bookings', { key, body: bookingBody(host, TEN, { [name]: true }) });
      expect(refused).toMatchObject({ status: 403 });
      expect(refused.body.message).toContain(name);
    }
    expect(await service.call('POST /v2/bookings', { body: bookingBody(host, TEN, { [name]: false }) })).toMatchObject({ status: 201 });
  });

  it('books outside the hours with overrideAvailability, and not over another meeting', async () => {
    const host = await addHost(service);
    const body = bookingBody(host, EARLY, { overrideAvailability: true });
    expect(await service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, EARLY) })).toMatchObject({ status: 400 });
    expect(await service.call('POST /v2/bookings', { key: host.key, body })).toMatchObject({ status: 201 });
    const again = await service.call('POST /v2/bookings', { key: host.key, body: { ...body, metadata: { second: true } } });
    expect(again).toMatchObject({ status: 400, body: { error: { details: { reason: 'busy' } } } });
  });

  it('books inside the notice with allowBookingOutOfBounds, and not in the past', async () => {
    const host = await addHost(service, { options: { minimumBookingNotice: 60 * 24 * 30 } });
    const ask = (start: string) =>
      service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, start, { allowBookingOutOfBounds: true }) });
    expect(await service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, TEN) })).toMatchObject({ status: 400 });
    expect(await ask(TEN)).toMatchObject({ status: 201 });
    expect(await ask('2049-09-06T08:00:00Z')).toMatchObject({
      status: 400,
      body: { message: 'Attempting to book a meeting in the past. No other start is free within two weeks.' },
    });
  });

  it('books over another meeting with allowConflicts; both take their time from everybody else', async () => {
    const host = await addHost(service);
    await service.call('POST /v2/bookings', { body: bookingBody(host, TEN) });
    const half = '2050-09-05T08:30:00Z';
    const body = bookingBody(host, half, { allowConflicts: true });
    const made = await service.call('POST /v2/bookings', { key: host.key, body });
    expect(made).toMatchObject({ status: 201, body: { data: { status: 'accepted' } } });
    const later = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T09:00:00Z') });
    expect(later).toMatchObject({ status: 400 });
    expect(await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T09:30:00Z') })).toMatchObject({ status: 201 });
    const moved = await service.call(`POST /v2/bookings/${made.body.data.uid}/reschedule`, { key: host.key, body: { start: TEN } });
    expect(moved).toMatchObject({ status: 400 });
  });

  it('says that an instant booking is not there yet', async () => {
    const host = await addHost(service);
    const { status, body } = await service.call('POST /v2/bookings', { body: bookingBody(host, TEN, { instant: true }) });
    expect([status, body.message]).toEqual([501, 'Instant booking is not supported yet. Leave "instant" out and choose a start.']);
  });
});
