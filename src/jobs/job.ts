import type { z } from 'zod';
import type { Transaction } from '../store/store.ts';

/** Work that is done beside the requests, at least once: it may run again after a failure or a crash, so it must stand repetition. */
export interface Job<Data = unknown> {
  /** "webhooks.deliver" */
  readonly name: string;
  readonly schema: z.ZodType<Data>;
  /** Throwing means failure, and another attempt where one is left. */
  run(data: Data, call: JobCall): Promise<void>;
  readonly retry: Retry;
  /** How many run at once in one process. */
  readonly concurrency: number;
  /** How many of one group (`SendOptions.group`) run at once, over all processes. */
  readonly groupConcurrency?: number;
  /** After this the attempt counts as failed, and its signal is aborted. */
  readonly timeoutSeconds: number;
  /** Sends itself on this schedule, five fields in UTC by the process clock, with `{}` as data. */
  readonly cron?: string;
}

/** Delays double from the first to the longest, with jitter. */
export interface Retry {
  /** All attempts, the first included. */
  readonly attempts: number;
  readonly delaySeconds: number;
  readonly maximumDelaySeconds: number;
}

/** One attempt, as the job sees it. */
export interface JobCall {
  readonly id: string;
  /** Counts from 1. */
  readonly attempt: number;
  readonly isLastAttempt: boolean;
  /** Aborted when the time is over, and when the process stops. */
  readonly signal: AbortSignal;
  readonly queue: JobQueue;
}

export interface JobQueue {
  send<Data>(job: Job<Data>, data: Data, options?: SendOptions): Promise<void>;
}

export interface SendOptions {
  /** The job exists exactly if this transaction is committed. */
  readonly tx?: Transaction;
  /** A UUID. While a job of this id is kept (a day after it ended) a second one is not made. */
  readonly id?: string;
  /** Not before, by the process clock. */
  readonly delaySeconds?: number;
  /** Jobs of one group share `groupConcurrency`. */
  readonly group?: string;
}

export const DEFAULT_RETRY: Retry = { attempts: 12, delaySeconds: 5, maximumDelaySeconds: 3600 };

type Definition<Data> = Pick<Job<Data>, 'name' | 'schema' | 'run'> & Partial<Job<Data>>;

/** Declares a job; `createJobs` runs it. By default four at once, a minute each, twelve attempts over about four hours. */
export function defineJob<Data>(definition: Definition<Data>): Job<Data> {
  return { retry: DEFAULT_RETRY, concurrency: 4, timeoutSeconds: 60, ...definition };
}
