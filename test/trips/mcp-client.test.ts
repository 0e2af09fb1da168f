import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPseudoTerminal, openTerminal } from '../support/pseudo-terminal.ts';
import { FROZEN_CLOCK, makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin', 'kalends.mjs');
const fixture = (name: string) => join(root, 'src', 'mcp', 'fixtures', `${name}-server.ts`);
const environment = { KALENDS_CLOCK: FROZEN_CLOCK, TZ: 'Europe/Amsterdam' };

let home: string;
let project: string;
let kalends: RunningKalends;

beforeAll(async () => {
  home = makeHome();
  project = mkdtempSync(join(tmpdir(), 'kalends-project-'));
  mkdirSync(join(project, '.git'));
  const policy = [
    { tool: 'mcp.new.large', verdict: 'allow' },
    { tool: 'mcp.old', effect: 'read', verdict: 'allow' },
    { tool: 'mcp.old.environment', verdict: 'allow' },
    { tool: 'mcp.old.fail', verdict: 'deny' },
    { tool: 'mcp.bad', verdict: 'allow' },
  ];
  writeFileSync(join(home, 'config.json'), JSON.stringify({ policy, defaults: { read: 'allow' } }));
  kalends = await startKalends(home, environment);
});

afterAll(async () => {
  await kalends.stop();
  removeHome(home);
  rmSync(project, { recursive: true, force: true });
});

function run(words: readonly string[], { input, cwd = project }: { readonly input?: string; readonly cwd?: string } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    env: { ...process.env, ...environment, KALENDS_HOME: home },
    encoding: 'utf8',
    timeout: 60_000,
    cwd,
    maxBuffer: 64_000_000,
    ...(input === undefined ? {} : { input }),
  });
  return { code: status, stdout, stderr };
}

const jsonOf = (words: readonly string[]) => JSON.parse(run([...words, '--json']).stdout);
const failureOf = (words: readonly string[]) => {
  const { code, stderr } = run([...words, '--json']);
  return { code, error: JSON.parse(stderr).error };
};
const add = (name: string, ...words: readonly string[]) =>
  run(['mcp:add', name, '--global', ...words, '--', process.execPath, fixture(name)]);

