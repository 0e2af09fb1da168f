import {
  type AuthProvider,
  discoverAuthorizationServerMetadata,
  type FetchLike,
  IssuerMismatchError,
  OAuthError,
  OAuthErrorCode,
  refreshAuthorization,
} from '@modelcontextprotocol/client';
import { AppError } from '../errors.ts';
import { isFor, isOver, type LoginStore, loginExpired, loginNeeded, type ServerLogin } from './login.ts';
import { revokeLogin } from './login-end.ts';
import { reasonOf } from './login-reason.ts';

export interface LoginSessionParts {
  readonly server: string;
  /** Of the entry that the server is reached by. */
  readonly fingerprint: string;
  readonly store: LoginStore;
  /** The guard's: addresses of logins are chosen by others too. */
  readonly fetch: FetchLike;
  /** The process clock, epoch milliseconds. */
  readonly now: () => number;
  /** Is told that the server does not answer without a login. */
  readonly onNeeded: () => void;
  /** How long whoever renews tokens may take. */
  readonly timeoutMs?: number;
}

/** The login of one server while it is used: gives its token, renews it, and never begins a new login, which takes a person. */
export interface LoginSession {
  /** For a connection to this address; `headers` are the names of what its entry sends itself. */
  providerFor(url: string, headers?: readonly string[]): AuthProvider;
}

/** A token that ends so soon is renewed before it is used. */
const MARGIN_MS = 30_000;
const OVER: ReadonlySet<string> = new Set([OAuthErrorCode.InvalidGrant, OAuthErrorCode.InvalidClient, OAuthErrorCode.UnauthorizedClient]);

export function createLoginSession(parts: LoginSessionParts): LoginSession {
  const { server, fingerprint, store, now, onNeeded, timeoutMs = 20_000 } = parts;
  // One that hangs would hold all that wait for the same renewal.
  const fetch: FetchLike = (input, init) => parts.fetch(input, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  let renewal: Promise<ServerLogin> | undefined;

  const current = (url: string): ServerLogin | undefined => {
    const login = store.get();
    return isFor(login, { fingerprint, url }) ? login : undefined;
  };

  /** Once for all that wait: a second use of the same refresh token may end the login. */
  function renew(login: ServerLogin, refreshToken: string): Promise<ServerLogin> {
    renewal ??= renewNow(login, refreshToken).finally(() => {
      renewal = undefined;
    });
    return renewal;
  }

  async function renewNow(login: ServerLogin, refreshToken: string): Promise<ServerLogin> {
    try {
      const renewed = await refresh(login, refreshToken, { fetch, now });
      if (await store.replace(login, renewed)) return renewed;
      // Ended meanwhile, or begun anew: what just came is for nobody.
      await revokeLogin(renewed, { fetch });
      const kept = current(login.url);
      if (kept === undefined) throw loginNeeded(server);
      return kept;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!(error instanceof OAuthError) || !OVER.has(error.code)) throw notRenewed(server, error);
      // Unless somebody has logged in anew meanwhile.
      await store.replace(login, { ...login, accessToken: null, refreshToken: null });
      throw loginExpired(server, error);
    }
  }

  return {
    providerFor(url, headers = []) {
      const sendsAuthorization = headers.some((header) => header.toLowerCase() === 'authorization');
      let sent: string | undefined;
      return {
        async token() {
          const login = current(url);
          sent = login === undefined ? undefined : await tokenOf(login);
          return sent;
        },
        async onUnauthorized({ response }) {
          const login = current(url);
          if (login === undefined) {
            const offersLogin = /^bearer\b/i.test(response.headers.get('www-authenticate') ?? '');
            if (sendsAuthorization || (headers.length > 0 && !offersLogin)) throw refused(server, offersLogin);
            onNeeded();
            throw loginNeeded(server);
          }
          // Renewed since this request was sent: it goes out again.
          if (login.accessToken !== null && login.accessToken !== sent) return;
          if (login.refreshToken === null) {
            await store.replace(login, { ...login, accessToken: null });
            throw loginExpired(server);
          }
          await renew(login, login.refreshToken);
        },
      };
    },
  };

  async function tokenOf(login: ServerLogin): Promise<string> {
    const { accessToken, refreshToken, expiresAt } = login;
    const isFresh = accessToken !== null && (expiresAt === null || expiresAt - MARGIN_MS > now());
    if (isFresh) return accessToken;
    const isUsable = accessToken !== null && !isOver(login, now());
    if (refreshToken === null) {
      if (isUsable) return accessToken;
      throw loginExpired(server);
    }
    try {
      const renewed = await renew(login, refreshToken);
      if (renewed.accessToken !== null) return renewed.accessToken;
      throw loginExpired(server);
    } catch (error) {
      // Who renews tokens is away, and this one still counts.
      if (isUsable && error instanceof AppError && error.retryable) return accessToken;
      throw error;
    }
  }
}

async function refresh(
  login: ServerLogin,
  refreshToken: string,
  { fetch: fetchFn, now }: Pick<LoginSessionParts, 'fetch' | 'now'>,
): Promise<ServerLogin> {
  const { authorizationServer, clientId, clientSecret, resource } = login;
  const metadata = await discoverAuthorizationServerMetadata(authorizationServer, { fetchFn });
  const issuer = metadata?.issuer ?? authorizationServer;
  if (withoutSlash(issuer) !== withoutSlash(login.issuer)) throw new IssuerMismatchError('metadata', login.issuer, issuer);
  const tokens = await refreshAuthorization(authorizationServer, {
    ...(metadata === undefined ? {} : { metadata }),
    clientInformation: { client_id: clientId, ...(clientSecret === null ? {} : { client_secret: clientSecret }) },
    refreshToken,
    ...(resource === null ? {} : { resource }),
    fetchFn,
  });
  return {
    ...login,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? refreshToken,
    scope: tokens.scope ?? login.scope,
    expiresAt: toExpiry(tokens.expires_in, now()),
  };
}

/** Epoch milliseconds at which a token ends that lasts so many seconds. */
export function toExpiry(seconds: number | undefined, now: number): number | null {
  return seconds === undefined ? null : now + seconds * 1_000;
}

function withoutSlash(issuer: string): string {
  return issuer.replace(/\/$/, '');
}

function notRenewed(server: string, cause: unknown): AppError {
  // What the guard refused comes wrapped.
  if (cause instanceof Error && cause.cause instanceof AppError) return cause.cause;
  return new AppError('upstream', `Your login at the MCP server "${server}" could not be renewed: ${reasonOf(cause)}`, {
    cause,
    hint: `Try again; if it stays so, log in anew with \`kalends mcp:login ${server}\`.`,
  });
}

function refused(server: string, offersLogin: boolean): AppError {
  return new AppError('unauthenticated', `The MCP server "${server}" refused the credentials that its entry sends.`, {
    hint: offersLogin
      ? `Correct its headers, or take them out and log in with \`kalends mcp:login ${server}\`.`
      : `Correct its headers: see them with \`kalends mcp:status ${server}\`.`,
    details: { server },
  });
}
