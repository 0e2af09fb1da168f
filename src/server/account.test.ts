import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashApiKey } from '../store/api-keys.ts';
import { grantCredits } from '../store/credits.ts';
import { createOauthGrant } from '../store/oauth.ts';
import { updateUser } from '../store/users.ts';
import { createCalcomClient } from '../wire/calcom/index.ts';
import type { RefreshedApiKey } from './serve.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let owner: TestHost;
let member: TestHost;
const refreshed: RefreshedApiKey[] = [];

beforeAll(async () => {
  service = await startTestService({ onApiKeyRefreshed: (change) => refreshed.push(change) });
  [owner, member] = [await addHost(service), await addHost(service)];
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const call = (line: string, body?: unknown, key = owner.key) => service.call(line, { key, ...(body === undefined ? {} : { body }) });

describe('credits', () => {
  it('are charged once per name until they run out', async () => {
    expect((await call('GET /v2/credits/available')).body.data).toEqual({
      hasCredits: false,
      balance: { monthlyRemaining: 0, additional: 0 },
    });
    await service.store.transaction((tx) => grantCredits(tx, { userId: owner.user.id, credits: 10, now: Date.now() }));
    const body = { credits: 7, creditFor: 'AI_AGENT', externalRef: 'run-1' };
    const charged = await call('POST /v2/credits/charge', body);
    expect(charged).toMatchObject({
      status: 200,
      body: { status: 'success', data: { charged: true, remainingBalance: { monthlyRemaining: 0, additional: 3 } } },
    });
    expect((await call('POST /v2/credits/charge', body)).body).toEqual(charged.body);
    expect((await call('GET /v2/credits/available')).body.data).toEqual({
      hasCredits: true,
      balance: { monthlyRemaining: 0, additional: 3 },
    });
    expect(await call('POST /v2/credits/charge', { ...body, credits: 1 })).toMatchObject({
      status: 409,
      body: { error: { details: { reason: 'external_ref_used' } } },
    });
    const refused = await call('POST /v2/credits/charge', { ...body, externalRef: 'run-2' });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        error: {
          details: { reason: 'insufficient_credits', requiredCredits: 7, balance: { monthlyRemaining: 0, additional: 3 } },
        },
      },
    });
    expect(refused.body.message).toBe(
      `Not enough credits: 7 are needed and 3 are left. Nothing was charged. Do not try again before more were granted: the owner of this installation does that with \`kalends credits grant ${owner.user.username} 4\`.`,
    );
    expect((await call('GET /v2/credits/available', undefined, member.key)).body.data).toMatchObject({ hasCredits: false });
  });

  it.each([
    [{ credits: 0, creditFor: 'AI_AGENT' }, 'credits must not be less than 1'],
    [{ credits: 1.5, creditFor: 'AI_AGENT' }, 'credits must be an integer number'],
    [{ credits: 1, creditFor: 'ai agent' }, 'creditFor must be a word in capitals such as "AI_AGENT"'],
    [{ credits: 1 }, 'creditFor'],
  ])('refuse %j', async (body, message) => {
    const refused = await call('POST /v2/credits/charge', body);
    expect(refused.status).toBe(400);
    expect(refused.body.message).toContain(message);
  });
});

