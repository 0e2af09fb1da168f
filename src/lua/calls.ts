import { setTimeout as delay } from 'node:timers/promises';
import type { LuaTarget } from './catalogue.ts';
import { LuaCallError, type LuaCallRecord, type LuaFailure } from './outcome.ts';
import type { CallAnswer, CallAnswers, ReceivedCall } from './protocol.ts';
import type { RunClock } from './run-clock.ts';
import type { LuaTime } from './time.ts';

/** One call of the script, for the host to answer. */
export interface LuaCall {
  /** Canonical: `app.integrations.cal.work.list_bookings`, `app.mcp.files.read`, `docs.read`, `mcp.call`. */
  readonly path: string;
  readonly target: LuaTarget;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface LuaCallContext {
  /** Aborted when the run ends before the answer. */
  readonly signal: AbortSignal;
  /** Waits for a person or a rate limit without the run's clock. */
  waiting<T>(work: () => Promise<T>): Promise<T>;
}

/** `record` is merged into the outcome's entry of the call: an effect, an id, whatever the host wants to show. */
export type LuaAnswer =
  | { readonly ok: true; readonly value: unknown; readonly record?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: LuaFailure; readonly record?: Readonly<Record<string, unknown>> };

/** Answers every call. Throwing a `LuaCallError` is the same as `{ ok: false }`; any other error shows the script no details. */
export type LuaCallHandler = (call: LuaCall, context: LuaCallContext) => LuaAnswer | Promise<LuaAnswer>;

export interface CallDesk {
  /** From the JSON text of calls to that of `CallAnswers`. */
  answer(calls: string): Promise<string>;
  /** What was called so far; what has no answer yet has the status `unknown`. */
  records(): readonly LuaCallRecord[];
}

export interface CallDeskOptions {
  readonly onCall: LuaCallHandler;
  readonly time: LuaTime;
  readonly clock: RunClock;
  readonly signal: AbortSignal;
  readonly mostCalls: number;
  /** Calls of one `parallel` that are under way at once. */
  readonly concurrency: number;
}

/** Where a run's calls arrive: counted, answered and written down. */
export function openCallDesk({ onCall, time, clock, signal, mostCalls, concurrency }: CallDeskOptions): CallDesk {
  const entries: { record: LuaCallRecord; readonly startedAt: number; isOpen: boolean }[] = [];
  let counted = 0;
  const context: LuaCallContext = {
    signal,
    async waiting(work) {
      const resume = clock.wait();
      try {
        return await work();
      } finally {
        resume();
      }
    },
  };
  const perform = async (request: ReceivedCall): Promise<LuaAnswer> => {
    const values = request.arguments;
    const { namespace, function: name } = request.target;
    if (request.path === 'sleep') {
      await delay((values as { readonly seconds: number }).seconds * 1000, undefined, { signal, ref: false });
      return { ok: true, value: null };
    }
    if (request.target.kind === 'helper' && namespace === 'time') {
      return { ok: true, value: await time.run(name, Array.isArray(values) ? values : []) };
    }
    // `readArguments` of the worker writes an object for every other function.
    return onCall({ path: request.path, target: request.target, arguments: values as Readonly<Record<string, unknown>> }, context);
  };
  const answerOne = async (request: ReceivedCall): Promise<CallAnswer> => {
    const startedAt = performance.now();
    const entry = { record: { path: request.path, status: 'unknown', duration_ms: 0 } as LuaCallRecord, startedAt, isOpen: true };
    if (isCounted(request)) entries.push(entry);
    const answer = await perform(request).catch(toAnswer);
    const duration_ms = rounded(performance.now() - startedAt);
    entry.isOpen = false;
    entry.record = answer.ok
      ? { ...answer.record, path: request.path, status: 'ok', duration_ms }
      : { ...answer.record, path: request.path, status: 'error', duration_ms, error: answer.error };
    return answer.ok ? { ok: true, value: answer.value ?? null } : { ok: false, error: answer.error };
  };
  const answerAll = async (requests: readonly ReceivedCall[]): Promise<readonly CallAnswer[]> => {
    const answers: CallAnswer[] = [];
    let next = 0;
    const work = async () => {
      while (next < requests.length && !signal.aborted) {
        const index = next;
        next += 1;
        const request = requests[index];
        if (request !== undefined) answers[index] = await answerOne(request);
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, requests.length) }, work));
    return answers;
  };
  return {
    async answer(calls) {
      // The worker is our own code and writes this text itself.
      const requests = JSON.parse(calls) as readonly ReceivedCall[];
      counted += requests.filter(isCounted).length;
      if (counted > mostCalls) return JSON.stringify({ stop: 'call_limit' } satisfies CallAnswers);
      const [first] = requests;
      const answers = requests.length === 1 && first !== undefined ? [await answerOne(first)] : await answerAll(requests);
      return writeAnswers({ answers });
    },
    records: () =>
      entries.map(({ record, isOpen, startedAt }) =>
        isOpen ? { ...record, duration_ms: rounded(performance.now() - startedAt) } : record,
      ),
  };
}

/** Clock, sleep and documentation cost nobody anything. */
function isCounted({ target }: ReceivedCall): boolean {
  return target.kind !== 'helper' || target.namespace === 'mcp';
}

function toAnswer(error: unknown): LuaAnswer {
  if (error instanceof LuaCallError) return { ok: false, error: error.failure };
  return { ok: false, error: { code: 'upstream', reason: 'internal', message: 'The call failed inside the host.', retryable: false } };
}

function writeAnswers(answers: CallAnswers): string {
  try {
    return JSON.stringify(answers);
  } catch (error) {
    const refused: CallAnswer = {
      ok: false,
      error: { code: 'upstream', reason: 'internal', message: `The answer is not JSON: ${(error as Error).message}` },
    };
    return JSON.stringify({ answers: 'answers' in answers ? answers.answers.map(() => refused) : [] });
  }
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
