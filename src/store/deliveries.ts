import { randomUUID } from 'node:crypto';
import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

export type DeliveryState = 'pending' | 'delivered' | 'dead';

/** One message to one webhook about one change, with how it went. Times are of the process clock. */
export interface DeliveryRecord {
  readonly id: string;
  readonly webhookId: string;
  readonly changeId: string;
  readonly trigger: string;
  readonly contentType: string;
  readonly body: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** Of the last answer; null when there was none. */
  readonly lastStatus: number | null;
  /** Null after a success. */
  readonly lastError: string | null;
  readonly createdAt: number;
  readonly lastAttemptAt: number | null;
  /** Delivered, or given up. */
  readonly finishedAt: number | null;
}

const COLUMNS = [
  'webhook_deliveries.id',
  'webhook_id as webhookId',
  'change_id as changeId',
  'trigger',
  'content_type as contentType',
  'body',
  'state',
  'attempts',
  'last_status as lastStatus',
  'last_error as lastError',
  'webhook_deliveries.created_at as createdAt',
  'last_attempt_at as lastAttemptAt',
  'finished_at as finishedAt',
] as const;

export interface NewDelivery {
  readonly webhookId: string;
  readonly changeId: string;
  readonly trigger: string;
  readonly contentType: string;
  readonly body: string;
  readonly now: number;
}

/** `undefined` when this webhook has a delivery of this change already: it is made once, however often the change is told. */
export async function createDelivery(tx: Transaction, delivery: NewDelivery): Promise<string | undefined> {
  const row = await tx
    .insertInto('webhook_deliveries')
    .values({
      id: randomUUID(),
      webhook_id: delivery.webhookId,
      change_id: delivery.changeId,
      trigger: delivery.trigger,
      content_type: delivery.contentType,
      body: delivery.body,
      created_at: timestamp(delivery.now),
    })
    .onConflict((conflict) => conflict.constraint('webhook_deliveries_once').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export async function getDelivery(handle: Handle, id: string): Promise<DeliveryRecord | undefined> {
  return await handle.selectFrom('webhook_deliveries').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export interface Attempt {
  readonly state: DeliveryState;
  readonly status: number | null;
  readonly error: string | null;
  readonly now: number;
}

export async function recordAttempt(handle: Handle, id: string, { state, status, error, now }: Attempt): Promise<void> {
  await handle
    .updateTable('webhook_deliveries')
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

export interface DeliveryFilter {
  /** The owner of the webhooks. */
  readonly userId: number;
  readonly webhookId?: string;
  readonly state?: DeliveryState;
  readonly take: number;
  readonly skip: number;
}

/** The newest first, with where they go. */
export async function listDeliveries(
  handle: Handle,
  { userId, webhookId, state, take, skip }: DeliveryFilter,
): Promise<readonly (DeliveryRecord & { readonly subscriberUrl: string })[]> {
  return await handle
    .selectFrom('webhook_deliveries')
    .innerJoin('webhooks', 'webhooks.id', 'webhook_deliveries.webhook_id')
    .select([...COLUMNS, 'webhooks.subscriber_url as subscriberUrl'])
    .where('webhooks.user_id', '=', userId)
    .$if(webhookId !== undefined, (query) => query.where('webhook_id', '=', webhookId ?? ''))
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'pending'))
    .orderBy('webhook_deliveries.created_at', 'desc')
    .orderBy('webhook_deliveries.id')
    .limit(take)
    .offset(skip)
    .execute();
}

/** Deliveries that wait and were made between the two instants. */
export async function findWaiting(
  handle: Handle,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly { readonly id: string; readonly webhookId: string }[]> {
  return await handle
    .selectFrom('webhook_deliveries')
    .select(['id', 'webhook_id as webhookId'])
    .where('state', '=', 'pending')
    .where('created_at', '>=', timestamp(from))
    .where('created_at', '<', timestamp(to))
    .orderBy('created_at')
    .execute();
}

/** Gives up what still waits and was made before `before`. */
export async function abandonDeliveries(handle: Handle, { before, now }: { readonly before: number; readonly now: number }): Promise<void> {
  await handle
    .updateTable('webhook_deliveries')
    .set((eb) => ({
      state: 'dead',
      finished_at: timestamp(now),
      last_error: eb.fn.coalesce('last_error', eb.val('It was not delivered in time.')),
    }))
    .where('state', '=', 'pending')
    .where('created_at', '<', timestamp(before))
    .execute();
}

/** Forgets what ended before `before`. */
export async function deleteFinishedDeliveries(handle: Handle, before: number): Promise<void> {
  await handle.deleteFrom('webhook_deliveries').where('finished_at', '<', timestamp(before)).execute();
}
