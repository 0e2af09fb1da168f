import { createHash } from 'node:crypto';
import { AppError, type ErrorCode } from '../../errors.ts';
import { currentRecording } from '../../store/whereby-media.ts';
import {
  currentSession,
  getWherebyClient,
  listWherebyClients,
  seeWherebyClient,
  type WherebyClientRecord,
} from '../../store/whereby-presence.ts';
import { findWherebyRoom, isOpen, lockOrUnlock, type WherebyRoomRecord } from '../../store/whereby-rooms.ts';
import { currentTranscription } from '../../store/whereby-texts.ts';
import type { RoomEntry, RoomPerson, RoomView, RoomVisitor } from '../../wire/whereby/room-page.ts';
import { ABSENT_AFTER_MS, AWAY_FOR_MS, leaveAbsent } from './absence.ts';
import { WherebyFailure, type WherebyStatus } from './failure.ts';
import { toMoment, toRoomName } from './operation.ts';
import { admit, cancelKnock, GRANTED, joinRoom, knock, leaveRoom, turnAway } from './presence.ts';
import { createBell } from './room-bell.ts';
import { inRoom, type Scene } from './scene.ts';
import { toService, type WherebyServiceOptions } from './service.ts';
import { readRoomKey, readVisit, signVisit } from './signed-links.ts';

/** What other processes and the simulation do is noticed by then. */
const GLANCE_MS = 1_000;
/** An answer waits so often for news. Stopping waits for it too. */
const GLANCES = 4;

interface Entering {
  readonly displayName: string;
  readonly roomKey?: string | undefined;
  readonly attempt: string;
  readonly userAgent: string;
}

/**
 * What people do with a room's page. Who they are is a secret of theirs: the `roomKey` of a host's link before they come, the `visit` of `enter` from
 * then on. Failures are an `AppError`.
 */
export interface RoomDoor {
  /** `undefined` when there never was such a room. */
  look(name: string, by: { readonly roomKey?: string | undefined; readonly visit?: string | undefined }): Promise<RoomView | undefined>;
  /** Joins, or knocks where the room is locked. */
  enter(name: string, entering: Entering): Promise<RoomEntry>;
  /** The page is still there. Answers at once when `version` is not the newest, and otherwise after a few seconds at the latest. */
  here(
    name: string,
    by: { readonly visit: string; readonly version?: string | undefined; readonly signal: AbortSignal },
  ): Promise<RoomView>;
  /** The page goes away, and perhaps comes back at once. */
  away(name: string, visit: string): Promise<void>;
  /** Leaves, or gives up knocking. */
  leave(name: string, visit: string): Promise<RoomView>;
  /** For hosts. */
  lock(name: string, by: { readonly visit: string; readonly isLocked: boolean }): Promise<RoomView>;
  admit(name: string, by: { readonly visit: string; readonly participantId: string }): Promise<RoomView>;
  turnAway(name: string, by: { readonly visit: string; readonly participantId: string }): Promise<RoomView>;
}

