import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { AppError } from '../errors.ts';
import { migrations } from './migrations/index.ts';
import type { Handle } from './store.ts';

/** Key of the lock that one process holds while it migrates. */
const LOCK = 0x4b41_4c00;

/**
 * Brings the tables up to date. Any number of processes may call it at once on one PostgreSQL: one migrates, the others wait. `names` are all
 * migrations; fewer make an older database.
 */
export async function migrate(db: Handle, names: readonly string[] = Object.keys(migrations)): Promise<void> {
  // One query decides the everyday case; the migrator asks the catalogue far more.
  if (await isCurrent(db, names)) {
    return;
  }
  await db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection);
    try {
      await migrateUnderLock(connection, names);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
    }
  });
}

async function migrateUnderLock(db: Handle, names: readonly string[]): Promise<void> {
  const applied = await appliedMigrations(db);
  const unknown = applied?.find((name) => !(name in migrations));
  if (unknown !== undefined) {
    throw new AppError('unsupported', `The database was already changed by a newer Kalends (migration "${unknown}").`, {
      hint: 'Start the newer version, or give this one another KALENDS_HOME or DATABASE_URL.',
    });
  }
  const wanted = Object.fromEntries(Object.entries(migrations).filter(([name]) => names.includes(name)));
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => wanted } }).migrateToLatest();
  if (error !== undefined) {
    throw error;
  }
}

async function isCurrent(db: Handle, names: readonly string[]): Promise<boolean> {
  const applied = await appliedMigrations(db);
  return applied !== undefined && applied.join() === names.toSorted().join();
}

/** Names in order; `undefined` when the database is empty. */
export async function appliedMigrations(db: Handle): Promise<readonly string[] | undefined> {
  const { rows: tables } = await sql<{ found: boolean }>`select to_regclass('kysely_migration') is not null as found`.execute(db);
  if (!tables[0]?.found) {
    return undefined;
  }
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
