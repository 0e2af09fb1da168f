import { sql } from 'kysely';
import type { Transaction } from './store.ts';

/** First keys of our advisory locks, so that they meet no others on a shared database. */
const HOST = 0x4b41_4c01;
const EVENT_TYPE = 0x4b41_4c02;
const JOURNAL = 0x4b41_4c05;

/**
 * Waits until no other transaction decides over these hosts or this event type, and holds them until the transaction ends. Take it before the facts
 * are read. Always in one order, hosts by id and then the event type, so two bookings cannot wait for each other.
 */
export async function lockHosts(tx: Transaction, hostIds: readonly number[], eventTypeId: number): Promise<void> {
  const hosts = [...new Set(hostIds)].sort((a, b) => a - b);
  const keys = [...hosts.map((id) => [HOST, id] as const), [EVENT_TYPE, eventTypeId] as const];
  const rows = keys.map(([kind, id]) => sql`(${kind}::integer, ${id}::integer)`);
  await sql`select pg_advisory_xact_lock(kind, id) from (values ${sql.join(rows)}) as keys (kind, id)`.execute(tx);
}

/** Waits until nobody else writes to the journal, and holds it until the transaction ends: each row is chained to the one before it. */
export async function lockJournal(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${JOURNAL}, 0)`.execute(tx);
}
