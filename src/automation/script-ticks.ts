import { missedTicks, nextTick, type Schedule } from './cron.ts';

/** A script whose tick is due. */
export interface DueScript {
  readonly id: string;
  readonly cron: string | null;
  readonly zone: string | null;
  /** The tick. */
  readonly nextAt: number | null;
}

/** What a tick makes: a run, or the note that it was skipped. */
export interface Tick {
  /** Of the tick, epoch milliseconds. */
  readonly plannedAt: number;
  readonly causeKey: string;
  readonly skipped?: string;
  readonly reason?: string;
}

/** What is made of the ticks that are due, and when the next is. */
export interface TickDecision {
  readonly ticks: readonly Tick[];
  readonly nextAt: number | null;
}

/** A tick that was missed is made up for by one run while it is not older than this. */
const CATCH_UP_MS = 3_600_000;
/** Later than this it is said to be late. */
const PUNCTUAL_MS = 60_000;

/** `ongoing` says why the script cannot run now, where a run of it is still under way. */
export function decideTicks({ cron, zone, nextAt }: DueScript, now: number, ongoing: string | undefined): TickDecision {
  if (cron === null || zone === null || nextAt === null) return { ticks: [], nextAt: null };
  const schedule: Schedule = { cron, zone };
  const { last, before } = missedTicks(schedule, nextAt, now);
  const lateMs = now - last;
  const isTooLate = lateMs > CATCH_UP_MS;
  const ticks: Tick[] = [];
  if (before > 0) ticks.push({ plannedAt: nextAt, causeKey: `missed:${toText(nextAt)}`, skipped: describeMissed(before) });
  const tick = { plannedAt: last, causeKey: `tick:${toText(last)}` };
  if (isTooLate) ticks.push({ ...tick, skipped: `It was missed by ${toDuration(lateMs)}: Kalends was not running then.` });
  else if (ongoing !== undefined) ticks.push({ ...tick, skipped: ongoing });
  else
    ticks.push({ ...tick, ...(lateMs > PUNCTUAL_MS ? { reason: `It is ${toDuration(lateMs)} late: Kalends was not running then.` } : {}) });
  return { ticks, nextAt: nextTick(schedule, now) ?? null };
}

function describeMissed(count: number): string {
  if (count === 1) return 'It was missed: Kalends was not running then.';
  return `${count >= 1000 ? 'A thousand or more' : count} ticks from here on were missed: Kalends was not running then.`;
}

function toDuration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function toText(instant: number): string {
  return new Date(instant).toISOString();
}

export interface TickerParts {
  /** Does what is due and tells when the next tick is; `null` when there is none. */
  readonly look: () => Promise<number | null>;
  /** The domain clock. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
  /** The longest time between two looks. */
  readonly everyMs?: number;
}

export interface Ticker {
  /** Looks now. */
  wake(): void;
  stop(): Promise<void>;
}

/** Looks when the next tick is due, and every few seconds for what other processes have written or left behind. */
export function startTicker({ look, now, onError, everyMs = 15_000 }: TickerParts): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isAskedAgain = false;
  let isStopped = false;

  function run(): void {
    if (isStopped) return;
    if (looking !== undefined) {
      isAskedAgain = true;
      return;
    }
    clearTimeout(timer);
    isAskedAgain = false;
    looking = look()
      .catch((error: unknown) => {
        onError(error);
        return null;
      })
      .then((next) => {
        looking = undefined;
        if (isAskedAgain) run();
        else if (!isStopped) {
          const wait = next === null ? everyMs : Math.min(everyMs, Math.max(next - now(), SHORTEST_MS));
          timer = setTimeout(run, wait);
          timer.unref();
        }
      });
  }

  return {
    wake: run,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

/** A tick that cannot be taken now must not keep the process busy. */
const SHORTEST_MS = 50;
