import type { z } from 'zod';
import { createWherebyRoom, findWherebyRoom, isOpen, listWherebyRooms, type WherebyRoomRecord } from '../../store/whereby-rooms.ts';
import type { WherebyRoomSettings } from '../../store/whereby-tables.ts';
import { parseInstant } from '../../wire/calcom/scalars.ts';
import {
  createMeeting,
  type createMeetingBody,
  deleteMeeting,
  getMeeting,
  listMeetings,
  type Meeting,
  type MeetingField,
} from '../../wire/whereby/meetings.ts';
import { toPage, toPageRequest } from './cursor.ts';
import { notFound, WherebyFailure } from './failure.ts';
import { parseMeetingId, serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';
import { closeRoom } from './presence.ts';
import { createRoomName } from './room-name.ts';
import { inRoom } from './scene.ts';
import { signRoomKey } from './signed-links.ts';

const ATTEMPTS_AT_A_NAME = 10;

export function serveMeetings(app: WherebyApp, service: WherebyService): void {
  const { store, now } = service;

  serveOperation(app, createMeeting, async ({ caller, body }) => {
    const endAt = parseInstant(body.endDate) ?? Number.NaN;
    const at = now();
    if (!(endAt >= at)) {
      throw new WherebyFailure(400, `endDate must not lie in the past, but "${body.endDate}" is before ${toMoment(at)}.`);
    }
    const isViewerMode = body.templateType === 'viewerMode';
    const room = await createNamed(service, body, {
      userId: caller.id,
      mode: isViewerMode ? 'group' : (body.roomMode ?? 'normal'),
      isViewerMode,
      isLocked: isViewerMode || (body.isLocked ?? false),
      settings: toSettings(body),
      endAt,
      now: at,
    });
    return await toMeeting(service, room, isViewerMode ? ['hostRoomUrl', 'viewerRoomUrl'] : (body.fields ?? []));
  });

  serveOperation(app, listMeetings, async ({ caller, query = {} }) => {
    const startsWith = query.roomName?.startsWith;
    const namePrefix = startsWith === undefined ? undefined : toRoomName(startsWith);
    const list = ['meetings', caller.id, namePrefix];
    const filter = { userId: caller.id, namePrefix, now: now(), ...toPageRequest(query, list) };
    const page = await listWherebyRooms(store.db, filter);
    const meetings = await Promise.all(page.rows.map((room) => toMeeting(service, room, query.fields ?? [])));
    return { ...toPage(page, list, () => undefined), results: meetings };
  });

  serveOperation(app, getMeeting, async ({ caller, params, query }) => {
    const id = parseMeetingId(params.meetingId);
    const room = id === undefined ? undefined : await findWherebyRoom(store.db, { userId: caller.id, id });
    if (room === undefined || !isOpen(room, now())) throw notFound();
    return await toMeeting(service, room, query?.fields ?? []);
  });

  serveOperation(app, deleteMeeting, async ({ caller, params }) => {
    const id = parseMeetingId(params.meetingId);
    const room = id === undefined ? undefined : await findWherebyRoom(store.db, { userId: caller.id, id });
    if (room !== undefined && room.closedAt === null) await inRoom(service, room.id, (scene) => closeRoom(scene));
    return undefined;
  });
}

type Body = z.output<typeof createMeetingBody>;
type NamelessRoom = Omit<Parameters<typeof createWherebyRoom>[1], 'name'>;

async function createNamed({ store }: WherebyService, body: Body, room: NamelessRoom): Promise<WherebyRoomRecord> {
  for (let attempt = 0; attempt < ATTEMPTS_AT_A_NAME; attempt++) {
    const name = createRoomName(body.roomNamePrefix ?? '', body.roomNamePattern ?? 'uuid');
    const made = await createWherebyRoom(store.db, { ...room, name });
    if (made !== undefined) return made;
  }
  throw new WherebyFailure(
    409,
    `There are too many rooms named "${body.roomNamePrefix}…": choose another roomNamePrefix, or the pattern "uuid".`,
  );
}

/** What is decided by here later. The keys of a bucket are not kept: nothing is sent there. */
function toSettings({ recording, liveTranscription, streaming }: Body): WherebyRoomSettings {
  return {
    ...(recording
      ? {
          recording: {
            type: recording.type,
            storage: recording.destination?.provider ?? 'whereby',
            startTrigger: recording.startTrigger ?? null,
          },
        }
      : {}),
    ...(liveTranscription
      ? {
          liveTranscription: {
            storage: liveTranscription.destination?.provider ?? 'whereby',
            startTrigger: liveTranscription.startTrigger ?? null,
            language: liveTranscription.language ?? null,
          },
        }
      : {}),
    ...(streaming ? { streaming: { startTrigger: streaming.startTrigger ?? null } } : {}),
  };
}

async function toMeeting(service: WherebyService, room: WherebyRoomRecord, fields: readonly MeetingField[]): Promise<Meeting> {
  const roomUrl = toRoomUrl(service, room.name);
  const withKey = async (role: 'host' | 'viewer') => `${roomUrl}?roomKey=${await signRoomKey(service, room.id, role)}`;
  return {
    meetingId: String(room.id),
    roomName: room.name,
    roomUrl,
    startDate: toMoment(room.createdAt),
    endDate: toMoment(room.endAt),
    ...(fields.includes('hostRoomUrl') ? { hostRoomUrl: await withKey('host') } : {}),
    ...(fields.includes('viewerRoomUrl') ? { viewerRoomUrl: await withKey('viewer') } : {}),
  };
}

/** Where people enter a room; its path ends with the room's name. */
export function toRoomUrl({ publicUrl }: Pick<WherebyService, 'publicUrl'>, name: string): string {
  return `${publicUrl}/rooms${name}`;
}
