import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { identifier, nothing, page, pageQuery, sortBy } from './page.ts';
import { accessLink, accessLinkQuery, idList } from './recordings.ts';

export const transcription = z.object({
  transcriptionId: identifier,
  roomSessionId: identifier,
  roomName: z.string(),
  filename: z.string().nullish(),
  startDate: z.string(),
  endDate: z.string(),
  /** "ready", "failed" or "in_progress" */
  state: z.string(),
  createdAt: z.string(),
  durationInSeconds: z.number().nullish(),
  /** "LIVE_TRANSCRIPTION" or "RECORDING_TRANSCRIPTION" */
  type: z.string(),
  /** "WHEREBY_HOSTED" or "SELF_HOSTED" */
  storageType: z.string().nullish(),
});

export type Transcription = z.output<typeof transcription>;

export const createTranscriptionBody = z.object({ recordingId: z.string({ error: 'recordingId must be the id of a recording' }) });

export const createTranscription = endpoint({
  method: 'POST',
  path: '/transcriptions',
  body: createTranscriptionBody,
  response: z.object({ transcriptionId: identifier }),
  status: 201,
});

const transcriptionsQuery = z
  .object({
    ...pageQuery,
    roomName: z.string().max(200).optional(),
    sortBy: sortBy(['roomName', 'startDate', 'durationInSeconds']),
  })
  .optional();

export type TranscriptionsQuery = z.input<typeof transcriptionsQuery>;

export const listTranscriptions = endpoint({
  method: 'GET',
  path: '/transcriptions',
  query: transcriptionsQuery,
  response: page(transcription),
});

export const getTranscription = endpoint({ method: 'GET', path: '/transcriptions/:transcriptionId', response: transcription });

export const deleteTranscription = endpoint({
  method: 'DELETE',
  path: '/transcriptions/:transcriptionId',
  response: nothing,
  status: 204,
  isRepeatable: true,
});

/** Only for files that Whereby keeps. */
export const getTranscriptionAccessLink = endpoint({
  method: 'GET',
  path: '/transcriptions/:transcriptionId/access-link',
  query: accessLinkQuery,
  response: accessLink,
});

export const deleteTranscriptions = endpoint({
  method: 'POST',
  path: '/transcriptions/bulk-delete',
  body: z.object({ transcriptionIds: idList('transcriptionIds') }),
  response: nothing,
  status: 204,
  isRepeatable: true,
});
