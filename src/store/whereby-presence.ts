import { randomUUID } from 'node:crypto';
import { json, nullableTimestamp, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';
import type { WherebyClientState } from './whereby-tables.ts';

const CLIENT = [
  'id',
  'room_id as roomId',
  'state',
  'display_name as displayName',
  'role_name as roleName',
  'device_id as deviceId',
  'person_id as personId',
  'external_id as externalId',
  'metadata',
  'user_agent as userAgent',
  'is_dial_in as isDialIn',
  'knocked_at as knockedAt',
  'joined_at as joinedAt',
  'left_at as leftAt',
  'seen_at as seenAt',
] as const;

/** Somebody at the door of a room or in it, once per visit. */
export interface WherebyClientRecord {
  readonly id: string;
  readonly roomId: number;
  readonly state: WherebyClientState;
  readonly displayName: string;
  readonly roleName: string;
  readonly deviceId: string;
  readonly personId: string;
  readonly externalId: string | null;
  readonly metadata: string | null;
  readonly userAgent: string;
  readonly isDialIn: boolean;
  readonly knockedAt: number | null;
  readonly joinedAt: number | null;
  readonly leftAt: number | null;
  /** When their page was last heard of (process clock); null for who did not come by it. */
  readonly seenAt: number | null;
}

export type NewWherebyClient = Omit<WherebyClientRecord, 'id' | 'leftAt'>;

export async function createWherebyClient(handle: Handle, client: NewWherebyClient): Promise<WherebyClientRecord> {
  return await handle
    .insertInto('whereby_clients')
    .values({
      id: randomUUID(),
      room_id: client.roomId,
      state: client.state,
      display_name: client.displayName,
      role_name: client.roleName,
      device_id: client.deviceId,
      person_id: client.personId,
      external_id: client.externalId,
      metadata: client.metadata,
      user_agent: client.userAgent,
      is_dial_in: client.isDialIn,
      knocked_at: nullableTimestamp(client.knockedAt),
      joined_at: nullableTimestamp(client.joinedAt),
      seen_at: nullableTimestamp(client.seenAt),
      tags: json(null),
      samples: json(null),
    })
    .returning(CLIENT)
    .executeTakeFirstOrThrow();
}

/** `id` may be any text; what is no UUID names nobody. */
export async function getWherebyClient(handle: Handle, roomId: number, id: string): Promise<WherebyClientRecord | undefined> {
  if (!isUuid(id)) return undefined;
  return await handle.selectFrom('whereby_clients').select(CLIENT).where('id', '=', id).where('room_id', '=', roomId).executeTakeFirst();
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** Who is in the room and who is at its door, in the order they came. */
export async function listWherebyClients(handle: Handle, roomId: number): Promise<readonly WherebyClientRecord[]> {
  return await handle
    .selectFrom('whereby_clients')
    .select(CLIENT)
    .where('room_id', '=', roomId)
    .where('state', 'in', ['knocking', 'present'])
    .orderBy('sequence')
    .execute();
}

export interface ClientChange {
  readonly state: WherebyClientState;
  readonly roleName?: string;
  readonly joinedAt?: number;
  readonly leftAt?: number;
}

export async function moveWherebyClient(handle: Handle, id: string, { state, roleName, joinedAt, leftAt }: ClientChange): Promise<void> {
  await handle
    .updateTable('whereby_clients')
    .set({
      state,
      ...(roleName === undefined ? {} : { role_name: roleName }),
      ...(joinedAt === undefined ? {} : { joined_at: timestamp(joinedAt) }),
      ...(leftAt === undefined ? {} : { left_at: timestamp(leftAt) }),
    })
    .where('id', '=', id)
    .execute();
}

/** Their page was heard of (process clock). */
export async function seeWherebyClient(handle: Handle, id: string, at: number): Promise<void> {
  await handle
    .updateTable('whereby_clients')
    .set({ seen_at: timestamp(at) })
    .where('id', '=', id)
    .where('state', 'in', ['knocking', 'present'])
    .execute();
}

export interface Absent {
  readonly id: string;
  readonly roomId: number;
}

/** Who is there and whose page was not heard of since `before` (process clock); of one room, or of all. */
export async function listAbsentClients(
  handle: Handle,
  { roomId, before, limit }: { readonly roomId?: number | undefined; readonly before: number; readonly limit: number },
): Promise<readonly Absent[]> {
  return await handle
    .selectFrom('whereby_clients')
    .select(['id', 'room_id as roomId'])
    .where('state', 'in', ['knocking', 'present'])
    .where('seen_at', '<', timestamp(before))
    .$if(roomId !== undefined, (query) => query.where('room_id', '=', roomId ?? 0))
    .orderBy('seen_at')
    .limit(limit)
    .execute();
}

export interface ClientRating {
  readonly rating: number;
  readonly tags: readonly string[] | null;
  readonly comment: string | null;
}

export async function rateWherebySession(handle: Handle, clientId: string, { rating, tags, comment }: ClientRating): Promise<void> {
  await handle
    .updateTable('whereby_clients')
    .set({ rating, tags: json(tags), comment })
    .where('id', '=', clientId)
    .execute();
}

/** Measurements of the connection: lists of numbers, one every `sampleRateMs`. */
export interface ClientSamples {
  readonly sampleRateMs: number;
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

export async function keepClientSamples(handle: Handle, clientId: string, samples: ClientSamples): Promise<void> {
  await handle
    .updateTable('whereby_clients')
    .set({ samples: json<Readonly<Record<string, unknown>>>({ ...samples }) })
    .where('id', '=', clientId)
    .execute();
}

export interface WherebySessionRecord {
  readonly id: string;
  readonly roomId: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

const SESSION = ['id', 'room_id as roomId', 'started_at as startedAt', 'ended_at as endedAt'] as const;

/** The one that goes on. */
export async function currentSession(handle: Handle, roomId: number): Promise<WherebySessionRecord | undefined> {
  return await handle
    .selectFrom('whereby_sessions')
    .select(SESSION)
    .where('room_id', '=', roomId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

export async function startSession(handle: Handle, roomId: number, at: number): Promise<WherebySessionRecord> {
  return await handle
    .insertInto('whereby_sessions')
    .values({ id: randomUUID(), room_id: roomId, started_at: timestamp(at) })
    .returning(SESSION)
    .executeTakeFirstOrThrow();
}

/** Whoever still takes part stops doing so. */
export async function endSession(handle: Handle, sessionId: string, at: number): Promise<void> {
  await handle
    .updateTable('whereby_participants')
    .set({ left_at: timestamp(at) })
    .where('session_id', '=', sessionId)
    .where('left_at', 'is', null)
    .execute();
  await handle
    .updateTable('whereby_sessions')
    .set({ ended_at: timestamp(at) })
    .where('id', '=', sessionId)
    .execute();
}

export async function takePart(handle: Handle, sessionId: string, clientIds: readonly string[], at: number): Promise<void> {
  await handle
    .insertInto('whereby_participants')
    .values(clientIds.map((clientId) => ({ session_id: sessionId, client_id: clientId, joined_at: timestamp(at) })))
    .execute();
}

export async function stopTakingPart(handle: Handle, sessionId: string, clientId: string, at: number): Promise<void> {
  await handle
    .updateTable('whereby_participants')
    .set({ left_at: timestamp(at) })
    .where('session_id', '=', sessionId)
    .where('client_id', '=', clientId)
    .execute();
}
