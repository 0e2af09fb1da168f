import type { Generated } from 'kysely';
import type { JsonColumn, NullableTimestampColumn, TimestampColumn } from './database.ts';

/** How a run ended, or how far it is. `interrupted`: the process that ran it is gone. */
export type ScriptRunState = 'queued' | 'running' | 'succeeded' | 'failed' | 'waiting' | 'skipped' | 'interrupted';
export type ScriptCause = 'manual' | 'schedule' | 'event';

export interface ScriptsTable {
  id: string;
  user_id: number;
  /** Of one person, once. */
  name: string;
  description: string;
  source: string;
  /** SHA-256, hex, of the source. */
  hash: string;
  /** Counts the sources that were saved. */
  version: number;
  args: JsonColumn<Readonly<Record<string, unknown>>>;
  account: string | null;
  /** Five fields, in `zone`. */
  cron: string | null;
  zone: string | null;
  triggers: JsonColumn<readonly string[]>;
  enabled: boolean;
  /** Why it is not enabled, where nobody switched it off. */
  paused_reason: string | null;
  attempts: number;
  /** Before the second attempt; it doubles from then on. */
  delay_seconds: number;
  /** The domain clock. */
  next_at: NullableTimestampColumn;
  /** Changes of the outbox up to this one were looked at. */
  seen_sequence: number;
  /** Process clock. */
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface ScriptRunsTable {
  id: Generated<number>;
  script_id: string;
  cause: ScriptCause;
  /** The same news, or the same tick, makes no second run. */
  cause_key: string | null;
  /** Of a tick; the domain clock. */
  planned_at: NullableTimestampColumn;
  event: JsonColumn<unknown>;
  /** Of a change of the outbox. */
  event_sequence: number | null;
  /** Ids of the scripts whose runs led here. */
  causes: JsonColumn<readonly string[]>;
  args: JsonColumn<Readonly<Record<string, unknown>>>;
  /** Of the source it ran. */
  version: number | null;
  hash: string | null;
  state: ScriptRunState;
  reason: string | null;
  attempt: number;
  /** The database's clock, as that of the lease. */
  due_at: TimestampColumn;
  /** Of the attempt that runs: each has its own. */
  holder: string | null;
  lease_until: NullableTimestampColumn;
  /** When the first attempt began, by the domain clock: what the script is told in every attempt. */
  began_at: NullableTimestampColumn;
  /** Process clock. */
  started_at: NullableTimestampColumn;
  ended_at: NullableTimestampColumn;
  output: string;
  output_hash: string | null;
  output_bytes: number | null;
  result: JsonColumn<unknown>;
  error: JsonColumn<unknown>;
  calls: JsonColumn<readonly unknown[]>;
  /** Uids in what its writes took and answered. */
  touched: JsonColumn<readonly string[]>;
  /** Earlier attempts. */
  history: JsonColumn<readonly unknown[]>;
  created_at: TimestampColumn;
}

export interface ScriptCallsTable {
  run_id: number;
  number: number;
  /** SHA-256, hex, of what was called with what. */
  key: string;
  call_id: string;
  effect: string;
  /** What the gate answered; JSON null while it is under way. */
  outcome: JsonColumn<unknown>;
}

export interface ScriptTables {
  scripts: ScriptsTable;
  script_runs: ScriptRunsTable;
  script_calls: ScriptCallsTable;
}
