import { afterAll, describe, expect, it } from 'vitest';
import { createLua, type LuaCallContext, LuaCallError } from './index.ts';
import { CATALOGUE, echo, FIXTURE_TIME, runnerOf } from './lua.fixture.ts';

const lua = createLua();
const run = runnerOf(lua);
afterAll(() => lua.close());

const CALL = 'return app.integrations.cal.get_current_user()';

describe('an outcome', () => {
  it('holds results, output, calls and what was used', async () => {
    const outcome = await run('print("hi") app.integrations.cal.get_booking("u") return 42, { 1, 2 }, {}', {
      onCall: () => ({ ok: true, value: null, record: { effect: 'read' } }),
    });
    expect(outcome).toEqual({
      success: true,
      output: 'hi',
      result: [42, [1, 2], {}],
      error: null,
      execution_time_ms: expect.any(Number),
      memory_usage: expect.any(Number),
      integration_calls: [{ path: 'app.integrations.cal.get_booking', status: 'ok', duration_ms: expect.any(Number), effect: 'read' }],
      meta: { name: 'script', warnings: [], budgets: expect.any(Object), instructions: expect.any(Number), waited_ms: 0 },
    });
    expect(outcome.memory_usage).toBeGreaterThan(10_000);
    expect((await run('local x = 1')).result).toBeNull();
    const used = await run('local t = {} for i = 1, 1e5 do t[i] = i end');
    expect(used.memory_usage).toBeGreaterThan(1_000_000);
    expect(used.meta.instructions).toBeGreaterThan(100_000);
  });

  it('has the line and snippet of a syntax error', async () => {
    expect((await run('local a = 1\nlocal b = = 2\nlocal c', { name: 'flow.lua' })).error).toEqual({
      code: 'syntax',
      message: "unexpected symbol near '='",
      retryable: false,
      line: 2,
      snippet: '  1 | local a = 1\n> 2 | local b = = 2\n  3 | local c',
    });
  });

  it('has the line of a runtime error, in functions, coroutines and error tables', async () => {
    expect((await run('\nlocal t\nt.x = 1')).error).toMatchObject({
      code: 'runtime',
      line: 3,
      message: "attempt to index a nil value (local 't')",
    });
    expect((await run('local function f()\n  error("no")\nend\nf()')).error).toMatchObject({ line: 2, message: 'no' });
    expect((await run('coroutine.wrap(function()\n  error("no")\nend)()')).error).toMatchObject({ line: 2, message: 'no' });
    expect((await run('\nerror({ code = "denied", message = "my own" })')).error).toMatchObject({
      code: 'denied',
      line: 2,
      message: 'my own',
    });
    expect((await run('error()')).error).toMatchObject({ code: 'runtime', line: 1 });
    expect((await run('error({ 1 })')).error).toMatchObject({ code: 'runtime', message: '[1]' });
  });

  it('keeps the output of a script that fails', async () => {
    expect(await run('print("so far") error("no")')).toMatchObject({ success: false, output: 'so far', result: null });
    expect(await run('print("so far") while true do end', { budgets: { wallMs: 600 } })).toMatchObject({
      output: 'so far',
      error: { code: 'timeout' },
    });
    const bomb = 'print("so far") return string.rep("a", 30000):find(string.rep(".-", 20) .. "b")';
    expect(await run(bomb, { budgets: { wallMs: 600 } })).toMatchObject({ output: 'so far', error: { code: 'timeout' } });
  });

  it('warns of end as a key, runs the script and keeps its lines', async () => {
    const outcome = await run('local r = app.integrations.cal.create_booking({\n  end = "x",\n})\nprint(r.arguments.end)\nerror("here")');
    expect(outcome).toMatchObject({ output: 'x', error: { line: 5 } });
    expect(outcome.meta.warnings).toHaveLength(2);
    expect(outcome.meta.warnings[0]).toMatch(/^Line 2: .*\["end"\].*end_time/);
  });

  it('reads a first line for the shell and a byte order mark', async () => {
    expect((await run('\ufeff#!/usr/bin/env kalends lua\nreturn 1')).result).toEqual([1]);
  });

  it('hints at what is missing', async () => {
    expect((await run('os.time()')).error?.hint).toContain('now()');
    expect((await run('if a != b then end')).error?.hint).toContain('~=');
  });
});

