import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPglite, maintainWhenDue } from './pglite.ts';
import { openStore } from './store.ts';
import { SyncedFileSystem } from './synced-file-system.ts';
import { testSeedArchive } from './test-engines.ts';
import { firstUser } from './users.ts';

const WRITER = new URL('durability-writer.fixture.ts', import.meta.url).pathname;

describe('the embedded database on disk', () => {
  let home: string;
  let seedArchive: string;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'kalends-durability-'));
    seedArchive = await testSeedArchive();
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('has every acknowledged write after the process was killed, twice', async () => {
    for (const round of [1, 2]) {
      const acknowledged = await writeUntilKilled({ home, seedArchive, round });
      expect(acknowledged.length).toBeGreaterThan(20);
      const store = await openStore({ home });
      const users = await store.db.selectFrom('users').select('username').execute();
      await store.close();
      const names = new Set(users.map((user) => user.username));
      expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    }
  }, 120_000);

  it('starts again where a first start was cut short', async () => {
    const cut = join(home, 'cut');
    mkdirSync(join(cut, 'database'), { recursive: true });
    writeFileSync(join(cut, 'database', 'PG_VERSION'), '18');
    writeFileSync(join(cut, 'database.unfinished'), '');
    const store = await openStore({ home: cut, seedArchive });
    expect(await firstUser(store.db)).toBeUndefined();
    await store.close();
    expect(readdirSync(cut).toSorted()).toEqual(['database', 'database.copy.kalends', 'database.json']);
  });

  it('brings each commit to the disk before it is acknowledged, and the pages at a checkpoint', async () => {
    const directory = join(home, 'synced');
    const files = new SyncedFileSystem(directory);
    const pglite = await createPglite({ directory, files, seedArchive });
    const syncsOf = async (statement: string) => {
      const before = files.syncs;
      await pglite.exec(statement);
      return files.syncs - before;
    };
    await pglite.exec('create table counted (id integer primary key)');
    expect(await syncsOf('insert into counted values (1)')).toBeGreaterThanOrEqual(1);
    expect(await syncsOf('begin; insert into counted values (2); commit')).toBeGreaterThanOrEqual(1);
    expect(await syncsOf('select * from counted')).toBe(0);
    expect(await syncsOf('checkpoint')).toBeGreaterThan(3);
    await pglite.close();
  });

  it('cuts its log when it has grown', async () => {
    const directory = join(home, 'growing');
    const pglite = await createPglite({ directory, seedArchive });
    const due = () => maintainWhenDue(pglite, 2_000_000);
    expect(await due()).toBe(false);
    await pglite.exec('create table heavy (id integer primary key, filler text)');
    await pglite.exec('insert into heavy select n, repeat(md5(n::text), 40) from generate_series(1, 2000) n');
    expect(await due()).toBe(true);
    expect(await due()).toBe(false);
    await pglite.close();
  });
});

interface KilledWriter {
  readonly home: string;
  readonly seedArchive: string;
  readonly round: number;
}

/** Starts a process that writes and tells of every write it was promised, kills it without warning, and returns what it told. */
function writeUntilKilled({ home, seedArchive, round }: KilledWriter): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const acknowledged: string[] = [];
    const child = spawn(process.execPath, [WRITER, home, seedArchive, `round-${round}`], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      acknowledged.push(line);
      if (acknowledged.length === 60) {
        child.kill('SIGKILL');
      }
    });
    child.once('error', reject);
    child.once('close', (_code, signal) => {
      if (signal === 'SIGKILL') {
        resolve(acknowledged);
      } else {
        reject(new Error('The writing process ended by itself.'));
      }
    });
  });
}
