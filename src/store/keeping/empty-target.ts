import { AppError } from '../../errors.ts';
import { migrate } from '../migrate.ts';
import { openPostgres, withoutPassword } from '../postgres.ts';
import type { OpenEngine } from '../store.ts';
import { counted, describeContents, isUntouched } from './occupancy.ts';
import { listTables } from './tables.ts';

/** A PostgreSQL database in which nothing is, with Kalends' tables made. Looked at before anything is written: it may be somebody else's. */
export async function openEmptyPostgres(databaseUrl: string): Promise<OpenEngine> {
  const target = await openPostgres({ databaseUrl, poolSize: 2 });
  try {
    const tables = (await listTables(target.db)).map((table) => table.name);
    const isOurs = tables.includes('kysely_migration') && tables.includes('users') && tables.includes('bookings');
    if (tables.length > 0 && !isOurs)
      throw notEmpty(
        databaseUrl,
        `there ${tables.length === 1 ? 'is' : 'are'} ${counted(tables.length, 'table')} of another program, "${tables[0]}"`,
      );
    if (isOurs && !(await isUntouched(target.db))) throw notEmpty(databaseUrl, `there are ${await describeContents(target.db)}`);
    await migrate(target.db);
    return target;
  } catch (error) {
    await target.close();
    throw error;
  }
}

function notEmpty(databaseUrl: string, what: string): AppError {
  return new AppError('conflict', `The database at "${withoutPassword(databaseUrl)}" is not empty: ${what}. Nothing was changed.`, {
    hint: 'Make a new one, for example with `createdb kalends`.',
  });
}
