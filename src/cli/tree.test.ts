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
    [['integrations:sch'], []],
    [
      ['integrations:schema', ''],
      ['--json', '--no-json'],
    ],
    [['nothing', 'x'], []],
  ])('completes %j with %j', async (words, expected) => {
    expect(completionsOf(await program(), words)).toEqual(expected);
  });
});