export function createRoomDoor(options: WherebyServiceOptions): RoomDoor {
  const service = toService(options);
  const { store, now, processNow } = service;
  const bell = createBell();
  const glances = new Map<number, Promise<Sight>>();

  async function find(name: string): Promise<WherebyRoomRecord> {
    const room = await findWherebyRoom(store.db, { name: toRoomName(name) });
    if (room === undefined) throw new AppError('not_found', `There is no room "${name}".`, { hint: 'Ask for the link again.' });
    return room;
  }

  async function visitorOf(room: WherebyRoomRecord, visit: string): Promise<WherebyClientRecord> {
    const id = await readVisit(service, visit);
    const client = id === undefined ? undefined : await getWherebyClient(store.db, room.id, id);
    if (client === undefined) throw new AppError('forbidden', 'You are not in this room any more.', { hint: 'Join it again.' });
    return client;
  }

  async function look(room: WherebyRoomRecord): Promise<Sight> {
    return {
      current: (await findWherebyRoom(store.db, { id: room.id })) ?? room,
      clients: await listWherebyClients(store.db, room.id),
      session: await currentSession(store.db, room.id),
      recording: await currentRecording(store.db, room.id),
      transcription: await currentTranscription(store.db, room.id),
    };
  }

  /** One look for all who wait here at this moment, however many they are. */
  function glanceAt(room: WherebyRoomRecord): Promise<Sight> {
    const known = glances.get(room.id);
    if (known !== undefined) return known;
    const forget = () => {
      if (glances.get(room.id) === looking) glances.delete(room.id);
    };
    const looking = leaveAbsent(service, room.id).then(() => look(room));
    glances.set(room.id, looking);
    setTimeout(forget, GLANCE_MS / 2).unref();
    looking.catch(forget);
    return looking;
  }

  function ring(roomId: number): void {
    glances.delete(roomId);
    bell.ring(roomId);
  }

  async function view(
    room: WherebyRoomRecord,
    you: WherebyClientRecord | undefined,
    { role, sight }: { readonly role: RoomView['role']; readonly sight?: Sight },
  ): Promise<RoomView> {
    const { current, clients, session, recording, transcription } = sight ?? (await look(room));
    const self = you && (clients.find(({ id }) => id === you.id) ?? (await getWherebyClient(store.db, room.id, you.id)) ?? you);
    const present = clients.filter(({ state }) => state === 'present');
    const isInside = self?.state === 'present';
    const seen: Omit<RoomView, 'version'> = {
      roomName: current.name.slice(1),
      isOpen: isOpen(current, now()),
      isLocked: current.isLocked,
      endDate: toMoment(current.endAt),
      isRecorded: recording !== undefined,
      isTranscribed: transcription !== undefined,
      sessionStartedAt: session === undefined ? null : toMoment(session.startedAt),
      count: present.length,
      people: isInside || !current.isLocked || role === 'host' ? present.map(toPerson) : [],
      knocking: isInside && isHost(self) ? clients.filter(({ state }) => state === 'knocking').map(toPerson) : [],
      you: self === undefined ? null : toVisitor(self),
      role: self === undefined ? role : roleOf(self),
    };
    return { ...seen, version: createHash('sha256').update(JSON.stringify(seen)).digest('base64url').slice(0, 16) };
  }

  async function roleFor(room: WherebyRoomRecord, roomKey: string | undefined): Promise<RoomView['role']> {
    return roomKey === undefined ? 'visitor' : ((await readRoomKey(service, room.id, roomKey)) ?? 'visitor');
  }

  /** Does something as whoever the visit is, and shows what came of it. */
  async function act(name: string, visit: string, work: (scene: Scene, you: WherebyClientRecord) => Promise<unknown>): Promise<RoomView> {
    const room = await find(name);
    const { id } = await visitorOf(room, visit);
    const you = await translated(() =>
      inRoom(service, room.id, async (scene) => {
        const self = await getWherebyClient(scene.tx, room.id, id);
        if (self === undefined) throw new WherebyFailure(404);
        await work(scene, self);
        return self;
      }),
    );
    ring(room.id);
    return await view(room, you, { role: roleOf(you) });
  }

  /** Does something with another one, as a host. */
  function actOn(
    name: string,
    { visit, participantId }: { readonly visit: string; readonly participantId: string },
    work: (scene: Scene, guest: WherebyClientRecord) => Promise<unknown>,
  ): Promise<RoomView> {
    return act(name, visit, async (scene, self) => {
      requireHost(self);
      const guest = await getWherebyClient(scene.tx, self.roomId, participantId);
      if (guest === undefined) throw new WherebyFailure(404, 'They are not at the door any more.');
      // Two hosts may answer the same knock: it is answered.
      if (guest.state === 'knocking') await work(scene, guest);
    });
  }

  return {
    async look(name, { roomKey, visit }) {
      const room = await findWherebyRoom(store.db, { name: toRoomName(name) });
      if (room === undefined) return undefined;
      await leaveAbsent(service, room.id);
      const id = visit === undefined ? undefined : await readVisit(service, visit);
      const you = id === undefined ? undefined : await getWherebyClient(store.db, room.id, id);
      return await view(room, you, { role: await roleFor(room, roomKey) });
    },

    async enter(name, { displayName, roomKey, attempt, userAgent }) {
      const room = await find(name);
      const role = await roleFor(room, roomKey);
      const deviceId = createHash('sha256').update(`kalends visit ${attempt}`).digest('hex').slice(0, 32);
      await leaveAbsent(service, room.id);
      const you = await translated(() =>
        inRoom(service, room.id, async (scene) => {
          const known = (await scene.people()).find((client) => client.deviceId === deviceId);
          if (known !== undefined) return known;
          const visitor = { displayName: toCleanName(displayName), roleName: role, deviceId, userAgent, seenAt: processNow() } as const;
          return scene.room.isLocked && role in GRANTED ? await knock(scene, visitor) : await joinRoom(scene, visitor);
        }),
      );
      ring(room.id);
      return { visit: await signVisit(service, you.id), view: await view(room, you, { role }) };
    },

    async here(name, { visit, version, signal }) {
      const room = await find(name);
      const you = await visitorOf(room, visit);
      await seeWherebyClient(store.db, you.id, processNow());
      for (let glance = 0; ; glance++) {
        const heard = bell.next(room.id, { withinMs: GLANCE_MS, signal });
        if (glance === 0) await leaveAbsent(service, room.id);
        const sight = glance === 0 ? undefined : await glanceAt(room);
        const seen = await view(room, you, { role: roleOf(you), ...(sight === undefined ? {} : { sight }) });
        if (seen.version !== version || signal.aborted || glance >= GLANCES) return seen;
        await heard;
      }
    },

    async away(name, visit) {
      const room = await find(name);
      const { id } = await visitorOf(room, visit);
      await seeWherebyClient(store.db, id, processNow() - ABSENT_AFTER_MS + AWAY_FOR_MS);
    },

    leave: (name, visit) =>
      act(name, visit, async (scene, self) => {
        if (self.state === 'present') await leaveRoom(scene, self);
        if (self.state === 'knocking') await cancelKnock(scene, self);
      }),

    lock: (name, { visit, isLocked }) =>
      act(name, visit, async (scene, self) => {
        requireHost(self);
        await lockOrUnlock(scene.tx, self.roomId, isLocked);
      }),

    admit: (name, by) => actOn(name, by, admit),
    turnAway: (name, by) => actOn(name, by, turnAway),
  };
}

