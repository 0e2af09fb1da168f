import { createServer } from 'node:http';
import type { FetchLike } from '@modelcontextprotocol/client';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../errors.ts';
import type { McpServerDefinition } from './definition.ts';
import { openWebServer, type WebServer, type WebServerOptions } from './fixtures/web-server.ts';
import { connect, createLoginSession, fingerprintOf, type LoginWish, logIn, loginStateOf, revokeLogin, type ServerLogin } from './index.ts';

let server: WebServer;

afterEach(() => server.close());

async function open(options: Partial<WebServerOptions> = {}): Promise<McpServerDefinition> {
  server = await openWebServer({ lets: 'logged-in', ...options });
  return {
    name: 'web',
    reach: { type: 'http', url: server.url, headers: {} },
    timeoutSeconds: 10,
    isEnabled: true,
    path: '/mcp.json',
    source: 'user',
  };
}

/** What a browser would do. */
type Visit = (page: string, bring: (address: string) => void) => Promise<unknown>;
const agree: Visit = (page) => fetch(page);

/** Answers when the login has ended and the browser has seen its page. */
async function begin(
  definition: McpServerDefinition,
  {
    visit = agree,
    wish = {},
    signal = new AbortController().signal,
    fetch: fetchFn = fetch,
    earlier,
  }: { visit?: Visit; wish?: LoginWish; signal?: AbortSignal; fetch?: FetchLike; earlier?: ServerLogin } = {},
): Promise<ServerLogin> {
  let visiting: Promise<unknown> = Promise.resolve();
  const login = logIn(definition, wish, {
    url: server.url,
    headers: {},
    fetch: fetchFn,
    now: () => 0,
    signal,
    earlier,
    onPage: ({ address, bring }) => {
      visiting = visit(address, bring);
    },
  });
  await login.catch(() => undefined);
  await visiting;
  return login;
}

/** A server with its login kept in memory. */
function reach(
  definition: McpServerDefinition,
  kept: { login: ServerLogin | undefined },
  { now = () => 0, timeoutMs = 20_000, fetch: fetchFn = fetch }: { now?: () => number; timeoutMs?: number; fetch?: FetchLike } = {},
) {
  const session = createLoginSession({
    server: 'web',
    fingerprint: fingerprintOf(definition),
    store: {
      get: () => kept.login,
      async replace(earlier, login) {
        const isKept = kept.login?.refreshToken === earlier.refreshToken;
        if (isKept) kept.login = login;
        return isKept;
      },
    },
    fetch: fetchFn,
    now,
    onNeeded: () => undefined,
    timeoutMs,
  });
  return connect(definition, { version: '0', environment: {}, secret: () => undefined, fetch, login: session });
}

/** Something happens between the answer of whoever renews tokens and its arrival. */
const meanwhile =
  (happens: () => unknown): FetchLike =>
  async (input, init) => {
    const response = await fetch(input, init);
    if (String(input).endsWith('/token')) await happens();
    return response;
  };

