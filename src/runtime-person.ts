import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { ensureFirstUser } from './server/first-user.ts';
import type { RefreshedApiKey } from './server/index.ts';
import { createApiKey, findApiKey, hashApiKey } from './store/api-keys.ts';
import type { Store } from './store/store.ts';
import { firstUser } from './store/users.ts';
import { writeWholeFile } from './whole-file.ts';

/** Who uses this machine, as far as the system says. */
function personOfThisMachine(): {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
} {
  const login = systemName();
  const username =
    login
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'me';
  const name = username
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
  return { username, name, email: `${username}@kalends.local`, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' };
}

function systemName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'me'; // a user id without an entry in the system's list, as in some containers
  }
}

/**
 * Makes the first user where there is none, and sees to it that `<home>/api-key` holds a key that works: also where the database is shared and somebody
 * else was first, and where the key was withdrawn or has expired since.
 */
export async function ensureOwner(config: Pick<Config, 'home' | 'firstApiKey'>, store: Store): Promise<void> {
  const now = Date.now();
  const existing = await firstUser(store.db);
  const note = 'of a data directory';
  if (existing !== undefined) {
    if (!(await works(store, readApiKey(config.home), now))) {
      writeApiKey(config.home, await createApiKey(store.db, { userId: existing.id, note, now }));
    }
    return;
  }
  const apiKey = chooseFirstApiKey(config);
  const user = await ensureFirstUser(store, { ...personOfThisMachine(), apiKey, now });
  if ((await findApiKey(store.db, apiKey)) === undefined) await createApiKey(store.db, { userId: user.id, key: apiKey, note, now });
}

async function works({ db }: Store, key: string | undefined, now: number): Promise<boolean> {
  const known = key === undefined ? undefined : await findApiKey(db, key);
  return known !== undefined && !known.disabled && (known.expiresAt === null || known.expiresAt > now);
}

/** Keeps the new key in `<home>/api-key` when the one there was refreshed. */
export function keepRefreshedKey(home: string, { oldKeyHash, newKey }: RefreshedApiKey): void {
  const kept = readApiKey(home);
  if (kept !== undefined && hashApiKey(kept) === oldKeyHash) writeApiKey(home, newKey);
}

/**
 * The first user's key before there is a first user: the environment's, the one of an earlier, interrupted start, or a new one. It is written to
 * `<home>/api-key` before the user is stored, so that no crash leaves a user whose key nobody knows.
 */
function chooseFirstApiKey({ home, firstApiKey }: Pick<Config, 'home' | 'firstApiKey'>): string {
  const key = firstApiKey ?? readApiKey(home) ?? `cal_${randomBytes(24).toString('hex')}`;
  writeApiKey(home, key);
  return key;
}

function readApiKey(home: string): string | undefined {
  const path = join(home, 'api-key');
  const key = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return key.startsWith('cal_') ? key : undefined;
}

/** Replaces `<home>/api-key` whole; nobody but its owner may read it. */
function writeApiKey(home: string, key: string): void {
  writeWholeFile(join(home, 'api-key'), `${key}\n`, { mode: 0o600 });
}