describe('servers of others', () => {
  it('are added once, kept, and answer through the gate', () => {
    expect(add('old').code).toBe(0);
    expect(failureOf(['mcp:add', 'old', 'other', '--global'])).toMatchObject({ code: 1, error: { code: 'conflict' } });
    expect(jsonOf(['mcp:list']).servers.old).toMatchObject({ status: 'ready', args: [fixture('old')] });
    expect(failureOf(['mcp:add', 'half'])).toMatchObject({ code: 2 });
    expect(existsSync(join(project, '.mcp.json'))).toBe(false);
    expect(jsonOf(['mcp:tools', 'old']).tools[0]).toMatchObject({ function: 'old.add-numbers', operation: 'read' });
    expect(jsonOf(['mcp:old', 'add_numbers', '--a', '1', 'b=2'])).toMatchObject({ function: 'old.add-numbers', success: true, data: '3' });
    expect(failureOf(['mcp:call', 'old.add-numbers', '{"a": "x", "b": 2}'])).toMatchObject({ code: 2, error: { code: 'invalid_input' } });
  }, 60_000);

  it('are lines of a table and of a spreadsheet', () => {
    expect(run(['mcp:list', '--format', 'table']).stdout).toMatch(/^name +status .*\nold +ready/);
    expect(run(['mcp:tools', 'old', '--format', 'jsonl']).stdout.split('\n')[0]).toContain('"lua_path":"app.mcp.old.add_numbers"');
    expect(run(['mcp:doctor', 'old', '--format', 'csv']).stdout).toMatch(/^server,ok,.*\r\nold,true,/);
    expect(run(['doctor', '--format', 'csv']).stdout).toContain('\r\nnode,ok,');
    expect(run(['integrations:fields', 'cal', '--format', 'csv']).stdout).toContain('\r\naccess_token,');
    expect(run(['scripts', 'list', '--format', 'table']).stdout).toBe('Nothing here.\n');
  }, 60_000);

  it('ask where no rule speaks of them, whatever they say of themselves', () => {
    add('sly');
    const { code, stdout } = run(['mcp', 'sly', 'harmless', '--word', 'x', '--json']);
    expect(code).toBe(3);
    const { approval } = JSON.parse(stdout);
    expect(approval).toMatchObject({ tool: 'mcp.sly.harmless', effect: 'write', account: 'mcp' });
    expect(run(['approvals', 'approve', approval.id, '--json'])).toMatchObject({ code: 0 });
    const [entry] = jsonOf(['journal', 'list']);
    expect(entry).toMatchObject({ tool: 'mcp.sly.harmless', state: 'done' });
    expect(run(['undo', String(entry.id), '--json']).stderr).toContain('somebody else');
    expect(failureOf(['mcp:old', 'fail'])).toMatchObject({ code: 5, error: { code: 'denied' } });
  }, 60_000);

  it('hide nothing in what they say of themselves', () => {
    const text = JSON.stringify(jsonOf(['mcp:tools', 'sly']).tools);
    expect(text).toContain('Looks. Nothing else.');
    expect(/\u202e|\\u|[\u{E0000}-\u{E007F}]/u.test(text)).toBe(false);
    expect(text).not.toContain('evil');
  }, 30_000);

  it('answer ten megabytes, and die without being tried again', () => {
    add('new');
    expect(jsonOf(['mcp:new', 'large', '--bytes', '10000000']).data).toHaveLength(10_000_000);
    run(['mcp:add', 'bad', '--global', '--', process.execPath, fixture('bad'), 'die']);
    expect(failureOf(['mcp:bad', 'work'])).toMatchObject({ code: 6, error: { code: 'outcome_unknown' } });
    expect(jsonOf(['journal', 'list'])[0]).toMatchObject({ tool: 'mcp.bad.work', state: 'unknown' });
    run(['mcp:remove', 'bad']);
  }, 120_000);

  it('plan without being called', () => {
    expect(jsonOf(['mcp:sly', 'harmless', '--word', 'x', '--dry-run'])).toMatchObject({
      success: true,
      plan: { status: 'planned', verdict: 'ask', requests: [{ method: 'tools/call', body: { word: 'x' } }] },
    });
  }, 30_000);
});

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: references as the entries have them
describe('secrets', () => {
  it('reach their server alone and are shown to nobody', () => {
    expect(run(['mcp:secret:set', 'old', 'token', '--stdin', '--json'], { input: 'hush-hush-hush' }).stdout).not.toContain('hush');
    const entry = (value: string) =>
      run(['mcp:add', 'old', '--global', '--replace', '--env', `TOKEN=${value}`, '--', process.execPath, fixture('old')]);
    entry('Bearer ${secret:token}');
    const { stdout } = run(['mcp:old', 'environment', '--json']);
    expect(JSON.parse(stdout).data.token).toMatch(/^Bearer \*+/);
    expect(stdout).not.toContain('hush');
    expect(jsonOf(['mcp:secret:list', 'old']).secrets).toEqual([expect.objectContaining({ key: 'mcp.old.token', masked: '****' })]);
    expect(readFileSync(join(home, 'vault.json'), 'utf8')).not.toContain('hush');
    entry('@secret:mcp.sly.token');
    expect(failureOf(['mcp:tools', 'old'])).toMatchObject({ code: 5, error: { code: 'forbidden' } });
    // A project's server of the same name has secrets of its own.
    const mine = { command: process.execPath, args: [fixture('old')], env: { TOKEN: '${secret:token}' } };
    run(['mcp:add', 'old', '--project', '--env', 'TOKEN=${secret:token}', '--', mine.command, ...mine.args]);
    expect(failureOf(['mcp:tools', 'old'])).toMatchObject({ code: 4, error: { code: 'not_configured' } });
    run(['mcp:remove', 'old']);
  }, 60_000);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above

describe('a server of a project that nobody trusted', () => {
  it('is started by no command, and only described', async () => {
    const mark = join(project, 'started');
    const script = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    writeFileSync(
      join(project, '.mcp.json'),
      JSON.stringify({ mcpServers: { evil: { command: process.execPath, args: ['-e', script] } } }),
    );
    const commands = [
      ['mcp:list', '--all'],
      ['mcp:status', 'evil'],
      ['mcp:tools'],
      ['mcp:tools', 'evil'],
      ['mcp:schema', 'evil.run'],
      ['mcp:call', 'evil.run', '--force'],
      ['mcp:evil', 'run'],
      ['mcp:evil'],
      ['mcp:resources', 'evil'],
      ['mcp:resource', 'evil', 'x://y'],
      ['mcp:prompts', 'evil'],
      ['mcp:prompt', 'evil', 'p'],
      ['mcp:enable', 'evil'],
      ['mcp:doctor'],
      ['mcp:export'],
      ['mcp:trust', 'evil', '--yes'],
      ['mcp:secret:set', 'evil', 'k', 'valuevalue'],
      ['bookings', 'list'],
    ];
    for (const words of commands) {
      run([...words, '--json']);
      expect([words, existsSync(mark)]).toEqual([words, false]);
    }
    expect(failureOf(['mcp:tools', 'evil'])).toMatchObject({ code: 5, error: { code: 'denied' } });
    expect(failureOf(['mcp:trust', 'evil'])).toMatchObject({ code: 3, error: { code: 'approval_pending' } });
    expect(jsonOf(['mcp:status', 'evil']).servers.evil).toMatchObject({ status: 'untrusted', args: ['-e', script] });

    const client = new Client({ name: 'test', version: '1' });
    const env = { ...process.env, ...environment, KALENDS_HOME: home } as Record<string, string>;
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [program, 'mcp:serve'], env, cwd: project, stderr: 'ignore' }),
    );
    const found = JSON.stringify(await client.callTool({ name: 'search_tools', arguments: { query: 'looks harmless' } }));
    expect(found).toContain('mcp.sly.harmless');
    expect(found).toContain('not Kalends');
    expect(found).toContain('is not trusted');
    const refused = await client.callTool({ name: 'call_tool', arguments: { name: 'mcp.evil.run', arguments: {} } });
    expect(JSON.stringify(refused.content)).toContain('is not trusted');
    await client.close();
    expect(existsSync(mark)).toBe(false);
    rmSync(join(project, '.mcp.json'));
  }, 180_000);
});

