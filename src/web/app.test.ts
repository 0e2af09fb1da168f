import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openStage, type Stage, scriptModel } from '../../test/conversation-stage.ts';
import { createSession, deleteSession, findSession } from '../store/sessions.ts';
import { createSignInToken, redeemSignInToken } from '../store/sign-in-tokens.ts';
import { createWebApp, type WebApp } from './app.ts';

const ORIGIN = 'http://127.0.0.1:3020';
let stage: Stage;
let web: WebApp;
let uiDirectory: string;
let atService: Request[];

beforeAll(async () => {
  stage = await openStage();
  uiDirectory = mkdtempSync(join(tmpdir(), 'kalends-ui-'));
  mkdirSync(join(uiDirectory, 'assets'));
  writeFileSync(join(uiDirectory, 'index.html'), '<!doctype html><title>Kalends</title>');
  writeFileSync(join(uiDirectory, 'assets', 'main-1a2b3c.js'), 'console.log(1)');
});
beforeEach(async () => {
  await stage.reset();
  atService = [];
  web = createApp(uiDirectory);
});
afterAll(async () => {
  rmSync(uiDirectory, { recursive: true });
  await stage.close();
});

function createApp(directory: string): WebApp {
  const { db } = stage.store;
  const people = [stage.ada, stage.grace];
  return createWebApp({
    agent: stage.createAgent(scriptModel(() => [{ say: 'Hello.' }])),
    service: {
      fetch(request) {
        atService.push(request);
        return Response.json({ status: 'ok' });
      },
    },
    whereby: {
      fetch(request) {
        atService.push(request);
        return Response.json({ results: [] });
      },
    },
    principals: { first: async () => stage.ada, get: async (userId) => people.find((person) => person.userId === userId) },
    sessions: {
      redeemSignInToken: (token, now) => redeemSignInToken(db, token, now),
      createSession: (session) => createSession(db, session),
      findSession: (token, now) => findSession(db, token, now),
      deleteSession: (token) => deleteSession(db, token),
    },
    installation: {
      version: '1.2.3',
      model: { kind: 'offline', name: 'offline' },
      clock: () => ({ now: Date.parse('2030-01-07T08:00:00Z'), frozen: true }),
      notices: () => ['The clock stands still.'],
    },
    hosts: ['kalends.example.org'],
    uiDirectory: directory,
    processNow: () => stage.clock.now,
  });
}

type Sent = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };

async function send(path: string, { method = 'GET', headers = {}, body }: Sent = {}, door: 'tcp' | 'socket' = 'tcp'): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  const request = new Request(`${ORIGIN}${path}`, {
    method,
    headers: { host: '127.0.0.1:3020', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...json,
  });
  return await web.fetch(request, { door });
}

const newToken = (userId = stage.ada.userId) =>
  createSignInToken(stage.store.db, { userId, expiresAt: stage.clock.now + 3_600_000, now: stage.clock.now });

/** A signed-in page: what its requests carry. */
async function signIn(userId?: number) {
  const answer = await send(`/sign-in?token=${await newToken(userId)}`);
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  // What the page is told at its start; the assertions on `/app/me` check its shape.
  const { csrfToken } = (await (await send('/app/me', { headers: { cookie } })).json()) as { csrfToken: string };
  return { cookie, headers: { cookie, origin: ORIGIN, 'sec-fetch-site': 'same-origin', 'x-kalends-csrf': csrfToken } };
}

const errorOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string; message: string; hint?: string } }).error;

