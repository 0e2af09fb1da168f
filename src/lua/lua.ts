import { DEFAULT_BUDGETS, type LuaBudgets, settleBudgets } from './budgets.ts';
import type { LuaCallHandler } from './calls.ts';
import type { LuaCatalogue } from './catalogue.ts';
import type { LuaOutcome } from './outcome.ts';
import { GRACE_MS, LINE, type WorkerMessage } from './protocol.ts';
import { describeStop, type Evaluation, evaluateOn } from './run.ts';
import { createSpares } from './spares.ts';
import { createLuaTime, type LuaTime } from './time.ts';
import { createTurns } from './turns.ts';
import { WorkerNotStarted, type WorkerProcess } from './worker-process.ts';

export interface LuaOptions {
  /** The ceiling of every run, over the defaults. */
  readonly budgets?: Partial<LuaBudgets>;
  /** Whether the user's own configuration lets a run ask for more than the ceiling. */
  readonly mayRaiseBudgets?: boolean;
  /** What `now` and `time` answer. */
  readonly time?: LuaTime;
  /** How many calls of one `parallel` are under way at once. */
  readonly concurrency?: number;
  /** How many runs go on at once, each with a process and memory of its own; the others wait. */
  readonly mostRuns?: number;
}

/** What every chunk of a run or of a REPL has in common. */
export interface LuaSetting {
  readonly catalogue?: LuaCatalogue;
  readonly onCall: LuaCallHandler;
  /** JSON: the global `args`. */
  readonly args?: unknown;
  /** Wishes under the ceiling. */
  readonly budgets?: Partial<LuaBudgets>;
  /** Overrides the runner's own. */
  readonly time?: LuaTime;
}

export interface LuaRunOptions extends LuaSetting {
  readonly source: string;
  /** How errors name the script: a file name. */
  readonly name?: string;
  readonly signal?: AbortSignal;
}

