import { z } from 'zod';
import { commaSeparated, parseInstant } from '../calcom/scalars.ts';
import { endpoint } from '../endpoint.ts';
import { identifier, nothing, page, pageQuery } from './page.ts';

/** A room for a limited time: what the API calls a meeting. The calls that take place in it are room sessions, see `insights.ts`. */
export const meeting = z.object({
  meetingId: identifier,
  /** With a leading slash: "/standup-793e9ec1-…". */
  roomName: z.string().optional(),
  roomUrl: z.string(),
  startDate: z.string().optional(),
  endDate: z.string(),
  /** A secret: whoever has it is host. Only when it was asked for. */
  hostRoomUrl: z.string().optional(),
  /** Only when it was asked for. */
  viewerRoomUrl: z.string().optional(),
});

export type Meeting = z.output<typeof meeting>;

/** What an answer has only when it is asked for. */
export const meetingFields = ['hostRoomUrl', 'viewerRoomUrl'] as const;

export type MeetingField = (typeof meetingFields)[number];

const field = z.enum(meetingFields, {
  error: (issue) =>
    `each value in fields must be one of ${meetingFields.join(', ')}, not ${JSON.stringify(issue.input)}: fields chooses what the answer has, and sets nothing of the room`,
});

const fieldsQuery = commaSeparated(field, 'fields must name at least one field').optional();

/** Hosts keep the signs between groups; the service adds none. */
const ROOM_NAME_PREFIX = /^[a-z0-9-]{0,39}$/;

/** As the service reads it: in lower case and without spaces. */
export function toRoomNamePrefix(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '');
}

const storage = {
  provider: z.enum(['s3', 'whereby']),
  authenticationType: z.enum(['accessKey', 'roleBased']).nullish(),
  bucket: z.string().max(1000).nullish(),
  accessKeyId: z.string().max(1000).nullish(),
  accessKeySecret: z.string().max(1000).nullish(),
  region: z.string().max(100).nullish(),
  oidcRoleArn: z.string().max(2000).nullish(),
};

const startTriggers = ['none', 'prompt', 'automatic', 'automatic-2nd-participant'] as const;

/** A destination or trigger that is null is inherited from the organization. */
const recordingSettings = z.object({
  type: z.enum(['none', 'local', 'cloud']),
  destination: z.object({ ...storage, fileFormat: z.enum(['mkv', 'mp4']).nullish() }).nullish(),
  startTrigger: z.enum(startTriggers).nullish(),
});

const liveTranscriptionSettings = z.object({
  destination: z.object(storage).nullish(),
  startTrigger: z.enum(['none', 'manual', 'automatic', 'automatic-2nd-participant']).nullish(),
  /** The specification ends its codes with a comma, the documentation does not. */
  language: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?,?$/, { error: 'language must be a language code such as "en" or "en-GB"' })
    .transform((code) => code.replace(',', ''))
    .nullish(),
  liveCaptions: z.boolean().nullish(),
});

const streamingSettings = z.object({
  destination: z.object({ url: z.string().max(2048) }).nullish(),
  startTrigger: z.enum(['none', 'prompt', 'automatic']).nullish(),
});

const endDate = z
  .string({
    error: (issue) => `endDate is required: a moment such as "2030-01-11T15:00:00Z", not ${JSON.stringify(issue.input) ?? 'nothing'}`,
  })
  .refine((text) => parseInstant(text) !== undefined, {
    error: (issue) => `endDate must be a moment such as "2030-01-11T15:00:00Z", not ${JSON.stringify(issue.input)}`,
  });

export const createMeetingBody = z.object({
  endDate,
  /** Ignored by Whereby: a room is open from the moment it is made. */
  startDate: z.unknown().optional(),
  isLocked: z.boolean().nullish(),
  roomMode: z.enum(['normal', 'group']).nullish(),
  roomNamePrefix: z
    .string()
    .transform(toRoomNamePrefix)
    .refine((prefix) => ROOM_NAME_PREFIX.test(prefix), {
      error: 'roomNamePrefix must have at most 39 characters, all of them letters a-z, digits or hyphens',
    })
    .nullish(),
  roomNamePattern: z.enum(['uuid', 'human-short']).nullish(),
  templateType: z.enum(['viewerMode']).nullish(),
  recording: recordingSettings.nullish(),
  liveTranscription: liveTranscriptionSettings.nullish(),
  streaming: streamingSettings.nullish(),
  fields: z.array(field).max(20).nullish(),
});

export type CreateMeeting = z.input<typeof createMeetingBody>;
export type RecordingSettings = z.output<typeof recordingSettings>;
export type LiveTranscriptionSettings = z.output<typeof liveTranscriptionSettings>;
export type StreamingSettings = z.output<typeof streamingSettings>;

export const createMeeting = endpoint({ method: 'POST', path: '/meetings', body: createMeetingBody, response: meeting, status: 201 });

const meetingsQuery = z
  .object({
    ...pageQuery,
    fields: fieldsQuery,
    /** Shown in the guide, absent from the specification: only a hint that may be ignored. */
    roomName: z.object({ startsWith: z.string().max(200).optional() }).optional(),
  })
  .optional();

export type MeetingsQuery = z.input<typeof meetingsQuery>;

export const listMeetings = endpoint({ method: 'GET', path: '/meetings', query: meetingsQuery, response: page(meeting) });

const meetingQuery = z.object({ fields: fieldsQuery }).optional();

export type MeetingQuery = z.input<typeof meetingQuery>;

export const getMeeting = endpoint({ method: 'GET', path: '/meetings/:meetingId', query: meetingQuery, response: meeting });

/** Answers the same when the room is gone already. */
export const deleteMeeting = endpoint({
  method: 'DELETE',
  path: '/meetings/:meetingId',
  response: nothing,
  status: 204,
  isRepeatable: true,
});
