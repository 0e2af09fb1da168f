import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { type ChangeConsumer, defineJob, type Job, type JobCall, onChange, type Retry } from '../jobs/index.ts';
import type { Outgoing } from '../outgoing/index.ts';
import {
  abandonDeliveries,
  createDelivery,
  type DeliveryRecord,
  deleteFinishedDeliveries,
  findWaiting,
  getDelivery,
  recordAttempt,
} from '../store/deliveries.ts';
import { getEventType } from '../store/event-types.ts';
import { type ChangeRecord, deleteDispatched } from '../store/outbox.ts';
import type { Store } from '../store/store.ts';
import { getUser } from '../store/users.ts';
import { findHeard, findSubscribers, getWebhook, type WebhookRecord } from '../store/webhooks.ts';
import { toWebhookMessage, type WebhookMessage } from './webhook-payload.ts';
import { renderTemplate, TemplateError } from './webhook-template.ts';

export interface WebhookJobsOptions {
  readonly store: Store;
  readonly outgoing: Outgoing;
  readonly publicUrl: string;
  readonly retry?: Retry;
}

export interface WebhookJobs {
  readonly jobs: readonly Job[];
  readonly consumers: readonly ChangeConsumer[];
}

/** Doubling from 30 seconds to four hours: fifteen attempts over about a day. */
const FOR_A_DAY: Retry = { attempts: 15, delaySeconds: 30, maximumDelaySeconds: 4 * 3600 };

const TIMEOUT_MS = 10_000;
/** Of the answer, for the sake of `lastError`. */
const ANSWER_BYTES = 2000;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Well after the last attempt. */
const GIVEN_UP_MS = 2 * DAY_MS;
/** How long what ended can be looked up. */
const KEPT_MS = 30 * DAY_MS;

const deliver = z.object({ deliveryId: z.string() });
const nothing = z.object({});

/** Turns changes into deliveries, and delivers them until the receiver takes them or a day has passed. */
export function createWebhookJobs({ store, outgoing, publicUrl, retry = FOR_A_DAY }: WebhookJobsOptions): WebhookJobs {
  const deliverJob = defineJob({
    name: 'webhooks.deliver',
    schema: deliver,
    retry,
    concurrency: 20,
    // A receiver that never answers must not take every place.
    groupConcurrency: 5,
    timeoutSeconds: 30,
    run: ({ deliveryId }, call) => attemptDelivery({ store, outgoing }, deliveryId, call),
  });

  const tendJob = defineJob({
    name: 'webhooks.tend',
    schema: nothing,
    cron: '17 * * * *',
    run: async (_data, { queue }) => {
      const now = Date.now();
      await abandonDeliveries(store.db, { before: now - GIVEN_UP_MS, now });
      // Their jobs are there as a rule, and then these are not made again. A restored copy of the database has none.
      for (const { id, webhookId } of await findWaiting(store.db, { from: now - GIVEN_UP_MS, to: now - HOUR_MS })) {
        await queue.send(deliverJob, { deliveryId: id }, { id, group: webhookId });
      }
      await deleteFinishedDeliveries(store.db, now - KEPT_MS);
      await deleteDispatched(store.db, now - KEPT_MS);
    },
  });

  async function prepare(change: ChangeRecord, { queue }: JobCall): Promise<void> {
    const { userId, eventTypeId, trigger } = change;
    const subscribers = await findSubscribers(store.db, { userId, eventTypeId, trigger });
    if (subscribers.length === 0) return;
    const message = toWebhookMessage(change, {
      host: await getUser(store.db, userId),
      eventType: eventTypeId === null ? undefined : await getEventType(store.db, eventTypeId),
      publicUrl,
    });
    const bodies = await Promise.all(subscribers.map((webhook) => toBody(webhook, message)));
    await store.transaction(async (tx) => {
      for (const [index, webhook] of subscribers.entries()) {
        const { contentType = 'application/json', text = '', error } = bodies[index] ?? {};
        const delivery = { webhookId: webhook.id, changeId: change.id, trigger, contentType, body: text, now: Date.now() };
        const id = await createDelivery(tx, delivery);
        if (id === undefined) continue;
        if (error === undefined) await queue.send(deliverJob, { deliveryId: id }, { tx, id, group: webhook.id });
        else await recordAttempt(tx, id, { state: 'dead', status: null, error, now: Date.now() });
      }
    });
  }

  return { jobs: [deliverJob, tendJob], consumers: [onChange('webhooks', prepare, { choose: findHeard })] };
}