describe('who is let in', () => {
  it.each(['evil.example', 'evil.example:3020', '127.0.0.1.evil.example', 'localhost.evil.example:3020', '192.168.1.5:3020', ''])(
    'refuses the name "%s", on every path',
    async (host) => {
      for (const path of ['/', '/app/me', '/v2/me', '/health', '/sign-in?token=x']) {
        const answer = await send(path, { headers: { host } });
        expect(answer.status).toBe(403);
        expect((await errorOf(answer)).message).toBe(
          `Kalends is not served under the name "${host}". Use http://127.0.0.1${host.endsWith(':3020') ? ':3020' : ''}, or add the name to "hosts" in config.json.`,
        );
      }
      expect(atService).toEqual([]);
    },
  );

  it.each(['127.0.0.1:3020', 'localhost:3020', '[::1]:3020', 'LOCALHOST', 'kalends.example.org', 'kalends.example.org:8443'])(
    'serves under "%s"',
    async (host) => {
      expect((await send('/health', { headers: { host } })).status).toBe(200);
    },
  );

  it.each(['https://evil.example', 'http://127.0.0.1:8000', 'http://localhost:3020', 'null', 'file://127.0.0.1:3020'])(
    'refuses requests of a page of "%s", also with a session',
    async (origin) => {
      const { headers } = await signIn();
      for (const path of ['/v2/bookings', '/chat/conversations', '/app/sign-out']) {
        const answer = await send(path, { method: 'POST', headers: { ...headers, origin }, body: {} });
        expect(answer.status).toBe(403);
        expect((await errorOf(answer)).message).toContain(`A page of "${origin}" may not use Kalends.`);
      }
      expect(atService).toEqual([]);
    },
  );

  it('lets pages of other origins use the API with a key, and read without one', async () => {
    const origin = 'https://other.example';
    expect((await send('/v2/bookings', { method: 'POST', headers: { origin, authorization: 'Bearer cal_1' }, body: {} })).status).toBe(200);
    expect((await send('/v2/slots', { headers: { origin } })).status).toBe(200);
    expect((await send('/v1/meetings', { method: 'POST', headers: { origin }, body: {} })).status).toBe(403);
    expect((await send('/v2/bookings', { method: 'POST', headers: { origin: 'https://kalends.example.org' }, body: {} })).status).toBe(200);
  });

  it('takes the own page behind a proxy that speaks https', async () => {
    const host = 'kalends.example.org';
    expect((await send('/v2/me', { headers: { host, origin: `https://${host}` } })).status).toBe(200);
  });

  it('knows the person at the socket without a cookie', async () => {
    const me = await (await send('/app/me', {}, 'socket')).json();
    expect(me).toMatchObject({ user: { username: 'ada' }, csrfToken: '' });
    expect((await send('/chat/conversations', { method: 'POST', body: {} }, 'socket')).status).toBe(201);
  });
});

