import { sql } from 'kysely';
import type { ScriptCause, ScriptRunState } from './script-tables.ts';
import { json, nullableTimestamp, timestamp, toStorableText } from './sql-values.ts';
import { defineStatement } from './statement.ts';
import type { Handle, Transaction } from './store.ts';

const COLUMNS = [
  'id',
  'script_id as scriptId',
  'cause',
  'cause_key as causeKey',
  'planned_at as plannedAt',
  'event',
  'causes',
  'args',
  'version',
  'hash',
  'state',
  'reason',
  'attempt',
  'due_at as dueAt',
  'holder',
  'began_at as beganAt',
  'started_at as startedAt',
  'ended_at as endedAt',
  'output',
  'output_hash as outputHash',
  'output_bytes as outputBytes',
  'result',
  'error',
  'calls',
  'touched',
  'history',
  'created_at as createdAt',
] as const;

/** One run of a script, over all its attempts. */
export interface ScriptRunRecord {
  readonly id: number;
  readonly scriptId: string;
  readonly cause: ScriptCause;
  readonly causeKey: string | null;
  readonly plannedAt: number | null;
  readonly event: unknown;
  readonly causes: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
  readonly version: number | null;
  readonly hash: string | null;
  readonly state: ScriptRunState;
  readonly reason: string | null;
  readonly attempt: number;
  readonly dueAt: number;
  readonly holder: string | null;
  readonly beganAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly output: string;
  readonly outputHash: string | null;
  readonly outputBytes: number | null;
  readonly result: unknown;
  readonly error: unknown;
  readonly calls: readonly unknown[];
  readonly touched: readonly string[];
  readonly history: readonly unknown[];
  readonly createdAt: number;
}

export interface NewScriptRun {
  readonly scriptId: string;
  readonly cause: ScriptCause;
  /** With it the run is made once. */
  readonly causeKey?: string;
  readonly plannedAt?: number;
  readonly event?: unknown;
  readonly eventSequence?: number;
  readonly causes?: readonly string[];
  readonly args?: Readonly<Record<string, unknown>>;
  /** Absent: it is queued. */
  readonly skipped?: string;
  readonly reason?: string;
  readonly processNow: number;
}

