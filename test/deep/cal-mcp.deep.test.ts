import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { addHost, startTestService, type TestHost, type TestService } from '../../src/server/service.fixture.ts';
import { type LineClient, startLineClient } from './line-client.ts';

const root = resolve(import.meta.dirname, '../..');

let service: TestService;
let host: TestHost;
let server: Server;
const clients: LineClient[] = [];

beforeAll(async () => {
  service = await startTestService();
  server = createServer(getRequestListener(service.app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterAll(async () => {
  for (const client of clients) client.stop();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  expect(service.bugs).toEqual([]);
  await service.close();
});

beforeEach(async () => {
  host = await addHost(service);
});

/** The package as it is on the registry, in a process of its own; only its host is mapped to ours. */
async function startClient(...args: readonly string[]): Promise<LineClient> {
  const { port } = server.address() as AddressInfo; // a TCP server that listens
  const program = join(root, 'node_modules', '@calcom', 'cal-mcp', 'dist', 'index.js');
  const client = await startLineClient(process.execPath, ['--import', join(import.meta.dirname, 'map-host.ts'), program, ...args], {
    CAL_API_KEY: `Bearer ${host.key}`,
    KALENDS_TEST_URL: `http://127.0.0.1:${port}`,
  });
  clients.push(client);
  return client;
}

/** The `data` of a tool's answer. */
async function run(client: LineClient, name: string, input: Readonly<Record<string, unknown>> = {}) {
  const { content, isError } = await client.callTool(name, input);
  const text = content.map((part) => part.text ?? '').join('');
  expect(isError, `${name}: ${text}`).not.toBe(true);
  const answer = JSON.parse(text);
  expect(answer.status, text).toBe('success');
  return answer.data;
}

const bookings = { 'cal-api-version': '2024-08-13' };
const eventTypes = { 'cal-api-version': '2024-06-14' };

it('runs the tools of @calcom/cal-mcp, as it is, from event types to a cancelled booking', async () => {
  const client = await startClient();
  const names = (await client.listTools()).map((tool) => tool.name);
  expect(names).toEqual(expect.arrayContaining(['getBookings', 'createBooking', 'rescheduleBooking', 'cancelBooking', 'getEventTypes']));

  const listed = await run(client, 'getEventTypes', { params: { ...eventTypes, username: host.user.username } });
  expect(listed).toMatchObject([{ id: host.eventTypeId, slug: 'hour' }]);
  const one = await run(client, 'getEventTypeById', { params: { ...eventTypes, eventTypeId: String(host.eventTypeId) } });
  expect(one.lengthInMinutes).toBe(60);

  const attendee = { name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/Rome', language: 'en' };
  const made = await run(client, 'createBooking', {
    params: bookings,
    body: { start: '2050-09-05T08:00:00Z', eventTypeId: host.eventTypeId, attendee },
  });
  expect(made).toMatchObject({ status: 'accepted', start: '2050-09-05T08:00:00.000Z' });
  expect(await run(client, 'getBooking', { params: { ...bookings, bookingUid: made.uid } })).toMatchObject({ uid: made.uid });
  const found = await run(client, 'getBookings', { params: { ...bookings, attendeeEmail: 'ada@example.com' } });
  expect(found).toMatchObject([{ uid: made.uid }]);

  const moved = await run(client, 'rescheduleBooking', {
    params: { ...bookings, bookingUid: made.uid },
    body: { start: '2050-09-05T10:00:00Z', reschedulingReason: 'later' },
  });
  expect(moved).toMatchObject({ rescheduledFromUid: made.uid, start: '2050-09-05T10:00:00.000Z' });
  const cancelled = await run(client, 'cancelBooking', {
    params: { ...bookings, bookingUid: moved.uid },
    body: { cancellationReason: 'over' },
  });
  expect(cancelled).toMatchObject({ uid: moved.uid, status: 'cancelled' });

  // `updateEventType` cannot run: its validator refuses its own schema.
  expect(await run(client, 'deleteEventType', { params: { ...eventTypes, eventTypeId: host.eventTypeId } })).toMatchObject({
    slug: 'hour',
  });
});

it('runs its tools for slots and schedules', async () => {
  const client = await startClient('--all-tools');
  const slots = await run(client, 'getAvailableSlots', {
    params: { 'cal-api-version': '2024-09-04', eventTypeId: String(host.eventTypeId), start: '2050-09-06', end: '2050-09-06' },
  });
  expect(slots['2050-09-06']).toHaveLength(8);
  expect(await run(client, 'getSchedules', { params: { 'cal-api-version': '2024-06-11' } })).toMatchObject([{ name: 'Office' }]);
  const standard = await run(client, 'getDefaultSchedule', { params: { 'cal-api-version': '2024-06-11' } });
  expect(standard).toMatchObject({ isDefault: true, timeZone: 'Europe/Rome' });
});

it('passes on what the service refuses, in words', async () => {
  const client = await startClient();
  const attempt = client.callTool('createBooking', {
    params: bookings,
    body: {
      start: '2050-09-04T08:00:00Z',
      eventTypeId: host.eventTypeId,
      attendee: { name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/Rome', language: 'en' },
    },
  });
  const told = await attempt.then(
    ({ content }) => content.map((part) => part.text ?? '').join(''),
    (error: Error) => error.message,
  );
  expect(told).toMatch(/not available|400/);
});
