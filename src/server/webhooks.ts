import type { z } from 'zod';
import { AppError } from '../errors.ts';
import type { Outgoing } from '../outgoing/index.ts';
import { toIsoUtc } from '../scheduling/index.ts';
import { isDuplicate } from '../store/conflicts.ts';
import { listDeliveries } from '../store/deliveries.ts';
import { getEventType } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import * as rows from '../store/webhooks.ts';
import * as endpoints from '../wire/calcom/webhooks.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';
import { checkTemplate, TemplateError } from './webhook-template.ts';

const MOST = 250;

/** As the guide for agents calls it. */
const ALIASES = { eventTriggers: 'triggers' };

/** `/v2/webhooks` and `/v2/event-types/{id}/webhooks` */
export function serveWebhooks(app: App, service: Service, outgoing: Outgoing): void {
  const { store } = service;
  const changing = { service, outgoing };

  serve(app, service, endpoints.listWebhooks, {
    answer: async ({ caller, query: { take = MOST, skip = 0 } = {} }) =>
      ok((await rows.listWebhooks(store.db, { userId: caller.id, eventTypeId: null, take, skip })).map(toUserWebhook)),
  });

  serve(app, service, endpoints.createWebhook, {
    aliases: ALIASES,
    answer: async ({ caller, body }) => ok(toUserWebhook(await create(changing, { userId: caller.id, eventTypeId: null, body }))),
  });

  serve(app, service, endpoints.getWebhook, {
    answer: async ({ caller, params }) => ok(toUserWebhook(await readOwn(store.db, caller, params.webhookId))),
  });

  serve(app, service, endpoints.updateWebhook, {
    aliases: ALIASES,
    answer: async ({ caller, params, body }) =>
      ok(toUserWebhook(await update(changing, body, (handle) => readOwn(handle, caller, params.webhookId)))),
  });

  serve(app, service, endpoints.deleteWebhook, {
    answer: async ({ caller, params }) => ok(toUserWebhook(await remove(service, (handle) => readOwn(handle, caller, params.webhookId)))),
  });

  serve(app, service, endpoints.listWebhookDeliveries, {
    answer: async ({ caller, params, query: { take = MOST, skip = 0, state } = {} }) => {
      const { id } = await readOwn(store.db, caller, params.webhookId, { isOfEventTypeToo: true });
      const filter = { userId: caller.id, webhookId: id, take, skip, ...(state === undefined ? {} : { state }) };
      return ok((await listDeliveries(store.db, filter)).map(toDelivery));
    },
  });

  serveOfEventTypes(app, changing);
}

function serveOfEventTypes(app: App, changing: Changing): void {
  const { service } = changing;
  const { store } = service;

  serve(app, service, endpoints.listEventTypeWebhooks, {
    answer: async ({ caller, params, query: { take = MOST, skip = 0 } = {} }) => {
      const eventTypeId = await checkEventType(store.db, caller, params.eventTypeId);
      return ok((await rows.listWebhooks(store.db, { eventTypeId, take, skip })).map(toEventTypeWebhook));
    },
  });

  serve(app, service, endpoints.createEventTypeWebhook, {
    aliases: ALIASES,
    answer: async ({ caller, params, body }) => {
      const eventTypeId = await checkEventType(store.db, caller, params.eventTypeId);
      return ok(toEventTypeWebhook(await create(changing, { userId: caller.id, eventTypeId, body })));
    },
  });

  serve(app, service, endpoints.deleteEventTypeWebhooks, {
    answer: async ({ caller, params }) =>
      await store.transaction(async (tx) => {
        const eventTypeId = await checkEventType(tx, caller, params.eventTypeId);
        const count = await rows.deleteWebhooksOf(tx, eventTypeId);
        return ok(`${count} webhooks of the event type ${eventTypeId} were deleted`);
      }),
  });

  serve(app, service, endpoints.getEventTypeWebhook, {
    answer: async ({ caller, params }) => ok(toEventTypeWebhook(await readOfEventType(store.db, caller, params))),
  });

  serve(app, service, endpoints.updateEventTypeWebhook, {
    aliases: ALIASES,
    answer: async ({ caller, params, body }) =>
      ok(toEventTypeWebhook(await update(changing, body, (handle) => readOfEventType(handle, caller, params)))),
  });

  serve(app, service, endpoints.deleteEventTypeWebhook, {
    answer: async ({ caller, params }) =>
      ok(toEventTypeWebhook(await remove(service, (handle) => readOfEventType(handle, caller, params)))),
  });
}

interface Changing {
  readonly service: Service;
  readonly outgoing: Outgoing;
}

interface NewWebhook {
  readonly userId: number;
  readonly eventTypeId: number | null;
  readonly body: Body;
}

type Body = z.output<typeof endpoints.createWebhookBody>;
type Changes = z.output<typeof endpoints.updateWebhookBody>;

async function create({ service, outgoing }: Changing, { userId, eventTypeId, body }: NewWebhook): Promise<rows.WebhookRecord> {
  await checkInput(outgoing, body);
  const { active, subscriberUrl, payloadTemplate = null, secret = null, version = endpoints.WEBHOOK_VERSION } = body;
  const triggers = [...new Set(body.triggers)];
  const webhook = { userId, eventTypeId, active, subscriberUrl, triggers, payloadTemplate, secret, version, now: service.now() };
  return await refuseDuplicate(
    eventTypeId,
    service.store.transaction((tx) => rows.createWebhook(tx, webhook)),
  );
}

type Reader = (handle: Handle) => Promise<rows.WebhookRecord>;

