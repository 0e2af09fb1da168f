import type { Kysely, Transaction as KyselyTransaction } from 'kysely';
import type { ApprovalStore } from '../toolkit/approval.ts';
import type { JournalStore } from '../toolkit/journal.ts';
import { createApprovalStore } from './approvals.ts';
import type { Database } from './database.ts';
import { createJournalStore } from './journal.ts';
import { openEmbedded } from './keeping/embedded.ts';
import { migrate } from './migrate.ts';
import { openPglite } from './pglite.ts';
import { runTransaction } from './run-transaction.ts';

export type Transaction = KyselyTransaction<Database>;
/** The database or a transaction on it. On PGlite there is one connection: inside a transaction only its own handle may be used. */
export type Handle = Kysely<Database>;

export interface Store {
  readonly engine: 'pglite' | 'postgres';
  /** What happened when it was opened that a person should know. */
  readonly notices: readonly string[];
  readonly db: Handle;
  /** Runs `work` in one transaction, again when the database gave it up for a reason that may be gone; so `work` must be repeatable. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>;
  /** Runs SQL that brings its own transactions, several statements at once included, outside of any of ours: what the job queue speaks. */
  readonly executeSql: ExecuteSql;
  readonly approvals: ApprovalStore;
  readonly journal: JournalStore;
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The data directory of the embedded database: `<home>/database` is created when it is not there. */
  readonly home?: string;
  /** A PostgreSQL of version 15 or newer; wins over `home`. */
  readonly databaseUrl?: string;
  /** The embedded database without a directory; wins over both. */
  readonly memory?: boolean;
  /** A file made by `buildSeedArchive`: a fresh embedded database starts from it when it exists. */
  readonly seedArchive?: string;
  /** Connections to PostgreSQL. */
  readonly poolSize?: number;
}

/** Opens the database and brings its tables up to date. The embedded one has no lock: only the owner process of `home` may open it. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { engine, notices, db, executeSql, close } = await openEngine(options);
  try {
    await migrate(db);
  } catch (error) {
    await close();
    throw error;
  }

  return {
    engine,
    notices,
    db,
    transaction: (work) => runTransaction(db, work),
    executeSql,
    approvals: createApprovalStore(db),
    journal: createJournalStore(db),
    close,
  };
}

/** An open database before its tables are checked. */
export interface OpenEngine {
  readonly engine: Store['engine'];
  readonly notices: readonly string[];
  readonly db: Handle;
  readonly executeSql: ExecuteSql;
  close(): Promise<void>;
}

/** Rows of all statements, one after the other. A failed statement leaves no transaction open. */
export type ExecuteSql = (text: string, values?: readonly unknown[]) => Promise<{ readonly rows: unknown[] }>;

async function openEngine({ home, databaseUrl, memory = false, seedArchive, poolSize }: StoreOptions): Promise<OpenEngine> {
  if (databaseUrl !== undefined && !memory) {
    // Its driver takes 20 ms to load.
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres({ databaseUrl, poolSize });
  }
  return memory || home === undefined ? openPglite({ seedArchive }) : openEmbedded({ home, seedArchive });
}
