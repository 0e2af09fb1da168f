import type { Client } from '../client.ts';
import type { Booking, BookingsQuery } from './bookings.ts';
import type { Pagination } from './envelope.ts';
import type { CreateTeamEventType, TeamEventType, UpdateTeamEventType } from './team-event-types.ts';
import * as eventTypes from './team-event-types.ts';
import type { CreateTeam, Team, UpdateTeam } from './teams.ts';
import * as teams from './teams.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Teams, what can be booked of them, and what was. */
export interface TeamsClient {
  listTeams(call?: Call): Promise<readonly Team[]>;
  getTeam(teamId: number, call?: Call): Promise<Team>;
  createTeam(body: CreateTeam, call?: Call): Promise<Team>;
  updateTeam(teamId: number, body: UpdateTeam, call?: Call): Promise<Team>;
  deleteTeam(teamId: number, call?: Call): Promise<void>;
  listTeamBookings(
    teamId: number,
    query?: BookingsQuery,
    call?: Call,
  ): Promise<{ readonly bookings: readonly Booking[]; readonly pagination: Pagination }>;
  listTeamEventTypes(teamId: number, call?: Call): Promise<readonly TeamEventType[]>;
  getTeamEventType(teamId: number, eventTypeId: number, call?: Call): Promise<TeamEventType>;
  createTeamEventType(teamId: number, body: CreateTeamEventType, call?: Call): Promise<TeamEventType>;
  updateTeamEventType(teamId: number, eventTypeId: number, body: UpdateTeamEventType, call?: Call): Promise<TeamEventType>;
  deleteTeamEventType(teamId: number, eventTypeId: number, call?: Call): Promise<void>;
}

export function teamsOf(client: Client): TeamsClient {
  return {
    async listTeams(call) {
      return (await client.call(teams.listTeams, {}, call)).data;
    },
    async getTeam(teamId, call) {
      return (await client.call(teams.getTeam, { params: { teamId } }, call)).data;
    },
    async createTeam(body, call) {
      return (await client.call(teams.createTeam, { body }, call)).data;
    },
    async updateTeam(teamId, body, call) {
      return (await client.call(teams.updateTeam, { params: { teamId }, body }, call)).data;
    },
    async deleteTeam(teamId, call) {
      await client.call(teams.deleteTeam, { params: { teamId } }, call);
    },
    async listTeamBookings(teamId, query, call) {
      const { data, pagination } = await client.call(teams.listTeamBookings, { params: { teamId }, query }, call);
      return { bookings: data, pagination };
    },
    async listTeamEventTypes(teamId, call) {
      return (await client.call(eventTypes.listTeamEventTypes, { params: { teamId } }, call)).data;
    },
    async getTeamEventType(teamId, eventTypeId, call) {
      return (await client.call(eventTypes.getTeamEventType, { params: { teamId, eventTypeId } }, call)).data;
    },
    async createTeamEventType(teamId, body, call) {
      return (await client.call(eventTypes.createTeamEventType, { params: { teamId }, body }, call)).data;
    },
    async updateTeamEventType(teamId, eventTypeId, body, call) {
      return (await client.call(eventTypes.updateTeamEventType, { params: { teamId, eventTypeId }, body }, call)).data;
    },
    async deleteTeamEventType(teamId, eventTypeId, call) {
      await client.call(eventTypes.deleteTeamEventType, { params: { teamId, eventTypeId } }, call);
    },
  };
}
