import { createSecretToken, hashSecretToken } from './secret-token.ts';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export interface NewSession {
  readonly userId: number;
  readonly userAgent?: string;
  readonly expiresAt: number;
  readonly now: number;
}

/** Returns the token for the cookie. Sweeps away sessions that have ended. */
export async function createSession(handle: Handle, { userId, userAgent, expiresAt, now }: NewSession): Promise<string> {
  const { token, hash } = createSecretToken();
  await handle.deleteFrom('sessions').where('expires_at', '<=', timestamp(now)).execute();
  await handle
    .insertInto('sessions')
    .values({
      token_hash: hash,
      user_id: userId,
      user_agent: userAgent ?? null,
      created_at: timestamp(now),
      expires_at: timestamp(expiresAt),
    })
    .execute();
  return token;
}

/** The user of a session that has not ended and who was not disabled since. */
export async function findSession(
  handle: Handle,
  token: string,
  now: number,
): Promise<{ readonly userId: number; readonly expiresAt: number } | undefined> {
  return await handle
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.user_id as userId', 'sessions.expires_at as expiresAt'])
    .where('token_hash', '=', hashSecretToken(token))
    .where('expires_at', '>', timestamp(now))
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst();
}

export async function deleteSession(handle: Handle, token: string): Promise<void> {
  await handle.deleteFrom('sessions').where('token_hash', '=', hashSecretToken(token)).execute();
}
