import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { openStore } from '../src/store/store.ts';
import { startPostgres } from '../src/store/test-engines.ts';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { measureBareTransactions } from './bare-transaction.ts';
import { type Diaries, fillDiaries, NOW, startOf } from './diary.ts';
import { type LoadOptions, measureLoad, toBytes } from './load.ts';
import { processorTimeOf, untilQuiet } from './process.ts';
import { recordTransactions } from './recorded-transaction.ts';
import { median, type Row } from './table.ts';

const CONNECTIONS = [1, 16, 64] as const;
const TIMES = { durationMs: 2500, warmUpMs: 1500 } as const;
/** One window says little on a machine that others use too. */
const ROUNDS = 5;
/** Of what ran a moment ago: connections are opened, nothing is compiled. */
const SHORT_WARM_UP_MS = 300;
const DAY_MS = 86_400_000;
const ENVIRONMENT = { KALENDS_CLOCK: new Date(NOW).toISOString(), KALENDS_RATE_LIMIT: 'off' };

/** A process or a few, and what they are asked for. */
interface Subject {
  readonly kalends: readonly RunningKalends[];
  readonly diaries: Diaries;
  /** "PostgreSQL, 1 process" */
  readonly where: string;
}

interface Measured {
  readonly rate: number;
  readonly p99: number;
  readonly processorMs?: number;
}

/** The service over HTTP beside what bounds it in the same run: a bare Hono answer, and the statements of a booking without the service. */
export async function benchService(): Promise<readonly Row[]> {
  return [...(await benchPostgres()), ...(await benchPglite()), ...(await benchFlush())];
}

async function benchPostgres(): Promise<readonly Row[]> {
  const postgres = await startPostgres({ durable: true });
  try {
    const diaries = await fillDiaries({ databaseUrl: postgres.url });
    // In a database of its own: what it leaves in the outbox would keep the services busy.
    const bareUrl = await postgres.createDatabase();
    const { hosts } = await fillDiaries({ databaseUrl: bareUrl });
    const nextBare = createCounter();
    const transactions = await recordTransactions(bareUrl, { hosts, startFor: () => startOf(nextBare()) });
    const measureBare = (connections: number) => measureBareTransactions(bareUrl, { transactions, connections, ...TIMES, next: nextBare });
    const next = createCounter();
    const rows: Row[] = [];
    for (const processes of [1, 4]) {
      const environment = { ...ENVIRONMENT, DATABASE_URL: postgres.url };
      const kalends = await Promise.all(Array.from({ length: processes }, () => startKalends(makeHome(), environment)));
      const subject = { kalends, diaries, where: `PostgreSQL, ${processes} ${processes === 1 ? 'process' : 'processes'}` };
      rows.push(...(await benchSlots(subject, { target: processes === 1 ? 1500 : undefined })));
      const alone = <Result>(work: () => Promise<Result>) => withoutConsequences(postgres.url, work);
      rows.push(...(await benchBookings(subject, { next, measureBare, alone })));
      await Promise.all(kalends.map((service) => service.stop()));
      for (const { home } of kalends) removeHome(home);
    }
    return rows;
  } finally {
    await postgres.stop();
  }
}

async function benchPglite(): Promise<readonly Row[]> {
  const home = makeHome();
  try {
    const diaries = await fillDiaries({ home });
    const service = await startKalends(home, ENVIRONMENT);
    const subject = { kalends: [service], diaries, where: 'embedded' };
    const rows = [...(await benchSlots(subject)), ...(await benchBookings(subject, { next: createCounter() }))];
    await service.stop();
    return rows;
  } finally {
    removeHome(home);
  }
}

async function benchSlots(subject: Subject, { target }: { readonly target?: number | undefined } = {}): Promise<readonly Row[]> {
  const { apiKey, hosts } = subject.diaries;
  const headers = { authorization: `Bearer ${apiKey}`, 'cal-api-version': '2024-09-04' };
  const start = new Date(NOW + DAY_MS).toISOString();
  const end = new Date(NOW + 8 * DAY_MS).toISOString();
  const requests = hosts.map(({ officeTypeId }) =>
    toBytes('GET', `/v2/slots?eventTypeId=${officeTypeId}&start=${start}&end=${end}&timeZone=Europe/London`, headers),
  );
  const request = (index: number) => requests[index % requests.length] ?? '';
  const bare = await startBareHono();
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const { rate: bound } = await measureLoad({ ...bare, connections, ...TIMES });
    const measured = await measureService(subject, { connections, request, expectStatus: 200 });
    rows.push({
      ...toRow('GET /v2/slots, a week', subject, { connections, measured }),
      bound,
      boundName: 'bare Hono',
      // One connection waits for one answer at a time: no process is at its limit then.
      ...(target === undefined || connections === 1 ? {} : { target: `≥ ${target}/s`, isMet: measured.rate >= target }),
    });
  }
  bare.stop();
  return rows;
}

