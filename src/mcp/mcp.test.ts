// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in the files of programs look like this
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toErrorEnvelope } from '../errors.ts';
import { createMcpBook, createMcpPool, interpolate, type McpBook, type McpPool } from './index.ts';

const fixture = (name: string) => join(import.meta.dirname, 'fixtures', `${name}-server.ts`);
const stdio = (name: string, ...args: string[]) => ({ command: process.execPath, args: [fixture(name), ...args] });

let home: string;
let project: string;
let book: McpBook;
let pool: McpPool;
const secrets = new Map([['old.token', 'hush']]);

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'kalends-mcp-'));
  project = mkdtempSync(join(tmpdir(), 'kalends-project-'));
  book = createMcpBook({ home, project });
  pool = createMcpPool(book, (server) => ({
    version: '0',
    environment: { PLACE: 'here' },
    secret: (key) => secrets.get(`${server}.${key}`),
    fetch,
  }));
});

afterEach(async () => {
  await pool.close();
  for (const folder of [home, project]) rmSync(folder, { recursive: true, force: true });
});

function add(
  name: string,
  entry: { readonly command: string; readonly args: readonly string[]; readonly env?: Readonly<Record<string, string>> },
  timeoutSeconds = 30,
): void {
  book.put({ name, reach: { type: 'stdio', env: {}, ...entry }, timeoutSeconds, isEnabled: true }, 'user');
}

