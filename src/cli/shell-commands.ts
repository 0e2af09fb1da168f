import type { Command } from 'commander';
import { addDetails, does, leaf, type Report } from './command.ts';

/** What shells and programs ask about the commands themselves. */
export function addShell(program: Command, report: Report): void {
  does(
    leaf(program, 'schema', { summary: 'Print the whole command tree as JSON.', example: 'schema' }),
    report,
    async (_values, terminal) => {
      const { toTree } = await import('./tree.ts');
      terminal.printJson(toTree(program));
      return 0;
    },
  );
  const completion = leaf(program, 'completion <shell>', {
    summary: 'Print what completes commands in bash, zsh or fish.',
    example: 'completion bash',
  });
  addDetails(completion, { choices: ['bash', 'zsh', 'fish'] });
  does(completion, report, async (_values, terminal, [shell = '']) =>
    (await import('./commands/completion.ts')).printCompletion(shell, terminal),
  );
  const asked = program.command('__complete', { hidden: true }).argument('[words...]').allowUnknownOption().helpOption(false);
  asked.action(async () => {
    const [{ completionsOf }, { writeOutput }] = await Promise.all([import('./tree.ts'), import('./output.ts')]);
    const words = asked.args[0] === '--' ? asked.args.slice(1) : asked.args;
    const found = await completionsOf(program, words);
    writeOutput(found.map((word) => `${word}\n`).join(''));
    report(0);
  });
}
