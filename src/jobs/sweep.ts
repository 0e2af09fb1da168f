import { nextMeetingMoment, recordMeetings } from '../store/meetings.ts';
import { getOutboxState, takeUndispatched } from '../store/outbox.ts';
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

/**
 * Of several processes one passes on for all, in batches as large as they come: whoever did last goes on looking for so long after it found
 * something, and the others leave it to that one. When it is gone, they wait no longer than this.
 */
const TURN_MS = 2000;

/** How often meetings that other processes wrote are taken into account. */
const MEETINGS_EVERY_MS = 60_000;

export function startSweep({ store, now, everyMs, dispatch, onDispatched, onError }: SweepOptions): Sweep {
  let timer: NodeJS.Timeout | undefined;
  let sweeping: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let pauseMs = PAUSE_MS;
  let taken: { readonly at: number | undefined; readonly turnEndsAt: number } | undefined;
  let nextMoment: number | undefined;
  let recordedUntil = 0;
  let meetingsSeenAt = Number.NEGATIVE_INFINITY;
  let areMeetingsNew = false;

  function wake(): void {
    areMeetingsNew = true;
    if (sweeping === undefined && !isAskedAgain) runIn(untilNext());
    isAskedAgain = true;
  }

  function untilNext(): number {
    return Math.max(0, startedAt + pauseMs - performance.now());
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
    pauseMs = PAUSE_MS;
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
    const { hasUndispatched, lastTakenAt, sinceTakenMs } = await getOutboxState(store.db);
    // The embedded database has one process: what another took is of one that is gone.
    const isOthersTurn = store.engine !== 'pglite' && sinceTakenMs !== null && sinceTakenMs < TURN_MS && taken?.at !== lastTakenAt;
    if (hasUndispatched && isOthersTurn) {
      pauseMs = TURN_MS;
      isAskedAgain = true;
      return;
    }
    if (hasUndispatched) await passOn();
    if (taken !== undefined && performance.now() < taken.turnEndsAt) isAskedAgain = true;
  }

  async function passOn(): Promise<void> {
    for (let count = BATCH; count === BATCH && !isStopped; ) {
      let names: readonly string[] = [];
      await store.transaction(async (tx) => {
        const { ids, at } = await takeUndispatched(tx, { limit: BATCH });
        names = ids.length > 0 ? await dispatch(tx, ids) : [];
        count = ids.length;
        if (count > 0) taken = { at, turnEndsAt: performance.now() + TURN_MS };
      });
      onDispatched(names);
    }
  }

  /** Meetings that others wrote are found at the next of the regular looks; those that were written here may be about to begin. */
  async function lookAtMeetings(): Promise<void> {
    const isRegular = Date.now() - meetingsSeenAt >= MEETINGS_EVERY_MS;
    if (areMeetingsNew && !isRegular) {
      areMeetingsNew = false;
      nextMoment = await nextMeetingMoment(store.db, recordedUntil);
    }
    if (!isRegular && (nextMoment === undefined || nextMoment > now())) return;
    const until = now();
    await store.transaction((tx) => recordMeetings(tx, until));
    recordedUntil = until;
    areMeetingsNew = false;
    nextMoment = await nextMeetingMoment(store.db, until);
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
