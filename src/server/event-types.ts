import type { z } from 'zod';
import { isDuplicate } from '../store/conflicts.ts';
import * as rows from '../store/event-types.ts';
import { lockHosts } from '../store/locks.ts';
import type { Handle } from '../store/store.ts';
import { findMembership } from '../store/teams.ts';
import { findUserByEmail, findUserByUsername, type UserRecord } from '../store/users.ts';
import * as endpoints from '../wire/calcom/event-types.ts';
import type { Caller } from './authenticate.ts';
import { isOwnCalendar, OWN } from './calendars-output.ts';
import { findDynamicGroup } from './dynamic-group.ts';
import { toEventTypeChanges } from './event-type-input.ts';
import { toEventType, toEventTypeUser } from './event-type-output.ts';
import { HttpFailure } from './http-failure.ts';
import { checkOwnsSchedule } from './me.ts';
import { type App, ok, parseId, type Service, serve, servePublic } from './serve.ts';
import { readTeam } from './team-access.ts';
import { toTeamEventType } from './team-event-type-output.ts';

/** `/v2/event-types` */
export function serveEventTypes(app: App, service: Service): void {
  const { store, now, publicUrl } = service;
  const asOwn = (row: rows.EventTypeRecord, owner: Caller) => toEventType(row, { owner, publicUrl, isOwn: true });

  const toGroupEventTypes = async (usernames: string) => {
    const { eventType, users } = await findDynamicGroup(store.db, usernames).catch(toNobody);
    const [owner] = users;
    if (eventType === undefined || owner === undefined) return [];
    const group = users.map((user) => user.username).join('+');
    const shared = {
      ...toEventType(eventType, { owner, publicUrl, isOwn: false }),
      ownerId: null,
      users: users.map(toEventTypeUser),
      bookingUrl: `${publicUrl}/${group}/${eventType.slug}`,
    };
    return [shared];
  };

  servePublic(app, service, endpoints.listEventTypes, {
    answer: async ({ caller, query = {} }) => {
      const { username, eventSlug, usernames, orgSlug, orgId, sortCreatedAt } = query;
      if (orgSlug !== undefined || orgId !== undefined) return ok([]);
      if (usernames !== undefined) return ok(await toGroupEventTypes(usernames));
      const owner = username === undefined ? caller : await findOwner(store.db, username, caller);
      if (owner === undefined || owner.disabledAt !== null) return ok([]);
      const isOwn = owner.id === caller?.id;
      const found = await listOf(store.db, owner, { isOwn, eventSlug: username === undefined ? undefined : eventSlug, sortCreatedAt });
      return ok(found.map((row) => toEventType(row, { owner, publicUrl, isOwn })));
    },
  });

  serve(app, service, endpoints.getEventType, {
    answer: async ({ caller, params }) => {
      const id = parseId(params.eventTypeId);
      const row = await rows.getEventType(store.db, id);
      if (row === undefined) throw new HttpFailure(404, `Event type with id ${id} not found`);
      const membership = row.teamId === null ? undefined : await findMembership(store.db, row.teamId, caller.id);
      if (row.teamId !== null && membership !== undefined) {
        return ok(await toTeamEventType(service, store.db, { row, team: await readTeam(store.db, row.teamId), isOwn: true }));
      }
      checkOwner(row, caller);
      return ok(asOwn(row, caller));
    },
  });

  serve(app, service, endpoints.createEventType, {
    answer: async ({ caller, body }) => {
      const { title, lengthInMinutes } = body;
      const changes = toEventTypeChanges(body);
      checkDestination(caller, body);
      if (body.scheduleId != null) await checkOwnsSchedule(service, caller.id, body.scheduleId);
      const { slug = body.slug } = changes;
      const row = await refuseDuplicate(
        store.transaction((tx) =>
          rows.createEventType(tx, { ...changes, userId: caller.id, title, slug, lengthMinutes: lengthInMinutes, now: now() }),
        ),
      );
      return ok(asOwn(row, caller));
    },
  });

  serve(app, service, endpoints.updateEventType, {
    answer: async ({ caller, params, body }) => {
      const id = parseId(params.eventTypeId);
      checkDestination(caller, body);
      if (body.scheduleId != null) await checkOwnsSchedule(service, caller.id, body.scheduleId);
      const row = await refuseDuplicate(
        store.transaction(async (tx) => {
          // No booking is decided by rules that change under it, and no change is lost to another one.
          await lockHosts(tx, [], id);
          const before = await rows.getEventType(tx, id);
          if (before === undefined) return undefined;
          checkOwner(before, caller);
          return await rows.updateEventType(tx, id, { ...toEventTypeChanges(body, before), now: now() });
        }),
      );
      if (row === undefined) throw new HttpFailure(404, `Event type with id ${id} not found`);
      return ok(asOwn(row, caller));
    },
  });

  serve(app, service, endpoints.deleteEventType, {
    answer: async ({ caller, params }) => {
      const id = parseId(params.eventTypeId);
      return await store.transaction(async (tx) => {
        await lockHosts(tx, [], id);
        const row = await rows.getEventType(tx, id);
        if (row === undefined) throw new HttpFailure(404, `Event type with ID=${id} does not exist.`);
        checkOwner(row, caller);
        await rows.deleteEventType(tx, id);
        return ok({ id, lengthInMinutes: row.lengthMinutes, slug: row.slug, title: row.title });
      });
    },
  });
}

