import { randomUUID } from 'node:crypto';
import type { Updateable } from 'kysely';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';
import type { OutOfOfficeTable } from './team-tables.ts';

const COLUMNS = [
  'id',
  'uuid',
  'user_id as userId',
  'start_at as startAt',
  'end_at as endAt',
  'notes',
  'reason',
  'to_user_id as toUserId',
  'created_at as createdAt',
] as const;

/** Whole days on which a user is away: the UTC dates of `startAt` and `endAt` are the local dates meant. */
export interface OutOfOfficeRecord {
  readonly id: number;
  readonly uuid: string;
  readonly userId: number;
  readonly startAt: number;
  readonly endAt: number;
  readonly notes: string | null;
  readonly reason: string;
  /** Who stands in. */
  readonly toUserId: number | null;
  readonly createdAt: number;
}

export type NewOutOfOffice = Omit<OutOfOfficeRecord, 'id' | 'uuid' | 'createdAt'> & { readonly now: number };

export async function createOutOfOffice(handle: Handle, entry: NewOutOfOffice): Promise<OutOfOfficeRecord> {
  return await handle
    .insertInto('out_of_office')
    .values({
      uuid: randomUUID(),
      user_id: entry.userId,
      start_at: timestamp(entry.startAt),
      end_at: timestamp(entry.endAt),
      notes: entry.notes,
      reason: entry.reason,
      to_user_id: entry.toUserId,
      created_at: timestamp(entry.now),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function getOutOfOffice(handle: Handle, id: number): Promise<OutOfOfficeRecord | undefined> {
  return await handle.selectFrom('out_of_office').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface OutOfOfficeFilter {
  /** Everybody's when absent. */
  readonly userId?: number;
  readonly sort?: { readonly by: 'start' | 'end'; readonly direction: 'asc' | 'desc' };
  readonly take: number;
  readonly skip: number;
}

export async function listOutOfOffice(
  handle: Handle,
  { userId, sort = { by: 'start', direction: 'asc' }, take, skip }: OutOfOfficeFilter,
): Promise<readonly OutOfOfficeRecord[]> {
  const entries = handle.selectFrom('out_of_office').select(COLUMNS);
  return await (userId === undefined ? entries : entries.where('user_id', '=', userId))
    .orderBy(sort.by === 'start' ? 'start_at' : 'end_at', sort.direction)
    .orderBy('id')
    .limit(take)
    .offset(skip)
    .execute();
}

/** A user's entries that share a moment with a range, its ends included. */
export async function findOutOfOffice(
  handle: Handle,
  { userId, startAt, endAt }: Pick<OutOfOfficeRecord, 'userId' | 'startAt' | 'endAt'>,
): Promise<readonly OutOfOfficeRecord[]> {
  return await handle
    .selectFrom('out_of_office')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where('start_at', '<=', timestamp(endAt))
    .where('end_at', '>=', timestamp(startAt))
    .orderBy('id')
    .execute();
}

export type OutOfOfficeChanges = Partial<Pick<OutOfOfficeRecord, 'startAt' | 'endAt' | 'notes' | 'reason' | 'toUserId'>>;

export async function updateOutOfOffice(handle: Handle, id: number, changes: OutOfOfficeChanges): Promise<OutOfOfficeRecord | undefined> {
  const values: Updateable<OutOfOfficeTable> = {
    ...(changes.startAt === undefined ? {} : { start_at: timestamp(changes.startAt) }),
    ...(changes.endAt === undefined ? {} : { end_at: timestamp(changes.endAt) }),
    ...(changes.notes === undefined ? {} : { notes: changes.notes }),
    ...(changes.reason === undefined ? {} : { reason: changes.reason }),
    ...(changes.toUserId === undefined ? {} : { to_user_id: changes.toUserId }),
  };
  if (Object.keys(values).length === 0) return await getOutOfOffice(handle, id);
  return await handle.updateTable('out_of_office').set(values).where('id', '=', id).returning(COLUMNS).executeTakeFirst();
}

export async function deleteOutOfOffice(handle: Handle, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('out_of_office').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
