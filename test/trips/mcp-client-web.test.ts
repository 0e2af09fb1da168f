import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWebServer, type WebServer } from '../../src/mcp/fixtures/web-server.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

const program = resolve(import.meta.dirname, '../../bin/kalends.mjs');
const environment = { KALENDS_CLOCK: FROZEN_CLOCK, TZ: 'UTC', KALENDS_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1' };

let home: string;
let project: string;
let kalends: RunningKalends;
let web: WebServer;
let team: WebServer;
/** Everything that any command has printed. */
let printed = '';

beforeAll(async () => {
  home = makeHome();
  project = mkdtempSync(join(tmpdir(), 'kalends-project-'));
  mkdirSync(join(project, '.git'));
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy: [{ tool: 'mcp', verdict: 'allow' }] }));
  web = await openWebServer({ lets: 'logged-in', scopes: ['notes'] });
  team = await openWebServer({ lets: 'team' });
  kalends = await startKalends(home, environment);
});

afterAll(async () => {
  await kalends.stop();
  await web.close();
  await team.close();
  removeHome(home);
  rmSync(project, { recursive: true, force: true });
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One command, beside this process: the servers it talks to are in here. `onText` sees what it says as it says it. */
function run(words: readonly string[], { input = '', onText }: { input?: string; onText?: (text: string, kill: () => void) => void } = {}) {
  return new Promise<Ran>((done) => {
    const child = spawn(process.execPath, [program, ...words], {
      env: { ...process.env, ...environment, KALENDS_HOME: home },
      cwd: project,
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text;
        onText?.(said[stream], () => child.kill('SIGKILL'));
      });
    }
    child.on('close', (code) => {
      printed += said.stdout + said.stderr;
      done({ code, ...said });
    });
    child.stdin.end(input);
  });
}

const jsonOf = async (...words: readonly string[]) => JSON.parse((await run([...words, '--json'])).stdout);
const failureOf = async (...words: readonly string[]) => {
  const { code, stderr } = await run([...words, '--json']);
  return { code, error: JSON.parse(stderr).error };
};

/** Logs in, with `visit` in the place of a browser. */
function logIn(server: string, visit: (page: string, kill: () => void) => Promise<unknown>): Promise<Ran> {
  let visiting = false;
  return run(['mcp:login', server, '--json'], {
    onText(text, kill) {
      const [page] = /http:\/\/\S+\/authorize\?\S+/.exec(text) ?? [];
      if (visiting || page === undefined) return;
      visiting = true;
      visit(page, kill).catch(() => undefined);
    },
  });
}

describe('a server that is reached by an address', () => {
  it('gets the headers of its entry, with secrets filled in', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference to a secret
    await run(['mcp:add', 'team', team.url, '--global', '--header', 'X-Team: ${secret:TEAM}']);
    expect(await failureOf('mcp:tools', 'team')).toMatchObject({
      code: 4,
      error: { code: 'not_configured', message: expect.stringContaining('"TEAM"') },
    });
    await run(['mcp:secret:set', 'team', 'TEAM', '--stdin'], { input: 'red' });
    expect(await failureOf('mcp:tools', 'team')).toMatchObject({ code: 4, error: { code: 'unauthenticated' } });
    await run(['mcp:secret:set', 'team', 'TEAM', '--stdin'], { input: 'blue' });
    expect(await jsonOf('mcp:team', 'note', '--text', 'tea')).toMatchObject({ success: true, data: 'kept: tea' });
    expect(JSON.stringify(await jsonOf('mcp:resource', 'team', 'web://readme'))).toContain('Read me.');
    expect(await jsonOf('mcp:prompts', 'team')).toMatchObject({ prompts: [{ name: 'greet' }] });
    expect(JSON.stringify(await jsonOf('mcp:prompt', 'team', 'greet', 'name=Ada'))).toContain('Greet Ada.');
    expect(await failureOf('mcp:login', 'team')).toMatchObject({ code: 1, error: { code: 'unsupported' } });
  }, 60_000);

  it('is not called where the guard does not let it be', async () => {
    await run(['mcp:add', 'inner', team.url.replace('127.0.0.1', '127.0.0.2'), '--global']);
    for (const command of ['mcp:tools', 'mcp:login']) {
      expect(await failureOf(command, 'inner')).toMatchObject({
        code: 5,
        error: { code: 'forbidden', message: expect.stringContaining('127.0.0.2') },
      });
    }
    await run(['mcp:remove', 'inner']);
  }, 60_000);

  it('is not called before it is trusted', async () => {
    writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: { lure: { url: web.url } } }));
    expect(await failureOf('mcp:login', 'lure')).toMatchObject({ code: 5, error: { code: 'denied' } });
    expect(web.seen).toEqual([]);
    rmSync(join(project, '.mcp.json'));
  }, 30_000);
});

