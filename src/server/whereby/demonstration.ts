import { randomBytes } from 'node:crypto';
import { timestamp } from '../../store/sql-values.ts';
import type { Transaction } from '../../store/store.ts';
import { createWherebyFile } from '../../store/whereby-files.ts';
import { finishRecording, startRecording } from '../../store/whereby-media.ts';
import { createWherebyClient, endSession, moveWherebyClient, stopTakingPart, takePart } from '../../store/whereby-presence.ts';
import { createWherebyRoom } from '../../store/whereby-rooms.ts';
import {
  addUtterance,
  createSummary,
  finishTranscription,
  listAttendance,
  listUtterances,
  startTranscription,
} from '../../store/whereby-texts.ts';
import { createWherebyWebhook } from '../../store/whereby-webhooks.ts';
import { composeRecording } from './recording-file.ts';
import { summarize } from './summarize.ts';
import { composeTranscript } from './transcript-file.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const RECORDINGS = [
  '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6d',
  '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6e',
  '0b6f7c1e-5a30-4e7e-9d3c-1d2f3a4b5c6f',
] as const;
const TRANSCRIPTIONS = [
  '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4b',
  '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4c',
  '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4d',
  '7c1d2e3f-5a30-4e7e-9d3c-0b6f1d2f3a4e',
] as const;
const SUMMARIES = ['4e7e9d3c-7c1d-4a30-8b6f-1d2f3a4b5c6d', '4e7e9d3c-7c1d-4a30-8b6f-1d2f3a4b5c6e'] as const;

/** The others are there to be summarized and to be deleted. */
const SUMMARIZED = [TRANSCRIPTIONS[1], TRANSCRIPTIONS[3]];

const PAST = 'abc123';
const STANDUP = 'standup-1';
const SAID = [
  ['Ada Lovelace', 'The first version is ready.'],
  ['Grace Hopper', 'Then we ship on Friday.'],
] as const;

/** The rooms that examples name: one to look at, one to delete, and one where people sit and knock; with a past meeting and what is left of it. */
export async function demonstrateRooms(
  tx: Transaction,
  { userId, now }: { readonly userId: number; readonly now: number },
): Promise<number> {
  const make = async (name: string, more: { readonly isLocked?: boolean } = {}) => {
    const common = {
      userId,
      mode: 'group',
      isViewerMode: false,
      isLocked: false,
      settings: {},
      endAt: now + 365 * DAY_MS,
      now: now - 2 * DAY_MS,
    } as const;
    const room = await createWherebyRoom(tx, { ...common, ...more, name });
    if (room === undefined) throw new Error(`There is a room "${name}" already.`);
    return room.id;
  };
  const roomId = await make('/my-meeting-room');
  await make('/old-meeting-room');
  await fillPast(tx, { userId, roomId, now });
  const webhook = {
    userId,
    url: 'https://example.com/demonstration',
    secret: randomBytes(24).toString('base64url'),
    events: [],
    active: false,
  };
  const { id } = await createWherebyWebhook(tx, { ...webhook, now });
  await tx.updateTable('whereby_webhooks').set({ id: '6f1c2d34-0000-4000-8000-000000000001' }).where('id', '=', id).execute();
  await fillDoor(tx, await make('/standup-3f2a', { isLocked: true }), now);
  return 3;
}

interface Scene {
  readonly userId: number;
  readonly roomId: number;
  readonly now: number;
}

