import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { bareSuccess, success } from './envelope.ts';

const app = z.object({
  id: z.number(),
  /** "google_video" */
  type: z.string(),
  userId: z.number(),
  invalid: z.boolean().nullish(),
});

export type ConferencingApp = z.output<typeof app>;

/** Conferencing apps by the names that paths and defaults use. */
export const conferencingApps = ['google-meet', 'zoom', 'msteams', 'daily-video'] as const;

const defaultApp = z.object({ appSlug: z.string().nullish(), appLink: z.string().nullish() });

export const listConferencingApps = endpoint({ method: 'GET', path: '/v2/conferencing', response: success(z.array(app)) });

/** `data` is absent while none was chosen. */
export const getDefaultConferencingApp = endpoint({
  method: 'GET',
  path: '/v2/conferencing/default',
  response: success(defaultApp.optional()),
});

export const setDefaultConferencingApp = endpoint({
  method: 'POST',
  path: '/v2/conferencing/:app/default',
  body: z.unknown(),
  response: bareSuccess,
  isRepeatable: true,
});

export const connectConferencingApp = endpoint({
  method: 'POST',
  path: '/v2/conferencing/:app/connect',
  body: z.unknown(),
  response: success(app),
});

export const disconnectConferencingApp = endpoint({
  method: 'DELETE',
  path: '/v2/conferencing/:app/disconnect',
  body: z.unknown(),
  response: bareSuccess,
});
