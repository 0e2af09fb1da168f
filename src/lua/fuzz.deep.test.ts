import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLua, LUA_ERROR_CODES } from './index.ts';
import { CATALOGUE, echo } from './lua.fixture.ts';

const FUZZ_MS = 60_000;

const name = fc.constantFrom(
  'a',
  'b',
  't',
  's',
  'f',
  'print',
  'app',
  'json',
  'regex',
  'string',
  'table',
  'coroutine',
  '_G',
  '_ENV',
  'time',
  'args',
  'math',
);
const member = fc.constantFrom(
  'rep',
  'gsub',
  'find',
  'format',
  'concat',
  'sort',
  'wrap',
  'encode',
  'decode',
  'match',
  'split',
  'integrations',
  'cal',
  'get_booking',
  'end',
  'null',
  'array',
  'pack',
  'huge',
  'now',
  'add',
);
const literal = fc.oneof(
  fc.integer().map(String),
  fc.double().map((value) => (Number.isFinite(value) ? String(value) : '0/0')),
  fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text).replace(/\\u([0-9a-f]{4})/g, '\\u{$1}')),
  fc.constantFrom(
    'nil',
    'true',
    'false',
    '{}',
    'json.null',
    '...',
    'math.huge',
    'math.maxinteger',
    '1e308',
    '"%d+(.-)"',
    '"(a+)+b"',
    '("x"):rep(5000)',
  ),
);
const { expression, block } = fc.letrec<{ expression: string; statement: string; block: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literal,
    name,
    fc.tuple(tie('expression'), member).map(([value, key]) => `(${value}).${key}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '..', '==', '<', '//', '%', '<<', 'and', 'or', '^'), tie('expression'))
      .map((parts) => `(${parts.join(' ')})`),
    fc.tuple(name, fc.array(tie('expression'), { maxLength: 3 })).map(([callee, values]) => `${callee}(${values.join(', ')})`),
    fc
      .tuple(name, member, fc.array(tie('expression'), { maxLength: 3 }))
      .map(([callee, key, values]) => `${callee}.${key}(${values.join(', ')})`),
    fc
      .array(fc.tuple(fc.constantFrom('a', 'end', '__index', '__tostring', '__gc', '__close', '__eq'), tie('expression')), { maxLength: 3 })
      .map((fields) => `{ ${fields.map(([key, value]) => `${key} = ${value}`).join(', ')} }`),
    tie('block').map((body) => `function(...) ${body} end`),
    fc.tuple(tie('expression'), tie('expression')).map(([value, meta]) => `setmetatable(${value}, ${meta})`),
    tie('block').map((body) => `pcall(function() ${body} end)`),
    tie('block').map((body) => `coroutine.wrap(function() ${body} end)()`),
    tie('expression').map((value) => `app.integrations.cal.get_booking(${value})`),
  ),
  statement: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(name, tie('expression')).map(([target, value]) => `${target} = ${value}`),
    fc.tuple(name, tie('expression')).map(([target, value]) => `local ${target} = ${value}`),
    fc.tuple(name, member, tie('expression')).map(([target, key, value]) => `${target}.${key} = ${value}`),
    tie('expression').map((value) => `print(${value})`),
    fc.tuple(tie('expression'), tie('block')).map(([condition, body]) => `if ${condition} then ${body} end`),
    fc.tuple(tie('expression'), tie('block')).map(([condition, body]) => `while ${condition} do ${body} end`),
    tie('block').map((body) => `for i = 1, 100 do ${body} end`),
    fc.tuple(tie('expression'), tie('block')).map(([value, body]) => `for k, v in pairs(${value}) do ${body} end`),
    tie('expression').map((value) => `error(${value})`),
  ),
  block: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'block' }).map((statements) => statements.join('\n')),
}));
/** Programs that mostly parse, their ruins, and plain noise. */
const program = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(block, expression).map(([body, value]) => `${body}\nreturn ${value}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(block, fc.nat(), fc.string({ unit: 'binary', maxLength: 3 }))
      .map(([body, at, junk]) => body.slice(0, at % (body.length + 1)) + junk + body.slice(at % (body.length + 1))),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 300 }) },
);

describe('random Lua', () => {
  it('neither crashes the service nor leaks for a minute', async () => {
    const lua = createLua({ budgets: { wallMs: 300, memoryBytes: 16 * 1024 * 1024, calls: 20 } });
    const setting = { catalogue: CATALOGUE, onCall: echo };
    let repl = lua.repl(setting);
    const endings = new Map<string, number>();
    const until = performance.now() + FUZZ_MS;
    let memoryAtStart = 0;
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(program, async (source) => {
        // Most go one after another into a state that the former ones have bent; every twentieth gets a new process.
        if (runs % 200 === 199) {
          await repl.close();
          repl = lua.repl(setting);
        }
        const outcome = await (runs % 20 === 0 ? lua.run({ source, ...setting }) : repl.evaluate(source));
        const code = outcome.error?.code ?? 'ok';
        endings.set(code, (endings.get(code) ?? 0) + 1);
        expect([...LUA_ERROR_CODES, 'ok']).toContain(code);
        // What the interpreter says of itself must never be the reason.
        expect(outcome.error?.message ?? '').not.toMatch(/^The interpreter stopped/);
        expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
        runs += 1;
        if (runs === 500) memoryAtStart = process.memoryUsage.rss();
      }),
      { numRuns: 1_000_000, interruptAfterTimeLimit: FUZZ_MS, markInterruptAsFailure: false, endOnFailure: true },
    );
    expect(performance.now()).toBeGreaterThan(until - 1000);
    expect((await lua.run({ source: 'return 1 + 1', onCall: echo })).result).toEqual([2]);
    await lua.close();
    console.log(`${runs} programs:`, Object.fromEntries(endings));
    expect(endings.get('ok') ?? 0).toBeGreaterThan(0);
    // Processes come and go; what stays is the allocator's slack.
    expect(process.memoryUsage.rss() - memoryAtStart).toBeLessThan(300 * 1024 * 1024);
  });
});
