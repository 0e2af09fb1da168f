import { sql } from 'kysely';
import type { Handle } from '../store.ts';

/** Where the job library keeps its tables. They are its own, and are neither saved nor restored: what has to be done is in our tables. */
export const JOBS_SCHEMA = 'kalends_jobs';

/** Changes of the outbox that were passed on to jobs, some of which have not run yet: a copy must pass them on again. */
export async function listUnfinishedChanges(tx: Handle): Promise<readonly string[]> {
  const { rows: found } = await sql<{ there: boolean }>`select to_regclass(${`${JOBS_SCHEMA}.job`}) is not null as there`.execute(tx);
  if (!found[0]?.there) return [];
  const { rows } = await sql<{ id: string }>`
    select distinct data ->> 'changeId' as id from ${sql.id(JOBS_SCHEMA, 'job')}
    where state in ('created', 'retry', 'active') and data ->> 'changeId' is not null order by 1`.execute(tx);
  return rows.map((row) => row.id);
}

/** Consumers of the outbox stand repetition, so those that had run already lose nothing. */
export async function passOnAgain(tx: Handle, changeIds: readonly string[]): Promise<void> {
  if (changeIds.length === 0) return;
  await sql`update outbox set dispatched_at = null where id::text in (select jsonb_array_elements_text(${JSON.stringify(changeIds)}::jsonb))`.execute(
    tx,
  );
}

/** Jobs of rows that are not there any more; the library makes its tables anew when it starts. */
export async function dropJobs(tx: Handle): Promise<void> {
  await sql`drop schema if exists ${sql.id(JOBS_SCHEMA)} cascade`.execute(tx);
}
