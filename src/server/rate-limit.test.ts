import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { createService } from './app.ts';
import { createRateLimiter } from './rate-limit.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService, toTestService } from './service.fixture.ts';

describe.each(testEngines)('a limit of requests on $engine', ({ start }) => {
  let engine: TestEngine;
  let service: TestService;
  let host: TestHost;

  beforeAll(async () => {
    engine = await start();
    service = toTestService(await engine.openStore(), { rateLimit: 3, trustedProxies: ['10.0.0.1'] });
    host = await addHost(service);
  });

  afterAll(async () => {
    expect(service.bugs).toEqual([]);
    await service.close();
    await engine.stop();
  });

  const from = (remoteAddress: string, headers: Readonly<Record<string, string>> = {}) =>
    service.app.fetch(
      new Request('http://cal.test/v2/event-types?username=nobody', { headers: { 'cal-api-version': '2024-06-14', ...headers } }),
      {
        remoteAddress,
      },
    );

  it('counts each key for itself, says what is left, and refuses what is too much', async () => {
    for (const remaining of ['2', '1', '0']) {
      const answer = await service.call('GET /v2/me', { key: host.key });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-ratelimit-limit-default')).toBe('3');
      expect(answer.headers.get('x-ratelimit-remaining-default')).toBe(remaining);
      expect(Number(answer.headers.get('x-ratelimit-reset-default'))).toBeGreaterThan(0);
    }
    const refused = await service.call('GET /v2/me', { key: host.key });
    expect(refused).toMatchObject({
      status: 429,
      body: {
        status: 'error',
        message: expect.stringContaining('3 a minute are allowed'),
        error: { code: 'ThrottlerException', message: 'CustomThrottlerGuard - Too many requests. Please try again later.' },
      },
    });
    const retryAfter = Number(refused.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    expect(refused.headers.get('x-ratelimit-remaining-default')).toBe('0');
    expect(refused.headers.get('x-request-id')).not.toBeNull();
    const other = await addHost(service);
    expect((await service.call('GET /v2/me', { key: other.key })).status).toBe(200);
  });

  it('counts callers without a key by their address, which only a trusted proxy may name', async () => {
    const statuses = async (remoteAddress: string, forwarded: string) =>
      (await from(remoteAddress, { 'x-forwarded-for': forwarded })).status;
    for (const client of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) expect(await statuses('192.0.2.1', client)).toBe(200);
    expect(await statuses('192.0.2.1', '198.51.100.4')).toBe(429);
    for (const client of ['198.51.100.1', '198.51.100.2', '198.51.100.3', '198.51.100.4'])
      expect(await statuses('10.0.0.1', client)).toBe(200);
  });

  it('counts wrong keys for the address', async () => {
    const guess = async (key: string) => (await from('192.0.2.9', { authorization: `Bearer cal_${key}` })).status;
    expect([await guess('a'), await guess('b'), await guess('c'), await guess('d')]).toEqual([401, 401, 401, 429]);
  });

  it('does not count what the process asks of itself, nor health', async () => {
    for (let count = 0; count < 6; count++) {
      const answer = await service.app.fetch(new Request('http://cal.test/v2/me'), { userId: host.user.id });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-ratelimit-limit-default')).toBeNull();
      expect((await service.app.fetch(new Request('http://cal.test/health'), { remoteAddress: '192.0.2.20' })).status).toBe(200);
    }
  });

  it('is one limit for all processes on one database', async () => {
    const one = createRateLimiter(service.store, 20);
    const two = service.store.engine === 'postgres' ? createRateLimiter(service.store, 20) : one;
    const verdicts = await Promise.all(Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? one : two)?.count('shared', 'request')));
    expect(verdicts.filter((verdict) => verdict?.isAllowed)).toHaveLength(20);
  });
});

describe('guests and attendees', () => {
  it('are added five times a minute at most', async () => {
    const service = await startTestService({ rateLimit: 100 });
    const host = await addHost(service);
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data;
    const add = async (slash = '') =>
      (await service.call(`POST /v2/bookings/${uid}/guests${slash}`, { key: host.key, body: { guests: [] } })).status;
    for (let count = 0; count < 5; count++) expect(await add()).not.toBe(429);
    expect(await add()).toBe(429);
    expect(await add('/')).toBe(429);
    expect((await service.call('GET /v2/me', { key: host.key })).status).toBe(200);
    await service.close();
  });
});

it('without a limit nothing is counted', async () => {
  const service = await startTestService();
  const app = createService({ store: service.store, now: Date.now, publicUrl: 'http://cal.test', rateLimit: 'off' });
  const answer = await app.fetch(new Request('http://cal.test/v2/timezones'));
  expect(answer.headers.get('x-ratelimit-limit-default')).toBeNull();
  await service.close();
});
