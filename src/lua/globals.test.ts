import { afterAll, describe, expect, it } from 'vitest';
import { createLua, type LuaCall } from './index.ts';
import { runnerOf } from './lua.fixture.ts';

const lua = createLua();
const run = runnerOf(lua);
afterAll(() => lua.close());

async function resultOf(source: string): Promise<unknown> {
  const { result, error } = await run(source);
  expect(error).toBeNull();
  return result;
}

async function outputOf(source: string): Promise<string> {
  const { output, error } = await run(source);
  expect(error).toBeNull();
  return output;
}

describe('print and dump', () => {
  it('join arguments by tabs and lines by newlines, with no newline at the end', async () => {
    expect(await outputOf('print(1, "a", true, nil) print() print(2.5)')).toBe('1\ta\ttrue\tnil\n\n2.5');
    expect(await outputOf('print() print("x")')).toBe('\nx');
  });

  it('show tables indented with sorted keys, and mark true cycles only', async () => {
    expect(await outputOf('local s = { 1 } dump({ b = s, a = s, [10] = json.null, e = {} })')).toMatchInlineSnapshot(`
      "{
        10: null,
        a: [
          1
        ],
        b: [
          1
        ],
        e: {}
      }"
    `);
    expect(await outputOf('local t = {} t.me = t print(t)')).toBe('{\n  me: <circular>\n}');
    expect(await outputOf('print({ 1, nil, 3 })')).toBe('{\n  1: 1,\n  3: 3\n}');
  });

  it('honour __tostring, in tables too', async () => {
    expect(await outputOf('local p = setmetatable({}, { __tostring = function() return "P!" end }) print(p, { p })')).toBe(
      'P!\t[\n  P!\n]',
    );
  });

  it('give the dumped value back', async () => {
    expect(await resultOf('return dump({ a = 1 }).a, tostring({ 1 }), tostring(nil)')).toEqual([1, '[\n  1\n]', 'nil']);
  });
});

describe('json', () => {
  it('encodes compactly with sorted keys, and prettily when asked', async () => {
    expect(await resultOf('return json.encode({ b = { 1, 2 }, a = "ü/\\"" }), json.encode({ a = { 1 } }, { pretty = true })')).toEqual([
      '{"a":"ü/\\"","b":[1,2]}',
      '{\n  "a": [\n    1\n  ]\n}',
    ]);
  });

  it('tells arrays from objects and null from nothing', async () => {
    expect(
      await resultOf(
        'return json.encode({}), json.encode(json.array()), json.encode({ json.null, 1 }), json.encode(json.array({ 1, nil, 3 }, 4)), json.encode({}, { empty = "array" }), json.encode({ json.object() }, { empty = "array" })',
      ),
    ).toEqual(['{}', '[]', '[null,1]', '[1,null,3,null]', '[]', '[{}]']);
  });

  it('comes back from text as it went', async () => {
    const text = '{"a":[],"b":{},"c":null,"d":[null,1.5,true],"e":9007199254740993,"f":1e+300}';
    expect(await resultOf(`return json.encode(json.decode([[${text}]]))`)).toEqual([text]);
    expect(
      await resultOf(
        'local v = json.decode("[1]", {}) return v[1], math.type(v[1]), json.decode(\'{"a":null}\', { nulls = false }).a == nil',
      ),
    ).toEqual([1, 'integer', true]);
    expect(await resultOf('return json.decode("null") == json.null, tostring(json.null)')).toEqual([true, 'null']);
  });

  it('raises for text that is not JSON and values that JSON has not', async () => {
    expect(await resultOf('local ok, e = pcall(json.decode, "{oops") return ok, e.code, e.reason')).toEqual([
      false,
      'invalid_arguments',
      'bad_json',
    ]);
    expect(await resultOf('local ok, e = pcall(json.encode, { a = { print } }) return ok, e.message')).toEqual([
      false,
      'json.encode.a[1] is function, which JSON cannot carry.',
    ]);
    expect(await resultOf('return (pcall(json.encode, 0/0)), (pcall(json.decode, {}))')).toEqual([false, false]);
  });
});

