import { type Insertable, sql } from 'kysely';
import type { CreditEntriesTable, CreditEntryKind } from './account-tables.ts';
import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** First key of the advisory lock on a user's ledger. */
const LEDGER = 0x4b41_4c10;

export interface CreditEntry {
  readonly sequence: number;
  readonly kind: CreditEntryKind;
  readonly amount: number;
  /** After this entry. */
  readonly balance: number;
  readonly creditFor: string | null;
  readonly externalRef: string | null;
  readonly note: string | null;
  readonly createdAt: number;
}

const COLUMNS = [
  'sequence',
  'kind',
  'amount',
  'balance',
  'credit_for as creditFor',
  'external_ref as externalRef',
  'note',
  'created_at as createdAt',
] as const;

export async function creditBalance(handle: Handle, userId: number): Promise<number> {
  return (await lastEntry(handle, userId))?.balance ?? 0;
}

/** The newest first. */
export async function listCreditEntries(handle: Handle, userId: number, limit: number): Promise<readonly CreditEntry[]> {
  return await handle
    .selectFrom('credit_entries')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
}

export interface CreditGrant {
  readonly userId: number;
  readonly credits: number;
  readonly note?: string;
  /** Process clock. */
  readonly now: number;
}

/** Adds to a balance; the first entry of a user is the opening one. */
export async function grantCredits(tx: Transaction, { userId, credits, note, now }: CreditGrant): Promise<CreditEntry> {
  await lockLedger(tx, userId);
  const last = await lastEntry(tx, userId);
  return await append(tx, {
    user_id: userId,
    sequence: (last?.sequence ?? 0) + 1,
    kind: last === undefined ? 'opening' : 'grant',
    amount: credits,
    balance: (last?.balance ?? 0) + credits,
    note: note ?? null,
    created_at: timestamp(now),
  });
}

export interface CreditCharge {
  readonly userId: number;
  readonly credits: number;
  /** "AI_AGENT" */
  readonly creditFor: string;
  /** The caller's own name of this charge: the same name is charged once. */
  readonly externalRef?: string;
  readonly now: number;
}

export type ChargeOutcome =
  | { readonly ok: true; readonly entry: CreditEntry }
  | { readonly ok: false; readonly reason: 'insufficient'; readonly balance: number }
  /** The name stands for another charge already. */
  | { readonly ok: false; readonly reason: 'other_charge'; readonly entry: CreditEntry };

/** Takes from a balance what is there; charges of one user wait for each other, so together they never take more than it holds. */
export async function chargeCredits(tx: Transaction, charge: CreditCharge): Promise<ChargeOutcome> {
  const { userId, credits, creditFor, externalRef, now } = charge;
  await lockLedger(tx, userId);
  if (externalRef !== undefined) {
    const entry = await tx
      .selectFrom('credit_entries')
      .select(COLUMNS)
      .where('user_id', '=', userId)
      .where('external_ref', '=', externalRef)
      .executeTakeFirst();
    if (entry !== undefined) {
      const isSame = entry.amount === -credits && entry.creditFor === creditFor;
      return isSame ? { ok: true, entry } : { ok: false, reason: 'other_charge', entry };
    }
  }
  const last = await lastEntry(tx, userId);
  const balance = last?.balance ?? 0;
  if (balance < credits) return { ok: false, reason: 'insufficient', balance };
  const entry = await append(tx, {
    user_id: userId,
    sequence: (last?.sequence ?? 0) + 1,
    kind: 'charge',
    amount: -credits,
    balance: balance - credits,
    credit_for: creditFor,
    external_ref: externalRef ?? null,
    created_at: timestamp(now),
  });
  return { ok: true, entry };
}

async function lockLedger(tx: Transaction, userId: number): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LEDGER}::integer, ${userId}::integer)`.execute(tx);
}

async function lastEntry(handle: Handle, userId: number): Promise<{ readonly sequence: number; readonly balance: number } | undefined> {
  return await handle
    .selectFrom('credit_entries')
    .select(['sequence', 'balance'])
    .where('user_id', '=', userId)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
}

function append(tx: Transaction, values: Insertable<CreditEntriesTable>): Promise<CreditEntry> {
  return tx.insertInto('credit_entries').values(values).returning(COLUMNS).executeTakeFirstOrThrow();
}
