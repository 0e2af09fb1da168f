import PQueue from 'p-queue';

export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** Lets requests start no faster than a limit, and none before a time the other side named. */
export interface Pace {
  run<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Nothing starts for this long. */
  holdFor(ms: number): void;
}

export function createPace(limit: RateLimit | undefined): Pace {
  // Strict: never more than the limit in any window of that length, not only in aligned ones.
  const queue = limit === undefined ? undefined : new PQueue({ intervalCap: limit.requests, interval: limit.perMs, strict: true });
  let heldUntil = 0;

  async function whenFree<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    for (let wait = heldUntil - Date.now(); wait > 0; wait = heldUntil - Date.now()) await sleep(wait, signal);
    return work();
  }

  return {
    run: (work, signal) => (queue === undefined ? whenFree(work, signal) : queue.add(() => whenFree(work, signal), { signal })),
    holdFor(ms) {
      heldUntil = Math.max(heldUntil, Date.now() + ms);
    },
  };
}

/** Resolves after `ms`; rejects with the signal's reason when that comes first. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Milliseconds of a `Retry-After` header: seconds or an HTTP date. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
