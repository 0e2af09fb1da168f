import { describe, expect, it } from 'vitest';
import { clientNamed, diffLines, knownClients, type Places, withServer } from './mcp-clients.ts';

const places: Places = { platform: 'linux', home: '/home/ada', project: '/work', environment: {} };
const added = { name: 'kalends', entry: { command: 'node', args: ['kalends.mjs', 'mcp:serve'] } };

describe('the files of programs that start MCP servers', () => {
  it('are where each system has them', () => {
    expect(clientNamed('vscode', places).path).toBe('/home/ada/.config/Code/User/mcp.json');
    expect(clientNamed('vscode', { ...places, platform: 'darwin' }).path).toContain('Library/Application Support');
    expect(new Set(knownClients(places).map(({ path }) => path)).size).toBe(knownClients(places).length);
    expect(() => clientNamed('emacs', places)).toThrow('"emacs" is no program that Kalends can set up.');
  });

  it('keep all else that is in them, and their indent', () => {
    const before = '{\n\t"mcpServers": {\n\t\t"other": { "url": "https://x.example" }\n\t},\n\t"theme": "dark"\n}\n';
    const after = withServer(before, clientNamed('cursor', places), added);
    expect(JSON.parse(after)).toEqual({ mcpServers: { other: { url: 'https://x.example' }, kalends: added.entry }, theme: 'dark' });
    expect(after).toContain('\n\t\t"kalends"');
    expect(withServer(after, clientNamed('cursor', places), added)).toBe(after);
  });

  it('are made where there is none, with the type where one is wanted', () => {
    expect(JSON.parse(withServer(undefined, clientNamed('vscode', places), added))).toEqual({
      servers: { kalends: { type: 'stdio', ...added.entry } },
    });
  });

  it.each(['{ // a comment\n}', '[]', '{"mcpServers": []}', '{'])('are left alone when they are not understood: %s', (text) => {
    expect(() => withServer(text, clientNamed('cursor', places), added)).toThrow('cannot be changed safely');
  });

  it('show what changes', () => {
    expect(diffLines('a\nb\nc\nd\n', 'a\nb\nX\nd\n')).toEqual(['  a', '  b', '- c', '+ X', '  d', '  ']);
  });
});
