import { z } from 'zod';
import { isoInstant } from '../calcom/scalars.ts';
import { endpoint } from '../endpoint.ts';
import { identifier, page, pageQuery, sortBy } from './page.ts';

const ratings = { rating: z.number().nullish(), totalRatings: z.number().nullish() };

const totals = {
  totalParticipantMinutes: z.number(),
  totalRecorderMinutes: z.number(),
  totalStreamerMinutes: z.number(),
  totalUniqueParticipants: z.number(),
  totalUniqueRecorders: z.number(),
  totalUniqueStreamers: z.number(),
};

/** What the fields with numbers of a list are called. */
const totalNames = [
  'totalParticipantMinutes',
  'totalRecorderMinutes',
  'totalStreamerMinutes',
  'totalUniqueParticipants',
  'totalUniqueRecorders',
  'totalUniqueStreamers',
] as const;

export const roomInsight = z.object({
  roomName: z.string(),
  createdAt: z.string(),
  endAt: z.string(),
  firstSessionStartedAt: z.string().nullish(),
  lastSessionStartedAt: z.string().nullish(),
  ...totals,
  totalSessions: z.number(),
  ...ratings,
});

export type RoomInsight = z.output<typeof roomInsight>;

export const roomInsightSorts = [
  'roomName',
  'createdAt',
  'endAt',
  'firstSessionStartedAt',
  'lastSessionStartedAt',
  'totalSessions',
  ...totalNames,
] as const;

const bound = (name: string) => isoInstant(`${name} must be a moment such as "2030-01-11T00:00:00.000Z"`).optional();
const text = z.string().max(200).optional();

const ROOM_NAME_FORM = 'roomName must be written as roomName[exact], roomName[startsWith] or roomName[contains]';

const roomInsightsQuery = z
  .object({
    ...pageQuery,
    roomName: z.object({ exact: text, startsWith: text, contains: text }, { error: ROOM_NAME_FORM }).optional(),
    createdAt: z.object({ from: bound('createdAt[from]'), to: bound('createdAt[to]') }).optional(),
    sortBy: sortBy(roomInsightSorts),
  })
  .optional();

export type RoomInsightsQuery = z.input<typeof roomInsightsQuery>;

export const listRoomInsights = endpoint({ method: 'GET', path: '/insights/rooms', query: roomInsightsQuery, response: page(roomInsight) });

/** A call that took place in a room: what people call a meeting. */
export const sessionInsight = z.object({
  roomSessionId: identifier,
  roomName: z.string(),
  startedAt: z.string().nullish(),
  /** Null while it goes on. */
  endedAt: z.string().nullish(),
  ...totals,
  ...ratings,
});

export type SessionInsight = z.output<typeof sessionInsight>;

export const sessionInsightSorts = ['startedAt', 'endedAt', ...totalNames] as const;

const sessionInsightsQuery = z.object({
  ...pageQuery,
  roomName: z.string({ error: 'roomName is required' }).min(1, { error: 'roomName must not be empty' }).max(200),
  roomSessionId: z.string().max(200).optional(),
  sortBy: sortBy(sessionInsightSorts),
});

export type SessionInsightsQuery = z.input<typeof sessionInsightsQuery>;

export const listSessionInsights = endpoint({
  method: 'GET',
  path: '/insights/room-sessions',
  query: sessionInsightsQuery,
  response: page(sessionInsight),
});

export const participant = z.object({
  roomSessionId: identifier,
  participantId: identifier,
  deviceId: z.string().nullish(),
  userId: z.string().nullish(),
  /** "host", "visitor", "granted_visitor", … */
  roleName: z.string(),
  displayName: z.string(),
  joinedAt: z.string(),
  /** Null while they are there. */
  leftAt: z.string().nullish(),
  externalId: z.string().nullish(),
  rating: z.number().nullish(),
  tags: z.array(z.string()).nullish(),
  comment: z.string().nullish(),
});

export type Participant = z.output<typeof participant>;

const participantsQuery = z
  .object({
    ...pageQuery,
    roomSessionId: z.string().max(200).optional(),
    externalId: z.string().max(200).optional(),
    sortBy: sortBy(['joinedAt', 'leftAt']),
  })
  .refine(({ roomSessionId, externalId }) => roomSessionId !== undefined || externalId !== undefined, {
    error: 'roomSessionId or externalId is required',
  });

export type ParticipantsQuery = z.input<typeof participantsQuery>;

export const listParticipants = endpoint({
  method: 'GET',
  path: '/insights/participants',
  query: participantsQuery,
  response: page(participant),
});

export const participantDetails = z.object({
  displayName: z.string(),
  userRole: z.string(),
  userAgent: z.string(),
  timeStamp: z.string(),
  sampleRateMs: z.number(),
  /** Lists of numbers: packetLossSend, packetLossRecv, bitrateSend, bitrateRecv. */
  samples: z.record(z.string(), z.unknown()),
  events: z.unknown(),
});

export type ParticipantDetails = z.output<typeof participantDetails>;

const participantQuery = z.object({
  roomSessionId: z.string({ error: 'roomSessionId is required' }).max(200),
  participantId: z.string({ error: 'participantId is required' }).max(200),
});

export type ParticipantQuery = z.input<typeof participantQuery>;

/** The only list without an envelope. */
export const getParticipant = endpoint({
  method: 'GET',
  path: '/insights/participant',
  query: participantQuery,
  response: z.array(participantDetails),
});
