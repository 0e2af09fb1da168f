import { randomBytes, randomUUID } from 'node:crypto';
import type { TimestampColumn } from './database.ts';
import { timestamp } from './sql-values.ts';
import { defineStatement } from './statement.ts';
import type { Handle } from './store.ts';

/** The kind of place that is a room of ours, once its link is there. */
export const ROOM_LOCATION = 'integrations:whereby-video';

interface Placed {
  readonly location: unknown;
  readonly status: string;
}

/** Whether a booking takes place in a room that is made for it. */
export function hasRoom({ location }: Pick<Placed, 'location'>): boolean {
  return partsOf(location).kind === ROOM_LOCATION;
}

/** Whether its room is still to be made. */
export function awaitsRoom({ location, status }: Placed): boolean {
  const { kind, value } = partsOf(location);
  return kind === ROOM_LOCATION && typeof value !== 'string' && status === 'accepted';
}

/** Stored by the service as `{ kind, value }`. */
function partsOf(location: unknown): { readonly kind?: unknown; readonly value?: unknown } {
  return typeof location === 'object' && location !== null ? location : {};
}

export type BookingRoomState = 'wanted' | 'ready' | 'removed' | 'failed';

export interface BookingRoomsTable {
  id: string;
  user_id: number;
  /** Whose booking it is: `local`, or the name of a hosted account. */
  account: string;
  booking_uid: string;
  /** How the room's name begins over there, and nobody else's. */
  prefix: string;
  end_at: TimestampColumn;
  state: BookingRoomState;
  meeting_id: string | null;
  room_name: string | null;
  room_url: string | null;
  last_error: string | null;
  /** Process clock. */
  created_at: TimestampColumn;
  updated_at: TimestampColumn;
}

export interface HookMessagesTable {
  /** SHA-256, hex, of who sent it and what. */
  digest: string;
  source: string;
  received_at: TimestampColumn;
}

export interface RoomTables {
  booking_rooms: BookingRoomsTable;
  hook_messages: HookMessagesTable;
}

const COLUMNS = [
  'id',
  'user_id as userId',
  'account',
  'booking_uid as bookingUid',
  'prefix',
  'end_at as endAt',
  'state',
  'meeting_id as meetingId',
  'room_name as roomName',
  'room_url as roomUrl',
  'last_error as lastError',
] as const;

export interface BookingRoomRecord {
  readonly id: string;
  readonly userId: number;
  readonly account: string;
  readonly bookingUid: string;
  readonly prefix: string;
  /** When the room that is wanted, or there, ends. */
  readonly endAt: number;
  readonly state: BookingRoomState;
  readonly meetingId: string | null;
  readonly roomName: string | null;
  readonly roomUrl: string | null;
  readonly lastError: string | null;
}

export interface BookingKey {
  readonly account: string;
  readonly bookingUid: string;
}

export async function getBookingRoom(handle: Handle, { account, bookingUid }: BookingKey): Promise<BookingRoomRecord | undefined> {
  return await handle
    .selectFrom('booking_rooms')
    .select(COLUMNS)
    .where('account', '=', account)
    .where('booking_uid', '=', bookingUid)
    .executeTakeFirst();
}

export interface RoomWish extends BookingKey {
  readonly userId: number;
  readonly endAt: number;
  readonly processNow: number;
}

/**
 * The row of the room that a booking wants; made where there is none. One whose room was removed, or ends at another time, wants a new one under a new
 * prefix.
 */
export async function wantBookingRoom(handle: Handle, { processNow, ...wish }: RoomWish): Promise<BookingRoomRecord> {
  const at = timestamp(processNow);
  const fresh = {
    prefix: `kalends-${randomBytes(8).toString('hex')}-`,
    end_at: timestamp(wish.endAt),
    state: 'wanted',
    updated_at: at,
  } as const;
  await handle
    .insertInto('booking_rooms')
    .values({ ...fresh, id: randomUUID(), user_id: wish.userId, account: wish.account, booking_uid: wish.bookingUid, created_at: at })
    .onConflict((conflict) => conflict.constraint('booking_rooms_once').doUpdateSet(fresh).where('booking_rooms.state', '=', 'removed'))
    .execute();
  const row = await getBookingRoom(handle, wish);
  if (row === undefined) throw new Error(`The room of the booking "${wish.bookingUid}" was not written.`);
  return row;
}

export interface BookingRoomChange {
  readonly state: BookingRoomState;
  readonly meetingId?: string | null;
  readonly roomName?: string | null;
  readonly roomUrl?: string | null;
  readonly lastError?: string | null;
  readonly processNow: number;
}

export async function changeBookingRoom(handle: Handle, id: string, change: BookingRoomChange): Promise<void> {
  const { state, meetingId, roomName, roomUrl, lastError = null, processNow } = change;
  await handle
    .updateTable('booking_rooms')
    .set({
      state,
      last_error: lastError,
      updated_at: timestamp(processNow),
      ...(meetingId === undefined ? {} : { meeting_id: meetingId }),
      ...(roomName === undefined ? {} : { room_name: roomName }),
      ...(roomUrl === undefined ? {} : { room_url: roomUrl }),
    })
    .where('id', '=', id)
    .execute();
}

/** Rooms that are wanted since before `before` (process clock), of meetings that are not over. */
export async function listWaitingBookingRooms(
  handle: Handle,
  { before, now, limit }: { readonly before: number; readonly now: number; readonly limit: number },
): Promise<readonly BookingKey[]> {
  return await handle
    .selectFrom('booking_rooms')
    .select(['account', 'booking_uid as bookingUid'])
    .where('state', 'in', ['wanted', 'failed'])
    .where('updated_at', '<', timestamp(before))
    .where('end_at', '>', timestamp(now))
    .orderBy('updated_at')
    .limit(limit)
    .execute();
}

/**
 * Which of these changes may be about a booking's room: it takes or took place in one, or has one. What they say of places is read roughly, for who asks
 * looks at the booking itself.
 */
export async function findAboutRooms(handle: Handle, changeIds: readonly string[]): Promise<readonly string[]> {
  const found = new Set((await selectAboutRooms(handle, `{${changeIds.join(',')}}`)).map(({ id }) => id));
  return changeIds.filter((id) => found.has(id));
}

const selectAboutRooms = defineStatement<{ readonly id: string }>(`select o.id from outbox o where o.id = any ($1::uuid[]) and (
  concat(o.payload #>> '{booking,location}', o.payload #>> '{previous,location}') ilike '%whereby%'
  or exists (select from booking_rooms r where r.account = 'local' and r.booking_uid in (o.booking_uid, o.payload #>> '{previous,uid}')))`);

/** True the first time a message is told, false from then on. */
export async function rememberHookMessage(
  handle: Handle,
  { digest, source, processNow }: { readonly digest: string; readonly source: string; readonly processNow: number },
): Promise<boolean> {
  const row = await handle
    .insertInto('hook_messages')
    .values({ digest, source, received_at: timestamp(processNow) })
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .returning('digest')
    .executeTakeFirst();
  return row !== undefined;
}

export async function forgetHookMessages(handle: Handle, before: number): Promise<void> {
  await handle.deleteFrom('hook_messages').where('received_at', '<', timestamp(before)).execute();
}
