import { CommanderError } from 'commander';
import { loadCommandDescriptions } from '../runtime-catalog.ts';
import type { CommandDescription } from '../surfaces/cli.ts';
import { nameTools, toCommandName } from '../surfaces/naming.ts';
import { NoCommandError } from './command.ts';
import { errorForm } from './error-form.ts';
import { tellFailure } from './failure.ts';
import { createProgram } from './program.ts';
import { createTerminal } from './terminal.ts';

/** Runs one command line and answers the process's exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let exitCode = 0;
  const report = (code: number) => {
    exitCode = code;
  };
  const descriptions = await loadCommandDescriptions();
  const program = createProgram(report, descriptions);
  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(spell(argv), { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const form = errorForm(argv);
    const terminal = createTerminal(form === undefined ? {} : { json: form === 'json' });
    if (terminal.isJson && isScript(argv)) return (await import('./commands/lua.ts')).tellFailedScript(error, terminal);
    // Who calls functions by their names is told their names.
    const toName = /^(integrations|lua|mcp)\b/.test(argv[0] ?? '') ? ({ tool }: CommandDescription) => tool : toCommandName;
    if (!(error instanceof NoCommandError) || terminal.isJson) {
      return tellFailure(error, terminal, (hint) => nameTools(hint, descriptions, toName));
    }
    terminal.say(error.help.trimEnd());
    return error.exitCode;
  }
}

/** A failed script is told in the form of one that ran, also when it never did. */
function isScript(argv: readonly string[]): boolean {
  const [first = '', second] = spell(argv);
  return first === 'lua' || (/^(integrations|mcp)$/.test(first) && second === 'lua');
}

/** `integrations:call` is `integrations call`; an account or a server may follow the same way. */
function spell(argv: readonly string[]): readonly string[] {
  const [first = '', ...rest] = argv;
  return /^[a-z]+(?::[\w-]+)+$/.test(first) ? [...first.split(':'), ...rest] : argv;
}
