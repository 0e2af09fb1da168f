import { z } from 'zod';
import { wholeNumber } from '../calcom/scalars.ts';
import { endpoint } from '../endpoint.ts';
import { nothing } from './page.ts';
import { webhookEventTypes } from './webhook-events.ts';

/**
 * Kalends' own, and no part of Whereby: what happens in a room without a browser in it. Stands beside the embedded service, under
 * `SIMULATION_PREFIX`, for the owner of the rooms.
 */
export const SIMULATION_PREFIX = '/v1-simulation';

/** Roles that somebody can come with; the granted ones are given at the door. */
export const simulatedRoles = ['owner', 'member', 'host', 'visitor', 'viewer', 'recorder', 'streamer', 'captioner', 'assistant'] as const;

export type SimulatedRole = (typeof simulatedRoles)[number];

const short = z.string().max(200);

export const visitorBody = z.object({
  displayName: short.min(1, { error: 'displayName must not be empty' }),
  roleName: z.enum(simulatedRoles, { error: `roleName must be one of ${simulatedRoles.join(', ')}` }).optional(),
  /** Of a `hostRoomUrl` or `viewerRoomUrl`: decides the role. */
  roomKey: z.string().max(2000).optional(),
  externalId: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,36}$/, { error: 'externalId must have 1 to 36 letters, digits, hyphens or underscores' })
    .optional(),
  metadata: z.string().max(2000).optional(),
  deviceId: short.optional(),
  userAgent: z.string().max(500).optional(),
  isDialIn: z.boolean().optional(),
});

export type SimulatedVisitor = z.input<typeof visitorBody>;

export const simulatedClient = z.object({
  participantId: z.string(),
  displayName: z.string(),
  roleName: z.string(),
  /** "knocking", "present", "left", "turned_away" or "gave_up" */
  state: z.string(),
  joinedAt: z.string().nullable(),
});

export type SimulatedClient = z.output<typeof simulatedClient>;

export const simulatedRoom = z.object({
  meetingId: z.string(),
  roomName: z.string(),
  isLocked: z.boolean(),
  /** False when the room was deleted or its time is over. */
  isOpen: z.boolean(),
  roomSessionId: z.string().nullable(),
  recordingId: z.string().nullable(),
  transcriptionId: z.string().nullable(),
  participants: z.array(simulatedClient),
});

export type SimulatedRoom = z.output<typeof simulatedRoom>;

export const getRoom = endpoint({ method: 'GET', path: '/rooms/:roomName', response: simulatedRoom });

export const joinRoom = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/join',
  body: visitorBody,
  response: simulatedClient,
  status: 201,
});

export const knock = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/knock',
  body: visitorBody,
  response: simulatedClient,
  status: 201,
});

export const admit = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/admit',
  response: simulatedClient,
});

export const turnAway = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/turn-away',
  response: nothing,
  status: 204,
});

export const cancelKnock = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/cancel-knock',
  response: nothing,
  status: 204,
});

export const leaveRoom = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/leave',
  response: nothing,
  status: 204,
});

export const say = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/say',
  body: z.object({ text: z.string().min(1, { error: 'text must not be empty' }).max(5000) }),
  response: nothing,
  status: 204,
});

export const rateSession = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/rate',
  body: z.object({
    rating: z.int().min(1).max(5),
    tags: z.array(short).max(20).optional(),
    comment: z.string().max(2000).optional(),
  }),
  response: nothing,
  status: 204,
});

const samples = z.array(z.number()).max(5000);

export const measureConnection = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/participants/:participantId/samples',
  body: z.object({
    sampleRateMs: z.int().min(1).max(600_000),
    samples: z.object({
      packetLossSend: samples.optional(),
      packetLossRecv: samples.optional(),
      bitrateSend: samples.optional(),
      bitrateRecv: samples.optional(),
    }),
  }),
  response: nothing,
  status: 204,
});

export const lockRoom = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/lock',
  body: z.object({ isLocked: z.boolean() }),
  response: simulatedRoom,
});

/** Everybody leaves, and the session ends. */
export const endSession = endpoint({ method: 'POST', path: '/rooms/:roomName/end', response: simulatedRoom });

const aRecording = z.object({ recordingId: z.string() });
const aTranscription = z.object({ transcriptionId: z.string() });

export const startRecording = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/recording/start',
  response: aRecording,
  status: 201,
});

export const stopRecording = endpoint({ method: 'POST', path: '/rooms/:roomName/recording/stop', response: aRecording });

export const startTranscription = endpoint({
  method: 'POST',
  path: '/rooms/:roomName/transcription/start',
  response: aTranscription,
  status: 201,
});

export const stopTranscription = endpoint({ method: 'POST', path: '/rooms/:roomName/transcription/stop', response: aTranscription });

export const requestAssistant = endpoint({ method: 'POST', path: '/rooms/:roomName/assistant', response: nothing, status: 204 });

/** What Whereby's dashboard does: its API knows no webhooks. */
export const webhookBody = z.object({
  url: z
    .string()
    .max(2048)
    .refine(isWebAddress, {
      error: (issue) => `url must be an address that starts with https:// or http://, not ${JSON.stringify(issue.input)}`,
    }),
  /** One is made when it is absent. */
  secret: z.string().min(8, { error: 'secret must have 8 characters or more' }).max(200).optional(),
  /** All of them when absent. */
  events: z.array(z.enum(webhookEventTypes)).min(1).optional(),
});

export type NewSimulatedWebhook = z.input<typeof webhookBody>;

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\//i.test(text);
}

export const simulatedWebhook = z.object({
  webhookId: z.string(),
  url: z.string(),
  secret: z.string(),
  events: z.array(z.string()),
  createdAt: z.string(),
});

export const createWebhook = endpoint({ method: 'POST', path: '/webhooks', body: webhookBody, response: simulatedWebhook, status: 201 });

export const listWebhooks = endpoint({ method: 'GET', path: '/webhooks', response: z.array(simulatedWebhook) });

export const deleteWebhook = endpoint({
  method: 'DELETE',
  path: '/webhooks/:webhookId',
  response: nothing,
  status: 204,
  isRepeatable: true,
});

const limit = wholeNumber('limit', { minimum: 1, maximum: 500 }).optional();

/** What happened, as the webhooks are told; the newest first. */
export const listEvents = endpoint({
  method: 'GET',
  path: '/events',
  query: z.object({ limit, roomName: short.optional() }).optional(),
  response: z.array(z.record(z.string(), z.unknown())),
});

export const listDeliveries = endpoint({
  method: 'GET',
  path: '/deliveries',
  query: z.object({ limit }).optional(),
  response: z.array(
    z.object({
      deliveryId: z.string(),
      webhookId: z.string(),
      eventId: z.string(),
      type: z.string(),
      /** "pending", "delivered" or "dead" */
      state: z.string(),
      attempts: z.number(),
      lastStatus: z.number().nullable(),
      lastError: z.string().nullable(),
    }),
  ),
});
