import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { defineJob, type Job, type JobQueue } from '../jobs/index.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';
import type { Principal } from '../toolkit/tool.ts';
import { type RetryPolicy, type ScriptEnding, type ScriptReport, toEnding, toInterruptedEnding } from './script-ending.ts';
import { type CallLedger, openCallMemory, touchedBy } from './script-memory.ts';

/** A saved script, as far as running it is concerned. */
export interface RunnableScript extends RetryPolicy {
  readonly id: string;
  readonly userId: number;
  readonly name: string;
  readonly source: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly account: string | null;
}

/** An attempt that was begun. */
export interface BegunRun {
  readonly id: number;
  /** Counts from 1. */
  readonly attempt: number;
  readonly holder: string | null;
  readonly event: unknown;
  /** Ids of the scripts whose runs led here. */
  readonly causes: readonly string[];
  readonly args: Readonly<Record<string, unknown>>;
  /** When the first attempt began, by the domain clock. */
  readonly beganAt: number | null;
  /** Process clock. */
  readonly startedAt: number | null;
}

export type RunClaim<Script extends RunnableScript = RunnableScript, Run extends BegunRun = BegunRun> =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'gone'; readonly script: Script; readonly run: Run }
  | { readonly kind: 'begun'; readonly script: Script; readonly run: Run };

/** Kept by the store. */
export interface RunLedger<Script extends RunnableScript, Run extends BegunRun> {
  /** Begins the next run of a script that is due, one at a time over all processes; for this holder, and beside those that this process has. */
  claim(scriptId: string, holder: string, held: readonly string[]): Promise<RunClaim<Script, Run>>;
  /** A sign of life; false: the run is somebody else's by now, or was removed. */
  renew(run: Run): Promise<boolean>;
  /** Ends the attempt and journals it, in one transaction. */
  end(begun: { readonly script: Script; readonly run: Run }, ending: ScriptEnding, touched: readonly string[]): Promise<void>;
  readonly calls: CallLedger;
}

/** One run for the sandbox. */
export interface ScriptRunWish {
  readonly principal: Principal;
  readonly source: string;
  /** As errors name it: "standup". */
  readonly name: string;
  /** As the journal names it: "standup, run 42". */
  readonly script: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly account?: string;
  readonly gate: { call(request: GateRequest): Promise<GateOutcome> };
  /** What the script is told the time is, epoch milliseconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

export interface ScriptRunParts<Script extends RunnableScript, Run extends BegunRun> {
  readonly ledger: RunLedger<Script, Run>;
  readonly gate: () => { call(request: GateRequest): Promise<GateOutcome> };
  readonly effectOf: (tool: string) => string;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
  readonly runLua: (wish: ScriptRunWish) => Promise<ScriptReport>;
  /** What `work` writes says that it came of these scripts. */
  readonly actAs: <Result>(causes: readonly string[], work: () => Promise<Result>) => Promise<Result>;
  /** The domain clock. */
  readonly now: () => number;
}

export interface ScriptRuns {
  readonly job: Job<{ readonly scriptId: string }>;
  /** Sees to what is due of this script. */
  wake(queue: JobQueue, scriptId: string): Promise<void>;
  /** Holders of the attempts that this process has under way. */
  held(): readonly string[];
  /** Begins no more, lets what runs finish for three seconds, and interrupts the rest. */
  stop(): Promise<void>;
}

/** A process that gives no sign of life for so long is taken for gone. */
export const LEASE_SECONDS = 20;
const RENEW_MS = 5000;
const GRACE_MS = 3000;
/** A run's own time, the ten minutes it may wait, and some more. */
const TIMEOUT_SECONDS = 720;

/** How its calls and the journal name a run. */
export function runLabel(script: string, runId: number): string {
  return `${script}, run ${runId}`;
}

