import { AppError } from '../errors.ts';
import type { Principal } from '../toolkit/tool.ts';
import { checkCsrf, findSession, type Session, type SessionStore } from './session.ts';

/** Which way a request came in. On `socket` the file permissions have already said who it is: the OS user, a person. */
export interface WebBindings {
  readonly door: 'socket' | 'tcp';
  readonly remoteAddress?: string;
}

/** Who asks: a person at a terminal, or in a browser with a session. */
export interface Visitor {
  readonly principal: Principal;
  readonly session: Session | undefined;
}

export interface WebEnvironment {
  readonly Bindings: WebBindings;
  readonly Variables: { readonly visitor: Visitor };
}

/** The people of the installation. */
export interface Principals {
  /** Who the OS user behind the socket is. */
  first(): Promise<Principal>;
  get(userId: number): Promise<Principal | undefined>;
}

export interface Reception {
  readonly principals: Principals;
  readonly sessions: SessionStore;
  /** Process clock, epoch milliseconds. */
  readonly processNow: () => number;
}

/** Finds out who asks and that it is their own page that asks. Throws `unauthenticated` or `forbidden`. */
export async function receive(
  request: Request,
  door: WebBindings['door'],
  { principals, sessions, processNow }: Reception,
): Promise<Visitor> {
  if (door === 'socket') return { principal: await principals.first(), session: undefined };
  const session = await findSession(request, { sessions, now: processNow() });
  const principal = session && (await principals.get(session.userId));
  if (session === undefined || principal === undefined) {
    throw new AppError('unauthenticated', 'You are not signed in here.', {
      hint: 'Run `kalends open` in a terminal for a new sign-in link.',
    });
  }
  checkCsrf(request, session);
  return { principal, session };
}
