import { spawn } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, type TestHost, type TestService, toTestService } from '../src/server/service.fixture.ts';
import { type TestEngine, testEngines } from '../src/store/test-engines.ts';
import type { RaceResult } from './race-client.ts';

const TAKEN = 'User either already has booking at this time or is not available';
const START = '2050-09-05T10:00:00.000Z';
const ATTENDEES = 50;

describe.each(testEngines)('two processes racing for one slot on $engine', ({ start }) => {
  let engine: TestEngine;
  let service: TestService;
  let url: string;
  let stopServing: () => Promise<void>;

  beforeAll(async () => {
    engine = await start();
    service = toTestService(await engine.openStore());
    const server = serve({ fetch: service.app.fetch, hostname: '127.0.0.1', port: 0 });
    await new Promise((resolve) => server.once('listening', resolve));
    // A TCP server that listens has an address object.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    stopServing = () => new Promise((resolve) => server.close(() => resolve()));
  });

  afterAll(async () => {
    await stopServing();
    await service.close();
    await engine.stop();
  });

  async function race(host: TestHost, key: string | undefined): Promise<readonly RaceResult[]> {
    const clients = [startClient(url, host, key), startClient(url, host, key)];
    await Promise.all(clients.map((client) => client.ready));
    for (const client of clients) client.go();
    return (await Promise.all(clients.map((client) => client.results))).flat();
  }

  async function rowsOf(host: TestHost): Promise<readonly { readonly uid: string; readonly status: string }[]> {
    return await service.store.db.selectFrom('bookings').select(['uid', 'status']).where('host_id', '=', host.user.id).execute();
  }

  it.each([{ who: 'strangers' }, { who: 'one credential' }])('leave exactly one booking when $who ask', async ({ who }) => {
    const host = await addHost(service);
    const results = await race(host, who === 'strangers' ? undefined : host.key);
    expect(results).toHaveLength(2 * ATTENDEES);
    const rows = await rowsOf(host);
    expect(rows).toHaveLength(1);
    const won = results.filter((result) => result.status === 201);
    const lost = results.filter((result) => result.status !== 201);
    expect(won.length).toBeGreaterThanOrEqual(1);
    // Each attendee asks twice, and who asks again is answered with the booking that stands.
    expect(won.length).toBeLessThanOrEqual(2);
    expect(new Set(won.map((result) => `${result.uid} ${result.attendee}`)).size).toBe(1);
    expect(won[0]?.uid).toBe(rows[0]?.uid);
    for (const result of lost) expect(result).toMatchObject({ status: 400, message: expect.stringContaining(TAKEN) });
    expect(service.bugs).toEqual([]);
  });

  it('move one booking to it once, and cancel it once', async () => {
    const host = await addHost(service);
    const attendee = { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' };
    const { data } = (await service.call('POST /v2/bookings', { body: { eventTypeId: host.eventTypeId, start: START, attendee } })).body;
    const moves = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        service.call(`POST /v2/bookings/${data.uid}/reschedule`, {
          body: { start: index % 2 === 0 ? '2050-09-06T10:00:00Z' : '2050-09-06T10:30:00Z' },
        }),
      ),
    );
    // Ten ask for each time: the first to come decides, and those who ask for the same are answered the same.
    const moved = moves.filter((move) => move.status === 201);
    expect(moved).toHaveLength(10);
    expect(new Set(moved.map((move) => `${move.body.data.uid} ${move.body.data.start}`)).size).toBe(1);
    expect(moves.filter((move) => move.status === 400)).toHaveLength(10);
    const uid = moved[0]?.body.data.uid;
    const cancels = await Promise.all(Array.from({ length: 20 }, () => service.call(`POST /v2/bookings/${uid}/cancel`, { body: {} })));
    expect(cancels.map((cancel) => [cancel.status, cancel.body.data?.uid])).toEqual(cancels.map(() => [200, uid]));
    expect((await rowsOf(host)).map((row) => row.status)).toEqual(['cancelled', 'cancelled']);
    expect(service.bugs).toEqual([]);
  });

  it('confirm one of many pending bookings for it', async () => {
    const policy = { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } as const;
    const host = await addHost(service, { options: policy });
    const results = await race(host, undefined);
    expect(results.every((result) => result.status === 201)).toBe(true);
    expect(await rowsOf(host)).toHaveLength(ATTENDEES);
    const confirms = await Promise.all(
      (await rowsOf(host)).map((row) => service.call(`POST /v2/bookings/${row.uid}/confirm`, { key: host.key })),
    );
    expect(confirms.filter((confirm) => confirm.status === 200)).toHaveLength(1);
    expect(confirms.filter((confirm) => confirm.body.error?.message === TAKEN)).toHaveLength(ATTENDEES - 1);
    expect(service.bugs).toEqual([]);
  });
});

function startClient(url: string, host: TestHost, key: string | undefined) {
  const script = fileURLToPath(new URL('race-client.ts', import.meta.url));
  const rest = [url, String(host.eventTypeId), START, String(ATTENDEES), ...(key === undefined ? [] : [key])];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...rest], { stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  let markReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.startsWith('ready\n')) markReady();
  });
  const results = new Promise<readonly RaceResult[]>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const line = output.split('\n')[1] ?? '';
      if (code === 0 && line !== '') resolve(JSON.parse(line));
      else reject(new Error(`The racing client ended with ${code}: ${output}`));
    });
  });
  return { ready, results, go: () => child.stdin.end('go\n') };
}
