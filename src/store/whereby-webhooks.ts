import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';
import { isUuid } from './whereby-presence.ts';

const WEBHOOK = ['id', 'user_id as userId', 'url', 'secret', 'events', 'active', 'created_at as createdAt'] as const;

export interface WherebyWebhookRecord {
  readonly id: string;
  readonly userId: number;
  readonly url: string;
  readonly secret: string;
  readonly events: readonly string[];
  readonly active: boolean;
  readonly createdAt: number;
}

export type NewWherebyWebhook = Omit<WherebyWebhookRecord, 'id' | 'createdAt'> & { readonly now: number };

export async function createWherebyWebhook(handle: Handle, webhook: NewWherebyWebhook): Promise<WherebyWebhookRecord> {
  return await handle
    .insertInto('whereby_webhooks')
    .values({
      id: randomUUID(),
      user_id: webhook.userId,
      url: webhook.url,
      secret: webhook.secret,
      events: json(webhook.events),
      active: webhook.active,
      created_at: timestamp(webhook.now),
    })
    .returning(WEBHOOK)
    .executeTakeFirstOrThrow();
}

export async function listWherebyWebhooks(handle: Handle, userId: number): Promise<readonly WherebyWebhookRecord[]> {
  return await handle
    .selectFrom('whereby_webhooks')
    .select(WEBHOOK)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function getWherebyWebhook(handle: Handle, id: string): Promise<WherebyWebhookRecord | undefined> {
  return await handle.selectFrom('whereby_webhooks').select(WEBHOOK).where('id', '=', id).executeTakeFirst();
}

/** With its deliveries; tells whether there was one. `id` may be any text. */
export async function deleteWherebyWebhook(handle: Handle, userId: number, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const result = await handle.deleteFrom('whereby_webhooks').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export interface NewWherebyEvent {
  readonly id: string;
  readonly userId: number;
  readonly roomId: number;
  readonly type: string;
  readonly body: string;
  /** The domain clock. */
  readonly now: number;
  readonly processNow: number;
}

/** A message that waits to be sent. */
export interface PendingDelivery {
  readonly id: string;
  readonly webhookId: string;
}

/** Writes what happened, and a delivery for each webhook that is to hear of it, in the transaction that made it happen. Returns the deliveries. */
export async function recordWherebyEvent(tx: Transaction, event: NewWherebyEvent): Promise<readonly PendingDelivery[]> {
  const { id, userId, roomId, type, body, now, processNow } = event;
  await tx
    .insertInto('whereby_events')
    .values({ id, user_id: userId, room_id: roomId, type, body, created_at: timestamp(now) })
    .execute();
  const webhooks = await tx
    .selectFrom('whereby_webhooks')
    .select('id')
    .where('user_id', '=', userId)
    .where('active', '=', true)
    .where(sql<boolean>`events @> ${json([type])}`)
    .execute();
  if (webhooks.length === 0) return [];
  const rows = webhooks.map((webhook) => ({ id: randomUUID(), webhook_id: webhook.id, event_id: id, created_at: timestamp(processNow) }));
  await tx.insertInto('whereby_deliveries').values(rows).execute();
  return rows.map((row) => ({ id: row.id, webhookId: row.webhook_id }));
}

export interface WherebyEventRecord {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly createdAt: number;
}

/** The newest first. */
export async function listWherebyEvents(
  handle: Handle,
  { userId, roomId, limit }: { readonly userId: number; readonly roomId?: number | undefined; readonly limit: number },
): Promise<readonly WherebyEventRecord[]> {
  return await handle
    .selectFrom('whereby_events')
    .select(['id', 'type', 'body', 'created_at as createdAt'])
    .where('user_id', '=', userId)
    .$if(roomId !== undefined, (query) => query.where('room_id', '=', roomId ?? 0))
    .orderBy('sequence', 'desc')
    .limit(limit)
    .execute();
}

/** Of the process clock. */
export interface WherebyDeliveryRecord {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  readonly body: string;
  readonly state: 'pending' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly lastAttemptAt: number | null;
  readonly finishedAt: number | null;
}

function deliveries(handle: Handle) {
  return handle
    .selectFrom('whereby_deliveries')
    .innerJoin('whereby_events', 'whereby_events.id', 'whereby_deliveries.event_id')
    .select([
      'whereby_deliveries.id',
      'webhook_id as webhookId',
      'event_id as eventId',
      'type',
      'body',
      'state',
      'attempts',
      'last_status as lastStatus',
      'last_error as lastError',
      'whereby_deliveries.created_at as createdAt',
      'last_attempt_at as lastAttemptAt',
      'finished_at as finishedAt',
    ]);
}

export async function getWherebyDelivery(handle: Handle, id: string): Promise<WherebyDeliveryRecord | undefined> {
  return await deliveries(handle).where('whereby_deliveries.id', '=', id).executeTakeFirst();
}

/** The newest first. */
export async function listWherebyDeliveries(
  handle: Handle,
  { userId, limit }: { readonly userId: number; readonly limit: number },
): Promise<readonly WherebyDeliveryRecord[]> {
  return await deliveries(handle)
    .where('user_id', '=', userId)
    .orderBy('whereby_events.sequence', 'desc')
    .orderBy('whereby_deliveries.id')
    .limit(limit)
    .execute();
}

/** Those that wait since before `before`, the oldest first. */
export async function listPendingDeliveries(
  handle: Handle,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly PendingDelivery[]> {
  return await handle
    .selectFrom('whereby_deliveries')
    .select(['id', 'webhook_id as webhookId'])
    .where('state', '=', 'pending')
    .where('created_at', '<=', timestamp(before))
    .orderBy('created_at')
    .limit(limit)
    .execute();
}

export interface DeliveryAttempt {
  readonly state: WherebyDeliveryRecord['state'];
  readonly status: number | null;
  readonly error: string | null;
  readonly now: number;
}

export async function recordDeliveryAttempt(handle: Handle, id: string, { state, status, error, now }: DeliveryAttempt): Promise<void> {
  await handle
    .updateTable('whereby_deliveries')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      state,
      last_status: status,
      last_error: error,
      last_attempt_at: timestamp(now),
      finished_at: state === 'pending' ? null : timestamp(now),
    }))
    .where('id', '=', id)
    .execute();
}

/** Forgets events, with their deliveries, that happened before `before` by the domain clock and that nobody waits for. */
export async function deleteOldWherebyEvents(handle: Handle, before: number): Promise<void> {
  await handle
    .deleteFrom('whereby_events')
    .where('created_at', '<', timestamp(before))
    .where('id', 'not in', (query) => query.selectFrom('whereby_deliveries').select('event_id').where('state', '=', 'pending'))
    .execute();
}
