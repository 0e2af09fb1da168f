import { randomBytes } from 'node:crypto';
import { type Generated, sql } from 'kysely';
import type { NullableTimestampColumn, TimestampColumn } from './database.ts';
import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

export interface PrivateLinksTable {
  id: string;
  event_type_id: number;
  expires_at: NullableTimestampColumn;
  maximum_uses: number | null;
  uses: Generated<number>;
  created_at: TimestampColumn;
}

/** A link to an event type; whoever has it may book. */
export interface PrivateLinkRecord {
  /** Nobody can guess it: it is the right to book. */
  readonly id: string;
  readonly eventTypeId: number;
  readonly expiresAt: number | null;
  readonly maximumUses: number | null;
  readonly uses: number;
}

/** When a link ends: exactly one of the two is set. */
export type LinkEnd =
  | { readonly expiresAt: number; readonly maximumUses: null }
  | { readonly expiresAt: null; readonly maximumUses: number };

const COLUMNS = ['id', 'event_type_id as eventTypeId', 'expires_at as expiresAt', 'maximum_uses as maximumUses', 'uses'] as const;

export async function listPrivateLinks(handle: Handle, eventTypeId: number): Promise<readonly PrivateLinkRecord[]> {
  return await handle
    .selectFrom('private_links')
    .select(COLUMNS)
    .where('event_type_id', '=', eventTypeId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function getPrivateLink(handle: Handle, id: string): Promise<PrivateLinkRecord | undefined> {
  return await handle.selectFrom('private_links').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export async function createPrivateLink(
  handle: Handle,
  { eventTypeId, end, now }: { readonly eventTypeId: number; readonly end: LinkEnd; readonly now: number },
): Promise<PrivateLinkRecord> {
  return await handle
    .insertInto('private_links')
    .values({ id: randomBytes(16).toString('base64url'), event_type_id: eventTypeId, ...toColumns(end), created_at: timestamp(now) })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function updatePrivateLink(handle: Handle, id: string, end: LinkEnd): Promise<PrivateLinkRecord | undefined> {
  return await handle.updateTable('private_links').set(toColumns(end)).where('id', '=', id).returning(COLUMNS).executeTakeFirst();
}

export async function deletePrivateLink(handle: Handle, id: string): Promise<void> {
  await handle.deleteFrom('private_links').where('id', '=', id).execute();
}

/** Counts a booking; of a link that has ended nothing is counted, and false comes back. Two at once cannot both be the last. */
export async function spendPrivateLink(tx: Transaction, id: string, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('private_links')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', id)
    .where(sql<boolean>`(expires_at is null or expires_at > ${timestamp(now)}) and (maximum_uses is null or uses < maximum_uses)`)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

function toColumns({ expiresAt, maximumUses }: LinkEnd) {
  return { expires_at: expiresAt === null ? null : timestamp(expiresAt), maximum_uses: maximumUses };
}