/** The run that a label names. */
export function runOfLabel(label: string | null): number | undefined {
  const found = /, run (\d{1,15})$/.exec(label ?? '')?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Runs saved scripts beside the requests: one run of a script at a time, in the order of what started them. */
export function createScriptRuns<Script extends RunnableScript, Run extends BegunRun>(parts: ScriptRunParts<Script, Run>): ScriptRuns {
  const { ledger, principal, runLua, actAs } = parts;
  const stopping = new AbortController();
  const underWay = new Set<Promise<unknown>>();
  const holders = new Set<string>();
  /** Scripts with an attempt here, also one that somebody else has taken over and that is only coming to its end. */
  const busy = new Set<string>();
  let isStopped = false;

  const job: Job<{ readonly scriptId: string }> = defineJob({
    name: 'scripts.run',
    schema: z.object({ scriptId: z.string() }),
    concurrency: 4,
    timeoutSeconds: TIMEOUT_SECONDS,
    run: async ({ scriptId }, { signal, queue }) => {
      // What waits is found at the next start.
      if (isStopped || busy.has(scriptId)) return;
      const holder = randomUUID();
      holders.add(holder);
      const delaySeconds = await advance(scriptId, holder, signal).finally(() => holders.delete(holder));
      // The next in line, or the next attempt.
      if (delaySeconds !== undefined) await queue.send(job, { scriptId }, delaySeconds > 0 ? { delaySeconds } : {});
    },
  });

  /** `undefined` when there was nothing to do. */
  async function advance(scriptId: string, holder: string, signal: AbortSignal): Promise<number | undefined> {
    const claim = await ledger.claim(scriptId, holder, [...holders]);
    if (claim.kind === 'none' || claim.kind === 'busy') return undefined;
    if (claim.kind === 'gone') return giveUp(claim);
    busy.add(scriptId);
    return await tracked(attempt(claim, signal).finally(() => busy.delete(scriptId)));
  }

  async function tracked<Result>(work: Promise<Result>): Promise<Result> {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
    }
  }

  type Begun = { readonly script: Script; readonly run: Run };

  async function giveUp({ script, run }: Begun): Promise<number> {
    const ending = toInterruptedEnding(run.attempt, script);
    await ledger.end({ script, run }, ending, touchedBy(await ledger.calls.list(run.id)));
    return ending.delaySeconds;
  }

  async function attempt(begun: Begun, stopped: AbortSignal): Promise<number> {
    const { script, run } = begun;
    const lost = new AbortController();
    const signal = AbortSignal.any([stopped, stopping.signal, lost.signal]);
    const lease = setInterval(() => {
      // A look that fails is made up for by the next one.
      ledger.renew(run).then(
        (isOurs) => isOurs || lost.abort(new Error('The run is no longer ours.')),
        () => undefined,
      );
    }, RENEW_MS);
    try {
      const { report, touched } = await execute(begun, signal);
      const ending = toEnding(report, run.attempt, script);
      await ledger.end(begun, ending, touched);
      return ending.delaySeconds;
    } finally {
      clearInterval(lease);
    }
  }

  async function execute({ script, run }: Begun, signal: AbortSignal): Promise<{ report: ScriptReport; touched: readonly string[] }> {
    const person = await principal(script.userId);
    if (person === undefined) return { report: failed('denied', 'Its person is not there any more, or is switched off.'), touched: [] };
    const causes = [...new Set([...run.causes, script.id])];
    const gate = { call: (request: GateRequest) => actAs(causes, () => parts.gate().call(request)) };
    const memory = await openCallMemory({
      gate,
      effectOf: parts.effectOf,
      ledger: ledger.calls,
      run,
      isRepeated: run.attempt > 1,
    });
    try {
      const report = await runLua({
        principal: person,
        source: script.source,
        name: script.name,
        script: runLabel(script.name, run.id),
        args: { ...script.args, ...run.args, ...(run.event === null ? {} : { event: run.event }) },
        ...(script.account === null ? {} : { account: script.account }),
        gate: memory.gate,
        now: run.beganAt ?? parts.now(),
        signal,
      });
      return { report, touched: memory.touched() };
    } catch (error) {
      if (!(error instanceof AppError)) console.error(error);
      const message = error instanceof AppError ? error.message : 'Something went wrong inside Kalends.';
      return { report: failed(error instanceof AppError ? error.code : 'internal', message), touched: memory.touched() };
    }
  }

  return {
    job,
    wake: (queue, scriptId) => queue.send(job, { scriptId }),
    held: () => [...holders],
    async stop() {
      isStopped = true;
      const ended = Promise.allSettled(underWay);
      await Promise.race([ended, delay(GRACE_MS, undefined, { ref: false })]);
      stopping.abort(new Error('Kalends stops.'));
      await ended;
    },
  };
}

function failed(code: string, message: string): ScriptReport {
  return { success: false, output: '', result: null, error: { code, message, retryable: false }, integration_calls: [] };
}
