import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** Whose address is to be proved, and for what; addresses differ by more than their case. */
export interface EmailClaim {
  readonly eventTypeId: number;
  readonly email: string;
}

const DAY_MS = 86_400_000;

/** Notes that a code is wanted; false when one was asked for after `notSince` (process clock): then that one is on its way. */
export async function requestEmailCode(
  tx: Transaction,
  { eventTypeId, email }: EmailClaim,
  { notSince, processNow }: { readonly notSince: number; readonly processNow: number },
): Promise<boolean> {
  await tx
    .deleteFrom('email_codes')
    .where('requested_at', '<', timestamp(processNow - DAY_MS))
    .execute();
  const noted = await tx
    .insertInto('email_codes')
    .values({ event_type_id: eventTypeId, email: email.toLowerCase(), requested_at: timestamp(processNow) })
    .onConflict((conflict) =>
      conflict
        .columns(['event_type_id', 'email'])
        .doUpdateSet({ requested_at: timestamp(processNow) })
        .where('email_codes.requested_at', '<=', timestamp(notSince)),
    )
    .executeTakeFirst();
  return noted.numInsertedOrUpdatedRows === 1n;
}

/** Keeps the code that is being sent, as a hash; an earlier one is worth nothing from now on. */
export async function keepEmailCode(
  tx: Transaction,
  { eventTypeId, email }: EmailClaim,
  { codeHash, expiresAt }: { readonly codeHash: string; readonly expiresAt: number },
): Promise<void> {
  await tx
    .updateTable('email_codes')
    .set({ code_hash: codeHash, attempts: 0, expires_at: timestamp(expiresAt) })
    .where('event_type_id', '=', eventTypeId)
    .where('email', '=', email.toLowerCase())
    .execute();
}

/** Counts a guess before it is looked at, so that many at once are counted as well. */
export async function countEmailCodeAttempt(handle: Handle, { eventTypeId, email }: EmailClaim): Promise<void> {
  await handle
    .updateTable('email_codes')
    .set((eb) => ({ attempts: eb('attempts', '+', 1) }))
    .where('event_type_id', '=', eventTypeId)
    .where('email', '=', email.toLowerCase())
    .execute();
}

export interface EmailProof {
  readonly codeHash: string;
  /** With more guesses the code is worth nothing. */
  readonly maximumAttempts: number;
  readonly processNow: number;
}

/** Uses a code up; false when it is another one, was used, is too old, or was guessed at too often. */
export async function takeEmailCode(tx: Transaction, { eventTypeId, email }: EmailClaim, proof: EmailProof): Promise<boolean> {
  const taken = await tx
    .deleteFrom('email_codes')
    .where('event_type_id', '=', eventTypeId)
    .where('email', '=', email.toLowerCase())
    .where('code_hash', '=', proof.codeHash)
    .where('attempts', '<=', proof.maximumAttempts)
    .where('expires_at', '>', timestamp(proof.processNow))
    .executeTakeFirst();
  return taken.numDeletedRows === 1n;
}
