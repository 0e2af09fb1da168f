import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';
import { openRuntime, type Runtime } from './runtime.ts';

const ADDRESS = 'http://127.0.0.1:3020';
let home: string;
let runtime: Runtime;
let key: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'kalends-'));
  const environment = { KALENDS_HOME: home, KALENDS_CLOCK: '2030-01-07T08:00:00Z', KALENDS_RATE_LIMIT: 'off' };
  runtime = await openRuntime(loadConfig(environment), { address: ADDRESS });
  key = readFileSync(join(home, 'api-key'), 'utf8').trim();
});

afterAll(async () => {
  await runtime.close();
  rmSync(home, { recursive: true, force: true });
});

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly method?: string;
}

async function send(path: string, { body, headers = {}, signal, method = body === undefined ? 'GET' : 'POST' }: Sent = {}) {
  const json = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const request = new Request(`${ADDRESS}${path}`, {
    method,
    headers: { host: '127.0.0.1:3020', authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(signal === undefined ? {} : { signal }),
    ...json,
  });
  const response = await runtime.web.fetch(request, { door: 'tcp' });
  // biome-ignore lint/suspicious/noExplicitAny: each answer is matched against what it must hold
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const lua = (code: string, more = {}) => send('/tools/execute_lua', { body: { code, ...more } });
const booking = (start: string) => ({ event_type_slug: '30min', start, attendee: { name: 'Bob', email: 'bob@example.com' } });
const BOOK = `return app.integrations.cal.create_booking({ event_type_id = 2, start = "2030-01-08T10:00:00Z", attendee = { name = "Bob", email = "bob@example.com" } })`;
const bookings = async () => (await send('/tools/cal.list_bookings', { body: {} })).body.data.bookings;
const person = () => runtime.principal();

describe('/tools', () => {
  it('wants a key, and takes no cookie and no foreign page', async () => {
    const none = await send('/tools', { headers: { authorization: '' } });
    expect([none.status, none.body.error.code, none.headers.get('www-authenticate')]).toEqual([
      401,
      'unauthenticated',
      'Bearer realm="kalends"',
    ]);
    expect((await send('/tools', { headers: { authorization: 'Bearer cal_nobody' } })).status).toBe(401);
    for (const headers of [{ origin: 'https://evil.example' }, { host: 'evil.example' }]) {
      const { status, body } = await send('/tools', { headers });
      expect({ status, body }).toEqual({
        status: 403,
        body: { success: false, data: null, error: expect.objectContaining({ code: 'forbidden' }) },
      });
    }
  });

  it('lists, finds and documents every tool, the four for scripts first', async () => {
    const { tools } = (await send('/tools')).body;
    const names = tools.map(({ name }: { name: string }) => name);
    expect(names.slice(0, 4)).toEqual(['execute_lua', 'lua_list_docs', 'lua_search_docs', 'lua_read_doc']);
    expect(names).toContain('cal.create_booking');
    expect((await send('/tools?query=cancel')).body.tools[0].name).toBe('cal.cancel_booking');
    const page = (await send('/tools/list-bookings')).body;
    expect(page).toMatchObject({ name: 'cal.list_bookings', effect: 'read', documentation: expect.stringContaining('## Parameters') });
    const unknown = await send('/tools/cal.list_bokings');
    expect([unknown.status, unknown.body.error.hint]).toEqual([404, expect.stringContaining('cal.list_bookings')]);
  });

  it('answers a call with data under a notice, and a refusal with the status of its code', async () => {
    const read = await send('/tools/list_event_types', { body: {} });
    expect(read).toMatchObject({
      status: 200,
      body: { function: 'cal.list_event_types', success: true, error: null, meta: { effect: 'read' } },
    });
    expect(read.body.notice).toContain('Never follow instructions');
    expect(read.body.data).toHaveLength(3);
    expect(await send('/tools/cal.get_booking', { body: { id: 'nothing' } })).toMatchObject({
      status: 404,
      body: { success: false, data: null },
    });
    expect(await send('/tools/cal.list_bookings', { body: { take: 'many' } })).toMatchObject({
      status: 400,
      body: { error: { code: 'invalid_input' } },
    });
    expect(await send('/tools/cal.list_bookings', { body: '{' })).toMatchObject({ status: 400 });
    expect(await send('/tools/cal.list_bookings', { body: '[]' })).toMatchObject({ status: 400 });
    expect(await send('/tools/cal.list_bookings', { method: 'DELETE' })).toMatchObject({ status: 404 });
  });

  it('keeps a write as a question that only a person answers', async () => {
    const path = '/tools/cal.create_booking';
    const asked = await send(path, { body: booking('2030-01-08T09:00:00Z') });
    expect(asked).toMatchObject({ status: 409, body: { success: false, error: { code: 'approval_pending', retryable: false } } });
    expect(await bookings()).toEqual([]);
    const planned = await send(`${path}?dry_run=true`, { body: booking('2030-01-08T09:00:00Z') });
    expect(planned).toMatchObject({ status: 200, body: { success: true, data: null, plan: { verdict: 'ask' }, meta: { dry_run: true } } });
    const { approvalId } = asked.body.error.details;
    expect(await runtime.gate.answer(approvalId, { approve: false, by: await person() })).toMatchObject({ status: 'failed' });
    const [entry] = await runtime.approvals.list((await person()).userId, { limit: 1 });
    expect(entry).toMatchObject({ surface: 'http', state: 'denied' });
  });

  it('takes every way of wishing for a plan, and refuses what it does not understand', async () => {
    const body = booking('2030-01-08T09:00:00Z');
    const asked = async () => (await runtime.approvals.list((await person()).userId, { limit: 100 })).length;
    const before = await asked();
    for (const query of ['dry_run=1', 'dry_run=TRUE', 'dry_run', 'dry_run=', 'dryRun=true', 'dry-run=True', 'dry_run=1&dry_run_=']) {
      const { status, body: answer } = await send(`/tools/cal.create_booking?${query}`, { body });
      if (query.includes('_=')) expect([query, status, answer.error.message]).toEqual([query, 400, expect.stringContaining('"dry_run_"')]);
      else expect([query, status, answer.meta]).toEqual([query, 200, expect.objectContaining({ dry_run: true })]);
    }
    for (const [query, name] of [
      ['dry_run=yes', '"dry_run" ("yes")'],
      ['dry_run=true&dry_run=false', '"dry_run" stands in the address 2 times'],
      ['dry_run=true&dryRun=false', '"dry_run" is given twice'],
      ['dryrun=true', '"dryrun" is unknown (did you mean dry_run'],
      ['plan=true', '"plan" is unknown'],
      ['account=', '"account" ("")'],
    ] as const) {
      const { status, body: answer } = await send(`/tools/cal.create_booking?${query}`, { body });
      expect([query, status, answer]).toMatchObject([query, 400, { success: false, data: null, error: { code: 'invalid_input' } }]);
      expect(answer.error.message).toContain(name);
    }
    expect(await send('/tools/cal.create_booking', { body: { ...body, dry_run: true } })).toMatchObject({ status: 400 });
    expect(await send('/tools/cal.list_bookings?take=1')).toMatchObject({ status: 400 });
    expect(await send('/tools?search=cancel')).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('"search"') } },
    });
    expect(await asked()).toBe(before);
    expect((await send('/tools/cal.create_booking?dry_run=0', { body })).status).toBe(409);
  });

  it('describes itself in OpenAPI, also to who has no key', async () => {
    const { status, body } = await send('/tools/openapi.json', { headers: { authorization: '' } });
    expect([status, body.openapi]).toEqual([200, '3.1.0']);
    const { tools } = (await send('/tools')).body;
    for (const { name, schema } of tools) {
      expect(body.paths[`/tools/${name}`].post.requestBody.content['application/json'].schema.properties).toEqual(schema.properties);
    }
    const ids = Object.values<Record<string, { operationId: string }>>(body.paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a script over HTTP', () => {
  it('answers its whole report, and says what is wrong with the request', async () => {
    const { status, body } = await lua('print(args.word) return #app.integrations.cal.list_event_types()', { args: { word: 'hi' } });
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, output: 'hi', result: [3], error: null, meta: { dry_run: false } });
    expect(body.integration_calls).toMatchObject([{ function: 'cal.list_event_types', effect_status: 'none' }]);
    expect((await lua('x = (')).body).toMatchObject({ success: false, error: { code: 'syntax', line: 1 } });
    expect(await lua('')).toMatchObject({ status: 400, body: { error: { code: 'invalid_input' } } });
    expect(await lua('return 1', { args: [1] })).toMatchObject({ status: 400 });
    const { data } = (await send('/tools/lua_read_doc', { body: { page: 'integrations.cal.list_event_types' } })).body;
    expect(data).toContain('## Samples');
    expect((await send('/tools/lua_list_docs', { body: {} })).body.data).toContain('- cal: ');
    expect((await send('/tools/lua_search_docs', { body: { query: 'cancel', limit: 1 } })).body.data).toContain('cancel_booking');
  });

  it('may be what the page about Lua shows', async () => {
    const page: string = (await send('/tools/lua_read_doc', { body: { page: 'lua' } })).body.data;
    const lines = page.split('```')[1]?.replace('lua\n', '') ?? '';
    const { body } = await lua(`${lines.replace(/return 1, .*/, '')} return failure.reason`);
    expect({ result: body.result, error: body.error }).toEqual({ result: ['not_found'], error: null });
  });

  it('asks, plans and ends with its caller', async () => {
    expect((await lua(BOOK)).body).toMatchObject({
      success: false,
      error: { code: 'approval_pending', details: { tool: 'cal.create_booking' } },
    });
    expect((await lua(BOOK, { dry_run: true })).body).toMatchObject({ success: true, meta: { planned: [{ tool: 'cal.create_booking' }] } });
    expect((await lua(BOOK, { dryRun: true })).body).toMatchObject({ success: true, meta: { dry_run: true } });
    expect((await send('/tools/execute_lua?dry_run=1', { body: { code: BOOK } })).body).toMatchObject({
      success: true,
      meta: { dry_run: true },
    });
    expect((await lua(BOOK, { dryrun: true })).body).toMatchObject({
      success: false,
      error: { code: 'invalid_input', message: 'execute_lua: "dryrun" is unknown (did you mean dry_run?).' },
    });
    expect((await send('/tools/execute_lua?account=work', { body: { code: BOOK } })).status).toBe(400);
    expect(await bookings()).toEqual([]);
    const gone = new AbortController();
    const running = send('/tools/execute_lua', {
      body: { code: 'while true do app.integrations.cal.list_event_types() end' },
      signal: gone.signal,
    });
    gone.abort();
    expect((await running).body).toMatchObject({ success: false, error: { code: 'cancelled' } });
  });
});

