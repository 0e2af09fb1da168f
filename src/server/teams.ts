import type { z } from 'zod';
import { isDuplicate } from '../store/conflicts.ts';
import { addTeamMember, createTeam, deleteTeam, listTeamsOf, type MembershipRecord, type TeamRecord, updateTeam } from '../store/teams.ts';
import { firstUser, getUser, type UserRecord } from '../store/users.ts';
import * as endpoints from '../wire/calcom/teams.ts';
import { answerPage, toFilter } from './bookings.ts';
import { toSlug } from './event-type-input.ts';
import { HttpFailure } from './http-failure.ts';
import { definedOnly } from './me.ts';
import { type App, ok, parseId, type Service, serve } from './serve.ts';
import { readAsAdmin, readAsMember } from './team-access.ts';

/** `/v2/teams` */
export function serveTeams(app: App, service: Service): void {
  const { store, now } = service;

  serve(app, service, endpoints.listTeams, {
    answer: async ({ caller }) => ok((await listTeamsOf(store.db, caller.id)).map(toTeam)),
  });

  serve(app, service, endpoints.getTeam, {
    answer: async ({ caller, params }) => ok(toTeam((await readAsMember(store.db, parseId(params.teamId), caller)).team)),
  });

  serve(app, service, endpoints.createTeam, {
    answer: async ({ caller, body }) => {
      const { name, slug, ...given } = toChanges(body);
      const created = await refuseDuplicate(slug, () =>
        store.transaction((tx) =>
          createTeam(tx, { ...given, name: name ?? body.name, slug: slug ?? toSlug(body.name), ownerId: caller.id, now: now() }),
        ),
      );
      return ok(toTeam(created));
    },
  });

  serve(app, service, endpoints.updateTeam, {
    answer: async ({ caller, params, body }) => {
      const id = parseId(params.teamId);
      const { details, ...changes } = toChanges(body);
      const updated = await refuseDuplicate(changes.slug, () =>
        store.transaction(async (tx) => {
          const { team } = await readAsAdmin(tx, id, caller);
          return (await updateTeam(tx, id, { ...changes, details: { ...team.details, ...details }, now: now() })) ?? team;
        }),
      );
      return ok(toTeam(updated));
    },
  });

  serve(app, service, endpoints.deleteTeam, {
    answer: async ({ caller, params }) => {
      const id = parseId(params.teamId);
      return await store.transaction(async (tx) => {
        const { team, membership } = await readAsAdmin(tx, id, caller);
        if (membership.role !== 'OWNER') throw new HttpFailure(403, `Only an owner may delete team with id=${id}.`);
        await deleteTeam(tx, id);
        return ok(toTeam(team));
      });
    },
  });

  serve(app, service, endpoints.createTeamMembership, {
    answer: async ({ caller, params, body }) => {
      const teamId = parseId(params.teamId);
      return await store.transaction(async (tx) => {
        await readAsAdmin(tx, teamId, caller);
        const user = await getUser(tx, body.userId);
        if (user === undefined || user.disabledAt !== null) throw new HttpFailure(404, `User with id ${body.userId} not found.`);
        // A member's time can be booked through the team: only who runs the installation decides that for others.
        const accepted = body.accepted === true && (await firstUser(tx))?.id === caller.id;
        const { userId, role = 'MEMBER' } = body;
        try {
          return ok(toMembership(await addTeamMember(tx, { teamId, userId, role, accepted, now: now() }), user));
        } catch (error) {
          if (!isDuplicate(error, 'memberships_user')) throw error;
          throw new HttpFailure(400, `User with id ${userId} is a member of team with id ${teamId} already, or is invited.`, {
            cause: error,
          });
        }
      });
    },
  });

  serve(app, service, endpoints.listTeamBookings, {
    style: 'sentence',
    answer: async ({ caller, params, query = {} }) => {
      const teamId = parseId(params.teamId);
      await readAsAdmin(store.db, teamId, caller);
      const { take = 100, skip = 0, eventTypeId, eventTypeIds } = query;
      const ids = eventTypeId === undefined ? eventTypeIds : [...(eventTypeIds ?? []), eventTypeId];
      const filter = {
        ...toFilter(query, caller, now()),
        ...(ids === undefined ? {} : { eventTypeIds: ids }),
        teamIds: [teamId],
        take,
        skip,
      };
      return await answerPage(service, filter, caller);
    },
  });
}

type Body = z.output<typeof endpoints.updateTeamBody> & { readonly autoAcceptCreator?: boolean | undefined };

function toChanges({ name, slug, timeZone, weekStart, autoAcceptCreator: _always, ...details }: Body) {
  return {
    ...definedOnly({ name, timeZone, weekStart }),
    ...(slug === undefined ? {} : { slug: toSlug(slug) }),
    details: definedOnly(details),
  };
}

async function refuseDuplicate<Result>(slug: string | undefined, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isDuplicate(error, 'teams_slug')) throw error;
    const choose = slug === undefined ? 'Give this one a "slug" of its own.' : `Choose another one than "${slug}".`;
    throw new HttpFailure(409, `There is a team with this slug already. ${choose}`, { cause: error });
  }
}

function toTeam({ id, name, slug, timeZone, weekStart, details }: TeamRecord): endpoints.Team {
  return { ...details, id, name, slug, isOrganization: false, timeZone, weekStart };
}

function toMembership({ id, userId, teamId, accepted, role }: MembershipRecord, user: UserRecord): endpoints.Membership {
  const { username, name, email, avatarUrl, bio, metadata } = user;
  return {
    id,
    userId,
    teamId,
    accepted,
    role,
    user: { username, name, email, metadata, ...(avatarUrl === null ? {} : { avatarUrl }), ...(bio === null ? {} : { bio }) },
  };
}