describe('days away', () => {
  const entry = { start: '2050-10-03T09:30:00Z', end: '2050-10-07T12:00:00.000Z', notes: 'By the sea', reason: 'vacation' };

  it('are whole days, kept, changed and removed', async () => {
    const made = await call('POST /v2/me/ooo', entry);
    expect(made).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        data: {
          id: expect.any(Number),
          uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
          userId: owner.user.id,
          start: '2050-10-03T00:00:00.000Z',
          end: '2050-10-07T23:59:59.999Z',
          notes: 'By the sea',
          reason: 'vacation',
        },
      },
    });
    const { id } = made.body.data;
    expect(await call('POST /v2/me/ooo', entry)).toMatchObject({ status: 409, body: { message: 'Ooo entry already exists.' } });
    const changed = await call(`PATCH /v2/me/ooo/${id}`, { notes: 'In the hills', toUserId: member.user.id });
    expect(changed).toMatchObject({ status: 200, body: { data: { notes: 'In the hills', toUserId: member.user.id, reason: 'vacation' } } });
    expect((await call('GET /v2/me/ooo')).body.data).toEqual([changed.body.data]);
    expect(await call('GET /v2/me/ooo', undefined, member.key)).toMatchObject({ status: 200, body: { data: [] } });
    expect(await call(`DELETE /v2/me/ooo/${id}`)).toMatchObject({ status: 200, body: { data: { id } } });
    expect((await call('GET /v2/me/ooo')).body.data).toEqual([]);
    const told = await service.store.db.selectFrom('outbox').select(['user_id', 'payload']).where('kind', '=', 'OOO_CREATED').execute();
    expect(told).toMatchObject([{ user_id: owner.user.id, payload: { details: { oooEntry: { id, notes: 'By the sea' } } } }]);
  });

  it.each([
    [{}, 'Please specify both ooo start and end time.'],
    [{ start: entry.start }, 'Please specify both ooo start and end time.'],
    [{ start: '2050-10-03', end: entry.end }, 'Invalid Date.'],
    [{ start: '2050-10-03T00:00:00+02:00', end: entry.end }, 'Invalid Date.'],
    [{ start: '2050-02-30T00:00:00Z', end: entry.end }, 'Invalid Date.'],
    [{ start: '2050-10-09T00:00:00Z', end: entry.end }, 'Start date must be before end date.'],
    [{ ...entry, toUserId: 999_999 }, 'Cannot redirect to this user.'],
    [{ ...entry, reason: 'whim' }, 'reason must be one of the following values: unspecified, vacation, travel, sick, public_holiday'],
  ])('refuse %j', async (body, message) => {
    expect(await call('POST /v2/me/ooo', body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  it('do not send bookings in a circle', async () => {
    expect(await call('POST /v2/me/ooo', { ...entry, toUserId: owner.user.id })).toMatchObject({
      status: 400,
      body: { message: 'Cannot redirect to self.' },
    });
    const made = await call('POST /v2/me/ooo', { ...entry, toUserId: owner.user.id }, member.key);
    expect(made.status).toBe(201);
    expect(await call('POST /v2/me/ooo', { ...entry, toUserId: member.user.id })).toMatchObject({
      status: 400,
      body: { message: 'Booking redirect infinite not allowed.' },
    });
    await call(`DELETE /v2/me/ooo/${made.body.data.id}`, undefined, member.key);
  });

  it('close the diary: nothing is offered and nothing is booked', async () => {
    const host = await addHost(service);
    const monday = `/v2/slots?eventTypeId=${host.eventTypeId}&start=2050-09-05&end=2050-09-05`;
    const start = '2050-09-05T08:00:00Z';
    expect(Object.keys((await service.call(`GET ${monday}`)).body.data)).toEqual(['2050-09-05']);
    const { id } = (await call('POST /v2/me/ooo', { start, end: start }, host.key)).body.data;
    expect((await service.call(`GET ${monday}`)).body.data).toEqual({});
    expect((await service.call('POST /v2/bookings', { body: bookingBody(host, start) })).status).toBe(400);
    await call(`DELETE /v2/me/ooo/${id}`, undefined, host.key);
    expect((await service.call('POST /v2/bookings', { body: bookingBody(host, start) })).status).toBe(201);
  });

  it('are listed in pages and in order', async () => {
    const days = ['2050-11-05', '2050-11-01', '2050-11-03'];
    const ids = [];
    for (const day of days) ids.push((await call('POST /v2/me/ooo', { start: `${day}T00:00:00Z`, end: `${day}T00:00:00Z` })).body.data.id);
    const starts = async (query: string) => (await call(`GET /v2/me/ooo?${query}`)).body.data.map(({ start }) => start.slice(0, 10));
    expect(await starts('sortStart=asc')).toEqual(['2050-11-01', '2050-11-03', '2050-11-05']);
    expect(await starts('sortEnd=desc&take=2')).toEqual(['2050-11-05', '2050-11-03']);
    expect(await starts('sortEnd=desc&take=2&skip=2')).toEqual(['2050-11-01']);
    expect(await call('GET /v2/me/ooo?take=251')).toMatchObject({ status: 400 });
    for (const id of ids) await call(`DELETE /v2/me/ooo/${id}`);
  });

  it('are also found under the one organization: by their user, and by its owner', async () => {
    const of = (user: TestHost) => `/v2/organizations/1/users/${user.user.id}/ooo`;
    const made = await call(`POST ${of(member)}`, entry, member.key);
    expect(made.status).toBe(201);
    const { id } = made.body.data;
    for (const key of [owner.key, member.key]) {
      expect(await call(`GET ${of(member)}`, undefined, key)).toMatchObject({ status: 200, body: { data: [{ id }] } });
    }
    expect(await call(`PATCH ${of(member)}/${id}`, { reason: 'sick' })).toMatchObject({ status: 200, body: { data: { reason: 'sick' } } });
    expect(await call('GET /v2/organizations/1/ooo')).toMatchObject({ status: 200, body: { data: [{ id }] } });
    expect(await call(`GET /v2/organizations/1/ooo?email=${member.user.email}`)).toMatchObject({ status: 200, body: { data: [{ id }] } });
    expect(await call('GET /v2/organizations/1/ooo?email=nobody@example.com')).toMatchObject({ status: 200, body: { data: [] } });
    expect(await call('GET /v2/organizations/1/ooo', undefined, member.key)).toMatchObject({ status: 403 });
    expect(await call(`GET ${of(owner)}`, undefined, member.key)).toMatchObject({ status: 403 });
    expect(await call('GET /v2/organizations/7/ooo')).toMatchObject({
      status: 404,
      body: { message: expect.stringContaining('organization 1') },
    });
    expect(await call('GET /v2/organizations/1/users/999999/ooo')).toMatchObject({ status: 404 });
    // One user's entry is not another's, whatever the path says.
    for (const line of [`DELETE ${of(owner)}/${id}`, `DELETE /v2/me/ooo/${id}`, 'DELETE /v2/me/ooo/999999']) {
      expect(await call(line)).toMatchObject({ status: 403, body: { message: 'This OOO entry does not belong to this user.' } });
    }
    expect(await call(`DELETE ${of(member)}/${id}`, undefined, member.key)).toMatchObject({ status: 200 });
  });
});

describe('conferencing', () => {
  it('knows Cal Video, which needs no connection, and no other', async () => {
    expect((await call('GET /v2/conferencing')).body).toEqual({ status: 'success', data: [] });
    expect((await call('GET /v2/conferencing/default')).body).toEqual({ status: 'success' });
    expect((await call('POST /v2/conferencing/daily-video/default')).body).toEqual({ status: 'success' });
    expect((await call('GET /v2/conferencing/default')).body).toEqual({ status: 'success', data: { appSlug: 'daily-video' } });
    expect((await call('GET /v2/conferencing/default', undefined, member.key)).body).toEqual({ status: 'success' });
    expect(await call('POST /v2/conferencing/zoom/default')).toMatchObject({ status: 400, body: { message: 'zoom not connected.' } });
    expect(await call('POST /v2/conferencing/skywriting/default')).toMatchObject({
      status: 400,
      body: { message: 'Invalid app "skywriting", available apps are: google-meet, zoom, msteams, daily-video' },
    });
    expect(await call('POST /v2/conferencing/google-meet/connect')).toMatchObject({ status: 400 });
    expect(await call('DELETE /v2/conferencing/google-meet/disconnect')).toMatchObject({
      status: 400,
      body: { message: 'google-meet not connected.' },
    });
  });
});

describe('keys', () => {
  it('are refreshed: the old one stops at once', async () => {
    const host = await addHost(service);
    const answer = await call('POST /v2/api-keys/refresh', undefined, host.key);
    expect(answer.status).toBe(200);
    const { apiKey } = answer.body.data as unknown as { apiKey: string }; // what this operation answers
    expect(apiKey).toMatch(/^cal_[0-9a-f]{48}$/);
    expect((await call('GET /v2/me', undefined, host.key)).body.message).toBe('ApiAuthStrategy - api key - Your api key is not valid');
    expect((await call('GET /v2/me', undefined, apiKey)).body.data.id).toBe(host.user.id);
    expect(refreshed).toEqual([{ oldKeyHash: hashApiKey(host.key), newKey: apiKey }]);
    const kept = () =>
      service.store.db.selectFrom('api_keys').select('expires_at').where('user_id', '=', host.user.id).executeTakeFirstOrThrow();
    expect(Math.round(((await kept()).expires_at ?? 0) / 1000)).toBeCloseTo(Math.round((Date.now() + 30 * 86_400_000) / 1000), -2);
    const forever = await call('POST /v2/api-keys/refresh', { apiKeyNeverExpires: true }, apiKey);
    expect(forever.status).toBe(200);
    expect((await kept()).expires_at).toBeNull();
  });

  it('are refreshed by themselves only, for a whole number of days', async () => {
    expect(await call('POST /v2/api-keys/refresh', { apiKeyDaysValid: 0 })).toMatchObject({ status: 400 });
    const request = new Request('http://cal.test/v2/api-keys/refresh', { method: 'POST' });
    expect((await service.app.fetch(request, { userId: owner.user.id })).status).toBe(400);
  });
});

describe('time zones', () => {
  it('are listed by their cities, for everybody', async () => {
    const { status, body } = await service.call('GET /v2/timezones');
    expect(status).toBe(200);
    expect(body.data.length).toBeGreaterThan(300);
    expect(body.data).toContainEqual({ city: 'Buenos Aires', timezone: 'America/Argentina/Buenos_Aires' });
    expect(body.data).toContainEqual({ city: 'UTC', timezone: 'UTC' });
  });
});

describe('OAuth tokens', () => {
  const exchange = async (fields: Readonly<Record<string, string>>, type: 'form' | 'json') => {
    const response = await service.app.fetch(
      new Request('http://cal.test/v2/auth/oauth2/token', {
        method: 'POST',
        headers: { 'content-type': type === 'form' ? 'application/x-www-form-urlencoded' : 'application/json' },
        body: type === 'form' ? new URLSearchParams(fields).toString() : JSON.stringify(fields),
      }),
    );
    return { status: response.status, body: await response.json(), headers: response.headers };
  };

  it.each(['form', 'json'] as const)('are renewed by a refresh token sent as %s, and stand for their user', async (type) => {
    const host = await addHost(service);
    const first = await service.store.transaction((tx) =>
      createOauthGrant(tx, { userId: host.user.id, clientId: 'kalends', now: Date.now() }),
    );
    expect((await call('GET /v2/me', undefined, first.accessToken)).body.data.id).toBe(host.user.id);
    const fields = { grant_type: 'refresh_token', client_id: 'kalends', refresh_token: first.refreshToken };
    const renewed = await exchange(fields, type);
    expect(renewed).toMatchObject({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'bearer', refresh_token: expect.any(String), expires_in: 3600 },
    });
    expect(renewed.headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(renewed.body)).toHaveLength(4);
    expect((await call('GET /v2/me', undefined, renewed.body.access_token)).body.data.id).toBe(host.user.id);
    await updateUser(service.store.db, host.user.id, { disabledAt: Date.now(), now: Date.now() });
    expect(await call('GET /v2/me', undefined, renewed.body.access_token)).toMatchObject({
      status: 401,
      body: { message: 'ApiAuthStrategy - bearer token - No user associated with the provided token' },
    });
  });

  it('are not given for anything else', async () => {
    const token = { grant_type: 'refresh_token', client_id: 'kalends', refresh_token: 'krt_wrong' };
    expect(await exchange(token, 'json')).toMatchObject({ status: 400, body: { error: { code: 'invalid_grant' } } });
    expect(await exchange({ ...token, grant_type: 'authorization_code' }, 'form')).toMatchObject({
      status: 400,
      body: { error: { code: 'unsupported_grant_type' } },
    });
    expect(await exchange({ grant_type: 'refresh_token', client_id: 'kalends' }, 'form')).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_request' } },
    });
    expect(await call('GET /v2/me', undefined, 'kat_wrong')).toMatchObject({
      status: 401,
      body: { message: 'ApiAuthStrategy - access token - Invalid Access Token.' },
    });
  });
});

