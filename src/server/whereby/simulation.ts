import { currentRecording } from '../../store/whereby-media.ts';
import {
  currentSession,
  getWherebyClient,
  keepClientSamples,
  listWherebyClients,
  rateWherebySession,
  type WherebyClientRecord,
} from '../../store/whereby-presence.ts';
import { findWherebyRoom, isOpen, lockOrUnlock, type WherebyRoomRecord } from '../../store/whereby-rooms.ts';
import { addUtterance, currentTranscription } from '../../store/whereby-texts.ts';
import type { Endpoint } from '../../wire/endpoint.ts';
import * as simulation from '../../wire/whereby/simulation.ts';
import type { Caller } from '../authenticate.ts';
import { expireRooms } from './expiry.ts';
import { notFound, WherebyFailure } from './failure.ts';
import { beginRecording, beginTranscription, endRecording, endTranscription } from './media.ts';
import { serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';
import { admit, cancelKnock, emptyRoom, joinRoom, knock, leaveRoom, turnAway, type Visitor } from './presence.ts';
import { inRoom, type Scene } from './scene.ts';
import { readRoomKey } from './signed-links.ts';

const OPTIONS = { prefix: simulation.SIMULATION_PREFIX };

/** What people do in rooms, without people: for tests and demonstrations. */
export function serveSimulation(app: WherebyApp, service: WherebyService): void {
  serveOperation(app, simulation.getRoom, async ({ caller, params }) => toRoom(service, await findRoom(service, caller, params)), OPTIONS);

  serveOperation(
    app,
    simulation.joinRoom,
    async ({ caller, params, body }) => {
      const room = await findRoom(service, caller, params);
      const visitor = await toVisitor(service, room, body);
      return toClient(await inRoom(service, room.id, (scene) => joinRoom(scene, visitor)));
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.knock,
    async ({ caller, params, body }) => {
      const room = await findRoom(service, caller, params);
      const visitor = await toVisitor(service, room, body);
      return toClient(await inRoom(service, room.id, (scene) => knock(scene, visitor)));
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.lockRoom,
    async ({ caller, params, body }) => {
      const room = await findRoom(service, caller, params);
      await inRoom(service, room.id, ({ tx }) => lockOrUnlock(tx, room.id, body.isLocked));
      return await toRoom(service, { ...room, isLocked: body.isLocked });
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.endSession,
    async ({ caller, params }) => {
      const room = await findRoom(service, caller, params);
      await inRoom(service, room.id, emptyRoom);
      return await toRoom(service, room);
    },
    OPTIONS,
  );

  serveRecorders(app, service);
  serveParticipants(app, service);
}

function serveRecorders(app: WherebyApp, service: WherebyService): void {
  const act = async <Result>(caller: Caller, params: Params, work: (scene: Scene) => Promise<Result>): Promise<Result> =>
    inRoom(service, (await findRoom(service, caller, params)).id, work);

  serveOperation(
    app,
    simulation.startRecording,
    async ({ caller, params }) => ({ recordingId: await act(caller, params, (scene) => beginRecording(scene)) }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.stopRecording,
    async ({ caller, params }) => ({ recordingId: await act(caller, params, (scene) => endRecording(scene)) }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.startTranscription,
    async ({ caller, params }) => ({ transcriptionId: await act(caller, params, (scene) => beginTranscription(scene)) }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.stopTranscription,
    async ({ caller, params }) => ({ transcriptionId: await act(caller, params, (scene) => endTranscription(scene)) }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.requestAssistant,
    ({ caller, params }) =>
      act(caller, params, async (scene) => {
        const session = await scene.session();
        if (session === undefined)
          throw new WherebyFailure(409, `Nobody can ask for an assistant: the room "${scene.room.name}" has no session now.`);
        await scene.tell('assistant.requested', scene.inRoomData(session));
        return undefined;
      }),
    OPTIONS,
  );
}

/** What one participant does. */
function serveParticipants(app: WherebyApp, service: WherebyService): void {
  const actAs = async <Result>(
    caller: Caller,
    params: Params,
    work: (scene: Scene, client: WherebyClientRecord) => Promise<Result>,
  ): Promise<Result> => {
    const room = await findRoom(service, caller, params);
    return await inRoom(service, room.id, async (scene) => {
      const client = await getWherebyClient(scene.tx, room.id, params.participantId ?? '');
      if (client === undefined) throw notFound();
      return await work(scene, client);
    });
  };
  const serveAct = (endpoint: Endpoint, work: (scene: Scene, client: WherebyClientRecord) => Promise<unknown>) =>
    serveOperation(app, endpoint, ({ caller, params }) => actAs(caller, params, work), OPTIONS);

  serveAct(simulation.admit, async (scene, client) => toClient(await admit(scene, client)));
  serveAct(simulation.turnAway, turnAway);
  serveAct(simulation.cancelKnock, cancelKnock);
  serveAct(simulation.leaveRoom, leaveRoom);

  serveOperation(
    app,
    simulation.say,
    ({ caller, params, body }) =>
      actAs(caller, params, async (scene, client) => {
        const session = await scene.session();
        if (session === undefined || client.state !== 'present') {
          throw new WherebyFailure(409, `"${client.displayName}" is heard by nobody: a session begins when two people are there.`);
        }
        await addUtterance(scene.tx, { sessionId: session.id, clientId: client.id, at: scene.at, text: body.text });
        return undefined;
      }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.rateSession,
    ({ caller, params, body }) =>
      actAs(caller, params, async (scene, client) => {
        const { rating, tags = null, comment = null } = body;
        await rateWherebySession(scene.tx, client.id, { rating, tags, comment });
        return undefined;
      }),
    OPTIONS,
  );
  serveOperation(
    app,
    simulation.measureConnection,
    ({ caller, params, body }) =>
      actAs(caller, params, async (scene, client) => {
        const samples = Object.fromEntries(Object.entries(body.samples).map(([name, list]) => [name, list ?? []]));
        await keepClientSamples(scene.tx, client.id, { sampleRateMs: body.sampleRateMs, samples });
        return undefined;
      }),
    OPTIONS,
  );
}

type Params = Readonly<Record<string, string>>;

async function findRoom(service: WherebyService, caller: Caller, params: Params): Promise<WherebyRoomRecord> {
  await expireRooms(service, caller.id);
  const room = await findWherebyRoom(service.store.db, { userId: caller.id, name: toRoomName(params.roomName ?? '') });
  if (room === undefined) throw notFound();
  return room;
}

async function toVisitor(
  service: WherebyService,
  room: WherebyRoomRecord,
  { roomKey, roleName = 'visitor', ...visitor }: simulation.SimulatedVisitor,
): Promise<Visitor> {
  if (roomKey === undefined) return { ...visitor, roleName };
  const role = await readRoomKey(service, room.id, roomKey);
  if (role === undefined) throw new WherebyFailure(403, `The roomKey is none of the room "${room.name}".`);
  return { ...visitor, roleName: role };
}

async function toRoom({ store, now }: WherebyService, room: WherebyRoomRecord): Promise<simulation.SimulatedRoom> {
  const [session, recording, transcription] = [
    await currentSession(store.db, room.id),
    await currentRecording(store.db, room.id),
    await currentTranscription(store.db, room.id),
  ];
  return {
    meetingId: String(room.id),
    roomName: room.name,
    isLocked: room.isLocked,
    isOpen: isOpen(room, now()),
    roomSessionId: session?.id ?? null,
    recordingId: recording?.id ?? null,
    transcriptionId: transcription?.id ?? null,
    participants: (await listWherebyClients(store.db, room.id)).map(toClient),
  };
}

function toClient({ id, displayName, roleName, state, joinedAt }: WherebyClientRecord): simulation.SimulatedClient {
  return { participantId: id, displayName, roleName, state, joinedAt: joinedAt === null ? null : toMoment(joinedAt) };
}
