import { randomUUID } from 'node:crypto';
import { sql, type Updateable } from 'kysely';
import type { WebhooksTable } from './database.ts';
import { json, timestamp } from './sql-values.ts';
import { defineStatement } from './statement.ts';
import type { Handle } from './store.ts';

const COLUMNS = [
  'id',
  'user_id as userId',
  'event_type_id as eventTypeId',
  'subscriber_url as subscriberUrl',
  'triggers',
  'active',
  'secret',
  'payload_template as payloadTemplate',
  'version',
  'created_at as createdAt',
] as const;

export interface WebhookRecord {
  readonly id: string;
  readonly userId: number;
  /** Null: for all of the user's event types. */
  readonly eventTypeId: number | null;
  readonly subscriberUrl: string;
  readonly triggers: readonly string[];
  readonly active: boolean;
  readonly secret: string | null;
  readonly payloadTemplate: string | null;
  readonly version: string;
  readonly createdAt: number;
}

export type NewWebhook = Omit<WebhookRecord, 'id' | 'createdAt'> & { readonly now: number };

/** An address that this user, or this event type, already has breaks the constraint `webhooks_subscriber_url` (see `isDuplicate`). */
export async function createWebhook(handle: Handle, webhook: NewWebhook): Promise<WebhookRecord> {
  return await handle
    .insertInto('webhooks')
    .values({
      id: randomUUID(),
      user_id: webhook.userId,
      event_type_id: webhook.eventTypeId,
      subscriber_url: webhook.subscriberUrl,
      triggers: json(webhook.triggers),
      active: webhook.active,
      secret: webhook.secret,
      payload_template: webhook.payloadTemplate,
      version: webhook.version,
      created_at: timestamp(webhook.now),
      updated_at: timestamp(webhook.now),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

/** `id` may be any text; what is no UUID names no webhook. */
export async function getWebhook(handle: Handle, id: string): Promise<WebhookRecord | undefined> {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return undefined;
  return await handle.selectFrom('webhooks').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface WebhookFilter {
  readonly userId?: number;
  /** Null: those of no event type. */
  readonly eventTypeId: number | null;
  readonly take: number;
  readonly skip: number;
}

export async function listWebhooks(handle: Handle, { userId, eventTypeId, take, skip }: WebhookFilter): Promise<readonly WebhookRecord[]> {
  return await handle
    .selectFrom('webhooks')
    .select(COLUMNS)
    .where('event_type_id', eventTypeId === null ? 'is' : '=', eventTypeId)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .orderBy('created_at')
    .orderBy('id')
    .limit(take)
    .offset(skip)
    .execute();
}

/** The active webhooks that are to hear of a change: the user's own and the event type's. */
export async function findSubscribers(
  handle: Handle,
  { userId, eventTypeId, trigger }: { readonly userId: number; readonly eventTypeId: number | null; readonly trigger: string },
): Promise<readonly WebhookRecord[]> {
  return await handle
    .selectFrom('webhooks')
    .select(COLUMNS)
    .where('active', '=', true)
    .where(sql<boolean>`triggers @> ${json([trigger])}`)
    .where((where) =>
      where.or([where.and([where('event_type_id', 'is', null), where('user_id', '=', userId)]), where('event_type_id', '=', eventTypeId)]),
    )
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

const selectHeard = defineStatement<{ readonly id: string }>(`select o.id from outbox o where o.id = any ($1::uuid[]) and exists (
  select from webhooks w where w.active and w.triggers @> jsonb_build_array(o.kind)
    and (w.event_type_id is null and w.user_id = o.user_id or w.event_type_id = o.event_type_id))`);

/** Which of these changes have subscribers, see `findSubscribers`. */
export async function findHeard(handle: Handle, changeIds: readonly string[]): Promise<readonly string[]> {
  const heard = new Set((await selectHeard(handle, `{${changeIds.join(',')}}`)).map(({ id }) => id));
  return changeIds.filter((id) => heard.has(id));
}

export type WebhookChanges = Partial<Omit<NewWebhook, 'userId' | 'eventTypeId' | 'now'>>;

export async function updateWebhook(
  handle: Handle,
  id: string,
  { now, ...changes }: WebhookChanges & { readonly now: number },
): Promise<WebhookRecord | undefined> {
  const values: Updateable<WebhooksTable> = {
    updated_at: timestamp(now),
    ...(changes.subscriberUrl === undefined ? {} : { subscriber_url: changes.subscriberUrl }),
    ...(changes.triggers === undefined ? {} : { triggers: json(changes.triggers) }),
    ...(changes.active === undefined ? {} : { active: changes.active }),
    ...(changes.secret === undefined ? {} : { secret: changes.secret }),
    ...(changes.payloadTemplate === undefined ? {} : { payload_template: changes.payloadTemplate }),
    ...(changes.version === undefined ? {} : { version: changes.version }),
  };
  return await handle.updateTable('webhooks').set(values).where('id', '=', id).returning(COLUMNS).executeTakeFirst();
}

/** With its deliveries, also those that wait. */
export async function deleteWebhook(handle: Handle, id: string): Promise<void> {
  await handle.deleteFrom('webhooks').where('id', '=', id).execute();
}

/** All of an event type; tells how many. */
export async function deleteWebhooksOf(handle: Handle, eventTypeId: number): Promise<number> {
  const result = await handle.deleteFrom('webhooks').where('event_type_id', '=', eventTypeId).executeTakeFirst();
  return Number(result.numDeletedRows);
}
