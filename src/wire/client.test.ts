import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../errors.ts';
import { type CalcomClientOptions, createCalcomClient } from './calcom/index.ts';
import { type FaultyApi, startFaultyApi } from './faulty-api.fixture.ts';

let api: FaultyApi;

beforeEach(async () => {
  api = await startFaultyApi();
});

afterEach(() => api.close());

const quick = { firstDelayMs: 5, maximumDelayMs: 20, settleMs: [10, 40, 120] };

function connect(options: Partial<CalcomClientOptions> = {}) {
  return createCalcomClient({ baseUrl: api.url, apiKey: 'cal_test', retries: quick, timeoutMs: 2000, ...options });
}

const booking = {
  eventTypeId: 7,
  start: '2030-01-08T15:00:00+01:00',
  attendee: { name: 'Bob', email: 'bob@example.com', timeZone: 'Europe/Rome' },
};

function count(line: string): number {
  return api.requests.filter((request) => request.line.startsWith(line)).length;
}

async function failureOf(work: Promise<unknown>): Promise<AppError> {
  return work.then(
    () => expect.fail('it should have failed'),
    (error: AppError) => error,
  );
}

describe('requests', () => {
  it('carry the version of their path, the key as Bearer and moments in UTC', async () => {
    const client = connect();
    await client.createBooking(booking);
    await client.getEventType(7);
    await client.getMe();
    expect(api.requests.map(({ line, version }) => [line, version])).toEqual([
      ['POST /v2/bookings', '2024-08-13'],
      ['GET /v2/event-types/7', '2024-06-14'],
      ['GET /v2/me', undefined],
    ]);
    expect(api.requests.every((request) => request.authorization === 'Bearer cal_test')).toBe(true);
    expect([...api.bookings.values()][0]?.start).toBe('2030-01-08T14:00:00.000Z');
  });

  it('with a moment that names no offset are refused before they leave', async () => {
    const error = await failureOf(connect().createBooking({ ...booking, start: '2030-01-08T15:00:00' }));
    expect(error).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('"2030-01-08T15:00:00"') });
    expect(api.requests).toEqual([]);
  });

  it('escape what stands in their path', async () => {
    await failureOf(connect().getBooking('../me?x=1'));
    expect(api.requests[0]?.line).toBe('GET /v2/bookings/..%2Fme%3Fx%3D1');
  });

  it('keep to the limit in every window of its length', async () => {
    // Where they leave: on the way to the server a busy machine may hold one up.
    const times: number[] = [];
    const send = (request: Request) => {
      times.push(performance.now());
      return fetch(request);
    };
    const client = connect({ rateLimit: { requests: 4, perMs: 300 }, fetch: send });
    await Promise.all(Array.from({ length: 10 }, () => client.getMe()));
    expect(times).toHaveLength(10);
    for (let index = 4; index < times.length; index++) expect((times[index] ?? 0) - (times[index - 4] ?? 0)).toBeGreaterThanOrEqual(290);
  });
});

