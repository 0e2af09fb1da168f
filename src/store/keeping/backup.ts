import { sql } from 'kysely';
import { appliedMigrations } from '../migrate.ts';
import type { Handle, Store } from '../store.ts';
import { type ArchiveSummary, writeArchive } from './archive.ts';
import { listUnfinishedChanges } from './jobs-schema.ts';
import { listTables, pinTextForm, readRows } from './tables.ts';

export type BackupSource = Pick<Store, 'engine'> & { readonly db: Handle };

/**
 * Writes every table into one file, as they all were at one moment: a snapshot that later writes do not touch. On PGlite, whose only connection it
 * holds, others wait until it is written.
 */
export async function backUp({ engine, db }: BackupSource, path: string): Promise<ArchiveSummary> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (tx) => {
      await pinTextForm(tx);
      const { rows } = await sql<{ server_version: string }>`show server_version`.execute(tx);
      const tables = await listTables(tx);
      return await writeArchive(path, {
        head: {
          kalends: 'backup',
          format: 1,
          createdAt: new Date().toISOString(),
          engine,
          postgres: rows[0]?.server_version ?? '',
          migrations: (await appliedMigrations(tx)) ?? [],
          unfinishedChanges: await listUnfinishedChanges(tx),
        },
        tables,
        rowsOf: (table) => readRows(tx, table),
      });
    });
}
