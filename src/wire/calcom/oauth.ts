import { z } from 'zod';
import { endpoint } from '../endpoint.ts';

const text = (name: string) =>
  z
    .string({ error: `${name} must be a string` })
    .min(1, { error: `${name} must not be empty` })
    .max(2000);

/** Form or JSON. Which further fields are needed depends on `grant_type`. */
export const oauthTokenBody = z.object({
  grant_type: text('grant_type'),
  client_id: text('client_id').optional(),
  refresh_token: text('refresh_token').optional(),
});

export const oauthTokens = z.object({
  access_token: z.string(),
  token_type: z.string(),
  refresh_token: z.string(),
  /** Seconds that the access token lasts. */
  expires_in: z.number(),
});

export type OauthTokens = z.output<typeof oauthTokens>;

/** The one answer without an envelope, as OAuth 2 has it. */
export const exchangeOauthToken = endpoint({
  method: 'POST',
  path: '/v2/auth/oauth2/token',
  body: oauthTokenBody,
  response: oauthTokens,
});
