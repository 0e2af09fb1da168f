import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Config } from './config.ts';

/** Who uses this machine, as far as the system says. */
export function personOfThisMachine(): {
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
 * The first user's key before there is a first user: the environment's, the one of an earlier, interrupted start, or a new one. It is written to
 * `<home>/api-key` before the user is stored, so that no crash leaves a user whose key nobody knows.
 */
export function chooseFirstApiKey({ home, firstApiKey }: Pick<Config, 'home' | 'firstApiKey'>): string {
  const key = firstApiKey ?? readApiKey(home) ?? `cal_${randomBytes(24).toString('hex')}`;
  writeApiKey(home, key);
  return key;
}

export function readApiKey(home: string): string | undefined {
  const path = join(home, 'api-key');
  const key = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return key.startsWith('cal_') ? key : undefined;
}

/** Replaces `<home>/api-key` whole; nobody but its owner may read it. */
export function writeApiKey(home: string, key: string): void {
  const path = join(home, 'api-key');
  writeFileSync(`${path}.new`, `${key}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
