import { z } from 'zod';
import { type ChangeRecord, getChanges } from '../store/outbox.ts';
import type { Store, Transaction } from '../store/store.ts';
import { defineJob, type Job, type JobCall } from './job.ts';

/** Somebody who is told of every change of the outbox: at least once, in no promised order, with retries of their own. */
export interface ChangeConsumer extends ConsumerOptions {
  readonly name: string;
  handle(change: ChangeRecord, call: JobCall): Promise<void>;
}

export interface ConsumerOptions {
  /** Which of these changes may concern it, one question for many: it is told of no others. All of them where this is absent. */
  choose?(tx: Transaction, changeIds: readonly string[]): Promise<readonly string[]>;
  /** Handles several at once where that is cheaper than one after the other; when it fails each is handled by itself. */
  handleTogether?(changes: readonly ChangeRecord[], call: JobCall): Promise<void>;
}

/** Registers with `createJobs`. A consumer that is new hears of what happens from then on. */
export function onChange(name: string, handle: ChangeConsumer['handle'], options: ConsumerOptions = {}): ChangeConsumer {
  return { name, handle, ...options };
}

/** Enough for hundreds a second; more would only take connections and time from the requests, which come first. */
const TOLD_AT_ONCE = 2;

/** Changes in one job: as many as are surely handled before its time is over. */
export const MOST_TOLD = 25;

/** Jobs of versions that told of one change each may still be waiting. */
const toldOf = z.union([
  z.object({ changeIds: z.array(z.string()) }),
  z.object({ changeId: z.string() }).transform(({ changeId }) => ({ changeIds: [changeId] })),
]);

export type ToldOf = z.output<typeof toldOf>;

/**
 * A consumer's job tells it of a few changes. One that fails holds up no other: it gets a job of its own, and so does each of a job that ended half done.
 */
export function toConsumerJob(consumer: ChangeConsumer, store: Store): Job<ToldOf> {
  const job: Job<ToldOf> = defineJob({
    name: `changes.${consumer.name}`,
    schema: toldOf,
    concurrency: TOLD_AT_ONCE,
    async run({ changeIds }, call) {
      const alone = changeIds.length === 1;
      const failed = alone || call.attempt === 1 ? await tell(consumer, await getChanges(store.db, changeIds), call) : changeIds;
      // A failure of one counts as an attempt of its job.
      for (const changeId of failed) await call.queue.send(job, { changeIds: [changeId] });
    },
  });
  return job;
}

/** The ids of those that failed; of a single one the failure itself. */
async function tell(consumer: ChangeConsumer, changes: readonly ChangeRecord[], call: JobCall): Promise<readonly string[]> {
  const [first, ...others] = changes;
  // Their users were deleted since, and they with them.
  if (first === undefined) return [];
  if (others.length === 0) {
    await consumer.handle(first, call);
    return [];
  }
  if (await succeeds(() => consumer.handleTogether?.(changes, call))) return [];
  const failed: string[] = [];
  for (const change of changes) {
    call.signal.throwIfAborted();
    if (!(await succeeds(() => consumer.handle(change, call)))) failed.push(change.id);
  }
  return failed;
}

/** `false` also where there is nothing to do. What failed is done again by itself, and fails loudly then. */
async function succeeds(work: () => Promise<void> | undefined): Promise<boolean> {
  try {
    const working = work();
    await working;
    return working !== undefined;
  } catch {
    return false;
  }
}
