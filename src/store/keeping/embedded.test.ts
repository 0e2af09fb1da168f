import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { insertBooking, selectBookings } from '../bookings.ts';
import { createSampleHost, sampleBooking } from '../sample-diary.fixture.ts';
import { openStore, type Store } from '../store.ts';
import { testSeedArchive } from '../test-engines.ts';
import { backUp } from './backup.ts';
import { copiedTransaction, POSTGRES, writeMark } from './directory-age.ts';
import { restoreEmbedded } from './embedded.ts';

let root: string;
let seedArchive: string;
let home: string;
let count = 0;
/** A new directory holds two thousand files, and a busy disk takes its time. */
vi.setConfig({ testTimeout: 120_000 });
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kalends-embedded-'));
  seedArchive = await testSeedArchive();
});
beforeEach(() => {
  home = join(root, String(count++));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const open = () => openStore({ home, seedArchive });
const bookingsOf = (store: Store) => selectBookings(store.db).orderBy('bookings.id').execute();
const inHome = (...names: readonly string[]) => join(home, ...names);

/** A diary with one booking, closed in order. */
async function keepDiary() {
  const store = await open();
  await insertBooking(store.db, sampleBooking(await createSampleHost(store)));
  const bookings = await bookingsOf(store);
  await store.close();
  return bookings;
}

/** The directory as an older PostgreSQL would have left it, stopped in order. */
function pretend({ major, catalog }: { readonly major?: number; readonly catalog?: number }): void {
  const transaction = copiedTransaction(home);
  if (major !== undefined) writeFileSync(inHome('database', 'PG_VERSION'), `${major}\n`);
  if (catalog !== undefined) {
    const file = inHome('database', 'global', 'pg_control');
    const control = readFileSync(file);
    control.writeUInt32LE(catalog, 12);
    writeFileSync(file, control);
    writeMark(home, transaction);
  }
}

describe('an embedded database that another PostgreSQL wrote', () => {
  it('is told from one of ours by what the installed PGlite writes', async () => {
    await (await open()).close();
    expect(readFileSync(inHome('database', 'PG_VERSION'), 'utf8').trim()).toBe(String(POSTGRES.major));
    expect(readFileSync(inHome('database', 'global', 'pg_control')).readUInt32LE(12)).toBe(POSTGRES.catalog);
    expect(JSON.parse(readFileSync(inHome('database.json'), 'utf8')).pglite).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each([
    ['an older version', { major: 17 }, 17],
    ['another catalogue', { catalog: 202_505_071 }, 18],
  ] as const)('of %s is carried over from the copy, and kept', async (_what, written, major) => {
    const bookings = await keepDiary();
    pretend(written);
    const store = await open();
    expect(await bookingsOf(store)).toEqual(bookings);
    const [notice] = store.notices;
    expect(notice).toMatch(`carried over from PostgreSQL ${major}`);
    await store.close();
    expect(readdirSync(home).filter((name) => name.startsWith(`database.postgresql-${major}`))).toHaveLength(1);
    const again = await open();
    expect([again.notices, await bookingsOf(again)]).toEqual([[], bookings]);
    await again.close();
  });

  it('and that went on after the last copy is left alone, with the commands that read it', async () => {
    await keepDiary();
    pretend({ major: 17 });
    // It was started once more and killed.
    writeFileSync(inHome('database', 'global', 'pg_control'), Buffer.alloc(8192, 1));
    const before = readdirSync(home).toSorted();
    await expect(open()).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(
        /written by PostgreSQL 17 \(PGlite \d+\.\d+\.\d+\), and the PostgreSQL of this Kalends cannot read its files/,
      ),
      hint: expect.stringMatching(
        /npm install .*@electric-sql\/pglite@\d.*\n.*kalends backup .* --engine .*\n.*kalends restore .* --force/,
      ),
    });
    expect(readdirSync(home).toSorted()).toEqual(before);
  });

  it('is replaced by a restore, and kept', async () => {
    const bookings = await keepDiary();
    const archive = inHome('saved.kalends');
    renameSync(inHome('database.copy.kalends'), archive);
    pretend({ major: 16 });
    const { safetyCopy } = await restoreEmbedded({ home, seedArchive }, archive, inHome('before.kalends'));
    expect(readFileSync(join(safetyCopy ?? '', 'PG_VERSION'), 'utf8')).toBe('16\n');
    const store = await open();
    expect(await bookingsOf(store)).toEqual(bookings);
    await store.close();
  });
});

describe('the copy beside the embedded database', () => {
  it('is written when Kalends stops, unless nothing was changed', async () => {
    await keepDiary();
    const first = statSync(inHome('database.copy.kalends'));
    expect(first.mode & 0o777).toBe(0o600);
    const store = await open();
    await bookingsOf(store);
    await store.close();
    expect(statSync(inHome('database.copy.kalends')).mtimeMs).toBe(first.mtimeMs);
    expect(copiedTransaction(home)).toBeDefined();
  });

  it('counts for nothing once the database was started again', async () => {
    await keepDiary();
    const store = await open();
    expect(copiedTransaction(home)).toBeUndefined();
    await store.close();
  });
});

describe('a restore of the embedded database', () => {
  it('saves what was there, and puts the other in its place', async () => {
    const old = await keepDiary();
    const archive = inHome('empty.kalends');
    const other = await openStore({ memory: true, seedArchive });
    await backUp(other, archive);
    await other.close();
    const { safetyCopy } = await restoreEmbedded({ home, seedArchive }, archive, inHome('before.kalends'));
    const emptied = await open();
    expect(await bookingsOf(emptied)).toEqual([]);
    await emptied.close();
    await restoreEmbedded({ home, seedArchive }, safetyCopy ?? '', inHome('again.kalends'));
    const store = await open();
    expect(await bookingsOf(store)).toEqual(old);
    await store.close();
    expect(readdirSync(home).filter((name) => name.startsWith('database'))).toEqual(['database', 'database.copy.kalends', 'database.json']);
  });

  it('changes nothing when the backup is damaged', async () => {
    const bookings = await keepDiary();
    const archive = inHome('cut.kalends');
    writeFileSync(archive, readFileSync(inHome('database.copy.kalends')).subarray(0, 900));
    await expect(restoreEmbedded({ home, seedArchive }, archive, inHome('before.kalends'))).rejects.toThrow(/damaged/);
    const store = await open();
    expect(await bookingsOf(store)).toEqual(bookings);
    await store.close();
  });

  it('is finished, or forgotten, when it was cut short', async () => {
    const bookings = await keepDiary();
    mkdirSync(inHome('database.building'));
    renameSync(inHome('database'), inHome('database.next'));
    const store = await open();
    expect(await bookingsOf(store)).toEqual(bookings);
    await store.close();
    mkdirSync(inHome('database.next'));
    const again = await open();
    expect(await bookingsOf(again)).toEqual(bookings);
    await again.close();
    expect(readdirSync(home).toSorted()).toEqual(['database', 'database.copy.kalends', 'database.json']);
  });
});