describe('a login', () => {
  it('goes by code and PKCE, for this server alone, and lets in', async () => {
    const definition = await open({ scopes: ['notes'] });
    let shown = '';
    const login = await begin(definition, {
      visit: async (page) => {
        shown = await (await fetch(page)).text();
      },
    });
    expect(server.login.log).toEqual(['register', 'authorize', 'token authorization_code']);
    expect(server.login.forms[0]).toMatchObject({ resource: server.url, code_verifier: expect.any(String) });
    expect(login).toMatchObject({ resource: server.url, scope: 'notes', expiresAt: 3_600_000, clientSecret: null });
    expect(shown).toContain('You are logged in');
    const connection = await reach(definition, { login });
    expect(await connection.call('whoami', {})).toBe('somebody');
    await connection.close();
    expect(new Set(server.seen.slice(1))).toEqual(new Set([`Bearer ${login.accessToken}`]));
  });

  it('takes no answer with another state, under another name of this machine, or twice', async () => {
    const definition = await open();
    const statuses: number[] = [];
    const login = await begin(definition, {
      async visit(page) {
        const back = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
        const forged = new URL(back);
        forged.searchParams.set('state', 'x'.repeat(32));
        const renamed = new URL(back);
        renamed.hostname = 'localhost';
        const elsewhere = new URL(back);
        elsewhere.pathname = '/';
        for (const url of [forged, renamed, elsewhere]) statuses.push((await fetch(url).catch(() => ({ status: 404 }))).status);
        const twice = await Promise.all([fetch(back), fetch(back)]);
        statuses.push(...twice.map(({ status }) => status).sort());
      },
    });
    expect(statuses).toEqual([400, 404, 404, 200, 400]);
    expect(login.accessToken).toMatch(/^access-/);
  });

  it('takes the address at which a browser of another machine ended, and no other', async () => {
    const definition = await open();
    const refused: string[] = [];
    const login = await begin(definition, {
      async visit(page, bring) {
        const back = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
        for (const address of ['', 'hello', back.replace(/state=[^&]*/, 'state=x'), back.replace('/callback', '/')]) {
          try {
            bring(address);
          } catch (error) {
            refused.push(error instanceof AppError ? error.code : String(error));
          }
        }
        bring(` ${back}\n`);
      },
    });
    expect(refused).toEqual(Array(4).fill('invalid_input'));
    expect(login.accessToken).toMatch(/^access-/);
  });

  it('says that it was refused without repeating what the page says', async () => {
    const definition = await open();
    server.login.switches.refuses = true;
    await expect(begin(definition)).rejects.toMatchObject({ code: 'denied', message: 'The login at "web" was refused (access_denied).' });
  });

  it('takes no code that another issuer sends', async () => {
    const definition = await open();
    server.login.switches.issuerInAnswer = 'https://evil.example';
    await expect(begin(definition)).rejects.toMatchObject({
      code: 'upstream',
      message: 'You could not be logged in at the MCP server "web": somebody other than its login service answered.',
    });
    expect(server.login.log).not.toContain('token authorization_code');
  });

  it.each(['http://login.example.com/authorize', 'file:///etc/passwd', 'vscode://evil/run'])(
    'shows no page but one of the web: %s',
    async (page) => {
      const definition = await open();
      server.login.switches.page = page;
      const visit = vi.fn(agree);
      await expect(begin(definition, { visit })).rejects.toMatchObject({
        code: 'upstream',
        message: expect.stringContaining('which is no https address'),
      });
      expect(visit).not.toHaveBeenCalled();
    },
  );

  it('ends with whoever began it, and leaves no door open', async () => {
    const definition = await open();
    const stop = new AbortController();
    let back = '';
    const login = begin(definition, {
      signal: stop.signal,
      async visit(page) {
        back = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
        stop.abort();
      },
    });
    await expect(login).rejects.toMatchObject({ code: 'cancelled' });
    await expect(fetch(back)).rejects.toThrow();
  });

  it('is told from a server that asks for none', async () => {
    const definition = await open({ lets: 'anybody' });
    await expect(begin(definition)).rejects.toMatchObject({
      code: 'unsupported',
      message: 'The MCP server "web" asks for no login, and offers none.',
    });
  });

  it('takes a program that was registered by hand, where no other is taken', async () => {
    const clients = { mine: { secret: 'pass-word', redirectUri: 'http://127.0.0.1/callback' } };
    const definition = await open({ registers: false, clients });
    await expect(begin(definition)).rejects.toMatchObject({ code: 'not_configured', hint: expect.stringContaining('--client-id') });
    const login = await begin(definition, { wish: { clientId: 'mine', clientSecret: 'pass-word' } });
    expect(login).toMatchObject({ clientId: 'mine', clientSecret: 'pass-word', accessToken: expect.any(String) });
    expect(server.login.log).toEqual(['authorize', 'token authorization_code']);
  });

  it('uses an earlier registration again, by the same way back', async () => {
    const definition = await open();
    const earlier = await begin(definition);
    const again = await begin(definition, { earlier });
    expect(again).toMatchObject({ clientId: earlier.clientId, redirectUrl: earlier.redirectUrl });
    expect(server.login.log.filter((what) => what === 'register')).toHaveLength(1);
    expect(again.accessToken).not.toBe(earlier.accessToken);
  });

  it('registers anew where the way back is taken, the wish is another, or the earlier one is of another service', async () => {
    const definition = await open();
    const earlier = await begin(definition);
    const taken = createServer();
    await new Promise<void>((done) => void taken.listen(Number(new URL(earlier.redirectUrl ?? '').port), '127.0.0.1', done));
    const others = [await begin(definition, { earlier })];
    await new Promise((done) => taken.close(done));
    others.push(await begin(definition, { earlier, wish: { scope: 'notes' } }));
    others.push(await begin(definition, { earlier: { ...earlier, issuer: 'http://elsewhere.example' } }));
    others.push(await begin(definition, { earlier: { ...earlier, redirectUrl: null } }));
    expect(new Set([earlier, ...others].map(({ clientId }) => clientId)).size).toBe(5);
  });

  it('asks nobody at an address that the guard refuses', async () => {
    const definition = await open({ loginAt: 'http://10.0.0.1' });
    const refusal = new AppError('forbidden', '"10.0.0.1" is an address of a private network.');
    const guarded = (input: string | URL, init?: RequestInit) =>
      String(input).startsWith('http://10.') ? Promise.reject(refusal) : fetch(input, init);
    await expect(begin(definition, { fetch: guarded })).rejects.toBe(refusal);
    expect(server.login.log).toEqual([]);
  });
});

