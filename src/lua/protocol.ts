import type { LuaBudgets } from './budgets.ts';
import type { LuaCatalogue, LuaTarget } from './catalogue.ts';
import type { LuaError, LuaFailure } from './outcome.ts';

/** Cells of the memory that a run's two sides share. */
export const CONTROL = {
  /** 1 once the host has answered. */
  answered: 0,
  /** Non-zero once the host wants the run to end: an index into STOP_REASONS. */
  stop: 1,
  peakBytes: 2,
  instructionThousands: 3,
  outputBytes: 4,
  /** 1 once a line was printed, even an empty one. */
  printedLines: 5,
} as const;
export const CONTROL_CELLS = 8;

const STOP_REASONS = ['timeout', 'cancelled', 'call_limit', 'cpu_limit', 'memory_limit', 'output_limit'] as const;
export type StopReason = (typeof STOP_REASONS)[number];

export function toStopCell(reason: StopReason): number {
  return STOP_REASONS.indexOf(reason) + 1;
}

export function stopReasonOf(cell: number): StopReason | undefined {
  return STOP_REASONS[cell - 1];
}

/** To the worker: run this chunk. JSON travels as text, so nothing but text and numbers ever reaches the machine. */
export interface EvaluateMessage {
  readonly type: 'evaluate';
  readonly source: string;
  readonly name: string;
  readonly args: string;
  readonly catalogue: LuaCatalogue;
  readonly timeOperations: readonly string[];
  readonly budgets: LuaBudgets;
  readonly control: Int32Array;
  readonly output: Uint8Array;
  /** A line of a REPL: an expression is returned, and unfinished text is told from wrong text. */
  readonly isLine: boolean;
}

/** To the worker: which names may follow this beginning? */
export interface CompleteMessage {
  readonly type: 'complete';
  readonly text: string;
}

/** To the worker, in answer to a call: JSON text of `CallAnswers`. */
export type CallAnswers = { readonly stop: StopReason } | { readonly answers: readonly CallAnswer[] };
export type CallAnswer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: LuaFailure };

/** One call as the script made it; `arguments` is JSON text, which goes as it is into the text that is posted. */
export interface CallRequest {
  readonly path: string;
  readonly target: LuaTarget;
  readonly arguments: string;
}

/** A call as the host reads it from the posted text. */
export interface ReceivedCall {
  readonly path: string;
  readonly target: LuaTarget;
  /** An object; a list for `time`. */
  readonly arguments: unknown;
}

export type WorkerMessage =
  | { readonly type: 'ready' }
  /** Calls, as the JSON text of `ReceivedCall[]`: the commonest message is the cheapest to post. */
  | string
  | { readonly type: 'completions'; readonly names: readonly string[] }
  | { readonly type: 'done'; readonly ending: string };

/** How a chunk ended, as the worker tells it. */
export interface Ending {
  readonly result?: readonly unknown[];
  readonly error?: LuaError;
  readonly stop?: StopReason;
  readonly warnings: readonly string[];
  readonly incomplete?: boolean;
  /** The interpreter failed, not the script. */
  readonly isBroken?: boolean;
}