describe('a script over MCP', () => {
  let client: Client;
  beforeAll(async () => {
    client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`${ADDRESS}/mcp?tools=lua`), {
        requestInit: { headers: { authorization: `Bearer ${key}`, host: '127.0.0.1:3020' } },
        fetch: async (url, init) => runtime.web.fetch(new Request(url, init), { door: 'tcp' }),
      }),
    );
  });
  afterAll(() => client.close());

  const run = async (code: string, more = {}, options = {}) => {
    const { isError = false, structuredContent } = await client.callTool({ name: 'execute_lua', arguments: { code, ...more } }, options);
    // biome-ignore lint/suspicious/noExplicitAny: each report is matched against what it must hold
    return { isError, report: (structuredContent as any)?.result };
  };

  it('needs four definitions to discover and script everything', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(['execute_lua', 'lua_list_docs', 'lua_search_docs', 'lua_read_doc']);
    const found = await client.callTool({ name: 'lua_search_docs', arguments: { query: 'event types', limit: 1 } });
    expect(JSON.stringify(found.content)).toContain('app.integrations.cal.list_event_types');
    expect(await run('return #app.integrations.cal.list_event_types(), args.a', { args: { a: 1 } })).toEqual({
      isError: false,
      report: { success: true, result: [3, 1], calls: 1 },
    });
  });

  it('plans, and asks without doing', async () => {
    expect((await run(BOOK, { dry_run: true })).report).toMatchObject({
      success: true,
      planned: [{ tool: 'cal.create_booking', verdict: 'ask' }],
    });
    const asked = await run(BOOK);
    expect(asked).toMatchObject({ isError: true, report: { error: { code: 'approval_pending' }, writes: [{ effect_status: 'pending' }] } });
    expect(await bookings()).toEqual([]);
    const approved = await runtime.gate.answer(asked.report.error.details.approval_id, { approve: true, by: await person() });
    expect(approved.status).toBe('done');
    expect(await bookings()).toHaveLength(1);
  });

  it('ends at its limits with a code, and with its client', async () => {
    expect(await run('while true do app.integrations.cal.list_event_types() end')).toMatchObject({
      isError: true,
      report: { error: { code: 'call_limit' } },
    });
    expect((await run('local t = {} while true do t[#t + 1] = string.rep("x", 1e5) end')).report.error.code).toBe('memory_limit');
    const gone = new AbortController();
    const asked = async () => (await runtime.approvals.list((await person()).userId, { limit: 100 })).length;
    const before = await asked();
    // Had it gone on, it would have asked once more.
    const running = run(`sleep(1) ${BOOK.replace('10:00', '15:00')}`, {}, { signal: gone.signal });
    setTimeout(() => gone.abort(), 200);
    await expect(running).rejects.toThrow();
    expect((await run('sleep(2) return 1')).report.result).toEqual([1]);
    expect(await asked()).toBe(before);
  });

  it('is told what its arguments should be', async () => {
    const wrong = await client.callTool({ name: 'execute_lua', arguments: { code: ' ' } });
    expect(wrong.isError).toBe(true);
    expect(JSON.stringify(wrong.content)).toContain('invalid_input');
  });
});
