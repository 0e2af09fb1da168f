import { existsSync, mkdirSync, openAsBlob, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { Kysely } from 'kysely';
import type { Database } from './database.ts';
import { createPgliteDialect } from './dialects.ts';
import type { ExecuteSql, OpenEngine } from './store.ts';
import { SyncedFileSystem } from './synced-file-system.ts';
import { parseTimestampText } from './timestamp-text.ts';

const INT8 = 20;
const TIMESTAMPTZ = 1184;

/** One person's diary: small buffers keep the process small (about 300 MB in all, some 130 MB less than the defaults take). */
const SETTINGS = { shared_buffers: '16MB', min_wal_size: '32MB', timezone: 'UTC', jit: 'off' };

/** Without `-F` and with this method every sync of PostgreSQL goes through `fsync`, the one call our file system answers. */
const DURABLE_SETTINGS = { fsync: 'on', wal_sync_method: 'fsync' };

const MAINTENANCE_INTERVAL_MS = 60_000;
const MAINTENANCE_BYTES = 64 * 1024 * 1024;

// V8 (13.6 at least) may lose track of WebAssembly code that it replaces and then frees, and ends the process: `jit_page_->allocations_.erase(addr)`,
// nodejs/node#64500. Code that was replaced stays where it is; it comes to a few hundred kilobytes.
setFlagsFromString('--no-wasm-code-gc');

export interface PgliteOptions {
  /** In memory when absent. */
  readonly directory?: string;
  readonly seedArchive: string | undefined;
}

export async function openPglite({ directory, seedArchive }: PgliteOptions): Promise<OpenEngine> {
  const pglite = await createPglite({
    ...(directory === undefined ? {} : { directory }),
    ...(seedArchive === undefined ? {} : { seedArchive }),
  });
  const stopMaintenance = directory === undefined ? () => {} : maintainRegularly(pglite);
  const db = new Kysely<Database>({ dialect: createPgliteDialect(pglite) });
  return {
    engine: 'pglite',
    notices: [],
    db,
    executeSql: executeOn(pglite),
    async close() {
      stopMaintenance();
      await db.destroy();
    },
  };
}

/** PGlite itself lets it wait while one of our transactions is open. */
function executeOn(pglite: PGlite): ExecuteSql {
  return async (text, values = []) => {
    try {
      // Only without values does the protocol take several statements.
      if (values.length > 0) return { rows: (await pglite.query(text, [...values])).rows };
      return { rows: (await pglite.exec(text)).flatMap((result) => result.rows) };
    } catch (error) {
      await pglite.query('rollback').catch(() => {});
      throw error;
    }
  };
}

export interface PgliteLocation {
  /** In memory when absent. */
  readonly directory?: string;
  readonly files?: SyncedFileSystem;
  readonly seedArchive?: string;
}

/** Starts the embedded PostgreSQL on an existing directory or on a fresh one, from the archive where there is one. */
export async function createPglite({ directory, files, seedArchive }: PgliteLocation = {}): Promise<PGlite> {
  if (directory === undefined) {
    return await startPglite({ settings: SETTINGS, seedArchive });
  }
  const unfinished = `${directory}.unfinished`;
  if (existsSync(unfinished)) {
    // A first start that was cut short: nobody was ever told that anything is in there.
    rmSync(directory, { recursive: true, force: true });
  }
  const isFresh = !existsSync(join(directory, 'PG_VERSION'));
  if (isFresh) {
    writeFileSync(unfinished, '');
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }
  const onDisk = files ?? new SyncedFileSystem(directory);
  const settings = { ...SETTINGS, ...DURABLE_SETTINGS };
  const pglite = await startPglite({ settings, files: onDisk, seedArchive: isFresh ? seedArchive : undefined });
  await onDisk.settle();
  rmSync(unfinished, { force: true });
  return pglite;
}

interface StartOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly files?: SyncedFileSystem;
  readonly seedArchive: string | undefined;
}

async function startPglite({ settings, files, seedArchive }: StartOptions): Promise<PGlite> {
  return await PGlite.create({
    extensions: { btree_gist },
    parsers: { [INT8]: Number, [TIMESTAMPTZ]: parseTimestampText },
    startParams: startParameters(settings),
    ...(files === undefined ? {} : { fs: files }),
    ...(seedArchive !== undefined && existsSync(seedArchive) ? { loadDataDir: await openAsBlob(seedArchive) } : {}),
  });
}

function startParameters(settings: Readonly<Record<string, string>>): string[] {
  const base = 'fsync' in settings ? PGlite.defaultStartParams.filter((parameter) => parameter !== '-F') : PGlite.defaultStartParams;
  return [...base, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** A single-user PostgreSQL has no background workers: without this its log would grow and its tables would keep every dead row. */
function maintainRegularly(pglite: PGlite): () => void {
  const timer = setInterval(() => {
    void maintainWhenDue(pglite).catch(() => {
      // It ran into the closing of the database, or the disk is full, which the next write will say. Nothing is lost: the log stays.
    });
  }, MAINTENANCE_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** Vacuums and checkpoints when much was written since the last time; tells whether it did. */
export async function maintainWhenDue(pglite: PGlite, logBytes = MAINTENANCE_BYTES): Promise<boolean> {
  const { rows } = await pglite.query<{ due: boolean }>(
    'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) > $1 as due from pg_control_checkpoint()',
    [logBytes],
  );
  if (!rows[0]?.due) {
    return false;
  }
  await pglite.query('vacuum (analyze)');
  await pglite.query('checkpoint');
  return true;
}
