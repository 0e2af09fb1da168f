import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openStore } from '../src/store/store.ts';
import { startPostgres } from '../src/store/test-engines.ts';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { measureBareTransactions } from './bare-transaction.ts';
import { type Diaries, fillDiaries, NOW, startOf } from './diary.ts';
import { type LoadResult, measureLoad, toBytes } from './load.ts';
import type { Row } from './table.ts';

const CONNECTIONS = [1, 16, 64] as const;
const TIMES = { durationMs: 3000, warmUpMs: 1500 } as const;
const DAY_MS = 86_400_000;
const ENVIRONMENT = { KALENDS_CLOCK: new Date(NOW).toISOString(), KALENDS_RATE_LIMIT: 'off' };

/** The service over HTTP beside what bounds it in the same run: a bare Hono answer, and the statements of a booking without the service. */
export async function benchService(): Promise<readonly Row[]> {
  const bare = await measureBareHono();
  return [...(await benchPostgres(bare)), ...(await benchPglite(bare)), ...(await benchFlush())];
}

type Measured = ReadonlyMap<number, LoadResult>;

async function forConnections(measure: (connections: number) => Promise<LoadResult>): Promise<Measured> {
  const results = new Map<number, LoadResult>();
  for (const connections of CONNECTIONS) results.set(connections, await measure(connections));
  return results;
}

async function measureBareHono(): Promise<Measured> {
  // As long as a week of office hours.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-hono.ts'), '3000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = await once(child.stdout, 'data');
  const addresses = [String(chunk).trim()];
  const bytes = toBytes('GET', '/bare', {});
  const measured = await forConnections((connections) =>
    measureLoad({ addresses, connections, ...TIMES, request: () => bytes, expectStatus: 200 }),
  );
  child.kill();
  return measured;
}

async function benchPostgres(bareHono: Measured): Promise<readonly Row[]> {
  const postgres = await startPostgres({ durable: true });
  try {
    const diaries = await fillDiaries({ databaseUrl: postgres.url });
    const rows: Row[] = [];
    const next = createCounter();
    const bareTransactions = await measureBare(await postgres.createDatabase());
    for (const processes of [1, 4]) {
      const kalends = await Promise.all(
        Array.from({ length: processes }, () => startKalends(makeHome(), { ...ENVIRONMENT, DATABASE_URL: postgres.url })),
      );
      const name = `PostgreSQL, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
      const slots = await measureSlots(kalends, diaries);
      const bookings = await measureBookings(kalends, diaries, next);
      rows.push(
        ...toRows('GET /v2/slots, a week', name, slots, bareHono, {
          boundName: 'bare Hono',
          ...(processes === 1 ? { target: '≥ 1500/s' } : {}),
        }),
      );
      rows.push(...toRows('POST /v2/bookings', name, bookings, bareTransactions, { boundName: 'bare transaction', target: 'ratio ≥ 0.5' }));
      await Promise.all(kalends.map((service) => service.stop()));
      for (const { home } of kalends) removeHome(home);
    }
    return rows;
  } finally {
    await postgres.stop();
  }
}

/** In a database of its own: what it leaves in the outbox would keep the services busy. */
async function measureBare(databaseUrl: string): Promise<Measured> {
  const { hosts } = await fillDiaries({ databaseUrl });
  const next = createCounter();
  return await forConnections((connections) => measureBareTransactions(databaseUrl, { hosts, connections, ...TIMES, next }));
}

async function benchPglite(bareHono: Measured): Promise<readonly Row[]> {
  const home = makeHome();
  try {
    const diaries = await fillDiaries({ home });
    const kalends = [await startKalends(home, ENVIRONMENT)];
    const slots = await measureSlots(kalends, diaries);
    const bookings = await measureBookings(kalends, diaries, createCounter());
    await kalends[0]?.stop();
    return [
      ...toRows('GET /v2/slots, a week', 'embedded', slots, bareHono, { boundName: 'bare Hono' }),
      ...toRows('POST /v2/bookings', 'embedded', bookings, bareHono, { boundName: 'bare Hono' }),
    ];
  } finally {
    removeHome(home);
  }
}

function measureSlots(kalends: readonly RunningKalends[], { apiKey, hosts }: Diaries): Promise<Measured> {
  const headers = { authorization: `Bearer ${apiKey}`, 'cal-api-version': '2024-09-04' };
  const start = new Date(NOW + DAY_MS).toISOString();
  const end = new Date(NOW + 8 * DAY_MS).toISOString();
  const requests = hosts.map(({ officeTypeId }) =>
    toBytes('GET', `/v2/slots?eventTypeId=${officeTypeId}&start=${start}&end=${end}&timeZone=Europe/London`, headers),
  );
  return forConnections((connections) =>
    measureLoad({
      addresses: kalends.map((service) => service.address),
      connections,
      ...TIMES,
      request: (index) => requests[index % requests.length] ?? '',
      expectStatus: 200,
    }),
  );
}

function measureBookings(kalends: readonly RunningKalends[], { hosts }: Diaries, next: () => number): Promise<Measured> {
  const headers = { 'cal-api-version': '2024-08-13', 'content-type': 'application/json' };
  return forConnections((connections) =>
    measureLoad({
      addresses: kalends.map((service) => service.address),
      connections,
      ...TIMES,
      request: () => {
        const index = next();
        const attendee = { name: `Guest ${index}`, email: `guest${index}@example.com`, timeZone: 'Europe/London' };
        const body = { eventTypeId: hosts[index % hosts.length]?.eventTypeId, start: new Date(startOf(index)).toISOString(), attendee };
        return toBytes('POST', '/v2/bookings', headers, JSON.stringify(body));
      },
      expectStatus: 201,
    }),
  );
}

function createCounter(): () => number {
  let next = 0;
  return () => next++;
}

function toRows(
  what: string,
  where: string,
  measured: Measured,
  bounds: Measured,
  about: { readonly boundName: string; readonly target?: string },
): readonly Row[] {
  return CONNECTIONS.map((connections) => {
    const { rate, p99 } = measured.get(connections) ?? { rate: Number.NaN, p99: Number.NaN };
    const bound = bounds.get(connections)?.rate;
    return {
      name: `${what}, ${where}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
      median: rate,
      unit: '/s',
      p99,
      ...(bound === undefined ? {} : { bound }),
      ...about,
    };
  });
}

/** What bringing the write-ahead log to the disk costs on the embedded database: the same small transaction with and without waiting for it. */
async function benchFlush(): Promise<readonly Row[]> {
  const home = makeHome();
  try {
    const store = await openStore({ home });
    await sql`create table bench_flush (id integer primary key)`.execute(store.db);
    let id = 0;
    const measure = async (mode: 'on' | 'off') => {
      await sql`set synchronous_commit = ${sql.lit(mode)}`.execute(store.db);
      const startedAt = performance.now();
      for (let run = 0; run < 300; run++) {
        await store.transaction(async (tx) => {
          await sql`insert into bench_flush values (${id++})`.execute(tx);
        });
      }
      return (performance.now() - startedAt) / 300;
    };
    await measure('on');
    const without = await measure('off');
    const flushed = await measure('on');
    await store.close();
    return [{ name: 'small transaction, embedded, log flushed at commit', median: flushed, bound: without, boundName: 'not flushed' }];
  } finally {
    removeHome(home);
  }
}
