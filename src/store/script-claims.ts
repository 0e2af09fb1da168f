import {
  countEventRuns,
  dropScriptRun,
  findNextRun,
  findRunningRun,
  hasTouched,
  type ScriptRunRecord,
  startScriptRun,
} from './script-runs.ts';
import { lockScript, type ScriptRecord, switchScript } from './scripts.ts';
import type { Transaction } from './store.ts';

export type ScriptClaim =
  /** Nothing is due. */
  | { readonly kind: 'none' }
  /** A run is under way. */
  | { readonly kind: 'busy' }
  /** The process of this run is gone. */
  | { readonly kind: 'gone'; readonly script: ScriptRecord; readonly run: ScriptRunRecord }
  /** This run is the caller's now. */
  | { readonly kind: 'begun'; readonly script: ScriptRecord; readonly run: ScriptRunRecord };

export interface ScriptClaimant {
  /** Of the attempt that is begun. */
  readonly holder: string;
  /** Holders of the attempts that the caller's process has under way. */
  readonly held: readonly string[];
  /** No other process runs scripts on this database. */
  readonly isAlone: boolean;
  readonly leaseSeconds: number;
  /** Runs of events in an hour; beyond it the script is paused. */
  readonly mostEventRuns: number;
  /** How long news of what a script did may come back from elsewhere, and why it starts nothing. */
  readonly echo: { readonly withinMs: number; readonly reason: string };
  /** The domain clock. */
  readonly now: number;
  readonly processNow: number;
}

const HOUR_MS = 3_600_000;

/** Begins the next run of a script, one at a time over all processes. */
export async function claimScriptRun(tx: Transaction, scriptId: string, claimant: ScriptClaimant): Promise<ScriptClaim> {
  const { holder, isAlone, now, processNow } = claimant;
  const script = await lockScript(tx, scriptId);
  if (script === undefined) return { kind: 'none' };
  const running = await findRunningRun(tx, scriptId);
  if (running !== undefined) {
    const isOurs = running.holder !== null && claimant.held.includes(running.holder);
    const isGone = !isOurs && (isAlone || !running.isLive);
    return isGone ? { kind: 'gone', script, run: running } : { kind: 'busy' };
  }
  const next = await findNextRun(tx, scriptId, { isOnlyManual: !script.enabled });
  if (next === undefined || !next.isDue) return { kind: 'none' };
  if (next.attempt > 0 && next.version !== script.version) {
    const reason = `The script was saved anew after attempt ${next.attempt}: it is not tried again.`;
    await dropScriptRun(tx, next.id, { state: 'failed', reason, processNow });
    return await claimScriptRun(tx, scriptId, claimant);
  }
  if (next.cause === 'event' && next.attempt === 0) {
    if (next.eventSequence === null && (await isEcho(tx, next, claimant.echo.withinMs))) {
      await dropScriptRun(tx, next.id, { state: 'skipped', reason: claimant.echo.reason, processNow });
      return await claimScriptRun(tx, scriptId, claimant);
    }
    const count = await countEventRuns(tx, scriptId, processNow - HOUR_MS);
    if (count >= claimant.mostEventRuns) {
      const pausedReason = `It was started by events ${count} times within an hour, and paused; what waits is done when you enable it.`;
      await switchScript(tx, scriptId, { enabled: false, pausedReason, nextAt: null, processNow });
      return await claimScriptRun(tx, scriptId, claimant);
    }
  }
  const { version, hash } = script;
  const run = await startScriptRun(tx, next.id, { holder, leaseSeconds: claimant.leaseSeconds, version, hash, now, processNow });
  return { kind: 'begun', script, run };
}

/** Of two processes that tell the time. */
const CLOCKS_APART_MS = 5000;

/** Whether it tells of a booking that a run touched which was begun by then: what that run did may have been told before it ended. */
async function isEcho(tx: Transaction, { scriptId, event, createdAt }: ScriptRunRecord, withinMs: number): Promise<boolean> {
  return await hasTouched(tx, scriptId, uidsOf(event), { since: createdAt - withinMs, begunBy: createdAt + CLOCKS_APART_MS });
}

function uidsOf(event: unknown): readonly string[] {
  if (typeof event !== 'object' || event === null || !('payload' in event)) return [];
  const { payload } = event;
  if (typeof payload !== 'object' || payload === null) return [];
  return [
    ...('uid' in payload && typeof payload.uid === 'string' ? [payload.uid] : []),
    ...('rescheduleUid' in payload && typeof payload.rescheduleUid === 'string' ? [payload.rescheduleUid] : []),
  ];
}
