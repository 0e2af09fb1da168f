import { z } from 'zod';
import { identifier } from './page.ts';

/** Everything a webhook can hear of. */
export const webhookEventTypes = [
  'room.client.joined',
  'room.client.left',
  'room.client.knocked',
  'room.client.knockCancelled',
  'room.session.started',
  'room.session.ended',
  'transcription.started',
  'transcription.finished',
  'transcription.failed',
  'recording.finished',
  'assistant.requested',
] as const;

export type WebhookEventType = (typeof webhookEventTypes)[number];

export const WEBHOOK_API_VERSION = '1.0';

const inRoom = {
  meetingId: identifier.nullish(),
  roomName: z.string(),
  subdomain: z.string().nullish(),
  /** Null while nobody else is there: a session needs two. */
  roomSessionId: z.string().nullish(),
};

const client = {
  ...inRoom,
  displayName: z.string().nullish(),
  participantId: identifier.nullish(),
  metadata: z.string().nullish(),
  externalId: z.string().nullish(),
};

const presentClient = z.object({
  ...client,
  roleName: z.string(),
  numClients: z.number().nullish(),
  numClientsByRoleName: z.record(z.string(), z.number()).nullish(),
  isDialIn: z.boolean().nullish(),
});

const aTranscription = {
  roomName: z.string().nullish(),
  roomSessionId: z.string().nullish(),
  transcriptionId: identifier,
  type: z.string().nullish(),
  status: z.string().nullish(),
};

function eventOf<Type extends WebhookEventType, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ id: z.string(), apiVersion: z.string(), createdAt: z.string(), type: z.literal(type), data });
}

/** A message of a webhook; unknown members are dropped, for the API grows. */
export const webhookEvent = z.discriminatedUnion('type', [
  eventOf('room.client.joined', presentClient),
  eventOf('room.client.left', presentClient),
  eventOf('room.client.knocked', z.object(client)),
  eventOf('room.client.knockCancelled', z.object(client)),
  eventOf('room.session.started', z.object(inRoom)),
  eventOf('room.session.ended', z.object(inRoom)),
  eventOf('transcription.started', z.object(aTranscription)),
  eventOf(
    'transcription.finished',
    z.object({
      ...aTranscription,
      filename: z.string().nullish(),
      storageType: z.string().nullish(),
      durationInSeconds: z.number().nullish(),
      recordingId: z.string().nullish(),
    }),
  ),
  eventOf('transcription.failed', z.object({ ...aTranscription, error: z.unknown() })),
  // It names no meeting.
  eventOf(
    'recording.finished',
    z.object({ filename: z.string(), recordingId: identifier, roomName: z.string(), status: z.string().nullish() }),
  ),
  eventOf('assistant.requested', z.object(inRoom)),
]);

export type WebhookEvent = z.output<typeof webhookEvent>;

/** What stands in `data` of an event. */
export type WebhookEventData<Type extends WebhookEventType> = Extract<WebhookEvent, { readonly type: Type }>['data'];
