import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

/** Scripts that use real servers of others: of either SDK, and one that misbehaves. */
const program = resolve(import.meta.dirname, '../../bin/kalends.mjs');
const fixture = (name: string) => resolve(import.meta.dirname, `../../src/mcp/fixtures/${name}-server.ts`);
const environment = { KALENDS_CLOCK: FROZEN_CLOCK, TZ: 'UTC' };

let home: string;
let project: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  project = mkdtempSync(join(tmpdir(), 'kalends-project-'));
  mkdirSync(join(project, '.git'));
  const allowed = ['old', 'new', 'garbage', 'die', 'hang', 'silent', 'gone'];
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy: allowed.map((name) => ({ tool: `mcp.${name}`, verdict: 'allow' })) }));
  kalends = await startKalends(home, environment);
});

afterAll(async () => {
  await kalends.stop();
  removeHome(home);
  rmSync(project, { recursive: true, force: true });
});

function run(...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env: { ...process.env, ...environment, KALENDS_HOME: home },
    encoding: 'utf8',
    cwd: project,
    maxBuffer: 64_000_000,
  });
  return { code: status, stdout, stderr };
}

const add = (name: string, words: readonly string[], ...options: readonly string[]) =>
  expect(run('mcp:add', name, '--global', ...options, '--', process.execPath, ...words).code).toBe(0);

/** The one value that a script answers. */
function lua(code: string, command = 'mcp:lua') {
  const { stdout, stderr } = run(command, '--json', '--eval', code);
  const { success, result, error } = JSON.parse(stdout);
  if (success) return result[0];
  throw new Error(`${JSON.stringify(error)} ${stderr}`);
}

/** Code, message and hint of what a call raises. */
function raised(call: string) {
  return lua(`local ok, e = pcall(function() return ${call} end)
    return { ok = ok, code = e.code, message = e.message, hint = e.hint }`);
}

describe.each([
  ['old', 'the first SDK'],
  ['new', 'the second SDK'],
])('a server "%s" of %s', (name) => {
  beforeAll(() => add(name, [fixture(name)]));

  it('has its resources and prompts listed and read', () => {
    const result = lua(`return {
      uri = mcp.resources("${name}")[1].uri,
      text = mcp.read_resource("${name}", "notes://readme").contents[1].text,
      prompt = mcp.prompts("${name}")[1].name,
      greeting = mcp.get_prompt("${name}", "greet", { name = "Ada" }).messages[1].content.text,
    }`);
    expect(result).toEqual({ uri: 'notes://readme', text: 'Read me.', prompt: 'greet', greeting: 'Greet Ada.' });
    expect(raised(`mcp.read_resource("${name}", "notes://nothing")`)).toMatchObject({
      ok: false,
      message: expect.stringContaining(`"${name}"`),
    });
  });

  it('is told among the servers, with what its tools take', () => {
    const result = lua(`local names = {}
      for _, server in ipairs(mcp.servers()) do names[#names + 1] = server.name end
      local tool = mcp.tools("${name}")[1]
      return { names = names, path = tool.lua_path, schema = mcp.schema(tool["function"]).schema.type }`);
    expect(result).toMatchObject({
      names: expect.arrayContaining([name]),
      path: expect.stringMatching(`^app\\.mcp\\.${name}\\.`),
      schema: 'object',
    });
  });
});

describe('the tools of others', () => {
  it('answer by every spelling of their names, with plain values', () => {
    const code = `return { app.mcp.old.add_numbers({ a = 1, b = 2 }), app.mcp.old["add-numbers"]({ a = 3, b = 4 }),
      mcp.call("old.add-numbers", { a = 5, b = 6 }), app.mcp.new.describe({ city = "Delft" }).people }`;
    expect(lua(code)).toEqual(['3', '7', '11', 7]);
    expect(lua(code, 'lua')).toEqual(['3', '7', '11', 7]);
  });

  it('are named when a name is wrong, and refuse what they do not take', () => {
    expect(raised('app.mcp.old.add_numers({ a = 1, b = 2 })').message).toContain('add_numers');
    expect(raised('app.mcp.old.add_numbers({ a = "x", b = 2 })')).toMatchObject({ ok: false, code: 'invalid_arguments' });
    expect(raised('mcp.call("nobody.work", {})').message).toContain('"nobody"');
    expect(raised('app.mcp.old.fail({})').message).toContain('no such ticket');
  });

  it('answer ten megabytes', () => {
    expect(lua('return #mcp.call("new.large", { bytes = 10000000 })')).toBe(10_000_000);
  });

  it('ask where nobody has allowed them', () => {
    add('sly', [fixture('sly')]);
    const result = lua('local ok, e = pcall(app.mcp.sly.harmless, { word = "x" }) return e.code');
    expect(result).toBe('approval_pending');
    run('mcp:remove', 'sly');
  });
});

