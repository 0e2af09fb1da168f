import { toIsoUtc } from '../scheduling/index.ts';
import { listEventTypeHosts } from '../store/event-type-hosts.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import * as endpoints from '../wire/calcom/event-type-insights.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';

const PRIORITIES = ['lowest', 'low', 'medium', 'high', 'highest'] as const;
const NO_MORE = { nextCursor: null, hasMore: false } as const;

/** What `/v2/event-types/{eventTypeId}` tells of itself to its owner: who hosts it, what happened to it, what could not be passed on. */
export function serveEventTypeInsights(app: App, service: Service): void {
  const { store } = service;

  serve(app, service, endpoints.getSchedulingConfig, {
    answer: async ({ caller, params }) => {
      const eventType = await readOwn(store.db, caller, params.eventTypeId);
      return ok({
        eventTypeId: eventType.id,
        schedulingType: eventType.schedulingType,
        scheduleId: eventType.scheduleId,
        assignAllTeamMembers: eventType.assignAllMembers,
        hosts: await hostsOf(store.db, eventType),
      });
    },
  });

  serve(app, service, endpoints.getEventTypeHistory, {
    answer: async ({ caller, params, query = {} }) => {
      const eventType = await readOwn(store.db, caller, params.eventTypeId);
      // Kept are the first and the last of the changes, and neither what they changed nor who made the last.
      const events = [
        ...(eventType.updatedAt === eventType.createdAt ? [] : [toAuditLog(eventType, 'MODIFIED')]),
        toAuditLog(eventType, 'CREATED'),
      ];
      const auditLogs = query.cursor === undefined ? events.slice(0, query.limit ?? 25) : [];
      return { ...ok({ eventTypeId: eventType.id, auditLogs }), pagination: NO_MORE };
    },
  });

  serve(app, service, endpoints.getCrmSyncErrors, {
    answer: async ({ caller, params }) => {
      // Nothing is synchronized with such systems, so nothing fails.
      await readOwn(store.db, caller, params.eventTypeId);
      return { ...ok([]), pagination: NO_MORE };
    },
  });
}

async function readOwn(handle: Handle, caller: Caller, eventTypeId: string | undefined): Promise<EventTypeRecord> {
  const id = parseId(eventTypeId);
  const eventType = await getEventType(handle, id);
  if (eventType === undefined) throw new HttpFailure(404, `Event type with id ${id} not found`);
  if (eventType.userId !== caller.id) throw new HttpFailure(403, `User with ID=${caller.id} does not own event type with ID=${id}`);
  return eventType;
}

async function hostsOf(handle: Handle, { id, userId, teamId }: EventTypeRecord) {
  if (teamId === null) return [{ userId, mandatory: true, priority: 'medium' }];
  const hosts = await listEventTypeHosts(handle, id);
  return hosts.map((host) => ({ userId: host.userId, mandatory: host.mandatory, priority: PRIORITIES[host.priority] ?? 'medium' }));
}

function toAuditLog(eventType: EventTypeRecord, what: 'CREATED' | 'MODIFIED') {
  const at = what === 'CREATED' ? eventType.createdAt : eventType.updatedAt;
  return {
    id: `${eventType.id}-${what.toLowerCase()}-${at}`,
    action: `EVENT_TYPE_${what}` as const,
    type: `RECORD_${what}`,
    timestamp: toIsoUtc(at),
    source: 'UNKNOWN',
    actor: { type: 'SYSTEM', displayName: null, displayEmail: null, displayAvatar: null },
    actionDisplayTitle: `The event type was ${what.toLowerCase()}`,
    displayFields: [],
    displayJson: null,
  };
}
