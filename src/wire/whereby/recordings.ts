import { z } from 'zod';
import { wholeNumber } from '../calcom/scalars.ts';
import { endpoint } from '../endpoint.ts';
import { identifier, nothing, page, pageQuery, sortBy } from './page.ts';

export const recording = z.object({
  recordingId: identifier,
  roomSessionId: identifier,
  filename: z.string(),
  startDate: z.string(),
  endDate: z.string(),
  sizeInMegaBytes: z.number(),
});

export type Recording = z.output<typeof recording>;

const recordingsQuery = z
  .object({
    ...pageQuery,
    roomName: z.string().max(200).optional(),
    sortBy: sortBy(['roomName', 'startDate', 'duration', 'sizeInMegaBytes']),
  })
  .optional();

export type RecordingsQuery = z.input<typeof recordingsQuery>;

export const listRecordings = endpoint({ method: 'GET', path: '/recordings', query: recordingsQuery, response: page(recording) });

export const getRecording = endpoint({ method: 'GET', path: '/recordings/:recordingId', response: recording });

export const deleteRecording = endpoint({
  method: 'DELETE',
  path: '/recordings/:recordingId',
  response: nothing,
  status: 204,
  isRepeatable: true,
});

/** A secret while it is valid: it needs no key. */
export const accessLink = z.object({
  accessLink: z.string(),
  /** Epoch milliseconds. */
  expires: z.number(),
});

export type AccessLink = z.output<typeof accessLink>;

export const accessLinkQuery = z
  .object({ validForSeconds: wholeNumber('validForSeconds', { minimum: 1, maximum: 43_200 }).optional() })
  .optional();

export type AccessLinkQuery = z.input<typeof accessLinkQuery>;

/** Only for files that Whereby keeps. */
export const getRecordingAccessLink = endpoint({
  method: 'GET',
  path: '/recordings/:recordingId/access-link',
  query: accessLinkQuery,
  response: accessLink,
});

/** Identifiers of what is to be deleted; unknown ones are passed over. */
export function idList(name: string) {
  return z.array(z.string(), { error: `${name} must be a list of ids` }).max(1000);
}

export const deleteRecordings = endpoint({
  method: 'POST',
  path: '/recordings/bulk-delete',
  body: z.object({ recordingIds: idList('recordingIds') }),
  response: nothing,
  status: 204,
  isRepeatable: true,
});