interface Body {
  readonly contentType?: string;
  readonly text?: string;
  /** Why there is none. */
  readonly error?: string;
}

/** The exact text that is sent: the message as JSON, or what the webhook's template makes of it. */
async function toBody({ payloadTemplate }: WebhookRecord, message: WebhookMessage): Promise<Body> {
  if (payloadTemplate === null || payloadTemplate.trim() === '') return { contentType: 'application/json', text: JSON.stringify(message) };
  const { triggerEvent, createdAt, payload } = message;
  // In a template that writes JSON every value stands within a text of it.
  const writesJson = /^\s*(\{(?!\{)|\[)/.test(payloadTemplate);
  const encode = (value: string) => (writesJson ? JSON.stringify(value).slice(1, -1) : value);
  try {
    const text = await renderTemplate(payloadTemplate, { ...payload, triggerEvent, createdAt }, { encode });
    return { contentType: isJson(text) ? 'application/json' : 'application/x-www-form-urlencoded', text };
  } catch (error) {
    if (error instanceof TemplateError) return { error: `The payload template failed: ${error.message}` };
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Sending = Pick<WebhookJobsOptions, 'store' | 'outgoing'>;

async function attemptDelivery({ store, outgoing }: Sending, deliveryId: string, { isLastAttempt, signal }: JobCall): Promise<void> {
  const delivery = await getDelivery(store.db, deliveryId);
  const webhook = delivery && (await getWebhook(store.db, delivery.webhookId));
  // The webhook was removed, or an earlier attempt ended the matter and was cut short before it could say so.
  if (delivery === undefined || webhook === undefined || delivery.state !== 'pending') return;
  const outcome = webhook.active ? await send(outgoing, { webhook, delivery, signal }) : SWITCHED_OFF;
  if (outcome.isDone || outcome.isHopeless) {
    const state = outcome.isDone ? 'delivered' : 'dead';
    await recordAttempt(store.db, deliveryId, { state, status: outcome.status, error: outcome.error, now: Date.now() });
    return;
  }
  const state = isLastAttempt ? 'dead' : 'pending';
  await recordAttempt(store.db, deliveryId, { state, status: outcome.status, error: outcome.error, now: Date.now() });
  if (!isLastAttempt) throw new AppError('upstream', outcome.error ?? 'The webhook was not taken.');
}

interface Outcome {
  readonly isDone: boolean;
  /** Trying again would not help. */
  readonly isHopeless?: boolean;
  readonly status: number | null;
  readonly error: string | null;
}

const SWITCHED_OFF: Outcome = {
  isDone: false,
  isHopeless: true,
  status: null,
  error: 'The webhook was switched off before it was delivered.',
};

interface Message {
  readonly webhook: WebhookRecord;
  readonly delivery: DeliveryRecord;
  readonly signal: AbortSignal;
}

async function send(outgoing: Outgoing, { webhook, delivery, signal }: Message): Promise<Outcome> {
  try {
    const { status, body } = await outgoing.request(webhook.subscriberUrl, {
      method: 'POST',
      headers: toHeaders(webhook, delivery),
      body: delivery.body,
      timeoutMs: TIMEOUT_MS,
      maximumBytes: ANSWER_BYTES,
      signal,
    });
    const isDone = status >= 200 && status < 300;
    return { isDone, status, error: isDone ? null : `The receiver answered ${status}${said(body)}.` };
  } catch (error) {
    // The process stops: the attempt is put back and not counted.
    if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
    return { isDone: false, status: null, error: error.message };
  }
}

function said(body: Buffer): string {
  const text = body.toString('utf8').replace(/\s+/g, ' ').trim().slice(0, 200);
  return text === '' ? '' : `: "${text}"`;
}

function toHeaders({ secret, version }: WebhookRecord, { id, contentType, body }: DeliveryRecord): Readonly<Record<string, string>> {
  return {
    'Content-Type': contentType,
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': 'Kalends-Webhooks',
    'X-Cal-Signature-256': sign(secret, body),
    'X-Cal-Webhook-Version': version,
    'X-Kalends-Delivery': id,
  };
}

/** Over the very bytes that are sent; receivers compare it with their own. */
function sign(secret: string | null, body: string): string {
  return secret === null || secret === '' ? 'no-secret-provided' : createHmac('sha256', secret).update(body, 'utf8').digest('hex');
}
