import { createRequire } from 'node:module';
import type { PGlite } from '@electric-sql/pglite';
import { Kysely } from 'kysely';
import { AppError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { createPgliteDialect } from '../dialects.ts';
import type { BackupSource } from './backup.ts';

export interface ForeignEngine {
  readonly directory: string;
  /** Files of the other PGlite: the package itself, and its btree_gist. */
  readonly entry: { readonly main: string; readonly gist: string };
}

/** An embedded directory as the PGlite that wrote it sees it; good for reading it. */
export async function openForeign({ directory, entry }: ForeignEngine): Promise<BackupSource & { close(): Promise<void> }> {
  const require = createRequire(entry.main);
  // Another version of the package: of what it exports only these calls are used, which it has had from its first release.
  const { PGlite: Foreign } = require(entry.main) as { readonly PGlite: typeof PGlite };
  const { btree_gist } = require(entry.gist) as { readonly btree_gist: never };
  try {
    const pglite = await Foreign.create({ dataDir: directory, extensions: { btree_gist } });
    const db = new Kysely<Database>({ dialect: createPgliteDialect(pglite) });
    return { engine: 'pglite', db, close: () => db.destroy() };
  } catch (cause) {
    throw new AppError('unsupported', `The PGlite in "${entry.main}" cannot read "${directory}".`, {
      cause,
      hint: 'Is it the version that wrote it?',
    });
  }
}