describe('regex', () => {
  it('matches plain patterns and /…/flags', async () => {
    expect(
      await resultOf('local m = regex.match("Ada <ada@example.test>", "<(?<user>\\\\w+)@(.+)>") return m[0], m[1], m[2], m.user'),
    ).toEqual(['<ada@example.test>', 'ada', 'example.test', 'ada']);
    expect(await resultOf('return regex.match("ABC", "/b/i")[1], regex.match("ABC", "b"), regex.test("ABC", "b", "i")')).toEqual([
      'B',
      null,
      true,
    ]);
    expect(await resultOf('local all = regex.match_all("a1b22", "\\\\d+") return #all, all[2][0], #regex.match_all("x", "y")')).toEqual([
      2,
      '22',
      0,
    ]);
  });

  it('replaces by text, function and table', async () => {
    expect(await resultOf('return regex.gsub("2030-01-07", "(\\\\d+)-(\\\\d+)-(\\\\d+)", "$3.\\\\2.$" .. "{1}")')).toEqual([
      '07.01.2030',
      1,
    ]);
    expect(await resultOf('return regex.gsub("a b c", "\\\\w", function(w) return w:upper() end, 2)')).toEqual(['A B c', 2]);
    expect(await resultOf('return (regex.gsub("hi bob", "\\\\w+", { bob = "Ada" }))')).toEqual(['hi Ada']);
  });

  it('splits, and escapes', async () => {
    expect(
      await resultOf(
        'return regex.split("a, b;c", "[,;]\\\\s*"), regex.split("abc", ""), regex.split("a,b,c", ",", 2), regex.escape("a.b")',
      ),
    ).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], ['a', 'b,c'], 'a\\.b']);
  });

  it('names the pattern that cannot be read', async () => {
    expect(await resultOf('local ok, e = pcall(regex.match, "a", "(") return e.code, e.message')).toEqual([
      'invalid_arguments',
      'The pattern "(" cannot be read: Unterminated group.',
    ]);
    expect(await resultOf('return (pcall(regex.match, {}, "a")), (pcall(regex.match, "a", "/a/q"))')).toEqual([false, false]);
  });
});

describe('app', () => {
  const called = (path: string, values: Record<string, unknown>) => [{ path, arguments: values }];

  it('answers to short name, slug, full name and other spellings', async () => {
    const path = 'app.integrations.cal.list_event_types';
    for (const name of [
      '.list_event_types',
      '.cal_list_event_types',
      '["cal.cal_list_event_types"]',
      '.listEventTypes',
      '["list-event-types"]',
    ]) {
      expect(await resultOf(`return app.integrations.cal${name}({ limit = 1 })`)).toEqual(called(path, { limit: 1 }));
    }
    expect(await resultOf('return app.integrations["cal.cal_list_event_types"]()')).toEqual(called(path, {}));
    expect(await resultOf('return app.integrations.checkout_com.list_payments{}')).toEqual(
      called('app.integrations.checkout-com.list_payments', {}),
    );
    expect(await resultOf('return app.mcp.fake_server.read_file("a")')).toEqual(called('app.mcp.fake-server.read-file', { path: 'a' }));
    expect(await resultOf('return app.integrations.cal.book == app.integrations.cal.create_booking')).toEqual([true]);
  });

  it('names the account in the path and in the target', async () => {
    const targets: LuaCall[] = [];
    const onCall = (call: LuaCall) => {
      targets.push(call);
      return { ok: true, value: null } as const;
    };
    await run('app.integrations.cal.work.get_current_user() app.integrations.cal.default.get_current_user()', { onCall });
    expect(targets.map(({ target }) => target)).toEqual([
      { kind: 'integration', namespace: 'cal', account: 'work', function: 'get_current_user' },
      { kind: 'integration', namespace: 'cal', account: 'default', function: 'get_current_user' },
    ]);
  });

  it('maps positional arguments where that is unambiguous', async () => {
    expect(await resultOf('return app.integrations.cal.list_bookings(5, "upcoming").arguments')).toEqual([
      { limit: 5, status: 'upcoming' },
    ]);
    expect(await resultOf('return app.integrations.cal.list_bookings(5, { status = "past" }).arguments')).toEqual([
      { limit: 5, status: 'past' },
    ]);
    expect(await resultOf('return app.integrations.cal.cancel_booking("u", { cancellationReason = "x" }).arguments')).toEqual([
      { booking_uid: 'u', body: { cancellationReason: 'x' } },
    ]);
    expect(
      await resultOf('return app.integrations.cal:get_booking("u").arguments, app.integrations.cal:get_booking{ id = 1 }.arguments'),
    ).toEqual([{ id: 'u' }, { id: 1 }]);
    const { error } = await run('app.integrations.cal.get_booking(1, 2)');
    expect(error).toMatchObject({ code: 'invalid_arguments', line: 1 });
  });

  it('raises with the closest five for an unknown name', async () => {
    const { error } = await run('local cal = app.integrations.cal\n\nlocal b = cal.list_bokings({})');
    expect(error).toMatchObject({ code: 'runtime', reason: 'unknown_name', line: 3 });
    expect(error?.message).toMatch(/"list_bokings" in app\.integrations\.cal\. The closest names: list_bookings, /);
    expect(error?.details).toMatchObject({ closest: { length: 5 } });
    expect(error?.snippet).toContain('> 3 | local b = cal.list_bokings({})');
    expect((await run('return app.integrations.call')).error?.message).toContain('cal');
    expect((await run('return app.mcp.nope')).error?.reason).toBe('unknown_name');
  });

  it('can be walked and not be written', async () => {
    expect(
      await resultOf('local n = {} for name, fn in pairs(app.integrations.cal) do n[#n + 1] = name .. ":" .. type(fn) end return #n, n[1]'),
    ).toEqual([8, 'list_bookings:function']);
    expect((await run('app.integrations.cal.x = 1')).error?.message).toContain('read-only');
    expect((await run('app.integrations.cal()')).error?.message).toContain('is a namespace');
    expect(await resultOf('return tostring(app.integrations), getmetatable(app)')).toEqual(['<app.integrations>', 'locked']);
  });

  it('drops null from answers, keeps places in lists, and lists stay lists', async () => {
    const onCall = () => ({ ok: true, value: { a: null, list: [null, 1], none: [] } }) as const;
    const source = 'local r = app.integrations.cal.get_current_user() return r.a == nil, r.list[1] == json.null, #r.list, json.encode(r)';
    expect((await run(source, { onCall })).result).toEqual([true, true, 2, '{"list":[null,1],"none":[]}']);
  });
});

