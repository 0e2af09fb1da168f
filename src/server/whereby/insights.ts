import { listParticipantUsage, listRoomUsage, listSessionUsage, type ParticipantUsage } from '../../store/whereby-insights.ts';
import { parseInstant } from '../../wire/calcom/scalars.ts';
import {
  getParticipant,
  listParticipants,
  listRoomInsights,
  listSessionInsights,
  type Participant,
  type ParticipantDetails,
} from '../../wire/whereby/insights.ts';
import { toPage, toPageRequest } from './cursor.ts';
import { expireRooms } from './expiry.ts';
import { serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';

const DEFAULT_LIMIT = 10;

export function serveInsights(app: WherebyApp, service: WherebyService): void {
  const { store, now } = service;

  serveOperation(app, listRoomInsights, async ({ caller, query = {} }) => {
    await expireRooms(service, caller.id);
    const { roomName, createdAt = {}, sortBy: sort, limit = DEFAULT_LIMIT, cursor } = query;
    const name = {
      exact: roomName?.exact === undefined ? undefined : toRoomName(roomName.exact),
      startsWith: roomName?.startsWith === undefined ? undefined : toRoomName(roomName.startsWith),
      contains: roomName?.contains,
    };
    const list = ['room insights', caller.id, name, createdAt, sort];
    const page = await listRoomUsage(store.db, {
      userId: caller.id,
      name,
      createdFrom: createdAt.from === undefined ? undefined : parseInstant(createdAt.from),
      createdTo: createdAt.to === undefined ? undefined : parseInstant(createdAt.to),
      sort,
      now: now(),
      ...toPageRequest({ limit, cursor }, list),
    });
    return toPage(page, list, ({ createdAt: created, endAt, firstSessionStartedAt, lastSessionStartedAt, ...room }) => ({
      ...room,
      createdAt: toMoment(created),
      endAt: toMoment(endAt),
      firstSessionStartedAt: toMoment(firstSessionStartedAt),
      lastSessionStartedAt: toMoment(lastSessionStartedAt),
    }));
  });

  serveOperation(app, listSessionInsights, async ({ caller, query }) => {
    await expireRooms(service, caller.id);
    const { roomSessionId: sessionId, sortBy: sort, limit = DEFAULT_LIMIT, cursor } = query;
    const roomName = toRoomName(query.roomName);
    const list = ['session insights', caller.id, roomName, sessionId, sort];
    const filter = { userId: caller.id, roomName, sessionId, sort, now: now(), ...toPageRequest({ limit, cursor }, list) };
    return toPage(await listSessionUsage(store.db, filter), list, ({ startedAt, endedAt, ...session }) => ({
      ...session,
      startedAt: toMoment(startedAt),
      endedAt: endedAt === null ? null : toMoment(endedAt),
    }));
  });

  serveOperation(app, listParticipants, async ({ caller, query }) => {
    await expireRooms(service, caller.id);
    const { roomSessionId: sessionId, externalId, sortBy: sort, limit = DEFAULT_LIMIT, cursor } = query;
    const list = ['participants', caller.id, sessionId, externalId, sort];
    const filter = { userId: caller.id, sessionId, externalId, sort, ...toPageRequest({ limit, cursor }, list) };
    return toPage(await listParticipantUsage(store.db, filter), list, toParticipant);
  });

  serveOperation(app, getParticipant, async ({ caller, query }) => {
    const { roomSessionId: sessionId, participantId: clientId } = query;
    const { rows } = await listParticipantUsage(store.db, { userId: caller.id, sessionId, clientId, limit: 1 });
    return rows.map(toDetails);
  });
}

function toParticipant(participant: ParticipantUsage): Participant {
  const { samples: _samples, userAgent: _userAgent, joinedAt, leftAt, externalId, ...others } = participant;
  return {
    ...others,
    tags: others.tags === null ? null : [...others.tags],
    joinedAt: toMoment(joinedAt),
    leftAt: leftAt === null ? null : toMoment(leftAt),
    // The specification knows no null here.
    externalId: externalId ?? '',
  };
}

const SAMPLE_RATE_MS = 2000;
const NO_SAMPLES = { packetLossSend: [], packetLossRecv: [], bitrateSend: [], bitrateRecv: [] };

function toDetails({ displayName, roleName, userAgent, joinedAt, samples }: ParticipantUsage): ParticipantDetails {
  // Written by `keepClientSamples` only.
  const measured = samples as { readonly sampleRateMs: number; readonly samples: Readonly<Record<string, readonly number[]>> } | null;
  return {
    displayName,
    userRole: roleName,
    userAgent,
    timeStamp: toMoment(joinedAt),
    sampleRateMs: measured?.sampleRateMs ?? SAMPLE_RATE_MS,
    samples: { ...NO_SAMPLES, ...measured?.samples },
    events: [],
  };
}
