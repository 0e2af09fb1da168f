import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { defineJob, type Job, type JobCall, type JobQueue, type Retry } from '../../jobs/index.ts';
import type { Outgoing } from '../../outgoing/index.ts';
import type { Store } from '../../store/store.ts';
import {
  deleteOldWherebyEvents,
  getWherebyDelivery,
  getWherebyWebhook,
  listPendingDeliveries,
  type PendingDelivery,
  recordDeliveryAttempt,
  type WherebyDeliveryRecord,
  type WherebyWebhookRecord,
} from '../../store/whereby-webhooks.ts';
import { SIGNATURE_HEADER, signMessage } from '../../wire/whereby/signature.ts';
import { leaveAbsent } from './absence.ts';
import { expireRooms } from './expiry.ts';

export interface WherebyJobsOptions {
  readonly store: Store;
  readonly outgoing: Outgoing;
  /** The domain clock. */
  readonly now: () => number;
  readonly processNow?: () => number;
  readonly retry?: Retry;
}

export interface WherebyJobs {
  /** For `createJobs`. */
  readonly jobs: readonly Job[];
  /** Sends what was just written; give it to the service as `onDeliveries`. What cannot be sent now is found again within a minute. */
  announce(queue: JobQueue): (deliveries: readonly PendingDelivery[]) => void;
}

/** As documented: two more attempts, soon. */
const TWO_MORE: Retry = { attempts: 3, delaySeconds: 1, maximumDelaySeconds: 8 };
const TIMEOUT_MS = 5000;
const ANSWER_BYTES = 2000;
/** Older ones lost their job, as when the process ended before it was made. */
const FORGOTTEN_AFTER_MS = 30_000;
const AT_ONCE = 500;
const KEPT_MS = 30 * 86_400_000;

/** Delivers what the rooms tell, and closes those whose time is over. */
export function createWherebyJobs({ store, outgoing, now, processNow = Date.now, retry = TWO_MORE }: WherebyJobsOptions): WherebyJobs {
  const deliver = defineJob({
    name: 'whereby.deliver',
    schema: z.object({ deliveryId: z.string() }),
    retry,
    concurrency: 20,
    // A receiver that never answers must not take every place.
    groupConcurrency: 5,
    timeoutSeconds: 15,
    run: ({ deliveryId }, call) => attemptDelivery({ store, outgoing, processNow }, deliveryId, call),
  });

  const tend = defineJob({
    name: 'whereby.tend',
    schema: z.object({}),
    cron: '* * * * *',
    concurrency: 1,
    run: async (_data, { queue }) => {
      const service = { store, now, processNow, publicUrl: '', onDeliveries: announce(queue) };
      await expireRooms(service);
      await leaveAbsent(service);
      await sendAll(queue, await listPendingDeliveries(store.db, { before: processNow() - FORGOTTEN_AFTER_MS, limit: AT_ONCE }));
      await deleteOldWherebyEvents(store.db, now() - KEPT_MS);
    },
  });

  async function sendAll(queue: JobQueue, deliveries: readonly PendingDelivery[]): Promise<void> {
    // Under its own id: a job that is still there is not made twice.
    for (const { id, webhookId } of deliveries) await queue.send(deliver, { deliveryId: id }, { id, group: webhookId });
  }

  function announce(queue: JobQueue): (deliveries: readonly PendingDelivery[]) => void {
    return (deliveries) => {
      // Jobs may not run yet, or not any more; `tend` looks for what nobody sent.
      void sendAll(queue, deliveries).catch(() => {});
    };
  }

  return { jobs: [deliver, tend] as readonly Job[], announce };
}

interface Sending {
  readonly store: Store;
  readonly outgoing: Outgoing;
  readonly processNow: () => number;
}

async function attemptDelivery({ store, outgoing, processNow }: Sending, deliveryId: string, call: JobCall): Promise<void> {
  const delivery = await getWherebyDelivery(store.db, deliveryId);
  const webhook = delivery && (await getWherebyWebhook(store.db, delivery.webhookId));
  // The webhook was removed, or an earlier attempt ended the matter and was cut short before it could say so.
  if (delivery === undefined || webhook === undefined || delivery.state !== 'pending') return;
  const outcome = await send({ outgoing, processNow }, webhook, delivery, call.signal);
  const isOver = !outcome.mayRepeat || call.isLastAttempt;
  const state = outcome.isDone ? 'delivered' : isOver ? 'dead' : 'pending';
  await recordDeliveryAttempt(store.db, deliveryId, { state, status: outcome.status, error: outcome.error, now: processNow() });
  if (state === 'pending') throw new AppError('upstream', outcome.error ?? 'The webhook was not taken.');
}

interface Outcome {
  readonly isDone: boolean;
  /** Only a failure of the receiver, or none of its answers, is tried again. */
  readonly mayRepeat: boolean;
  readonly status: number | null;
  readonly error: string | null;
}

async function send(
  { outgoing, processNow }: Omit<Sending, 'store'>,
  { url, secret }: WherebyWebhookRecord,
  { body }: WherebyDeliveryRecord,
  signal: AbortSignal,
): Promise<Outcome> {
  try {
    const { status } = await outgoing.request(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(body)),
        'User-Agent': 'Kalends-Whereby-Webhooks',
        [SIGNATURE_HEADER]: signMessage(body, { secret, now: processNow() }),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maximumBytes: ANSWER_BYTES,
      signal,
    });
    const isDone = status >= 200 && status < 300;
    return { isDone, mayRepeat: status >= 500, status, error: isDone ? null : `The receiver answered ${status}.` };
  } catch (error) {
    // The process stops: the attempt is put back and not counted.
    if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
    return { isDone: false, mayRepeat: error.code !== 'forbidden' && error.code !== 'invalid_input', status: null, error: error.message };
  }
}
