import { describe, expect, it } from 'vitest';
import { nameTools, toCommandName, toLuaPath } from './naming.ts';

const descriptions = [
  { name: 'list_bookings', tool: 'cal.list_bookings', command: { resource: 'bookings', action: 'list' } },
  { name: 'find_time', tool: 'assistant.find_time', command: { resource: 'find-time' } },
  { name: 'get_room', tool: 'whereby.get_room' },
];

describe('a hint', () => {
  it.each([
    ['list_bookings shows what there is.', '`kalends bookings list` shows what there is.'],
    ['Look at other days with find_time.', 'Look at other days with `kalends find-time`.'],
    ['get_room shows it', '`kalends integrations:call whereby.get_room` shows it'],
    ['Did you mean cal.list_bookings?', 'Did you mean cal.list_bookings?'],
    ['Give "list_bookings" or max_usage_count.', 'Give "list_bookings" or max_usage_count.'],
  ])('names commands on the command line: %s', (hint, told) => {
    expect(nameTools(hint, descriptions, toCommandName)).toBe(told);
  });
});

describe('the path of a foreign tool', () => {
  it.each([
    ['notes', 'add-note', 'app.mcp.notes.add_note'],
    ['my notes', 'v2.Search', 'app.mcp.my_notes.v2_Search'],
    ['notes', 'end', 'app.mcp.notes["end"]'],
    ['notes', '2nd', 'app.mcp.notes["2nd"]'],
  ])('is what a script writes: %s %s', (server, tool, path) => {
    expect(toLuaPath(server, tool)).toBe(path);
  });
});