describe('a server that wants a login', () => {
  it('says so to every surface, and how to get it', async () => {
    await run(['mcp:add', 'web', web.url, '--global']);
    const needed = { code: 'not_configured', message: 'The MCP server "web" wants a login.', hint: 'Log in with `kalends mcp:login web`.' };
    expect(await jsonOf('mcp:status', 'web')).toMatchObject({ servers: { web: { login: { state: 'none' } } } });
    expect(await failureOf('mcp:tools', 'web')).toMatchObject({ code: 4, error: needed });
    expect(await jsonOf('mcp:status', 'web')).toMatchObject({ servers: { web: { login: { state: 'needed' } } } });
    const doctor = await run(['mcp:doctor', 'web', '--no-json']);
    expect([doctor.code, doctor.stdout]).toEqual([
      4,
      '✗ web: The MCP server "web" wants a login.\n  Log in with `kalends mcp:login web`.\n',
    ]);
    const lua = await run(['mcp:lua', '--json', '--eval', 'local ok, e = pcall(mcp.call, "web.whoami", {}) return e.message, e.hint']);
    expect(JSON.parse(lua.stdout).result).toEqual([needed.message, needed.hint]);
    expect(web.login.log).toEqual([]);
  }, 60_000);

  it('is logged in at in a browser, once, and stays so when Kalends is started anew', async () => {
    const { code, stdout } = await logIn('web', (page) => fetch(page));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      success: true,
      server: 'web',
      login: { state: 'logged_in', by: new URL(web.url).origin, scope: 'notes', isRenewed: true },
    });
    expect(await jsonOf('mcp:web', 'note', '--text', 'tea')).toMatchObject({ data: 'kept: tea' });
    await kalends.stop();
    kalends = await startKalends(home, environment);
    expect(await jsonOf('mcp:web', 'note', '--text', 'cake')).toMatchObject({ data: 'kept: cake' });
    expect(web.login.log).toEqual(['register', 'authorize', 'token authorization_code']);
  }, 60_000);

  it('is called again by itself after its token was refused', async () => {
    web.login.expire();
    expect(await jsonOf('mcp:web', 'note', '--text', 'once')).toMatchObject({ data: 'kept: once' });
    expect(web.login.log.at(-1)).toBe('token refresh_token');
    expect(await jsonOf('mcp:doctor', 'web')).toMatchObject({ success: true, checks: [{ ok: true, tools: 2 }] });
  }, 30_000);

  it('asks for a new login when the old one is over', async () => {
    web.login.endAll();
    const expired = { code: 'not_configured', message: 'Your login at the MCP server "web" has expired.' };
    expect(await failureOf('mcp:web', 'note', '--text', 'x')).toMatchObject({ code: 4, error: expired });
    const { stdout } = await run(['mcp:status', 'web', '--no-json']);
    expect(stdout).toContain('web: login expired\n');
    expect(stdout).toContain('  login   expired: run `kalends mcp:login web`\n');
  }, 30_000);

  it('is not logged in at by one who goes away, or whom the page refuses', async () => {
    const registrations = () => web.login.log.filter((what) => what === 'register').length;
    let back = '';
    const gone = await logIn('web', async (page, kill) => {
      back = (await fetch(page, { redirect: 'manual' })).headers.get('location') ?? '';
      kill();
    });
    expect(gone.code).toBeNull();
    // The door is closed a moment after the command is gone.
    await expect
      .poll(() =>
        fetch(back).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    // The registration of the first login, of a process before this one; nobody knows whether it was what kept the person from coming back.
    expect(registrations()).toBe(1);
    web.login.switches.refuses = true;
    const refused = await logIn('web', (page) => fetch(page));
    expect(registrations()).toBe(2);
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('The login at \\"web\\" was refused (access_denied).');
    expect(refused.stderr).not.toContain('evil.example');
    web.login.switches.refuses = false;
  }, 60_000);

  it('loses the login with a change of its entry, and with a logout', async () => {
    await logIn('web', (page) => fetch(page));
    await run(['mcp:add', 'web', web.url, '--global', '--replace', '--timeout', '20']);
    expect(await failureOf('mcp:tools', 'web')).toMatchObject({ code: 4, error: { details: { login: 'needed' } } });
    await run(['mcp:add', 'web', web.url, '--global', '--replace']);
    expect(await jsonOf('mcp:tools', 'web')).toMatchObject({ success: true });
    expect(await jsonOf('mcp:logout', 'web')).toEqual({ success: true, server: 'web', logged_out: true, revoked: true });
    expect(await jsonOf('mcp:logout', 'web')).toEqual({ success: true, server: 'web', logged_out: false, revoked: false });
    expect(await failureOf('mcp:web', 'note', '--text', 'x')).toMatchObject({ code: 4, error: { code: 'not_configured' } });
    await logIn('web', (page) => fetch(page));
    await run(['mcp:remove', 'web']);
    expect(web.login.log.slice(-2)).toEqual(['revoke refresh_token', 'revoke access_token']);
  }, 90_000);

  it('shows no token, and keeps none in clear text', () => {
    const kept = ['vault.json', 'mcp.json', 'mcp-trust.json', 'owner.json'].map((name) => readFileSync(join(home, name), 'utf8')).join();
    expect(/(?:access|refresh)-[0-9a-f]{32}/.test(printed + kept)).toBe(false);
  });

  it('is told as away by the doctor when it is', async () => {
    await team.close();
    const { code, stdout } = await run(['mcp:doctor', 'team', '--json']);
    expect([code, JSON.parse(stdout).success]).toEqual([6, false]);
  }, 30_000);
});