describe('the profile', () => {
  it('takes every field it shows and some it does not', async () => {
    const { body } = await call('GET /v2/schedules/default', undefined, member.key);
    const changes = {
      email: 'Member.New@example.com',
      name: 'Member New',
      timeFormat: 24,
      defaultScheduleId: body.data.id,
      weekStart: 'Monday',
      timeZone: 'Asia/Kathmandu',
      avatarUrl: 'https://example.com/me.png',
      bio: 'Counts days.',
    };
    const changed = await call('PATCH /v2/me', { ...changes, locale: 'de', metadata: { shoe: 43 } }, member.key);
    expect(changed).toMatchObject({ status: 200, body: { data: { ...changes, organizationId: null } } });
    expect((await call('GET /v2/me', undefined, member.key)).body).toEqual(changed.body);
    expect(await call('PATCH /v2/me', { email: owner.user.email.toUpperCase() }, member.key)).toMatchObject({ status: 409 });
    for (const wrong of [{ timeFormat: 13 }, { weekStart: 'Noday' }, { timeZone: 'Mars/Olympus' }, { email: 'x' }, { name: '' }]) {
      expect(await call('PATCH /v2/me', wrong, member.key), JSON.stringify(wrong)).toMatchObject({ status: 400 });
    }
  });
});

