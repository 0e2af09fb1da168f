import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { booking, bookingsQuery } from './bookings.ts';
import { page, success } from './envelope.ts';
import { weekdayNames } from './me.ts';
import { rowId, timeZone } from './scalars.ts';

const text = z.string().max(2000);

/** What a team carries along and nothing is decided by. */
const details = z.object({
  logoUrl: text.optional(),
  calVideoLogo: text.optional(),
  appLogo: text.optional(),
  appIconLogo: text.optional(),
  bio: text.optional(),
  hideBranding: z.boolean().optional(),
  isPrivate: z.boolean().optional(),
  hideBookATeamMember: z.boolean().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  theme: text.optional(),
  brandColor: text.optional(),
  darkBrandColor: text.optional(),
  bannerUrl: text.optional(),
  timeFormat: z.union([z.literal(12), z.literal(24)], { error: 'timeFormat must be 12 or 24' }).optional(),
});

export const createTeamBody = details.extend({
  name: z.string().trim().min(1, { error: 'name must not be empty' }).max(200),
  /** Made of the name when absent. */
  slug: z.string().min(1).max(200).optional(),
  timeZone: timeZone.optional(),
  weekStart: z.enum(weekdayNames).optional(),
  autoAcceptCreator: z.boolean().optional(),
});

export const updateTeamBody = createTeamBody.omit({ autoAcceptCreator: true }).partial();

export const team = z.object({
  id: z.number(),
  parentId: z.number().nullish(),
  name: z.string(),
  slug: z.string().nullish(),
  logoUrl: z.string().nullish(),
  bio: z.string().nullish(),
  hideBranding: z.boolean().nullish(),
  isOrganization: z.boolean(),
  isPrivate: z.boolean().nullish(),
  hideBookATeamMember: z.boolean().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  theme: z.string().nullish(),
  brandColor: z.string().nullish(),
  darkBrandColor: z.string().nullish(),
  bannerUrl: z.string().nullish(),
  calVideoLogo: z.string().nullish(),
  appLogo: z.string().nullish(),
  appIconLogo: z.string().nullish(),
  timeFormat: z.number().nullish(),
  timeZone: z.string().nullish(),
  weekStart: z.string().nullish(),
});

export type Team = z.output<typeof team>;
export type CreateTeam = z.input<typeof createTeamBody>;
export type UpdateTeam = z.input<typeof updateTeamBody>;

export const listTeams = endpoint({ method: 'GET', path: '/v2/teams', response: success(z.array(team)) });

export const getTeam = endpoint({ method: 'GET', path: '/v2/teams/:teamId', response: success(team) });

export const createTeam = endpoint({
  method: 'POST',
  path: '/v2/teams',
  body: createTeamBody,
  response: success(team),
  status: 201,
});

export const updateTeam = endpoint({
  method: 'PATCH',
  path: '/v2/teams/:teamId',
  body: updateTeamBody,
  response: success(team),
  isRepeatable: true,
});

export const deleteTeam = endpoint({ method: 'DELETE', path: '/v2/teams/:teamId', response: success(team) });

export const membershipRoles = ['MEMBER', 'OWNER', 'ADMIN'] as const;

export const createMembershipBody = z.object({
  userId: rowId('userId'),
  /** False for an invitation. */
  accepted: z.boolean().optional(),
  role: z.enum(membershipRoles).optional(),
  disableImpersonation: z.boolean().optional(),
});

export const membership = z.object({
  id: z.number(),
  userId: z.number(),
  teamId: z.number(),
  accepted: z.boolean(),
  role: z.enum(membershipRoles),
  disableImpersonation: z.boolean().nullish(),
  user: z.object({
    avatarUrl: z.string().nullish(),
    username: z.string().nullish(),
    name: z.string().nullish(),
    email: z.string(),
    bio: z.string().nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export type Membership = z.output<typeof membership>;

export const createTeamMembership = endpoint({
  method: 'POST',
  path: '/v2/teams/:teamId/memberships',
  body: createMembershipBody,
  response: success(membership),
  status: 201,
});

export const listTeamBookings = endpoint({
  method: 'GET',
  path: '/v2/teams/:teamId/bookings',
  query: bookingsQuery.optional(),
  response: page(booking),
});