/** What there is to see in a room. */
interface Sight {
  readonly current: WherebyRoomRecord;
  readonly clients: readonly WherebyClientRecord[];
  readonly session: Awaited<ReturnType<typeof currentSession>>;
  readonly recording: Awaited<ReturnType<typeof currentRecording>>;
  readonly transcription: Awaited<ReturnType<typeof currentTranscription>>;
}

const HOSTS: ReadonlySet<string> = new Set(['host', 'owner']);

function isHost({ roleName }: WherebyClientRecord): boolean {
  return HOSTS.has(roleName);
}

function requireHost(client: WherebyClientRecord): void {
  if (isHost(client) && client.state === 'present') return;
  throw new WherebyFailure(403, 'Only a host who is in the room can do that.');
}

function roleOf(client: WherebyClientRecord): RoomView['role'] {
  if (isHost(client)) return 'host';
  return client.roleName.endsWith('viewer') ? 'viewer' : 'visitor';
}

function toPerson(client: WherebyClientRecord): RoomPerson {
  const { id, displayName, joinedAt, knockedAt } = client;
  const since = toMoment(joinedAt ?? knockedAt ?? 0);
  return { participantId: id, displayName, isHost: isHost(client), isViewer: roleOf(client) === 'viewer', since };
}

function toVisitor(client: WherebyClientRecord): RoomVisitor {
  return { ...toPerson(client), state: client.state };
}

/** Names are read by others: no line breaks, and nothing that hides or turns around what follows. */
function toCleanName(text: string): string {
  const name = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (name === '')
    throw new AppError('invalid_input', 'Your name has no letter that can be seen.', { hint: 'Write the name others know you by.' });
  return name;
}

const CODES: Readonly<Record<WherebyStatus, ErrorCode>> = {
  400: 'invalid_input',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'invalid_input',
  429: 'rate_limited',
  500: 'internal',
  503: 'unavailable',
};

/** The refusals of rooms, as the app's own. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WherebyFailure) throw new AppError(CODES[error.status], error.message, { cause: error });
    throw error;
  }
}
