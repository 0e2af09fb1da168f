import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type Config, loadConfig } from './config.ts';
import { openRuntime } from './runtime.ts';
import { backUpStore, backUpWithEngine, migrateTo, restoreInstallation } from './runtime-keeping.ts';
import { insertBooking } from './store/bookings.ts';
import { createSampleHost, sampleBooking } from './store/sample-diary.fixture.ts';
import { openStore } from './store/store.ts';
import { startPostgres, type TestPostgres } from './store/test-engines.ts';

let root: string;
let postgres: TestPostgres;
let home: string;
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kalends-keeping-'));
  postgres = await startPostgres();
});
beforeEach(() => {
  home = mkdtempSync(join(root, 'home-'));
});
afterAll(async () => {
  await postgres.stop();
  rmSync(root, { recursive: true, force: true });
});

const configOf = (environment: Readonly<Record<string, string>> = {}) => loadConfig({ KALENDS_HOME: home, ...environment });

/** An installation with one booking, as its owner leaves it. */
async function fill(config: Config): Promise<void> {
  const runtime = await openRuntime(config, { address: 'http://127.0.0.1:3020' });
  await insertBooking(runtime.store.db, sampleBooking(await createSampleHost(runtime.store)));
  await runtime.close();
}

async function countBookings({ databaseUrl }: Config): Promise<number> {
  const store = await openStore(databaseUrl === undefined ? { home } : { databaseUrl });
  const { count: found } = await store.db
    .selectFrom('bookings')
    .select(store.db.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  await store.close();
  return found;
}

it('copies the embedded database into an empty PostgreSQL, once', async () => {
  await fill(configOf());
  const url = await postgres.createDatabase();
  const report = await migrateTo(configOf(), url);
  expect(report.tables).toMatchObject({ users: 2, bookings: 1, booking_hosts: 1, attendees: 1 });
  expect(readdirSync(home).filter((name) => name.startsWith('migrate-to'))).toEqual([]);
  await fill(configOf({ DATABASE_URL: url }));
  expect(await countBookings(configOf({ DATABASE_URL: url }))).toBe(2);
  expect(await countBookings(configOf())).toBe(1);
  await expect(migrateTo(configOf(), url)).rejects.toThrow(
    /is not empty: there are 3 users, \d+ event types, 2 bookings\. Nothing was changed\./,
  );
});

it('leaves a database of another program alone', async () => {
  await fill(configOf());
  const url = await postgres.createDatabase();
  const store = await openStore({ databaseUrl: url });
  await sql`drop schema public cascade`.execute(store.db);
  await sql`create schema public`.execute(store.db);
  await sql`create table orders (id integer)`.execute(store.db);
  await expect(migrateTo(configOf(), url)).rejects.toThrow(/not empty: there is 1 table of another program, "orders"/);
  await store.close();
});

it('says that an installation on PostgreSQL is on PostgreSQL already', async () => {
  const config = configOf({ DATABASE_URL: await postgres.createDatabase() });
  await expect(migrateTo(config, 'postgres://127.0.0.1/other')).rejects.toThrow(/keeps its data in PostgreSQL already/);
});

it.each(['pglite', 'postgres'] as const)('restores on %s only what is empty, or with force and a copy', async (engine) => {
  const config = configOf(engine === 'pglite' ? {} : { DATABASE_URL: await postgres.createDatabase() });
  await fill(config);
  const file = join(root, `${engine}.kalends`);
  const source = await openStore(config.databaseUrl === undefined ? { home } : { databaseUrl: config.databaseUrl });
  await backUpStore(source, file);
  await expect(backUpStore(source, file)).rejects.toThrow(/is there already/);
  await source.close();
  await fill(config);
  await expect(restoreInstallation(config, file)).rejects.toThrow(
    /There is data already in .*: 3 users, .* 2 bookings\. Nothing was changed\./,
  );
  expect(await countBookings(config)).toBe(2);
  const { safetyCopy } = await restoreInstallation(config, file, { force: true });
  expect(await countBookings(config)).toBe(1);
  await restoreInstallation(config, safetyCopy ?? '', { force: true });
  expect(await countBookings(config)).toBe(2);
});

it('restores where nothing is yet, and then opens with a key that works', async () => {
  await fill(configOf());
  const file = join(home, 'database.copy.kalends');
  home = mkdtempSync(join(root, 'elsewhere-'));
  const { safetyCopy } = await restoreInstallation(configOf(), file);
  expect(safetyCopy).toBeNull();
  const runtime = await openRuntime(configOf(), { address: 'http://127.0.0.1:3020' });
  expect(existsSync(join(home, 'api-key'))).toBe(true);
  expect((await runtime.principal()).username).toBe(
    (await runtime.store.db.selectFrom('users').select('username').orderBy('id').executeTakeFirstOrThrow()).username,
  );
  await runtime.close();
});

it('reads an embedded database with the engine it is told to use', async () => {
  await fill(configOf());
  rmSync(join(home, 'database.copy.kalends'));
  const file = join(home, 'carried-over.kalends');
  const engine = join(import.meta.dirname, '../node_modules/@electric-sql/pglite');
  expect((await backUpWithEngine(configOf(), file, { engine })).tables).toMatchObject({ bookings: 1 });
  await expect(backUpWithEngine(configOf(), join(home, 'x.kalends'), { engine: root })).rejects.toThrow(/There is no PGlite in/);
  await restoreInstallation(configOf(), file, { force: true });
  expect(await countBookings(configOf())).toBe(1);
});

it('does not restore beneath a Kalends that runs on the same PostgreSQL', async () => {
  const config = configOf({ DATABASE_URL: await postgres.createDatabase() });
  await fill(configOf());
  const running = await openStore({ databaseUrl: config.databaseUrl ?? '' });
  const file = join(home, 'database.copy.kalends');
  await expect(restoreInstallation(config, file)).rejects.toThrow(/Other Kalends processes hold 1 connection to this database/);
  await running.close();
  await restoreInstallation(config, file);
  expect(await countBookings(config)).toBe(1);
});
