import { z } from 'zod';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { teamEventType } from '../../wire/calcom/team-event-types.ts';
import { team } from '../../wire/calcom/teams.ts';
import type { CalContext } from './fields.ts';
import { findOr } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'], effect: 'read' } as const;

export const listTeams = defineTool({
  ...shared,
  name: 'list_teams',
  summary: 'List the teams you are in.',
  input: z.strictObject({}),
  output: z.array(team),
  command: { resource: 'teams', action: 'list' },
  example: {},
  run: async (_input, { clients, signal }: CalContext) => [...(await clients.cal.listTeams({ signal }))],
  card: (teams): Card => ({
    kind: 'list',
    title: teams.length === 1 ? '1 team' : `${teams.length} teams`,
    items: teams.map(({ id, name, slug, timeZone }) => ({
      title: name,
      detail: [slug, timeZone].filter(Boolean).join(' · '),
      ref: String(id),
    })),
    ...(teams.length === 0 ? { note: 'You are in no team.' } : {}),
  }),
});

const HOSTING = { collective: 'everybody takes part', roundRobin: 'hosts take turns', managed: 'each host for themselves' } as const;

export const listTeamEventTypes = defineTool({
  ...shared,
  name: 'list_team_event_types',
  summary: 'List what can be booked of a team, with its hosts.',
  input: z.strictObject({ team_id: z.int().positive().describe("The team's id, for example 1; list_teams shows it.") }),
  output: z.array(teamEventType),
  aliases: { id: 'team_id' },
  command: { resource: 'teams', action: 'event-types', positionals: ['team_id'] },
  example: { team_id: 1 },
  run: async ({ team_id }, { clients, signal }: CalContext) => [
    ...(await findOr(clients.cal.listTeamEventTypes(team_id, { signal }), { what: `team ${team_id}`, list: 'list_teams' })),
  ],
  card: (eventTypes): Card => ({
    kind: 'event-type-list',
    title: eventTypes.length === 1 ? '1 event type' : `${eventTypes.length} event types`,
    items: eventTypes.map((found) => ({
      title: found.title,
      detail: [`${found.lengthInMinutes} min`, found.slug, HOSTING[found.schedulingType], found.hosts.map((host) => host.name).join(', ')]
        .filter((part) => part !== '')
        .join(' · '),
      ref: String(found.id),
      ...(found.hidden ? { status: { text: 'Hidden', tone: 'neutral' } } : {}),
    })),
    ...(eventTypes.length === 0 ? { note: 'Nothing of this team can be booked yet.' } : {}),
  }),
});
