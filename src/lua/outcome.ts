import type { LuaBudgets } from './budgets.ts';

/** The closed list of reasons for which a script, or one call of it, ends badly. */
export const LUA_ERROR_CODES = [
  'syntax',
  'runtime',
  'cpu_limit',
  'memory_limit',
  'output_limit',
  'call_limit',
  'timeout',
  'cancelled',
  'approval_pending',
  'denied',
  'upstream',
  'invalid_arguments',
] as const;

export type LuaErrorCode = (typeof LUA_ERROR_CODES)[number];

/** What a failed call tells the script: the fields of the table that is raised. */
export interface LuaFailure {
  readonly code: LuaErrorCode;
  readonly message: string;
  /** The HTTP status of the other side, where there was one. */
  readonly status?: number;
  readonly retryable?: boolean;
  readonly hint?: string;
  /** The finer code of whoever refused: `not_found`, `slot_taken`, `unknown_name` … */
  readonly reason?: string;
  /** Facts as JSON: the approval's id, alternatives. */
  readonly details?: unknown;
}

/** Thrown by a host function: the script sees a table with these fields and may `pcall` it. */
export class LuaCallError extends Error {
  readonly failure: LuaFailure;

  constructor(failure: LuaFailure) {
    super(failure.message);
    this.name = 'LuaCallError';
    this.failure = failure;
  }
}

/** The error of an outcome. `line` is the author's; `snippet` shows it between its neighbours. */
export interface LuaError extends LuaFailure {
  readonly line?: number;
  readonly snippet?: string;
}

/** One call of the script as the host saw it; the handler's own `record` is merged in. */
export interface LuaCallRecord {
  readonly path: string;
  /** `unknown`: the run ended before the answer came, so a write may or may not have happened. */
  readonly status: 'ok' | 'error' | 'unknown';
  readonly duration_ms: number;
  readonly error?: LuaFailure;
  readonly [fact: string]: unknown;
}

/** What a run leaves, ready to be printed as JSON. */
export interface LuaOutcome {
  readonly success: boolean;
  /** Printed lines joined by newlines; kept when the script fails. */
  readonly output: string;
  /** The chunk's return values; null when it failed or returned nothing. */
  readonly result: readonly unknown[] | null;
  readonly error: LuaError | null;
  readonly execution_time_ms: number;
  /** Peak bytes of the script's memory. */
  readonly memory_usage: number;
  readonly integration_calls: readonly LuaCallRecord[];
  readonly meta: {
    readonly name: string;
    readonly warnings: readonly string[];
    readonly budgets: LuaBudgets;
    readonly instructions: number;
    /** Milliseconds spent waiting for a person or a rate limit. */
    readonly waited_ms: number;
    /** Only in a REPL: the text is the beginning of something longer. */
    readonly incomplete?: boolean;
    /** Only in a REPL: a limit was reached, so variables were lost. */
    readonly state_lost?: boolean;
  };
}

/** The line at fault between its neighbours, numbered. */
export function toSnippet(source: string, line: number): string | undefined {
  const lines = source.split(/\r\n|\r|\n/);
  if (line < 1 || line > lines.length) return undefined;
  const from = Math.max(1, line - 1);
  const to = Math.min(lines.length, line + 1);
  const width = String(to).length;
  return lines
    .slice(from - 1, to)
    .map((text, index) => {
      const number = from + index;
      const shown = text.length > 160 ? `${text.slice(0, 160)}…` : text;
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${shown}`.trimEnd();
    })
    .join('\n');
}
