import type { Worker } from 'node:worker_threads';
import type { LuaBudgets } from './budgets.ts';
import { type LuaCallHandler, openCallDesk } from './calls.ts';
import type { LuaCatalogue } from './catalogue.ts';
import { type LuaError, type LuaOutcome, toSnippet } from './outcome.ts';
import { CONTROL, CONTROL_CELLS, type Ending, type EvaluateMessage, type StopReason, toStopCell, type WorkerMessage } from './protocol.ts';
import { startRunClock } from './run-clock.ts';
import type { LuaTime } from './time.ts';

/** How long a thread that was asked to end may take before it is ended: longer than the hook's thousand instructions, or a regex. */
const GRACE_MS = 600;

export interface EvaluateOptions {
  readonly source: string;
  readonly name: string;
  readonly args: unknown;
  readonly budgets: LuaBudgets;
  readonly warnings: readonly string[];
  readonly catalogue: LuaCatalogue;
  readonly onCall: LuaCallHandler;
  readonly time: LuaTime;
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
  readonly isLine: boolean;
}

export interface Evaluation {
  readonly outcome: LuaOutcome;
  /** False once a limit was reached: the thread has nothing more to give. */
  readonly isUsable: boolean;
}

/** Runs one chunk on a thread and tells how it ended, whatever the script did to prevent that. */
export function evaluateOn(worker: Worker, options: EvaluateOptions): Promise<Evaluation> {
  const { source, name, budgets, signal } = options;
  const control = new Int32Array(new SharedArrayBuffer(CONTROL_CELLS * 4));
  const output = new Uint8Array(new SharedArrayBuffer(budgets.outputBytes));
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Evaluation>();
  let asked: StopReason | undefined;
  let why: string | undefined;
  let killer: NodeJS.Timeout | undefined;
  let isOver = false;

  const finish = (ending: Ending, isUsable: boolean) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(killer);
    clock.close();
    signal?.removeEventListener('abort', cancel);
    worker.off('message', receive).off('error', crash).off('exit', exited);
    worker.unref();
    const records = desk.records();
    abort.abort();
    const stop = ending.stop;
    const error = stop === undefined ? ending.error : { code: stop, message: describeStop(stop, budgets, why), retryable: false };
    resolve({
      isUsable,
      outcome: {
        success: error === undefined,
        output: new TextDecoder().decode(output.slice(0, control[CONTROL.outputBytes])),
        result: error === undefined && ending.result !== undefined && ending.result.length > 0 ? ending.result : null,
        error: error === undefined ? null : withSnippet(error, source),
        execution_time_ms: Math.round(clock.elapsedMs() * 1000) / 1000,
        memory_usage: control[CONTROL.peakBytes] ?? 0,
        integration_calls: records,
        meta: {
          name,
          warnings: [...options.warnings, ...ending.warnings],
          budgets,
          instructions: (control[CONTROL.instructionThousands] ?? 0) * 1000,
          waited_ms: Math.round(clock.waitedMs()),
          ...(ending.incomplete === true ? { incomplete: true } : {}),
        },
      },
    });
  };
  /** Asks the script to end; the thread is ended when it does not listen. */
  const stop = (reason: StopReason, explanation?: string) => {
    if (isOver || asked !== undefined) return;
    asked = reason;
    why = explanation;
    Atomics.store(control, CONTROL.stop, toStopCell(reason));
    Atomics.store(control, CONTROL.answered, 1);
    Atomics.notify(control, CONTROL.answered);
    abort.abort();
    killer = setTimeout(() => {
      finish({ stop: reason, warnings: [] }, false);
      void worker.terminate();
    }, GRACE_MS);
  };
  const clock = startRunClock({
    ...budgets,
    onExpired: (which) => stop('timeout', which === 'wait' ? `Waiting took more than ${budgets.waitMs / 1000} s.` : undefined),
  });
  const desk = openCallDesk({
    onCall: options.onCall,
    time: options.time,
    clock,
    signal: abort.signal,
    mostCalls: budgets.calls,
    concurrency: options.concurrency,
  });
  const receive = (message: WorkerMessage) => {
    if (typeof message === 'string') {
      desk.answer(message).then((answers) => {
        if (isOver || asked !== undefined) return;
        worker.postMessage(answers);
        Atomics.store(control, CONTROL.answered, 1);
        Atomics.notify(control, CONTROL.answered);
      }, crash);
    } else if (message.type === 'done') {
      // The worker is our own code and writes this text itself.
      const ending = JSON.parse(message.ending) as Ending;
      finish(ending, ending.stop === undefined && ending.isBroken !== true);
    }
  };
  const crash = (error: unknown) => {
    const isMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (isMemory) finish({ stop: 'memory_limit', warnings: [] }, false);
    else
      finish({ error: { code: 'runtime', message: `The interpreter stopped: ${String(error)}`, retryable: false }, warnings: [] }, false);
  };
  // No script can end its thread: the runner was closed.
  const exited = () => finish({ stop: 'cancelled', warnings: [] }, false);
  const cancel = () => stop('cancelled');

  worker.ref();
  worker.on('message', receive).on('error', crash).on('exit', exited);
  signal?.addEventListener('abort', cancel, { once: true });
  const message: EvaluateMessage = {
    type: 'evaluate',
    source,
    name,
    args: JSON.stringify(options.args ?? null),
    catalogue: options.catalogue,
    timeOperations: options.time.operations,
    budgets,
    control,
    output,
    isLine: options.isLine,
  };
  worker.postMessage(message);
  if (signal?.aborted) cancel();
  return promise;
}

/** A sentence for a limit; also what a script that never started was refused with. */
export function describeStop(reason: StopReason, budgets: LuaBudgets, why?: string): string {
  switch (reason) {
    case 'timeout':
      return why ?? `The script took more than ${budgets.wallMs / 1000} s.`;
    case 'cancelled':
      return 'The run was cancelled.';
    case 'call_limit':
      return `The script made more than ${budgets.calls} calls.`;
    case 'cpu_limit':
      return `The script executed more than ${budgets.instructions} instructions.`;
    case 'memory_limit':
      return `The script needed more than ${Math.round(budgets.memoryBytes / 1024 / 1024)} MB of memory.`;
    case 'output_limit':
      return `The script printed or returned more than ${Math.round(budgets.outputBytes / 1024)} KB.`;
  }
}

function withSnippet(error: LuaError, source: string): LuaError {
  const snippet = error.line === undefined ? undefined : toSnippet(source, error.line);
  return snippet === undefined ? error : { ...error, snippet };
}
