import type { ErrorEnvelope } from '../errors.ts';
import type { Surface } from './call.ts';
import type { Effect } from './tool.ts';

/** A write before it runs. Without secrets: those are taken out before it comes here. */
export interface JournalEntry {
  readonly userId: number;
  /** `wire`: the service was asked directly, with a key, beside the gate. */
  readonly surface: Surface | 'wire';
  /** `cal.create_booking`; of what came on the wire, its method and path. */
  readonly tool: string;
  readonly account: string;
  readonly effect: Effect;
  readonly input: unknown;
  readonly verdict: 'allow' | 'ask' | 'deny';
  readonly callId: string;
  readonly approvalId: string | null;
  readonly conversationId: string | null;
  /** Calls of one turn are counted together. */
  readonly turnId: string | null;
  readonly utterance: string | null;
  /** The script that made the call. */
  readonly script: string | null;
  /** The policy said otherwise and was overridden. */
  readonly forced: boolean;
  /** The entry that this one takes back. */
  readonly undoes: number | null;
  /** Takes back what was done; not so one that does it again. */
  readonly isUndo: boolean;
  /** E-mail addresses, web addresses and telephone numbers in the input, each in its plain form. */
  readonly addresses: readonly string[];
  readonly before: unknown;
}

export interface JournalOutcome {
  readonly state: 'done' | 'failed' | 'unknown';
  readonly output: unknown;
  readonly error: ErrorEnvelope | null;
  readonly durationMs: number;
  /** Nobody saw it end: it was looked for later. */
  readonly lookup?: JournalLookup;
}

/** How the outcome of a write became known that Kalends was stopped during. */
export interface JournalLookup {
  /** When it was looked for, ISO instant of the process clock. */
  readonly at: string;
  /** A sentence: who was asked, or why nobody could be. */
  readonly how: string;
}

export interface JournalRecord extends JournalEntry {
  readonly id: number;
  readonly at: string;
  /** `intent` until the outcome is written: what a crash leaves behind. */
  readonly state: 'intent' | JournalOutcome['state'];
  readonly outcome: JournalOutcome | null;
  /** The entry that took this one back. */
  readonly undoneBy: number | null;
  /** Of the row that was written when it began. */
  readonly hash: string;
  readonly previousHash: string;
}

/** How many writes of a kind there may be. */
export interface CountLimit {
  readonly count: number;
  /** Of one turn, or since a moment (epoch ms, process clock). */
  readonly within: { readonly turnId: string } | { readonly since: number };
  /** Whether an earlier write is one of those that are counted. */
  counts(write: Pick<JournalEntry, 'tool' | 'account' | 'effect' | 'input'>): boolean;
}

export type Begun<Limit extends CountLimit = CountLimit> =
  | { readonly began: true; readonly id: number }
  /** There are as many already. */
  | { readonly began: false; readonly limit: Limit }
  /** Somebody else takes the same entry back, or did. */
  | { readonly began: false; readonly undoneBy: number };

/** Every write, before and after it runs: rows that are only ever added, each with the hash of the one before. Kept by the store. */
export interface JournalStore {
  /** Adds an intent unless a limit is reached or what it undoes is undone already; safe against others who begin at the same time. */
  begin<Limit extends CountLimit>(entry: JournalEntry, limits?: readonly Limit[]): Promise<Begun<Limit>>;
  /** Adds the outcome of an intent; `false` when it has one. */
  finish(id: number, outcome: JournalOutcome): Promise<boolean>;
  /** The first of the limits that a further write would be beyond. */
  reached<Limit extends CountLimit>(userId: number, limits: readonly Limit[]): Promise<Limit | undefined>;
  get(userId: number, id: number): Promise<JournalRecord | undefined>;
  /** The newest write that was done and not taken back, and does not take back another. */
  lastUndoable(userId: number): Promise<JournalRecord | undefined>;
  /** Newest first. */
  list(userId: number, options: JournalQuery): Promise<readonly JournalRecord[]>;
  /** Intents without an outcome that began before `before` (epoch ms): what a crash left behind. */
  unfinished(before?: number): Promise<readonly JournalRecord[]>;
  /** Which of these addresses stand in an earlier write that was done. */
  knows(userId: number, addresses: readonly string[]): Promise<ReadonlySet<string>>;
  /** The newest write of this id. */
  findCall(userId: number, callId: string): Promise<JournalRecord | undefined>;
  /** Adds what came on the wire, in its order. */
  addWire(writes: readonly WireWrite[]): Promise<void>;
  /** All rows as they are written, oldest first. */
  rows(): AsyncIterable<JournalRow>;
  /** Compares every row with its hash and with its neighbours. */
  verify(): Promise<JournalVerification>;
}

/** A run of a script that has ended. Without secrets: those are taken out before it comes here. */
export interface ScriptRunEntry extends JournalOutcome {
  readonly userId: number;
  /** When it began, process clock. */
  readonly at: number;
  /** `standup, run 42`, as its calls name it. */
  readonly script: string;
  readonly account: string;
  /** What it was started by and with. */
  readonly input: unknown;
}

export interface JournalQuery {
  readonly limit: number;
  /** Only entries with a smaller id. */
  readonly before?: number;
}

/** A change that somebody made with a key, beside the gate. */
export interface WireWrite {
  readonly userId: number;
  readonly at: number;
  /** `POST /v2/bookings` */
  readonly operation: string;
  readonly effect: Effect;
  readonly requestId: string;
}

export interface JournalRow {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  /** JSON, as it was written. */
  readonly body: string;
}

export interface JournalVerification {
  readonly ok: boolean;
  readonly rows: number;
  /** The hash of the newest row. Who keeps it elsewhere can tell later whether rows are missing at the end. */
  readonly head: string;
  readonly problems: readonly JournalProblem[];
}

export interface JournalProblem {
  /** The row's number. */
  readonly row: number;
  readonly kind: 'altered' | 'removed' | 'inserted' | 'moved';
  readonly message: string;
}