it.skipIf(!hasPseudoTerminal)(
  'is trusted by a person who has read what it starts',
  async () => {
    const file = join(home, 'import.json');
    const mark = join(project, 'asked');
    const args = ['-e', `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`];
    writeFileSync(
      file,
      JSON.stringify({ servers: { asked: { type: 'stdio', command: process.execPath, args, env: { API_KEY: 'hush-hush-hush' } } } }),
    );
    run(['mcp:import', file, '--global']);
    for (const [key, said, status] of [
      ['\r', '"asked" is not trusted.', 'untrusted'],
      ['y', '"asked" is trusted as it stands.', 'ready'],
    ] as const) {
      const terminal = openTerminal(['mcp:trust', 'asked'], { home, environment });
      try {
        await terminal.until('starts');
        await terminal.until('writeFileSync');
        await terminal.until('Let Kalends use exactly this?');
        expect([existsSync(mark), terminal.screen().includes('hush')]).toEqual([false, false]);
        terminal.type(key);
        await terminal.until(said);
        await terminal.ended;
      } finally {
        terminal.kill();
      }
      expect(jsonOf(['mcp:status', 'asked']).servers.asked.status).toBe(status);
    }
    run(['mcp:remove', 'asked']);
  },
  60_000,
);

it('goes out to the files of other programs and comes back, without its secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kalends-export-'));
  mkdirSync(join(folder, '.git'));
  const at = (...words: readonly string[]) => run(words, { cwd: folder });
  const entries = {
    files: { command: 'npx', args: ['-y', '@example/files', '--token=hush-hush-hush'], env: { LEVEL: 'info' } },
    notes: { type: 'http', url: 'https://notes.example.com/mcp', headers: { Authorization: 'Bearer hush-hush-hush' } },
  };
  const first = join(folder, 'first.json');
  writeFileSync(first, JSON.stringify({ mcpServers: entries, theme: 'dark' }));
  expect(at('mcp:import', first, '--project').code).toBe(0);
  const names = ['out.json', '.vscode/mcp.json', '.cursor/mcp.json'];
  for (const name of names) {
    const { code, stdout } = at('mcp:export', '--path', name, '--json');
    expect([name, code]).toEqual([name, 0]);
    expect(JSON.parse(stdout)).toMatchObject({
      servers: expect.arrayContaining(['files', 'notes']),
      variables: expect.arrayContaining(['FILES_TOKEN', 'NOTES_AUTHORIZATION']),
    });
    expect(readFileSync(join(folder, name), 'utf8')).not.toContain('hush');
    expect(JSON.parse(at('mcp:export', '--path', name, '--json').stdout)).toMatchObject({ changed: false });
  }
  expect(JSON.parse(readFileSync(join(folder, '.vscode/mcp.json'), 'utf8')).servers.notes.type).toBe('http');
  // Neither another program's file nor one of ours is written over unasked.
  expect(JSON.parse(at('mcp:export', '--path', 'first.json', '--json').stderr).error.code).toBe('conflict');
  expect(JSON.parse(at('mcp:export', '--path', '.mcp.json', '--replace', '--json').stderr).error.code).toBe('conflict');
  expect(at('mcp:export', '--path', 'first.json', '--replace', '--json').code).toBe(0);
  expect(JSON.parse(readFileSync(first, 'utf8'))).toMatchObject({ theme: 'dark' });

  const before = JSON.parse(at('mcp:export', '--json').stdout);
  expect(at('mcp:import', 'out.json', '--project', '--replace').code).toBe(0);
  expect(JSON.parse(at('mcp:export', '--json').stdout)).toEqual(before);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);
