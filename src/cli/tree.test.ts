import { describe, expect, it } from 'vitest';
import { loadCommandDescriptions } from '../runtime-catalog.ts';
import { createProgram } from './program.ts';
import { type CommandNode, completionsOf, toTree } from './tree.ts';

const program = async () => createProgram(() => undefined, await loadCommandDescriptions());

function leaves(node: CommandNode): readonly CommandNode[] {
  return node.commands.length === 0 ? [node] : node.commands.flatMap(leaves);
}

describe('the command tree', () => {
  it('tells every command with a sentence and an example', async () => {
    const all = leaves(toTree(await program()));
    expect(all.length).toBeGreaterThan(30);
    for (const { command, summary } of all) expect(`${command}: ${summary}`).toMatch(/: [A-Z].*\.$/);
  });

  it.each([
    [['bookin'], ['bookings']],
    [['bookings', 'can'], ['cancel']],
    [['bookings', 'cancel', '--dry'], ['--dry-run']],
    [['integrations:sch'], ['integrations:schema']],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['find-time', '--part-of-day', 'm'], ['morning']],
    [
      ['event-types', 'list', '--format', 'j'],
      ['json', 'jsonl'],
    ],
    [['integrations', 'call', 'cal.delete_w'], ['cal.delete_webhook']],
    [['integrations:cal', 'get_book'], ['get_booking']],
    [
      ['integrations:schema', '--'],
      ['--json', '--no-json'],
    ],
    [['nothing', 'x'], []],
  ])('completes %j with %j', async (words, expected) => {
    expect(await completionsOf(await program(), words)).toEqual(expected);
  });

  it('tells programs what a command is, takes and may be', async () => {
    const found = leaves(toTree(await program())).find(({ command }) => command === 'kalends bookings cancel');
    expect(found).toMatchObject({
      tool: 'cal.cancel_booking',
      effect: 'destroy',
      example: expect.stringMatching(/^kalends bookings cancel /),
    });
    expect(found?.options.find(({ flags }) => flags.startsWith('--format'))?.values).toContain('csv');
  });
});
