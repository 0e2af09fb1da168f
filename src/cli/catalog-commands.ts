import { type Command, Option } from 'commander';
import type { CommandDescription, JsonSchema } from '../surfaces/cli.ts';
import { accessOf } from '../surfaces/naming.ts';
import { toCommandLine } from '../surfaces/samples.ts';
import type { ToolCommand } from '../toolkit/tool.ts';
import { typesOf } from './arguments.ts';
import { addDetails, asWrite, does, find, group, leaf, type Report } from './command.ts';

/** What the commands of one resource are for; a resource without a line of its own is told by its name. */
const RESOURCES: Readonly<Record<string, string>> = {
  bookings: 'See, make, move and cancel bookings.',
  slots: 'See free times.',
  'event-types': 'See and change what people can book with you.',
  schedules: 'See and change when you can be booked.',
  webhooks: 'See and change who is told about bookings.',
  calendars: 'See the calendars that block your time.',
  ooo: 'See and plan days away.',
  credits: 'See, grant and charge credits.',
  reservations: 'Hold a time for a moment.',
  teams: 'See the teams you are in.',
  attendees: 'See, add and remove who comes to a booking.',
  'private-links': 'See and make links that only their readers can book by.',
  rooms: 'See, make and remove video rooms.',
  meetings: 'See past and running video meetings.',
  recordings: 'See recordings of video meetings.',
  transcriptions: 'See transcriptions of video meetings.',
  summaries: 'See summaries of video meetings.',
  api: 'Call the API of the account by path.',
};

/** One command for each tool that names one: `kalends <resource> <action>`. */
export function addCatalog(program: Command, report: Report, descriptions: readonly CommandDescription[]): void {
  const resources = Map.groupBy(descriptions, ({ command }) => command?.resource ?? '');
  for (const [resource, members] of resources) {
    if (resource === '') continue;
    const [alone] = members;
    if (alone && members.length === 1 && alone.command?.action === undefined) addTool(program, report, alone);
    else {
      group(program, resource, RESOURCES[resource] ?? `Work with ${resource.replaceAll('-', ' ')}.`, (command) => {
        for (const member of members) addTool(command, report, member);
      });
    }
  }
}

function addTool(parent: Command, report: Report, description: CommandDescription): void {
  const { command, schema, summary, effect, notUndoable } = description;
  if (command === undefined) return;
  const name = command.action ?? command.resource;
  if (find(parent, name)) return;
  const words = (command.positionals ?? []).map((positional) => `[${positional.replaceAll('_', '-')}]`);
  const made = leaf(parent, [name, ...words, '[input...]'].join(' '), { summary, example: toCommandLine(description) });
  addDetails(made, { tool: description.tool, effect, schema });
  if (namesRecord(command)) made.addHelpText('after', '  `kalends demo` makes what it names, in a new installation.');
  // As the list of its group shows it.
  made.summary(`${summary} [${accessOf(description)}]`);
  for (const positional of command.positionals ?? []) {
    const argument = made.registeredArguments.find((registered) => registered.name() === positional.replaceAll('_', '-'));
    const field = schema.properties?.[positional.split('|')[0] ?? ''];
    if (argument && field?.description) argument.description = field.description;
  }
  const input = made.registeredArguments.find((registered) => registered.name() === 'input');
  if (input) input.description = 'More values: key=value, key:=json, @file.json, a JSON object, or - for standard input.';
  for (const flag of flagsOf(description)) {
    const option = new Option(`--${flag.name}${flag.isSwitch ? '' : ` ${flag.placeholder}`}`, flag.description);
    if (flag.isRepeatable) option.argParser((value: string, before: readonly string[] = []) => [...before, value]);
    made.addOption(option);
    if (flag.isSwitch) made.addOption(new Option(`--no-${flag.name}`, `The opposite of --${flag.name}.`).hideHelp());
  }
  made
    .option('--account <name>', 'Account to use; see `kalends accounts list`.')
    .option('--format <format>', 'card, table, json, jsonl or csv; cards on a terminal, JSON elsewhere.')
    .option('--time-zone <zone>', 'Zone you read and write times in, like Europe/Amsterdam; your own by default.');
  if (effect !== 'read') {
    asWrite(made).option('--force', 'Pass over the policy; obeyed only if your config.json says "allowForce": true.');
    made.addHelpText(
      'after',
      notUndoable === undefined ? '\nIt can be undone: kalends undo last' : `\nIt cannot be undone: ${notUndoable}`,
    );
  }
  made.addHelpText('after', `\nIt is the tool ${description.tool} (${effect}).`);
  does(made, report, async (values, terminal, positionals) =>
    (await import('./commands/run-tool.ts')).runTool(description, values, terminal, positionals),
  );
}

