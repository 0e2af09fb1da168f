import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Kysely, sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertBooking } from '../bookings.ts';
import type { Database } from '../database.ts';
import { createPgliteDialect } from '../dialects.ts';
import { migrate } from '../migrate.ts';
import { migrations } from '../migrations/index.ts';
import { createPglite } from '../pglite.ts';
import { createSampleHost, HOUR, NOW, sampleBooking } from '../sample-diary.fixture.ts';
import { journalEntry } from '../sample-journal.fixture.ts';
import type { Handle, Store } from '../store.ts';
import { type TestEngine, testEngines } from '../test-engines.ts';
import { createUser } from '../users.ts';
import { backUp } from './backup.ts';
import { restore } from './restore.ts';
import { listTables, pinTextForm, readRows } from './tables.ts';

const [pglite, postgres] = testEngines;
const BOOKINGS = 620;

let directory: string;
let engines: { readonly pglite: TestEngine; readonly postgres: TestEngine };
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kalends-backup-'));
  engines = { pglite: await pglite.start(), postgres: await postgres.start() };
});
afterAll(async () => {
  await Promise.all([engines.pglite.stop(), engines.postgres.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

/** More rows than one batch, texts that need care, and numbers whose rows were deleted again. */
async function fillDiary(store: Store): Promise<void> {
  const host = await createSampleHost(store);
  for (let index = 0; index < BOOKINGS; index++) {
    const startAt = NOW + index * HOUR;
    const title = index === 0 ? 'Zoë "quoted"\n\\ tab\t and 漢字 🎉 \u2028' : `Meeting ${index}`;
    await insertBooking(store.db, sampleBooking(host, { title, startAt, metadata: { index, none: null, deep: [{ a: 1e21 }] } }));
  }
  const begun = await store.journal.begin(journalEntry(host.user.id, { input: { title: '漢字 "quoted"', amount: 1e21, 2: 'b', 1: 'a' } }));
  if (begun.began) await store.journal.finish(begun.id, { state: 'done', output: { uid: 'x' }, error: null, durationMs: 12.5 });
  await sql`delete from bookings where id > 600`.execute(store.db);
  await sql`update users set bio = ''`.execute(store.db);
  await sql`insert into settings (user_id, key, value, updated_at) values (null, 'b', '"x"', '1969-12-31 23:59:59.123456Z'),
    (null, 'a', 'null', 'infinity')`.execute(store.db);
}

async function contentsOf(db: Handle): Promise<Readonly<Record<string, readonly unknown[]>>> {
  return await db.transaction().execute(async (tx) => {
    await pinTextForm(tx);
    const contents: Record<string, unknown[]> = {};
    for (const table of await listTables(tx)) {
      const rows: unknown[] = [];
      for await (const batch of readRows(tx, table)) rows.push(...batch);
      // When a migration ran is of no interest.
      contents[table.name] = table.name === 'kysely_migration' ? rows.map((row) => (row as string[])[0]) : rows;
    }
    return contents;
  });
}

async function shapesOf(db: Handle): Promise<readonly unknown[]> {
  const { rows } = await sql`select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) as line from pg_constraint
    where connamespace = 'public'::regnamespace union all select indexdef from pg_indexes where schemaname = 'public' order by 1`.execute(
    db,
  );
  return rows;
}

describe.each([
  { from: 'pglite', to: 'postgres' },
  { from: 'postgres', to: 'pglite' },
] as const)('a backup of $from', ({ from, to }) => {
  let source: Store;
  let file: string;
  beforeAll(async () => {
    source = await engines[from].openStore();
    await fillDiary(source);
    file = join(directory, `${from}.kalends`);
    await backUp(source, file);
  });
  afterAll(() => source.close());

  it('is readable by its owner only', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([from, to])('is restored on %s with every row, key, index and sequence', async (engine) => {
    const target = await engines[engine].openStore();
    await createUser(target.db, { username: 'gone', name: 'Gone', email: 'gone@example.com', timeZone: 'UTC', now: NOW });
    const summary = await restore(target.db, file);
    expect(await contentsOf(target.db)).toEqual(await contentsOf(source.db));
    expect(await shapesOf(target.db)).toEqual(await shapesOf(source.db));
    expect(summary.tables.find((table) => table.end === 'bookings')?.rows).toBe(600);
    expect(await target.journal.verify()).toMatchObject({ ok: true, rows: 2 });
    await expect(sql`delete from journal_rows`.execute(target.db)).rejects.toThrow('append-only');
    const next = await insertBooking(target.db, {
      ...sampleBooking(await createSampleHost(target), { startAt: NOW - HOUR }),
      uid: 'after-the-restore',
    });
    expect(next.id).toBe(BOOKINGS + 1);
    await target.close();
  });

  it('is taken while others write, as things were at one moment', async () => {
    const busy = await engines[from].openStore();
    const host = await createSampleHost(busy);
    let writing = true;
    let index = 0;
    const writer = (async () => {
      while (writing) {
        await insertBooking(busy.db, sampleBooking(host, { startAt: NOW + index++ * HOUR }));
        // PGlite answers without ever leaving the process: nobody else would get a turn.
        await setImmediate();
      }
    })();
    while (index < 50) await setImmediate();
    const moving = join(directory, `${from}-moving.kalends`);
    await backUp(busy, moving);
    writing = false;
    await writer;
    await busy.close();
    const target = await engines[to].openStore();
    await restore(target.db, moving);
    const { bookings = [], booking_hosts = [], attendees = [] } = await contentsOf(target.db);
    expect(bookings.length).toBeGreaterThanOrEqual(50);
    expect([booking_hosts.length, attendees.length]).toEqual([bookings.length, bookings.length]);
    await target.close();
  });
});

describe('a backup that cannot be restored', () => {
  let target: Store;
  let good: Buffer;
  let before: unknown;
  const file = () => join(directory, 'bad.kalends');
  beforeAll(async () => {
    const source = await engines.pglite.openStore();
    await createSampleHost(source);
    await backUp(source, file());
    await source.close();
    good = readFileSync(file());
    target = await engines.pglite.openStore();
    await createSampleHost(target);
    before = await contentsOf(target.db);
  });
  afterAll(() => target.close());
  beforeEach(async () => expect(await contentsOf(target.db)).toEqual(before));

  const edited = (from: string | RegExp, to: string) => gzipSync(gunzipSync(good).toString().replace(from, to));
  it.each([
    ['was cut off', () => good.subarray(0, good.length - 40), /is damaged: it was cut off/],
    ['has no end', () => edited(/\{"end":null.*\n$/, ''), /its end is missing/],
    ['had a name changed', () => edited('"Grace"', '"Grave"'), /the rows of "users" are not those that were saved/],
    ['lost a row', () => edited(/\["\d+","\d+","30min.*\n/, ''), /the rows of "event_types" are not/],
    ['is something else', () => Buffer.from('hello'), /is no backup of Kalends/],
    ['is something else in gzip', () => gzipSync('hello\n'), /is no backup of Kalends/],
    ['is of a later format', () => edited('"format":1', '"format":2'), /has format "2"/],
    ['is of a later version', () => edited('["0001-foundation"', '["9999-later"'), /a newer Kalends \(migration "9999-later"\)/],
    ['has a table nobody knows', () => edited(/\{"end":null,/, '{"table":"x","columns":[],"key":[]}\n{"end":null,'), /a table "x"/],
  ])('because it %s changes nothing', async (_how, content, message) => {
    writeFileSync(file(), content());
    await expect(restore(target.db, file())).rejects.toThrow(message);
    expect(await contentsOf(target.db)).toEqual(before);
  });

  it('says which file is not there', async () => {
    await expect(restore(target.db, join(directory, 'none.kalends'))).rejects.toThrow(
      /none.kalends" cannot be read: there is no such file/,
    );
  });

  it('breaks a rule of the tables: a booking without its host', async () => {
    const source = await engines.pglite.openStore();
    await sql`alter table event_types drop constraint event_types_user_id_fkey`.execute(source.db);
    await sql`insert into event_types (user_id, slug, title, length_minutes, options, created_at, updated_at)
      values (999, 'x', 'x', 30, '{}', now(), now())`.execute(source.db);
    await backUp(source, file());
    await source.close();
    await expect(restore(target.db, file())).rejects.toThrow(/violates foreign key constraint/);
    expect(await contentsOf(target.db)).toEqual(before);
  });
});

it('brings a backup of an older version up to date', async () => {
  const db = new Kysely<Database>({ dialect: createPgliteDialect(await createPglite()) });
  await migrate(db, ['0001-foundation']);
  await createUser(db, { username: 'old', name: 'Old', email: 'old@example.com', timeZone: 'UTC', now: NOW });
  const file = join(directory, 'old.kalends');
  await backUp({ engine: 'pglite', db }, file);
  await db.destroy();
  const target = await engines.postgres.openStore();
  const fresh = await engines.postgres.openStore();
  await restore(target.db, file);
  expect(await shapesOf(target.db)).toEqual(await shapesOf(fresh.db));
  const contents = await contentsOf(target.db);
  expect(contents.kysely_migration).toEqual(Object.keys(migrations).sort());
  expect(contents.users).toHaveLength(1);
  await migrate(target.db);
  await Promise.all([target.close(), fresh.close()]);
});
