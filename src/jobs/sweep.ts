import { nextMeetingMoment, recordMeetings } from '../store/meetings.ts';
import { hasUndispatched, takeUndispatched } from '../store/outbox.ts';
import type { Store, Transaction } from '../store/store.ts';

export interface SweepOptions {
  readonly store: Store;
  /** The domain clock: meetings start and end by it. */
  readonly now: () => number;
  /** The longest time between two looks. */
  readonly everyMs: number;
  /** Makes the jobs of these changes, in the transaction that takes them. */
  readonly dispatch: (tx: Transaction, changeIds: readonly string[]) => Promise<void>;
  readonly onDispatched: () => void;
  readonly onError: (error: unknown) => void;
}

/** Carries changes from the outbox to their consumers. */
export interface Sweep {
  /** Looks now: something was written. It only saves waiting, for every change is found without it. */
  wake(): void;
  stop(): Promise<void>;
}

const BATCH = 100;

/** How often meetings that other processes wrote are taken into account. */
const MEETINGS_EVERY_MS = 60_000;

export function startSweep({ store, now, everyMs, dispatch, onDispatched, onError }: SweepOptions): Sweep {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;
  let nextMoment: number | undefined;
  let meetingsSeenAt = Number.NEGATIVE_INFINITY;

  function wake(): void {
    meetingsSeenAt = Number.NEGATIVE_INFINITY;
    run();
  }

  function run(): void {
    if (isStopped) return;
    if (sweeping !== undefined) {
      isAskedAgain = true;
      return;
    }
    clearTimeout(timer);
    isAskedAgain = false;
    sweeping = sweep()
      .catch(onError)
      .finally(() => {
        sweeping = undefined;
        if (isAskedAgain) run();
        else if (!isStopped) {
          timer = setTimeout(run, delay());
          timer.unref();
        }
      });
  }

  /** Until the next meeting's start or end, if that comes first. */
  function delay(): number {
    return nextMoment === undefined ? everyMs : Math.max(0, Math.min(everyMs, nextMoment - now()));
  }

  async function sweep(): Promise<void> {
    await lookAtMeetings();
    while (!isStopped && (await hasUndispatched(store.db))) {
      const count = await store.transaction(async (tx) => {
        const changeIds = await takeUndispatched(tx, { limit: BATCH, processNow: Date.now() });
        if (changeIds.length > 0) await dispatch(tx, changeIds);
        return changeIds.length;
      });
      if (count > 0) onDispatched();
      // Another process has them in hand.
      else return;
    }
  }

  async function lookAtMeetings(): Promise<void> {
    const isDue = nextMoment !== undefined && now() >= nextMoment;
    if (!isDue && Date.now() - meetingsSeenAt < MEETINGS_EVERY_MS) return;
    await store.transaction((tx) => recordMeetings(tx, now()));
    nextMoment = await nextMeetingMoment(store.db, now());
    meetingsSeenAt = Date.now();
  }

  run();
  return {
    wake,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await sweeping;
    },
  };
}
