import type { z } from 'zod';
import { listEventTypeHosts, type NewEventTypeHost, setEventTypeHosts } from '../store/event-type-hosts.ts';
import * as rows from '../store/event-types.ts';
import { lockHosts } from '../store/locks.ts';
import type { Handle, Transaction } from '../store/store.ts';
import { findMembership, listMemberships, type TeamRecord } from '../store/teams.ts';
import * as endpoints from '../wire/calcom/team-event-types.ts';
import { toEventTypeChanges } from './event-type-input.ts';
import { checkDestination, refuseDuplicate } from './event-types.ts';
import { HttpFailure } from './http-failure.ts';
import { checkOwnsSchedule } from './me.ts';
import { type App, ok, parseId, type Service, serve, servePublic } from './serve.ts';
import { readAsAdmin, readAsMember, readTeam } from './team-access.ts';
import { toTeamEventType } from './team-event-type-output.ts';

/** `/v2/teams/{teamId}/event-types` */
export function serveTeamEventTypes(app: App, service: Service): void {
  const { store, now } = service;

  servePublic(app, service, endpoints.listTeamEventTypes, {
    answer: async ({ caller, params, query = {} }) => {
      const team = await readTeam(store.db, parseId(params.teamId));
      const isMember = caller !== undefined && (await findMembership(store.db, team.id, caller.id)) !== undefined;
      const { eventSlug, hostsLimit, sortCreatedAt } = query;
      const found = await rows.listTeamEventTypes(store.db, {
        teamId: team.id,
        ...(eventSlug === undefined ? {} : { slug: eventSlug }),
        ...(sortCreatedAt === undefined ? {} : { sortCreatedAt }),
      });
      const answers: endpoints.TeamEventType[] = [];
      for (const row of found) {
        if (row.hidden && !isMember) continue;
        const { hosts, ...answer } = await toTeamEventType(service, store.db, { row, team, isOwn: isMember });
        answers.push({ ...answer, hosts: hosts.slice(0, hostsLimit) });
      }
      return ok(answers);
    },
  });

  serve(app, service, endpoints.getTeamEventType, {
    answer: async ({ caller, params }) => {
      const { team } = await readAsMember(store.db, parseId(params.teamId), caller);
      const row = await readOfTeam(store.db, team, params.eventTypeId);
      return ok(await toTeamEventType(service, store.db, { row, team, isOwn: true }));
    },
  });

  serve(app, service, endpoints.createTeamEventType, {
    answer: async ({ caller, params, body }) => {
      const teamId = parseId(params.teamId);
      const { options, slug = body.slug, ...changes } = toChanges(body);
      checkDestination(caller, body);
      if (body.scheduleId != null) await checkOwnsSchedule(service, caller.id, body.scheduleId);
      const { schedulingType } = body;
      if (schedulingType === 'managed') {
        throw new HttpFailure(501, 'Managed event types are not supported: set "schedulingType" to "collective" or "roundRobin".');
      }
      return await refuseDuplicate(
        store.transaction(async (tx) => {
          const { team } = await readAsAdmin(tx, teamId, caller);
          const row = await rows.createEventType(tx, {
            ...changes,
            options,
            slug,
            title: body.title,
            lengthMinutes: body.lengthInMinutes,
            userId: caller.id,
            team: { teamId, schedulingType, assignAllMembers: body.assignAllTeamMembers ?? false },
            now: now(),
          });
          await setHosts(tx, row, body);
          return ok(await toTeamEventType(service, tx, { row, team, isOwn: true }));
        }),
      );
    },
  });

  serve(app, service, endpoints.updateTeamEventType, {
    answer: async ({ caller, params, body }) => {
      const teamId = parseId(params.teamId);
      checkDestination(caller, body);
      if (body.scheduleId != null) await checkOwnsSchedule(service, caller.id, body.scheduleId);
      return await refuseDuplicate(
        store.transaction(async (tx) => {
          const { team } = await readAsAdmin(tx, teamId, caller);
          const seen = await readOfTeam(tx, team, params.eventTypeId);
          // No booking is decided by rules that change under it, and no change is lost to another one.
          await lockHosts(tx, [], seen.id);
          const before = await readOfTeam(tx, team, params.eventTypeId);
          const { schedulingType, assignAllTeamMembers } = body;
          const row = await rows.updateEventType(tx, before.id, {
            ...toChanges(body, before),
            ...(schedulingType === undefined ? {} : { schedulingType }),
            ...(assignAllTeamMembers === undefined ? {} : { assignAllMembers: assignAllTeamMembers }),
            now: now(),
          });
          if (row === undefined) throw missing(before.id);
          await setHosts(tx, row, body);
          return ok(await toTeamEventType(service, tx, { row, team, isOwn: true }));
        }),
      );
    },
  });

  serve(app, service, endpoints.deleteTeamEventType, {
    answer: async ({ caller, params }) =>
      await store.transaction(async (tx) => {
        const { team } = await readAsAdmin(tx, parseId(params.teamId), caller);
        const { id, lengthMinutes, slug, title } = await readOfTeam(tx, team, params.eventTypeId);
        await lockHosts(tx, [], id);
        await rows.deleteEventType(tx, id);
        return ok({ id, lengthInMinutes: lengthMinutes, slug, title });
      }),
  });
}

async function readOfTeam(handle: Handle, team: TeamRecord, eventTypeId: string | undefined): Promise<rows.EventTypeRecord> {
  const id = parseId(eventTypeId);
  const row = await rows.getEventType(handle, id);
  if (row?.teamId !== team.id) throw missing(id);
  return row;
}

function missing(id: number): HttpFailure {
  return new HttpFailure(404, `Event type with id ${id} not found`);
}

type Body = z.output<typeof endpoints.createTeamEventTypeBody> | z.output<typeof endpoints.updateTeamEventTypeBody>;

/** What an event type of one person has too, and the options only a team's has. */
function toChanges(body: Body, before?: rows.EventTypeRecord) {
  const { schedulingType: _type, hosts: _hosts, assignAllTeamMembers: _all, ...own } = body;
  return toEventTypeChanges(own, before);
}

const MEDIUM = 'medium';

/** The hosts that are named; without them, where everybody is one, all members. */
async function setHosts(tx: Transaction, row: rows.EventTypeRecord, body: Body): Promise<void> {
  const members = await listMemberships(tx, row.teamId ?? 0);
  const memberIds = members.map((member) => member.userId);
  if (body.hosts === undefined) {
    if (body.assignAllTeamMembers !== true) return;
    const present = await listEventTypeHosts(tx, row.id);
    const joining = memberIds.filter((id) => !present.some((host) => host.userId === id));
    return await setEventTypeHosts(tx, row.id, [...present, ...joining.map((userId) => toHost({ userId }))]);
  }
  const stranger = body.hosts.find((host) => !memberIds.includes(host.userId));
  if (stranger !== undefined) {
    throw new HttpFailure(400, `Invalid hosts: user with id ${stranger.userId} is not a member of team with id ${row.teamId}.`);
  }
  const named = [...new Map(body.hosts.map((host) => [host.userId, toHost(host)])).values()];
  const others = row.assignAllMembers ? memberIds.filter((id) => !named.some((host) => host.userId === id)) : [];
  await setEventTypeHosts(tx, row.id, [...named, ...others.map((userId) => toHost({ userId }))]);
}

type HostInput = NonNullable<Body['hosts']>[number];

function toHost({ userId, mandatory = false, priority = MEDIUM }: HostInput): NewEventTypeHost {
  return { userId, mandatory, priority: endpoints.hostPriorities.indexOf(priority) };
}
