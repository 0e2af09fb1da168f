import { AppError } from '../errors.ts';
import { isDuplicate } from '../store/conflicts.ts';
import type { Handle, Store } from '../store/store.ts';
import type { MembershipRole } from '../store/team-tables.ts';
import { createTeam, findTeamBySlug, listMemberships, listTeams, putTeamMember, type TeamRecord } from '../store/teams.ts';
import { findUsers, firstUser } from '../store/users.ts';
import { toSlug } from './event-type-input.ts';
import { readEnabled } from './people.ts';

/** A team with its members, the earliest first. */
export interface TeamAccount {
  readonly team: TeamRecord;
  readonly members: readonly { readonly username: string; readonly role: MembershipRole }[];
}

export async function listTeamAccounts({ db }: Store): Promise<readonly TeamAccount[]> {
  const accounts: TeamAccount[] = [];
  for (const team of await listTeams(db)) accounts.push(await toAccount(db, team));
  return accounts;
}

export interface NewTeamAccount {
  readonly name: string;
  /** Of the name when absent. */
  readonly slug?: string;
  readonly now: number;
}

/** A team that the owner of the installation owns. */
export async function addTeam(store: Store, { name, slug: wanted, now }: NewTeamAccount): Promise<TeamAccount> {
  const slug = readSlug(wanted ?? name);
  const owner = await firstUser(store.db);
  if (owner === undefined) throw new AppError('internal', 'The database has no user.');
  try {
    const team = await store.transaction((tx) => createTeam(tx, { name, slug, timeZone: owner.timeZone, ownerId: owner.id, now }));
    return await toAccount(store.db, team);
  } catch (error) {
    if (!isDuplicate(error, 'teams_slug')) throw error;
    throw new AppError('conflict', `There is a team "${slug}" already.`, { cause: error, hint: 'Give this one another slug with --slug.' });
  }
}

export interface MemberWish {
  readonly slug: string;
  readonly username: string;
  readonly role?: MembershipRole;
  readonly now: number;
}

/** Makes a user a member at once, also one who is invited; of who is a member already only the role changes, where one is given. */
export async function addMember(store: Store, { slug, username, role, now }: MemberWish): Promise<TeamAccount> {
  const team = await readTeamNamed(store.db, slug);
  const user = await readEnabled(store.db, username);
  await store.transaction((tx) => putTeamMember(tx, { teamId: team.id, userId: user.id, ...(role === undefined ? {} : { role }), now }));
  return await toAccount(store.db, team);
}

async function readTeamNamed(handle: Handle, slug: string): Promise<TeamRecord> {
  const team = await findTeamBySlug(handle, slug);
  if (team !== undefined) return team;
  const slugs = (await listTeams(handle)).map((known) => known.slug);
  throw new AppError('not_found', `There is no team "${slug}".`, {
    hint: slugs.length === 0 ? 'There is no team yet: kalends teams add NAME' : `There are: ${slugs.join(', ')}.`,
  });
}

function readSlug(text: string): string {
  try {
    return toSlug(text);
  } catch (error) {
    throw new AppError('invalid_input', `"${text}" cannot be a team's slug: it needs letters or digits.`, { cause: error });
  }
}

async function toAccount(handle: Handle, team: TeamRecord): Promise<TeamAccount> {
  const memberships = await listMemberships(handle, team.id);
  const users = await findUsers(
    handle,
    memberships.map(({ userId }) => userId),
  );
  const names = new Map(users.map(({ id, username }) => [id, username]));
  // Of users who are disabled nothing is shown.
  return {
    team,
    members: memberships
      .flatMap(({ userId, role }) => ({ username: names.get(userId) ?? '', role }))
      .filter(({ username }) => username !== ''),
  };
}
