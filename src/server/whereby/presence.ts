import { randomUUID } from 'node:crypto';
import {
  createWherebyClient,
  endSession,
  moveWherebyClient,
  startSession,
  stopTakingPart,
  takePart,
  type WherebyClientRecord,
  type WherebySessionRecord,
} from '../../store/whereby-presence.ts';
import { closeWherebyRoom, isOpen, ROOM_GRACE_MS } from '../../store/whereby-rooms.ts';
import { WherebyFailure } from './failure.ts';
import { finishMedia, startAutomaticMedia } from './media.ts';
import type { Scene } from './scene.ts';

export const roleNames = [
  'owner',
  'member',
  'host',
  'visitor',
  'granted_visitor',
  'viewer',
  'granted_viewer',
  'recorder',
  'streamer',
  'captioner',
  'assistant',
] as const;

export type RoleName = (typeof roleNames)[number];

const MACHINES: ReadonlySet<string> = new Set<RoleName>(['recorder', 'streamer', 'captioner', 'assistant']);
const VIEWERS: ReadonlySet<string> = new Set<RoleName>(['viewer', 'granted_viewer']);
/** Those whom a locked room keeps out, and what they are once they were let in. */
export const GRANTED: Readonly<Record<string, RoleName>> = { visitor: 'granted_visitor', viewer: 'granted_viewer' };

const CAPACITY = { normal: 4, group: 200 } as const;
const VIEWER_CAPACITY = 400;
/** Anybody may knock: a host's list must stay readable. */
const DOOR_CAPACITY = 50;

/** Who comes. */
export interface Visitor {
  readonly displayName: string;
  readonly roleName: RoleName;
  /** The same person's device is counted once. */
  readonly deviceId?: string | undefined;
  readonly personId?: string | undefined;
  readonly externalId?: string | undefined;
  readonly metadata?: string | undefined;
  readonly userAgent?: string | undefined;
  readonly isDialIn?: boolean | undefined;
  /** When their page was heard of (process clock); who has none stays until they leave. */
  readonly seenAt?: number | undefined;
}

/** Enters the room. Throws when it is gone, full or locked. */
export async function joinRoom(scene: Scene, visitor: Visitor): Promise<WherebyClientRecord> {
  requireOpen(scene);
  if (scene.room.isLocked && visitor.roleName in GRANTED) {
    throw new WherebyFailure(
      403,
      `The room "${scene.room.name}" is locked: "${visitor.displayName}" has to knock and be let in by a host.`,
    );
  }
  await requirePlace(scene, visitor.roleName);
  const client = await createWherebyClient(scene.tx, {
    ...toClient(scene, visitor),
    state: 'present',
    joinedAt: scene.at,
    knockedAt: null,
  });
  await arrive(scene, client);
  return client;
}

/** Waits at the door of a locked room. */
export async function knock(scene: Scene, visitor: Visitor): Promise<WherebyClientRecord> {
  requireOpen(scene);
  if (!scene.room.isLocked) throw new WherebyFailure(409, `The room "${scene.room.name}" is not locked: join it without knocking.`);
  if (!(visitor.roleName in GRANTED)) throw new WherebyFailure(409, `A "${visitor.roleName}" enters a locked room without knocking.`);
  const waiting = (await scene.people()).filter(({ state }) => state === 'knocking').length;
  if (waiting >= DOOR_CAPACITY) throw new WherebyFailure(403, `Too many people wait at the door of "${scene.room.name}": ${waiting}.`);
  const client = await createWherebyClient(scene.tx, {
    ...toClient(scene, visitor),
    state: 'knocking',
    joinedAt: null,
    knockedAt: scene.at,
  });
  await scene.tell('room.client.knocked', await doorData(scene, client));
  return client;
}

/** A host lets somebody in who knocks. */
export async function admit(scene: Scene, client: WherebyClientRecord): Promise<WherebyClientRecord> {
  requireOpen(scene);
  requireState(client, 'knocking');
  await requirePlace(scene, client.roleName);
  const admitted = { ...client, state: 'present', roleName: GRANTED[client.roleName] ?? client.roleName, joinedAt: scene.at } as const;
  await moveWherebyClient(scene.tx, client.id, { state: 'present', roleName: admitted.roleName, joinedAt: scene.at });
  await arrive(scene, admitted);
  return admitted;
}

/** A host does not let them in. */
export async function turnAway(scene: Scene, client: WherebyClientRecord): Promise<void> {
  requireState(client, 'knocking');
  await moveWherebyClient(scene.tx, client.id, { state: 'turned_away', leftAt: scene.at });
}

/** Whoever knocks gives up. */
export async function cancelKnock(scene: Scene, client: WherebyClientRecord): Promise<void> {
  requireState(client, 'knocking');
  await moveWherebyClient(scene.tx, client.id, { state: 'gave_up', leftAt: scene.at });
  await scene.tell('room.client.knockCancelled', await doorData(scene, client));
}

