import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { toUnavailable } from './lost-database.ts';
import { openRoundTrips, type Send } from './round-trips.ts';

/** More different statements than the code has; some vary with the number of rows they write. */
const MOST_STATEMENTS = 400;

/** Behind a pooler of transactions a connection may meet statements that others prepared, or miss its own; a changed table may change a result. */
const FORGOTTEN = new Set(['26000', '42P05', '0A000']);

/**
 * The pool with every statement that has parameters prepared once per connection: PostgreSQL then parses it once, and plans it a few times. The first sign
 * that connections are not our own ends that for good; what failed by it is sent again as it is, in a transaction together with all of it.
 */
export function prepareStatements(pool: Pool): PostgresPool {
  const names = new Map<string, string>();
  const clients = new WeakMap<PoolClient, PostgresPoolClient>();
  let isOn = true;

  function nameOf(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || names.size >= MOST_STATEMENTS) return known;
    // By its content: behind a pooler one of another process may be met under this name, and it must be no other statement.
    const name = `kalends_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
    names.set(text, name);
    return name;
  }

  function wrap(client: PoolClient): PostgresPoolClient {
    // Kysely asks for rows, or with a cursor for a stream, which is none of our business.
    const send: Send = async (text, values, mayResend) => {
      const name = isOn && values.length > 0 ? nameOf(text) : undefined;
      if (name === undefined) return await client.query(text, [...values]).catch(throwUnavailable);
      try {
        return await client.query({ name, text, values: [...values] });
      } catch (error) {
        if (!isForgotten(error)) throw toUnavailable(error);
        isOn = false;
        // Of a transaction nothing is left then, and the connection may be past its end already: the whole of it is run again (see `isRetryable`).
        if (!mayResend || client.getTransactionStatus() !== 'I') throw error;
        return await client.query(text, [...values]);
      }
    };
    const together = openRoundTrips(client, send);
    const query = (statement: unknown, values: readonly unknown[] = []) =>
      typeof statement === 'string' ? together(statement, values) : client.query(statement as never);
    // The two overloads of `query` are told apart above.
    return { query, release: (destroy?: boolean) => client.release(destroy) } as unknown as PostgresPoolClient;
  }

  return {
    async connect() {
      const client = await pool.connect().catch(throwUnavailable);
      const wrapped = clients.get(client) ?? wrap(client);
      clients.set(client, wrapped);
      return wrapped;
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

function throwUnavailable(error: unknown): never {
  throw toUnavailable(error);
}

/** Failed only because a statement was prepared. */
export function isForgotten(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error) || !FORGOTTEN.has(String(error.code))) return false;
  return error.code !== '0A000' || error.message.includes('cached plan');
}