describe('a failed call', () => {
  const failure = { code: 'denied', message: 'Not allowed.', status: 403, hint: 'Ask.', details: { id: 7 } } as const;

  it('raises a table that can be caught and printed', async () => {
    const source =
      'local ok, e = pcall(app.integrations.cal.get_booking, "u") print(e) return ok, e.code, e.status, e.retryable, e.hint, e.details.id, e.line';
    for (const onCall of [() => ({ ok: false, error: failure }) as const, () => Promise.reject(new LuaCallError(failure))]) {
      const outcome = await run(source, { onCall });
      expect(outcome.result).toEqual([false, 'denied', 403, false, 'Ask.', 7, 1]);
      expect(outcome.output).toBe('denied: Not allowed. Ask.');
      expect(outcome.integration_calls).toMatchObject([{ status: 'error', error: failure }]);
    }
  });

  it('ends a script that does not catch it, with its code and line', async () => {
    const { error } = await run('\nlocal b = app.integrations.cal.get_booking("u")', { onCall: () => ({ ok: false, error: failure }) });
    expect(error).toMatchObject({ ...failure, line: 2, snippet: expect.stringContaining('> 2 | local b') });
  });

  it('shows nothing of an error that nobody foresaw', async () => {
    const { error } = await run(CALL, {
      onCall: () => {
        throw new Error('secret');
      },
    });
    expect(error).toMatchObject({ code: 'upstream', message: 'The call failed inside the host.' });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect((await run(CALL, { onCall: () => ({ ok: true, value: circular }) })).error?.code).toBe('upstream');
  });

  it('validates before anything is called', async () => {
    const { error, integration_calls } = await run('app.integrations.cal.get_booking({ id = print })');
    expect(error).toMatchObject({ code: 'invalid_arguments', message: 'arguments.id is function, which JSON cannot carry.' });
    expect(integration_calls).toEqual([]);
    expect((await run('app.integrations.cal.get_booking({ id = 9007199254740993 })')).error?.hint).toBe('Pass it as a string.');
    expect((await run('app.integrations.cal.get_booking({ id = 0/0 })')).error?.code).toBe('invalid_arguments');
  });
});

describe('budgets', () => {
  it('are lowered by a run and raised by nobody but the configuration', async () => {
    const { meta } = await run('return 1', { budgets: { calls: 3, wallMs: 60_000, memoryBytes: -1 } });
    expect(meta.budgets).toMatchObject({ calls: 3, wallMs: 30_000, memoryBytes: 64 * 1024 * 1024 });
    expect(meta.warnings).toEqual([
      'The budget wallMs stays at 30000: "60000" is above what your configuration allows.',
      'The budget memoryBytes stays at 67108864: "-1" is not a positive number.',
    ]);
    const free = createLua({ mayRaiseBudgets: true, budgets: { calls: 5 } });
    const raised = await free.run({ source: 'return 1', onCall: echo, budgets: { calls: 500 } });
    expect(raised.meta.budgets.calls).toBe(500);
    await free.close();
  });

  it.each([
    ['call_limit', 'for i = 1, 4 do pcall(app.integrations.cal.get_current_user) end', { calls: 3 }],
    ['cpu_limit', 'while true do pcall(error) end', { instructions: 100_000 }],
    ['memory_limit', 'local t = {} while true do t[#t + 1] = {} end', { memoryBytes: 1024 * 1024 }],
    ['output_limit', 'while true do pcall(print, "hello") end', { outputBytes: 1000 }],
    ['timeout', 'while true do end', { wallMs: 50 }],
    ['timeout', 'sleep(100)', { wallMs: 50 }],
    ['invalid_arguments', `local s = "${'x'.repeat(1000)}"`, { sourceBytes: 1000 }],
  ])('end a run with %s', async (code, source, budgets) => {
    const outcome = await run(source, { budgets });
    expect(outcome).toMatchObject({ success: false, error: { code } });
    if (code === 'output_limit') expect(outcome.output).toHaveLength(1000);
    if (code === 'call_limit') expect(outcome.integration_calls).toHaveLength(3);
  });

  it('do not count what is waited for, which has a cap of its own', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onCall = async (_call: unknown, { waiting }: LuaCallContext) => {
      setTimeout(resolve, 1800);
      await waiting(() => promise);
      return { ok: true, value: 'approved' } as const;
    };
    const patient = await run(CALL, { onCall, budgets: { wallMs: 1500 } });
    expect(patient.result).toEqual(['approved']);
    expect(patient.meta.waited_ms).toBeGreaterThan(0);
    const never = (_call: unknown, { waiting }: LuaCallContext) => waiting(() => new Promise<never>(() => {}));
    const capped = await run(CALL, { onCall: never, budgets: { wallMs: 1500, waitMs: 50 } });
    expect(capped.error).toMatchObject({ code: 'timeout', message: 'Waiting took more than 0.05 s.' });
  });

  it('leave a call without an answer as unknown and tell its handler', async () => {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const onCall = (_call: unknown, { signal }: LuaCallContext) => {
      signal.addEventListener('abort', () => resolve(true));
      return new Promise<never>(() => {});
    };
    const outcome = await run(CALL, { onCall, budgets: { wallMs: 600 } });
    expect(outcome.error?.code).toBe('timeout');
    expect(outcome.integration_calls).toMatchObject([{ path: 'app.integrations.cal.get_current_user', status: 'unknown' }]);
    expect(await promise).toBe(true);
  });
});

