import { sql, type Updateable } from 'kysely';
import type { JsonObject, UsersTable } from './database.ts';
import { json, nullableTimestamp, timestamp } from './sql-values.ts';
import { defineStatement, toIdArray, toSelection } from './statement.ts';
import type { Handle } from './store.ts';

export const USER_COLUMNS = [
  'users.id',
  'users.username',
  'users.name',
  'users.email',
  'users.time_zone as timeZone',
  'users.time_format as timeFormat',
  'users.week_start as weekStart',
  'users.locale',
  'users.avatar_url as avatarUrl',
  'users.bio',
  'users.default_schedule_id as defaultScheduleId',
  'users.metadata',
  'users.disabled_at as disabledAt',
  'users.created_at as createdAt',
  'users.updated_at as updatedAt',
] as const;

export interface UserRecord {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly timeFormat: 12 | 24;
  readonly weekStart: string;
  readonly locale: string;
  readonly avatarUrl: string | null;
  readonly bio: string | null;
  readonly defaultScheduleId: number | null;
  readonly metadata: JsonObject;
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewUser {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly now: number;
}

export async function createUser(handle: Handle, { username, name, email, timeZone, now }: NewUser): Promise<UserRecord> {
  return await handle
    .insertInto('users')
    .values({ username, name, email, time_zone: timeZone, created_at: timestamp(now), updated_at: timestamp(now) })
    .returning(USER_COLUMNS)
    .executeTakeFirstOrThrow();
}

const selectUser = defineStatement<UserRecord>(`select ${toSelection(USER_COLUMNS)} from users where id = $1`);

export async function getUser(handle: Handle, id: number): Promise<UserRecord | undefined> {
  return (await selectUser(handle, id))[0];
}

/** Those of these users who exist, by id. */
export async function findUsers(handle: Handle, ids: readonly number[]): Promise<readonly UserRecord[]> {
  return ids.length === 0 ? [] : await selectUsers(handle, toIdArray(ids));
}

const selectUsers = defineStatement<UserRecord>(
  `select ${toSelection(USER_COLUMNS)} from users where id = any ($1::integer[]) order by id`,
);

export async function findUserByUsername(handle: Handle, username: string): Promise<UserRecord | undefined> {
  return await handle.selectFrom('users').select(USER_COLUMNS).where('username', '=', username).executeTakeFirst();
}

/** Letter case does not matter in an address. */
export async function findUserByEmail(handle: Handle, email: string): Promise<UserRecord | undefined> {
  return (await findUsersByEmails(handle, [email]))[0];
}

export async function findUsersByEmails(handle: Handle, emails: readonly string[]): Promise<readonly UserRecord[]> {
  if (emails.length === 0) {
    return [];
  }
  const addresses = emails.map((email) => email.toLowerCase());
  return await handle
    .selectFrom('users')
    .select(USER_COLUMNS)
    .where((eb) => eb(eb.fn('lower', ['email']), 'in', addresses))
    .orderBy('id')
    .execute();
}

/** The owner of the installation: the user with the lowest id. */
export async function firstUser(handle: Handle): Promise<UserRecord | undefined> {
  return await handle.selectFrom('users').select(USER_COLUMNS).orderBy('id').limit(1).executeTakeFirst();
}

/** Everybody, the owner of the installation first. */
export async function listUsers(handle: Handle): Promise<readonly UserRecord[]> {
  return await handle.selectFrom('users').select(USER_COLUMNS).orderBy('id').execute();
}

export type UserChanges = Partial<Omit<UserRecord, 'id' | 'createdAt' | 'updatedAt'>>;

/** Changes what is given, leaves the rest; `undefined` when there is no such user. */
export async function updateUser(
  handle: Handle,
  id: number,
  { now, ...changes }: UserChanges & { readonly now: number },
): Promise<UserRecord | undefined> {
  const values: Updateable<UsersTable> = {
    updated_at: timestamp(now),
    ...(changes.username === undefined ? {} : { username: changes.username }),
    ...(changes.name === undefined ? {} : { name: changes.name }),
    ...(changes.email === undefined ? {} : { email: changes.email }),
    ...(changes.timeZone === undefined ? {} : { time_zone: changes.timeZone }),
    ...(changes.timeFormat === undefined ? {} : { time_format: changes.timeFormat }),
    ...(changes.weekStart === undefined ? {} : { week_start: changes.weekStart }),
    ...(changes.locale === undefined ? {} : { locale: changes.locale }),
    ...(changes.avatarUrl === undefined ? {} : { avatar_url: changes.avatarUrl }),
    ...(changes.bio === undefined ? {} : { bio: changes.bio }),
    ...(changes.defaultScheduleId === undefined ? {} : { default_schedule_id: changes.defaultScheduleId }),
    ...(changes.metadata === undefined ? {} : { metadata: json(changes.metadata) }),
    ...(changes.disabledAt === undefined ? {} : { disabled_at: nullableTimestamp(changes.disabledAt) }),
  };
  return await handle.updateTable('users').set(values).where('id', '=', id).returning(USER_COLUMNS).executeTakeFirst();
}

/** Which of these addresses (lower case) belong to users of the installation. */
export async function emailsOfUsers(handle: Handle, emails: readonly string[]): Promise<readonly string[]> {
  if (emails.length === 0) return [];
  const rows = await handle
    .selectFrom('users')
    .select(sql<string>`lower(email)`.as('email'))
    .where(sql<boolean>`lower(email) in (${sql.join(emails)})`)
    .execute();
  return rows.map(({ email }) => email);
}
