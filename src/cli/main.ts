import { CommanderError } from 'commander';
import { loadCommandDescriptions } from '../runtime-catalog.ts';
import { tellFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Runs one command line and answers the process's exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const report = (code: number) => {
    exitCode = code;
  };
  const program = createProgram(report, await loadCommandDescriptions());
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(spell(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    // A group without its command: commander has shown the group's help on standard error.
    if (error instanceof CommanderError && error.code === 'commander.help') return 2;
    // Errors are sentences unless JSON was asked for: they are read by people and models even where the result is piped on.
    const terminal = createTerminal({ json: argv.includes('--json') || /^jsonl?$/.test(argv[argv.indexOf('--format') + 1] ?? '') });
    return tellFailure(error, terminal);
  }
}

/** `integrations:call` is `integrations call`; an account or a server may follow the same way. */
function spell(argv: readonly string[]): readonly string[] {
  const [first = '', ...rest] = argv;
  return /^[a-z]+(?::[\w-]+)+$/.test(first) ? [...first.split(':'), ...rest] : argv;
}
