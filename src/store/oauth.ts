import { randomUUID } from 'node:crypto';
import { createSecretToken, hashSecretToken } from './secret-token.ts';
import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** What an access token begins with, so that it is told from an API key at sight. */
export const ACCESS_TOKEN_PREFIX = 'kat_';

export const ACCESS_TOKEN_MS = 3_600_000;
const REFRESH_TOKEN_MS = 365 * 86_400_000;
/** A client whose answer was lost sends the same refresh token again; later than this it is somebody else's copy. */
const RESEND_MS = 30_000;

export interface OauthTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface NewOauthGrant {
  readonly userId: number;
  readonly clientId: string;
  readonly note?: string;
  /** Process clock. */
  readonly now: number;
}

/** Lets a client act for a user. The tokens are seen only now: the database keeps their hashes. */
export async function createOauthGrant(tx: Transaction, { userId, clientId, note, now }: NewOauthGrant): Promise<OauthTokens> {
  const id = randomUUID();
  await tx
    .insertInto('oauth_grants')
    .values({ id, user_id: userId, client_id: clientId, note: note ?? null, created_at: timestamp(now) })
    .execute();
  return await issueTokens(tx, id, now);
}

/** Whom a valid access token stands for. */
export async function findAccessToken(
  handle: Handle,
  token: string,
  now: number,
): Promise<{ readonly grantId: string; readonly userId: number } | undefined> {
  const row = await handle
    .selectFrom('oauth_tokens')
    .innerJoin('oauth_grants', 'oauth_grants.id', 'oauth_tokens.grant_id')
    .select(['oauth_grants.id as grantId', 'oauth_grants.user_id as userId'])
    .where('token_hash', '=', hashSecretToken(token))
    .where('kind', '=', 'access')
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', timestamp(now))
    .executeTakeFirst();
  return row;
}

export interface RefreshRequest {
  readonly refreshToken: string;
  readonly clientId: string;
  readonly now: number;
}

/**
 * Exchanges a refresh token for new tokens; `undefined` when it is not valid. One that was exchanged before means that it has been copied: then
 * the whole grant ends.
 */
export async function refreshTokens(tx: Transaction, { refreshToken, clientId, now }: RefreshRequest): Promise<OauthTokens | undefined> {
  const hash = hashSecretToken(refreshToken);
  const row = await tx
    .selectFrom('oauth_tokens')
    .innerJoin('oauth_grants', 'oauth_grants.id', 'oauth_tokens.grant_id')
    .innerJoin('users', 'users.id', 'oauth_grants.user_id')
    .select(['oauth_grants.id as grantId', 'oauth_grants.client_id as clientId', 'expires_at as expiresAt', 'used_at as usedAt'])
    .select(['oauth_grants.revoked_at as revokedAt', 'users.disabled_at as disabledAt'])
    .where('token_hash', '=', hash)
    .where('kind', '=', 'refresh')
    .forUpdate(['oauth_tokens', 'oauth_grants'])
    .executeTakeFirst();
  if (row === undefined || row.clientId !== clientId || row.revokedAt !== null || row.disabledAt !== null || row.expiresAt <= now) {
    return undefined;
  }
  if (row.usedAt !== null && now - row.usedAt > RESEND_MS) {
    await tx
      .updateTable('oauth_grants')
      .set({ revoked_at: timestamp(now) })
      .where('id', '=', row.grantId)
      .execute();
    return undefined;
  }
  if (row.usedAt === null) {
    await tx
      .updateTable('oauth_tokens')
      .set({ used_at: timestamp(now) })
      .where('token_hash', '=', hash)
      .execute();
  }
  await tx.deleteFrom('oauth_tokens').where('grant_id', '=', row.grantId).where('expires_at', '<', timestamp(now)).execute();
  return await issueTokens(tx, row.grantId, now);
}

async function issueTokens(tx: Transaction, grantId: string, now: number): Promise<OauthTokens> {
  const [access, refresh] = [`${ACCESS_TOKEN_PREFIX}${createSecretToken().token}`, `krt_${createSecretToken().token}`];
  const shared = { grant_id: grantId, created_at: timestamp(now) };
  await tx
    .insertInto('oauth_tokens')
    .values([
      { ...shared, kind: 'access', token_hash: hashSecretToken(access), expires_at: timestamp(now + ACCESS_TOKEN_MS) },
      { ...shared, kind: 'refresh', token_hash: hashSecretToken(refresh), expires_at: timestamp(now + REFRESH_TOKEN_MS) },
    ])
    .execute();
  return { accessToken: access, refreshToken: refresh };
}
