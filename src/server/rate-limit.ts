import { CompiledQuery, sql } from 'kysely';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Store } from '../store/store.ts';

/** Requests a minute for one key, or one address of callers without a key; `off` counts nothing. */
export type RateLimit = number | 'off';

/** Writes that send mail to people who did not ask for it: guests and attendees. */
const INVITATIONS_A_MINUTE = 5;
const WINDOW_SECONDS = 60;
const PURGE_EVERY_MS = 300_000;

export interface RateVerdict {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until the window begins anew, or the block ends. */
  readonly resetSeconds: number;
}

/** Counts requests by the process clock. */
export interface RateLimiter {
  /** `client`: an opaque name of who asks. */
  count(client: string, kind: 'request' | 'invitation'): Promise<RateVerdict>;
}

/** `undefined` where nothing is limited. */
export function createRateLimiter(store: Store, limit: RateLimit): RateLimiter | undefined {
  if (limit === 'off') return undefined;
  const limiters = {
    request: openCounter(store, 'request', limit),
    invitation: openCounter(store, 'invitation', Math.min(limit, INVITATIONS_A_MINUTE)),
  };
  return {
    async count(client, kind) {
      const counter = limiters[kind];
      try {
        return toVerdict(counter.points, await counter.consume(client), true);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return toVerdict(counter.points, refusal, false);
      }
    },
  };
}

export interface PointVerdict {
  readonly isAllowed: boolean;
  readonly remaining: number;
  /** Until the minute is over. */
  readonly msLeft: number;
}

/** Counts calls that cost different amounts of one budget a minute. */
export function createPointLimiter(
  store: Store,
  { name, points }: { readonly name: string; readonly points: number },
): { take(client: string, cost: number): Promise<PointVerdict> } {
  const counter = openCounter(store, name, points, 0);
  const toPointVerdict = ({ remainingPoints, msBeforeNext }: RateLimiterRes, isAllowed: boolean): PointVerdict => ({
    isAllowed,
    remaining: Math.max(0, remainingPoints),
    msLeft: Math.max(0, Math.ceil(msBeforeNext)),
  });
  return {
    async take(client, cost) {
      try {
        return toPointVerdict(await counter.consume(client, cost), true);
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return toPointVerdict(refusal, false);
      }
    },
  };
}

function toVerdict(limit: number, { remainingPoints, msBeforeNext }: RateLimiterRes, isAllowed: boolean): RateVerdict {
  return { isAllowed, limit, remaining: remainingPoints, resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) };
}

/**
 * The embedded database has one owner process, so its memory is the whole truth there. On PostgreSQL the count is one row for all processes, in a
 * table without a write-ahead log; a client that is over its limit is refused from memory until its block ends.
 */
function openCounter(store: Store, keyPrefix: string, points: number, blockDuration = WINDOW_SECONDS): RateLimiterAbstract {
  const window = { keyPrefix, points, duration: WINDOW_SECONDS, blockDuration };
  if (store.engine === 'pglite') return new RateLimiterMemory(window);
  return new RateLimiterPostgres({
    ...window,
    storeClient: clientOf(store),
    storeType: 'pool',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
    ...(blockDuration === 0 ? {} : { inMemoryBlockOnConsumed: points + 1, inMemoryBlockDuration: blockDuration }),
  });
}

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The store's pool as the limiter wants it, which now and then forgets what is over. */
function clientOf({ db }: Store): { query(statement: Statement): Promise<{ readonly rows: readonly unknown[] }> } {
  let purgedAt = Date.now();
  return {
    async query({ text, values }) {
      if (Date.now() - purgedAt > PURGE_EVERY_MS) {
        purgedAt = Date.now();
        await sql`delete from rate_limits where expire < ${purgedAt}`.execute(db);
      }
      return await db.executeQuery(CompiledQuery.raw(text, [...values]));
    },
  };
}
