import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, startTestService, type TestHost, type TestService } from './service.fixture.ts';

const BODY = { active: true, subscriberUrl: 'https://hooks.example.com/one', triggers: ['BOOKING_CREATED'] };

let service: TestService;
let host: TestHost;
let other: TestHost;

beforeAll(async () => {
  service = await startTestService();
  host = await addHost(service);
  other = await addHost(service);
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

describe.each([
  ['user', () => '/v2/webhooks', () => ({ userId: host.user.id })],
  ['event type', () => `/v2/event-types/${host.eventTypeId}/webhooks`, () => ({ eventTypeId: host.eventTypeId })],
])('webhooks of a %s', (whose, path, owner) => {
  const call = (line: string, body?: unknown) => {
    const [method, rest = ''] = line.split(' ');
    return service.call(`${method} ${path()}${rest}`, { key: host.key, version: null, ...(body === undefined ? {} : { body }) });
  };

  it('are made, read, changed and removed', async () => {
    const created = await call('POST', { ...BODY, secret: 'shh', payloadTemplate: '{"who":"{{organizer.name}}"}' });
    expect(created.status).toBe(201);
    const { id } = created.body.data;
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const shown = { id, ...BODY, secret: 'shh', payloadTemplate: '{"who":"{{organizer.name}}"}', ...owner() };
    expect(created.body).toEqual({ status: 'success', data: shown });
    expect((await call(`GET /${id}`)).body.data).toEqual(shown);
    expect((await call('GET')).body.data).toEqual([shown]);
    expect((await call('GET ?take=1&skip=1')).body.data).toEqual([]);
    const changes = { active: false, triggers: ['BOOKING_CANCELLED', 'MEETING_ENDED', 'MEETING_ENDED'], payloadTemplate: null };
    const changed = await call(`PATCH /${id}`, changes);
    expect(changed.body.data).toEqual({ ...shown, active: false, triggers: ['BOOKING_CANCELLED', 'MEETING_ENDED'], payloadTemplate: null });
    expect((await call(`DELETE /${id}`)).body.data).toEqual(changed.body.data);
    expect(await call(`GET /${id}`)).toMatchObject({ status: 404, body: { message: `Webhook (${id}) not found` } });
  });

  it('have one address once', async () => {
    const first = await call('POST', BODY);
    const second = await call('POST', { ...BODY, subscriberUrl: 'https://hooks.example.com/two' });
    const message = `Webhook with this subscriber url already exists for this ${whose}`;
    expect(await call('POST', BODY)).toMatchObject({ status: 409, body: { error: { code: 'ConflictException', message } } });
    expect(await call(`PATCH /${second.body.data.id}`, { subscriberUrl: BODY.subscriberUrl })).toMatchObject({
      status: 409,
      body: { message },
    });
    for (const { body } of [first, second]) expect((await call(`DELETE /${body.data.id}`)).status).toBe(200);
  });

  it.each([
    [{ ...BODY, triggers: ['BOOKING_EATEN'] }, 'each value in triggers must be one of the following values: BOOKING_CREATED'],
    [{ ...BODY, triggers: [] }, 'at least one trigger'],
    [
      { ...BODY, triggers: ['DELEGATION_CREDENTIAL_ERROR'] },
      'DELEGATION_CREDENTIAL_ERROR trigger is only available for organization webhooks',
    ],
    [{ ...BODY, subscriberUrl: 'hooks.example.com' }, 'not "hooks.example.com"'],
    [{ ...BODY, subscriberUrl: 'ftp://hooks.example.com' }, 'subscriberUrl must be a URL address'],
    [{ ...BODY, subscriberUrl: 'http://127.0.0.1:9000/' }, '(rule "loopback")'],
    [{ ...BODY, subscriberUrl: 'http://[::ffff:10.0.0.1]/' }, '(rule "private")'],
    [{ ...BODY, subscriberUrl: 'http://169.254.169.254/latest' }, 'KALENDS_WEBHOOK_ALLOW_PRIVATE'],
    [{ ...BODY, subscriberUrl: 'http://localhost/' }, '(rule "loopback")'],
    [
      { ...BODY, payloadTemplate: '{{#each attendees}}' },
      'payloadTemplate is wrong: The template cannot be read: Parse error on line 1, near "{{#each attendees}}".',
    ],
    [{ ...BODY, version: '2020-01-01' }, 'version must be "2021-10-20"'],
    [{ ...BODY, active: 'yes' }, 'active must be true or false'],
    [{ triggers: BODY.triggers, active: true }, 'subscriberUrl'],
  ])('refuse %j', async (body, message) => {
    expect(await call('POST', body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
  });

  it('belong to their owner alone', async () => {
    const { id } = (await call('POST', BODY)).body.data;
    for (const [method, body] of [['GET'], ['PATCH', { active: false }], ['DELETE']] as const) {
      const line = `${method} ${path()}/${id}`;
      const refused = await service.call(line, { key: other.key, version: null, ...(body ? { body } : {}) });
      expect([line, refused.status]).toEqual([line, 403]);
      expect((await service.call(line, { version: null, ...(body ? { body } : {}) })).status).toBe(401);
    }
    if (whose === 'user') {
      const refused = await service.call(`GET /v2/webhooks/${id}`, { key: other.key, version: null });
      const message = `IsUserWebhookGuard - user with id=(${other.user.id}) is not the owner of webhook with id=(${id})`;
      expect(refused.body.message).toBe(message);
      expect((await service.call('GET /v2/webhooks', { key: other.key, version: null })).body.data).toEqual([]);
    }
    await call(`DELETE /${id}`);
  });

  it.each(['nothing', '0', '01234567-89ab-4def-8123-456789abcdef'])('answer 404 for %s', async (id) => {
    expect(await call(`GET /${id}`)).toMatchObject({ status: 404, body: { message: `Webhook (${id}) not found` } });
  });
});

describe('webhooks of an event type', () => {
  it('are removed together, and with it', async () => {
    const path = `/v2/event-types/${host.eventTypeId}/webhooks`;
    for (const name of ['a', 'b']) {
      await service.call(`POST ${path}`, {
        key: host.key,
        version: null,
        body: { ...BODY, subscriberUrl: `https://hooks.example.com/${name}` },
      });
    }
    const removed = await service.call(`DELETE ${path}`, { key: host.key, version: null });
    expect(removed.body).toEqual({ status: 'success', data: `2 webhooks of the event type ${host.eventTypeId} were deleted` });
    expect((await service.call(`GET ${path}`, { key: host.key, version: null })).body.data).toEqual([]);
    expect((await service.call('GET /v2/event-types/999999/webhooks', { key: host.key, version: null })).status).toBe(404);
  });

  it('are no webhooks of the user, nor of another event type', async () => {
    const path = `/v2/event-types/${host.eventTypeId}/webhooks`;
    const { id } = (await service.call(`POST ${path}`, { key: host.key, version: null, body: BODY })).body.data;
    expect((await service.call(`GET /v2/webhooks/${id}`, { key: host.key, version: null })).status).toBe(404);
    expect((await service.call(`GET /v2/event-types/${other.eventTypeId}/webhooks/${id}`, { key: other.key, version: null })).status).toBe(
      400,
    );
  });
});
