import { sql } from 'kysely';
import { defineWrite, toIdArray } from './statement.ts';
import type { Transaction } from './store.ts';

/** First keys of our advisory locks, so that they meet no others on a shared database. */
const HOST = 0x4b41_4c01;
const EVENT_TYPE = 0x4b41_4c02;
const JOURNAL = 0x4b41_4c05;

/** Whose time and which event type's limits a transaction decides over. */
export interface LockKeys {
  readonly hostIds: readonly number[];
  readonly eventTypeId: number;
}

/** A subquery that waits for the locks of two parameters, see `toLockParameters`. */
export function lockInOrder(kinds: string, ids: string): string {
  return `(select count(pg_advisory_xact_lock(kind, id)) from unnest(${kinds}::integer[], ${ids}::integer[]) as keys (kind, id))`;
}

/** Always in one order, hosts by id and then the event type, so two bookings cannot wait for each other. */
export function toLockParameters({ hostIds, eventTypeId }: LockKeys): readonly [kinds: string, ids: string] {
  const hosts = [...new Set(hostIds)].sort((a, b) => a - b);
  return [toIdArray([...hosts.map(() => HOST), EVENT_TYPE]), toIdArray([...hosts, eventTypeId])];
}

const lock = defineWrite(`select ${lockInOrder('$1', '$2')}`);

/**
 * Waits until no other transaction decides over these hosts or this event type, and holds them until the transaction ends. Take it before the facts
 * are read.
 */
export async function lockHosts(tx: Transaction, hostIds: readonly number[], eventTypeId: number): Promise<void> {
  await lock(tx, ...toLockParameters({ hostIds, eventTypeId }));
}

/** Waits until nobody else writes to the journal, and holds it until the transaction ends: each row is chained to the one before it. */
export async function lockJournal(tx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(${JOURNAL}, 0)`.execute(tx);
}
