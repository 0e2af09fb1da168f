import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '../errors.ts';
import { isSameOrigin } from './hosts.ts';

/** Where sessions and one-time tokens live, hashed; kept by the store. Times are the process clock, epoch milliseconds. */
export interface SessionStore {
  /** The user id, exactly once; `undefined` for a token that is unknown, used or expired. */
  redeemSignInToken(token: string, now: number): Promise<number | undefined>;
  /** Returns the token for the cookie. */
  createSession(session: {
    readonly userId: number;
    readonly userAgent?: string;
    readonly expiresAt: number;
    readonly now: number;
  }): Promise<string>;
  findSession(token: string, now: number): Promise<{ readonly userId: number } | undefined>;
  deleteSession(token: string): Promise<void>;
}

/** A signed-in browser. */
export interface Session {
  readonly token: string;
  readonly userId: number;
}

const SESSION_DAYS = 30;

/** Turns a one-time token into a session; the answer's `set-cookie`, or `undefined` when the token is no good. */
export async function signIn(
  request: Request,
  { sessions, token, now }: { readonly sessions: SessionStore; readonly token: string; readonly now: number },
): Promise<string | undefined> {
  const userId = await sessions.redeemSignInToken(token, now);
  if (userId === undefined) return undefined;
  const userAgent = request.headers.get('user-agent')?.slice(0, 300);
  const expiresAt = now + SESSION_DAYS * 86_400_000;
  const session = await sessions.createSession({ userId, expiresAt, now, ...(userAgent === undefined ? {} : { userAgent }) });
  return writeCookie(request, session, SESSION_DAYS * 86_400);
}

/** Who the cookie says it is; `undefined` without one that counts. */
export async function findSession(
  request: Request,
  { sessions, now }: { readonly sessions: SessionStore; readonly now: number },
): Promise<Session | undefined> {
  const token = readCookie(request);
  const found = token === undefined ? undefined : await sessions.findSession(token, now);
  return token === undefined || found === undefined ? undefined : { token, userId: found.userId };
}

/** The `set-cookie` that ends a session in the browser. */
export function endCookie(request: Request): string {
  return writeCookie(request, '', 0);
}

/** What a page must send back in `x-kalends-csrf`; follows from the session, so only a page that may read our answers knows it. */
export function csrfTokenOf({ token }: Session): string {
  return createHash('sha256').update(`csrf ${token}`).digest('base64url');
}

/** Throws `forbidden` unless our own page sent a request that changes something. */
export function checkCsrf(request: Request, session: Session): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  if (!isSameOrigin(request))
    throw new AppError('forbidden', 'Only the page of Kalends itself may change things here.', {
      hint: 'Programs use /v2 with an API key.',
    });
  const given = Buffer.from(request.headers.get('x-kalends-csrf') ?? '');
  const wanted = Buffer.from(csrfTokenOf(session));
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new AppError('forbidden', 'The page is out of date: its "x-kalends-csrf" header does not fit the session.', {
    hint: 'Reload the page, then try again.',
  });
}

/** Cookies know no ports, so the name does: two installations on one machine keep two sessions. */
function cookieName(request: Request): string {
  const host = request.headers.get('host') ?? new URL(request.url).host;
  return `kalends-session-${/:(\d+)$/.exec(host)?.[1] ?? '80'}`;
}

function readCookie(request: Request): string | undefined {
  const name = cookieName(request);
  for (const pair of (request.headers.get('cookie') ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value !== undefined && /^[\w-]{20,100}$/.test(value)) return value;
  }
  return undefined;
}

function writeCookie(request: Request, value: string, seconds: number): string {
  const secureOnly = new URL(request.url).protocol === 'https:' ? '; Secure' : '';
  return `${cookieName(request)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secureOnly}`;
}
