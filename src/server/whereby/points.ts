import type { Store } from '../../store/store.ts';
import { createPointLimiter } from '../rate-limit.ts';
import { WherebyFailure } from './failure.ts';

/** What a call takes of the budget. */
export interface PointCosts {
  readonly read: number;
  readonly delete: number;
  readonly write: number;
}

/** As the specification says; the documentation says otherwise of some. */
const COSTS: PointCosts = { read: 1, delete: 2, write: 3 };

export interface PointBudget {
  /** Of one user over all their keys. */
  readonly pointsPerMinute: number;
  readonly costs?: PointCosts;
}

export interface PointCounter {
  /** Counts a call; sets the headers of the budget, and throws a 429 when it is spent. */
  count(userId: number, method: string, setHeader: (name: string, value: string) => void): Promise<void>;
}

export function createPointCounter(store: Store, { pointsPerMinute, costs = COSTS }: PointBudget, processNow: () => number): PointCounter {
  const limiter = createPointLimiter(store, { name: 'whereby', points: pointsPerMinute });
  return {
    async count(userId, method, setHeader) {
      const cost = method === 'GET' || method === 'HEAD' ? costs.read : method === 'DELETE' ? costs.delete : costs.write;
      const { isAllowed, remaining, msLeft } = await limiter.take(`user:${userId}`, cost);
      setHeader('X-RateLimit-Limit', String(pointsPerMinute));
      setHeader('X-RateLimit-Remaining', String(remaining));
      setHeader('X-RateLimit-Reset', new Date(processNow() + msLeft).toISOString());
      if (isAllowed) return;
      setHeader('Retry-After', String(Math.max(1, Math.ceil(msLeft / 1000))));
      throw new WherebyFailure(429, `Rate limit active for throttle key: organization:${userId}`, { data: { msLeft } });
    },
  };
}
