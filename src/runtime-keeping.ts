import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Config } from './config.ts';
import { AppError } from './errors.ts';
import type { BackupReport } from './owner/keeping.ts';
import { besideBundle } from './runtime-files.ts';
import { type ArchiveSummary, checkArchive } from './store/keeping/archive.ts';
import { backUp } from './store/keeping/backup.ts';
import { hasNoDatabase, restoreEmbedded } from './store/keeping/embedded.ts';
import { openEmptyPostgres } from './store/keeping/empty-target.ts';
import { openForeign } from './store/keeping/foreign-engine.ts';
import { counted, countOtherProcesses, describeContents, isUntouched } from './store/keeping/occupancy.ts';
import { restore } from './store/keeping/restore.ts';
import { openStore, type Store } from './store/store.ts';

export interface RestoreReport extends BackupReport {
  /** Where what was there before is kept; null when there was nothing. */
  readonly safetyCopy: string | null;
}

/** A file with all that the open installation holds, while it goes on serving. */
export async function backUpStore(
  store: Store,
  file: string,
  { replace = false }: { readonly replace?: boolean } = {},
): Promise<BackupReport> {
  checkNewFile(file, replace);
  return toReport(file, await backUp(store, file));
}

/** The same of an embedded directory that only an older PGlite can read; `engine` is that package's directory. The caller holds the lock. */
export async function backUpWithEngine(
  config: Config,
  file: string,
  { engine, replace = false }: { readonly engine: string; readonly replace?: boolean },
): Promise<BackupReport> {
  checkNewFile(file, replace);
  const foreign = await openForeign({ directory: join(config.home, 'database'), entry: entryOf(engine) });
  try {
    return toReport(file, await backUp(foreign, file));
  } finally {
    await foreign.close();
  }
}

function checkNewFile(file: string, replace: boolean): void {
  if (replace || !existsSync(file)) return;
  throw new AppError('conflict', `The file "${file}" is there already.`, { hint: 'Choose another name, or add --force to replace it.' });
}

function entryOf(engine: string): { readonly main: string; readonly gist: string } {
  const require = createRequire(pathToFileURL(join(engine, 'package.json')));
  try {
    return { main: require.resolve(engine), gist: join(engine, 'dist', 'contrib', 'btree_gist.cjs') };
  } catch (cause) {
    throw new AppError('not_found', `There is no PGlite in "${engine}".`, {
      cause,
      hint: 'Name the directory node_modules/@electric-sql/pglite.',
    });
  }
}

/** Replaces all that the installation holds by what the file holds: all of it or nothing. The caller holds the lock of `config.home`. */
export async function restoreInstallation(
  config: Config,
  file: string,
  { force = false }: { readonly force?: boolean } = {},
): Promise<RestoreReport> {
  const saved = await checkArchive(file);
  const safetyCopy = join(config.home, `before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}.kalends`);
  const { databaseUrl } = config;
  const kept =
    databaseUrl === undefined
      ? await restoreHome(config, { file, force, safetyCopy })
      : await restoreServer({ databaseUrl, file, force, safetyCopy });
  return { ...toReport(file, saved), safetyCopy: kept ?? null };
}

interface RestoreOptions {
  readonly file: string;
  readonly force: boolean;
  readonly safetyCopy: string;
}

async function restoreHome(config: Config, { file, force, safetyCopy }: RestoreOptions): Promise<string | undefined> {
  const { home } = config;
  if (!force && !hasNoDatabase(home)) {
    const store = await open(config);
    try {
      await refuseFull(store, home);
    } finally {
      await store.close();
    }
  }
  return (await restoreEmbedded({ home, seedArchive: besideBundle('seed.tar.gz') }, file, safetyCopy)).safetyCopy;
}

async function restoreServer({
  databaseUrl,
  file,
  force,
  safetyCopy,
}: RestoreOptions & { readonly databaseUrl: string }): Promise<string | undefined> {
  const store = await openStore({ databaseUrl, poolSize: 1 });
  try {
    if (!force) await refuseFull(store, 'the database of DATABASE_URL');
    const others = await countOtherProcesses(store.db);
    if (!force && others > 0) {
      throw new AppError(
        'conflict',
        `Other Kalends processes hold ${counted(others, 'connection')} to this database. Nothing was changed.`,
        {
          hint: 'Stop them first; they would go on with what they remember of the old data. --force restores all the same.',
        },
      );
    }
    const isFull = !(await isUntouched(store.db));
    if (isFull) await backUp(store, safetyCopy);
    await restore(store.db, file);
    return isFull ? safetyCopy : undefined;
  } finally {
    await store.close();
  }
}

async function refuseFull({ db }: Store, where: string): Promise<void> {
  if (await isUntouched(db)) return;
  throw new AppError('conflict', `There is data already in "${where}": ${await describeContents(db)}. Nothing was changed.`, {
    hint: 'With --force it is replaced, and a copy of it is kept first.',
  });
}

/** Copies the embedded database into an empty PostgreSQL and compares every row. The embedded one is left as it is. The caller holds the lock. */
export async function migrateTo(config: Config, databaseUrl: string): Promise<BackupReport> {
  if (config.databaseUrl !== undefined) {
    throw new AppError('invalid_input', 'DATABASE_URL is set: this installation keeps its data in PostgreSQL already.', {
      hint: 'Unset it to copy the embedded database of KALENDS_HOME. From one PostgreSQL to another use `kalends backup` and `kalends restore`.',
    });
  }
  const source = await open(config);
  const file = join(config.home, `migrate-to-${process.pid}.kalends`);
  try {
    const target = await openEmptyPostgres(databaseUrl);
    try {
      await backUp(source, file);
      await restore(target.db, file);
      return toReport(file, await checkArchive(file));
    } finally {
      await target.close();
    }
  } finally {
    await rm(file, { force: true });
    await source.close();
  }
}

function open({ home, databaseUrl }: Config): Promise<Store> {
  return openStore({ home, seedArchive: besideBundle('seed.tar.gz'), ...(databaseUrl === undefined ? {} : { databaseUrl }) });
}

function toReport(file: string, { head, rows, tables }: ArchiveSummary): BackupReport {
  const filled = tables.filter((table) => table.rows > 0).map((table) => [table.end, table.rows] as const);
  return { file, createdAt: head.createdAt, rows, tables: Object.fromEntries(filled) };
}
