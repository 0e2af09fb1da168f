import { createWherebyFile } from '../../store/whereby-files.ts';
import { currentRecording, finishRecording, startRecording, type WherebyRecordingRecord } from '../../store/whereby-media.ts';
import type { WherebySessionRecord } from '../../store/whereby-presence.ts';
import {
  currentTranscription,
  finishTranscription,
  listAttendance,
  listUtterances,
  startTranscription,
  type WherebyTranscriptionRecord,
} from '../../store/whereby-texts.ts';
import { WherebyFailure } from './failure.ts';
import { toMoment } from './operation.ts';
import { composeRecording } from './recording-file.ts';
import type { Scene } from './scene.ts';
import { composeTranscript } from './transcript-file.ts';

const AUTOMATIC: ReadonlySet<string | null | undefined> = new Set(['automatic', 'automatic-2nd-participant']);

/** What a room was told to do by itself. A recording belongs to a session, so "with the first participant" means: with the session. */
export async function startAutomaticMedia(scene: Scene, session: WherebySessionRecord): Promise<void> {
  const { recording, liveTranscription } = scene.room.settings;
  if (recording?.type === 'cloud' && AUTOMATIC.has(recording.startTrigger)) await beginRecording(scene, session);
  if (AUTOMATIC.has(liveTranscription?.startTrigger)) await beginTranscription(scene, session);
}

/** What still goes on ends, as with the session. */
export async function finishMedia(scene: Scene): Promise<void> {
  const recording = await currentRecording(scene.tx, scene.room.id);
  if (recording !== undefined) await endRecording(scene, recording);
  const transcription = await currentTranscription(scene.tx, scene.room.id);
  if (transcription !== undefined) await endTranscription(scene, transcription);
}

/** Starts recording in the cloud; returns the id of the recording. */
export async function beginRecording(scene: Scene, session = undefined as WherebySessionRecord | undefined): Promise<string> {
  const { recording } = scene.room.settings;
  if (recording !== undefined && recording.type !== 'cloud') {
    throw new WherebyFailure(403, `The room "${scene.room.name}" is not recorded here: its recording type is "${recording.type}".`);
  }
  const within = session ?? (await requireSession(scene, 'recorded'));
  if ((await currentRecording(scene.tx, scene.room.id)) !== undefined) {
    throw new WherebyFailure(409, `The room "${scene.room.name}" is being recorded already.`);
  }
  return await startRecording(scene.tx, {
    roomId: scene.room.id,
    sessionId: within.id,
    filename: toFilename(scene, 'mp4'),
    storage: recording?.storage ?? 'whereby',
    now: scene.at,
  });
}

export async function endRecording(scene: Scene, given?: WherebyRecordingRecord): Promise<string> {
  const recording = given ?? (await currentRecording(scene.tx, scene.room.id));
  if (recording === undefined) throw new WherebyFailure(409, `The room "${scene.room.name}" is not being recorded.`);
  const span = { from: recording.startedAt, to: Math.max(recording.startedAt, scene.at) };
  const content = composeRecording({
    roomName: scene.room.name,
    ...span,
    attendance: await listAttendance(scene.tx, recording.sessionId),
    utterances: await listUtterances(scene.tx, { sessionId: recording.sessionId, ...span }),
  });
  const isOurs = recording.storage === 'whereby';
  const file = { userId: scene.room.userId, contentType: 'video/mp4', content, now: scene.at };
  await finishRecording(scene.tx, recording.id, {
    at: span.to,
    sizeBytes: content.length,
    fileId: isOurs ? await createWherebyFile(scene.tx, file) : null,
  });
  const { filename } = recording;
  await scene.tell('recording.finished', { filename, recordingId: recording.id, roomName: scene.room.name, status: 'completed' });
  return recording.id;
}

export const TRANSCRIPTION_TYPES = { live: 'LIVE_TRANSCRIPTION', recording: 'RECORDING_TRANSCRIPTION' } as const;
export const STORAGE_TYPES = { whereby: 'WHEREBY_HOSTED', s3: 'SELF_HOSTED' } as const;