describe('docs and mcp', () => {
  it('are calls by name with their parameters', async () => {
    expect(await resultOf('return docs.read("cal"), docs.search("book", 3), docs.list()')).toEqual([
      { path: 'docs.read', arguments: { page: 'cal' } },
      { path: 'docs.search', arguments: { query: 'book', limit: 3 } },
      { path: 'docs.list', arguments: {} },
    ]);
    expect(await resultOf('return mcp.call("files.read", { tool = "x" }), mcp.get_prompt("s", "p", { a = 1 }), mcp.servers()')).toEqual([
      { path: 'mcp.call', arguments: { tool: 'files.read', arguments: { tool: 'x' } } },
      { path: 'mcp.get_prompt', arguments: { server: 's', name: 'p', arguments: { a: 1 } } },
      { path: 'mcp.servers', arguments: {} },
    ]);
  });

  it('count calls of mcp and not of docs', async () => {
    const { integration_calls } = await run('docs.list() now() sleep(0) mcp.tools("x") app.integrations.cal.get_current_user()');
    expect(integration_calls.map(({ path }) => path)).toEqual(['mcp.tools', 'app.integrations.cal.get_current_user']);
  });
});

describe('now, time and sleep', () => {
  it('ask the host', async () => {
    expect(await resultOf('sleep(0.001) return now(), now("Europe/Berlin"), time.add("2030-03-30T09:00", { days = 1 })')).toEqual([
      '2030-01-07T08:00:00Z',
      '2030-01-07T09:00:00+01:00',
      '2030-03-31T09:00:00+02:00',
    ]);
    expect((await run('time.add("nonsense", { days = 1 })')).error).toMatchObject({ code: 'invalid_arguments', line: 1 });
    expect((await run('time.nope()')).error?.reason).toBe('unknown_name');
  });
});