/** Leaves the room; the session ends when fewer than two people remain. */
export async function leaveRoom(scene: Scene, client: WherebyClientRecord): Promise<void> {
  requireState(client, 'present');
  const session = await scene.session();
  await moveWherebyClient(scene.tx, client.id, { state: 'left', leftAt: scene.at });
  if (session !== undefined) await stopTakingPart(scene.tx, session.id, client.id, scene.at);
  const present = await presentClients(scene);
  await scene.tell('room.client.left', presenceData(scene, { client, session, present }));
  if (session !== undefined && countPeople(present) < 2) await finishSession(scene, session);
}

/** Everybody leaves at once. */
export async function emptyRoom(scene: Scene): Promise<void> {
  for (const client of await scene.people()) {
    if (client.state === 'knocking') await turnAway(scene, client);
    else await leaveRoom(scene, client);
  }
}

/** The room is gone, and nobody is in it any more. */
export async function closeRoom(given: Scene): Promise<void> {
  const { tx, room } = given;
  if (room.closedAt !== null) return;
  // Its time was over at the latest then, whenever that is noticed.
  const scene = { ...given, at: Math.min(given.at, room.endAt + ROOM_GRACE_MS) };
  await emptyRoom(scene);
  await closeWherebyRoom(tx, room.id, scene.at);
}

function requireOpen({ room, at }: Scene): void {
  if (!isOpen(room, at)) throw new WherebyFailure(404, `The room "${room.name}" does not exist any more.`);
}

function requireState(client: WherebyClientRecord, state: WherebyClientRecord['state']): void {
  if (client.state === state) return;
  const expected = state === 'present' ? 'in the room' : 'at the door';
  throw new WherebyFailure(409, `"${client.displayName}" is not ${expected} (state "${client.state}").`);
}

async function requirePlace(scene: Scene, roleName: string): Promise<void> {
  if (MACHINES.has(roleName)) return;
  const isViewer = VIEWERS.has(roleName);
  const capacity = isViewer ? VIEWER_CAPACITY : CAPACITY[scene.room.mode];
  const others = (await presentClients(scene)).filter((other) => !MACHINES.has(other.roleName) && VIEWERS.has(other.roleName) === isViewer);
  if (others.length >= capacity) throw new WherebyFailure(403, `The room "${scene.room.name}" is full: it holds ${capacity}.`);
}

function toClient({ room }: Scene, visitor: Visitor) {
  return {
    roomId: room.id,
    displayName: visitor.displayName,
    roleName: visitor.roleName,
    deviceId: visitor.deviceId ?? randomUUID(),
    personId: visitor.personId ?? randomUUID(),
    externalId: visitor.externalId ?? null,
    metadata: visitor.metadata ?? null,
    userAgent: visitor.userAgent ?? '',
    isDialIn: visitor.isDialIn ?? false,
    seenAt: visitor.seenAt ?? null,
  };
}

/** Tells of it, and begins a session with the second person. */
async function arrive(scene: Scene, client: WherebyClientRecord): Promise<void> {
  const present = await presentClients(scene);
  const ongoing = await scene.session();
  const session = ongoing ?? (countPeople(present) >= 2 ? await startSession(scene.tx, scene.room.id, scene.at) : undefined);
  if (session !== undefined) {
    const joining = ongoing === undefined ? present.map(({ id }) => id) : [client.id];
    await takePart(scene.tx, session.id, joining, scene.at);
  }
  await scene.tell('room.client.joined', presenceData(scene, { client, session, present }));
  if (session === undefined || ongoing !== undefined) return;
  await scene.tell('room.session.started', scene.inRoomData(session));
  await startAutomaticMedia(scene, session);
}

async function finishSession(scene: Scene, session: WherebySessionRecord): Promise<void> {
  await endSession(scene.tx, session.id, scene.at);
  await finishMedia(scene);
  await scene.tell('room.session.ended', scene.inRoomData(session));
}

async function presentClients(scene: Scene): Promise<readonly WherebyClientRecord[]> {
  return (await scene.people()).filter(({ state }) => state === 'present');
}

function countPeople(clients: readonly WherebyClientRecord[]): number {
  return clients.filter(({ roleName }) => !MACHINES.has(roleName)).length;
}

function clientData({ displayName, id, metadata, externalId }: WherebyClientRecord) {
  return { displayName, participantId: id, metadata, externalId };
}

async function doorData(scene: Scene, client: WherebyClientRecord) {
  return { ...scene.inRoomData(await scene.session()), ...clientData(client) };
}

interface Presence {
  readonly client: WherebyClientRecord;
  readonly session: WherebySessionRecord | undefined;
  /** After it happened. */
  readonly present: readonly WherebyClientRecord[];
}

function presenceData(scene: Scene, { client, session, present }: Presence) {
  const byRole = Map.groupBy(present, ({ roleName }) => roleName);
  return {
    ...scene.inRoomData(session),
    ...clientData(client),
    roleName: client.roleName,
    numClients: present.length,
    numClientsByRoleName: Object.fromEntries([...byRole].map(([role, clients]) => [role, clients.length])),
    isDialIn: client.isDialIn,
  };
}
