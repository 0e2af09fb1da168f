import { findApiKey } from '../store/api-keys.ts';
import { ACCESS_TOKEN_PREFIX, findAccessToken } from '../store/oauth.ts';
import type { Store } from '../store/store.ts';
import { getUser, type UserRecord } from '../store/users.ts';
import { HttpFailure } from './http-failure.ts';

/** Who a request comes from: a user of this installation, and what proved it. */
export interface Caller extends UserRecord {
  readonly access: Access;
}

export type Access =
  | { readonly kind: 'api-key'; readonly id: number }
  | { readonly kind: 'access-token' }
  /** Named by the owner of the process. */
  | { readonly kind: 'in-process' };

const NONE =
  "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers";

const DAY_MS = 86_400_000;

/**
 * The user of the Bearer key or token, or the one the in-process caller named; `undefined` when the request names nobody. Cookies are not looked at:
 * a page of another origin must not act through them. Keys and tokens age by the process clock.
 */
export async function authenticate(store: Store, request: Request, userId: number | undefined): Promise<Caller | undefined> {
  const header = request.headers.get('authorization');
  if (userId !== undefined && header === null) return toCaller(await getUser(store.db, userId), { kind: 'in-process' });
  if (header === null) return undefined;
  const key = /^Bearer\s+(\S+)$/i.exec(header.trim())?.[1];
  if (key === undefined) throw new HttpFailure(401, NONE);
  if (key.startsWith(ACCESS_TOKEN_PREFIX)) {
    const granted = await findAccessToken(store.db, key, Date.now());
    if (granted === undefined) throw new HttpFailure(401, 'ApiAuthStrategy - access token - Invalid Access Token.');
    return toCaller(await getUser(store.db, granted.userId), { kind: 'access-token' });
  }
  if (!key.startsWith('cal_')) throw new HttpFailure(401, 'ApiAuthStrategy - Invalid Bearer token');
  const record = await findApiKey(store.db, key);
  if (record === undefined) throw new HttpFailure(401, 'ApiAuthStrategy - api key - Your api key is not valid');
  if (record.expiresAt !== null && Math.floor(record.expiresAt / DAY_MS) < Math.floor(Date.now() / DAY_MS)) {
    throw new HttpFailure(401, 'ApiAuthStrategy - api key - Your api key is expired');
  }
  return toCaller(record.user, { kind: 'api-key', id: record.id });
}

function toCaller(user: UserRecord | undefined, access: Access): Caller {
  if (user === undefined || user.disabledAt !== null) {
    throw new HttpFailure(
      401,
      access.kind === 'access-token'
        ? 'ApiAuthStrategy - bearer token - No user associated with the provided token'
        : 'ApiAuthStrategy - api key - No user tied to this apiKey',
    );
  }
  return { ...user, access };
}

/** For operations that need somebody. */
export function requireCaller(caller: Caller | undefined): Caller {
  if (caller === undefined) throw new HttpFailure(401, NONE);
  return caller;
}
