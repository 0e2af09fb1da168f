import type { PgBoss } from 'pg-boss';
import { AppError } from '../errors.ts';
import type { Store, Transaction } from '../store/store.ts';
import { onExecutor, openBoss, putBack, recoverOrphans, toBossOptions } from './boss.ts';
import { type ChangeConsumer, MOST_TOLD, toConsumerJob } from './changes.ts';
import type { Job, JobQueue } from './job.ts';
import { type Sweep, startSweep } from './sweep.ts';
import { createWorker, type JobFailure, type Worker } from './worker.ts';

export interface JobsOptions {
  readonly store: Store;
  /** The domain clock; jobs themselves go by the process clock. */
  readonly now: () => number;
  readonly jobs: readonly Job[];
  readonly consumers: readonly ChangeConsumer[];
  /** Told of every failed attempt, and of trouble with the queue itself. */
  readonly onFailure: (failure: JobFailure) => void;
  /** The longest wait for a job that became due without anybody saying so. */
  readonly pollMs?: number;
  /** The longest wait for a change whose process died before it passed it on. */
  readonly sweepMs?: number;
}

/** What is done beside the requests. All of it is in the database: it goes on after a crash, and in any process. */
export interface Jobs extends JobQueue {
  /** Starts working; not before the first request can be answered. */
  start(): Promise<void>;
  /** Something was written: looks at the outbox now instead of a little later. */
  wake(): void;
  /** Takes nothing new, lets what runs finish for three seconds, and puts back the rest. */
  stop(): Promise<void>;
}

const GRACE_MS = 3000;

/** Runs the jobs, and the consumers of the outbox, on the database of `store`. */
export function createJobs({ store, now, jobs, consumers, onFailure, pollMs = 10_000, sweepMs = 5000 }: JobsOptions): Jobs {
  const told = consumers.map((consumer) => ({ consumer, job: toConsumerJob(consumer, store) }));
  const all: readonly Job[] = [...jobs, ...told.map(({ job }) => job)];
  let running: Running | undefined;
  let starting: Promise<void> | undefined;
  let isStopped = false;

  const queue: JobQueue = {
    async send(job, data, { tx, id, delaySeconds, group } = {}) {
      const { boss, workers } = running ?? notRunning(job);
      const item = {
        ...toBossOptions(job),
        data: toDocument(job.schema.parse(data)),
        ...(id === undefined ? {} : { id }),
        ...(delaySeconds === undefined ? {} : { startAfter: delaySeconds }),
        ...(group === undefined ? {} : { group: { id: group } }),
      };
      await boss.insert(job.name, [item], tx === undefined ? {} : { db: onExecutor(tx) });
      if (delaySeconds === undefined) soon(workers.get(job.name));
    },
  };

  async function startAll(): Promise<void> {
    const boss = await openBoss({ store, jobs: all, onError: report });
    await recoverOrphans(boss, store);
    const give = { boss, queue, onFailure, putBack: (id: string) => putBack(store, id) };
    const workers = new Map(all.map((job) => [job.name, createWorker({ ...give, job })]));
    const dispatch = async (tx: Transaction, changeIds: readonly string[]) => {
      const names: string[] = [];
      for (const { consumer, job } of told) {
        const chosen = consumer.choose === undefined ? changeIds : await consumer.choose(tx, changeIds);
        if (chosen.length === 0) continue;
        const items = inParts(chosen, MOST_TOLD).map((part) => ({ ...toBossOptions(job), data: { changeIds: part } }));
        await boss.insert(job.name, items, { db: onExecutor(tx) });
        names.push(job.name);
      }
      return names;
    };
    const onDispatched = (names: readonly string[]) => {
      for (const name of names) workers.get(name)?.wake();
    };
    const wakeAll = () => {
      for (const worker of workers.values()) worker.wake();
    };
    const poll = setInterval(wakeAll, pollMs);
    poll.unref();
    const sweep = startSweep({ store, now, everyMs: sweepMs, dispatch, onDispatched, onError: report });
    running = { boss, workers, sweep, poll };
    wakeAll();
  }

  function report(error: unknown): void {
    onFailure({ job: 'queue', id: '', attempt: 0, isLast: false, error });
  }

  return {
    ...queue,
    async start() {
      if (isStopped) return;
      starting ??= startAll();
      await starting;
    },
    wake: () => running?.sweep.wake(),
    async stop() {
      isStopped = true;
      await starting?.catch(() => {});
      if (running === undefined) return;
      const { boss, workers, sweep, poll } = running;
      running = undefined;
      clearInterval(poll);
      await sweep.stop();
      await Promise.all([...workers.values()].map((worker) => worker.stop(GRACE_MS)));
      await boss.stop({ graceful: false });
    },
  };
}

interface Running {
  readonly boss: PgBoss;
  readonly workers: ReadonlyMap<string, Worker>;
  readonly sweep: Sweep;
  readonly poll: NodeJS.Timeout;
}

function notRunning({ name }: Job): never {
  throw new AppError('unavailable', `The job "${name}" cannot be sent: jobs are not running in this process.`);
}

function inParts(ids: readonly string[], most: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / most) }, (_, part) => ids.slice(part * most, (part + 1) * most));
}

function toDocument(data: unknown): object {
  if (typeof data === 'object' && data !== null) return data;
  throw new TypeError('The data of a job is an object.');
}

/** After the transaction that the job may be part of. */
function soon(worker: Worker | undefined): void {
  setTimeout(() => worker?.wake(), 10).unref();
}
