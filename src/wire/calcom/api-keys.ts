import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';

export const refreshApiKeyBody = z
  .object({
    apiKeyDaysValid: z
      .int({ error: 'apiKeyDaysValid must be an integer number' })
      .min(1, { error: 'apiKeyDaysValid must not be less than 1' })
      .max(36_500, { error: 'apiKeyDaysValid must not be greater than 36500' })
      .optional(),
    apiKeyNeverExpires: z.boolean({ error: 'apiKeyNeverExpires must be true or false' }).optional(),
  })
  .optional();

export type RefreshApiKey = NonNullable<z.input<typeof refreshApiKeyBody>>;

/** Puts a new key in the place of the one that asks, which stops working at once. */
export const refreshApiKey = endpoint({
  method: 'POST',
  path: '/v2/api-keys/refresh',
  body: refreshApiKeyBody,
  response: success(z.object({ apiKey: z.string() })),
});
