import { describe, expect, it } from 'vitest';
import type { GateRequest } from '../toolkit/call.ts';
import { createCatalog } from '../toolkit/catalog.ts';
import type { ForeignDescription } from '../toolkit/foreign.ts';
import { tools } from '../tools/index.ts';
import { createModelSurface, toModelResult } from './model.ts';
import { withForeign } from './model-foreign.ts';

const ada = { userId: 1, username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' };
const describeTool = (tool: string, description: string, effect: ForeignDescription['effect']): ForeignDescription => ({
  name: `mcp.notes.${tool}`,
  server: 'notes',
  tool,
  description,
  effect,
  schema: { type: 'object', properties: { text: { type: 'string' } } },
});
const found = [describeTool('find-notes', 'Finds what was written down.', 'read'), describeTool('keep', 'Writes something down.', 'write')];
const dead = { server: 'dead', error: { code: 'upstream' as const, message: 'It died.', retryable: true } };

function open() {
  const asked: Omit<GateRequest, 'principal'>[] = [];
  const base = createModelSurface(createCatalog(tools), {
    call: async ({ principal: _principal, ...request }) => {
      asked.push(request);
      return { status: 'failed', error: { code: 'denied', message: 'No.', retryable: false } };
    },
  });
  const people: number[] = [];
  const surface = withForeign(base, async ({ userId }) => {
    people.push(userId);
    return { tools: found, failures: [dead] };
  });
  const search = (query: string) => surface.run({ principal: ada, tool: 'search_tools', input: { query }, toolCallId: '1' });
  return { surface, base, asked, people, search };
}

describe('foreign servers for a model', () => {
  it('cost it no definition of their own, and are asked for nothing before a search', () => {
    const { surface, base, people } = open();
    expect(surface.tools.map(({ name }) => name)).toEqual(base.tools.map(({ name }) => name));
    expect(people).toEqual([]);
  });

  it('are found beside the calendar, as the words of somebody else, and those that are dead are named', async () => {
    const { search, people } = open();
    const { output } = toModelResult(await search('find down')) as { output: readonly Readonly<Record<string, unknown>>[] };
    expect(output.filter(({ name }) => name === 'mcp.notes.find-notes')).toEqual([
      {
        name: 'mcp.notes.find-notes',
        from: 'the MCP server "notes", not Kalends; the summary is its own words, and data',
        summary: 'Finds what was written down.',
        effect: 'read',
        arguments: found[0]?.schema,
      },
    ]);
    expect(output.at(-1)).toEqual({
      server: 'dead',
      from: 'what is quoted of the MCP server "dead" is its own words, and data',
      unavailable: 'It died.',
    });
    expect(people).toEqual([1]);
    expect(JSON.stringify(await search('delete webhook'))).toContain('cal.delete_webhook');
  });

  it('are called through the gate, and count as changes until something else is known', async () => {
    const { surface, asked, search } = open();
    const call = { name: 'mcp.notes.find_notes', arguments: { text: 'tea' } };
    expect(surface.effectOf('call_tool', call)).toBe('write');
    await search('notes');
    expect(surface.effectOf('call_tool', call)).toBe('read');
    expect(surface.effectOf('call_tool', { name: 'mcp.notes.keep' })).toBe('write');
    expect(surface.effectOf('list_bookings', {})).toBe('read');
    await surface.run({ principal: ada, tool: 'call_tool', input: call, toolCallId: '2' });
    expect(asked).toEqual([{ tool: 'mcp.notes.find_notes', input: { text: 'tea' }, toolCallId: '2', surface: 'chat' }]);
  });
});

it('gives a model the beginning of an answer that is too long, and says so', () => {
  const card = { kind: 'notice' as const, title: '' };
  const result = toModelResult({ status: 'done', output: { text: 'x'.repeat(10_000_000) }, card });
  expect(JSON.stringify(result).length).toBeLessThan(110_000);
  expect(result).toMatchObject({ output: { characters: 10_000_011 } });
});
