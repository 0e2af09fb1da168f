// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as the files have them
import { describe, expect, it } from 'vitest';
import type { McpServerDefinition } from './definition.ts';
import { memberOf, PORTABLE_FORMATS, type PortableFormat, parseEntry, toPortable } from './index.ts';

const parse = (name: string, entry: unknown): McpServerDefinition => {
  const parsed = parseEntry(name, entry, { path: '', source: 'user' });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
};
const servers = (entries: Readonly<Record<string, unknown>>) => Object.entries(entries).map(([name, entry]) => parse(name, entry));
const holds = (text: string) => text.includes('known-to-us');
const portable = (entries: Readonly<Record<string, unknown>>, format: PortableFormat = 'mcp') =>
  toPortable(servers(entries), { format, holds });

const plain = {
  files: {
    command: 'npx',
    args: ['-y', '@example/files', '--root', '${workspaceFolder}'],
    env: { PLACE: 'here', LEVEL: '${LEVEL:-info}' },
    cwd: 'tools',
  },
  notes: { type: 'http', url: 'https://notes.example.com/mcp?team=blue', headers: { 'X-Team': 'blue' }, timeout: 60, disabled: true },
};

const secretive = {
  notes: {
    url: 'https://ada:hush-1@notes.example.com/mcp?api_key=hush-2&team=blue',
    headers: { Authorization: 'Bearer hush-3', 'X-Key': '${secret:KEY}', 'X-Odd': 'cal_0123456789abcdef0123', 'X-Known': 'known-to-us' },
  },
  files: {
    command: 'npx',
    args: ['--token=hush-4', '--password', 'hush-5', '--api-key', '--root', '.', 'Bearer hush-hush-6', 'known-to-us'],
    env: { TOKEN: 'hush-7', SAME: '@secret:mcp.files.KEY', ASKED: '${input:key}', FALLBACK_TOKEN: '${TOKEN:-hush-8}', EMPTY_TOKEN: '' },
  },
};

describe('servers for another program', () => {
  it('stand in the form of its file', () => {
    expect(portable(plain).content).toEqual({ mcpServers: plain });
    const { servers: vscode } = portable(plain, 'vscode').content as { servers: typeof plain };
    expect(vscode).toMatchObject({ files: { type: 'stdio', env: { LEVEL: '${env:LEVEL}' } }, notes: { type: 'http' } });
    const { mcpServers: cursor } = portable(plain, 'cursor').content as { mcpServers: typeof plain };
    expect(cursor.notes).not.toHaveProperty('type');
  });

  it.each(PORTABLE_FORMATS)('carry no secret, wherever it stood: %s', (format) => {
    const { content, variables } = portable(secretive, format);
    const text = JSON.stringify(content);
    expect(text).not.toMatch(/hush|known-to-us|cal_0123|secret:|input:/);
    expect(text).toContain('team=blue');
    for (const { name } of variables) expect(text).toContain(format === 'mcp' ? `\${${name}}` : `\${env:${name}}`);
  });

  it('name a variable for each secret, which no other server shares', () => {
    const { content, variables } = portable(secretive);
    expect(content).toMatchObject({
      mcpServers: {
        notes: {
          url: 'https://ada:${NOTES_PASSWORD}@notes.example.com/mcp?api_key=${NOTES_API_KEY}&team=blue',
          headers: { Authorization: 'Bearer ${NOTES_AUTHORIZATION}', 'X-Key': '${NOTES_KEY}' },
        },
        files: {
          args: [
            '--token=${FILES_TOKEN}',
            '--password',
            '${FILES_PASSWORD}',
            '--api-key',
            '--root',
            '.',
            expect.any(String),
            '${FILES_ARGUMENT_8}',
          ],
          env: { TOKEN: '${FILES_TOKEN}', SAME: '${FILES_KEY}', FALLBACK_TOKEN: '${TOKEN}', EMPTY_TOKEN: '' },
        },
      },
    });
    expect(variables).toContainEqual({ server: 'notes', name: 'NOTES_AUTHORIZATION' });
  });

  it.each(PORTABLE_FORMATS)('come back as they went, again and again: %s', (format) => {
    for (const entries of [plain, secretive]) {
      const once = portable(entries, format).content;
      const held = once[memberOf(format)] as Readonly<Record<string, unknown>>;
      expect(portable(held, format).content).toEqual(once);
    }
    const { content } = portable(plain, format);
    const back = servers(content[memberOf(format)] as Readonly<Record<string, unknown>>);
    // A default is lost where the other program has no word for it.
    const wanted = servers({
      ...plain,
      ...(format === 'mcp' ? {} : { files: { ...plain.files, env: { PLACE: 'here', LEVEL: '${env:LEVEL}' } } }),
    });
    expect(back).toEqual(wanted);
  });
});