describe('parallel', () => {
  const onCall = ({ arguments: values }: LuaCall) =>
    values.id === 'bad'
      ? ({ ok: false, error: { code: 'upstream', message: 'gone', status: 404 } } as const)
      : ({ ok: true, value: values.id } as const);

  it('answers in order', async () => {
    const source = 'local get = app.integrations.cal.get_booking return parallel{ { get, { id = "a" } }, { get, "b" } }, parallel{}';
    expect((await run(source, { onCall })).result).toEqual([['a', 'b'], []]);
  });

  it('raises the first failure after all have ended, or settles', async () => {
    const list = '{ get, "bad" }, { get, "b" }';
    const get = 'local get = app.integrations.cal.get_booking ';
    const raised = await run(`${get} local ok, e = pcall(parallel, { ${list} }) return ok, e.code, e.results[2].value`, { onCall });
    expect(raised.result).toEqual([false, 'upstream', 'b']);
    const settled = await run(`${get} local r = parallel{ ${list}, settle = true } return r[1].error.status, r[2].value`, { onCall });
    expect(settled.result).toEqual([404, 'b']);
    expect(settled.integration_calls.map(({ status }) => status)).toEqual(['error', 'ok']);
  });

  it('explains what it wants', async () => {
    expect((await run('parallel{ { print } }')).error).toMatchObject({ code: 'invalid_arguments', line: 1 });
    expect((await run('parallel(1)')).error?.code).toBe('invalid_arguments');
  });
});

describe('paginate', () => {
  const numbers = Array.from({ length: 7 }, (_, index) => index + 1);
  const pages: Record<string, (call: LuaCall) => unknown> = {
    skip: ({ arguments: { skip = 0, limit = 3 } }) => numbers.slice(Number(skip), Number(skip) + Number(limit)),
    page: ({ arguments: { page = 1 } }) => ({
      data: numbers.slice(Number(page) * 3 - 3, Number(page) * 3),
      pagination: { hasNextPage: Number(page) < 3 },
    }),
    cursor: ({ arguments: { cursor = '0' } }) => ({
      results: numbers.slice(Number(cursor), Number(cursor) + 2),
      nextCursor: Number(cursor) < 6 ? String(Number(cursor) + 2) : null,
    }),
  };

  it.each([
    ['skip', 'list_bookings'],
    ['page', 'list_event_types'],
    ['cursor', 'list_bookings'],
  ])('follows %s', async (kind, name) => {
    const onCall = (call: LuaCall) => ({ ok: true, value: pages[kind]?.(call) }) as const;
    const source = `local sum = {} for n in paginate(app.integrations.cal.${name}, { limit = 3 }) do sum[#sum + 1] = n end return sum`;
    expect((await run(source, { onCall })).result).toEqual([numbers]);
    expect((await run(`return paginate(app.integrations.cal.${name}, { limit = 3 }).all()`, { onCall })).result).toEqual([numbers]);
  });

  it('stops where the other side ignores the page', async () => {
    const onCall = () => ({ ok: true, value: { data: [1, 2, 3] } }) as const;
    const outcome = await run('return paginate(app.integrations.cal.list_event_types).all()', { onCall });
    expect(outcome.result).toEqual([[1, 2, 3]]);
    expect(outcome.integration_calls.length).toBe(2);
  });

  it('refuses a result in place of a function', async () => {
    expect((await run('paginate(app.integrations.cal.list_bookings{})')).error?.code).toBe('invalid_arguments');
  });
});

describe('the language', () => {
  it('is Lua 5.4 without what reaches outside', async () => {
    expect(await resultOf('return _VERSION, 7 // 2, 1 << 3, math.type(1), utf8.char(252), ("x"):rep(3), string.pack("i2", 1)')).toEqual([
      'Lua 5.4',
      3,
      8,
      'integer',
      'ü',
      'xxx',
      '\u0001\u0000',
    ]);
    expect(await resultOf('return io, os, debug, package, require, dofile, loadfile, string.dump')).toEqual(Array(8).fill(null));
    expect(
      await resultOf('return load("return ...", "x")(5), load("return y", "x", "t", { y = 6 })(), collectgarbage("count") > 0'),
    ).toEqual([5, 6, true]);
  });

  it('keeps coroutines, sort and gsub working across host calls', async () => {
    const source = `
      local get = app.integrations.cal.get_booking
      local c = coroutine.wrap(function() for i = 1, 2 do coroutine.yield(get(i).arguments.id) end end)
      local t = { 3, 1, 2 }
      table.sort(t, function(a, b) return get(a).arguments.id < get(b).arguments.id end)
      local s = ("ab"):gsub(".", function(x) return get(x).arguments.id:upper() end)
      return c(), c(), t, s`;
    expect(await resultOf(source)).toEqual([1, 2, [1, 2, 3], 'AB']);
  });

  it('passes args in', async () => {
    expect((await run('return args.name, args.list[2], args.none', { args: { name: 'Ada', list: [1, 2], none: null } })).result).toEqual([
      'Ada',
      2,
      null,
    ]);
  });
});
