import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import { AppError } from '../../errors.ts';
import { migrate } from '../migrate.ts';
import { openPglite } from '../pglite.ts';
import type { Handle, OpenEngine } from '../store.ts';
import { type ArchiveSummary, checkArchive } from './archive.ts';
import { backUp } from './backup.ts';
import { copiedTransaction, foreignVersion, pathsIn, pgliteOf, writeMark } from './directory-age.ts';
import { restore } from './restore.ts';

export interface EmbeddedOptions {
  readonly home: string;
  readonly seedArchive: string | undefined;
}

/** Above this the copy at each stop would take longer than a person waits. */
const LARGEST_COPIED_BYTES = 256 * 1024 * 1024;

/**
 * The embedded database of a data directory. When it is closed a copy is kept beside it that any later version can read: PostgreSQL's own files can
 * only be read by the version that wrote them. A directory of another version is carried over from that copy; the old one is kept.
 */
export async function openEmbedded({ home, seedArchive }: EmbeddedOptions): Promise<OpenEngine> {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const { directory } = pathsIn(home);
  finishSwap(directory);
  const foreign = foreignVersion(directory);
  const notices = foreign === undefined ? [] : [await carryOver({ home, seedArchive }, foreign.major)];
  const copied = copiedTransaction(home);
  const engine = await openPglite({ directory, seedArchive });
  return {
    ...engine,
    notices,
    async close() {
      const transaction = await keepCopy(home, engine, copied).catch(() => undefined);
      await engine.close();
      writeMark(home, transaction);
    },
  };
}

/** Answers the transaction that the copy reaches to. A copy that cannot be made (a full disk) must not keep anybody from stopping. */
async function keepCopy(home: string, engine: OpenEngine, copied: string | undefined): Promise<string | undefined> {
  const now = await currentTransaction(engine.db);
  if (now.transaction === copied) return copied;
  if (now.bytes > LARGEST_COPIED_BYTES) return undefined;
  await backUp(engine, pathsIn(home).copy);
  return now.transaction;
}

async function currentTransaction(db: Handle): Promise<{ readonly transaction: string; readonly bytes: number }> {
  const { rows } = await sql<{ transaction: string; bytes: number }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as transaction, pg_database_size(current_database()) as bytes`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('The database did not answer.');
  return row;
}

async function carryOver({ home, seedArchive }: EmbeddedOptions, major: number): Promise<string> {
  const { directory, copy } = pathsIn(home);
  if (copiedTransaction(home) === undefined) throw cannotRead(home, major);
  await build({ home, seedArchive }, copy);
  const old = swap(directory, `postgresql-${major}`);
  return `The database was carried over from PostgreSQL ${major}, and everything in it was compared. The old files are kept in "${old}"; delete them when you like.`;
}

function cannotRead(home: string, major: number): AppError {
  const { directory } = pathsIn(home);
  const pglite = pgliteOf(home, major);
  const commands = [
    `npm install --prefix "${home}/old-engine" @electric-sql/pglite@${pglite ?? 'VERSION'}`,
    `kalends backup "${home}/carried-over.kalends" --engine "${home}/old-engine/node_modules/@electric-sql/pglite"`,
    `kalends restore "${home}/carried-over.kalends" --force`,
  ];
  return new AppError(
    'unsupported',
    `The database in "${directory}" was written by PostgreSQL ${major}${pglite === undefined ? '' : ` (PGlite ${pglite})`}, and the PostgreSQL of this Kalends cannot read its files. Nothing was changed.`,
    {
      hint: `Kalends was not stopped in order the last time, so there is no copy to carry over. Read it with the old engine once:\n  ${commands.join('\n  ')}`,
      details: { postgres: major, pglite: pglite ?? null, commands },
    },
  );
}

/** A complete database from an archive, beside the one that is in use. */
async function build({ home, seedArchive }: EmbeddedOptions, archive: string): Promise<ArchiveSummary> {
  const { directory } = pathsIn(home);
  const building = `${directory}.building`;
  const engine = await openPglite({ directory: building, seedArchive });
  try {
    await migrate(engine.db);
    const summary = await restore(engine.db, archive);
    await engine.close();
    renameSync(building, `${directory}.next`);
    return summary;
  } catch (error) {
    await engine.close().catch(() => {});
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}

/** Puts the next database in the place of the old one and answers where the old one is. */
function swap(directory: string, reason: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const old = `${directory}.${reason}.${stamp}`;
  if (existsSync(directory)) renameSync(directory, old);
  // A first start that was cut short left it; it would have the next start begin anew.
  rmSync(`${directory}.unfinished`, { force: true });
  renameSync(`${directory}.next`, directory);
  return old;
}

/** What a process that was killed between the steps above left behind: only a complete database is ever called `.next`. */
function finishSwap(directory: string): void {
  const next = `${directory}.next`;
  if (existsSync(next) && !existsSync(directory)) renameSync(next, directory);
  for (const left of [next, `${directory}.building`, `${directory}.building.unfinished`]) rmSync(left, { recursive: true, force: true });
}

export interface EmbeddedRestore extends ArchiveSummary {
  /** Where what was there before is kept. */
  readonly safetyCopy: string | undefined;
}

/** Puts a database made from an archive in the place of the one in `home`, which is saved first: as an archive, or as it is if it cannot be read. */
export async function restoreEmbedded(options: EmbeddedOptions, archive: string, safetyCopy: string): Promise<EmbeddedRestore> {
  const { directory } = pathsIn(options.home);
  await checkArchive(archive);
  finishSwap(directory);
  const isSaved = existsSync(directory) && (await saveFirst(options, safetyCopy));
  const existed = existsSync(directory);
  const summary = await build(options, archive);
  const old = swap(directory, 'before-restore');
  writeMark(options.home, undefined);
  if (isSaved) rmSync(old, { recursive: true, force: true });
  return { ...summary, safetyCopy: isSaved ? safetyCopy : existed ? old : undefined };
}

async function saveFirst({ home, seedArchive }: EmbeddedOptions, safetyCopy: string): Promise<boolean> {
  const { directory } = pathsIn(home);
  if (foreignVersion(directory) !== undefined) return false;
  let engine: OpenEngine;
  try {
    engine = await openPglite({ directory, seedArchive });
  } catch {
    return false; // damaged, perhaps the very reason for the restore: the directory itself is kept
  }
  try {
    await backUp(engine, safetyCopy);
    return true;
  } finally {
    await engine.close();
  }
}

/** True while nobody has ever written anything there. */
export function hasNoDatabase(home: string): boolean {
  const { directory } = pathsIn(home);
  return !existsSync(directory) && !existsSync(`${directory}.next`);
}
