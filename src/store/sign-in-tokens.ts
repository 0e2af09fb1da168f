import { createSecretToken, hashSecretToken } from './secret-token.ts';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export interface NewSignInToken {
  readonly userId: number;
  readonly expiresAt: number;
  readonly now: number;
}

/** Returns the token for a sign-in link. Sweeps away tokens that have expired. */
export async function createSignInToken(handle: Handle, { userId, expiresAt, now }: NewSignInToken): Promise<string> {
  const { token, hash } = createSecretToken();
  await handle.deleteFrom('sign_in_tokens').where('expires_at', '<=', timestamp(now)).execute();
  await handle
    .insertInto('sign_in_tokens')
    .values({ token_hash: hash, user_id: userId, created_at: timestamp(now), expires_at: timestamp(expiresAt) })
    .execute();
  return token;
}

/** The user id, exactly once: the token is gone afterwards. `undefined` for one that is unknown, used or expired. */
export async function redeemSignInToken(handle: Handle, token: string, now: number): Promise<number | undefined> {
  const row = await handle
    .deleteFrom('sign_in_tokens')
    .where('token_hash', '=', hashSecretToken(token))
    .returning(['user_id as userId', 'expires_at as expiresAt'])
    .executeTakeFirst();
  return row !== undefined && row.expiresAt > now ? row.userId : undefined;
}
