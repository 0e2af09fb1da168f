import type { z } from 'zod';
import { type EventTypeRecord, findEventTypeBySlug, getOwnedEventType, listTeamEventTypes } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import { findTeamBySlug } from '../store/teams.ts';
import { findUserByUsername, type UserRecord } from '../store/users.ts';
import type { slotsQuery } from '../wire/calcom/slots.ts';
import { findDynamicGroup } from './dynamic-group.ts';
import { checkNamedHosts, type Hosting, readHosting, restrictTurns } from './hosting.ts';
import { HttpFailure } from './http-failure.ts';

export interface SlotTarget {
  readonly eventType: EventTypeRecord;
  readonly hosting: Hosting;
}

type Query = z.output<typeof slotsQuery>;

/** The event type whose slots a query asks for, and whose time they take. `known`: the event type that was read already. */
export async function findSlotTarget(handle: Handle, query: Query, known?: Found): Promise<SlotTarget> {
  if ('organizationSlug' in query && query.organizationSlug !== undefined) {
    throw new HttpFailure(404, `slots-input.service.ts: Organization with slug ${query.organizationSlug} not found`);
  }
  if ('usernames' in query) return await findDynamicGroup(handle, query.usernames);
  const { eventType, owner } = known ?? (await findEventType(handle, query)) ?? {};
  if (eventType === undefined) throw new HttpFailure(404, 'Event Type not found');
  const hosting = await readHosting(handle, eventType, owner);
  // An owner who was disabled has no event types; a team may have one without hosts, and then without slots.
  if (hosting.hosts.length === 0 && eventType.teamId === null) throw new HttpFailure(404, 'Event Type not found');
  const wanted = toIds(query.rrHostSubsetIds);
  checkNamedHosts(eventType, hosting, wanted);
  return { eventType, hosting: restrictTurns(hosting, wanted) };
}

interface Found {
  readonly eventType: EventTypeRecord | undefined;
  readonly owner?: UserRecord;
}

async function findEventType(handle: Handle, query: Exclude<Query, { usernames: unknown }>): Promise<Found | undefined> {
  if ('eventTypeId' in query) return await getOwnedEventType(handle, query.eventTypeId);
  if ('teamSlug' in query) {
    const team = await findTeamBySlug(handle, query.teamSlug);
    if (team === undefined) throw new HttpFailure(404, `Team with slug ${query.teamSlug} not found`);
    return { eventType: (await listTeamEventTypes(handle, { teamId: team.id, slug: query.eventTypeSlug }))[0] };
  }
  const owner = await findUserByUsername(handle, query.username);
  if (owner?.disabledAt !== null) throw new HttpFailure(404, `User with username ${query.username} not found`);
  return { eventType: await findEventTypeBySlug(handle, owner.id, query.eventTypeSlug), owner };
}

function toIds(given: string | readonly string[] | undefined): readonly number[] | undefined {
  if (given === undefined) return undefined;
  const ids = [given]
    .flat()
    .flatMap((part) => part.split(','))
    .filter((part) => /^\s*\d+\s*$/.test(part))
    .map(Number);
  return ids.length === 0 ? undefined : ids;
}
