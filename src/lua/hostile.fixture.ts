import type { LuaErrorCode } from './outcome.ts';

/** A script that means harm, and the ways in which it may end; null is success without harm. */
export interface HostileScript {
  readonly name: string;
  readonly source: string;
  readonly ends: readonly (LuaErrorCode | null)[];
}

const endless = ['timeout', 'cpu_limit'] as const;
const bomb = ['memory_limit', 'timeout', 'cpu_limit', 'output_limit'] as const;

export const HOSTILE_SCRIPTS: readonly HostileScript[] = [
  { name: 'while true', source: 'while true do end', ends: endless },
  { name: 'repeat until false', source: 'repeat until false', ends: endless },
  { name: 'goto', source: '::again:: goto again', ends: endless },
  { name: 'a for loop without end', source: 'for i = 1, math.huge do end', ends: endless },
  { name: 'a loop behind pcall', source: 'while true do pcall(function() while true do end end) end', ends: endless },
  { name: 'pcall of pcall', source: 'while true do pcall(pcall, pcall, pcall, error) end', ends: endless },
  { name: 'xpcall whose handler loops', source: 'xpcall(error, function() while true do end end)', ends: endless },
  { name: 'xpcall whose handler fails for ever', source: 'while true do xpcall(error, function() error() end) end', ends: endless },
  { name: 'a loop in a coroutine', source: 'coroutine.wrap(function() while true do end end)()', ends: endless },
  {
    name: 'a new coroutine for every few instructions',
    source: 'while true do coroutine.wrap(function() for i = 1, 900 do end end)() end',
    ends: endless,
  },
  {
    name: 'coroutines that resume each other',
    source: 'local function spawn() return coroutine.wrap(function() while true do pcall(spawn()) end end) end spawn()()',
    ends: [...endless, ...bomb, 'runtime'],
  },
  {
    name: 'a coroutine that yields for ever',
    source: 'local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end',
    ends: endless,
  },
  { name: 'an endless iterator', source: 'for _ in function() return 1 end do end', ends: endless },
  {
    name: 'an endless __index',
    source: 'local t = setmetatable({}, { __index = function(t, k) while true do end end }) return t.x',
    ends: endless,
  },
  {
    name: 'an __index that asks itself',
    source: 'local m = {} local t = setmetatable({}, m) m.__index = function(t, k) return t[k .. "x"] end return t.a',
    ends: ['runtime', ...bomb],
  },
  { name: 'a loop of __index tables', source: 'local t = {} setmetatable(t, { __index = t }) return t.x', ends: ['runtime'] },
  { name: 'an endless __tostring', source: 'print(setmetatable({}, { __tostring = function() while true do end end }))', ends: endless },
  {
    name: 'an endless __pairs',
    source: 'for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end',
    ends: endless,
  },
  {
    name: 'an endless __close',
    source: 'do local x <close> = setmetatable({}, { __close = function() while true do end end }) end',
    ends: endless,
  },
  {
    name: 'an endless __eq',
    source: 'local m = { __eq = function() while true do end end } return setmetatable({}, m) == setmetatable({}, m)',
    ends: endless,
  },
  {
    name: 'a finalizer that loops',
    source:
      'setmetatable({}, { __gc = function() while true do end end }) local t = {} for i = 1, 1e6 do t = { t } if i % 100 == 0 then t = {} end end',
    ends: ['runtime'],
  },
  {
    name: 'a finalizer added later',
    source:
      'local m = {} for i = 1, 100 do setmetatable({}, m) end m.__gc = function() while true do end end for i = 1, 1e5 do local t = { i } end',
    ends: [null, 'runtime'],
  },
  {
    name: 'a comparison that never settles',
    source: 'local t = {} for i = 1, 1000 do t[i] = i end while true do pcall(table.sort, t, function() return true end) end',
    ends: endless,
  },
  { name: 'a doubling string', source: 'local s = "x" while true do s = s .. s end', ends: bomb },
  { name: 'a doubling string behind pcall', source: 'local s = "x" while true do pcall(function() s = s .. s end) end', ends: bomb },
  { name: 'string.rep of a gigabyte', source: 'return #string.rep("x", 1e9)', ends: ['memory_limit', 'runtime'] },
  { name: 'string.rep of more than there is', source: 'return string.rep("x", math.maxinteger)', ends: ['memory_limit', 'runtime'] },
  { name: 'a growing table', source: 'local t = {} while true do t[#t + 1] = {} end', ends: bomb },
  { name: 'a growing table of closures', source: 'local f for i = 1, 1e9 do local g = f f = function() return g end end', ends: bomb },
  {
    name: 'coroutines kept alive',
    source: 'local t = {} while true do local c = coroutine.create(function() coroutine.yield() end) coroutine.resume(c) t[#t + 1] = c end',
    ends: bomb,
  },
  {
    name: 'table.concat of a bomb',
    source: 'local t = {} for i = 1, 1000 do t[i] = string.rep("x", 50000) end while true do t[1] = table.concat(t) end',
    ends: bomb,
  },
  {
    name: 'string.format of a bomb',
    source: 'local s = string.rep("x", 1e6) while true do s = string.format("%s%s", s, s) end',
    ends: bomb,
  },
  { name: 'unpacking a million', source: 'return select("#", table.unpack({}, 1, 1e7))', ends: ['runtime', 'memory_limit'] },
  { name: 'varargs without end', source: 'local function f(...) return f(1, ...) end f()', ends: ['runtime', ...bomb] },
  { name: 'table.move over all integers', source: 'table.move({}, 1, math.maxinteger - 1, 2)', ends: endless },
  {
    name: 'table.move from a trap',
    source: 'table.move(setmetatable({}, { __index = function() return 1 end }), 1, 1e15, 1)',
    ends: [...endless, ...bomb],
  },
  {
    name: 'table.insert at every place',
    source: 'local t = setmetatable({}, { __len = function() return 1e15 end }) table.insert(t, 1, 1)',
    ends: [...endless, ...bomb, 'runtime'],
  },
  {
    name: 'table.remove over all integers',
    source: 'return table.remove(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1)',
    ends: [...endless, 'runtime'],
  },
  { name: 'a pattern that backtracks', source: 'return string.rep("a", 30000):find(string.rep(".-", 20) .. "b")', ends: endless },
  {
    name: 'a pattern that backtracks, in pcall, in gsub',
    source: 'pcall(string.gsub, string.rep("a", 30000), string.rep("a-", 20) .. "b", "")',
    ends: endless,
  },
  { name: 'a pattern of many captures', source: 'return string.rep("x", 200000):match(string.rep("(.-)", 30) .. "y")', ends: endless },
  { name: 'gmatch without progress', source: 'for _ in string.gmatch(string.rep("a", 1e6), "a-") do while true do end end', ends: endless },
  { name: 'a regex that backtracks', source: 'return regex.match(string.rep("a", 50), "^(a+)+$b")', ends: ['cpu_limit', ...endless] },
  {
    name: 'regexes that backtrack, in pcall, for ever',
    source: 'while true do pcall(regex.match, string.rep("a", 50), "(a|aa)+$b") end',
    ends: endless,
  },
  {
    name: 'a regex of a thousand groups',
    source: 'return regex.gsub(string.rep("ab", 1e5), string.rep("(a?b?)", 500), "$0$0$0$0")',
    ends: [null, 'output_limit', 'cpu_limit', ...bomb],
  },
  {
    name: 'a replacement that explodes',
    source: 'return #regex.gsub(string.rep("a", 1e6), "a", string.rep("x", 1e5))',
    ends: [...bomb, 'cpu_limit'],
  },
  { name: 'recursion without end', source: 'local function f() return 1 + f() end return f()', ends: ['runtime', ...bomb] },
  { name: 'tail recursion without end', source: 'local function f() return f() end return f()', ends: endless },
  { name: 'recursion through gsub', source: 'local function f(s) return (s:gsub(".", f)) end return f("x")', ends: ['runtime'] },
  { name: 'recursion through sort', source: 'local function f() table.sort({ 3, 2, 1 }, f) end return f()', ends: ['runtime'] },
  { name: 'recursion through pcall', source: 'local function f() return pcall(f) end return f()', ends: [null, 'runtime', ...bomb] },
  {
    name: 'recursion through coroutines',
    source: 'local function f() return coroutine.wrap(f)() end return f()',
    ends: ['runtime', ...bomb],
  },
  {
    name: 'recursion through print',
    source: 'local m = {} m.__tostring = function(t) print(t) return "x" end print(setmetatable({}, m))',
    ends: ['runtime', ...bomb],
  },
  { name: 'a nest of brackets', source: `return load("return " .. string.rep("(", 1e5) .. "1" .. string.rep(")", 1e5))`, ends: [null] },
  { name: 'a nest of tables in the source', source: `return ${'{'.repeat(5000)}${'}'.repeat(5000)}`, ends: ['syntax'] },
  { name: 'a million locals', source: `return load(string.rep("local a ", 1e5))`, ends: [null] },
  { name: 'load from an endless reader', source: 'load(function() return " " end)', ends: [...endless, ...bomb] },
  { name: 'a nest of tables to print', source: 'local t = {} for i = 1, 1e5 do t = { t } end print(t) return t', ends: [null, ...bomb] },
  { name: 'a small graph that prints as a huge tree', source: 'local t = { 1 } for i = 1, 60 do t = { t, t } end print(t)', ends: bomb },
  {
    name: 'a small graph that is returned as a huge tree',
    source: 'local t = { 1 } for i = 1, 60 do t = { t, t } end return t',
    ends: bomb,
  },
  {
    name: 'a small graph as an argument',
    source: 'local t = { 1 } for i = 1, 60 do t = { t, t } end return app.integrations.cal.echo(t)',
    ends: bomb,
  },
  {
    name: 'a table that contains itself as an argument',
    source: 'local t = {} t.t = t return app.integrations.cal.echo(t)',
    ends: ['invalid_arguments'],
  },
  { name: 'giant output in one line', source: 'print(string.rep("x", 3e6))', ends: ['output_limit'] },
  {
    name: 'giant output in small lines behind pcall',
    source: 'while true do pcall(print, "hello") end',
    ends: ['output_limit', ...endless],
  },
  {
    name: 'giant output from a coroutine',
    source: 'coroutine.wrap(function() while true do print(("x"):rep(1000)) end end)()',
    ends: ['output_limit'],
  },
  { name: 'a giant result', source: 'return string.rep("x", 3e6)', ends: ['output_limit'] },
  { name: 'a giant error', source: 'error(string.rep("x", 3e6))', ends: ['runtime', ...bomb] },
  { name: 'calls behind pcall', source: 'while true do pcall(app.integrations.cal.echo, {}) end', ends: ['call_limit', ...endless] },
  {
    name: 'calls in parallel',
    source: 'local list = {} for i = 1, 1000 do list[i] = { app.integrations.cal.echo, {} } end return parallel(list)',
    ends: ['call_limit'],
  },
  { name: 'a long sleep', source: 'sleep(1e9)', ends: ['timeout'] },
  { name: 'a sleep of nan', source: 'sleep(0/0)', ends: ['invalid_arguments'] },
  { name: 'sleeps behind pcall', source: 'while true do pcall(sleep, 1e308) end', ends: ['timeout'] },
  { name: 'string.dump', source: 'return string.dump(function() end)', ends: ['runtime'] },
  { name: 'bytecode', source: 'return load("\\27Lua\\84\\0\\25\\147\\r\\n\\26\\n", "x", "b")', ends: [null] },
  {
    name: 'bytecode through a reader',
    source: 'local parts = { "\\27Lua", "\\84\\0" } local i = 0 return load(function() i = i + 1 return parts[i] end, "x", "bt")',
    ends: [null],
  },
  { name: 'the file system', source: 'return io.open("/etc/passwd")', ends: ['runtime'] },
  { name: 'the system', source: 'return os.execute("id")', ends: ['runtime'] },
  { name: 'the loader of files', source: 'return dofile("/etc/passwd")', ends: ['runtime'] },
  { name: 'require', source: 'return require("os")', ends: ['runtime'] },
  { name: 'the debug library', source: 'return debug.getregistry()', ends: ['runtime'] },
  {
    name: 'a walk up the prototypes of a function',
    source: 'return app.integrations.cal.echo.constructor.constructor("return process")()',
    ends: ['runtime'],
  },
  { name: 'a walk up the prototypes of a namespace', source: 'return app.constructor.constructor("return process")()', ends: ['runtime'] },
  {
    name: 'a walk up the prototypes of an answer',
    source: 'return app.integrations.cal.echo({}).__proto__.constructor',
    ends: ['runtime'],
  },
  {
    name: 'a poisoned prototype in arguments',
    source: 'app.integrations.cal.echo({ __proto__ = { polluted = true }, constructor = { prototype = { polluted = true } } })',
    ends: [null],
  },
  { name: 'metatables of the namespaces', source: 'return setmetatable(app, {})', ends: ['runtime'] },
  { name: 'metatables of null', source: 'getmetatable(json.null).__index = function() while true do end end', ends: ['runtime'] },
  {
    name: 'broken string methods under the host functions',
    source:
      'for name in pairs(string) do string[name] = nil end getmetatable("").__index = nil print(app.integrations.cal.echo({ a = 1 }).a) return regex.gsub("a", "a", function() return "b" end)',
    ends: [null],
  },
  {
    name: 'broken globals under the host functions',
    source: 'local p, a, g = print, app, _G for name in pairs(g) do g[name] = nil end p(a.integrations.cal.echo({ 1 }))',
    ends: [null],
  },
  { name: 'an error that has no text', source: 'error(setmetatable({}, { __tostring = function() error({}) end }))', ends: ['runtime'] },
  {
    name: 'an error that loops when shown',
    source: 'error(setmetatable({}, { __tostring = function() while true do end end }))',
    ends: ['runtime', ...endless],
  },
  { name: 'an error that is a graph', source: 'local t = { 1 } for i = 1, 60 do t = { t, t } end error(t)', ends: ['runtime', ...bomb] },
  {
    name: 'deep JSON',
    source: 'return json.decode(string.rep("[", 1e5) .. string.rep("]", 1e5))',
    ends: ['runtime', 'invalid_arguments', ...bomb],
  },
  { name: 'wide JSON', source: 'return #json.decode("[" .. string.rep("1,", 5e6) .. "1]")', ends: bomb },
  {
    name: 'nul and wild bytes',
    source: 'print("a\\0b\\255\\xfe") return app.integrations.cal.echo({ ["\\0\\255"] = "\\xff\\0" })',
    ends: [null],
  },
];
