import { Kysely, sql } from 'kysely';
import pg from 'pg';
import { AppError } from '../errors.ts';
import type { Database } from './database.ts';
import { createPostgresDialect } from './dialects.ts';
import { lostReason, toUnavailable } from './lost-database.ts';
import type { ExecuteSql, Handle, OpenEngine } from './store.ts';
import { parseTimestampText } from './timestamp-text.ts';

const OLDEST_VERSION = 15;

export interface PostgresOptions {
  readonly databaseUrl: string;
  readonly poolSize: number | undefined;
}

export async function openPostgres({ databaseUrl, poolSize = 16 }: PostgresOptions): Promise<OpenEngine> {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    application_name: 'kalends',
    pipeline: true,
    types: { getTypeParser },
  });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {});
  // The same for one that breaks between two statements of a transaction; the next statement says so.
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<Database>({ dialect: createPostgresDialect(pool) });
  try {
    await checkServer(db, databaseUrl);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { engine: 'postgres', notices: [], db, executeSql: executeOn(pool), close: () => db.destroy() };
}

function executeOn(pool: pg.Pool): ExecuteSql {
  return async (text, values = []) => {
    const client = await pool.connect().catch((error: unknown) => {
      throw toUnavailable(error);
    });
    try {
      // Several statements at once answer with a list, which the types of the driver do not say.
      const answer: pg.QueryResult | pg.QueryResult[] = await client.query(text, [...values]);
      return { rows: [answer].flat().flatMap((result) => result.rows) };
    } catch (error) {
      await client.query('rollback').catch(() => {});
      throw toUnavailable(error);
    } finally {
      client.release();
    }
  };
}

const INT8 = pg.types.builtins.INT8;
const TIMESTAMPTZ = pg.types.builtins.TIMESTAMPTZ;

/** Per pool, not for the whole process: other users of `pg` keep theirs. */
const getTypeParser: typeof pg.types.getTypeParser = (type: number, format?: 'text' | 'binary') => {
  if (type === INT8) {
    return Number;
  }
  return type === TIMESTAMPTZ ? parseTimestampText : pg.types.getTypeParser(type, format);
};

async function checkServer(db: Handle, databaseUrl: string): Promise<void> {
  const { rows } = await sql<{ server_version_num: string }>`show server_version_num`.execute(db).catch((error: unknown) => {
    if (isMissing(error)) throw missingDatabase(databaseUrl, error);
    throw new AppError('unavailable', `The database at "${withoutPassword(databaseUrl)}" cannot be reached: ${lostReason(error)}.`, {
      cause: error,
      hint: 'Start PostgreSQL or correct DATABASE_URL; without it Kalends keeps its data in its own embedded database.',
    });
  });
  const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
  if (!(version >= OLDEST_VERSION)) {
    throw new AppError('unsupported', `The database at "${withoutPassword(databaseUrl)}" is PostgreSQL ${version}.`, {
      hint: `Kalends needs PostgreSQL ${OLDEST_VERSION} or newer.`,
    });
  }
}

/** `invalid_catalog_name`: the server is there. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '3D000';
}

function missingDatabase(databaseUrl: string, cause: unknown): AppError {
  const shown = withoutPassword(databaseUrl);
  const name = /database "(.*)" does not exist/.exec(lostReason(cause))?.[1] ?? '';
  const maintenance = shown.replace(/(\/\/[^/]*\/)[^?]*/, '$1postgres');
  return new AppError('not_configured', `PostgreSQL answers at "${shown}", but it has no database "${name}".`, {
    cause,
    hint: `Create it and start again: createdb --maintenance-db="${maintenance}" "${name}"`,
  });
}

export function withoutPassword(databaseUrl: string): string {
  return databaseUrl.replace(/\/\/([^:@/]*):[^@/]*@/, '//$1@');
}