/** Half an hour of yesterday, recorded and transcribed three times over: one to look at, one to work on, one to delete. */
async function fillPast(tx: Transaction, { userId, roomId, now }: Scene): Promise<void> {
  const from = now - DAY_MS;
  const to = from + 30 * MINUTE_MS;
  await openSession(tx, { id: PAST, roomId, at: from });
  for (const [index, [name, text]] of SAID.entries()) {
    const client = await createWherebyClient(tx, { ...visitor(roomId, name), state: 'present', joinedAt: from });
    if (index === 0) {
      await tx.updateTable('whereby_clients').set({ id: PARTICIPANT }).where('id', '=', client.id).execute();
    }
    const clientId = index === 0 ? PARTICIPANT : client.id;
    await takePart(tx, PAST, [clientId], from);
    await addUtterance(tx, { sessionId: PAST, clientId, at: from + (index + 1) * MINUTE_MS, text });
    await stopTakingPart(tx, PAST, clientId, to);
    await moveWherebyClient(tx, clientId, { state: 'left', leftAt: to });
  }
  await endSession(tx, PAST, to);
  const transcript = { roomName: '/my-meeting-room', from, to, utterances: await listUtterances(tx, { sessionId: PAST, from, to }) };
  const video = composeRecording({ ...transcript, attendance: await listAttendance(tx, PAST) });
  const keep = (contentType: string, content: Uint8Array) => createWherebyFile(tx, { userId, contentType, content, now: to });
  for (const [index, id] of RECORDINGS.entries()) {
    const made = await startRecording(tx, {
      roomId,
      sessionId: PAST,
      filename: `my-meeting-room-${index + 1}.mp4`,
      storage: 'whereby',
      now: from,
    });
    await tx.updateTable('whereby_recordings').set({ id }).where('id', '=', made).execute();
    await finishRecording(tx, id, { at: to, sizeBytes: video.length, fileId: await keep('video/mp4', video) });
  }
  for (const [index, id] of TRANSCRIPTIONS.entries()) {
    const made = await startTranscription(tx, {
      ...{ roomId, sessionId: PAST, recordingId: null, kind: 'live', filename: `my-meeting-room-${index + 1}.md`, storage: 'whereby' },
      ...{ startedAt: from, endedAt: null, now: from },
    });
    await tx.updateTable('whereby_transcriptions').set({ id }).where('id', '=', made).execute();
    const fileId = await keep('text/markdown', Buffer.from(composeTranscript(transcript)));
    await finishTranscription(tx, id, { state: 'ready', at: to, fileId });
  }
  for (const [index, id] of SUMMARIES.entries()) {
    const template = 'General Bulleted';
    const content = summarize(transcript.utterances, template);
    const made = await createSummary(tx, { transcriptionId: SUMMARIZED[index] ?? '', template, content, now: to });
    await tx
      .updateTable('whereby_summaries')
      .set({ id })
      .where('id', '=', made ?? '')
      .execute();
  }
}

const PARTICIPANT = '1d2f3a4b-7c1d-4a30-8b6f-4e7e9d3c5c6d';

/** Ada and Grace are in the locked room, and three people knock. */
async function fillDoor(tx: Transaction, roomId: number, now: number): Promise<void> {
  await openSession(tx, { id: STANDUP, roomId, at: now });
  for (const [name, roleName] of [
    ['Ada', 'host'],
    ['Grace', 'visitor'],
  ] as const) {
    const { id } = await createWherebyClient(tx, { ...visitor(roomId, name), roleName, state: 'present', joinedAt: now });
    await takePart(tx, STANDUP, [id], now);
  }
  for (const name of ['Tim', 'Eve', 'Bob']) await createWherebyClient(tx, { ...visitor(roomId, name), state: 'knocking', knockedAt: now });
}

async function openSession(
  tx: Transaction,
  { id, roomId, at }: { readonly id: string; readonly roomId: number; readonly at: number },
): Promise<void> {
  await tx
    .insertInto('whereby_sessions')
    .values({ id, room_id: roomId, started_at: timestamp(at) })
    .execute();
}

function visitor(roomId: number, displayName: string) {
  const device = displayName.toLowerCase().replace(' ', '-');
  return {
    ...{ roomId, displayName, roleName: 'visitor', deviceId: device, personId: device, externalId: null, metadata: null },
    ...{ userAgent: '', isDialIn: false, knockedAt: null, joinedAt: null, seenAt: null },
  };
}