describe('a server that misbehaves', () => {
  it('is understood between its garbage', () => {
    add('garbage', [fixture('bad'), 'garbage']);
    expect(lua('return mcp.call("garbage.work", {})')).toBe('done');
  });

  it('that dies in a call is reported as of unknown outcome, and started anew by the next', () => {
    add('die', [fixture('bad'), 'die']);
    expect(raised('mcp.call("die.work", {})')).toMatchObject({ ok: false, message: expect.stringContaining('"die"') });
    expect(raised('mcp.call("die.work", {})')).toMatchObject({ ok: false, hint: expect.stringContaining('look before you try again') });
    expect(lua('return #mcp.tools("die")')).toBe(1);
  });

  it('that hangs or says nothing is reported within its time', () => {
    add('hang', [fixture('bad'), 'hang'], '--timeout', '8');
    expect(raised('mcp.call("hang.work", {})')).toMatchObject({ ok: false, message: expect.stringContaining('did not answer in time') });
    run('mcp:remove', 'hang');
    add('silent', [fixture('bad'), 'silent'], '--timeout', '2');
    expect(raised('mcp.call("silent.work", {})')).toMatchObject({ ok: false, message: 'The MCP server "silent" did not answer in time.' });
    run('mcp:remove', 'silent');
  });

  it('that is not there does not keep a script from those that are', () => {
    run('mcp:add', 'gone', '--global', '--', join(project, 'nothing-here'));
    expect(lua('return app.mcp.old.add_numbers({ a = 1, b = 2 })')).toBe('3');
    expect(raised('mcp.call("gone.work", {})').message).toContain('"gone"');
    run('mcp:remove', 'gone');
  });
});

describe('trust', () => {
  const mark = () => join(project, 'started');
  const write = (args: readonly string[]) =>
    writeFileSync(join(project, '.mcp.json'), JSON.stringify({ mcpServers: { ours: { command: process.execPath, args } } }));
  const marking = () => ['-e', `require('fs').writeFileSync(${JSON.stringify(mark())}, '')`];

  it('is asked for before a script starts anything, and lost with any change of what is started', () => {
    write([fixture('old')]);
    expect(raised('mcp.call("ours.add-numbers", { a = 1, b = 2 })').message).toContain('is not trusted');
    const config = join(home, 'config.json');
    const policy = [{ tool: 'mcp', verdict: 'allow' }];
    writeFileSync(config, JSON.stringify({ policy, allowYes: true }));
    expect(run('mcp:trust', 'ours', '--yes').code).toBe(0);
    expect(lua('return mcp.call("ours.add-numbers", { a = 1, b = 2 })')).toBe('3');

    write(marking());
    for (const words of [
      ['mcp:lua', '--eval', 'return mcp.call("ours.add-numbers", { a = 1, b = 2 })'],
      ['mcp:lua', '--eval', 'return #mcp.tools()'],
      ['mcp:tools', 'ours'],
      ['mcp:doctor', 'ours'],
    ]) {
      run(...words, '--json');
      expect([words, existsSync(mark())]).toEqual([words, false]);
    }
    expect(raised('mcp.call("ours.add-numbers", { a = 1, b = 2 })').message).toContain('is not trusted');
    expect(JSON.parse(run('mcp:status', 'ours', '--json').stdout).servers.ours).toMatchObject({ status: 'untrusted' });
    // Exactly as it was is trusted as it was.
    write([fixture('old')]);
    expect(lua('return mcp.call("ours.add-numbers", { a = 1, b = 2 })')).toBe('3');
  });
});
