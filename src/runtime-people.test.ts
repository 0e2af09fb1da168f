import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import { createAdministration } from './runtime-administration.ts';
import { getUser } from './store/users.ts';
import type { Principal } from './toolkit/tool.ts';
import { type FaultyApi, startFaultyApi } from './wire/faulty-api.fixture.ts';

const ADDRESS = 'http://127.0.0.1:3020';
let home: string;
let api: FaultyApi;
let runtime: Runtime;
let grace: Principal;
let keys: { readonly ada: string; readonly grace: string };

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kalends-people-'));
  api = await startFaultyApi();
  const environment = {
    ...{ KALENDS_HOME: home, KALENDS_RATE_LIMIT: 'off' },
    ...{ CALCOM_API_KEY: 'cal_live_0123456789abcdefXY', CALCOM_API_URL: api.url },
    ...{ CALCOM_API_KEY__WORK: 'cal_live_work0123456789abXY', CALCOM_API_URL__WORK: api.url },
    ...{ WHEREBY_API_KEY: 'whereby-0123456789abcdefXY', WHEREBY_API_URL: api.url },
  };
  runtime = await openRuntime(loadConfig(environment), { address: ADDRESS });
  const { apiKey } = await createAdministration(runtime).addPerson({ username: 'grace', email: 'grace@example.com' });
  const user = await getUser(runtime.store.db, (await runtime.principal()).userId + 1);
  if (user === undefined) throw new Error('Grace is missing.');
  grace = { userId: user.id, username: user.username, name: user.name, email: user.email, timeZone: user.timeZone };
  keys = { ada: readFileSync(join(home, 'api-key'), 'utf8').trim(), grace: apiKey };
});

beforeEach(() => {
  api.requests.length = 0;
});

afterAll(async () => {
  await runtime.close();
  await api.close();
  rmSync(home, { recursive: true, force: true });
});

async function call(who: keyof typeof keys, path: string, body: unknown = {}) {
  const request = new Request(`${ADDRESS}/tools/${path}`, {
    method: 'POST',
    headers: { host: '127.0.0.1:3020', authorization: `Bearer ${keys[who]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const response = await runtime.web.fetch(request, { door: 'tcp' });
  // biome-ignore lint/suspicious/noExplicitAny: each answer is matched against what it must hold
  return { status: response.status, body: (await response.json()) as any };
}

const FORBIDDEN = {
  code: 'forbidden',
  message: 'The account "work" is not yours: only "local" is, the service of this installation.',
  hint: 'Name no account, or "local". Hosted accounts belong to the owner of the installation.',
};

it("keeps another person's key away from the owner's accounts at /tools", async () => {
  for (const path of [
    'cal.get_schedule',
    'cal.get_schedule?account=default',
    'cal.get_schedule?account=local',
    'cal.default.get_schedule',
  ]) {
    expect(await call('grace', path)).toMatchObject({ status: 200, body: { success: true, data: { ownerId: grace.userId } } });
  }
  expect((await call('grace', 'whereby.list_rooms')).body).toMatchObject({ success: true, data: { data: [] } });
  for (const path of ['cal.get_schedule?account=work', 'cal.work.get_schedule', 'whereby.list_rooms?account=work']) {
    expect(await call('grace', path)).toMatchObject({ status: 403, body: { success: false, data: null, error: FORBIDDEN } });
  }
  expect((await call('grace', 'cal.get_schedule?account=hosted')).status).toBe(403);
  expect(api.requests).toEqual([]);
  await call('ada', 'cal.get_schedule');
  await call('ada', 'cal.get_schedule?account=work');
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([
    'Bearer cal_live_0123456789abcdefXY',
    'Bearer cal_live_work0123456789abXY',
  ]);
});

const NAMES = `local cal = app.integrations.cal
local ok, failure = pcall(function() return cal.work.get_schedule() end)
return cal["local"].get_schedule().ownerId, ok, tostring(failure)`;

it('shows a script of another person no account but the local one', async () => {
  const code = 'return app.integrations.cal.get_schedule().ownerId, app.integrations.cal.default.get_schedule().ownerId';
  expect((await call('grace', 'execute_lua', { code })).body).toMatchObject({ success: true, result: [grace.userId, grace.userId] });
  const { result } = (await call('grace', 'execute_lua', { code: NAMES })).body;
  expect(result).toEqual([grace.userId, false, expect.stringContaining('There is no "work" in app.integrations.cal.')]);
  expect(api.requests).toEqual([]);
  await call('ada', 'execute_lua', { code: NAMES });
  expect(api.requests).toMatchObject([{ authorization: 'Bearer cal_live_work0123456789abXY' }]);
});

it('runs a saved script by whose it is', async () => {
  const run = (principal: Principal, account?: string) =>
    runtime.lua.runSaved({
      ...{ principal, source: 'return app.integrations.cal.get_schedule().ownerId', name: 'who', script: 'who' },
      ...(account === undefined ? {} : { account }),
      signal: new AbortController().signal,
    });
  const ada = await runtime.principal();
  expect(await run(grace)).toMatchObject({ success: true, result: [grace.userId] });
  expect(await run(grace, 'work')).toMatchObject({ success: false, error: { message: expect.stringContaining(FORBIDDEN.message) } });
  expect(api.requests).toEqual([]);
  await run(ada, 'work');
  expect(api.requests).toMatchObject([{ authorization: 'Bearer cal_live_work0123456789abXY' }]);
});

it('answers the same over MCP', async () => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${ADDRESS}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${keys.grace}`, host: '127.0.0.1:3020' } },
      fetch: async (url, init) => runtime.web.fetch(new Request(url, init), { door: 'tcp' }),
    }),
  );
  const ask = async (name: string, given: Readonly<Record<string, unknown>>) =>
    JSON.stringify(await client.callTool({ name, arguments: given }).catch((error: unknown) => String(error)));
  expect(await ask('call_tool', { name: 'cal.get_schedule', arguments: {} })).toContain(`ownerId\\":${grace.userId}`);
  expect(await ask('call_tool', { name: 'cal.get_schedule', arguments: {}, account: 'work' })).toContain('forbidden');
  expect(await ask('call_tool', { name: 'cal.work.get_schedule' })).toContain('forbidden');
  expect(await ask('list_bookings', { account: 'work' })).toContain('forbidden');
  expect(await ask('list_bookings', { account: ['local'] })).toContain('is wrong; it is a text.');
  expect(await ask('call_tool', { name: 'cal.get_schedule', dry_run: true })).toContain('is unknown; there are name, arguments, account.');
  expect(await ask('execute_lua', { code: NAMES })).not.toContain('cal_live');
  expect(api.requests).toEqual([]);
  await client.close();
});
