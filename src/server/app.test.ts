import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../store/api-keys.ts';
import { updateUser } from '../store/users.ts';
import { createCalcomClient } from '../wire/calcom/index.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;

beforeAll(async () => {
  service = await startTestService();
  host = await addHost(service);
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

describe('keys', () => {
  it('expire by day and end with their user', async () => {
    const day = 86_400_000;
    const keyOf = (expiresAt: number) => createApiKey(service.store.db, { userId: host.user.id, expiresAt, now: Date.now() });
    const [old, fresh] = [await keyOf(Date.now() - day), await keyOf(Date.now() + day)];
    expect((await service.call('GET /v2/me', { key: old })).body.message).toBe('ApiAuthStrategy - api key - Your api key is expired');
    expect((await service.call('GET /v2/me', { key: fresh })).status).toBe(200);
    const gone = await addHost(service);
    await updateUser(service.store.db, gone.user.id, { disabledAt: Date.now(), now: Date.now() });
    expect((await service.call('GET /v2/me', { key: gone.key })).body.message).toBe(
      'ApiAuthStrategy - api key - No user tied to this apiKey',
    );
    expect(await service.call('POST /v2/bookings', { body: bookingBody(gone, '2050-09-05T10:00:00Z') })).toMatchObject({ status: 404 });
  });

  it('are the only way in: cookies and other schemes are not', async () => {
    for (const headers of [
      { cookie: `session=${host.key}` },
      { authorization: `Basic ${host.key}` },
      { authorization: 'Bearer sometoken' },
    ]) {
      expect((await service.call('GET /v2/me', { headers })).status).toBe(401);
    }
  });

  it('that are wrong are refused on public operations too', async () => {
    expect((await service.call('GET /v2/event-types?username=x', { key: 'cal_wrong' })).status).toBe(401);
  });
});

describe('transport', () => {
  it('answers health, CORS and request ids', async () => {
    const health = await service.call('GET /health');
    expect(health).toMatchObject({ status: 200, body: { status: 'ok' } });
    const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' };
    const preflight = await service.app.fetch(new Request('http://cal.test/v2/bookings', { method: 'OPTIONS', headers }));
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('cal-api-version');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(preflight.headers.get('access-control-max-age')).toBe('86400');
    for (const path of ['/v2/me', '/health', '/v2/nothing']) {
      const answer = await service.call(`GET ${path}`);
      expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('takes a path with a slash at its end', async () => {
    expect(await service.call('GET /v2/me/', { key: host.key })).toMatchObject({ status: 200, body: { data: { id: host.user.id } } });
    expect((await service.call(`GET /v2/event-types/${host.eventTypeId}/?x=1`, { key: host.key, version: '2024-06-14' })).status).toBe(200);
    expect((await service.call('GET /v2/organizations/1/teams/', { key: host.key })).status).toBe(501);
    expect((await service.call('GET /v2/nothing/', { key: host.key })).status).toBe(404);
  });

  it('answers every failure in one envelope with a message on top', async () => {
    const missing = await service.call('DELETE /v2/nothing?x=1');
    expect(missing.body).toEqual({
      status: 'error',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      path: '/v2/nothing?x=1',
      message: 'Cannot DELETE /v2/nothing?x=1',
      error: {
        code: 'NotFoundException',
        message: 'Cannot DELETE /v2/nothing?x=1',
        details: { message: 'Cannot DELETE /v2/nothing?x=1', error: 'Not Found', statusCode: 404 },
      },
    });
  });

  it('refuses bodies that are too large', async () => {
    expect((await service.call('POST /v2/bookings', { text: `"${'x'.repeat(1_000_001)}"` })).status).toBe(413);
  });

  it('keeps text with NUL and lone surrogates out of the database', async () => {
    const attendee = { name: 'B\u0000b \ud800', email: 'nul@example.com', timeZone: 'UTC' };
    const created = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-09T10:00:00Z', { attendee }) });
    expect(created.body.data.attendees[0]?.name).toBe('B\ufffdb \ufffd');
    expect((await service.call('GET /v2/bookings/%00', {})).status).toBe(404);
    expect((await service.call('GET /v2/bookings?attendeeName=%00', { key: host.key })).status).toBe(200);
  });

  it('hides what broke inside, and reports it', async () => {
    const { bugs, ...broken } = await startTestService();
    await broken.close();
    const answer = await broken.call('GET /v2/event-types?username=x');
    expect(answer).toMatchObject({
      status: 500,
      body: { error: { code: 'InternalServerErrorException', message: 'Internal server error' } },
    });
    expect(bugs).toHaveLength(1);
  });
});

describe('the list of bookings', () => {
  it('filters, sorts and pages', async () => {
    const busy = await addHost(service);
    const uids: string[] = [];
    for (const hour of [8, 9, 10, 11]) {
      const attendee = { name: `P${hour}`, email: `p+${hour}@example.com`, timeZone: 'UTC' };
      const start = `2050-09-05T${String(hour).padStart(2, '0')}:00:00Z`;
      uids.push((await service.call('POST /v2/bookings', { body: bookingBody(busy, start, { attendee }) })).body.data.uid);
    }
    await service.call(`POST /v2/bookings/${uids[0]}/cancel`, { body: {} });
    const list = async (query: string) => {
      const { body } = await service.call(`GET /v2/bookings?${query}`, { key: busy.key });
      return body.data.map((item) => uids.indexOf(item.uid));
    };
    expect(await list('')).toEqual([0, 1, 2, 3]);
    expect(await list('status=upcoming')).toEqual([1, 2, 3]);
    expect(await list('status=cancelled,upcoming')).toEqual([0, 1, 2, 3]);
    expect(await list('status=past')).toEqual([]);
    expect(await list('attendeeEmail=p+9@example.com')).toEqual([1]);
    expect(await list('attendeeName=P10')).toEqual([2]);
    expect(await list('afterStart=2050-09-05T09:30:00Z&beforeEnd=2050-09-05T11:30:00Z')).toEqual([2]);
    expect(await list('sortStart=desc&take=2')).toEqual([3, 2]);
    expect(await list('take=2&skip=2')).toEqual([2, 3]);
    expect(await list(`eventTypeIds=${busy.eventTypeId},${host.eventTypeId}`)).toEqual([0, 1, 2, 3]);
    expect(await list(`eventTypeId=${host.eventTypeId}`)).toEqual([]);
    const second = await service.call('GET /v2/bookings?take=2&skip=2', { key: busy.key });
    expect(second.body.pagination).toMatchObject({
      totalItems: 4,
      currentPage: 2,
      totalPages: 2,
      hasNextPage: false,
      hasPreviousPage: true,
    });
  });

  it.each([
    ['status=', 'status cannot be empty.'],
    ['status=soon', 'Invalid status. Allowed are upcoming, recurring, past, cancelled, unconfirmed'],
    ['afterStart=soon', 'fromDate must be a valid ISO 8601 date. This is about "afterStart".'],
    ['beforeEnd=soon', 'toDate must be a valid ISO 8601 date. This is about "beforeEnd".'],
    ['take=0', 'take must not be less than 1'],
    ['take=251', 'take must not be greater than 250'],
    ['skip=-1', 'skip must not be less than 0'],
    ['eventTypeIds=999999', 'The requested event-types do not exist.'],
    ['colour=red', 'property colour should not exist'],
  ])('refuses "%s"', async (query, text) => {
    const refused = await service.call(`GET /v2/bookings?${query}`, { key: host.key });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining(text) } });
  });
});

describe('the client of our own', () => {
  it('reaches the service without a network, as the user the process names', async () => {
    const { app } = service;
    const own = await addHost(service);
    const env = { userId: own.user.id };
    const client = createCalcomClient({
      baseUrl: 'http://kalends.local',
      fetch: (request) => app.fetch(request, env),
      now: () => service.clock.now,
      isIdempotent: true,
    });
    expect((await client.getMe()).id).toBe(own.user.id);
    const [eventType] = await client.listEventTypes();
    const days = await client.getSlots({
      eventTypeId: eventType?.id ?? 0,
      start: '2050-09-05',
      end: '2050-09-05',
      timeZone: 'Europe/Rome',
    });
    const start = days['2050-09-05']?.[0]?.start ?? '';
    const made = await client.createBooking(bookingBody(own, start));
    const moved = await client.rescheduleBooking(made.uid, { start: '2050-09-06T09:00:00+02:00' });
    expect((await client.listBookings({ status: ['upcoming', 'unconfirmed'] })).bookings.map((item) => item.uid)).toEqual([moved.uid]);
    expect((await client.cancelBooking(moved.uid, { cancellationReason: 'over' })).status).toBe('cancelled');
    await expect(client.createBooking(bookingBody(own, '2050-09-04T10:00:00Z'))).rejects.toMatchObject({
      code: 'conflict',
      details: { upstreamStatus: 400, reason: 'outside_hours' },
    });
  });
});
