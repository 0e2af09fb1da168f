import {
  createScriptEvents,
  createScriptRuns,
  decideTicks,
  type HostedNews,
  LEASE_SECONDS,
  OWN_DOING,
  runLabel,
  runOfLabel,
  type ScriptEnding,
  startTicker,
} from './automation/index.ts';
import { AppError, type ErrorCode } from './errors.ts';
import type { ChangeConsumer, Job, Jobs } from './jobs/index.ts';
import type { SavedScript } from './runtime-lua.ts';
import { toWebhookMessage } from './server/webhook-payload.ts';
import { getEventType } from './store/event-types.ts';
import { appendScriptRun } from './store/journal.ts';
import { getChanges } from './store/outbox.ts';
import { asCausedBy } from './store/outbox-causes.ts';
import { deleteScriptCalls, dropScriptCalls, listScriptCalls, putScriptCall } from './store/script-calls.ts';
import { claimScriptRun } from './store/script-claims.ts';
import {
  addScriptRun,
  endScriptRun,
  findOngoingRun,
  getScriptRun,
  hasTouched,
  listWaitingScripts,
  renewScriptRun,
  type ScriptRunRecord,
  trimScriptRuns,
} from './store/script-runs.ts';
import {
  findListeners,
  findScripted,
  getScript,
  listNews,
  nextTickOfAll,
  noteSeen,
  type ScriptRecord,
  setNextTick,
  switchScript,
  takeDueScripts,
} from './store/scripts.ts';
import type { Store, Transaction } from './store/store.ts';
import { getUser } from './store/users.ts';
import type { LuaReport } from './surfaces/lua-report.ts';
import type { Gate } from './toolkit/gate.ts';
import { type Redactor, withoutRoomKeys } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';

export interface ScriptParts {
  readonly store: Store;
  /** The domain clock: schedules go by it. */
  readonly now: () => number;
  readonly publicUrl: string;
  readonly gate: () => Pick<Gate, 'call'>;
  readonly jobs: () => Jobs;
  readonly effectOf: (tool: string) => string;
  readonly principal: (userId: number) => Promise<Principal | undefined>;
  readonly runLua: (script: SavedScript) => Promise<LuaReport>;
  readonly redactor: () => Redactor;
}

/** Saved scripts at work. */
export interface Scripts {
  readonly jobs: readonly Job[];
  readonly consumers: readonly ChangeConsumer[];
  /** Queues what a hosted Cal.com's news starts, in the transaction that takes the news. */
  tell(news: HostedNews, tx: Transaction): Promise<void>;
  /** Something was queued, or a schedule was changed. */
  wake(): void;
  /** The same gate: what it does after an approval says which script asked for it. */
  watch<Whole extends Pick<Gate, 'answer'>>(gate: Whole): Whole;
  start(): void;
  stop(): Promise<void>;
}

/** More in an hour is taken for a loop. */
export const MOST_EVENT_RUNS = 60;
/** Of a script. */
export const MOST_RUNS_KEPT = 200;
const JOURNAL_OUTPUT = 2000;
/** How long news of what a script did may come back from elsewhere. */
const ECHO_MS = 10 * 60_000;
/** Of two looks while jobs are not running yet. */
const EARLY_MS = 500;
const SOON_MS = 50;

