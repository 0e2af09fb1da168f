import { Hono } from 'hono';
import { toErrorPage } from './error-page.ts';
import { csrfTokenOf, endCookie, findSession, signIn } from './session.ts';
import type { Reception, WebEnvironment } from './visitor.ts';

/** What the app says about itself. */
export interface Installation {
  readonly version: string;
  readonly model: { readonly kind: 'offline' | 'provider'; readonly name: string };
  /** The domain clock: epoch milliseconds, and whether it stands still. */
  clock(): { readonly now: number; readonly frozen: boolean };
  /** Sentences every reader must see: a frozen clock, a missing setting. */
  notices(): readonly string[];
}

export interface AppRoutesParts extends Reception {
  readonly installation: Installation;
}

/** Signing in and out, and who is here. */
export function createAppRoutes({ installation, sessions, processNow }: AppRoutesParts): Hono<WebEnvironment> {
  const app = new Hono<WebEnvironment>();

  app.get('/sign-in', async (context) => {
    const request = context.req.raw;
    // A look at the link must not use it up.
    if (request.method === 'HEAD') return context.body(null, 204);
    const token = context.req.query('token') ?? '';
    const cookie = token === '' ? undefined : await signIn(request, { sessions, token, now: processNow() });
    if (cookie === undefined && (await findSession(request, { sessions, now: processNow() })) === undefined) return toErrorPage(BAD_LINK);
    if (cookie !== undefined) context.header('set-cookie', cookie);
    context.header('cache-control', 'no-store');
    return context.redirect('/', 303);
  });

  app.get('/app/me', (context) => {
    const { principal, session } = context.var.visitor;
    const { username, name, email, timeZone } = principal;
    const { now, frozen } = installation.clock();
    return context.json({
      user: { username, name, email, timeZone },
      clock: { now: new Date(now).toISOString(), frozen },
      model: installation.model,
      version: installation.version,
      notices: installation.notices(),
      csrfToken: session === undefined ? '' : csrfTokenOf(session),
    });
  });

  app.post('/app/sign-out', async (context) => {
    const { session } = context.var.visitor;
    if (session !== undefined) await sessions.deleteSession(session.token);
    context.header('set-cookie', endCookie(context.req.raw));
    return context.json({ signedOut: true });
  });

  return app;
}

const BAD_LINK = {
  status: 401,
  title: 'This sign-in link does not work',
  message: 'A link works once, and only for a while. For a new one, run this in a terminal on the machine where Kalends runs:',
  command: 'npx kalends open',
};
