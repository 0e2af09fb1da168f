import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { type Background, createBackground } from '../../src/runtime-jobs.ts';
import { createRooms } from '../../src/runtime-rooms.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from '../../src/server/service.fixture.ts';
import { createWherebyService } from '../../src/server/whereby/index.ts';
import { startWhereby, type TestWhereby } from '../../src/server/whereby/whereby.fixture.ts';
import { createCatalog } from '../../src/toolkit/catalog.ts';
import { createGate } from '../../src/toolkit/gate.ts';
import type { Principal } from '../../src/toolkit/tool.ts';
import { tools } from '../../src/tools/index.ts';
import { createHookRoutes } from '../../src/web/hooks.ts';
import { createCalcomClient } from '../../src/wire/calcom/index.ts';
import { createWherebyClient } from '../../src/wire/whereby/index.ts';

const SECRET = 'the-secret-of-the-webhook';

/** Stands for hosted Cal.com: another installation, with bookings of its own. */
let hosted: TestService;
let host: TestHost;
/** This installation. */
let home: TestWhereby;
let jobs: Background;
let hooks: ReturnType<typeof createHookRoutes>;
let listRooms: () => Promise<readonly string[]>;

beforeAll(async () => {
  hosted = await startTestService();
  host = await addHost(hosted, { options: { locations: [{ type: 'integration', integration: 'whereby-video' }] } });
  home = await startWhereby();
  const { user } = await home.addPerson('ada');
  const principal: Principal = { userId: user.id, username: user.username, name: user.name, email: user.email, timeZone: user.timeZone };
  const { store } = home;
  const now = () => hosted.clock.now;
  const rooms = createWherebyService({ store, now, publicUrl: 'http://rooms.test' });
  const whereby = createWherebyClient({
    baseUrl: 'http://rooms.test/v1',
    now,
    fetch: (request) => rooms.fetch(request, { userId: user.id }),
  });
  listRooms = async () => (await whereby.listMeetings({})).results.map(({ roomUrl }) => roomUrl);
  const cal = createCalcomClient({ baseUrl: 'http://cal.test', apiKey: host.key, fetch: (request) => hosted.app.fetch(request) });
  const gate = createGate({
    catalog: createCatalog(tools),
    resolveAccount: ({ provider, name }) => {
      const clients = provider === 'cal' ? { cal } : { whereby, profile: { name: null, email: null } };
      if (provider === 'cal' && name !== 'default') throw new Error(`The account "${name}" was asked.`);
      return {
        name: provider === 'cal' ? 'default' : 'local',
        kind: 'hosted',
        provider,
        clients,
        rehearse: () => ({ clients, requests: [] }),
      };
    },
    rules: [],
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now,
    processNow: Date.now,
  });
  const { bookingRooms, calHook } = createRooms({
    store,
    now,
    gate: () => gate,
    jobs: () => jobs,
    principal: async () => principal,
    owner: async () => principal,
    hookSecrets: { default: SECRET },
    retry: { attempts: 12, delaySeconds: 0, maximumDelaySeconds: 1 },
  });
  jobs = createBackground({
    store,
    now,
    outgoing: createOutgoing({ allowPrivate: '' }),
    publicUrl: 'http://home.test',
    mail: { smtpUrl: undefined, from: undefined },
    bookingRooms,
    pollMs: 100,
  });
  await jobs.start();
  hooks = createHookRoutes({ cal: calHook.receive });
  hooks.onError((error) => new Response(null, { status: error instanceof AppError ? error.status : 500 }));
}, 60_000);

afterAll(async () => {
  await jobs.stop();
  await home.close();
  await hosted.close();
});

async function send(triggerEvent: string, payload: object, secret = SECRET): Promise<Response> {
  const body = JSON.stringify({ triggerEvent, createdAt: new Date().toISOString(), payload });
  const headers = { 'x-cal-signature-256': createHmac('sha256', secret).update(body).digest('hex') };
  return await hooks.request('/cal', { method: 'POST', headers, body });
}

const locationOf = async (uid: string) => (await hosted.call(`GET /v2/bookings/${uid}`, { key: host.key })).body.data.location;
const eventually = (look: () => unknown) => expect.poll(look, { timeout: 20_000, interval: 50 });

it('a booking of hosted Cal.com gets a room, another one when it moves, and none when it is cancelled', { timeout: 60_000 }, async () => {
  const { body } = await hosted.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, '2050-09-06T08:00:00Z') });
  const { uid } = body.data;
  expect((await send('BOOKING_CREATED', { uid, location: 'integrations:whereby-video' })).status).toBe(200);
  await eventually(() => locationOf(uid)).toMatch(/^http:\/\/rooms\.test\/rooms\/kalends-/);
  expect(await listRooms()).toEqual([await locationOf(uid)]);

  // Told twice, in other words: nothing more happens.
  await send('BOOKING_CREATED', { uid, again: true });
  const moved = await hosted.call(`POST /v2/bookings/${uid}/reschedule`, { key: host.key, body: { start: '2050-09-06T10:00:00Z' } });
  const next = moved.body.data.uid;
  // It took the link of the old room along.
  expect(moved.body.data.location).toMatch(/^http:\/\/rooms\.test/);
  await send('BOOKING_RESCHEDULED', { uid: next, rescheduleUid: uid });
  await eventually(() => locationOf(next)).not.toBe(moved.body.data.location);
  await eventually(listRooms).toEqual([await locationOf(next)]);

  await hosted.call(`POST /v2/bookings/${next}/cancel`, { key: host.key, body: { cancellationReason: 'Ill' } });
  await send('BOOKING_CANCELLED', { uid: next });
  await eventually(listRooms).toEqual([]);
});

it('nothing is done for what is not signed by Cal.com', async () => {
  const { body } = await hosted.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, '2050-09-07T08:00:00Z') });
  const { uid } = body.data;
  expect((await send('BOOKING_CREATED', { uid }, 'wrong')).status).toBe(401);
  expect((await hooks.request('/cal/work', { method: 'POST', body: '{}' })).status).toBe(400);
  expect(await locationOf(uid)).toBe('integrations:whereby-video');
});
