import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { JsonObject } from './database.ts';
import { json, nullableTimestamp, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';
import { deleteWherebyFiles } from './whereby-files.ts';
import type { MediaFilter } from './whereby-media.ts';
import { momentKey, numberKey, type PageOf, readPage, textKey } from './whereby-page.ts';
import { isUuid } from './whereby-presence.ts';
import type { MediaStorage, WherebyTranscriptionsTable } from './whereby-tables.ts';

/** What was said, by whom. */
export interface Utterance {
  readonly displayName: string;
  readonly at: number;
  readonly text: string;
}

export async function addUtterance(
  handle: Handle,
  { sessionId, clientId, at, text }: { readonly sessionId: string; readonly clientId: string; readonly at: number; readonly text: string },
): Promise<void> {
  await handle
    .insertInto('whereby_utterances')
    .values({ session_id: sessionId, client_id: clientId, at: timestamp(at), text })
    .execute();
}

/** Of a session, both bounds included. */
export async function listUtterances(
  handle: Handle,
  { sessionId, from, to }: { readonly sessionId: string; readonly from: number; readonly to: number },
): Promise<readonly Utterance[]> {
  return await handle
    .selectFrom('whereby_utterances')
    .innerJoin('whereby_clients', 'whereby_clients.id', 'client_id')
    .select(['display_name as displayName', 'at', 'text'])
    .where('session_id', '=', sessionId)
    .where('at', '>=', timestamp(from))
    .where('at', '<=', timestamp(to))
    .orderBy('whereby_utterances.sequence')
    .execute();
}

/** Who came and went during a session. */
export async function listAttendance(
  handle: Handle,
  sessionId: string,
): Promise<readonly { readonly displayName: string; readonly joinedAt: number; readonly leftAt: number | null }[]> {
  return await handle
    .selectFrom('whereby_participants')
    .innerJoin('whereby_clients', 'whereby_clients.id', 'client_id')
    .select(['display_name as displayName', 'whereby_participants.joined_at as joinedAt', 'whereby_participants.left_at as leftAt'])
    .where('session_id', '=', sessionId)
    .orderBy('whereby_participants.sequence')
    .execute();
}

const TRANSCRIPTION = [
  'whereby_transcriptions.id',
  'room_id as roomId',
  'whereby_rooms.name as roomName',
  'session_id as sessionId',
  'recording_id as recordingId',
  'kind',
  'state',
  'filename',
  'started_at as startedAt',
  'ended_at as endedAt',
  'whereby_transcriptions.created_at as createdAt',
  'storage',
  'file_id as fileId',
] as const;

export interface WherebyTranscriptionRecord {
  readonly id: string;
  readonly roomId: number;
  readonly roomName: string;
  readonly sessionId: string;
  readonly recordingId: string | null;
  readonly kind: WherebyTranscriptionsTable['kind'];
  readonly state: WherebyTranscriptionsTable['state'];
  readonly filename: string;
  readonly startedAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  readonly createdAt: number;
  readonly storage: MediaStorage;
  readonly fileId: string | null;
}

export type NewWherebyTranscription = Omit<WherebyTranscriptionRecord, 'id' | 'roomName' | 'state' | 'fileId' | 'createdAt'> & {
  readonly now: number;
};

export async function startTranscription(handle: Handle, transcription: NewWherebyTranscription): Promise<string> {
  const id = randomUUID();
  await handle
    .insertInto('whereby_transcriptions')
    .values({
      id,
      room_id: transcription.roomId,
      session_id: transcription.sessionId,
      recording_id: transcription.recordingId,
      kind: transcription.kind,
      state: 'in_progress',
      filename: transcription.filename,
      started_at: timestamp(transcription.startedAt),
      ended_at: nullableTimestamp(transcription.endedAt),
      created_at: timestamp(transcription.now),
      storage: transcription.storage,
    })
    .execute();
  return id;
}

export interface TranscriptionEnd {
  readonly state: 'ready' | 'failed';
  readonly at: number;
  readonly fileId: string | null;
}

export async function finishTranscription(handle: Handle, id: string, { state, at, fileId }: TranscriptionEnd): Promise<void> {
  await handle
    .updateTable('whereby_transcriptions')
    .set({ state, ended_at: timestamp(at), file_id: fileId })
    .where('id', '=', id)
    .execute();
}

function transcriptions(handle: Handle) {
  return handle
    .selectFrom('whereby_transcriptions')
    .innerJoin('whereby_rooms', 'whereby_rooms.id', 'whereby_transcriptions.room_id')
    .select(TRANSCRIPTION);
}

/** The live one that goes on. */
export async function currentTranscription(handle: Handle, roomId: number): Promise<WherebyTranscriptionRecord | undefined> {
  return await transcriptions(handle)
    .where('room_id', '=', roomId)
    .where('kind', '=', 'live')
    .where('ended_at', 'is', null)
    .executeTakeFirst();
}

/** `id` may be any text. */
export async function getTranscription(handle: Handle, userId: number, id: string): Promise<WherebyTranscriptionRecord | undefined> {
  if (!isUuid(id)) return undefined;
  return await transcriptions(handle).where('whereby_transcriptions.id', '=', id).where('user_id', '=', userId).executeTakeFirst();
}

export type TextSort = 'roomName' | 'startDate' | 'durationInSeconds';

const KEYS: Readonly<Record<TextSort, RawBuilder<string | number>>> = {
  roomName: textKey(sql.ref('whereby_rooms.name')),
  startDate: momentKey(sql.ref('started_at')),
  durationInSeconds: numberKey(sql`extract(epoch from ended_at - started_at)`),
};

/** Newest first unless sorted. */
export async function listTranscriptions(
  handle: Handle,
  { userId, roomName, sort, ...page }: MediaFilter<TextSort>,
): Promise<PageOf<WherebyTranscriptionRecord>> {
  const query = transcriptions(handle)
    .where('user_id', '=', userId)
    .$if(roomName !== undefined, (found) => found.where('whereby_rooms.name', '=', roomName ?? ''));
  const order = {
    key: sort && KEYS[sort.field],
    sequence: sql.ref<number>('whereby_transcriptions.sequence'),
    direction: sort?.direction ?? 'desc',
  } as const;
  return await readPage(query, order, page);
}

/** With files and summaries. One that goes on stays; unknown ids, and those of others, are passed over. */
export async function deleteTranscriptions(
  handle: Handle,
  { userId, ids }: { readonly userId: number; readonly ids: readonly string[] },
): Promise<void> {
  const known = ids.filter(isUuid);
  if (known.length === 0) return;
  const rows = await handle
    .deleteFrom('whereby_transcriptions')
    .where('id', 'in', known)
    .where('state', '<>', 'in_progress')
    .where('room_id', 'in', (query) => query.selectFrom('whereby_rooms').select('whereby_rooms.id').where('user_id', '=', userId))
    .returning('file_id as fileId')
    .execute();
  await deleteWherebyFiles(
    handle,
    rows.map(({ fileId }) => fileId),
  );
}

export interface WherebySummaryRecord {
  readonly id: string;
  readonly transcriptionId: string;
  readonly template: string;
  readonly content: JsonObject;
  readonly createdAt: number;
  readonly roomName: string;
  readonly sessionId: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
}

export interface NewWherebySummary {
  readonly transcriptionId: string;
  readonly template: string;
  readonly content: JsonObject;
  readonly now: number;
}

/** `undefined` when the transcription has one already. */
export async function createSummary(handle: Handle, summary: NewWherebySummary): Promise<string | undefined> {
  const row = await handle
    .insertInto('whereby_summaries')
    .values({
      id: randomUUID(),
      transcription_id: summary.transcriptionId,
      template: summary.template,
      content: json(summary.content),
      created_at: timestamp(summary.now),
    })
    .onConflict((conflict) => conflict.constraint('whereby_summaries_once').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

function summaries(handle: Handle) {
  return handle
    .selectFrom('whereby_summaries')
    .innerJoin('whereby_transcriptions', 'whereby_transcriptions.id', 'whereby_summaries.transcription_id')
    .innerJoin('whereby_rooms', 'whereby_rooms.id', 'whereby_transcriptions.room_id')
    .select([
      'whereby_summaries.id',
      'transcription_id as transcriptionId',
      'template',
      'content',
      'whereby_summaries.created_at as createdAt',
      'whereby_rooms.name as roomName',
      'session_id as sessionId',
      'started_at as startedAt',
      'ended_at as endedAt',
    ]);
}

/** `id` may be any text. */
export async function getSummary(handle: Handle, userId: number, id: string): Promise<WherebySummaryRecord | undefined> {
  if (!isUuid(id)) return undefined;
  return await summaries(handle).where('whereby_summaries.id', '=', id).where('user_id', '=', userId).executeTakeFirst();
}

/** Newest first unless sorted. */
export async function listSummaries(
  handle: Handle,
  { userId, sort, ...page }: MediaFilter<TextSort>,
): Promise<PageOf<WherebySummaryRecord>> {
  const order = {
    key: sort && KEYS[sort.field],
    sequence: sql.ref<number>('whereby_summaries.sequence'),
    direction: sort?.direction ?? 'desc',
  } as const;
  return await readPage(summaries(handle).where('user_id', '=', userId), order, page);
}

/** Unknown ids, and those of others, are passed over. */
export async function deleteSummary(handle: Handle, userId: number, id: string): Promise<void> {
  const summary = await getSummary(handle, userId, id);
  if (summary !== undefined) await handle.deleteFrom('whereby_summaries').where('id', '=', summary.id).execute();
}
