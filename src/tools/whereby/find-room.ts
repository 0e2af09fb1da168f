import { AppError } from '../../errors.ts';
import type { Meeting, MeetingField, WherebyClient } from '../../wire/whereby/index.ts';
import { nameOf, toBareName, type WherebyContext } from './fields.ts';

const PAGE_SIZE = 100;
const MOST_PAGES = 20;
const KNOWN = 2000;

/** What was seen of an account, to spare it questions: the API finds nothing by a room's name, and no room by a session. */
interface Memory {
  /** Bare name → meeting id. */
  readonly rooms: Map<string, string>;
  /** Session id → room name. */
  readonly sessions: Map<string, string>;
}

const memories = new WeakMap<WherebyClient, Memory>();

function memoryOf(client: WherebyClient): Memory {
  const memory = memories.get(client) ?? { rooms: new Map(), sessions: new Map() };
  memories.set(client, memory);
  return memory;
}

function keep(map: Map<string, string>, key: string, value: string): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KNOWN && oldest !== undefined) map.delete(oldest);
}

export function rememberRooms(client: WherebyClient, rooms: readonly Meeting[]): void {
  for (const found of rooms) keep(memoryOf(client).rooms, nameOf(found), found.meetingId);
}

export function forgetRoom(client: WherebyClient, name: string): void {
  memoryOf(client).rooms.delete(name);
}

export function rememberSessions(
  client: WherebyClient,
  sessions: readonly { readonly roomSessionId: string; readonly roomName: string }[],
): void {
  for (const { roomSessionId, roomName } of sessions) keep(memoryOf(client).sessions, roomSessionId, roomName);
}

export function recallSession(client: WherebyClient, sessionId: string): string | undefined {
  return memoryOf(client).sessions.get(sessionId);
}

/**
 * The room of a name, link or id. A name is found by exactly itself and never by its beginning; the API has no such question, so the rooms are looked
 * through. Throws `not_found`.
 */
export async function findRoom(
  text: string,
  { clients, signal }: Pick<WherebyContext, 'clients' | 'signal'>,
  fields: readonly MeetingField[] = [],
): Promise<Meeting> {
  const client = clients.whereby;
  const name = toBareName(text);
  const read = (meetingId: string) => readMeeting(client, meetingId, { fields, signal });

  const known = memoryOf(client).rooms.get(name);
  if (known !== undefined) {
    const found = await read(known);
    if (found !== undefined && nameOf(found) === name) return found;
    forgetRoom(client, name);
  }
  const isNumber = /^\d+$/.test(name);
  const first = isNumber ? await read(name) : undefined;
  if (first !== undefined) return first;

  const { found, isComplete } = await lookThrough(client, name, signal);
  if (found !== undefined) return fields.length === 0 ? found : ((await read(found.meetingId)) ?? found);
  // Some ids look like the names that are made of a UUID.
  const last = isNumber ? undefined : await read(name);
  if (last !== undefined) return last;
  throw new AppError('not_found', `There is no room named "${text}"${isComplete ? '' : ` among the first ${MOST_PAGES * PAGE_SIZE}`}.`, {
    hint: 'list_rooms shows every room with its exact name.',
  });
}

async function readMeeting(
  client: WherebyClient,
  meetingId: string,
  { fields, signal }: { readonly fields: readonly MeetingField[]; readonly signal: AbortSignal },
): Promise<Meeting | undefined> {
  try {
    const found = await client.getMeeting(meetingId, fields.length === 0 ? undefined : { fields: [...fields] }, { signal });
    rememberRooms(client, [found]);
    return found;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'invalid_input')) return undefined;
    throw error;
  }
}

async function lookThrough(
  client: WherebyClient,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly found: Meeting | undefined; readonly isComplete: boolean }> {
  let cursor: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    // The beginning is a hint that may be ignored: what comes back is compared.
    const page = await client.listMeetings({ limit: PAGE_SIZE, cursor, roomName: { startsWith: `/${name}` } }, { signal });
    rememberRooms(client, page.results);
    const found = page.results.find((candidate) => nameOf(candidate) === name);
    if (found !== undefined || page.cursor === null) return { found, isComplete: true };
    cursor = page.cursor;
  }
  return { found: undefined, isComplete: false };
}
