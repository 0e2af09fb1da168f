import { z } from 'zod';
import { type ChangeRecord, getChange } from '../store/outbox.ts';
import type { Store, Transaction } from '../store/store.ts';
import { defineJob, type Job, type JobCall } from './job.ts';

/** Somebody who is told of every change of the outbox: at least once, in no promised order, with retries of their own. */
export interface ChangeConsumer {
  readonly name: string;
  handle(change: ChangeRecord, call: JobCall): Promise<void>;
  /** Which of these changes may concern it, one question for many: it is told of no others. All of them where this is absent. */
  choose?(tx: Transaction, changeIds: readonly string[]): Promise<readonly string[]>;
}

/** Registers with `createJobs`. A consumer that is new hears of what happens from then on. */
export function onChange(name: string, handle: ChangeConsumer['handle'], choose?: ChangeConsumer['choose']): ChangeConsumer {
  return { name, handle, ...(choose === undefined ? {} : { choose }) };
}

/** Enough for hundreds a second; more would only take connections and time from the requests, which come first. */
const TOLD_AT_ONCE = 2;

const toldOf = z.object({ changeId: z.string() });

export type ToldOf = z.output<typeof toldOf>;

/** Each consumer has a job of its own per change, so that one which fails holds up no other. */
export function toConsumerJob({ name, handle }: ChangeConsumer, store: Store): Job<ToldOf> {
  return defineJob({
    name: `changes.${name}`,
    schema: toldOf,
    concurrency: TOLD_AT_ONCE,
    run: async ({ changeId }, call) => {
      const change = await getChange(store.db, changeId);
      // Its user was deleted since, and it with them.
      if (change !== undefined) await handle(change, call);
    },
  });
}
