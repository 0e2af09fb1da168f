import { AppError } from '../errors.ts';
import { createApiKey } from '../store/api-keys.ts';
import { isDuplicate } from '../store/conflicts.ts';
import { type CreditEntry, creditBalance, grantCredits, listCreditEntries } from '../store/credits.ts';
import { ACCESS_TOKEN_MS, createOauthGrant } from '../store/oauth.ts';
import type { Handle, Store } from '../store/store.ts';
import { createUser, findUserByUsername, firstUser, listUsers, type UserRecord, updateUser } from '../store/users.ts';
import { email as emailSchema, isTimeZone } from '../wire/calcom/scalars.ts';
import { furnish } from './first-user.ts';

/** The client that tokens of `createOauthKey` are for. */
export const OAUTH_CLIENT_ID = 'kalends';

const DAY_MS = 86_400_000;
const MAXIMUM_CREDITS = 1_000_000_000;

export interface NewPerson {
  readonly username: string;
  readonly email: string;
  readonly name?: string;
  /** The owner's when absent. */
  readonly timeZone?: string;
  readonly now: number;
}

/** A further user with a key, hours and event types of their own. */
export async function addPerson(store: Store, person: NewPerson): Promise<{ readonly user: UserRecord; readonly apiKey: string }> {
  const { username, email, now } = person;
  if (!/^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/.test(username)) {
    throw new AppError('invalid_input', `"${username}" cannot be a user's name.`, {
      hint: 'Use up to 64 small letters, digits, ".", "_" and "-", with a letter or digit first and last.',
    });
  }
  if (!emailSchema.safeParse(email).success) throw new AppError('invalid_input', `"${email}" is not an email address.`);
  try {
    return await store.transaction(async (tx) => {
      const timeZone = person.timeZone ?? (await firstUser(tx))?.timeZone ?? 'UTC';
      if (!isTimeZone(timeZone)) throw new AppError('invalid_input', `"${timeZone}" is not a time zone such as "Europe/Rome".`);
      const made = await createUser(tx, { username, name: person.name ?? username, email, timeZone, now });
      await furnish(tx, made, now);
      const apiKey = await createApiKey(tx, { userId: made.id, note: 'first key', now });
      return { user: made, apiKey };
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const taken = (await findUserByUsername(store.db, username)) === undefined ? `the address "${email}"` : `the name "${username}"`;
    throw new AppError('conflict', `There is a user with ${taken} already.`, { cause: error });
  }
}

/** Everybody, the owner first. */
export function listPeople({ db }: Store): Promise<readonly UserRecord[]> {
  return listUsers(db);
}

/** Lets nothing of a user work any more, neither keys nor tokens nor sessions, nor new bookings with them; or everything again. */
export async function setDisabled(store: Store, username: string, { disabled, now }: { readonly disabled: boolean; readonly now: number }) {
  return await store.transaction(async (tx) => {
    const user = await readPerson(tx, username);
    if (disabled && (await firstUser(tx))?.id === user.id) {
      throw new AppError('forbidden', `"${username}" owns this installation and cannot be disabled.`);
    }
    const disabledAt = disabled ? (user.disabledAt ?? now) : null;
    return (await updateUser(tx, user.id, { disabledAt, now })) ?? user;
  });
}

export interface KeyWish {
  /** Days the key lasts; for ever when absent. */
  readonly daysValid?: number;
  readonly now: number;
}

/** One more key of a user, shown only now. */
export async function createPersonKey(store: Store, username: string, { daysValid, now }: KeyWish): Promise<string> {
  const user = await readEnabled(store.db, username);
  const expiresAt = daysValid === undefined ? undefined : now + daysValid * DAY_MS;
  return await createApiKey(store.db, { userId: user.id, note: 'made by hand', ...(expiresAt === undefined ? {} : { expiresAt }), now });
}

export interface OauthKey {
  readonly clientId: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds that the access token lasts. */
  readonly expiresIn: number;
}

/** Tokens for a client that speaks OAuth 2 and renews them at `/v2/auth/oauth2/token`. */
export async function createOauthKey(store: Store, username: string, now: number): Promise<OauthKey> {
  const user = await readEnabled(store.db, username);
  const tokens = await store.transaction((tx) =>
    createOauthGrant(tx, { userId: user.id, clientId: OAUTH_CLIENT_ID, note: 'made by hand', now }),
  );
  return { clientId: OAUTH_CLIENT_ID, ...tokens, expiresIn: ACCESS_TOKEN_MS / 1000 };
}

export interface CreditAccount {
  readonly user: UserRecord;
  readonly balance: number;
  /** The newest first. */
  readonly entries: readonly CreditEntry[];
}

export async function grantPersonCredits(
  store: Store,
  username: string,
  { credits, note, now }: { readonly credits: number; readonly note?: string; readonly now: number },
): Promise<CreditAccount> {
  if (!Number.isInteger(credits) || credits < 1 || credits > MAXIMUM_CREDITS) {
    throw new AppError('invalid_input', `"${credits}" credits cannot be granted.`, {
      hint: `Grant a whole number from 1 to ${MAXIMUM_CREDITS}.`,
    });
  }
  const user = await readPerson(store.db, username);
  await store.transaction((tx) => grantCredits(tx, { userId: user.id, credits, ...(note === undefined ? {} : { note }), now }));
  return await readCreditAccount(store, username);
}

/** The latest entries of a user's ledger; of the owner's when nobody is named. */
export async function readCreditAccount(store: Store, username: string | undefined): Promise<CreditAccount> {
  const user = username === undefined ? await firstUser(store.db) : await readPerson(store.db, username);
  if (user === undefined) throw new AppError('internal', 'The database has no user.');
  return { user, balance: await creditBalance(store.db, user.id), entries: await listCreditEntries(store.db, user.id, 50) };
}

async function readPerson(handle: Handle, username: string): Promise<UserRecord> {
  const user = await findUserByUsername(handle, username);
  if (user !== undefined) return user;
  const names = (await listUsers(handle)).map((known) => known.username);
  throw new AppError('not_found', `There is no user "${username}".`, { hint: `There are: ${names.join(', ')}.` });
}

/** A user by name; throws an `AppError` that names what there is. */
export async function readEnabled(handle: Handle, username: string): Promise<UserRecord> {
  const user = await readPerson(handle, username);
  if (user.disabledAt === null) return user;
  throw new AppError('conflict', `"${username}" is disabled.`, { hint: `Enable them first: kalends users enable ${username}` });
}