describe('reads', () => {
  it.each([{ kind: 'reset' }, { kind: 'reset-after' }, { kind: 'truncate' }, { kind: 'error-500' }, { kind: 'bad-gateway' }] as const)(
    'survive a $kind',
    async (fault) => {
      api.fail('GET /v2/me', fault, fault);
      expect((await connect().getMe()).username).toBe('ada');
      expect(count('GET /v2/me')).toBe(3);
    },
  );

  it('give up after three more attempts', async () => {
    api.fail('GET /v2/me', ...Array.from({ length: 9 }, () => ({ kind: 'error-500' }) as const));
    expect(await failureOf(connect().getMe())).toMatchObject({ code: 'upstream', details: { upstreamStatus: 500 } });
    expect(count('GET /v2/me')).toBe(4);
  });

  it('wait as long as Retry-After says', async () => {
    api.fail('GET /v2/me', { kind: 'answer', status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '1' } });
    const client = connect();
    const first = client.getMe();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const second = client.listBookings();
    await Promise.all([first, second]);
    const [refused, ...later] = api.requests.map((request) => request.at);
    for (const at of later) expect(at - (refused ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("wait as long as Cal.com's own header says", async () => {
    api.fail('GET /v2/me', {
      kind: 'answer',
      status: 429,
      body: { message: 'Too many requests' },
      headers: { 'x-ratelimit-reset-default': '1' },
    });
    await connect().getMe();
    const [refused, answered] = api.requests.map((request) => request.at);
    expect((answered ?? 0) - (refused ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('report a Retry-After that is too long to wait for', async () => {
    api.fail('GET /v2/me', { kind: 'answer', status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '3600' } });
    expect(await failureOf(connect().getMe())).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 3600 });
    expect(count('GET /v2/me')).toBe(1);
  });

  it('give up when the waits together are too long', async () => {
    const busy = { kind: 'answer', status: 429, body: { message: 'Too many requests' }, headers: { 'retry-after': '1' } } as const;
    api.fail('GET /v2/me', busy, busy, busy);
    const client = connect({ retries: { maximumRetryAfterMs: 1500 } });
    expect(await failureOf(client.getMe())).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 1 });
    expect(count('GET /v2/me')).toBe(2);
  });

  it('time out', async () => {
    api.fail('GET /v2/me', ...Array.from({ length: 4 }, () => ({ kind: 'hang' }) as const));
    expect(await failureOf(connect({ timeoutMs: 60 }).getMe())).toMatchObject({ code: 'timeout' });
  });

  it('stop when the caller does', async () => {
    api.fail('GET /v2/me', { kind: 'hang' });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    expect(await failureOf(connect().getMe({ signal: controller.signal }))).toMatchObject({ code: 'cancelled' });
    expect(count('GET /v2/me')).toBe(1);
  });

  it('are not retried when the answer is a refusal', async () => {
    expect(await failureOf(connect().getBooking('nothing'))).toMatchObject({
      code: 'not_found',
      message: 'Booking with uid=nothing was not found in the database',
    });
    expect(count('GET')).toBe(1);
  });

  it('say so when the other side is no such API', async () => {
    api.fail('GET /v2/me', { kind: 'answer', status: 200, body: { hello: 'world' } });
    expect(await failureOf(connect().getMe())).toMatchObject({ code: 'upstream', message: expect.stringContaining('unexpected') });
  });
});

describe('writes', () => {
  it.each([{ kind: 'reset-after' }, { kind: 'truncate' }, { kind: 'error-500-after' }] as const)(
    'whose answer is lost by a $kind are looked up, not sent again',
    async (fault) => {
      api.fail('POST /v2/bookings', fault);
      const made = await connect().createBooking(booking);
      expect(made.uid).toBe('b1');
      expect(count('POST')).toBe(1);
      expect(api.bookings.size).toBe(1);
    },
  );

  it('that are carried out after the client gave up waiting are found', async () => {
    api.fail('POST /v2/bookings', { kind: 'slow', ms: 150 });
    expect((await connect({ timeoutMs: 80 }).createBooking(booking)).uid).toBe('b1');
    expect(count('POST')).toBe(1);
  });

  it('that may still be under way are not sent again: the outcome is unknown', async () => {
    api.fail('POST /v2/bookings', { kind: 'reset' });
    expect(await failureOf(connect().createBooking(booking))).toMatchObject({ code: 'outcome_unknown', retryable: false });
    expect(count('POST')).toBe(1);
    expect(count('GET /v2/bookings')).toBe(3);
  });

  it('that may still be under way are sent again to a service that answers twins alike', async () => {
    api.fail('POST /v2/bookings', { kind: 'reset' });
    expect((await connect({ isIdempotent: true }).createBooking(booking)).uid).toBe('b1');
    expect(api.bookings.size).toBe(1);
  });

  it('that the service itself gave up on are sent again when they left nothing behind', async () => {
    api.fail('POST /v2/bookings', { kind: 'error-500' });
    expect((await connect().createBooking(booking)).uid).toBe('b1');
    expect(count('POST')).toBe(2);
  });

  it("are not sent again for another host's event type, where nothing can be looked up", async () => {
    api.fail('POST /v2/bookings', { kind: 'error-500' });
    api.fail('GET /v2/event-types/7', { kind: 'answer', status: 403, body: { message: 'Not yours.' } });
    expect(await failureOf(connect().createBooking(booking))).toMatchObject({ code: 'outcome_unknown' });
    expect(count('POST')).toBe(1);
  });

  it('end as unknown when the look-up fails too', async () => {
    api.fail('POST /v2/bookings', { kind: 'error-500' });
    api.fail('GET /v2/bookings', { kind: 'answer', status: 401, body: { message: 'No.' } });
    expect(await failureOf(connect().createBooking(booking))).toMatchObject({ code: 'outcome_unknown' });
  });

  it('are sent again after a 429, once its time has passed', async () => {
    api.fail('POST /v2/bookings', { kind: 'answer', status: 429, body: { message: 'Slow down.' }, headers: { 'retry-after': '1' } });
    await connect().createBooking(booking);
    const [first, second] = api.requests.map((request) => request.at);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
    expect(api.bookings.size).toBe(1);
  });

  it('to a closed port fail as unavailable, never as unknown', async () => {
    const client = connect();
    await api.close();
    expect(await failureOf(client.createBooking(booking))).toMatchObject({ code: 'unavailable' });
    api = await startFaultyApi();
  });

  it('refused for a conflict are a conflict', async () => {
    const client = connect();
    await client.createBooking(booking);
    expect(await failureOf(client.createBooking(booking))).toMatchObject({ code: 'conflict', details: { upstreamStatus: 400 } });
    expect(count('POST')).toBe(2);
  });

  it('that move a booking follow its link when the answer is lost', async () => {
    const client = connect();
    const { uid } = await client.createBooking(booking);
    api.fail('POST /v2/bookings/b1/reschedule', { kind: 'reset-after' });
    const moved = await client.rescheduleBooking(uid, { start: '2030-01-09T10:00:00Z' });
    expect(moved).toMatchObject({ uid: 'b2', rescheduledFromUid: 'b1' });
    expect(api.bookings.size).toBe(2);
  });

  it('that cancel look at the status when the answer is lost, and go again when nothing happened', async () => {
    const client = connect();
    const { uid } = await client.createBooking(booking);
    api.fail('POST /v2/bookings/b1/cancel', { kind: 'reset-after' });
    expect((await client.cancelBooking(uid)).status).toBe('cancelled');
    expect(count('POST /v2/bookings/b1/cancel')).toBe(1);
    const other = await client.createBooking(booking);
    api.fail('POST /v2/bookings/b2/cancel', { kind: 'reset' });
    expect((await client.cancelBooking(other.uid)).status).toBe('cancelled');
    expect(count('POST /v2/bookings/b2/cancel')).toBe(2);
  });
});

describe('errors', () => {
  it.each([
    [
      'the envelope',
      403,
      { status: 'error', error: { code: 'ForbiddenException', message: 'Not yours.', details: {} } },
      'forbidden',
      'Not yours.',
    ],
    ['a bare body', 404, { statusCode: 404, message: 'Gone.' }, 'not_found', 'Gone.'],
    [
      'TRPC',
      400,
      { status: 'error', error: { code: 'TRPCError', message: 'Booking already confirmed' } },
      'invalid_input',
      'Booking already confirmed',
    ],
    ['a string', 401, { error: 'Invalid key' }, 'unauthenticated', 'Invalid key'],
    [
      'validation constraints',
      400,
      {
        status: 'error',
        error: {
          message: 'Bad Request Exception',
          details: { errors: [{ property: 'a', children: [{ property: 'b', constraints: { isInt: 'b must be an integer' } }] }] },
        },
      },
      'invalid_input',
      'b must be an integer',
    ],
    ['no explanation', 418, '', 'invalid_input', 'HTTP status 418'],
  ])('are understood as %s', async (_shape, status, body, code, text) => {
    api.fail('GET /v2/me', { kind: 'answer', status, body });
    expect(await failureOf(connect().getMe())).toMatchObject({
      code,
      message: expect.stringContaining(text),
      details: { upstreamStatus: status },
    });
  });

  it('keep the hint apart that a message ends with', async () => {
    const hint = 'The nearest free starts are A, B.';
    const error = { code: 'BadRequestException', message: 'Taken', details: { reason: 'busy', hint } };
    api.fail('GET /v2/me', { kind: 'answer', status: 400, body: { message: `Taken. ${hint}`, error } });
    expect(await failureOf(connect().getMe())).toMatchObject({ message: 'Taken.', hint, details: { reason: 'busy' } });
    api.fail('GET /v2/me', { kind: 'answer', status: 400, body: { message: hint, error } });
    const same = await failureOf(connect().getMe());
    expect([same.message, same.hint]).toEqual([hint, undefined]);
  });
});
