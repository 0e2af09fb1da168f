import type { Client, Reconciled } from '../client.ts';
import type {
  CreateWebhook,
  DeliveriesQuery,
  EventTypeWebhook,
  UpdateWebhook,
  UserWebhook,
  WebhookDelivery,
  WebhooksQuery,
} from './webhooks.ts';
import * as webhooks from './webhooks.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Webhooks of the user, and of one event type. */
export interface WebhooksClient {
  listWebhooks(query?: WebhooksQuery, call?: Call): Promise<readonly UserWebhook[]>;
  getWebhook(webhookId: string, call?: Call): Promise<UserWebhook>;
  createWebhook(body: CreateWebhook, call?: Call): Promise<UserWebhook>;
  updateWebhook(webhookId: string, body: UpdateWebhook, call?: Call): Promise<UserWebhook>;
  deleteWebhook(webhookId: string, call?: Call): Promise<void>;
  /** The embedded service only: what was sent and how it went, the newest first. */
  listWebhookDeliveries(webhookId: string, query?: DeliveriesQuery, call?: Call): Promise<readonly WebhookDelivery[]>;
  listEventTypeWebhooks(eventTypeId: number, query?: WebhooksQuery, call?: Call): Promise<readonly EventTypeWebhook[]>;
  getEventTypeWebhook(eventTypeId: number, webhookId: string, call?: Call): Promise<EventTypeWebhook>;
  createEventTypeWebhook(eventTypeId: number, body: CreateWebhook, call?: Call): Promise<EventTypeWebhook>;
  updateEventTypeWebhook(eventTypeId: number, webhookId: string, body: UpdateWebhook, call?: Call): Promise<EventTypeWebhook>;
  deleteEventTypeWebhook(eventTypeId: number, webhookId: string, call?: Call): Promise<void>;
  deleteEventTypeWebhooks(eventTypeId: number, call?: Call): Promise<void>;
}

export function webhooksOf(client: Client): WebhooksClient {
  return {
    async listWebhooks(query, call) {
      return (await client.call(webhooks.listWebhooks, { query }, call)).data;
    },
    async getWebhook(webhookId, call) {
      return (await client.call(webhooks.getWebhook, { params: { webhookId } }, call)).data;
    },
    async createWebhook(body, call) {
      const list = (signal: AbortSignal) => client.call(webhooks.listWebhooks, {}, { signal });
      const reconcile = async (signal: AbortSignal) => toReconciled((await list(signal)).data, body);
      return (await client.call(webhooks.createWebhook, { body }, { ...call, reconcile })).data;
    },
    async updateWebhook(webhookId, body, call) {
      return (await client.call(webhooks.updateWebhook, { params: { webhookId }, body }, call)).data;
    },
    async deleteWebhook(webhookId, call) {
      await client.call(webhooks.deleteWebhook, { params: { webhookId } }, call);
    },
    async listWebhookDeliveries(webhookId, query, call) {
      return (await client.call(webhooks.listWebhookDeliveries, { params: { webhookId }, query }, call)).data;
    },
    ...ofEventTypes(client),
  };
}

type OfEventTypes = Omit<
  WebhooksClient,
  'listWebhooks' | 'getWebhook' | 'createWebhook' | 'updateWebhook' | 'deleteWebhook' | 'listWebhookDeliveries'
>;

function ofEventTypes(client: Client): OfEventTypes {
  return {
    async listEventTypeWebhooks(eventTypeId, query, call) {
      return (await client.call(webhooks.listEventTypeWebhooks, { params: { eventTypeId }, query }, call)).data;
    },
    async getEventTypeWebhook(eventTypeId, webhookId, call) {
      return (await client.call(webhooks.getEventTypeWebhook, { params: { eventTypeId, webhookId } }, call)).data;
    },
    async createEventTypeWebhook(eventTypeId, body, call) {
      const list = (signal: AbortSignal) => client.call(webhooks.listEventTypeWebhooks, { params: { eventTypeId } }, { signal });
      const reconcile = async (signal: AbortSignal) => toReconciled((await list(signal)).data, body);
      return (await client.call(webhooks.createEventTypeWebhook, { params: { eventTypeId }, body }, { ...call, reconcile })).data;
    },
    async updateEventTypeWebhook(eventTypeId, webhookId, body, call) {
      return (await client.call(webhooks.updateEventTypeWebhook, { params: { eventTypeId, webhookId }, body }, call)).data;
    },
    async deleteEventTypeWebhook(eventTypeId, webhookId, call) {
      await client.call(webhooks.deleteEventTypeWebhook, { params: { eventTypeId, webhookId } }, call);
    },
    async deleteEventTypeWebhooks(eventTypeId, call) {
      await client.call(webhooks.deleteEventTypeWebhooks, { params: { eventTypeId } }, call);
    },
  };
}

interface Found<Webhook> {
  readonly status: 'success';
  readonly data: Webhook;
}

/** An address is taken once, so a create whose answer was lost may be sent again: at worst it is refused. */
function toReconciled<Webhook extends UserWebhook | EventTypeWebhook>(
  list: readonly Webhook[],
  { subscriberUrl }: CreateWebhook,
): Reconciled<Found<Webhook>> {
  const data = list.find((webhook) => webhook.subscriberUrl === subscriberUrl);
  return data === undefined ? { absent: true, isSafe: true } : { found: { status: 'success', data } };
}
