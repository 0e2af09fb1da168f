import type { Command } from 'commander';
import { fillGroup } from './command.ts';

/** A command and everything below it, as plain data. */
export interface CommandNode {
  /** `kalends bookings cancel` */
  readonly command: string;
  readonly summary: string;
  readonly arguments: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly variadic: boolean;
    readonly description: string;
  }[];
  readonly options: readonly { readonly flags: string; readonly description: string; readonly required: boolean }[];
  readonly commands: readonly CommandNode[];
}

/** The whole tree below a command. */
export function toTree(command: Command, path: readonly string[] = []): CommandNode {
  fillGroup(command);
  const here = [...path, command.name()];
  return {
    command: here.join(' '),
    summary: command.description(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      variadic: argument.variadic,
      description: argument.description,
    })),
    options: command.options
      .filter((option) => !option.hidden)
      .map(({ flags, description, mandatory }) => ({ flags, description, required: mandatory })),
    commands: visibleCommands(command).map((child) => toTree(child, here)),
  };
}

/** What may follow these words: commands, or the options of the command that they name. The last word is the one that is being typed. */
export function completionsOf(program: Command, words: readonly string[]): readonly string[] {
  const typed = words.at(-1) ?? '';
  let command = program;
  for (const word of words.slice(0, -1).flatMap((part, index) => (index === 0 ? part.split(':') : [part]))) {
    fillGroup(command);
    const child = visibleCommands(command).find((candidate) => candidate.name() === word);
    if (child === undefined) break;
    command = child;
  }
  fillGroup(command);
  const names = visibleCommands(command).map((child) => child.name());
  const flags = command.options.filter((option) => !option.hidden).flatMap((option) => option.long ?? []);
  const offered = typed.startsWith('-') || names.length === 0 ? flags : names;
  return offered.filter((candidate) => candidate.startsWith(typed));
}

function visibleCommands(command: Command): readonly Command[] {
  return command.createHelp().visibleCommands(command);
}
