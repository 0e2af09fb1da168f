import { getRecording } from '../../store/whereby-media.ts';
import {
  deleteTranscriptions as deleteStored,
  getTranscription as getStored,
  listTranscriptions as listStored,
  type WherebyTranscriptionRecord,
} from '../../store/whereby-texts.ts';
import {
  createTranscription,
  deleteTranscription,
  deleteTranscriptions,
  getTranscription,
  getTranscriptionAccessLink,
  listTranscriptions,
  type Transcription,
} from '../../wire/whereby/transcriptions.ts';
import { toPage, toPageRequest } from './cursor.ts';
import { notFound } from './failure.ts';
import { STORAGE_TYPES, TRANSCRIPTION_TYPES, transcribeRecording } from './media.ts';
import { serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';
import { toAccessLink } from './recordings.ts';
import { inRoom } from './scene.ts';

export function serveTranscriptions(app: WherebyApp, service: WherebyService): void {
  const { store } = service;

  serveOperation(app, createTranscription, async ({ caller, body }) => {
    const recording = await getRecording(store.db, caller.id, body.recordingId);
    if (recording === undefined) throw notFound();
    return { transcriptionId: await inRoom(service, recording.roomId, (scene) => transcribeRecording(scene, recording)) };
  });

  serveOperation(app, listTranscriptions, async ({ caller, query = {} }) => {
    const roomName = query.roomName === undefined ? undefined : toRoomName(query.roomName);
    const list = ['transcriptions', caller.id, roomName, query.sortBy];
    const page = await listStored(store.db, { userId: caller.id, roomName, sort: query.sortBy, ...toPageRequest(query, list) });
    const at = service.now();
    return toPage(page, list, (transcription) => toTranscription(transcription, at));
  });

  serveOperation(app, deleteTranscriptions, async ({ caller, body }) => {
    await store.transaction((tx) => deleteStored(tx, { userId: caller.id, ids: body.transcriptionIds }));
    return undefined;
  });

  serveOperation(app, getTranscription, async ({ caller, params }) => {
    const transcription = await getStored(store.db, caller.id, params.transcriptionId ?? '');
    if (transcription === undefined) throw notFound();
    return toTranscription(transcription, service.now());
  });

  serveOperation(app, deleteTranscription, async ({ caller, params }) => {
    await store.transaction((tx) => deleteStored(tx, { userId: caller.id, ids: [params.transcriptionId ?? ''] }));
    return undefined;
  });

  serveOperation(app, getTranscriptionAccessLink, async ({ caller, params, query }) => {
    const transcription = await getStored(store.db, caller.id, params.transcriptionId ?? '');
    if (transcription === undefined) throw notFound();
    return await toAccessLink(service, transcription, query?.validForSeconds);
  });
}

function toTranscription(transcription: WherebyTranscriptionRecord, at: number): Transcription {
  // One that goes on ends now, as far as anybody knows.
  const endedAt = transcription.endedAt ?? Math.max(transcription.startedAt, at);
  return {
    transcriptionId: transcription.id,
    roomSessionId: transcription.sessionId,
    roomName: transcription.roomName,
    filename: transcription.filename,
    startDate: toMoment(transcription.startedAt),
    endDate: toMoment(endedAt),
    state: transcription.state,
    createdAt: toMoment(transcription.createdAt),
    durationInSeconds: (endedAt - transcription.startedAt) / 1000,
    type: TRANSCRIPTION_TYPES[transcription.kind],
    storageType: STORAGE_TYPES[transcription.storage],
  };
}