/** Its id; `undefined` where a run of this cause was made before. */
export async function addScriptRun(tx: Handle, run: NewScriptRun): Promise<number | undefined> {
  const at = timestamp(run.processNow);
  const row = await tx
    .insertInto('script_runs')
    .values({
      script_id: run.scriptId,
      cause: run.cause,
      cause_key: run.causeKey ?? null,
      planned_at: nullableTimestamp(run.plannedAt ?? null),
      event: json(run.event ?? null),
      event_sequence: run.eventSequence ?? null,
      causes: json(run.causes ?? []),
      args: json(run.args ?? {}),
      state: run.skipped === undefined ? 'queued' : 'skipped',
      reason: run.skipped ?? run.reason ?? null,
      attempt: 0,
      due_at: sql<number>`now()`,
      ended_at: run.skipped === undefined ? null : at,
      output: '',
      result: json<unknown>(null),
      error: json<unknown>(null),
      calls: json<readonly unknown[]>([]),
      touched: json<readonly string[]>([]),
      history: json<readonly unknown[]>([]),
      created_at: at,
    })
    .onConflict((conflict) => conflict.constraint('script_runs_cause').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function getScriptRun(handle: Handle, id: number): Promise<ScriptRunRecord | undefined> {
  return await handle.selectFrom('script_runs').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

/** Newest first. */
export async function listScriptRuns(handle: Handle, scriptId: string, limit: number): Promise<readonly ScriptRunRecord[]> {
  return await handle
    .selectFrom('script_runs')
    .select(COLUMNS)
    .where('script_id', '=', scriptId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** The run that is under way or waits for another attempt, or a tick that waits for its turn. */
export async function findOngoingRun(tx: Handle, scriptId: string): Promise<ScriptRunRecord | undefined> {
  return await tx
    .selectFrom('script_runs')
    .select(COLUMNS)
    .where('script_id', '=', scriptId)
    .where('state', 'in', ['queued', 'running'])
    .where((where) => where.or([where('state', '=', 'running'), where('attempt', '>', 0), where('cause', '=', 'schedule')]))
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

export async function findRunningRun(
  tx: Transaction,
  scriptId: string,
): Promise<(ScriptRunRecord & { readonly isLive: boolean }) | undefined> {
  return await tx
    .selectFrom('script_runs')
    .select(COLUMNS)
    .select(sql<boolean>`coalesce(lease_until > now(), false)`.as('isLive'))
    .where('script_id', '=', scriptId)
    .where('state', '=', 'running')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** The first that waits: one that began comes before all others, and changes of the outbox go in their order. */
export async function findNextRun(
  tx: Handle,
  scriptId: string,
  { isOnlyManual }: { readonly isOnlyManual: boolean },
): Promise<(ScriptRunRecord & { readonly isDue: boolean; readonly eventSequence: number | null }) | undefined> {
  const waiting = () =>
    tx
      .selectFrom('script_runs')
      .select([...COLUMNS, 'event_sequence as eventSequence'])
      .select(sql<boolean>`due_at <= now()`.as('isDue'))
      .where('script_id', '=', scriptId)
      .where('state', '=', 'queued')
      .$if(isOnlyManual, (query) => query.where('cause', '=', 'manual'))
      .limit(1);
  const first = await waiting().orderBy(sql`(attempt > 0)`, 'desc').orderBy('id').executeTakeFirst();
  if (first === undefined || first.eventSequence === null || first.attempt > 0) return first;
  return await waiting().where('event_sequence', 'is not', null).orderBy('event_sequence').executeTakeFirst();
}

export interface RunClaim {
  readonly holder: string;
  readonly leaseSeconds: number;
  readonly version: number;
  readonly hash: string;
  /** The domain clock. */
  readonly now: number;
  readonly processNow: number;
}

const until = (seconds: number) => sql<number>`now() + make_interval(secs => ${seconds}::double precision)`;

/** Begins its next attempt. */
export async function startScriptRun(tx: Transaction, id: number, claim: RunClaim): Promise<ScriptRunRecord> {
  return await tx
    .updateTable('script_runs')
    .set({
      state: 'running',
      reason: sql<string | null>`case when attempt = 0 then reason end`,
      attempt: sql<number>`attempt + 1`,
      holder: claim.holder,
      lease_until: until(claim.leaseSeconds),
      version: claim.version,
      hash: claim.hash,
      began_at: sql<number>`coalesce(began_at, ${timestamp(claim.now)})`,
      started_at: timestamp(claim.processNow),
      ended_at: null,
    })
    .where('id', '=', id)
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** False: the run is somebody else's by now, or was removed. */
export async function renewScriptRun(
  handle: Handle,
  { id, holder }: { readonly id: number; readonly holder: string | null },
  leaseSeconds: number,
): Promise<boolean> {
  const result = await handle
    .updateTable('script_runs')
    .set({ lease_until: until(leaseSeconds) })
    .where('id', '=', id)
    .where('holder', holder === null ? 'is' : '=', holder)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

export interface RunEnding
  extends Pick<
    ScriptRunRecord,
    'state' | 'reason' | 'output' | 'outputHash' | 'outputBytes' | 'result' | 'error' | 'calls' | 'touched' | 'history'
  > {
  /** Of one that is queued again. */
  readonly delaySeconds?: number;
  readonly processNow: number;
}

/** Ends the attempt that this holder has begun; false where it is no longer theirs. */
export async function endScriptRun(
  tx: Transaction,
  { id, holder }: { readonly id: number; readonly holder: string | null },
  ending: RunEnding,
): Promise<boolean> {
  const result = await tx
    .updateTable('script_runs')
    .set({
      state: ending.state,
      reason: ending.reason === null ? null : toStorableText(ending.reason),
      holder: null,
      lease_until: null,
      ended_at: timestamp(ending.processNow),
      due_at: until(ending.delaySeconds ?? 0),
      output: toStorableText(ending.output),
      output_hash: ending.outputHash,
      output_bytes: ending.outputBytes,
      result: json(ending.result),
      error: json(ending.error),
      calls: json(ending.calls),
      touched: json(ending.touched),
      history: json(ending.history),
    })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .where('holder', holder === null ? 'is' : '=', holder)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Ends one that waits. */
export async function dropScriptRun(
  tx: Transaction,
  id: number,
  {
    state,
    reason,
    processNow,
  }: { readonly state: 'skipped' | 'failed' | 'interrupted'; readonly reason: string; readonly processNow: number },
): Promise<void> {
  await tx
    .updateTable('script_runs')
    .set({ state, reason, ended_at: timestamp(processNow) })
    .where('id', '=', id)
    .where('state', '=', 'queued')
    .execute();
}

/** Runs that nobody started by hand and that wait are given up; tells how many. */
export async function dropWaitingRuns(tx: Transaction, scriptId: string, reason: string, processNow: number): Promise<number> {
  const result = await tx
    .updateTable('script_runs')
    .set({ state: 'skipped', reason, ended_at: timestamp(processNow) })
    .where('script_id', '=', scriptId)
    .where('state', '=', 'queued')
    .where('cause', '<>', 'manual')
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

/** Runs of events that began since `since` (process clock). */
export async function countEventRuns(tx: Handle, scriptId: string, since: number): Promise<number> {
  const row = await tx
    .selectFrom('script_runs')
    .select((select) => select.fn.countAll().as('count'))
    .where('script_id', '=', scriptId)
    .where('cause', '=', 'event')
    .where('started_at', '>', timestamp(since))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

const selectWaiting = defineStatement<{ readonly id: string }>(`select s.id from scripts s where exists (select from script_runs r
  where r.script_id = s.id and (
    r.state = 'running' and (r.lease_until <= now() or $1::boolean) and r.holder <> all ($2::uuid[])
    or r.state = 'queued' and r.due_at <= now() and (s.enabled or r.cause = 'manual')
      and not exists (select from script_runs o where o.script_id = s.id and o.state = 'running' and o.lease_until > now())))
  order by s.id limit 200`);

/** Scripts with a run that is due, or whose process is gone. `isAlone`: no process but this one, with what it holds, runs any. */
export async function listWaitingScripts(
  handle: Handle,
  { held, isAlone }: { readonly held: readonly string[]; readonly isAlone: boolean },
): Promise<readonly string[]> {
  return (await selectWaiting(handle, isAlone, `{${held.join(',')}}`)).map(({ id }) => id);
}

/** What a run of this script touched that ended after `since` and was begun by `begunBy` (process clock): the same news may come back from elsewhere. */
export async function hasTouched(
  handle: Handle,
  scriptId: string,
  uids: readonly string[],
  { since, begunBy }: { readonly since: number; readonly begunBy?: number },
): Promise<boolean> {
  if (uids.length === 0) return false;
  const row = await handle
    .selectFrom('script_runs')
    .select('id')
    .where('script_id', '=', scriptId)
    .where((where) => where.or([where('state', '=', 'running'), where('ended_at', '>', timestamp(since))]))
    .$if(begunBy !== undefined, (query) =>
      query.where(sql<boolean>`coalesce((history -> 0 ->> 'started_at')::timestamptz, started_at) <= ${timestamp(begunBy ?? 0)}`),
    )
    .where(sql<boolean>`jsonb_exists_any(touched, ${`{${uids.map((uid) => JSON.stringify(uid)).join(',')}}`}::text[])`)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

const DAY_MS = 86_400_000;

/** Forgets all but the newest `keep` of a script; one of an event is known for a day, so that the same news does not start it again. */
export async function trimScriptRuns(tx: Handle, scriptId: string, keep: number, processNow: number): Promise<void> {
  const last = await tx
    .selectFrom('script_runs')
    .select('id')
    .where('script_id', '=', scriptId)
    .orderBy('id', 'desc')
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return;
  await tx
    .deleteFrom('script_runs')
    .where('script_id', '=', scriptId)
    .where('id', '<=', last.id)
    .where('state', 'not in', ['queued', 'running'])
    .where((where) => where.or([where('cause', '<>', 'event'), where('created_at', '<', timestamp(processNow - DAY_MS))]))
    .execute();
}
