import { z } from 'zod';
import type { RoomInsight, SessionInsight } from '../../wire/whereby/index.ts';
import { sessionInsight } from '../../wire/whereby/insights.ts';
import { toBareName, type WherebyContext } from './fields.ts';
import { rememberSessions } from './find-room.ts';
import type { MeetingsPosition } from './meetings-cursor.ts';

/** A call that took place in a room, under the names that people know it by. */
export const meetingSummary = sessionInsight.extend({
  id: z.string(),
  startDate: z.string().nullable(),
  /** Null while it goes on. */
  endDate: z.string().nullable(),
  /** Seconds; null while it goes on. */
  duration: z.number().nullable(),
});

export type MeetingSummary = z.output<typeof meetingSummary>;

export function toMeetingSummary(session: SessionInsight): MeetingSummary {
  const { startedAt = null, endedAt = null } = session;
  const duration = startedAt === null || endedAt === null ? null : Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
  return { ...session, id: session.roomSessionId, startDate: startedAt, endDate: endedAt, duration };
}

export interface SessionFilter {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly roomName: string | undefined;
}

export interface SessionPage {
  readonly sessions: readonly SessionInsight[];
  /** Null at the end. */
  readonly next: MeetingsPosition | null;
  /** The questions ran out before the page was full. */
  readonly isCut: boolean;
}

const PAGE_SIZE = 100;
/** Sessions are only found room by room; a page asks no more than this. */
const MOST_CALLS = 40;

/** The next sessions that fit, room by room and in each room the newest first. */
export async function readSessions(
  { clients: { whereby: client }, signal }: Pick<WherebyContext, 'clients' | 'signal'>,
  filter: SessionFilter,
  { position, limit }: { readonly position: MeetingsPosition; readonly limit: number },
): Promise<SessionPage> {
  const sessions: SessionInsight[] = [];
  let here = position;
  let calls = 0;

  while (calls < MOST_CALLS) {
    const rooms = filter.roomName === undefined ? await readRooms(here.roomsCursor) : { names: [filter.roomName], cursor: null };
    for (let index = here.roomIndex; index < rooms.names.length; index++) {
      here = index === here.roomIndex ? here : { ...here, roomIndex: index, sessionsCursor: null, passed: 0 };
      for (;;) {
        if (calls >= MOST_CALLS) return { sessions, next: here, isCut: true };
        const page = await readRoom(rooms.names[index] ?? '', here.sessionsCursor);
        for (const [place, session] of page.fitting.entries()) {
          if (place < here.passed) continue;
          if (sessions.length === limit) return { sessions, next: { ...here, passed: place }, isCut: false };
          sessions.push(session);
        }
        if (page.cursor === null) break;
        here = { ...here, sessionsCursor: page.cursor, passed: 0 };
      }
    }
    if (rooms.cursor === null) return { sessions, next: null, isCut: false };
    here = { roomsCursor: rooms.cursor, roomIndex: 0, sessionsCursor: null, passed: 0 };
  }
  return { sessions, next: here, isCut: true };

  async function readRooms(cursor: string | null) {
    calls += 1;
    // Not `createdAt[from]`: an old room may have a new session.
    const createdAt = Number.isFinite(filter.to) ? { createdAt: { to: new Date(filter.to).toISOString() } } : {};
    const page = await client.listRoomInsights({ limit: PAGE_SIZE, cursor: cursor ?? undefined, ...createdAt }, { signal });
    return { names: page.results.filter((room) => mayFit(room, filter)).map((room) => room.roomName), cursor: page.cursor };
  }

  async function readRoom(roomName: string, cursor: string | null) {
    calls += 1;
    const page = await client.listSessionInsights({ roomName, limit: PAGE_SIZE, cursor: cursor ?? undefined }, { signal });
    rememberSessions(client, page.results);
    const fitting = page.results
      .filter(({ startedAt }) => startedAt != null && Date.parse(startedAt) >= filter.from && Date.parse(startedAt) <= filter.to)
      .toSorted((one, other) => Date.parse(other.startedAt ?? '') - Date.parse(one.startedAt ?? ''));
    return { fitting, cursor: page.cursor };
  }
}

function mayFit({ totalSessions, firstSessionStartedAt, lastSessionStartedAt }: RoomInsight, { from, to }: SessionFilter): boolean {
  if (totalSessions === 0) return false;
  const startsTooLate = firstSessionStartedAt != null && Date.parse(firstSessionStartedAt) > to;
  const endsTooEarly = lastSessionStartedAt != null && Date.parse(lastSessionStartedAt) < from;
  return !startsTooLate && !endsTooEarly;
}

/** The room that a session took place in, where nobody said: the rooms whose sessions were around that time are asked one by one. */
export async function findSessionRoom(
  sessionId: string,
  at: number,
  { clients: { whereby: client }, signal }: Pick<WherebyContext, 'clients' | 'signal'>,
): Promise<SessionInsight | undefined> {
  let cursor: string | undefined;
  let calls = 0;
  do {
    const page = await client.listRoomInsights({ limit: PAGE_SIZE, cursor }, { signal });
    calls += 1;
    // A session may have begun long before somebody joined it.
    for (const { roomName } of page.results.filter((room) => mayFit(room, { from: at - DAY_MS, to: at, roomName: undefined }))) {
      if (calls >= MOST_CALLS) return undefined;
      calls += 1;
      const found = await client.listSessionInsights({ roomName, roomSessionId: sessionId }, { signal });
      rememberSessions(client, found.results);
      const [session] = found.results.filter(({ roomSessionId }) => roomSessionId === sessionId);
      if (session !== undefined) return session;
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined && calls < MOST_CALLS);
  return undefined;
}

const DAY_MS = 86_400_000;

/** Of a room's name as the insights take it: the bare name, for hosted Whereby reads it with and without its slash. */
export function toInsightsName(text: string): string {
  return `/${toBareName(text)}`;
}
