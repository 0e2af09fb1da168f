import { nextMeetingMoment, recordMeetings } from '../store/meetings.ts';
import { hasUndispatched, takeUndispatched } from '../store/outbox.ts';
import type { Store, Transaction } from '../store/store.ts';

export interface SweepOptions {
  readonly store: Store;
  /** The domain clock: meetings start and end by it. */
  readonly now: () => number;
  /** The longest time between two looks. */
  readonly everyMs: number;
  /** Makes the jobs of these changes, in the transaction that takes them; answers their names. */
  readonly dispatch: (tx: Transaction, changeIds: readonly string[]) => Promise<readonly string[]>;
  /** The jobs of these names are there. */
  readonly onDispatched: (names: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Carries changes from the outbox to their consumers. */
export interface Sweep {
  /** Looks now, or a moment after the last look: something was written. It only saves waiting, for every change is found without it. */
  wake(): void;
  stop(): Promise<void>;
}

const BATCH = 100;

/** From one look to the next: what many requests write is passed on together. The first after a while is passed on at once. */
const PAUSE_MS = 250;

/** How often meetings that other processes wrote are taken into account. */
const MEETINGS_EVERY_MS = 60_000;

export function startSweep({ store, now, everyMs, dispatch, onDispatched, onError }: SweepOptions): Sweep {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let nextMoment: number | undefined;
  let meetingsSeenAt = Number.NEGATIVE_INFINITY;

  function wake(): void {
    meetingsSeenAt = Number.NEGATIVE_INFINITY;
    if (sweeping === undefined && !isAskedAgain) runIn(untilNext());
    isAskedAgain = true;
  }

  function untilNext(): number {
    return Math.max(0, startedAt + PAUSE_MS - performance.now());
  }

  function runIn(ms: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(run, ms);
    timer.unref();
  }

  function run(): void {
    startedAt = performance.now();
    isAskedAgain = false;
    sweeping = sweep()
      .catch(onError)
      .finally(() => {
        sweeping = undefined;
        runIn(isAskedAgain ? untilNext() : delay());
      });
  }

  /** Until the next meeting's start or end, if that comes first. */
  function delay(): number {
    return nextMoment === undefined ? everyMs : Math.max(0, Math.min(everyMs, nextMoment - now()));
  }

  async function sweep(): Promise<void> {
    await lookAtMeetings();
    if (!(await hasUndispatched(store.db))) return;
    for (let count = BATCH; count === BATCH && !isStopped; ) {
      let names: readonly string[] = [];
      await store.transaction(async (tx) => {
        const changeIds = await takeUndispatched(tx, { limit: BATCH, processNow: Date.now() });
        names = changeIds.length > 0 ? await dispatch(tx, changeIds) : [];
        count = changeIds.length;
      });
      onDispatched(names);
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