describe('a run', () => {
  it('can be cancelled before, between and inside calls', async () => {
    expect((await run('return 1', { signal: AbortSignal.abort() })).error?.code).toBe('cancelled');
    for (const source of ['while true do end', 'sleep(100)', 'return ("a"):rep(30000):find((".-"):rep(20) .. "b")']) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(), 100);
      expect((await run(source, { signal: abort.signal })).error?.code).toBe('cancelled');
    }
  });

  it('shares nothing with the next', async () => {
    await run('string.rep = nil shared = 1 json.null = 5');
    expect((await run('return shared, ("x"):rep(2), tostring(json.null)')).result).toEqual([null, 'xx', 'null']);
  });

  it('goes on beside others', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map((number) => run(`return ${number}, app.integrations.cal.get_booking(${number}).arguments.id`)),
    );
    expect(outcomes.map(({ result }) => result)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it('waits for its turn, and leaves when it is cancelled', async () => {
    const narrow = createLua({ mostRuns: 1 });
    const order: string[] = [];
    const note = (source: string, signal?: AbortSignal) =>
      narrow
        .run({ source, onCall: echo, ...(signal === undefined ? {} : { signal }) })
        .then(({ error }) => order.push(error?.code ?? source));
    const abort = new AbortController();
    const all = [note('sleep(0.3)'), note('return 2', abort.signal), note('return 3')];
    abort.abort();
    await Promise.all(all);
    expect(order).toEqual(['cancelled', 'sleep(0.3)', 'return 3']);
    await narrow.close();
  });

  it('carries large answers', async () => {
    const big = Array.from({ length: 50_000 }, (_, index) => ({ id: index, text: 'ü'.repeat(20) }));
    const outcome = await run('local r = app.integrations.cal.get_current_user() return #r, r[50000].id', {
      onCall: () => ({ ok: true, value: big }),
    });
    expect(outcome.result).toEqual([50_000, 49_999]);
  });
});

describe('a REPL', () => {
  it('keeps globals, returns expressions and asks for the rest of a line', async () => {
    const repl = lua.repl({ catalogue: CATALOGUE, onCall: echo, time: FIXTURE_TIME });
    expect((await repl.evaluate('x = 20')).result).toBeNull();
    expect((await repl.evaluate('x + 1, "a"')).result).toEqual([21, 'a']);
    expect((await repl.evaluate('function f()')).meta.incomplete).toBe(true);
    expect((await repl.evaluate('x = = 1')).meta.incomplete).toBeUndefined();
    expect((await repl.evaluate('print(x)')).output).toBe('20');
    expect((await repl.evaluate('error("no")')).error).toMatchObject({ code: 'runtime', message: 'no' });
    await repl.evaluate('get = app.integrations.cal.get_booking');
    expect((await repl.evaluate('get("u").arguments.id, #parallel{ { get, 1 } }')).result).toEqual(['u', 1]);
    expect((await repl.evaluate('app.integrations.cal.get_booking(x)')).result).toMatchObject([{ arguments: { id: 20 } }]);
    await repl.close();
  });

  it('completes names', async () => {
    const repl = lua.repl({ catalogue: CATALOGUE, onCall: echo });
    await repl.evaluate('my_table = { alpha = 1, beta = 2 }');
    expect(await repl.complete('print(app.integrations.cal.get_')).toEqual([
      'app.integrations.cal.get_booking',
      'app.integrations.cal.get_current_user',
    ]);
    expect(await repl.complete('x = my_table.')).toEqual(['my_table.alpha', 'my_table.beta']);
    expect(await repl.complete('pri')).toEqual(['print']);
    expect(await repl.complete('nothing.at.all')).toEqual([]);
    await repl.close();
  });

  it('says when a limit took its variables', async () => {
    const repl = lua.repl({ onCall: echo, budgets: { wallMs: 600 } });
    await repl.evaluate('x = 1');
    expect(await repl.evaluate('while true do end')).toMatchObject({ error: { code: 'timeout' }, meta: { state_lost: true } });
    expect((await repl.evaluate('x == nil')).result).toEqual([true]);
    await repl.close();
  });
});

describe('a runner that is closed', () => {
  it('runs nothing more', async () => {
    const closed = createLua();
    await closed.close();
    await expect(closed.run({ source: 'return 1', onCall: echo })).rejects.toThrow('closed');
  });

  it('cancels what is running', async () => {
    const closing = createLua();
    const running = closing.run({
      source: CALL,
      catalogue: CATALOGUE,
      onCall: () => {
        void closing.close();
        return new Promise<never>(() => {});
      },
    });
    expect((await running).error?.code).toBe('cancelled');
  });
});
