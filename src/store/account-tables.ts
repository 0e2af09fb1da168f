import type { Generated } from 'kysely';
import type { NullableTimestampColumn, TimestampColumn } from './database.ts';

export type CreditEntryKind = 'opening' | 'grant' | 'charge';

/** A ledger: rows are only ever added, which the database itself enforces. */
export interface CreditEntriesTable {
  id: Generated<number>;
  user_id: number;
  /** Counts from 1 within a user. */
  sequence: number;
  kind: CreditEntryKind;
  /** What it adds; negative for a charge. */
  amount: number;
  /** After this entry. */
  balance: number;
  /** Of a charge: "AI_AGENT" */
  credit_for: string | null;
  /** The caller's own name of a charge, which happens once per name. */
  external_ref: string | null;
  note: string | null;
  created_at: TimestampColumn;
}

/** A client's standing permission to act for a user. */
export interface OauthGrantsTable {
  id: string;
  user_id: number;
  client_id: string;
  note: string | null;
  created_at: TimestampColumn;
  revoked_at: NullableTimestampColumn;
}

export interface OauthTokensTable {
  /** SHA-256, hex. */
  token_hash: string;
  grant_id: string;
  kind: 'access' | 'refresh';
  created_at: TimestampColumn;
  expires_at: TimestampColumn;
  /** When a refresh token was exchanged for the next one. */
  used_at: NullableTimestampColumn;
}
