import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { wholeNumber } from './scalars.ts';

export const webhookTriggers = [
  'BOOKING_CREATED',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_PAID',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'FORM_SUBMITTED',
  'MEETING_ENDED',
  'MEETING_STARTED',
  'RECORDING_READY',
  'INSTANT_MEETING',
  'RECORDING_TRANSCRIPTION_GENERATED',
  'OOO_CREATED',
  'AFTER_HOSTS_CAL_VIDEO_NO_SHOW',
  'AFTER_GUESTS_CAL_VIDEO_NO_SHOW',
  'FORM_SUBMITTED_NO_EVENT',
  'ROUTING_FORM_FALLBACK_HIT',
  'DELEGATION_CREDENTIAL_ERROR',
  'WRONG_ASSIGNMENT_REPORT',
] as const;

export type WebhookTrigger = (typeof webhookTriggers)[number];

/** The form of payload and headers; there is one. */
export const WEBHOOK_VERSION = '2021-10-20';

const triggers = z
  .array(z.enum(webhookTriggers, { error: `each value in triggers must be one of the following values: ${webhookTriggers.join(', ')}` }))
  .min(1, { error: 'triggers must name at least one trigger' })
  .max(100);

const subscriberUrl = z
  .string()
  .max(2048)
  .refine(isWebAddress, {
    error: (issue) => `subscriberUrl must be a URL address that starts with https:// or http://, not ${JSON.stringify(issue.input)}`,
  });

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && /^https?:\/\//i.test(text);
}

const version = z.literal(WEBHOOK_VERSION, { error: `version must be "${WEBHOOK_VERSION}"` });
const secret = z.string().max(1000);
const payloadTemplate = z.string().max(20_000);

export const createWebhookBody = z.object({
  active: z.boolean(),
  subscriberUrl,
  triggers,
  payloadTemplate: payloadTemplate.nullish(),
  secret: secret.nullish(),
  version: version.optional(),
});

export const updateWebhookBody = createWebhookBody.partial();

const shared = {
  id: z.string(),
  payloadTemplate: z.string().nullish(),
  triggers: z.array(z.string()),
  subscriberUrl: z.string(),
  active: z.boolean(),
  secret: z.string().nullish(),
};

export const userWebhook = z.object({ ...shared, userId: z.number() });
export const eventTypeWebhook = z.object({ ...shared, eventTypeId: z.number() });

export type UserWebhook = z.output<typeof userWebhook>;
export type EventTypeWebhook = z.output<typeof eventTypeWebhook>;
export type CreateWebhook = z.input<typeof createWebhookBody>;
export type UpdateWebhook = z.input<typeof updateWebhookBody>;

export const webhooksQuery = z
  .object({
    take: wholeNumber('take', { minimum: 1, maximum: 250 }).optional(),
    skip: wholeNumber('skip').optional(),
  })
  .optional();

export type WebhooksQuery = z.input<typeof webhooksQuery>;

export const listWebhooks = endpoint({
  method: 'GET',
  path: '/v2/webhooks',
  query: webhooksQuery,
  response: success(z.array(userWebhook)),
});

export const createWebhook = endpoint({
  method: 'POST',
  path: '/v2/webhooks',
  body: createWebhookBody,
  response: success(userWebhook),
  status: 201,
});

export const getWebhook = endpoint({ method: 'GET', path: '/v2/webhooks/:webhookId', response: success(userWebhook) });

export const updateWebhook = endpoint({
  method: 'PATCH',
  path: '/v2/webhooks/:webhookId',
  body: updateWebhookBody,
  response: success(userWebhook),
  isRepeatable: true,
});

export const deleteWebhook = endpoint({ method: 'DELETE', path: '/v2/webhooks/:webhookId', response: success(userWebhook) });

export const listEventTypeWebhooks = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId/webhooks',
  query: webhooksQuery,
  response: success(z.array(eventTypeWebhook)),
});

export const createEventTypeWebhook = endpoint({
  method: 'POST',
  path: '/v2/event-types/:eventTypeId/webhooks',
  body: createWebhookBody,
  response: success(eventTypeWebhook),
  status: 201,
});

export const deleteEventTypeWebhooks = endpoint({
  method: 'DELETE',
  path: '/v2/event-types/:eventTypeId/webhooks',
  response: success(z.string()),
});

export const getEventTypeWebhook = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId/webhooks/:webhookId',
  response: success(eventTypeWebhook),
});

export const updateEventTypeWebhook = endpoint({
  method: 'PATCH',
  path: '/v2/event-types/:eventTypeId/webhooks/:webhookId',
  body: updateWebhookBody,
  response: success(eventTypeWebhook),
  isRepeatable: true,
});

export const deleteEventTypeWebhook = endpoint({
  method: 'DELETE',
  path: '/v2/event-types/:eventTypeId/webhooks/:webhookId',
  response: success(eventTypeWebhook),
});

const deliveryStates = ['pending', 'delivered', 'dead'] as const;

/** Kalends' own: Cal.com shows no deliveries. */
export const webhookDelivery = z.object({
  /** The `X-Kalends-Delivery` header of every attempt. */
  id: z.string(),
  webhookId: z.string(),
  subscriberUrl: z.string(),
  trigger: z.string(),
  /** "dead": not tried any more. */
  state: z.enum(deliveryStates),
  attempts: z.number(),
  lastStatus: z.number().nullable(),
  lastError: z.string().nullable(),
  createdAt: z.string(),
  lastAttemptAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  body: z.string(),
});

export type WebhookDelivery = z.output<typeof webhookDelivery>;

export const deliveriesQuery = z
  .object({
    take: wholeNumber('take', { minimum: 1, maximum: 250 }).optional(),
    skip: wholeNumber('skip').optional(),
    state: z.enum(deliveryStates, { error: `state must be one of ${deliveryStates.join(', ')}` }).optional(),
  })
  .optional();

export type DeliveriesQuery = z.input<typeof deliveriesQuery>;

/** Kalends' own too; the newest first. */
export const listWebhookDeliveries = endpoint({
  method: 'GET',
  path: '/v2/webhooks/:webhookId/deliveries',
  query: deliveriesQuery,
  response: success(z.array(webhookDelivery)),
});
