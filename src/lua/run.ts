import type { LuaBudgets } from './budgets.ts';
import { type LuaCallHandler, openCallDesk } from './calls.ts';
import type { LuaCatalogue } from './catalogue.ts';
import { type LuaError, type LuaOutcome, toSnippet } from './outcome.ts';
import { type CallAnswers, type Ending, type EvaluateMessage, GRACE_MS, LINE, readUsage, type StopReason } from './protocol.ts';
import { startRunClock } from './run-clock.ts';
import type { LuaTime } from './time.ts';
import type { WorkerEnd, WorkerProcess } from './worker-process.ts';

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
  /** False once a limit was reached: the process has nothing more to give. */
  readonly isUsable: boolean;
  /** The interpreter crashed before the script had asked for anything, or never began: on another process it may just work. */
  readonly mayRepeat: boolean;
}

/** Runs one chunk on a process and tells how it ended, whatever the script did to prevent that. */
export function evaluateOn(worker: WorkerProcess, options: EvaluateOptions): Promise<Evaluation> {
  const { source, name, budgets, signal } = options;
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<Evaluation>();
  const output: string[] = [];
  let outputBytes = 0;
  let usage: string | undefined;
  let isCalling = false;
  let hasCalled = false;
  let asked: Ending | undefined;
  let killer: NodeJS.Timeout | undefined;
  let isOver = false;

  const finish = (ending: Ending, { isUsable = false, mayRepeat = false } = {}) => {
    if (isOver) return;
    isOver = true;
    clearTimeout(killer);
    clock.close();
    signal?.removeEventListener('abort', cancel);
    worker.listen(undefined);
    const records = desk.records();
    abort.abort();
    const { peakBytes, instructions } = readUsage(usage ?? '');
    const stop = ending.stop;
    const error = stop === undefined ? ending.error : (ending.error ?? toStopError(stop, budgets));
    resolve({
      isUsable,
      mayRepeat,
      outcome: {
        success: error === undefined,
        output: output.join(''),
        result: error === undefined && ending.result !== undefined && ending.result.length > 0 ? ending.result : null,
        error: error === undefined ? null : withSnippet(error, source),
        execution_time_ms: Math.round(clock.elapsedMs() * 1000) / 1000,
        memory_usage: peakBytes,
        integration_calls: records,
        meta: {
          name,
          warnings: [...options.warnings, ...ending.warnings],
          budgets,
          instructions,
          waited_ms: Math.round(clock.waitedMs()),
          ...(ending.incomplete === true ? { incomplete: true } : {}),
        },
      },
    });
  };
  /** What it wrote before it ended is read first; a process that cannot even be ended is waited for no longer. */
  const kill = (ending: Ending) => {
    asked = ending;
    clearTimeout(killer);
    killer = setTimeout(() => finish(ending), GRACE_MS);
    void worker.kill();
  };
  /** A script that waits for an answer is told to end, one that runs has a clock of its own; the process is ended when that does not help. */
  const stop = (ending: Ending) => {
    if (isOver || asked !== undefined) return;
    asked = ending;
    abort.abort();
    if (isCalling) answer(JSON.stringify({ stop: ending.stop ?? 'timeout' } satisfies CallAnswers));
    if (isCalling || ending.stop === 'timeout') killer = setTimeout(() => kill(ending), GRACE_MS);
    else kill(ending);
  };
  const answer = (answers: string) => {
    isCalling = false;
    worker.send(`${Math.ceil(clock.leftMs())} ${answers}`);
  };
  const clock = startRunClock({
    ...budgets,
    onExpired: (which) => {
      const message = `Waiting took more than ${budgets.waitMs / 1000} s.`;
      stop({ stop: 'timeout', ...(which === 'wait' ? { error: { code: 'timeout', message, retryable: false } } : {}), warnings: [] });
    },
  });
  const desk = openCallDesk({
    onCall: options.onCall,
    time: options.time,
    clock,
    signal: abort.signal,
    mostCalls: budgets.calls,
    concurrency: options.concurrency,
  });
  const receive = (kind: string, text: string) => {
    switch (kind) {
      case LINE.usage:
        usage = text;
        break;
      case LINE.output:
        print(JSON.parse(text));
        break;
      case LINE.calls:
        isCalling = true;
        hasCalled = true;
        desk.answer(text).then(
          (answers) => {
            if (!isOver && asked === undefined) answer(answers);
          },
          (error: unknown) => fail(error),
        );
        break;
      case LINE.done: {
        // The worker is our own code and writes this text itself.
        const ending = JSON.parse(text) as Ending;
        const isAsked = asked !== undefined && ending.stop !== undefined;
        finish(isAsked ? { ...asked, warnings: ending.warnings } : ending, {
          isUsable: ending.stop === undefined && ending.isBroken !== true,
        });
      }
    }
  };
  const print = (text: string) => {
    outputBytes += Buffer.byteLength(text);
    if (outputBytes > budgets.outputBytes) kill({ stop: 'output_limit', warnings: [] });
    else output.push(text);
  };
  const fail = (error: unknown) =>
    kill({ error: { code: 'runtime', message: `The interpreter stopped: ${String(error)}`, retryable: false }, warnings: [] });
  const cancel = () => stop({ stop: 'cancelled', warnings: [] });

  worker.listen({
    onLine(kind, text) {
      try {
        receive(kind, text);
      } catch (error) {
        fail(error);
      }
    },
    onEnd(end) {
      if (asked !== undefined) return finish(asked);
      // A process that ended before it began has done nothing; one that was ended by somebody shall not come back by itself.
      const mayRepeat = !hasCalled && !end.wasKilled && !end.isOutOfMemory && (usage === undefined || isCrash(end));
      finish(describeEnd(end), { mayRepeat });
    },
  });
  signal?.addEventListener('abort', cancel, { once: true });
  const message: EvaluateMessage = {
    type: 'evaluate',
    source,
    name,
    args: JSON.stringify(options.args ?? null),
    names: JSON.stringify([options.catalogue, options.time.operations]),
    budgets,
    isLine: options.isLine,
  };
  worker.send(JSON.stringify(message));
  if (signal?.aborted) cancel();
  return promise;
}

/** Signals that a process gets for what it does itself. */
function isCrash({ signal }: WorkerEnd): boolean {
  return signal !== null && ['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'].includes(signal);
}

function describeEnd(end: WorkerEnd): Ending {
  // The runner was closed.
  if (end.wasKilled) return { stop: 'cancelled', warnings: [] };
  if (end.isOutOfMemory) return { stop: 'memory_limit', warnings: [] };
  const how =
    end.signal === null ? `ended with code ${end.code}` : `${isCrash(end) ? 'crashed' : 'was ended from outside'} (${end.signal})`;
  const hint = `${isCrash(end) ? 'Nothing but this run is affected' : 'Somebody ended it, or the machine ran out of memory'}: look at what the script had done before you run it again.`;
  return {
    error: { code: 'runtime', reason: 'interpreter_ended', message: `The script's process ${how}.`, hint, retryable: false },
    warnings: [],
  };
}

function toStopError(reason: StopReason, budgets: LuaBudgets): LuaError {
  return { code: reason, message: describeStop(reason, budgets), retryable: false };
}
/** A sentence for a limit; also what a script that never started was refused with. */
export function describeStop(reason: StopReason, budgets: LuaBudgets): string {
  switch (reason) {
    case 'timeout':
      return `The script took more than ${budgets.wallMs / 1000} s.`;
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
