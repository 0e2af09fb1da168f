import { Command, type CommanderError, InvalidArgumentError } from 'commander';
import { AppError } from '../errors.ts';
import { outputColumns, writeOutput } from './output.ts';
import { createTerminal, createTerminalIn, type Terminal } from './terminal.ts';
import { version } from './version.ts';

type Values = Readonly<Record<string, unknown>>;

/** A command's work, told by what came on the command line; answers the exit code. */
export type Work = (values: Values, terminal: Terminal, positionals: readonly string[]) => Promise<number>;

/** Is told the exit code of the command that ran. */
export type Report = (exitCode: number) => void;

const SEE_HELP = 'Add --help to see what there is.';

/** The program without its commands. */
export function createRoot(): Command {
  return (
    new Command('kalends')
      .description('Scheduling for people and their agents.')
      .version(version, '-v, --version', 'Print the version.')
      .helpOption('-h, --help', 'Show what a command takes.')
      .helpCommand(false)
      // Options after a command are that command's own: a tool may have a --version.
      .enablePositionalOptions()
      .configureOutput({
        writeOut: writeOutput,
        getOutHelpWidth: outputColumns,
        getErrHelpWidth: outputColumns,
        // Our help has no colours that would have to be taken out.
        getOutHasColors: () => true,
        outputError: () => undefined,
        // The help of a group whose command is missing: whoever tells the error shows it, or not.
        writeErr: () => undefined,
      })
      .exitOverride((error) => {
        throw toUsageError(error, SEE_HELP);
      })
  );
}

const FILLS = new WeakMap<Command, (() => void)[]>();

/**
 * A command that only holds others; several parts may add to one. `fill` adds them once this command is chosen: nobody waits for those of the other
 * groups.
 */
export function group(parent: Command, name: string, summary: string, fill: (group: Command) => void): void {
  const command = find(parent, name) ?? createGroup(parent, name).description(summary);
  const fills = FILLS.get(command);
  if (fills) {
    fills.push(() => fill(command));
    return;
  }
  FILLS.set(command, [() => fill(command)]);
  parent.hook('preSubcommand', (_parent, chosen) => {
    if (chosen === command) fillGroup(command);
  });
}

function createGroup(parent: Command, name: string): Command {
  const command = parent.command(name).helpCommand(false);
  return command.exitOverride((error) => {
    throw error.code === 'commander.help' && error.exitCode !== 0 ? new NoCommandError(command) : toUsageError(error, SEE_HELP);
  });
}

/** A group was named, and none of its commands. */
export class NoCommandError extends AppError {
  /** What the group holds, for people. */
  readonly help: string;

  constructor(group: Command) {
    const names = group
      .createHelp()
      .visibleCommands(group)
      .map((command) => command.name());
    super('invalid_input', `"kalends ${group.name()}" does nothing by itself.`, {
      hint: `It has ${names.join(', ')}: kalends ${group.name()} ${names[0] ?? ''} --help`,
    });
    this.name = 'NoCommandError';
    this.help = group.helpInformation({ error: true });
  }
}

/** Adds what a group holds, once. */
export function fillGroup(command: Command): void {
  for (const fill of FILLS.get(command)?.splice(0) ?? []) fill();
}

export function find(parent: Command, name: string): Command | undefined {
  return parent.commands.find((command) => command.name() === name);
}

/** What is known of a command beside its words, for programs that ask and for shells that complete. */
export interface CommandDetails {
  readonly example?: string;
  /** `cal.cancel_booking` */
  readonly tool?: string;
  readonly effect?: 'read' | 'write' | 'destroy';
  /** JSON Schema of what it takes. */
  readonly schema?: unknown;
  /** What its first argument may be, where that is a closed list. */
  readonly choices?: readonly string[];
  /** The same, where only the running Kalends knows; nothing when it does not answer at once. */
  readonly lookUp?: () => Promise<readonly string[]>;
}

const DETAILS = new WeakMap<Command, CommandDetails>();

export function addDetails(command: Command, details: CommandDetails): void {
  DETAILS.set(command, { ...DETAILS.get(command), ...details });
}

export function detailsOf(command: Command): CommandDetails {
  return DETAILS.get(command) ?? {};
}

/** A command that does something; `example` is what follows `kalends` in its help and in complaints about its use. */
export function leaf(
  parent: Command,
  usage: string,
  { summary, example }: { readonly summary: string; readonly example: string },
): Command {
  const command = parent
    .command(usage)
    .description(summary)
    .addHelpText('after', `\nExample:\n  $ kalends ${example}`)
    .exitOverride((error) => {
      throw toUsageError(error, `For example: kalends ${example}`);
    });
  addDetails(command, { example: `kalends ${example}` });
  return command;
}

/** Gives a leaf its work. */
export function does(command: Command, report: Report, work: Work): void {
  command
    .option('--json', 'Print JSON; the default when the output is no terminal.')
    .option('--no-json', 'Print text, also into a pipe or a file.')
    .action(async () => {
      const values = command.opts<Values>();
      const asked = command.getOptionValueSource('json') === undefined ? undefined : values.json === true;
      const format = LISTS.has(command) && typeof values.format === 'string' ? values.format : undefined;
      const terminal = format === undefined ? createTerminal({ json: asked }) : await createTerminalIn(format);
      report(await work(values, terminal, command.args));
    });
}

const LISTS = new WeakSet<Command>();

/** For commands that list what spreadsheets and other programs may want. */
export function asList(command: Command): Command {
  LISTS.add(command);
  return command.option('--format <format>', 'card, table, json, jsonl or csv; cards on a terminal, JSON elsewhere.');
}

/** For commands that change something. */
export function asWrite(command: Command): Command {
  return command
    .option('--yes', 'Approve at once; obeyed only if your config.json says "allowYes": true.')
    .option('--dry-run', 'Check and show what would happen; change nothing.');
}

/** For commands that read or write times. */
export function withZone(command: Command): Command {
  return command.option('--time-zone <zone>', 'Zone you read and write times in, like Europe/Amsterdam; your own by default.');
}

export function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number.');
}

/** Commander's message, "error: unknown option '--foo'\n(Did you mean --for?)", as our error; help and version pass as they are. */
function toUsageError(error: CommanderError, example: string): Error {
  if (error.exitCode === 0 || error.code === 'commander.help') return error;
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const [, named = ''] = /'([^']*)'/.exec(first) ?? [];
  const suggestion = more.join(' ').replace(/^\(|\)$/g, '');
  const hint = suggestion === '' ? example : suggestion;
  const meant = /Did you mean (?:one of )?(.*)\?/.exec(suggestion)?.[1]?.split(', ');
  switch (error.code) {
    case 'commander.missingMandatoryOptionValue':
      return new AppError('invalid_input', `"${named}" is missing.`, { hint });
    case 'commander.missingArgument':
      return new AppError('invalid_input', `The ${named} is missing.`, { hint });
    case 'commander.optionMissingArgument':
      return new AppError('invalid_input', `"${named}" needs a value.`, { hint });
    case 'commander.invalidArgument':
      return new AppError(
        'invalid_input',
        quote(first.replace(/^option /, '').replace(/ argument (.*) is invalid\./, ' does not take $1.')),
        { hint },
      );
    default:
      return new AppError('invalid_input', quote(first).replace(/\.?$/, '.'), {
        hint,
        ...(meant === undefined ? {} : { details: { suggestions: meant } }),
      });
  }
}

function quote(message: string): string {
  const quoted = message.replace(/'([^']*)'/g, '"$1"');
  return quoted.charAt(0).toUpperCase() + quoted.slice(1);
}
