import type { Turn } from '../scheduling/index.ts';
import type { BookingRecord } from '../store/bookings.ts';
import { listEventTypeHosts } from '../store/event-type-hosts.ts';
import { type EventTypeRecord, getEventType } from '../store/event-types.ts';
import type { Handle } from '../store/store.ts';
import { findMembership, getTeam, type TeamRecord } from '../store/teams.ts';
import { findUsers, getUser, type UserRecord } from '../store/users.ts';
import type { Caller } from './authenticate.ts';
import { HttpFailure } from './http-failure.ts';

/** Who hosts an event type: its owner, or the hosts its team named. */
export interface Hosting {
  /** By id; without those who are disabled. */
  readonly hosts: readonly UserRecord[];
  /** Of the hosts who take turns, by their id; the others take part in every booking. */
  readonly turns: ReadonlyMap<number, Turn>;
  /** Where the weeks of limits start: "Sunday". */
  readonly weekStart: string;
  readonly team?: TeamRecord;
}

const NOBODY_TAKES_TURNS: ReadonlyMap<number, Turn> = new Map();

/** `owner`: of the event type, where it was read with it. */
export async function readHosting(handle: Handle, eventType: EventTypeRecord, owner?: UserRecord): Promise<Hosting> {
  if (eventType.teamId === null) return hostedBy([owner ?? (await getUser(handle, eventType.userId))]);
  const team = await getTeam(handle, eventType.teamId);
  const named = await listEventTypeHosts(handle, eventType.id);
  const hosts = await findUsers(
    handle,
    named.map((host) => host.userId),
  );
  const takers = eventType.schedulingType === 'roundRobin' ? named.filter((host) => !host.mandatory) : [];
  return {
    hosts,
    turns: new Map(takers.map(({ userId, priority, assigned, lastAssigned }) => [userId, { priority, assigned, lastAssigned }])),
    weekStart: team?.weekStart ?? 'Sunday',
    ...(team === undefined ? {} : { team }),
  };
}

/** All of them together, without a team. */
export function hostedBy(users: readonly (UserRecord | undefined)[]): Hosting {
  const hosts = users.flatMap((user) => (user === undefined || user.disabledAt !== null ? [] : [user]));
  return { hosts: hosts.sort((one, other) => one.id - other.id), turns: NOBODY_TAKES_TURNS, weekStart: hosts[0]?.weekStart ?? 'Sunday' };
}

/** Of the hosts who take turns only the given ones. */
export function restrictTurns(hosting: Hosting, hostIds: readonly number[] | undefined): Hosting {
  if (hostIds === undefined || hostIds.length === 0) return hosting;
  const turns = new Map([...hosting.turns].filter(([id]) => hostIds.includes(id)));
  return { ...hosting, turns, hosts: hosting.hosts.filter(({ id }) => !hosting.turns.has(id) || turns.has(id)) };
}

/** Refuses a choice among hosts that names somebody who is none: what is free would be nobody's. */
export function checkNamedHosts({ id, teamId }: EventTypeRecord, { hosts }: Hosting, hostIds: readonly number[] | undefined): void {
  if (hostIds === undefined || teamId === null) return;
  const stranger = hostIds.find((hostId) => !hosts.some((host) => host.id === hostId));
  if (stranger === undefined && hostIds.length > 0) return;
  throw new HttpFailure(
    400,
    stranger === undefined
      ? 'rrHostSubsetIds and routing.teamMemberIds have no host in common.'
      : `User with id=${stranger} is not a host of event type with id=${id}: name only its hosts in rrHostSubsetIds and routing.teamMemberIds.`,
  );
}

export function hostIdsOf({ hosts }: Hosting): readonly number[] {
  return hosts.map((host) => host.id);
}

/** The hosts of an event type manage it, and so do the admins and owners of its team. */
export async function managesEventType(
  handle: Handle,
  { eventType, hosting }: { readonly eventType: EventTypeRecord; readonly hosting: Hosting },
  caller: Caller | undefined,
): Promise<boolean> {
  if (caller === undefined) return false;
  return hosting.hosts.some((host) => host.id === caller.id) || (await administersTeam(handle, eventType.teamId, caller));
}

export function isHostOf(booking: BookingRecord, caller: Caller | undefined): boolean {
  return caller !== undefined && booking.hosts.some((host) => host.id === caller.id);
}

/** The hosts of a booking manage it, and so do the admins and owners of the team whose event type was booked. */
export async function managesBooking(handle: Handle, booking: BookingRecord, caller: Caller | undefined): Promise<boolean> {
  if (caller === undefined || booking.eventType === null) return isHostOf(booking, caller);
  if (isHostOf(booking, caller)) return true;
  const eventType = await getEventType(handle, booking.eventType.id);
  return eventType !== undefined && (await administersTeam(handle, eventType.teamId, caller));
}

async function administersTeam(handle: Handle, teamId: number | null, caller: Caller): Promise<boolean> {
  if (teamId === null) return false;
  const membership = await findMembership(handle, teamId, caller.id);
  return membership?.role === 'ADMIN' || membership?.role === 'OWNER';
}
