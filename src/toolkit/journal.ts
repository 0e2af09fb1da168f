import type { ErrorEnvelope } from '../errors.ts';
import type { Surface } from './call.ts';
import type { Effect } from './tool.ts';

export interface JournalEntry {
  readonly userId: number;
  readonly surface: Surface;
  /** `cal.create_booking` */
  readonly tool: string;
  readonly account: string;
  readonly effect: Effect;
  readonly input: unknown;
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly callId: string;
  readonly approvalId: string | null;
  readonly conversationId: string | null;
  readonly utterance: string | null;
  readonly before: unknown;
}

export interface JournalOutcome {
  readonly state: 'done' | 'failed' | 'unknown';
  readonly output: unknown;
  readonly error: ErrorEnvelope | null;
  readonly durationMs: number;
}

export interface JournalRecord extends JournalEntry {
  readonly id: number;
  readonly at: string;
  /** `intent` until the outcome is written: what a crash leaves behind. */
  readonly state: 'intent' | JournalOutcome['state'];
  readonly outcome: JournalOutcome | null;
}

/** Every write, before and after it runs; kept by the store. */
export interface JournalStore {
  begin(entry: JournalEntry): Promise<number>;
  finish(id: number, outcome: JournalOutcome): Promise<void>;
  /** Newest first. */
  list(userId: number, options: { readonly limit: number }): Promise<readonly JournalRecord[]>;
  /** Intents without an outcome: what a crash left behind. */
  unfinished(): Promise<readonly JournalRecord[]>;
}