describe('a login that is used', () => {
  it('is renewed before it ends, once for all who wait', async () => {
    const definition = await open({ lastsSeconds: 10 });
    const kept = { login: (await begin(definition)) as ServerLogin | undefined };
    const connection = await reach(definition, kept);
    await Promise.all([connection.call('whoami', {}), connection.call('whoami', {}), connection.call('whoami', {})]);
    await connection.close();
    expect(kept.login?.refreshToken).toMatch(/^refresh-/);
    expect(server.login.forms.at(-1)).toMatchObject({ grant_type: 'refresh_token', resource: server.url });
  });

  it('is renewed when the server refuses it, and the call goes out again', async () => {
    const definition = await open();
    const first = await begin(definition);
    const kept = { login: first as ServerLogin | undefined };
    const connection = await reach(definition, kept);
    server.login.expire();
    expect(await Promise.all([1, 2, 3].map((one) => connection.call('note', { text: String(one) })))).toEqual([
      'kept: 1',
      'kept: 2',
      'kept: 3',
    ]);
    await connection.close();
    expect(kept.login?.accessToken).not.toBe(first.accessToken);
    expect(server.login.log.filter((line) => line === 'token refresh_token')).toHaveLength(1);
  });

  it('says that it is over, and keeps nothing of it, when it cannot be renewed', async () => {
    const definition = await open();
    const kept = { login: (await begin(definition)) as ServerLogin | undefined };
    server.login.endAll();
    await expect(reach(definition, kept)).rejects.toMatchObject({
      code: 'not_configured',
      message: 'Your login at the MCP server "web" has expired.',
      hint: 'Log in again with `kalends mcp:login web`.',
    });
    expect(kept.login).toMatchObject({ accessToken: null, refreshToken: null });
  });

  it('is kept while whoever renews it is away', async () => {
    const definition = await open();
    const kept = { login: (await begin(definition)) as ServerLogin | undefined };
    const { refreshToken } = kept.login ?? {};
    server.login.expire();
    server.login.switches.isAway = true;
    await expect(reach(definition, kept, { now: () => 3_600_000 })).rejects.toMatchObject({ code: 'upstream' });
    expect(kept.login?.refreshToken).toBe(refreshToken);
    server.login.switches.isAway = false;
    server.login.switches.isSilent = true;
    await expect(reach(definition, kept, { now: () => 3_600_000, timeoutMs: 100 })).rejects.toMatchObject({ code: 'upstream' });
    expect(kept.login?.refreshToken).toBe(refreshToken);
    server.login.switches.isSilent = false;
    await (await reach(definition, kept, { now: () => 3_600_000 })).close();
  });

  it('stays ended when it is ended while it is renewed, and what still comes is given back', async () => {
    const definition = await open();
    const kept = { login: (await begin(definition)) as ServerLogin | undefined };
    server.login.expire();
    const forget = () => {
      kept.login = undefined;
    };
    await expect(reach(definition, kept, { fetch: meanwhile(forget) })).rejects.toMatchObject({
      code: 'not_configured',
      message: 'The MCP server "web" wants a login.',
    });
    expect(kept.login).toBeUndefined();
    expect(server.login.log.slice(-3)).toEqual(['token refresh_token', 'revoke refresh_token', 'revoke access_token']);
  });

  it('gives way to one that was begun while it was renewed', async () => {
    const definition = await open();
    const kept = { login: (await begin(definition)) as ServerLogin | undefined };
    server.login.expire();
    let newer: ServerLogin | undefined;
    const logInAnew = async () => {
      newer ??= await begin(definition);
      kept.login = newer;
    };
    const connection = await reach(definition, kept, { fetch: meanwhile(logInAnew) });
    expect(await connection.call('whoami', {})).toBe('somebody');
    await connection.close();
    expect(kept.login).toEqual(newer);
    expect(server.seen.at(-1)).toBe(`Bearer ${newer?.accessToken}`);
    expect(server.login.log.slice(-2)).toEqual(['revoke refresh_token', 'revoke access_token']);
  });

  it.each([
    ['a page', 502, `<html>\u001b[2J${'access-hush '.repeat(20_000)}</html>`],
    ['tokens that are none', 200, JSON.stringify({ access_token: ['access-hush'], refresh_token: 'refresh-hush' })],
    ['a code of its own', 400, JSON.stringify({ error: '\u001b[31mYour access-hush', error_description: 'Send it here.' })],
  ])('repeats nothing of what it was answered: %s', async (_what, status, body) => {
    const definition = await open();
    const login = await begin(definition);
    server.login.expire();
    const spoilt: FetchLike = (input, init) =>
      String(input).endsWith('/token') ? Promise.resolve(new Response(body, { status })) : fetch(input, init);
    const message = /^Your login at the MCP server "web" could not be renewed: its login service [a-z ,]+(?: "[a-z_]{1,60}")?\.$/;
    await expect(reach(definition, { login }, { fetch: spoilt })).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringMatching(message),
    });
    await expect(begin(definition, { fetch: spoilt })).rejects.toMatchObject({
      code: 'upstream',
      message: expect.stringMatching(
        /^You could not be logged in at the MCP server "web": its login service [a-z ,]+(?: "[a-z_]{1,60}")?\.$/,
      ),
    });
  });

  it('goes to nobody else: not to another address, not by a changed entry', async () => {
    const definition = await open();
    const login = await begin(definition);
    const wanted = { fingerprint: fingerprintOf(definition), url: server.url };
    expect(loginStateOf(login, wanted, 0)).toBe('logged_in');
    expect(loginStateOf(login, { ...wanted, url: 'https://evil.example/mcp' }, 0)).toBe('none');
    const changed = { ...definition, timeoutSeconds: 11 };
    await expect(reach(changed, { login })).rejects.toMatchObject({
      code: 'not_configured',
      message: 'The MCP server "web" wants a login.',
      hint: 'Log in with `kalends mcp:login web`.',
      details: { server: 'web', login: 'needed' },
    });
    expect(server.seen.at(-1)).toBeNull();
  });

  it('is not asked for where the entry sends what the server refuses', async () => {
    const definition = await open({ lets: 'team' });
    const headed = (headers: Readonly<Record<string, string>>) => ({
      ...definition,
      reach: { type: 'http' as const, url: server.url, headers },
    });
    await expect(reach(headed({ 'X-Team': 'red' }), { login: undefined })).rejects.toMatchObject({
      code: 'unauthenticated',
      message: 'The MCP server "web" refused the credentials that its entry sends.',
    });
    const connection = await reach(headed({ 'X-Team': 'blue' }), { login: undefined });
    expect((await connection.listTools()).map(({ name }) => name)).toEqual(['whoami', 'note']);
    await connection.close();
  });

  it('names what it does not reach', async () => {
    const definition = await open();
    server.requireScope('notes:write');
    await expect(reach(definition, { login: await begin(definition) })).rejects.toMatchObject({
      code: 'forbidden',
      hint: 'Log in for more with `kalends mcp:login web --scope "notes:write"`.',
    });
    const wider = await begin(definition, { wish: { scope: 'notes:write' } });
    await (await reach(definition, { login: wider })).close();
  });

  it('is ended at its service too', async () => {
    const definition = await open();
    const login = await begin(definition);
    expect(await revokeLogin(login, { fetch })).toBe(true);
    expect(server.login.log.slice(-2)).toEqual(['revoke refresh_token', 'revoke access_token']);
    expect(server.login.grantOf(login.accessToken ?? '')).toBeUndefined();
  });
});