interface BookingsOptions {
  readonly next: () => number;
  readonly measureBare?: (connections: number) => Promise<Measured>;
  /** Runs work while nothing follows from what it books. */
  readonly alone?: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

async function benchBookings(subject: Subject, { next, measureBare, alone }: BookingsOptions): Promise<readonly Row[]> {
  const { hosts } = subject.diaries;
  const headers = { 'cal-api-version': '2024-08-13', 'content-type': 'application/json' };
  const request = () => {
    const index = next();
    const attendee = { name: `Guest ${index}`, email: `guest${index}@example.com`, timeZone: 'Europe/London' };
    const body = { eventTypeId: hosts[index % hosts.length]?.eventTypeId, start: new Date(startOf(index)).toISOString(), attendee };
    return toBytes('POST', '/v2/bookings', headers, JSON.stringify(body));
  };
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) {
      const load = { connections, request, expectStatus: 201, isWarm: round > 0 };
      // One right after the other: who else uses the machine changes by the minute.
      const bound = await measureBare?.(connections);
      const measured = await measureService(subject, load);
      rounds.push({ bound, measured, requests: await alone?.(() => measureService(subject, load)) });
    }
    const bound = mediansOf(rounds.map((round) => round.bound))?.rate;
    const beside = bound === undefined ? {} : { bound, boundName: 'bare transaction' };
    const measured = mediansOf(rounds.map((round) => round.measured));
    const requests = mediansOf(rounds.map((round) => round.requests));
    if (measured === undefined) throw new TypeError('Nothing was measured.');
    rows.push({
      ...toRow('POST /v2/bookings', subject, { connections, measured }),
      ...beside,
      ...(bound === undefined ? {} : { target: 'ratio ≥ 0.5', isMet: measured.rate >= 0.5 * bound }),
    });
    if (requests === undefined) continue;
    rows.push({ ...toRow('the same without mail and webhooks', subject, { connections, measured: requests }), ...beside });
  }
  return rows;
}

/** Of each number the median; `undefined` where nothing was measured. */
function mediansOf(rounds: readonly (Measured | undefined)[]): Measured | undefined {
  const measured = rounds.filter((round) => round !== undefined);
  if (measured.length === 0) return undefined;
  const processorMs = measured.map((round) => round.processorMs).filter((time) => time !== undefined);
  return {
    rate: median(measured.map(({ rate }) => rate)),
    p99: median(measured.map(({ p99 }) => p99)),
    ...(processorMs.length === 0 ? {} : { processorMs: median(processorMs) }),
  };
}

/** Every change counts as passed on from the beginning, so that nobody is told of it: what is left is the requests' own work. */
async function withoutConsequences<Result>(url: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('alter table outbox alter column dispatched_at set default now()');
    return await work();
  } finally {
    await client.query('alter table outbox alter column dispatched_at drop default');
    await client.end();
  }
}

/** Processor time is that of the requests and of all that follows from them, such as mail. */
async function measureService(
  { kalends }: Subject,
  { isWarm = false, ...load }: Pick<LoadOptions, 'connections' | 'request' | 'expectStatus'> & { readonly isWarm?: boolean },
): Promise<Measured> {
  const pids = kalends.map((service) => service.pid);
  await untilQuiet(pids);
  const before = processorTimeOf(pids);
  const addresses = kalends.map((service) => service.address);
  // Each process compiles its own code: several take that much longer to become warm.
  const warmUpMs = isWarm ? SHORT_WARM_UP_MS : TIMES.warmUpMs * kalends.length;
  const { rate, p99, requests } = await measureLoad({ addresses, ...TIMES, ...load, warmUpMs });
  await untilQuiet(pids);
  const processorMs = (processorTimeOf(pids) - before) / requests;
  return { rate, p99, ...(Number.isNaN(processorMs) ? {} : { processorMs }) };
}

/** As long an answer as a week of office hours. */
async function startBareHono(): Promise<Pick<LoadOptions, 'addresses' | 'request' | 'expectStatus'> & { stop(): void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'bare-hono.ts'), '3000'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk] = await once(child.stdout, 'data');
  const bytes = toBytes('GET', '/bare', {});
  return { addresses: [String(chunk).trim()], request: () => bytes, expectStatus: 200, stop: () => void child.kill() };
}

function createCounter(): () => number {
  let next = 0;
  return () => next++;
}

function toRow(
  what: string,
  { where }: Subject,
  { connections, measured }: { readonly connections: number; readonly measured: Measured },
): Row {
  const { rate, p99, processorMs } = measured;
  return {
    name: `${what}, ${where}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    median: rate,
    unit: '/s',
    p99,
    ...(processorMs === undefined ? {} : { processorMs }),
  };
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
    return [
      { name: 'small transaction, embedded, write-ahead log flushed at commit', median: flushed, bound: without, boundName: 'not flushed' },
    ];
  } finally {
    removeHome(home);
  }
}