/** Starts writing down what is said; returns the id of the transcription. */
export async function beginTranscription(scene: Scene, session = undefined as WherebySessionRecord | undefined): Promise<string> {
  const { liveTranscription } = scene.room.settings;
  if (liveTranscription?.startTrigger === 'none') {
    throw new WherebyFailure(403, `The room "${scene.room.name}" is not transcribed: its transcription was switched off.`);
  }
  const within = session ?? (await requireSession(scene, 'transcribed'));
  if ((await currentTranscription(scene.tx, scene.room.id)) !== undefined) {
    throw new WherebyFailure(409, `The room "${scene.room.name}" is being transcribed already.`);
  }
  const transcription = {
    roomId: scene.room.id,
    sessionId: within.id,
    recordingId: null,
    kind: 'live',
    filename: toFilename(scene, 'md'),
    startedAt: scene.at,
    endedAt: null,
    storage: liveTranscription?.storage ?? 'whereby',
    now: scene.at,
  } as const;
  const id = await startTranscription(scene.tx, transcription);
  await tellStarted(scene, { ...transcription, id });
  return id;
}

export async function endTranscription(scene: Scene, given?: WherebyTranscriptionRecord): Promise<string> {
  const transcription = given ?? (await currentTranscription(scene.tx, scene.room.id));
  if (transcription === undefined) throw new WherebyFailure(409, `The room "${scene.room.name}" is not being transcribed.`);
  await completeTranscription(scene, { ...transcription, endedAt: Math.max(transcription.startedAt, scene.at) });
  return transcription.id;
}

/** Writes down what was said in a recording. One that is kept elsewhere cannot be read, and then the transcription fails. */
export async function transcribeRecording(scene: Scene, recording: WherebyRecordingRecord): Promise<string> {
  const transcription = {
    roomId: scene.room.id,
    sessionId: recording.sessionId,
    recordingId: recording.id,
    kind: 'recording',
    filename: recording.filename.replace(/\.\w+$/, '.md'),
    startedAt: recording.startedAt,
    endedAt: recording.endedAt ?? recording.startedAt,
    storage: 'whereby',
    now: scene.at,
  } as const;
  const id = await startTranscription(scene.tx, transcription);
  await tellStarted(scene, { ...transcription, id });
  if (recording.fileId !== null) await completeTranscription(scene, { ...transcription, id });
  else
    await failTranscription(
      scene,
      { ...transcription, id },
      `The recording "${recording.filename}" is kept in a bucket that cannot be read here.`,
    );
  return id;
}

type Transcribed = Pick<
  WherebyTranscriptionRecord,
  'id' | 'sessionId' | 'recordingId' | 'kind' | 'filename' | 'startedAt' | 'endedAt' | 'storage'
>;

async function completeTranscription(scene: Scene, transcription: Transcribed): Promise<void> {
  const { id, sessionId, startedAt, endedAt, storage, filename, recordingId } = transcription;
  const span = { from: startedAt, to: endedAt ?? scene.at };
  const utterances = await listUtterances(scene.tx, { sessionId, ...span });
  const content = Buffer.from(composeTranscript({ roomName: scene.room.name, ...span, utterances }));
  const file = { userId: scene.room.userId, contentType: 'text/markdown; charset=utf-8', content, now: scene.at };
  const fileId = storage === 'whereby' ? await createWherebyFile(scene.tx, file) : null;
  await finishTranscription(scene.tx, id, { state: 'ready', at: span.to, fileId });
  await scene.tell('transcription.finished', {
    ...transcriptionData(scene, transcription, 'ready'),
    filename,
    storageType: STORAGE_TYPES[storage],
    durationInSeconds: (span.to - span.from) / 1000,
    recordingId,
  });
}

async function failTranscription(scene: Scene, transcription: Transcribed, error: string): Promise<void> {
  await finishTranscription(scene.tx, transcription.id, { state: 'failed', at: transcription.endedAt ?? scene.at, fileId: null });
  await scene.tell('transcription.failed', { ...transcriptionData(scene, transcription, 'failed'), error });
}

async function tellStarted(scene: Scene, transcription: Transcribed): Promise<void> {
  await scene.tell('transcription.started', transcriptionData(scene, transcription, 'in_progress'));
}

function transcriptionData({ room }: Scene, { id, sessionId, kind }: Transcribed, status: string) {
  return { roomName: room.name, roomSessionId: sessionId, transcriptionId: id, type: TRANSCRIPTION_TYPES[kind], status };
}

async function requireSession(scene: Scene, what: string): Promise<WherebySessionRecord> {
  const session = await scene.session();
  if (session !== undefined) return session;
  throw new WherebyFailure(409, `The room "${scene.room.name}" cannot be ${what} now: a session begins when two people are there.`);
}

/** The room's name without its slash, and when it began. */
function toFilename({ room, at }: Scene, extension: string): string {
  return `${room.name.slice(1)}-${toMoment(at)}.${extension}`;
}
