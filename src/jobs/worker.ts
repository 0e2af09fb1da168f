import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { Job, JobQueue } from './job.ts';

export interface WorkerOptions {
  readonly boss: PgBoss;
  readonly job: Job;
  readonly queue: JobQueue;
  readonly putBack: (id: string) => Promise<void>;
  readonly onFailure: (failure: JobFailure) => void;
}

/** An attempt that failed; `isLast` says that no other follows. */
export interface JobFailure {
  readonly job: string;
  readonly id: string;
  readonly attempt: number;
  readonly isLast: boolean;
  readonly error: unknown;
}

/** Runs the jobs of one queue in this process. */
export interface Worker {
  /** Looks for jobs now. */
  wake(): void;
  /** Takes no more, gives what runs `graceMs`, and puts back what is not done by then. */
  stop(graceMs: number): Promise<void>;
}

/** A job whose process sends no sign of life for so long is given to another. */
export const HEARTBEAT_SECONDS = 20;

/**
 * Fills free places as they come free: a receiver that takes its ten seconds holds up its own place and no other. The library's own workers wait for
 * the whole batch.
 */
export function createWorker({ boss, job, queue, putBack, onFailure }: WorkerOptions): Worker {
  const running = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  let isStopped = false;
  let mayHaveMore = false;
  let isAskedAgain = false;
  let fetching: Promise<void> | undefined;

  function wake(): void {
    if (isStopped) return;
    if (fetching !== undefined) {
      isAskedAgain = true;
      return;
    }
    isAskedAgain = false;
    fetching = fill()
      .catch((error: unknown) => onFailure({ job: job.name, id: '', attempt: 0, isLast: false, error }))
      .finally(() => {
        fetching = undefined;
        if (isAskedAgain) wake();
      });
  }

  async function fill(): Promise<void> {
    const free = job.concurrency - running.size;
    if (free <= 0) {
      mayHaveMore = true;
      return;
    }
    const found = await boss.fetch<unknown>(job.name, {
      batchSize: free,
      includeMetadata: true,
      ...(job.groupConcurrency === undefined ? {} : { groupConcurrency: job.groupConcurrency }),
    });
    // Members of a full group are passed over: they wait for those that run, and none may be found while all places of the group are taken.
    mayHaveMore = found.length === free || (job.groupConcurrency !== undefined && found.length + running.size > 0);
    for (const item of found) {
      running.set(
        item.id,
        attempt(item).finally(() => {
          running.delete(item.id);
          if (mayHaveMore) wake();
        }),
      );
    }
  }

  async function attempt(item: JobWithMetadata<unknown>): Promise<void> {
    const isLastAttempt = item.retryCount >= item.retryLimit;
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(job.timeoutSeconds * 1000)]);
    try {
      const call = { id: item.id, attempt: item.retryCount + 1, isLastAttempt, signal, queue };
      await unlessAborted(job.run(job.schema.parse(item.data), call), signal);
      await complete(item.id);
    } catch (error) {
      await giveBack(item, isLastAttempt, error);
    }
  }

  let completing: Promise<unknown> = Promise.resolve();
  let ended: { readonly ids: string[]; readonly told: Promise<void> } | undefined;

  /** What ends while others are being ticked off is ticked off with one statement after that. */
  function complete(id: string): Promise<void> {
    if (ended === undefined) {
      const ids: string[] = [];
      const told = completing.then(async () => {
        ended = undefined;
        await boss.complete(job.name, ids);
      });
      completing = told.catch(() => {});
      ended = { ids, told };
    }
    ended.ids.push(id);
    return ended.told;
  }

  async function giveBack(item: JobWithMetadata<unknown>, isLast: boolean, error: unknown): Promise<void> {
    try {
      if (stopping.signal.aborted) {
        await putBack(item.id);
        return;
      }
      onFailure({ job: job.name, id: item.id, attempt: item.retryCount + 1, isLast, error });
      await boss.fail(job.name, item.id, { message: error instanceof Error ? error.message : String(error) });
    } catch (lost) {
      // The database cannot be told; without a sign of life the job comes back by itself.
      onFailure({ job: job.name, id: item.id, attempt: item.retryCount + 1, isLast: false, error: lost });
    }
  }

  const heartbeat = setInterval(
    () => {
      if (running.size === 0) return;
      void boss.touch(job.name, [...running.keys()]).catch(() => {
        // Missing one is allowed; if the database stays away the job is given to another.
      });
    },
    (HEARTBEAT_SECONDS / 3) * 1000,
  );
  heartbeat.unref();

  return {
    wake,
    async stop(graceMs) {
      isStopped = true;
      await fetching;
      const done = () => Promise.all(running.values());
      const { promise: graceEnded, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([done(), graceEnded]);
      clearTimeout(timer);
      stopping.abort(new Error('The process stops.'));
      await done();
      clearInterval(heartbeat);
    },
  };
}

/** The work, or the signal's reason as soon as it is aborted, whether the work listens to it or not. */
async function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    // It may still fail after its time was over.
    work.catch(() => {});
  }
}
