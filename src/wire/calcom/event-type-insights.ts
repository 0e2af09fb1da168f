import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { wholeNumber } from './scalars.ts';

const VERSIONS = ['2024-06-14'] as const;

const cursors = z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() });

/** Who hosts an event type, and how a host is found for a booking. */
export const getSchedulingConfig = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId/scheduling-config',
  versions: VERSIONS,
  response: success(
    z.object({
      eventTypeId: z.number(),
      schedulingType: z.string().nullable(),
      scheduleId: z.number().nullable(),
      assignAllTeamMembers: z.boolean(),
      hosts: z.array(z.object({ userId: z.number(), mandatory: z.boolean(), priority: z.string() })),
    }),
  ),
});

const auditLog = z.object({
  id: z.string(),
  action: z.enum(['EVENT_TYPE_CREATED', 'EVENT_TYPE_MODIFIED', 'EVENT_TYPE_DELETED']),
  type: z.string(),
  timestamp: z.string(),
  source: z.string(),
  actor: z.object({
    type: z.string(),
    displayName: z.string().nullable(),
    displayEmail: z.string().nullable(),
    displayAvatar: z.string().nullable(),
  }),
  actionDisplayTitle: z.string(),
  displayFields: z.array(z.unknown()),
  displayJson: z.unknown().nullable(),
});

const pageQuery = {
  limit: wholeNumber('limit', { minimum: 1, maximum: 50 }).optional(),
  cursor: z.string().max(2048).optional(),
};

/** What happened to an event type, the newest first. */
export const getEventTypeHistory = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId/history',
  versions: VERSIONS,
  query: z.object(pageQuery).optional(),
  response: success(z.object({ eventTypeId: z.number(), auditLogs: z.array(auditLog) })).extend({ pagination: cursors }),
});

/** Failures to write bookings into a customer-relations system. */
export const getCrmSyncErrors = endpoint({
  method: 'GET',
  path: '/v2/event-types/:eventTypeId/crm-sync-errors',
  versions: VERSIONS,
  query: z.object({ ...pageQuery, appSlug: z.string().optional(), includeDismissed: z.string().optional() }).optional(),
  response: success(z.array(z.unknown())).extend({ pagination: cursors }),
});