/** Whether the words without flags are of something that has to be there. */
function namesRecord({ positionals = [] }: ToolCommand): boolean {
  return positionals.some((positional) => /(^|_)u?id\b|^room_name$/.test(positional));
}

/** A flag of a generated command, and which argument it gives. */
export interface Flag {
  /** `event-type-id` */
  readonly name: string;
  /** `event_type_id`, `attendee.email`, or `id|slug`. */
  readonly path: string;
  readonly placeholder: string;
  readonly description: string;
  readonly isSwitch: boolean;
  readonly isRepeatable: boolean;
}

/** Every argument of the tool as a flag, then the short ones its command names. */
export function flagsOf({ schema, command }: Pick<CommandDescription, 'schema' | 'command'>): readonly Flag[] {
  const own = Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== 'time_zone')
    .map(([name, field]) => toFlag(name.replaceAll('_', '-'), name, withPhrase(field, command?.phrases?.[name])));
  const taken = new Set(own.map(({ name }) => name));
  const named = Object.entries(command?.flags ?? {})
    .filter(([name]) => !taken.has(name))
    .map(([name, path]) => toFlag(name, path, fieldAt(schema, path.split('|')[0] ?? path)));
  const range: readonly Flag[] = command?.range
    ? [
        {
          name: 'when',
          path: 'when',
          placeholder: '<phrase>',
          description: `Day or range, "friday afternoon", "next week", instead of --${command.range.join(' and --').replaceAll('_', '-')}.`,
          isSwitch: false,
          isRepeatable: false,
        },
      ]
    : [];
  return [...own, ...named, ...range.filter(({ name }) => !taken.has(name))];
}

function withPhrase(field: JsonSchema, kind: 'moment' | 'day' | undefined): JsonSchema {
  if (kind === undefined) return field;
  return {
    ...field,
    description: `${field.description ?? ''} Or a phrase: "${kind === 'moment' ? 'tomorrow 2pm' : 'next monday'}".`.trim(),
  };
}

function toFlag(name: string, path: string, field: JsonSchema): Flag {
  const types = typesOf(field);
  const isSwitch = types.has('boolean') && types.size === 1;
  const isRepeatable = types.has('array');
  return {
    name,
    path,
    placeholder: placeholderOf(path, field, types),
    description: `${field.description ?? ''}${isRepeatable ? ' Repeat it for more.' : ''}`.trim(),
    isSwitch,
    isRepeatable,
  };
}

function placeholderOf(path: string, field: JsonSchema, types: ReadonlySet<string>): string {
  if (path.includes('|')) return '<id or slug>';
  if (field.enum && field.enum.length <= 6) return `<${field.enum.join('|')}>`;
  if (types.has('object')) return '<json>';
  if (types.has('integer') || types.has('number')) return '<number>';
  if (types.has('array')) return '<value>';
  return '<text>';
}

function fieldAt(schema: JsonSchema, path: string): JsonSchema {
  return path.split('.').reduce<JsonSchema>((found, name) => found.properties?.[name] ?? objectIn(found)?.properties?.[name] ?? {}, schema);
}

function objectIn(schema: JsonSchema): JsonSchema | undefined {
  return schema.anyOf?.find((option) => option.properties !== undefined);
}
