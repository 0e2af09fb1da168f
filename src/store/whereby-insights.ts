import { type RawBuilder, sql } from 'kysely';
import type { JsonObject } from './database.ts';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';
import { momentKey, numberKey, type PageOf, type PageRequest, readPage, textKey } from './whereby-page.ts';
import { isUuid } from './whereby-presence.ts';

export interface UsageTotals {
  /** Rounded up for each connection. */
  readonly totalParticipantMinutes: number;
  readonly totalRecorderMinutes: number;
  readonly totalStreamerMinutes: number;
  readonly totalUniqueParticipants: number;
  readonly totalUniqueRecorders: number;
  readonly totalUniqueStreamers: number;
  /** The average; null without any. */
  readonly rating: number | null;
  readonly totalRatings: number | null;
}

/** Roles of machines. */
const NO_PERSON = sql`('recorder', 'streamer', 'captioner', 'assistant')`;

const TOTALS = [
  sql<number>`people.participant_minutes`.as('totalParticipantMinutes'),
  sql<number>`tape.minutes`.as('totalRecorderMinutes'),
  sql<number>`people.streamer_minutes`.as('totalStreamerMinutes'),
  sql<number>`people.participants`.as('totalUniqueParticipants'),
  sql<number>`tape.recorders`.as('totalUniqueRecorders'),
  sql<number>`people.streamers`.as('totalUniqueStreamers'),
] as const;

type TotalName = Exclude<keyof UsageTotals, 'rating' | 'totalRatings'>;

const TOTAL_KEYS: Readonly<Record<TotalName, RawBuilder<number>>> = {
  totalParticipantMinutes: numberKey(sql.ref('people.participant_minutes')),
  totalRecorderMinutes: numberKey(sql.ref('tape.minutes')),
  totalStreamerMinutes: numberKey(sql.ref('people.streamer_minutes')),
  totalUniqueParticipants: numberKey(sql.ref('people.participants')),
  totalUniqueRecorders: numberKey(sql.ref('tape.recorders')),
  totalUniqueStreamers: numberKey(sql.ref('people.streamers')),
};

/** Counted as far as `now`, and no further than an hour after the room's end. */
function people(sessions: RawBuilder<unknown>, now: number): RawBuilder<unknown> {
  return sql`(
    select
      coalesce(sum(minutes) filter (where role_name not in ${NO_PERSON}), 0)::int as participant_minutes,
      coalesce(sum(minutes) filter (where role_name = 'streamer'), 0)::int as streamer_minutes,
      (count(distinct device_id) filter (where role_name not in ${NO_PERSON}))::int as participants,
      (count(distinct device_id) filter (where role_name = 'streamer'))::int as streamers
    from (
      select c.role_name, c.device_id, ceil(extract(epoch from greatest(interval '0',
        coalesce(p.left_at, least(${timestamp(now)}, whereby_rooms.end_at + interval '1 hour')) - p.joined_at)) / 60) as minutes
      from whereby_participants p join whereby_clients c on c.id = p.client_id
      where p.session_id in (${sessions})
    ) as connection
  )`;
}

function tape(sessions: RawBuilder<unknown>, now: number): RawBuilder<unknown> {
  return sql`(
    select count(*)::int as recorders, coalesce(sum(ceil(extract(epoch from greatest(interval '0',
      coalesce(r.ended_at, least(${timestamp(now)}, whereby_rooms.end_at + interval '1 hour')) - r.started_at)) / 60)), 0)::int as minutes
    from whereby_recordings r where r.session_id in (${sessions})
  )`;
}

