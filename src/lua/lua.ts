import type { Worker } from 'node:worker_threads';
import { DEFAULT_BUDGETS, type LuaBudgets, settleBudgets } from './budgets.ts';
import type { LuaCallHandler } from './calls.ts';
import type { LuaCatalogue } from './catalogue.ts';
import type { LuaOutcome } from './outcome.ts';
import type { WorkerMessage } from './protocol.ts';
import { describeStop, type Evaluation, evaluateOn } from './run.ts';
import { createSpares } from './spares.ts';
import { createLuaTime, type LuaTime } from './time.ts';
import { createTurns } from './turns.ts';

export interface LuaOptions {
  /** The ceiling of every run, over the defaults. */
  readonly budgets?: Partial<LuaBudgets>;
  /** Whether the user's own configuration lets a run ask for more than the ceiling. */
  readonly mayRaiseBudgets?: boolean;
  /** What `now` and `time` answer. */
  readonly time?: LuaTime;
  /** How many calls of one `parallel` are under way at once. */
  readonly concurrency?: number;
  /** How many runs go on at once, each with a thread and memory of its own; the others wait. */
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
  /** Makes the spare thread ready before the first run. */
  warm(): void;
  close(): Promise<void>;
}

/** Runs Lua scripts, each on a thread of its own that is thrown away afterwards. */
export function createLua(options: LuaOptions = {}): LuaRunner {
  const ceiling = settleBudgets(DEFAULT_BUDGETS, options.budgets, true).budgets;
  const ownTime = options.time ?? createLuaTime({ now: () => Date.now(), timeZone: 'UTC' });
  const spares = createSpares();
  const turns = createTurns(options.mostRuns ?? 16);
  const busy = new Set<Worker>();

  const evaluate = async (setting: LuaSetting, chunk: Chunk, takeWorker: () => Promise<Worker>): Promise<Evaluation> => {
    const { budgets, warnings } = settleBudgets(ceiling, setting.budgets, options.mayRaiseBudgets);
    const name = toChunkName(chunk.name);
    const size = Buffer.byteLength(chunk.source);
    const tooLong = size > budgets.sourceBytes;
    if (tooLong || chunk.signal?.aborted) {
      const error = tooLong
        ? ({ code: 'invalid_arguments', message: `The script has ${size} bytes; at most ${budgets.sourceBytes} are read.` } as const)
        : ({ code: 'cancelled', message: describeStop('cancelled', budgets) } as const);
      return { isUsable: true, outcome: notStarted(name, budgets, warnings, { ...error, retryable: false }) };
    }
    const worker = await takeWorker();
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
  const discard = async (worker: Worker | undefined) => {
    if (worker === undefined) return;
    busy.delete(worker);
    await worker.terminate();
  };

  return {
    warm: spares.prepare,
    async run({ source, name = 'script', signal, ...setting }) {
      let worker: Worker | undefined;
      const takeOne = async () => {
        worker = await take();
        return worker;
      };
      const endTurn = await turns.take(signal);
      try {
        return (await evaluate(setting, { source, name, signal, isLine: false }, takeOne)).outcome;
      } finally {
        endTurn();
        void discard(worker);
        spares.prepare();
      }
    },
    repl(setting) {
      let session: Promise<Worker> | undefined;
      const open = () => {
        session ??= take();
        return session;
      };
      const drop = async () => {
        const last = session;
        session = undefined;
        await discard(await last?.catch(() => undefined));
      };
      // One line at a time: the thread has one state.
      let last: Promise<unknown> = Promise.resolve();
      const afterLast = <T>(work: () => Promise<T>): Promise<T> => {
        const next = last.then(work, work);
        last = next.catch(() => {});
        return next;
      };
      return {
        evaluate: (source, { signal } = {}) =>
          afterLast(async () => {
            const { outcome, isUsable } = await evaluate(setting, { source, name: 'line', signal, isLine: true }, open);
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

function completeOn(worker: Worker, text: string): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  const receive = (message: WorkerMessage) => {
    worker.off('message', receive).off('error', reject);
    resolve(typeof message !== 'string' && message.type === 'completions' ? message.names : []);
  };
  worker.on('message', receive).once('error', reject);
  worker.ref();
  worker.postMessage({ type: 'complete', text });
  return promise.finally(() => worker.unref());
}