export interface LuaRepl {
  /** Runs a line: an expression's value is the result, globals stay, and `meta.incomplete` asks for more text. */
  evaluate(source: string, options?: { readonly signal?: AbortSignal }): Promise<LuaOutcome>;
  /** Names that may follow the beginning of one at the end of `text`. */
  complete(text: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface LuaRunner {
  run(options: LuaRunOptions): Promise<LuaOutcome>;
  repl(setting: LuaSetting): LuaRepl;
  /** Makes the spare process ready before the first run. */
  warm(): void;
  close(): Promise<void>;
}

const NOT_STARTED = 'Nothing of the script was run. Look for memory and processes that are left on this machine, then run it again.';

/** Runs Lua scripts, each in a process of its own that is thrown away afterwards. */
export function createLua(options: LuaOptions = {}): LuaRunner {
  const ceiling = settleBudgets(DEFAULT_BUDGETS, options.budgets, true).budgets;
  const ownTime = options.time ?? createLuaTime({ now: () => Date.now(), timeZone: 'UTC' });
  const spares = createSpares();
  const turns = createTurns(options.mostRuns ?? 16);
  const busy = new Set<WorkerProcess>();

  const evaluate = async (setting: LuaSetting, chunk: Chunk, takeWorker: () => Promise<WorkerProcess>): Promise<Evaluation> => {
    const { budgets, warnings } = settleBudgets(ceiling, setting.budgets, options.mayRaiseBudgets);
    const name = toChunkName(chunk.name);
    const size = Buffer.byteLength(chunk.source);
    const tooLong = size > budgets.sourceBytes;
    if (tooLong || chunk.signal?.aborted) {
      const error = tooLong
        ? ({ code: 'invalid_arguments', message: `The script has ${size} bytes; at most ${budgets.sourceBytes} are read.` } as const)
        : ({ code: 'cancelled', message: describeStop('cancelled', budgets) } as const);
      return { isUsable: true, mayRepeat: false, outcome: notStarted(name, budgets, warnings, { ...error, retryable: false }) };
    }
    const worker = await takeWorker().catch((error: unknown) => {
      if (error instanceof WorkerNotStarted) return error;
      throw error;
    });
    if (worker instanceof WorkerNotStarted) {
      const error = {
        code: 'runtime',
        reason: 'interpreter_not_started',
        message: worker.message,
        hint: NOT_STARTED,
        retryable: true,
      } as const;
      return { isUsable: false, mayRepeat: true, outcome: notStarted(name, budgets, warnings, error) };
    }
    return evaluateOn(worker, {
      source: chunk.source,
      name,
      args: setting.args,
      budgets,
      warnings,
      catalogue: setting.catalogue ?? {},
      onCall: setting.onCall,
      time: setting.time ?? ownTime,
      concurrency: options.concurrency ?? 5,
      signal: chunk.signal,
      isLine: chunk.isLine,
    });
  };
  const take = async () => {
    const worker = await spares.take();
    busy.add(worker);
    return worker;
  };
  const discard = async (worker: WorkerProcess | undefined) => {
    if (worker === undefined) return;
    busy.delete(worker);
    await worker.kill();
  };

  /** On a process that is thrown away afterwards. */
  const evaluateOnce = async (setting: LuaSetting, chunk: Chunk): Promise<Evaluation> => {
    let worker: WorkerProcess | undefined;
    try {
      return await evaluate(setting, chunk, async () => {
        worker = await take();
        return worker;
      });
    } finally {
      void discard(worker);
    }
  };

  return {
    warm: spares.prepare,
    async run({ source, name = 'script', signal, ...setting }) {
      const chunk = { source, name, signal, isLine: false };
      const endTurn = await turns.take(signal);
      try {
        const first = await evaluateOnce(setting, chunk);
        return (first.mayRepeat ? await evaluateOnce(setting, chunk) : first).outcome;
      } finally {
        endTurn();
        // Starting a process takes milliseconds of this one: whoever waits for the outcome has it first.
        setImmediate(spares.prepare).unref();
      }
    },
    repl(setting) {
      let session: Promise<WorkerProcess> | undefined;
      const open = () => {
        session ??= take();
        return session;
      };
      const drop = async () => {
        const last = session;
        session = undefined;
        await discard(await last?.catch(() => undefined));
      };
      // One line at a time: the process has one state.
      let last: Promise<unknown> = Promise.resolve();
      const afterLast = <T>(work: () => Promise<T>): Promise<T> => {
        const next = last.then(work, work);
        last = next.catch(() => {});
        return next;
      };
      return {
        evaluate: (source, { signal } = {}) =>
          afterLast(async () => {
            const chunk = { source, name: 'line', signal, isLine: true };
            const isFirst = session === undefined;
            let { outcome, isUsable, mayRepeat } = await evaluate(setting, chunk, open);
            if (isFirst && mayRepeat) {
              await drop();
              ({ outcome, isUsable } = await evaluate(setting, chunk, open));
            }
            if (isUsable) return outcome;
            await drop();
            return { ...outcome, meta: { ...outcome.meta, state_lost: true } };
          }),
        complete: (text) => afterLast(async () => completeOn(await open(), text)),
        close: () => afterLast(drop),
      };
    },
    async close() {
      await Promise.all([spares.close(), ...[...busy].map(discard)]);
    },
  };
}

interface Chunk {
  readonly source: string;
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly isLine: boolean;
}

/** Lua shows at most 59 bytes of a chunk's name. */
function toChunkName(name: string): string {
  const clean = name.replace(/[^\x20-\x7e]+/g, '?');
  return clean.length > 50 ? `…${clean.slice(-47)}`.replace('…', '...') : clean || 'script';
}

function notStarted(name: string, budgets: LuaBudgets, warnings: readonly string[], error: NonNullable<LuaOutcome['error']>): LuaOutcome {
  return {
    success: false,
    output: '',
    result: null,
    error,
    execution_time_ms: 0,
    memory_usage: 0,
    integration_calls: [],
    meta: { name, warnings, budgets, instructions: 0, waited_ms: 0 },
  };
}

async function completeOn(worker: WorkerProcess, text: string): Promise<readonly string[]> {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  const killer = setTimeout(worker.kill, GRACE_MS * 2);
  worker.listen({
    onLine(kind, names) {
      // The worker is our own code and writes this text itself.
      if (kind === LINE.completions) resolve(JSON.parse(names) as readonly string[]);
    },
    onEnd: () => resolve([]),
  });
  worker.send(JSON.stringify({ type: 'complete', text } satisfies WorkerMessage));
  const names = await promise;
  clearTimeout(killer);
  worker.listen(undefined);
  return names;
}
