import {
  deleteRecordings as deleteStored,
  getRecording as getStored,
  listRecordings as listStored,
  type WherebyRecordingRecord,
} from '../../store/whereby-media.ts';
import {
  type AccessLink,
  deleteRecording,
  deleteRecordings,
  getRecording,
  getRecordingAccessLink,
  listRecordings,
  type Recording,
} from '../../wire/whereby/recordings.ts';
import { toPage, toPageRequest } from './cursor.ts';
import { notFound, WherebyFailure } from './failure.ts';
import { serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';
import { signFileLink } from './signed-links.ts';

export function serveRecordings(app: WherebyApp, service: WherebyService): void {
  const { store, now } = service;

  serveOperation(app, listRecordings, async ({ caller, query = {} }) => {
    const roomName = query.roomName === undefined ? undefined : toRoomName(query.roomName);
    const list = ['recordings', caller.id, roomName, query.sortBy];
    const page = await listStored(store.db, { userId: caller.id, roomName, sort: query.sortBy, ...toPageRequest(query, list) });
    return toPage(page, list, toRecording);
  });

  serveOperation(app, deleteRecordings, async ({ caller, body }) => {
    await store.transaction((tx) => deleteStored(tx, { userId: caller.id, ids: body.recordingIds, now: now() }));
    return undefined;
  });

  serveOperation(app, getRecording, async ({ caller, params }) => {
    const recording = await getStored(store.db, caller.id, params.recordingId ?? '');
    if (recording === undefined) throw notFound();
    return toRecording(recording);
  });

  serveOperation(app, deleteRecording, async ({ caller, params }) => {
    await store.transaction((tx) => deleteStored(tx, { userId: caller.id, ids: [params.recordingId ?? ''], now: now() }));
    return undefined;
  });

  serveOperation(app, getRecordingAccessLink, async ({ caller, params, query }) => {
    const recording = await getStored(store.db, caller.id, params.recordingId ?? '');
    if (recording === undefined) throw notFound();
    return await toAccessLink(service, recording, query?.validForSeconds);
  });
}

function toRecording(recording: WherebyRecordingRecord): Recording {
  return {
    recordingId: recording.id,
    roomSessionId: recording.sessionId,
    filename: recording.filename,
    startDate: toMoment(recording.startedAt),
    endDate: toMoment(recording.endedAt ?? recording.startedAt),
    sizeInMegaBytes: (recording.sizeBytes ?? 0) / 1_000_000,
  };
}

const DEFAULT_VALIDITY_SECONDS = 3600;

interface KeptFile {
  readonly fileId: string | null;
  readonly filename: string;
  readonly storage: 'whereby' | 's3';
}

/** A link to a file that is kept here; there is none to a bucket of the customer's. */
export async function toAccessLink(
  service: WherebyService,
  { fileId, filename, storage }: KeptFile,
  validForSeconds = DEFAULT_VALIDITY_SECONDS,
): Promise<AccessLink> {
  if (storage !== 'whereby') {
    throw new WherebyFailure(
      403,
      `Not allowed to perform action: "${filename}" is kept in your own storage, where only you can make a link to it.`,
    );
  }
  // A transcription that is not ready, or failed.
  if (fileId === null) throw notFound();
  const expires = service.processNow() + validForSeconds * 1000;
  return { accessLink: await signFileLink(service, { fileId, filename, expiresAt: expires }), expires };
}
