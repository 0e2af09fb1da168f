import { sql } from 'kysely';
import { AppError } from '../errors.ts';
import { json } from './sql-values.ts';
import type { Handle } from './store.ts';

/** A call of a run, kept until the run is over for good. */
export interface ScriptCallRecord {
  readonly number: number;
  readonly key: string;
  readonly callId: string;
  readonly effect: string;
  /** What the gate answered; null while it is under way. */
  readonly outcome: unknown;
}

export async function listScriptCalls(handle: Handle, runId: number): Promise<readonly ScriptCallRecord[]> {
  return await handle
    .selectFrom('script_calls')
    .select(['number', 'key', 'call_id as callId', 'effect', 'outcome'])
    .where('run_id', '=', runId)
    .orderBy('number')
    .execute();
}

/** An attempt of a run: each has a holder of its own. */
export interface HeldScriptRun {
  readonly id: number;
  readonly holder: string | null;
}

/** Locked, so that whoever ends the attempt comes before or after. */
const heldRun = ({ id, holder }: HeldScriptRun) =>
  sql`select id from script_runs where id = ${id}::bigint and holder = ${holder}::uuid and state = 'running' for share`;

/** Throws `conflict` where the attempt is no longer its holder's: nothing may be done for it any more. */
export async function putScriptCall(
  handle: Handle,
  run: HeldScriptRun,
  { number, key, callId, effect, outcome }: ScriptCallRecord,
): Promise<void> {
  const { rows } = await sql`with held as (${heldRun(run)})
    insert into script_calls (run_id, number, key, call_id, effect, outcome)
    select id, ${number}::integer, ${key}::text, ${callId}::uuid, ${effect}::text, ${json(outcome)} from held
    on conflict (run_id, number) do update
      set key = excluded.key, call_id = excluded.call_id, effect = excluded.effect, outcome = excluded.outcome
    returning run_id`.execute(handle);
  if (rows.length === 0) {
    throw new AppError('conflict', `Run "${run.id}" is not this attempt's any more; it was given up, or its script was removed.`, {
      hint: 'See what became of it with `kalends scripts runs`.',
    });
  }
}

/** From a number on; nothing where the attempt is no longer its holder's. */
export async function dropScriptCalls(handle: Handle, run: HeldScriptRun, from: number): Promise<void> {
  await sql`with held as (${heldRun(run)}) delete from script_calls using held where run_id = held.id and number >= ${from}::integer`.execute(
    handle,
  );
}

export async function deleteScriptCalls(handle: Handle, runId: number): Promise<void> {
  await handle.deleteFrom('script_calls').where('run_id', '=', runId).execute();
}
