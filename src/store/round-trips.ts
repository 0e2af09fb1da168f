import type { PoolClient, QueryResult } from 'pg';
import { isUnanswered } from './statement.ts';

/** One statement. Only where `mayResend` may a second try of its own follow a failure: in a transaction it might come after the end of it. */
export type Send = (text: string, values: readonly unknown[], mayResend: boolean) => Promise<QueryResult>;

interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What the driver answers for a statement that is still to be sent. */
const NOTHING = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] } satisfies QueryResult;

/**
 * Saves round trips of transactions: their beginning, and statements whose answer nobody reads (see `defineWrite`), travel with the next statement in one
 * package. PostgreSQL runs them one after the other; when one fails, so do all after it, and the failure is that of the statement they travelled with. The
 * client must be one with `pipeline`.
 */
export function openRoundTrips(client: PoolClient, send: Send): (text: string, values: readonly unknown[]) => Promise<QueryResult> {
  let isInTransaction = false;
  let isBegun = false;
  let held: readonly Statement[] = [];

  async function sendHeld(last: Statement): Promise<QueryResult> {
    const all = [...held, last];
    held = [];
    isBegun = isInTransaction;
    const { stream } = client.connection;
    stream.cork();
    const sent = all.map(({ text, values }) => send(text, values, false));
    stream.uncork();
    const outcomes = await Promise.allSettled(sent);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return await (sent.at(-1) ?? Promise.resolve(NOTHING));
  }

  return async (text, values) => {
    const statement = { text, values };
    if (text === 'begin') {
      isInTransaction = true;
      isBegun = false;
      held = [statement];
      return NOTHING;
    }
    if (isInTransaction && isUnanswered(text)) {
      held = [...held, statement];
      return NOTHING;
    }
    if (text === 'commit' || text === 'rollback') isInTransaction = false;
    if (text === 'rollback') {
      held = [];
      // The database knows nothing of it.
      if (!isBegun) return NOTHING;
    }
    return held.length === 0 ? await send(text, values, !isInTransaction) : await sendHeld(statement);
  };
}