export function createScripts(parts: ScriptParts): Scripts {
  const { store, now, principal } = parts;
  const isAlone = store.engine === 'pglite';

  const runs = createScriptRuns<ScriptRecord, ScriptRunRecord>({
    ledger: {
      claim: (scriptId, holder, held) =>
        store.transaction((tx) =>
          claimScriptRun(tx, scriptId, {
            ...{ holder, held, isAlone, leaseSeconds: LEASE_SECONDS, mostEventRuns: MOST_EVENT_RUNS },
            ...{ echo: { withinMs: ECHO_MS, reason: OWN_DOING }, now: now(), processNow: Date.now() },
          }),
        ),
      renew: (run) => renewScriptRun(store.db, run, LEASE_SECONDS),
      async end(begun, ending, touched) {
        await endRun(parts, begun, ending, touched);
        // Jobs that are due later are found every few seconds only.
        if (ending.state === 'queued' && !isStopped) setTimeout(() => ticker?.wake(), ending.delaySeconds * 1000 + SOON_MS).unref();
      },
      calls: {
        list: (runId) => listScriptCalls(store.db, runId),
        put: (run, call) => putScriptCall(store.db, run, call),
        drop: (run, from) => dropScriptCalls(store.db, run, from),
      },
    },
    gate: parts.gate,
    effectOf: parts.effectOf,
    principal,
    runLua: parts.runLua,
    actAs: asCausedBy,
    now,
  });

  const events = createScriptEvents<Transaction>({
    choose: findScripted,
    wake: runs.wake,
    ledger: {
      listeners: (userId, trigger, tx) => findListeners(tx ?? store.db, userId, trigger),
      news: (scriptId, changeId) => listNews(store.db, scriptId, changeId),
      async describe(changeId) {
        const [change] = await getChanges(store.db, [changeId]);
        if (change === undefined) return undefined;
        const message = toWebhookMessage(change, {
          host: await getUser(store.db, change.userId),
          eventType: change.eventTypeId === null ? undefined : await getEventType(store.db, change.eventTypeId),
          publicUrl: parts.publicUrl,
        });
        return { event: { ...message, account: 'local' }, causes: change.payload.causes ?? [] };
      },
      async add(scriptId, found, tx) {
        const add = async (handle: Transaction) => {
          for (const { sequence, ...run } of found) {
            const place = sequence === undefined ? {} : { eventSequence: sequence };
            await addScriptRun(handle, { scriptId, cause: 'event', ...run, ...place, processNow: Date.now() });
            if (sequence !== undefined) await noteSeen(handle, scriptId, sequence);
          }
        };
        await (tx === undefined ? store.transaction(add) : add(tx));
      },
      hasTouched: (scriptId, uids, tx) => hasTouched(tx ?? store.db, scriptId, uids, { since: Date.now() - ECHO_MS }),
    },
  });

  async function tick(): Promise<void> {
    await store.transaction(async (tx) => {
      for (const script of await takeDueScripts(tx, { now: now(), limit: 50 })) {
        const ongoing = await findOngoingRun(tx, script.id);
        const decided = readTicks(script, now(), ongoing);
        if ('unreadable' in decided) {
          await switchScript(tx, script.id, { enabled: false, pausedReason: decided.unreadable, nextAt: null, processNow: Date.now() });
          continue;
        }
        const { ticks, nextAt } = decided;
        for (const made of ticks) await addScriptRun(tx, { scriptId: script.id, cause: 'schedule', ...made, processNow: Date.now() });
        await setNextTick(tx, script.id, nextAt);
      }
    });
  }

  async function look(): Promise<number | null> {
    const next = await nextTickOfAll(store.db);
    if (next !== null && next <= now()) await tick();
    for (const id of await listWaitingScripts(store.db, { held: runs.held(), isAlone })) {
      try {
        await runs.wake(parts.jobs(), id);
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
        // Jobs start a moment after everything else.
        if (!isStopped) early = setTimeout(() => ticker?.wake(), EARLY_MS).unref();
        break;
      }
    }
    return await nextTickOfAll(store.db);
  }

  let ticker: ReturnType<typeof startTicker> | undefined;
  let early: NodeJS.Timeout | undefined;
  let isStopped = false;

  return {
    jobs: [runs.job as Job], // its own schema reads what it is sent
    consumers: [events.consumer],
    tell: events.tell,
    wake: () => ticker?.wake(),
    watch: (gate) => ({
      ...gate,
      async answer(id, answer) {
        const causes = await causesOf(store, (await store.approvals.get(id))?.script ?? null);
        return causes.length === 0 ? gate.answer(id, answer) : asCausedBy(causes, () => gate.answer(id, answer));
      },
    }),
    start() {
      ticker = startTicker({ look, now, onError: (error) => console.error('Scripts could not be looked after:', error) });
      ticker.wake();
    },
    async stop() {
      isStopped = true;
      clearTimeout(early);
      await ticker?.stop();
      await runs.stop();
    },
  };
}

/** One schedule that cannot be read, as one whose zone this system does not know any more, must not hold up the others. */
function readTicks(script: ScriptRecord, now: number, ongoing: ScriptRunRecord | undefined) {
  try {
    return decideTicks(script, now, ongoing && describeOngoing(ongoing));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { unreadable: `Its schedule "${script.cron}" in "${script.zone}" cannot be read, and it is paused: ${message}` };
  }
}

