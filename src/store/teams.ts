import type { Updateable } from 'kysely';
import type { JsonObject } from './database.ts';
import { joinAssignedEventTypes } from './event-type-hosts.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';
import type { MembershipRole, TeamsTable } from './team-tables.ts';

const COLUMNS = [
  'teams.id',
  'teams.name',
  'teams.slug',
  'teams.time_zone as timeZone',
  'teams.week_start as weekStart',
  'teams.details',
  'teams.created_at as createdAt',
  'teams.updated_at as updatedAt',
] as const;

export interface TeamRecord {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  /** IANA */
  readonly timeZone: string;
  /** "Sunday" … "Saturday": where the weeks of booking limits start. */
  readonly weekStart: string;
  /** Members of the API's team that nothing here decides by: logo, colours, … */
  readonly details: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewTeam {
  readonly name: string;
  readonly slug: string;
  readonly timeZone?: string;
  readonly weekStart?: string;
  readonly details?: JsonObject;
  readonly ownerId: number;
  readonly now: number;
}

/** Makes a team with one member, its owner. A slug that exists breaks `teams_slug` (see `isDuplicate`). */
export async function createTeam(tx: Transaction, team: NewTeam): Promise<TeamRecord> {
  const created = await tx
    .insertInto('teams')
    .values({
      name: team.name,
      slug: team.slug,
      time_zone: team.timeZone ?? 'Europe/London',
      week_start: team.weekStart ?? 'Sunday',
      details: json(team.details ?? {}),
      created_at: timestamp(team.now),
      updated_at: timestamp(team.now),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  await addTeamMember(tx, { teamId: created.id, userId: team.ownerId, role: 'OWNER', now: team.now });
  return created;
}

export async function getTeam(handle: Handle, id: number): Promise<TeamRecord | undefined> {
  return await handle.selectFrom('teams').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export async function findTeamBySlug(handle: Handle, slug: string): Promise<TeamRecord | undefined> {
  return await handle.selectFrom('teams').select(COLUMNS).where('slug', '=', slug).executeTakeFirst();
}

/** All of the installation, by their id. */
export async function listTeams(handle: Handle): Promise<readonly TeamRecord[]> {
  return await handle.selectFrom('teams').select(COLUMNS).orderBy('teams.id').execute();
}

/** The teams a user is an accepted member of. */
export async function listTeamsOf(handle: Handle, userId: number): Promise<readonly TeamRecord[]> {
  return await handle
    .selectFrom('teams')
    .innerJoin('memberships', 'memberships.team_id', 'teams.id')
    .select(COLUMNS)
    .where('memberships.user_id', '=', userId)
    .where('memberships.accepted', '=', true)
    .orderBy('teams.id')
    .execute();
}

export type TeamChanges = Partial<Pick<TeamRecord, 'name' | 'slug' | 'timeZone' | 'weekStart' | 'details'>>;

/** Changes what is given; `details` replaces the whole document. */
export async function updateTeam(
  handle: Handle,
  id: number,
  { now, ...changes }: TeamChanges & { readonly now: number },
): Promise<TeamRecord | undefined> {
  const values: Updateable<TeamsTable> = {
    updated_at: timestamp(now),
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.slug === undefined ? {} : { slug: changes.slug }),
    ...(changes.timeZone === undefined ? {} : { time_zone: changes.timeZone }),
    ...(changes.weekStart === undefined ? {} : { week_start: changes.weekStart }),
    ...(changes.details === undefined ? {} : { details: json(changes.details) }),
  };
  return await handle.updateTable('teams').set(values).where('id', '=', id).returning(COLUMNS).executeTakeFirst();
}

/** With its memberships and event types; bookings of those stay. */
export async function deleteTeam(handle: Handle, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('teams').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export interface MembershipRecord {
  readonly id: number;
  readonly teamId: number;
  readonly userId: number;
  readonly role: MembershipRole;
  readonly accepted: boolean;
}

const MEMBERSHIP_COLUMNS = ['id', 'team_id as teamId', 'user_id as userId', 'role', 'accepted'] as const;

export interface NewMembership {
  readonly teamId: number;
  readonly userId: number;
  readonly role?: MembershipRole;
  /** False for an invitation that waits for its answer. */
  readonly accepted?: boolean;
  readonly now: number;
}

/**
 * Adds a member, who becomes a host of the event types that assign all members. Somebody who is a member already breaks `memberships_user` (see
 * `isDuplicate`).
 */
export async function addTeamMember(tx: Transaction, { teamId, userId, ...given }: NewMembership): Promise<MembershipRecord> {
  const { role = 'MEMBER', accepted = true, now } = given;
  const membership = await tx
    .insertInto('memberships')
    .values({ team_id: teamId, user_id: userId, role, accepted, created_at: timestamp(now) })
    .returning(MEMBERSHIP_COLUMNS)
    .executeTakeFirstOrThrow();
  if (accepted) await joinAssignedEventTypes(tx, { teamId, userId });
  return membership;
}

/** Makes somebody a member, whether or not they are one or are invited. Without a role a member keeps theirs. */
export async function putTeamMember(tx: Transaction, { teamId, userId, role, now }: Omit<NewMembership, 'accepted'>): Promise<void> {
  const added = await tx
    .insertInto('memberships')
    .values({ team_id: teamId, user_id: userId, role: role ?? 'MEMBER', accepted: true, created_at: timestamp(now) })
    .onConflict((conflict) =>
      conflict.constraint('memberships_user').doUpdateSet({ accepted: true, ...(role === undefined ? {} : { role }) }),
    )
    .returning('id')
    .executeTakeFirst();
  if (added !== undefined) await joinAssignedEventTypes(tx, { teamId, userId });
}

/** The accepted membership of a user in a team. */
export async function findMembership(handle: Handle, teamId: number, userId: number): Promise<MembershipRecord | undefined> {
  return await handle
    .selectFrom('memberships')
    .select(MEMBERSHIP_COLUMNS)
    .where('team_id', '=', teamId)
    .where('user_id', '=', userId)
    .where('accepted', '=', true)
    .executeTakeFirst();
}

/** The accepted ones, by their id. */
export async function listMemberships(handle: Handle, teamId: number): Promise<readonly MembershipRecord[]> {
  return await handle
    .selectFrom('memberships')
    .select(MEMBERSHIP_COLUMNS)
    .where('team_id', '=', teamId)
    .where('accepted', '=', true)
    .orderBy('id')
    .execute();
}

/** Whether two users belong to one team. */
export async function shareTeam(handle: Handle, one: number, other: number): Promise<boolean> {
  const row = await handle
    .selectFrom('memberships as mine')
    .innerJoin('memberships as theirs', 'theirs.team_id', 'mine.team_id')
    .select('mine.id')
    .where('mine.user_id', '=', one)
    .where('mine.accepted', '=', true)
    .where('theirs.user_id', '=', other)
    .where('theirs.accepted', '=', true)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
