import { AppError } from '../errors.ts';

/** What a login at a server left: tokens, and what their renewal needs. Whoever gave them learns nothing of other servers, and no other gets them. */
export interface ServerLogin {
  /** Of the entry that was logged in with; another entry needs a login of its own. */
  readonly fingerprint: string;
  /** Address of the server, with what its entry refers to filled in. */
  readonly url: string;
  readonly issuer: string;
  readonly authorizationServer: string;
  /** RFC 8707: what the tokens are for, as the server names itself. */
  readonly resource: string | null;
  readonly clientId: string;
  readonly clientSecret: string | null;
  /** The way back that the program is registered with; `null` where another login may not use the registration again. */
  readonly redirectUrl: string | null;
  /** `null` once it was refused and could not be renewed. */
  readonly accessToken: string | null;
  readonly refreshToken: string | null;
  readonly scope: string | null;
  /** Epoch milliseconds; `null` where nobody said. */
  readonly expiresAt: number | null;
  readonly loggedInAt: number;
}

/** Where the login of one server is kept. */
export interface LoginStore {
  get(): ServerLogin | undefined;
  /** In one step, and only where `earlier` is still the one that is kept; answers whether it was. */
  replace(earlier: ServerLogin, login: ServerLogin): Promise<boolean>;
}

/** `none`: nobody has logged in, which many servers do not ask for. `needed`: the server has asked for it. */
export type LoginState = 'none' | 'needed' | 'logged_in' | 'expired';

/** How a login stands at the moment `now`; `wanted` is what the server is reached by. */
export function loginStateOf(login: ServerLogin | undefined, wanted: Pick<ServerLogin, 'fingerprint' | 'url'>, now: number): LoginState {
  if (!isFor(login, wanted)) return 'none';
  if (login.refreshToken !== null) return 'logged_in';
  return login.accessToken === null || isOver(login, now) ? 'expired' : 'logged_in';
}

export function isFor(
  login: ServerLogin | undefined,
  { fingerprint, url }: Pick<ServerLogin, 'fingerprint' | 'url'>,
): login is ServerLogin {
  return login?.fingerprint === fingerprint && login.url === url;
}

export function isOver({ expiresAt }: ServerLogin, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

export function loginNeeded(server: string): AppError {
  return new AppError('not_configured', `The MCP server "${server}" wants a login.`, {
    hint: `Log in with \`kalends mcp:login ${server}\`.`,
    details: { server, login: 'needed' },
  });
}

export function loginExpired(server: string, cause?: unknown): AppError {
  return new AppError('not_configured', `Your login at the MCP server "${server}" has expired.`, {
    cause,
    hint: `Log in again with \`kalends mcp:login ${server}\`.`,
    details: { server, login: 'expired' },
  });
}