function describeOngoing({ id, state, attempt }: ScriptRunRecord): string {
  if (state === 'running') return `Run ${id} was still under way.`;
  return attempt > 0 ? `Run ${id} still waited for attempt ${attempt + 1}.` : `Run ${id} still waited for its turn.`;
}

/** What an approved call came of. */
async function causesOf({ db }: Store, label: string | null): Promise<readonly string[]> {
  const id = runOfLabel(label);
  const run = id === undefined ? undefined : await getScriptRun(db, id);
  return run === undefined ? [] : [...new Set([...run.causes, run.scriptId])];
}

interface Begun {
  readonly script: ScriptRecord;
  readonly run: ScriptRunRecord;
}

/** The end of an attempt and its row in the journal, or neither. */
async function endRun(
  { store, redactor }: ScriptParts,
  { script, run }: Begun,
  ending: ScriptEnding,
  touched: readonly string[],
): Promise<void> {
  const discreet = <Value>(value: Value) => withoutRoomKeys(redactor().redact(value));
  const { delaySeconds, ...kept } = discreet(ending);
  const processNow = Date.now();
  const startedAt = run.startedAt ?? processNow;
  const last = { attempt: run.attempt, started_at: toText(startedAt), ended_at: toText(processNow), state: kept.state, error: kept.error };
  const isAgain = kept.state === 'queued';
  const isOver = await store.transaction(async (tx) => {
    const row = { ...kept, touched: [...new Set([...run.touched, ...touched])], history: isAgain ? [...run.history, last] : run.history };
    const isOurs = await endScriptRun(tx, run, { ...row, delaySeconds, processNow });
    // Whoever took it over has ended it; one that was removed meanwhile has only its row here.
    if (!isOurs && (await getScriptRun(tx, run.id)) !== undefined) return false;
    await appendScriptRun(tx, {
      userId: script.userId,
      at: startedAt,
      script: runLabel(script.name, run.id),
      account: script.account ?? 'default',
      input: discreet({
        ...{ run: run.id, attempt: run.attempt, version: run.version, hash: run.hash, cause: run.cause },
        ...{ planned_at: run.plannedAt === null ? null : toText(run.plannedAt), args: run.args, event: eventLine(run.event) },
      }),
      ...toOutcome(kept),
      durationMs: processNow - startedAt,
    });
    if (isOurs && !isAgain) await deleteScriptCalls(tx, run.id);
    return isOurs;
  });
  if (isOver && !isAgain && (await getScript(store.db, script.id)) !== undefined) {
    await trimScriptRuns(store.db, script.id, MOST_RUNS_KEPT, processNow);
  }
}

/** The journal keeps what happened, and not the whole of what was told about it. */
function eventLine(event: unknown): unknown {
  if (typeof event !== 'object' || event === null || !('triggerEvent' in event)) return null;
  const payload = 'payload' in event && typeof event.payload === 'object' && event.payload !== null ? event.payload : {};
  return { trigger: event.triggerEvent, uid: 'uid' in payload ? payload.uid : null };
}

function toOutcome({ state, reason, output, outputHash, outputBytes, error, calls }: Omit<ScriptEnding, 'delaySeconds'>) {
  const shown = output.length > JOURNAL_OUTPUT ? `${output.slice(0, JOURNAL_OUTPUT)}…` : output;
  const isGood = state === 'succeeded' || state === 'waiting';
  const message = messageOf(error) ?? reason ?? 'It failed.';
  return {
    state: isGood ? ('done' as const) : ('failed' as const),
    output: { state, output: shown, output_hash: outputHash, output_bytes: outputBytes, calls },
    error: isGood ? null : { code: CODES[codeOf(error) ?? ''] ?? ('upstream' as const), message, retryable: state === 'queued' },
  };
}

/** What the sandbox's codes are in the journal. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  syntax: 'invalid_input',
  invalid_arguments: 'invalid_input',
  denied: 'denied',
  timeout: 'timeout',
  cancelled: 'cancelled',
  interrupted: 'cancelled',
};

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function messageOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined;
}

function toText(instant: number): string {
  return new Date(instant).toISOString();
}
