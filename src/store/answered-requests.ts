import { sql } from 'kysely';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** A request under which its result is kept. */
export interface RequestName {
  /** Who asked: only the same one is ever told the result. */
  readonly credential: string;
  /** What tells the request from that credential's others. */
  readonly name: string;
}

export interface AnsweredRequest {
  readonly bodyHash: string;
  /** What the first one came to; null until `keepResult`. */
  readonly result: unknown;
  /** Process clock, epoch milliseconds. */
  readonly createdAt: number;
}

/**
 * Claims a request in the transaction that carries it out: who claims the same one waits until that is over. Answers what it came to before, or
 * `undefined` when this is the first. A transaction that fails leaves nothing behind.
 */
export async function claimRequest(
  tx: Transaction,
  { credential, name, bodyHash, processNow }: RequestName & { readonly bodyHash: string; readonly processNow: number },
): Promise<AnsweredRequest | undefined> {
  // One statement waits, writes and reads: after a conflict it returns the row as the other transaction left it.
  const row = await tx
    .insertInto('answered_requests')
    .values({ credential, name, body_hash: bodyHash, result: null, created_at: timestamp(processNow) })
    .onConflict((conflict) => conflict.columns(['credential', 'name']).doUpdateSet({ name }))
    .returning(['body_hash as bodyHash', 'result', 'created_at as createdAt'])
    .executeTakeFirstOrThrow();
  return row.result === null ? undefined : row;
}

/** Keeps what a claimed request came to, in place of anything it came to before. */
export async function keepResult(
  tx: Transaction,
  {
    credential,
    name,
    bodyHash,
    result,
    processNow,
  }: RequestName & { readonly bodyHash: string; readonly result: unknown; readonly processNow: number },
): Promise<void> {
  await tx
    .updateTable('answered_requests')
    .set({ body_hash: bodyHash, result: json(result), created_at: timestamp(processNow) })
    .where('credential', '=', credential)
    .where('name', '=', name)
    .execute();
}

/** Forgets what was answered before `before` (process clock). */
export async function deleteAnswered(handle: Handle, before: number): Promise<void> {
  await sql`delete from answered_requests where created_at < ${timestamp(before)}`.execute(handle);
}
