import type { LuaBudgets } from './budgets.ts';
import type { LuaTarget } from './catalogue.ts';
import type { LuaError, LuaFailure } from './outcome.ts';

/*
 * A run's two sides speak in lines over one socket. JSON has no line feed in it, so nothing is escaped twice and no length is counted.
 *
 * To the process: `WorkerMessage` as JSON. To a process that waits for answers: what is left of its wall time, a space, JSON of `CallAnswers`.
 * From the process: a letter of `LINE` and its text.
 */
export const LINE = {
  /** The interpreter is loaded; comes once. */
  ready: 'r',
  /** `Usage`, ten times a second and before `done`. The first of a chunk says that it has begun. */
  usage: 'u',
  /** A JSON string: more of the printed text. */
  output: 'o',
  /** JSON of `ReceivedCall[]`: the process sleeps until they are answered. */
  calls: 'c',
  /** JSON of `Ending`. */
  done: 'd',
  /** JSON of the names that complete a text. */
  completions: 'n',
} as const;

export type StopReason = 'timeout' | 'cancelled' | 'call_limit' | 'cpu_limit' | 'memory_limit' | 'output_limit';

/** How long a process that was asked to end may take before it is ended: longer than the hook's thousand instructions, or a regex. */
export const GRACE_MS = 600;

export type WorkerMessage = EvaluateMessage | CompleteMessage;

/** Run this chunk. */
export interface EvaluateMessage {
  readonly type: 'evaluate';
  readonly source: string;
  readonly name: string;
  /** JSON text of the global `args`. */
  readonly args: string;
  /** JSON text of `[LuaCatalogue, operations of time]`. */
  readonly names: string;
  readonly budgets: LuaBudgets;
  /** A line of a REPL: an expression is returned, and unfinished text is told from wrong text. */
  readonly isLine: boolean;
}

/** Which names may follow this beginning? */
export interface CompleteMessage {
  readonly type: 'complete';
  readonly text: string;
}

export type CallAnswers = { readonly stop: StopReason } | { readonly answers: readonly CallAnswer[] };
export type CallAnswer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: LuaFailure };

/** One call as the script made it; `arguments` is JSON text, which goes as it is into the line. */
export interface CallRequest {
  readonly path: string;
  readonly target: LuaTarget;
  readonly arguments: string;
}

/** A call as the host reads it from the line. */
export interface ReceivedCall {
  readonly path: string;
  readonly target: LuaTarget;
  /** An object; a list for `time`. */
  readonly arguments: unknown;
}

/** What a chunk has used so far. */
export interface Usage {
  readonly peakBytes: number;
  readonly instructions: number;
}

export function writeUsage({ peakBytes, instructions }: Usage): string {
  return `${peakBytes} ${instructions}`;
}

export function readUsage(text: string): Usage {
  const [peakBytes = 0, instructions = 0] = text.split(' ').map(Number);
  return { peakBytes, instructions };
}

/** How a chunk ended, as the process tells it. */
export interface Ending {
  readonly result?: readonly unknown[];
  readonly error?: LuaError;
  readonly stop?: StopReason;
  readonly warnings: readonly string[];
  readonly incomplete?: boolean;
  /** The interpreter failed, not the script. */
  readonly isBroken?: boolean;
}