async function update({ service, outgoing }: Changing, body: Changes, read: Reader): Promise<rows.WebhookRecord> {
  await checkInput(outgoing, body);
  const { eventTypeId } = await read(service.store.db);
  const { active, subscriberUrl, triggers, payloadTemplate, secret, version } = body;
  const changes = {
    ...(active === undefined ? {} : { active }),
    ...(subscriberUrl === undefined ? {} : { subscriberUrl }),
    ...(triggers === undefined ? {} : { triggers: [...new Set(triggers)] }),
    ...(payloadTemplate === undefined ? {} : { payloadTemplate }),
    ...(secret === undefined ? {} : { secret }),
    ...(version === undefined ? {} : { version }),
    now: service.now(),
  };
  return await refuseDuplicate(
    eventTypeId,
    service.store.transaction(async (tx) => {
      const { id } = await read(tx);
      return (await rows.updateWebhook(tx, id, changes)) ?? notFound(id);
    }),
  );
}

async function remove({ store }: Service, read: Reader): Promise<rows.WebhookRecord> {
  return await store.transaction(async (tx) => {
    const webhook = await read(tx);
    await rows.deleteWebhook(tx, webhook.id);
    return webhook;
  });
}

async function checkInput(outgoing: Outgoing, { subscriberUrl, triggers, payloadTemplate }: Changes): Promise<void> {
  if (triggers?.includes('DELEGATION_CREDENTIAL_ERROR')) {
    throw new HttpFailure(400, 'DELEGATION_CREDENTIAL_ERROR trigger is only available for organization webhooks');
  }
  if (payloadTemplate != null) {
    await checkTemplate(payloadTemplate).catch((error: unknown) => {
      if (!(error instanceof TemplateError)) throw error;
      throw new HttpFailure(400, `payloadTemplate is wrong: ${error.message}`, { cause: error });
    });
  }
  if (subscriberUrl === undefined) return;
  await outgoing.check(subscriberUrl).catch((error: unknown) => {
    if (!(error instanceof AppError)) throw error;
    throw new HttpFailure(400, `subscriberUrl cannot be used: ${error.message} ${error.hint ?? ''}`.trim(), {
      cause: error,
      details: { reason: 'address_refused', ...error.details },
    });
  });
}

async function refuseDuplicate<Result>(eventTypeId: number | null, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!isDuplicate(error, 'webhooks_subscriber_url')) throw error;
    const whose = eventTypeId === null ? 'user' : 'event type';
    throw new HttpFailure(409, `Webhook with this subscriber url already exists for this ${whose}`, { cause: error });
  }
}

async function readOwn(
  handle: Handle,
  caller: Caller,
  id = '',
  { isOfEventTypeToo = false }: { readonly isOfEventTypeToo?: boolean } = {},
): Promise<rows.WebhookRecord> {
  const webhook = await rows.getWebhook(handle, id);
  if (webhook === undefined || (webhook.eventTypeId !== null && webhook.userId === caller.id && !isOfEventTypeToo)) return notFound(id);
  if (webhook.userId !== caller.id) {
    throw new HttpFailure(403, `IsUserWebhookGuard - user with id=(${caller.id}) is not the owner of webhook with id=(${id})`);
  }
  return webhook;
}

async function readOfEventType(handle: Handle, caller: Caller, params: Readonly<Record<string, string>>): Promise<rows.WebhookRecord> {
  const eventTypeId = await checkEventType(handle, caller, params.eventTypeId);
  const { webhookId = '' } = params;
  const webhook = await rows.getWebhook(handle, webhookId);
  if (webhook === undefined) return notFound(webhookId);
  if (webhook.eventTypeId !== eventTypeId) {
    throw new HttpFailure(
      400,
      `IsUserEventTypeWebhookGuard - webhook with id=(${webhookId}) is not part of the event type with id=(${eventTypeId})`,
    );
  }
  return webhook;
}

/** The number of an event type that belongs to the caller. */
async function checkEventType(handle: Handle, caller: Caller, text: string | undefined): Promise<number> {
  const id = parseId(text);
  const eventType = await getEventType(handle, id);
  if (eventType === undefined) throw new HttpFailure(404, `Event type (${id}) not found`);
  if (eventType.userId !== caller.id) throw new HttpFailure(403, `User (${caller.id}) is not the owner of event type (${id})`);
  return id;
}

function notFound(id: string): never {
  throw new HttpFailure(404, `Webhook (${id}) not found`);
}

function toShared({ id, payloadTemplate, triggers, subscriberUrl, active, secret }: rows.WebhookRecord) {
  return { id, payloadTemplate, triggers: [...triggers], subscriberUrl, active, ...(secret === null ? {} : { secret }) };
}

function toUserWebhook(webhook: rows.WebhookRecord): endpoints.UserWebhook {
  return { ...toShared(webhook), userId: webhook.userId };
}

function toEventTypeWebhook(webhook: rows.WebhookRecord): endpoints.EventTypeWebhook {
  return { ...toShared(webhook), eventTypeId: webhook.eventTypeId ?? 0 };
}

type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number];

function toDelivery(row: DeliveryRow): endpoints.WebhookDelivery {
  const { id, webhookId, subscriberUrl, trigger, state, attempts, lastStatus, lastError, body } = row;
  return {
    ...{ id, webhookId, subscriberUrl, trigger, state, attempts, lastStatus, lastError, body },
    createdAt: toIsoUtc(row.createdAt),
    lastAttemptAt: row.lastAttemptAt === null ? null : toIsoUtc(row.lastAttemptAt),
    finishedAt: row.finishedAt === null ? null : toIsoUtc(row.finishedAt),
  };
}
