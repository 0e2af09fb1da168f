import { listEventTypeHosts } from '../store/event-type-hosts.ts';
import type { EventTypeRecord } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import type { TeamRecord } from '../store/teams.ts';
import { findUsers, getUser } from '../store/users.ts';
import { hostPriorities, type TeamEventType } from '../wire/calcom/team-event-types.ts';
import { toEventType, toEventTypeUser } from './event-type-output.ts';
import type { Service } from './serve.ts';

interface TeamView {
  readonly row: EventTypeRecord;
  readonly team: TeamRecord;
  readonly isOwn: boolean;
}

/** A team's event type as the API answers it. */
export async function toTeamEventType({ publicUrl }: Service, handle: Handle, { row, team, isOwn }: TeamView): Promise<TeamEventType> {
  const owner = await getUser(handle, row.userId);
  if (owner === undefined) throw new Error(`The event type "${row.id}" has no owner.`);
  const hosts = await listEventTypeHosts(handle, row.id);
  const users = await findUsers(
    handle,
    hosts.map((host) => host.userId),
  );
  const { emailSettings, rescheduleWithSameRoundRobinHost = false } = row.options;
  return {
    ...toEventType(row, { owner, publicUrl, isOwn }),
    ownerId: null,
    users: users.map(toEventTypeUser),
    bookingUrl: `${publicUrl}/team/${team.slug}/${row.slug}`,
    teamId: team.id,
    parentEventTypeId: null,
    schedulingType: row.schedulingType ?? 'collective',
    assignAllTeamMembers: row.assignAllMembers,
    hosts: hosts.flatMap(({ userId, mandatory, priority }) => {
      const user = users.find(({ id }) => id === userId);
      if (user === undefined) return [];
      const { name, username, avatarUrl } = user;
      return [{ userId, name, username, avatarUrl, mandatory, priority: hostPriorities[priority] ?? 'medium' }];
    }),
    team: toEventTypeTeam(team),
    rescheduleWithSameRoundRobinHost,
    ...(emailSettings === undefined ? {} : { emailSettings }),
  };
}

function toEventTypeTeam({ id, slug, name, weekStart, details }: TeamRecord): TeamEventType['team'] {
  const text = (member: string) => {
    const value = details[member];
    return typeof value === 'string' ? value : '';
  };
  return {
    id,
    slug,
    name,
    weekStart,
    bannerUrl: text('bannerUrl'),
    logoUrl: text('logoUrl'),
    brandColor: text('brandColor'),
    darkBrandColor: text('darkBrandColor'),
    theme: text('theme'),
  };
}