describe('the client', () => {
  it('reaches what belongs to an account, and resends a charge that has a name', async () => {
    const host = await addHost(service);
    await service.store.transaction((tx) => grantCredits(tx, { userId: host.user.id, credits: 5, now: Date.now() }));
    let lost = 1;
    const client = createCalcomClient({
      baseUrl: 'http://cal.test',
      apiKey: host.key,
      retries: { firstDelayMs: 1, settleMs: [1] },
      fetch: async (request) => {
        const answer = await service.app.fetch(request);
        if (request.method === 'POST' && request.url.endsWith('/charge') && lost-- > 0) return new Response('gone', { status: 502 });
        return answer;
      },
    });
    expect(await client.chargeCredits({ credits: 2, creditFor: 'AI_AGENT', externalRef: 'once' })).toMatchObject({
      remainingBalance: { additional: 3 },
    });
    expect(await client.getAvailableCredits()).toMatchObject({ balance: { additional: 3 } });
    const away = await client.createOutOfOffice({ start: '2050-12-24T00:00:00Z', end: '2050-12-26T00:00:00Z' });
    expect(await client.listOutOfOffice({ sortStart: 'asc' })).toEqual([away]);
    await client.deleteOutOfOffice(away.id);
    expect(await client.getDefaultConferencingApp()).toBeUndefined();
    await client.setDefaultConferencingApp('daily-video');
    expect(await client.getDefaultConferencingApp()).toBe('daily-video');
    expect((await client.listTimeZones()).length).toBeGreaterThan(300);
    expect(await client.refreshApiKey({ apiKeyDaysValid: 1 })).toMatch(/^cal_/);
  });
});
