import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { parseInstant } from './scalars.ts';

/** A link to an event type for those who have it. It ends at a moment or after a number of bookings. */
export const privateLink = z.object({
  linkId: z.string(),
  eventTypeId: z.number(),
  isExpired: z.boolean(),
  bookingUrl: z.string(),
  expiresAt: z.string().nullish(),
  maxUsageCount: z.number().nullish(),
  usageCount: z.number().nullish(),
});

export type PrivateLink = z.output<typeof privateLink>;

export const privateLinkBody = z.object({
  expiresAt: z
    .string({ error: 'expiresAt must be a valid ISO 8601 date string' })
    .refine((text) => parseInstant(text) !== undefined, { error: 'expiresAt must be a valid ISO 8601 date string' })
    .optional(),
  maxUsageCount: z
    .int({ error: 'maxUsageCount must be an integer number' })
    .min(1, { error: 'maxUsageCount must not be less than 1' })
    .max(1_000_000, { error: 'maxUsageCount must not be greater than 1000000' })
    .optional(),
});

export type PrivateLinkInput = z.input<typeof privateLinkBody>;

const LINKS = '/v2/event-types/:eventTypeId/private-links';

export const listPrivateLinks = endpoint({ method: 'GET', path: LINKS, response: success(z.array(privateLink)) });

export const createPrivateLink = endpoint({
  method: 'POST',
  path: LINKS,
  body: privateLinkBody,
  response: success(privateLink),
  status: 201,
});

export const updatePrivateLink = endpoint({
  method: 'PATCH',
  path: `${LINKS}/:linkId`,
  body: privateLinkBody,
  response: success(privateLink),
  isRepeatable: true,
});

export const deletePrivateLink = endpoint({
  method: 'DELETE',
  path: `${LINKS}/:linkId`,
  response: success(z.looseObject({ linkId: z.string() })),
});
