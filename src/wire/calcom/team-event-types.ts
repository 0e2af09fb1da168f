import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { createEventTypeBody, eventType } from './event-types.ts';
import { direction, rowId, wholeNumber } from './scalars.ts';

export const hostPriorities = ['lowest', 'low', 'medium', 'high', 'highest'] as const;

const host = z.object({
  userId: rowId('hosts.userId'),
  /** Of a round robin: takes part in every booking instead of in turn. */
  mandatory: z.boolean().optional(),
  priority: z.enum(hostPriorities).optional(),
});

const schedulingType = z.enum(['collective', 'roundRobin', 'managed'], {
  error: 'schedulingType must be "collective", "roundRobin" or "managed"',
});

export const createTeamEventTypeBody = createEventTypeBody.extend({
  schedulingType,
  hosts: z.array(host).max(200).optional(),
  assignAllTeamMembers: z.boolean().optional(),
  emailSettings: z.object({ disableEmailsToAttendees: z.boolean().optional(), disableEmailsToHosts: z.boolean().optional() }).optional(),
  /** A booking that is moved keeps its host, and is refused when that one is not free. */
  rescheduleWithSameRoundRobinHost: z.boolean().optional(),
});

export const updateTeamEventTypeBody = createTeamEventTypeBody
  .extend({ schedulingType: z.enum(['collective', 'roundRobin'], { error: 'schedulingType must be "collective" or "roundRobin"' }) })
  .partial();

export const teamEventType = eventType.extend({
  teamId: z.number(),
  parentEventTypeId: z.number().nullish(),
  schedulingType,
  assignAllTeamMembers: z.boolean().nullish(),
  hosts: z.array(
    z.object({
      userId: z.number(),
      name: z.string(),
      username: z.string(),
      avatarUrl: z.string().nullish(),
      mandatory: z.boolean().nullish(),
      priority: z.string().nullish(),
    }),
  ),
  team: z.object({
    id: z.number(),
    slug: z.string().nullish(),
    name: z.string().nullish(),
    bannerUrl: z.string().nullish(),
    logoUrl: z.string().nullish(),
    weekStart: z.string().nullish(),
    brandColor: z.string().nullish(),
    darkBrandColor: z.string().nullish(),
    theme: z.string().nullish(),
  }),
  emailSettings: z.object({ disableEmailsToAttendees: z.boolean().nullish(), disableEmailsToHosts: z.boolean().nullish() }).nullish(),
  rescheduleWithSameRoundRobinHost: z.boolean().nullish(),
});

export type TeamEventType = z.output<typeof teamEventType>;
export type CreateTeamEventType = z.input<typeof createTeamEventTypeBody>;
export type UpdateTeamEventType = z.input<typeof updateTeamEventTypeBody>;

export const listTeamEventTypes = endpoint({
  method: 'GET',
  path: '/v2/teams/:teamId/event-types',
  query: z
    .object({
      eventSlug: z.string().optional(),
      hostsLimit: wholeNumber('hostsLimit', { minimum: 1 }).optional(),
      sortCreatedAt: direction.optional(),
    })
    .optional(),
  response: success(z.array(teamEventType)),
});

export const getTeamEventType = endpoint({
  method: 'GET',
  path: '/v2/teams/:teamId/event-types/:eventTypeId',
  response: success(teamEventType),
});

export const createTeamEventType = endpoint({
  method: 'POST',
  path: '/v2/teams/:teamId/event-types',
  body: createTeamEventTypeBody,
  response: success(teamEventType),
  status: 201,
});

export const updateTeamEventType = endpoint({
  method: 'PATCH',
  path: '/v2/teams/:teamId/event-types/:eventTypeId',
  body: updateTeamEventTypeBody,
  response: success(teamEventType),
  isRepeatable: true,
});

export const deleteTeamEventType = endpoint({
  method: 'DELETE',
  path: '/v2/teams/:teamId/event-types/:eventTypeId',
  response: success(z.object({ id: z.number(), lengthInMinutes: z.number(), slug: z.string(), title: z.string() })),
});
