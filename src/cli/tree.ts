import type { Command } from 'commander';
import { type CommandDetails, detailsOf, fillGroup } from './command.ts';

/** A command and everything below it, as plain data. */
export interface CommandNode extends Omit<CommandDetails, 'choices' | 'lookUp'> {
  /** `kalends bookings cancel` */
  readonly command: string;
  readonly summary: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly variadic: boolean;
    readonly description: string;
  }[];
  readonly options: readonly {
    readonly flags: string;
    readonly description: string;
    readonly required: boolean;
    /** What it may be, where that is a closed list. */
    readonly values?: readonly string[];
  }[];
  readonly commands: readonly CommandNode[];
}

/** The whole tree below a command. */
export function toTree(command: Command, path: readonly string[] = []): CommandNode {
  fillGroup(command);
  const here = [...path, command.name()];
  return {
    command: here.join(' '),
    summary: command.description(),
    ...withoutChoices(detailsOf(command)),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      variadic: argument.variadic,
      description: argument.description,
    })),
    options: command.options
      .filter((option) => !option.hidden)
      .map(({ flags, description, mandatory }) => {
        const values = valuesOf(flags);
        return { flags, description, required: mandatory, ...(values.length === 0 ? {} : { values }) };
      }),
    commands: visibleCommands(command).map((child) => toTree(child, here)),
  };
}

/** What may follow these words: commands, or the options of the command that they name. The last word is the one that is being typed. */
export async function completionsOf(program: Command, words: readonly string[]): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const [holder = '', inner] = typed.split(':');
  if (words.length === 1 && inner !== undefined) {
    return (await completionsOf(program, [holder, inner])).map((name) => `${holder}:${name}`);
  }
  let command = program;
  for (const word of words.slice(0, -1).flatMap((part, index) => (index === 0 ? part.split(':') : [part]))) {
    fillGroup(command);
    const child = visibleCommands(command).find((candidate) => candidate.name() === word);
    if (child === undefined) break;
    command = child;
  }
  fillGroup(command);
  const before = words.at(-2) ?? '';
  const option = command.options.find(({ long, required }) => required && long === before);
  if (option !== undefined) return valuesOf(option.flags).filter((value) => value.startsWith(typed));
  const names = visibleCommands(command).map((child) => child.name());
  const flags = command.options.filter((option) => !option.hidden).flatMap((option) => option.long ?? []);
  // The first word after the command itself.
  const isFirst = before === command.name() || before.endsWith(`:${command.name()}`);
  const { lookUp, choices = (isFirst && !typed.startsWith('-') && (await lookUp?.())) || [] } = detailsOf(command);
  const offered = typed.startsWith('-') ? flags : names.length > 0 ? names : isFirst && choices.length > 0 ? choices : flags;
  return offered.filter((candidate) => candidate.startsWith(typed));
}

const FORMAT_VALUES = ['card', 'table', 'json', 'jsonl', 'csv'];

/** `--part-of-day <morning|afternoon|evening>` says its values itself. */
function valuesOf(flags: string): readonly string[] {
  const placeholder = /<([^>]*)>/.exec(flags)?.[1] ?? '';
  if (placeholder === 'format') return FORMAT_VALUES;
  if (placeholder === 'verdict') return ['allow', 'ask', 'deny'];
  return placeholder.includes('|') ? placeholder.split('|') : [];
}

function withoutChoices({ choices: _choices, lookUp: _lookUp, ...details }: CommandDetails): Omit<CommandDetails, 'choices' | 'lookUp'> {
  return details;
}

function visibleCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}
