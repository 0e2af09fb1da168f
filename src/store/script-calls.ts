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

export async function putScriptCall(
  handle: Handle,
  runId: number,
  { number, key, callId, effect, outcome }: ScriptCallRecord,
): Promise<void> {
  await handle
    .insertInto('script_calls')
    .values({ run_id: runId, number, key, call_id: callId, effect, outcome: json(outcome) })
    .onConflict((conflict) => conflict.columns(['run_id', 'number']).doUpdateSet({ key, call_id: callId, effect, outcome: json(outcome) }))
    .execute();
}

/** From a number on. */
export async function deleteScriptCalls(handle: Handle, runId: number, from = 0): Promise<void> {
  await handle.deleteFrom('script_calls').where('run_id', '=', runId).where('number', '>=', from).execute();
}
