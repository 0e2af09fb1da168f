import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';

/** The event types of the API before its versions; the modern ones begin with 2024-06-14. */
const VERSIONS = ['2024-04-15', '2024-06-11'] as const;

const essentials = z.object({
  title: z.string({ error: 'title must be a string' }),
  slug: z.string({ error: 'slug must be a string' }),
  /** Minutes */
  length: z.int({ error: 'length must be an integer number' }).min(1, { error: 'length must not be less than 1' }),
});

const optional = z.object({
  description: z.string().nullish(),
  hidden: z.boolean().optional(),
  locations: z.array(z.object({ type: z.string(), link: z.string().optional() })).optional(),
  disableGuests: z.boolean().optional(),
  slotInterval: z.int().nullish(),
  minimumBookingNotice: z.int().optional(),
  beforeEventBuffer: z.int().optional(),
  afterEventBuffer: z.int().optional(),
});

export const oldEventTypeBody = essentials.extend(optional.shape);
export const oldEventTypeChanges = oldEventTypeBody.partial();

export type OldEventTypeInput = z.output<typeof oldEventTypeChanges>;

export const oldEventType = z.object({
  id: z.number(),
  title: z.string(),
  slug: z.string(),
  /** Minutes */
  length: z.number(),
  description: z.string(),
  hidden: z.boolean(),
  locations: z.array(z.record(z.string(), z.unknown())),
  ownerId: z.number().nullable(),
  minimumBookingNotice: z.number(),
  beforeEventBuffer: z.number(),
  afterEventBuffer: z.number(),
  slotInterval: z.number().nullable(),
  disableGuests: z.boolean(),
  seatsPerTimeSlot: z.number().nullable(),
  price: z.number(),
  currency: z.string(),
});

export type OldEventType = z.output<typeof oldEventType>;

const profile = z.object({ slug: z.string().nullable(), name: z.string().nullable(), image: z.string().nullable() });

/** One group for each profile the caller has event types under. */
export const listOldEventTypes = endpoint({
  method: 'GET',
  path: '/v2/event-types',
  versions: VERSIONS,
  response: success(
    z.object({
      eventTypeGroups: z.array(
        z.object({
          teamId: z.number().nullable(),
          bookerUrl: z.string(),
          membershipRole: z.string().nullable(),
          profile,
          metadata: z.object({ membershipCount: z.number(), readOnly: z.boolean() }),
          eventTypes: z.array(oldEventType),
        }),
      ),
      profiles: z.array(profile),
    }),
  ),
});

export const getOldEventType = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  response: success(z.object({ eventType: oldEventType })),
});

export const createOldEventType = endpoint({
  method: 'POST',
  path: '/v2/event-types',
  versions: VERSIONS,
  body: oldEventTypeBody,
  response: success(oldEventType),
  status: 201,
});

export const updateOldEventType = endpoint({
  method: 'PATCH',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  body: oldEventTypeChanges,
  response: success(oldEventType),
  isRepeatable: true,
});

export const deleteOldEventType = endpoint({
  method: 'DELETE',
  path: '/v2/event-types/:eventTypeId',
  versions: VERSIONS,
  response: success(z.object({ id: z.number(), length: z.number(), slug: z.string(), title: z.string() })),
});

export const listOldPublicEventTypes = endpoint({
  method: 'GET',
  path: '/v2/event-types/:username/public',
  versions: VERSIONS,
  response: success(z.array(oldEventType)),
});

/** `data` is null where there is none. */
export const getOldPublicEventType = endpoint({
  method: 'GET',
  path: '/v2/event-types/:username/:eventSlug/public',
  versions: VERSIONS,
  response: success(oldEventType.nullable()),
});
