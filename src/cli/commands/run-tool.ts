import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { AppError } from '../../errors.ts';
import type { OwnerClient } from '../../owner/client.ts';
import type { CommandDescription } from '../../surfaces/cli.ts';
import { toCommandLine } from '../../surfaces/samples.ts';
import { type ArgumentWords, assign, chooseName, coerceAt, gatherInput } from '../arguments.ts';
import { callTool } from '../call.ts';
import { type Flag, flagsOf } from '../catalog-commands.ts';
import { parseFormat } from '../format.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { callOptions, textOf, type Values } from './values.ts';

type Input = { [name: string]: unknown };

/** Runs a generated command: its words become the tool's input, and the owner's gate does the rest. */
export async function runTool(
  description: CommandDescription,
  values: Values,
  terminal: Terminal,
  positionals: readonly string[],
): Promise<number> {
  const format = textOf(values, 'format');
  const owner = reachOwner(terminal);
  const input = await readInput(description, { values, positionals, owner });
  try {
    const shown = format === undefined ? terminal : terminal.withFormat(parseFormat(format));
    return await callTool({ tool: description.tool, input, ...callOptions(values) }, shown, owner);
  } catch (error) {
    throw inOwnWords(error, description);
  }
}

/** What is wrong and what to do, as this command writes it: with an example, and arguments as flags. */
function inOwnWords(error: unknown, description: CommandDescription): unknown {
  if (!(error instanceof AppError) || error.hint === undefined) return error;
  const { code, message, details } = error;
  const hint = error.hint.startsWith('Correct the named values')
    ? `For example: kalends ${toCommandLine(description)}`
    : toFlagNames(error.hint, description);
  return new AppError(code, message, { cause: error, hint, ...(details === undefined ? {} : { details }) });
}

/** `cancel_subsequent` as `--cancel-subsequent`, `attendee.email` as `--email`; plain words stay words but for "Give start, end or notes". */
export function toFlagNames(hint: string, description: Pick<CommandDescription, 'schema' | 'command'>): string {
  const flags = new Map([['time_zone', '--time-zone'], ...flagsOf(description).map(({ name, path }) => [path, `--${name}`] as const)]);
  const [list = ''] = /^Give [^:"(]*/.exec(hint) ?? [];
  const named = list.replace(/(?<![\w.])[a-z_]+(?![\w.]\w|\w)/g, (word) => flags.get(word) ?? word) + hint.slice(list.length);
  return named.replace(/(?<![\w.-])[a-z]+(?:[_.][a-z]+)+(?!\w)/g, (word) => flags.get(word) ?? word);
}

/** What stands without a flag is looked at here: nobody starts an owner to be told that it is missing. */
function checkPositionals(input: Readonly<Input>, description: CommandDescription): void {
  const { command, aliases } = description;
  for (const positional of command?.positionals ?? []) {
    const names = positional.split('|');
    const others = Object.entries(aliases).filter(([, name]) => names.includes(name));
    const isOptional = description.schema.required?.includes(positional) !== true;
    if (isOptional || [...names, ...others.map(([alias]) => alias)].some((name) => input[name] !== undefined) || input.body !== undefined)
      continue;
    throw new AppError('invalid_input', `The ${positional.replaceAll('_', ' ')} is missing.`, {
      hint: `For example: kalends ${toCommandLine(description)}`,
    });
  }
}

interface Given {
  readonly values: Values;
  readonly positionals: readonly string[];
  readonly owner: OwnerClient;
}

async function readInput(description: CommandDescription, { values, positionals, owner }: Given): Promise<Readonly<Input>> {
  const { command, schema, aliases } = description;
  const to: ArgumentWords = { schema, aliases, positionals: command?.positionals ?? [] };
  const input: Input = { ...(await gatherInput(positionals.flat(), to, SOURCES)) };
  for (const flag of flagsOf(description)) {
    const value = values[toCamel(flag.name)];
    if (value !== undefined && flag.path !== 'when') setFlag(input, flag, value, to);
  }
  checkPositionals(input, description);
  const timeZone = textOf(values, 'timeZone');
  if (timeZone !== undefined && schema.properties?.time_zone !== undefined) input.time_zone = timeZone;
  await readPhrases(input, description, { values, timeZone, owner });
  const preset = command?.preset;
  const isOpen = preset?.unless.every((name) => input[name] === undefined);
  return isOpen ? { ...preset?.input, ...input } : input;
}

function setFlag(input: Input, { name: flag, path }: Flag, value: unknown, to: ArgumentWords): void {
  if (typeof value === 'boolean') {
    assign(input, path, value);
    return;
  }
  const texts = Array.isArray(value) ? value.map(String) : [String(value)];
  const name = chooseName(path, texts[0] ?? '');
  const read = texts.map((text) => coerceAt(name, text, to, `--${flag}`));
  assign(input, name, Array.isArray(value) ? read.flat() : read[0]);
}

/** "tomorrow 2pm" where the tool takes an instant, "friday afternoon" where it takes two. */
async function readPhrases(
  input: Input,
  { command }: CommandDescription,
  { values, timeZone, owner }: { readonly values: Values; readonly timeZone: string | undefined; readonly owner: OwnerClient },
): Promise<void> {
  const context = { owner, timeZone };
  const load = () => import('../when.ts');
  for (const [name, kind] of Object.entries(command?.phrases ?? {})) {
    const text = input[name];
    if (typeof text !== 'string') continue;
    input[name] = kind === 'moment' ? await (await load()).toMoment(text, context) : await (await load()).toDayOrMoment(text, context);
  }
  if (command?.range === undefined) return;
  const [start, end] = command.range;
  const when = textOf(values, 'when');
  const given = [input[start], input[end]];
  if (when !== undefined && given.some((value) => value !== undefined)) {
    throw new AppError('invalid_input', `Use either --when or --${start} and --${end}.`, {
      hint: 'For example: --when "friday afternoon".',
    });
  }
  if (input[start] === undefined && input[end] !== undefined) {
    throw new AppError('invalid_input', `There is an --${end} but no --${start}.`, {
      hint: `Add --${start}, for example --${start} 2030-01-11.`,
    });
  }
  if (typeof input[start] === 'string' && input[end] !== undefined) return;
  const { comingWeek, toRange } = await load();
  const phrase = when ?? input[start];
  const range = typeof phrase === 'string' ? await toRange(phrase, context) : await comingWeek(context);
  input[start] = range.start;
  input[end] = range.end;
}

const SOURCES = {
  readFile: (path: string) => readFileSync(path, 'utf8'),
  readStandardInput: () => readAll(process.stdin),
};

function toCamel(flag: string): string {
  return flag.replace(/-(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
