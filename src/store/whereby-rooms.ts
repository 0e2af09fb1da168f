import { sql } from 'kysely';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';
import { type PageOf, type PageRequest, readPage } from './whereby-page.ts';
import type { WherebyRoomSettings, WherebyTheme } from './whereby-tables.ts';

/** How long a room stays after its end. */
export const ROOM_GRACE_MS = 3_600_000;

const COLUMNS = [
  'id',
  'user_id as userId',
  'name',
  'mode',
  'is_viewer_mode as isViewerMode',
  'is_locked as isLocked',
  'settings',
  'theme',
  'created_at as createdAt',
  'end_at as endAt',
  'closed_at as closedAt',
] as const;

export interface WherebyRoomRecord {
  readonly id: number;
  readonly userId: number;
  /** With its leading slash. */
  readonly name: string;
  readonly mode: 'normal' | 'group';
  readonly isViewerMode: boolean;
  readonly isLocked: boolean;
  readonly settings: WherebyRoomSettings;
  readonly theme: WherebyTheme;
  readonly createdAt: number;
  readonly endAt: number;
  /** Deleted, or expired. */
  readonly closedAt: number | null;
}

export type NewWherebyRoom = Omit<WherebyRoomRecord, 'id' | 'theme' | 'createdAt' | 'closedAt'> & { readonly now: number };

/** `undefined` when the name is taken, also by a room that is gone. */
export async function createWherebyRoom(handle: Handle, room: NewWherebyRoom): Promise<WherebyRoomRecord | undefined> {
  return await handle
    .insertInto('whereby_rooms')
    .values({
      user_id: room.userId,
      name: room.name,
      mode: room.mode,
      is_viewer_mode: room.isViewerMode,
      is_locked: room.isLocked,
      settings: json(room.settings),
      created_at: timestamp(room.now),
      end_at: timestamp(room.endAt),
    })
    .onConflict((conflict) => conflict.constraint('whereby_rooms_name').doNothing())
    .returning(COLUMNS)
    .executeTakeFirst();
}

export interface RoomKey {
  /** Anybody's when absent. */
  readonly userId?: number;
  readonly id?: number;
  readonly name?: string;
}

/** Also one that is gone: see `isOpen`. */
export async function findWherebyRoom(handle: Handle, { userId, id, name }: RoomKey): Promise<WherebyRoomRecord | undefined> {
  if (id === undefined && name === undefined) return undefined;
  return await handle
    .selectFrom('whereby_rooms')
    .select(COLUMNS)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .$if(id !== undefined, (query) => query.where('id', '=', id ?? 0))
    .$if(name !== undefined, (query) => query.where('name', '=', name ?? ''))
    .executeTakeFirst();
}

/** Whether the API still knows it and people can enter. */
export function isOpen({ endAt, closedAt }: WherebyRoomRecord, now: number): boolean {
  return closedAt === null && now < endAt + ROOM_GRACE_MS;
}

/** Who goes in and out of one room does so one after the other. */
export async function lockWherebyRoom(tx: Transaction, id: number): Promise<WherebyRoomRecord | undefined> {
  return await tx.selectFrom('whereby_rooms').select(COLUMNS).where('id', '=', id).forUpdate().executeTakeFirst();
}

export interface RoomFilter extends PageRequest {
  readonly userId: number;
  readonly namePrefix?: string | undefined;
  readonly now: number;
}

/** Rooms that are open, the newest first. */
export async function listWherebyRooms(
  handle: Handle,
  { userId, namePrefix, now, ...page }: RoomFilter,
): Promise<PageOf<WherebyRoomRecord>> {
  const query = handle
    .selectFrom('whereby_rooms')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .where('closed_at', 'is', null)
    .where('end_at', '>', timestamp(now - ROOM_GRACE_MS))
    .$if(namePrefix !== undefined, (rooms) => rooms.where(sql<boolean>`starts_with(name, ${namePrefix ?? ''}::text)`));
  return await readPage(query, { sequence: sql.ref('id'), direction: 'desc' }, page);
}

export async function lockOrUnlock(handle: Handle, id: number, isLocked: boolean): Promise<void> {
  await handle.updateTable('whereby_rooms').set({ is_locked: isLocked }).where('id', '=', id).execute();
}

export async function closeWherebyRoom(handle: Handle, id: number, at: number): Promise<void> {
  await handle
    .updateTable('whereby_rooms')
    .set({ closed_at: timestamp(at) })
    .where('id', '=', id)
    .where('closed_at', 'is', null)
    .execute();
}

/** Rooms whose time is over and that nobody closed, the longest gone first. */
export async function listExpiredRooms(
  handle: Handle,
  { userId, now, limit }: { readonly userId?: number; readonly now: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await handle
    .selectFrom('whereby_rooms')
    .select('id')
    .where('closed_at', 'is', null)
    .where('end_at', '<=', timestamp(now - ROOM_GRACE_MS))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .orderBy('end_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

export async function setWherebyTheme(handle: Handle, id: number, theme: WherebyTheme): Promise<void> {
  await handle
    .updateTable('whereby_rooms')
    .set({ theme: json(theme) })
    .where('id', '=', id)
    .execute();
}