/** Whoever is signed in may also name somebody by their address; others could try out addresses. */
async function findOwner(handle: Handle, name: string, caller: Caller | undefined): Promise<UserRecord | undefined> {
  const byName = await findUserByUsername(handle, name);
  return byName === undefined && caller !== undefined && name.includes('@') ? await findUserByEmail(handle, name) : byName;
}

/** Who asks for people that are not there gets an empty list, not a refusal. */
function toNobody(error: unknown): { readonly eventType?: undefined; readonly users: readonly UserRecord[] } {
  if (error instanceof HttpFailure && error.status === 404) return { users: [] };
  throw error;
}

interface Listing {
  readonly isOwn: boolean;
  readonly eventSlug: string | undefined;
  readonly sortCreatedAt: 'asc' | 'desc' | undefined;
}

async function listOf(handle: Handle, owner: UserRecord, { isOwn, eventSlug, sortCreatedAt }: Listing) {
  if (eventSlug !== undefined) {
    const row = await rows.findEventTypeBySlug(handle, owner.id, eventSlug);
    return row === undefined ? [] : [row];
  }
  return await rows.listEventTypes(handle, {
    userId: owner.id,
    includeHidden: isOwn,
    ...(sortCreatedAt === undefined ? {} : { sortCreatedAt }),
  });
}

function checkOwner(row: rows.EventTypeRecord, caller: Caller): void {
  if (row.teamId !== null || row.userId !== caller.id)
    throw new HttpFailure(403, `User with ID=${caller.id} does not own event type with ID=${row.id}`);
}

/** Bookings are written to the own calendar alone. */
export function checkDestination(caller: Caller, { destinationCalendar }: z.output<typeof endpoints.updateEventTypeBody>): void {
  if (destinationCalendar === undefined || isOwnCalendar(caller, { ...destinationCalendar, credentialId: OWN.credentialId })) return;
  throw new HttpFailure(400, 'Invalid destinationCalendarId: Calendar does not exist', {
    plainMessage: `Invalid destinationCalendarId: Calendar does not exist. "${destinationCalendar.externalId}" of ${destinationCalendar.integration} is none that bookings can be written to: GET /v2/calendars lists yours.`,
  });
}

export async function refuseDuplicate<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (isDuplicate(error, 'event_types_team_slug')) {
      throw new HttpFailure(400, 'Team already has an event type with this slug.', { cause: error });
    }
    if (!isDuplicate(error, 'event_types_slug')) throw error;
    throw new HttpFailure(400, 'User already has an event type with this slug.', { cause: error });
  }
}
