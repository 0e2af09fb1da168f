import { randomBytes } from 'node:crypto';
import { findWherebyRoom } from '../../store/whereby-rooms.ts';
import {
  createWherebyWebhook,
  deleteWherebyWebhook,
  listWherebyDeliveries,
  listWherebyEvents,
  listWherebyWebhooks,
  type WherebyWebhookRecord,
} from '../../store/whereby-webhooks.ts';
import * as simulation from '../../wire/whereby/simulation.ts';
import { webhookEventTypes } from '../../wire/whereby/webhook-events.ts';
import { serveOperation, toMoment, toRoomName, type WherebyApp, type WherebyService } from './operation.ts';

const OPTIONS = { prefix: simulation.SIMULATION_PREFIX };
const DEFAULT_LIMIT = 100;

/** The webhooks of a user, and what was sent to them: with Whereby a matter of its dashboard. */
export function serveWebhookAdministration(app: WherebyApp, { store, now }: WherebyService): void {
  serveOperation(
    app,
    simulation.createWebhook,
    async ({ caller, body }) => {
      const webhook = await createWherebyWebhook(store.db, {
        userId: caller.id,
        url: body.url,
        secret: body.secret ?? `whsec_${randomBytes(24).toString('hex')}`,
        events: body.events ?? webhookEventTypes,
        active: true,
        now: now(),
      });
      return toWebhook(webhook);
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.listWebhooks,
    async ({ caller }) => (await listWherebyWebhooks(store.db, caller.id)).map(toWebhook),
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.deleteWebhook,
    async ({ caller, params }) => {
      await deleteWherebyWebhook(store.db, caller.id, params.webhookId ?? '');
      return undefined;
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.listEvents,
    async ({ caller, query = {} }) => {
      const { limit = DEFAULT_LIMIT, roomName } = query;
      const room = roomName === undefined ? undefined : await findWherebyRoom(store.db, { userId: caller.id, name: toRoomName(roomName) });
      if (roomName !== undefined && room === undefined) return [];
      const events = await listWherebyEvents(store.db, { userId: caller.id, roomId: room?.id, limit });
      return events.map(({ body }) => JSON.parse(body));
    },
    OPTIONS,
  );

  serveOperation(
    app,
    simulation.listDeliveries,
    async ({ caller, query = {} }) => {
      const deliveries = await listWherebyDeliveries(store.db, { userId: caller.id, limit: query.limit ?? DEFAULT_LIMIT });
      return deliveries.map(({ id, webhookId, eventId, type, state, attempts, lastStatus, lastError }) => ({
        deliveryId: id,
        webhookId,
        eventId,
        type,
        state,
        attempts,
        lastStatus,
        lastError,
      }));
    },
    OPTIONS,
  );
}

function toWebhook({ id, url, secret, events, createdAt }: WherebyWebhookRecord) {
  return { webhookId: id, url, secret, events: [...events], createdAt: toMoment(createdAt) };
}