describe('signing in', () => {
  it('takes a one-time token for a strict cookie named after the port', async () => {
    const answer = await send(`/sign-in?token=${await newToken()}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/');
    expect(answer.headers.get('set-cookie')).toMatch(
      /^kalends-session-3020=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('tells the page who it is, and what time it is', async () => {
    const { cookie } = await signIn();
    const answer = await send('/app/me', { headers: { cookie } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({
      user: { username: 'ada', name: 'ada', email: 'ada@example.com', timeZone: 'Europe/Amsterdam' },
      clock: { now: '2030-01-07T08:00:00.000Z', frozen: true },
      model: { kind: 'offline', name: 'offline' },
      version: '1.2.3',
      notices: ['The clock stands still.'],
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('uses a token up, and says how to get another', async () => {
    const token = await newToken();
    await send(`/sign-in?token=${token}`);
    const again = await send(`/sign-in?token=${token}`);
    expect(again.status).toBe(401);
    expect(again.headers.get('set-cookie')).toBeNull();
    expect(again.headers.get('content-security-policy')).toContain("style-src 'sha256-");
    expect(await again.text()).toContain('<code>npx kalends open</code>');
  });

  it('lets two who race for one token in once', async () => {
    const token = await newToken();
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(`/sign-in?token=${token}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 401, 401, 401]);
  });

  it('refuses a token that has expired, is unknown or missing', async () => {
    const token = await newToken();
    stage.clock.now += 3_600_001;
    for (const query of [`?token=${token}`, '?token=x', '?token=', '']) expect((await send(`/sign-in${query}`)).status).toBe(401);
  });

  it('does not use a token up for a mere look', async () => {
    const token = await newToken();
    expect((await send(`/sign-in?token=${token}`, { method: 'HEAD' })).status).toBe(204);
    expect((await send(`/sign-in?token=${token}`)).status).toBe(303);
  });

  it('follows an old link when somebody is signed in', async () => {
    const { cookie } = await signIn();
    expect((await send('/sign-in?token=used', { headers: { cookie } })).status).toBe(303);
  });

  it.each([
    ['no cookie', ''],
    ['a made-up cookie', `kalends-session-3020=${'x'.repeat(43)}`],
    ['a cookie of another port', `kalends-session-3021=${'x'.repeat(43)}`],
  ])('answers 401 to %s', async (_name, cookie) => {
    const answer = await send('/app/me', { headers: cookie === '' ? {} : { cookie } });
    expect(answer.status).toBe(401);
    expect(await errorOf(answer)).toMatchObject({
      code: 'unauthenticated',
      hint: 'Run `kalends open` in a terminal for a new sign-in link.',
    });
  });

  it('ends with the session, by time or by leaving', async () => {
    const first = await signIn();
    const out = await send('/app/sign-out', { method: 'POST', headers: first.headers, body: {} });
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0');
    expect((await send('/app/me', { headers: { cookie: first.cookie } })).status).toBe(401);
    const second = await signIn();
    stage.clock.now += 31 * 86_400_000;
    expect((await send('/app/me', { headers: { cookie: second.cookie } })).status).toBe(401);
  });

  it('keeps no token in the database', async () => {
    const { cookie } = await signIn();
    const rows = JSON.stringify(await stage.store.db.selectFrom('sessions').selectAll().execute());
    expect(rows).not.toContain(cookie.split('=')[1]);
  });
});

describe('a change', () => {
  const change = (headers: Readonly<Record<string, string>>) => send('/chat/conversations', { method: 'POST', headers, body: {} });

  it('is made for the own page', async () => {
    expect((await change((await signIn()).headers)).status).toBe(201);
  });

  it.each(['x-kalends-csrf', 'cookie'])('is refused without "%s"', async (name) => {
    const { [name]: _left, ...headers } = (await signIn()).headers as Record<string, string>;
    expect((await change(headers)).status).toBe(name === 'cookie' ? 401 : 403);
  });

  it('is refused with the token of another session', async () => {
    const other = await signIn();
    const { headers } = await signIn();
    expect((await change({ ...headers, 'x-kalends-csrf': other.headers['x-kalends-csrf'] })).status).toBe(403);
  });

  it.each(['cross-site', 'same-site', 'none'])('is refused from a page that is "%s"', async (site) => {
    const { headers } = await signIn();
    expect((await change({ ...headers, 'sec-fetch-site': site })).status).toBe(403);
  });

  it('is refused when nothing says which page sent it', async () => {
    const { cookie, headers } = await signIn();
    expect((await change({ cookie, 'x-kalends-csrf': headers['x-kalends-csrf'] })).status).toBe(403);
  });

  it('needs a body of JSON that makes sense', async () => {
    const { headers } = await signIn();
    const { id } = (await (await change(headers)).json()) as { id: string };
    const path = `/chat/conversations/${id}/messages`;
    const text = await send(path, { method: 'POST', headers: { ...headers, 'content-type': 'text/plain' }, body: { text: 'Hello' } });
    expect((await errorOf(text)).message).toBe('The body has the type "text/plain".');
    const wrong = await send(path, { method: 'POST', headers, body: { txt: 'Hello' } });
    expect(wrong.status).toBe(400);
    expect((await errorOf(wrong)).message).toContain('"text"');
    const long = await send(path, { method: 'POST', headers, body: { text: 'a'.repeat(200_000) } });
    expect((await errorOf(long)).message).toBe('The body is longer than 100000 bytes.');
  });
});

