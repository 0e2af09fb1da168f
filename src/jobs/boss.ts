import { CompiledQuery } from 'kysely';
import type { Db, JobInsert, PgBoss } from 'pg-boss';
import type { Store, Transaction } from '../store/store.ts';
import type { Job } from './job.ts';
import { HEARTBEAT_SECONDS } from './worker.ts';

const SCHEMA = 'kalends_jobs';

const DAY_SECONDS = 86_400;
/** Nothing here uses dependencies between jobs or the library's background migrations: they need no looking after. */
const HARDLY_EVER_SECONDS = DAY_SECONDS;

export interface BossOptions {
  readonly store: Store;
  readonly jobs: readonly Job[];
  readonly onError: (error: unknown) => void;
}

/** The job library on our own connections, with a queue per job. Loaded when it is needed: it takes no part in the start. */
export async function openBoss({ store, jobs, onError }: BossOptions): Promise<PgBoss> {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({
    db: { executeSql: store.executeSql },
    backend: store.engine,
    schema: SCHEMA,
    schedule: jobs.some((job) => job.cron !== undefined),
    cronMonitorIntervalSeconds: 45,
    cronWorkerIntervalSeconds: 45,
    superviseIntervalSeconds: 30,
    // Each look of the supervisor may end jobs without a sign of life.
    monitorIntervalSeconds: 1,
    flowIntervalSeconds: HARDLY_EVER_SECONDS,
    bamIntervalSeconds: HARDLY_EVER_SECONDS,
    queueCacheIntervalSeconds: 600,
  });
  boss.on('error', onError);
  await boss.start();
  for (const job of jobs) {
    await boss.createQueue(job.name);
    // The library asks for a queue once and remembers it. Inside a transaction on the one connection of PGlite it could not ask.
    await boss.touch(job.name, NOBODY);
    if (job.cron === undefined) await boss.unschedule(job.name);
    else await boss.schedule(job.name, job.cron, {}, { tz: 'UTC', ...toBossOptions(job) });
  }
  return boss;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** How the library is told of a job's attempts and times. */
export function toBossOptions({ retry, timeoutSeconds }: Job) {
  return {
    retryLimit: retry.attempts - 1,
    retryDelay: retry.delaySeconds,
    retryBackoff: true,
    retryDelayMax: retry.maximumDelaySeconds,
    expireInSeconds: timeoutSeconds + 30,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: DAY_SECONDS,
  } satisfies JobInsert;
}

/** The library's statements as part of one of our transactions. */
export function onExecutor(tx: Transaction): Db {
  return {
    async executeSql(text, values = []) {
      const { rows } = await tx.executeQuery(CompiledQuery.raw(text, [...values]));
      return { rows: [...rows] };
    },
  };
}

/** The embedded database has one process: what is marked as running before it runs anything was cut short with the last one. */
export async function recoverOrphans(boss: PgBoss, store: Store): Promise<void> {
  if (store.engine !== 'pglite') return;
  const { rows } = await store.executeSql(`update ${SCHEMA}.job set heartbeat_on = to_timestamp(0) where state = 'active' returning id`);
  if (rows.length > 0) await boss.supervise();
}

/** Puts a running job back as if it had not been taken: the attempt does not count. */
export async function putBack(store: Store, id: string): Promise<void> {
  await store.executeSql(
    `update ${SCHEMA}.job set state = 'created', started_on = null, heartbeat_on = null where id = $1 and state = 'active'`,
    [id],
  );
}
