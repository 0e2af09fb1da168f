import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely } from 'kysely';
import type { Database } from './database.ts';
import { createPgliteDialect } from './dialects.ts';
import { migrate } from './migrate.ts';
import { createPglite } from './pglite.ts';

/**
 * Writes an archive of an embedded database with all tables and no rows. A first start that unpacks it takes a third of the time of one that
 * runs PostgreSQL's `initdb` and every migration.
 */
export async function buildSeedArchive(file: string): Promise<void> {
  const pglite = await createPglite();
  const db = new Kysely<Database>({ dialect: createPgliteDialect(pglite) });
  try {
    await migrate(db);
    await pglite.query('checkpoint');
    const archive = await pglite.dumpDataDir('gzip');
    await mkdir(dirname(file), { recursive: true });
    // Renamed into place: nobody reads half an archive.
    const partial = `${file}.${process.pid}.partial`;
    await writeFile(partial, Buffer.from(await archive.arrayBuffer()));
    await rename(partial, file);
  } finally {
    await db.destroy();
  }
}