describe('the API', () => {
  it('never sees a cookie', async () => {
    const { cookie } = await signIn();
    const body = { start: '2030-01-08T14:00:00Z' };
    await send('/v2/bookings?x=1', { method: 'POST', headers: { cookie, authorization: 'Bearer cal_x' }, body });
    const [request] = atService;
    expect(request?.url).toBe(`${ORIGIN}/v2/bookings?x=1`);
    expect(request?.headers.has('cookie')).toBe(false);
    expect(request?.headers.get('authorization')).toBe('Bearer cal_x');
    expect(await request?.json()).toEqual(body);
    for (const path of ['/v1/meetings', '/v1-files/x/y.mp4', '/v1-simulation/rooms/x']) await send(path, { headers: { cookie } });
    expect(atService.map(({ headers }) => headers.has('cookie'))).toEqual([false, false, false, false]);
  });

  it('does not take its neighbours: /v20 is a page', async () => {
    expect((await send('/v20')).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await send('/v1x')).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(atService).toEqual([]);
  });
});

describe('the page', () => {
  it('is the same at every address it draws, under a strict policy', async () => {
    for (const path of ['/', '/c/4f2a']) {
      const answer = await send(path);
      expect(await answer.text()).toBe('<!doctype html><title>Kalends</title>');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });

  it('may keep hashed files for ever, and asks for the others', async () => {
    const script = await send('/assets/main-1a2b3c.js');
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const etag = (await send('/')).headers.get('etag') ?? '';
    expect((await send('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it.each(['/assets/gone.js', '/robots.txt', '/..%2f..%2fetc%2fpasswd.txt', '/app/nothing', '/chat/nothing'])(
    'has nothing at "%s"',
    async (path) => {
      const { headers } = await signIn();
      const answer = await send(path, { headers });
      expect(answer.status).toBe(404);
      expect((await errorOf(answer)).code).toBe('not_found');
    },
  );

  it('says how to build it when it is missing', async () => {
    web = createApp(join(uiDirectory, 'gone'));
    const answer = await send('/');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm run build');
  });
});

describe('a conversation over HTTP', () => {
  it('streams its answer as events that nobody may hold back', async () => {
    const { headers } = await signIn();
    const { id } = (await (await send('/chat/conversations', { method: 'POST', headers, body: {} })).json()) as { id: string };
    const answer = await send(`/chat/conversations/${id}/messages`, { method: 'POST', headers, body: { text: 'Hello' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-vercel-ai-ui-message-stream': 'v1',
      'x-accel-buffering': 'no',
    });
    const events = (await answer.text()).trimEnd().split('\n\n');
    expect(events.at(-1)).toBe('data: [DONE]');
    expect(events.slice(0, -1).map((event) => (JSON.parse(event.slice(6)) as { type: string }).type)).toEqual([
      'start',
      'start-step',
      'text-start',
      'text-delta',
      'text-end',
      'finish-step',
      'finish',
    ]);
    const list = await (await send('/chat/conversations', { headers })).json();
    expect(list).toMatchObject({ conversations: [{ id, title: 'Hello' }] });
  });

  it('does not exist for anybody else', async () => {
    const { headers } = await signIn();
    const { id } = (await (await send('/chat/conversations', { method: 'POST', headers, body: {} })).json()) as { id: string };
    const other = await signIn(stage.grace.userId);
    const path = `/chat/conversations/${id}`;
    const answers = [
      await send(path, { headers: other.headers }),
      await send(path, { method: 'DELETE', headers: other.headers }),
      await send(`${path}/messages`, { method: 'POST', headers: other.headers, body: { text: 'Hello' } }),
      await send(`${path}/approvals/x`, { method: 'POST', headers: other.headers, body: { approve: true } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    expect((await send(path, { method: 'DELETE', headers })).status).toBe(200);
    expect((await send(path, { headers })).status).toBe(404);
  });
});
