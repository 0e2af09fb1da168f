import { sql } from 'kysely';
import { isDuplicate } from './conflicts.ts';
import { type LockKeys, lockInOrder, toLockParameters } from './locks.ts';
import { timestamp, toJsonText, toTimestampText } from './sql-values.ts';
import { defineStatement, defineWrite } from './statement.ts';
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

export interface Claim extends RequestName {
  readonly bodyHash: string;
  readonly processNow: number;
  /** Waited for as well, once the request is claimed. */
  readonly locks?: LockKeys | undefined;
}

const CLAIM_NEW =
  'insert into answered_requests (credential, name, body_hash, result, created_at) values ($1, $2, $3, null, $4::timestamptz)';

const claimNew = defineWrite(CLAIM_NEW);

// The locks hang on the claimed row: they are taken for it, and so after it.
const claimNewAndLock = defineWrite(`with claimed as (${CLAIM_NEW} returning name)
  select case when name is not null then ${lockInOrder('$5', '$6')} end from claimed`);

/**
 * Claims a request that is most likely the first of its kind, without waiting for an answer: where it is not, the transaction fails, see `isClaimed`. Who
 * claims the same one waits until it is over.
 */
export async function claimNewRequest(tx: Transaction, claimed: Claim): Promise<void> {
  const values = toClaimParameters(claimed);
  if (claimed.locks === undefined) await claimNew(tx, ...values);
  else await claimNewAndLock(tx, ...values, ...toLockParameters(claimed.locks));
}

/** The request was claimed before: what it came to is to be asked with `claimRequest`. */
export function isClaimed(error: unknown): boolean {
  return isDuplicate(error, 'answered_requests_pkey');
}

function toClaimParameters({ credential, name, bodyHash, processNow }: Claim): readonly string[] {
  return [credential, name, bodyHash, toTimestampText(processNow)];
}

// One statement waits, writes and reads: after a conflict it returns the row as the other transaction left it.
const CLAIM = `insert into answered_requests (credential, name, body_hash, result, created_at) values ($1, $2, $3, null, $4::timestamptz)
  on conflict (credential, name) do update set name = excluded.name returning body_hash as "bodyHash", result, created_at as "createdAt"`;

const claim = defineStatement<AnsweredRequest>(CLAIM);

const claimAndLock = defineStatement<AnsweredRequest>(`with claimed as (${CLAIM})
  select *, case when "bodyHash" is not null then ${lockInOrder('$5', '$6')} end from claimed`);

/**
 * Claims a request in the transaction that carries it out: who claims the same one waits until that is over. Answers what it came to before, or
 * `undefined` when this is the first. A transaction that fails leaves nothing behind.
 */
export async function claimRequest(tx: Transaction, claimed: Claim): Promise<AnsweredRequest | undefined> {
  const values = toClaimParameters(claimed);
  const { locks } = claimed;
  const [row] = locks === undefined ? await claim(tx, ...values) : await claimAndLock(tx, ...values, ...toLockParameters(locks));
  return row === undefined || row.result === null ? undefined : row;
}

const keep = defineWrite(
  'update answered_requests set body_hash = $3, result = $4::jsonb, created_at = $5::timestamptz where credential = $1 and name = $2',
);

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
  await keep(tx, credential, name, bodyHash, toJsonText(result), toTimestampText(processNow));
}

/** Forgets what was answered before `before` (process clock). */
export async function deleteAnswered(handle: Handle, before: number): Promise<void> {
  await sql`delete from answered_requests where created_at < ${timestamp(before)}`.execute(handle);
}