function ratings(session: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(
    select avg(c.rating)::double precision as rating, nullif(count(c.rating), 0)::int as total_ratings
    from whereby_participants p join whereby_clients c on c.id = p.client_id where p.session_id = ${session}
  )`;
}

const RATINGS = [sql<number | null>`opinion.rating`.as('rating'), sql<number | null>`opinion.total_ratings`.as('totalRatings')] as const;

export interface RoomUsage extends UsageTotals {
  readonly roomName: string;
  readonly createdAt: number;
  readonly endAt: number;
  readonly firstSessionStartedAt: number;
  readonly lastSessionStartedAt: number;
  readonly totalSessions: number;
}

export type RoomUsageSort =
  | TotalName
  | 'roomName'
  | 'createdAt'
  | 'endAt'
  | 'firstSessionStartedAt'
  | 'lastSessionStartedAt'
  | 'totalSessions';

const ROOM_KEYS: Readonly<Record<RoomUsageSort, RawBuilder<string | number>>> = {
  ...TOTAL_KEYS,
  roomName: textKey(sql.ref('whereby_rooms.name')),
  createdAt: momentKey(sql.ref('whereby_rooms.created_at')),
  endAt: momentKey(sql.ref('whereby_rooms.end_at')),
  firstSessionStartedAt: momentKey(sql.ref('span.first_at')),
  lastSessionStartedAt: momentKey(sql.ref('span.last_at')),
  totalSessions: numberKey(sql.ref('span.sessions')),
};

interface Sorted<Sort> {
  readonly sort?: { readonly field: Sort; readonly direction: 'asc' | 'desc' } | undefined;
}

export interface RoomUsageFilter extends PageRequest, Sorted<RoomUsageSort> {
  readonly userId: number;
  readonly name?: { readonly exact?: string | undefined; readonly startsWith?: string | undefined; readonly contains?: string | undefined };
  readonly createdFrom?: number | undefined;
  readonly createdTo?: number | undefined;
  readonly now: number;
}

/** Rooms in which there was a session, also those that are gone; the newest first unless sorted. */
export async function listRoomUsage(
  handle: Handle,
  { userId, name = {}, createdFrom, createdTo, sort, now, ...page }: RoomUsageFilter,
): Promise<PageOf<RoomUsage>> {
  const { exact, startsWith, contains } = name;
  const sessions = sql`select s.id from whereby_sessions s where s.room_id = whereby_rooms.id`;
  const span = sql<{ first_at: number; last_at: number; sessions: number; last_id: string }>`(
    select min(s.started_at) as first_at, max(s.started_at) as last_at, count(*)::int as sessions,
      (array_agg(s.id order by s.sequence desc))[1] as last_id
    from whereby_sessions s where s.room_id = whereby_rooms.id)`;
  const query = handle
    .selectFrom('whereby_rooms')
    .innerJoinLateral(span.as('span'), (join) => join.onTrue())
    .innerJoinLateral(people(sessions, now).as('people'), (join) => join.onTrue())
    .innerJoinLateral(tape(sessions, now).as('tape'), (join) => join.onTrue())
    .innerJoinLateral(ratings(sql.ref('span.last_id')).as('opinion'), (join) => join.onTrue())
    .select(['name as roomName', 'created_at as createdAt', 'end_at as endAt'])
    .select(['span.first_at as firstSessionStartedAt', 'span.last_at as lastSessionStartedAt', 'span.sessions as totalSessions'])
    .select([...TOTALS, ...RATINGS])
    .where('user_id', '=', userId)
    .where('span.sessions', '>', 0)
    .$if(exact !== undefined, (rooms) => rooms.where('name', '=', exact ?? ''))
    .$if(startsWith !== undefined, (rooms) => rooms.where(sql<boolean>`starts_with(name, ${startsWith ?? ''}::text)`))
    .$if(contains !== undefined, (rooms) => rooms.where(sql<boolean>`position(${contains ?? ''}::text in name) > 0`))
    .$if(createdFrom !== undefined, (rooms) => rooms.where('created_at', '>=', timestamp(createdFrom ?? 0)))
    .$if(createdTo !== undefined, (rooms) => rooms.where('created_at', '<=', timestamp(createdTo ?? 0)));
  const order = {
    key: sort && ROOM_KEYS[sort.field],
    sequence: sql.ref<number>('whereby_rooms.id'),
    direction: sort?.direction ?? 'desc',
  } as const;
  return await readPage(query, order, page);
}

export interface SessionUsage extends UsageTotals {
  readonly roomSessionId: string;
  readonly roomName: string;
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
}

export type SessionUsageSort = TotalName | 'startedAt' | 'endedAt';

const SESSION_KEYS: Readonly<Record<SessionUsageSort, RawBuilder<string | number>>> = {
  ...TOTAL_KEYS,
  startedAt: momentKey(sql.ref('started_at')),
  endedAt: momentKey(sql.ref('ended_at')),
};

export interface SessionUsageFilter extends PageRequest, Sorted<SessionUsageSort> {
  readonly userId: number;
  readonly roomName: string;
  readonly sessionId?: string | undefined;
  readonly now: number;
}

/** The newest first unless sorted. */
export async function listSessionUsage(
  handle: Handle,
  { userId, roomName, sessionId, sort, now, ...page }: SessionUsageFilter,
): Promise<PageOf<SessionUsage>> {
  const self = sql`select whereby_sessions.id`;
  const query = handle
    .selectFrom('whereby_sessions')
    .innerJoin('whereby_rooms', 'whereby_rooms.id', 'whereby_sessions.room_id')
    .innerJoinLateral(people(self, now).as('people'), (join) => join.onTrue())
    .innerJoinLateral(tape(self, now).as('tape'), (join) => join.onTrue())
    .innerJoinLateral(ratings(sql.ref('whereby_sessions.id')).as('opinion'), (join) => join.onTrue())
    .select(['whereby_sessions.id as roomSessionId', 'name as roomName', 'started_at as startedAt', 'ended_at as endedAt'])
    .select([...TOTALS, ...RATINGS])
    .where('user_id', '=', userId)
    .where('name', '=', roomName)
    .$if(sessionId !== undefined, (sessions) => sessions.where('whereby_sessions.id', '=', sessionId ?? ''));
  const order = {
    key: sort && SESSION_KEYS[sort.field],
    sequence: sql.ref<number>('whereby_sessions.sequence'),
    direction: sort?.direction ?? 'desc',
  } as const;
  return await readPage(query, order, page);
}

const PARTICIPANT = [
  'whereby_participants.session_id as roomSessionId',
  'whereby_clients.id as participantId',
  'device_id as deviceId',
  'person_id as userId',
  'role_name as roleName',
  'display_name as displayName',
  'whereby_participants.joined_at as joinedAt',
  'whereby_participants.left_at as leftAt',
  'external_id as externalId',
  'rating',
  'tags',
  'comment',
  'user_agent as userAgent',
  'samples',
] as const;

export interface ParticipantUsage {
  readonly roomSessionId: string;
  readonly participantId: string;
  readonly deviceId: string;
  readonly userId: string;
  readonly roleName: string;
  readonly displayName: string;
  readonly joinedAt: number;
  /** Null while they are there. */
  readonly leftAt: number | null;
  readonly externalId: string | null;
  readonly rating: number | null;
  readonly tags: readonly string[] | null;
  readonly comment: string | null;
  readonly userAgent: string;
  readonly samples: JsonObject | null;
}

export type ParticipantUsageSort = 'joinedAt' | 'leftAt';

export interface ParticipantUsageFilter extends PageRequest, Sorted<ParticipantUsageSort> {
  readonly userId: number;
  readonly sessionId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly clientId?: string | undefined;
}

/** In the order they came unless sorted. */
export async function listParticipantUsage(
  handle: Handle,
  { userId, sessionId, externalId, clientId, sort, ...page }: ParticipantUsageFilter,
): Promise<PageOf<ParticipantUsage>> {
  if (clientId !== undefined && !isUuid(clientId)) return { rows: [], next: undefined };
  const query = handle
    .selectFrom('whereby_participants')
    .innerJoin('whereby_clients', 'whereby_clients.id', 'whereby_participants.client_id')
    .innerJoin('whereby_rooms', 'whereby_rooms.id', 'whereby_clients.room_id')
    .select(PARTICIPANT)
    .where('user_id', '=', userId)
    .$if(sessionId !== undefined, (found) => found.where('whereby_participants.session_id', '=', sessionId ?? ''))
    .$if(clientId !== undefined, (found) => found.where('whereby_clients.id', '=', clientId ?? ''))
    .$if(externalId !== undefined, (found) => found.where('external_id', '=', externalId ?? ''));
  const column = sort?.field === 'leftAt' ? 'whereby_participants.left_at' : 'whereby_participants.joined_at';
  const order = {
    key: sort && momentKey(sql.ref(column)),
    sequence: sql.ref<number>('whereby_participants.sequence'),
    direction: sort?.direction ?? 'asc',
  } as const;
  return await readPage(query, order, page);
}