describe('the book of foreign servers', () => {
  it('reads all files, and lets the nearer one win', () => {
    mkdirSync(join(project, '.vscode'));
    mkdirSync(join(project, '.cursor'));
    writeFileSync(
      join(home, 'mcp.json'),
      JSON.stringify({ mcpServers: { notes: { command: 'a' }, mine: { url: 'https://mine.example/mcp' } } }),
    );
    writeFileSync(join(project, '.vscode', 'mcp.json'), JSON.stringify({ servers: { notes: { type: 'stdio', command: 'b' } } }));
    writeFileSync(
      join(project, '.mcp.json'),
      JSON.stringify({ mcpServers: { notes: { command: 'c' }, 'a.b': { command: 'd' }, empty: {} } }),
    );
    writeFileSync(join(project, '.cursor', 'mcp.json'), '{ broken');
    const { servers, sources } = book.list();
    expect(servers.map(({ name, source }) => [name, source])).toEqual([
      ['mine', 'user'],
      ['notes', 'project'],
    ]);
    expect(sources.flatMap(({ problems }) => problems)).toEqual([
      expect.stringContaining('is no plain JSON'),
      expect.stringContaining('"a.b" is no name of a server'),
      expect.stringContaining('neither a command nor a url'),
    ]);
  });

  it('never writes over what it does not understand, and keeps what else is there', () => {
    writeFileSync(join(home, 'mcp.json'), '{ // mine\n}');
    expect(() => add('old', stdio('old'))).toThrow('is no plain JSON');
    expect(readFileSync(join(home, 'mcp.json'), 'utf8')).toBe('{ // mine\n}');
    writeFileSync(join(home, 'mcp.json'), '{"theme":"dark","mcpServers":{"x":{"command":"y","extra":1}}}');
    add('old', stdio('old'));
    book.setEnabled('x', false);
    expect(JSON.parse(readFileSync(join(home, 'mcp.json'), 'utf8'))).toMatchObject({
      theme: 'dark',
      mcpServers: { x: { command: 'y', extra: 1, disabled: true }, old: { command: process.execPath } },
    });
    book.remove('x');
    expect(() => book.get('x')).toThrow('There is no MCP server "x".');
  });

  it('trusts what somebody wrote with it, until the file says something else', () => {
    add('old', stdio('old'));
    expect(book.isTrusted(book.get('old'))).toBe(true);
    const path = join(home, 'mcp.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('old-server', 'evil-server'));
    expect(book.isTrusted(book.get('old'))).toBe(false);
    book.trust('old');
    expect(book.isTrusted(book.get('old'))).toBe(true);
  });
});

describe('a foreign server', () => {
  it('of a project is not started before it is trusted', async () => {
    const mark = join(project, 'started');
    const script = `require('fs').writeFileSync(${JSON.stringify(mark)}, '')`;
    writeFileSync(
      join(project, '.mcp.json'),
      JSON.stringify({ mcpServers: { evil: { command: process.execPath, args: ['-e', script] } } }),
    );
    await expect(pool.reach('evil')).rejects.toMatchObject({ code: 'denied', message: expect.stringContaining('is not trusted') });
    await expect(pool.tools('evil')).rejects.toMatchObject({ code: 'denied' });
    expect(() => readFileSync(mark)).toThrow();
  });

  it.each(['old', 'new'])(
    'of either SDK tells its tools and answers: %s',
    async (name) => {
      add(name, stdio(name));
      const tools = await pool.tools(name);
      if (name === 'old') {
        expect(tools.map((tool) => tool.name)).toEqual(['add-numbers', 'environment', 'fail', 'learn']);
        const server = await pool.reach(name);
        expect(await server.call('add-numbers', { a: 1, b: 2 })).toBe('3');
        await expect(server.call('fail', {})).rejects.toMatchObject({
          code: 'upstream',
          message: expect.stringContaining('no such ticket'),
        });
      } else {
        const server = await pool.reach(name);
        expect(await server.call('describe', { city: 'Rome' })).toEqual({ city: 'Rome', people: 7 });
        const large = await server.call('large', { bytes: 10_000_000 });
        expect(typeof large === 'string' && large.length).toBe(10_000_000);
      }
    },
    60_000,
  );

  it('gets what its entry refers to and nothing else of ours', async () => {
    add('old', { ...stdio('old', 'at ${PLACE}', '${NOWHERE:-nowhere}'), env: { TOKEN: 'Bearer ${secret:token}' } });
    const server = await pool.reach('old');
    expect(await server.call('environment', {})).toEqual({ token: 'Bearer hush', home: null, args: ['at here', 'nowhere'] });
  });

  it('that changes its tools is known by those it has now', async () => {
    add('old', stdio('old'));
    expect((await pool.tools('old')).map(({ name }) => name)).not.toContain('learnt');
    await (await pool.reach('old')).call('learn', {});
    await expect.poll(async () => (await pool.tools('old')).map(({ name }) => name), { timeout: 20_000 }).toContain('learnt');
  }, 60_000);

  it('that writes garbage between its messages is understood', async () => {
    add('bad', stdio('bad', 'garbage'));
    expect(await (await pool.reach('bad')).call('work', {})).toBe('done');
  });

  it('that refuses with megabytes is quoted by their beginning', async () => {
    add('rant', stdio('bad', 'rant'));
    const failure = await (await pool.reach('rant')).call('work', {}).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'upstream', message: expect.stringMatching(/^Kalends could not call "work" of .*😡.*…$/su) });
    const { message } = toErrorEnvelope(failure);
    expect(message.length).toBeLessThan(2_100);
    expect(message.isWellFormed()).toBe(true);
  });

  it('that hangs, dies or says nothing is reported, and started anew', async () => {
    // Long enough for a process to start on a busy machine.
    add('hang', stdio('bad', 'hang'), 8);
    await expect((await pool.reach('hang')).call('work', {})).rejects.toMatchObject({ code: 'timeout' });
    add('die', stdio('bad', 'die'));
    const dying = await pool.reach('die');
    await expect(dying.call('work', {})).rejects.toMatchObject({
      code: 'outcome_unknown',
      details: { stderr: expect.stringContaining('out of luck') },
    });
    expect((await pool.reach('die')).isOpen).toBe(true);
    add('silent', stdio('bad', 'silent'), 1);
    await expect(pool.reach('silent')).rejects.toMatchObject({ code: 'timeout' });
    add('gone', { command: join(project, 'nothing-here'), args: [] });
    await expect(pool.reach('gone')).rejects.toMatchObject({ code: 'upstream', message: expect.stringContaining('"gone"') });
  }, 60_000);
});

describe('references in an entry', () => {
  const parts = {
    server: 'one',
    folder: '/work',
    environment: { A: '1', EMPTY: '', HOME: '/home/ada' },
    secret: (key: string) => (key === 'k' ? 's' : undefined),
  };

  it.each([
    ['x', 'x'],
    ['a${A}b${env:A}', 'a1b1'],
    ['Bearer ${secret:k}', 'Bearer s'],
    ['@secret:mcp.one.k', 's'],
    ['${EMPTY:-else}', 'else'],
    ['Bearer ${input:k}', 'Bearer s'],
    ['${workspaceFolder}/x', '/work/x'],
    ['${userHome}', '/home/ada'],
    ['$A ${ not one }', '$A ${ not one }'],
  ])('%s is %s', (text, filled) => {
    expect(interpolate(text, parts)).toBe(filled);
  });

  it.each([
    ['${NOTHING}', 'NOTHING'],
    ['${EMPTY}', 'EMPTY'],
    ['${secret:other}', 'other'],
    ['@secret:mcp.two.k', 'refers to a secret of "two"'],
  ])('%s is refused', (text, message) => {
    expect(() => interpolate(text, parts)).toThrow(message);
  });
});
