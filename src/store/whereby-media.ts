import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';
import { deleteWherebyFiles } from './whereby-files.ts';
import { momentKey, numberKey, type PageOf, type PageRequest, readPage, textKey } from './whereby-page.ts';
import { isUuid } from './whereby-presence.ts';
import type { MediaStorage } from './whereby-tables.ts';

const RECORDING = [
  'whereby_recordings.id',
  'room_id as roomId',
  'whereby_rooms.name as roomName',
  'session_id as sessionId',
  'filename',
  'started_at as startedAt',
  'ended_at as endedAt',
  'size_bytes as sizeBytes',
  'storage',
  'file_id as fileId',
] as const;

export interface WherebyRecordingRecord {
  readonly id: string;
  readonly roomId: number;
  readonly roomName: string;
  readonly sessionId: string;
  readonly filename: string;
  readonly startedAt: number;
  /** Null while it is being recorded. */
  readonly endedAt: number | null;
  readonly sizeBytes: number | null;
  readonly storage: MediaStorage;
  /** Null for what is kept elsewhere. */
  readonly fileId: string | null;
}

export interface NewWherebyRecording {
  readonly roomId: number;
  readonly sessionId: string;
  readonly filename: string;
  readonly storage: MediaStorage;
  readonly now: number;
}

export async function startRecording(handle: Handle, recording: NewWherebyRecording): Promise<string> {
  const id = randomUUID();
  await handle
    .insertInto('whereby_recordings')
    .values({
      id,
      room_id: recording.roomId,
      session_id: recording.sessionId,
      filename: recording.filename,
      storage: recording.storage,
      started_at: timestamp(recording.now),
    })
    .execute();
  return id;
}

export interface RecordingEnd {
  readonly at: number;
  readonly sizeBytes: number | null;
  readonly fileId: string | null;
}

export async function finishRecording(handle: Handle, id: string, { at, sizeBytes, fileId }: RecordingEnd): Promise<void> {
  await handle
    .updateTable('whereby_recordings')
    .set({ ended_at: timestamp(at), size_bytes: sizeBytes, file_id: fileId })
    .where('id', '=', id)
    .execute();
}

function recordings(handle: Handle) {
  return handle
    .selectFrom('whereby_recordings')
    .innerJoin('whereby_rooms', 'whereby_rooms.id', 'whereby_recordings.room_id')
    .select(RECORDING)
    .where('deleted_at', 'is', null);
}

export async function currentRecording(handle: Handle, roomId: number): Promise<WherebyRecordingRecord | undefined> {
  return await recordings(handle).where('room_id', '=', roomId).where('ended_at', 'is', null).executeTakeFirst();
}

/** A finished one of this user; `id` may be any text. */
export async function getRecording(handle: Handle, userId: number, id: string): Promise<WherebyRecordingRecord | undefined> {
  if (!isUuid(id)) return undefined;
  return await recordings(handle)
    .where('whereby_recordings.id', '=', id)
    .where('user_id', '=', userId)
    .where('ended_at', 'is not', null)
    .executeTakeFirst();
}

export type RecordingSort = 'roomName' | 'startDate' | 'duration' | 'sizeInMegaBytes';

const RECORDING_KEYS: Readonly<Record<RecordingSort, RawBuilder<string | number>>> = {
  roomName: textKey(sql.ref('whereby_rooms.name')),
  startDate: momentKey(sql.ref('started_at')),
  duration: numberKey(sql`extract(epoch from ended_at - started_at)`),
  sizeInMegaBytes: numberKey(sql.ref('size_bytes')),
};

export interface MediaFilter<Sort extends string> extends PageRequest {
  readonly userId: number;
  readonly roomName?: string | undefined;
  readonly sort?: { readonly field: Sort; readonly direction: 'asc' | 'desc' } | undefined;
}

/** The finished ones, newest first unless sorted. */
export async function listRecordings(
  handle: Handle,
  { userId, roomName, sort, ...page }: MediaFilter<RecordingSort>,
): Promise<PageOf<WherebyRecordingRecord>> {
  const query = recordings(handle)
    .where('user_id', '=', userId)
    .where('ended_at', 'is not', null)
    .$if(roomName !== undefined, (found) => found.where('whereby_rooms.name', '=', roomName ?? ''));
  const order = {
    key: sort && RECORDING_KEYS[sort.field],
    sequence: sql.ref<number>('whereby_recordings.sequence'),
    direction: sort?.direction ?? 'desc',
  } as const;
  return await readPage(query, order, page);
}

/** With their files. Unknown ids, and those of others, are passed over. */
export async function deleteRecordings(
  handle: Handle,
  { userId, ids, now }: { readonly userId: number; readonly ids: readonly string[]; readonly now: number },
): Promise<void> {
  const known = ids.filter(isUuid);
  if (known.length === 0) return;
  const rows = await handle
    .updateTable('whereby_recordings')
    .set({ deleted_at: timestamp(now) })
    .where('id', 'in', known)
    .where('deleted_at', 'is', null)
    .where('ended_at', 'is not', null)
    .where('room_id', 'in', (query) => query.selectFrom('whereby_rooms').select('whereby_rooms.id').where('user_id', '=', userId))
    .returning('file_id as fileId')
    .execute();
  await deleteWherebyFiles(
    handle,
    rows.map(({ fileId }) => fileId),
  );
}
