import { isRetryable } from './conflicts.ts';
import type { Handle, Transaction } from './store.ts';

const ATTEMPTS = 5;

/** Runs `work` in one transaction, and again when the database gave it up for a reason that may be gone; so `work` must be repeatable. */
export async function runTransaction<Result>(db: Handle, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}
