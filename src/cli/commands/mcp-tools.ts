import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { AppError, toAppError } from '../../errors.ts';
import type { ForeignTools } from '../../owner/foreign.ts';
import type { JsonSchema } from '../../surfaces/cli.ts';
import { toLuaPath } from '../../surfaces/naming.ts';
import type { ForeignDescription } from '../../toolkit/foreign.ts';
import { type ArgumentWords, gatherInput, takeFlags } from '../arguments.ts';
import { requestTool } from '../call.ts';
import { clean } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { tellOutcome } from './integration-call.ts';
import { askServers } from './mcp-servers.ts';
import { callOptions, listOf, positional, type Values } from './values.ts';

type Input = Readonly<Record<string, unknown>>;

/** Starts the servers that are on and trusted; those that do not answer are told, and make the exit code. */
export async function listTools(terminal: Terminal, [server]: readonly string[]): Promise<number> {
  const { tools, failures } = await askServers<ForeignTools>(terminal, 'tools', server === undefined ? {} : { server });
  const [failure] = failures.filter(({ error }) => error.code !== 'denied');
  if (terminal.isJson) {
    terminal.printJson({ success: failure === undefined, tools: tools.map(toRow), failures }, tools.map(toLine));
  } else {
    for (const tool of tools) terminal.print(`  ${tool.server}.${tool.tool}  ${clean(tool.description.split('\n')[0] ?? '')}`);
    if (tools.length === 0) terminal.print('There are no tools.');
    for (const { error } of failures) terminal.say(clean([error.message, error.hint].filter(Boolean).join(' ')));
  }
  return failure === undefined ? 0 : toAppError(failure.error).exitCode;
}

export async function showSchema(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const tool = await findTool(positional(positionals, 'tool'), terminal);
  if (terminal.isJson) terminal.printJson({ success: true, tool: toRow(tool) });
  else terminal.print(JSON.stringify(tool.schema, null, 2));
  return 0;
}

/** `mcp:notes search --words tea`; without a tool, what the server has. */
export function callServer(values: Values, terminal: Terminal, [server = '', tool, ...words]: readonly string[]): Promise<number> {
  return tool === undefined ? listTools(terminal, [server]) : callTool(values, terminal, [`${server}.${tool}`, ...words]);
}

/** `mcp:call notes.search --words tea`, through the gate. */
export async function callTool(values: Values, terminal: Terminal, [name = '', ...words]: readonly string[]): Promise<number> {
  const tool = await findTool(name, terminal);
  const aliases = aliasesOf(tool);
  // The arguments are written by the server's schema.
  const to: ArgumentWords = { schema: tool.schema as JsonSchema, aliases, positionals: [] };
  const pairs = listOf(values, 'arg') ?? [];
  const flags = takeFlags(words, to);
  const sources = { readFile: (path: string) => readFileSync(path, 'utf8'), readStandardInput: () => readAll(process.stdin) };
  const input = { ...(await gatherInput([...flags.rest, ...pairs], to, sources)), ...flags.input };
  return callThroughGate(tool.name, rename(input, aliases, tool), values, terminal);
}

export function readResource(values: Values, terminal: Terminal, [server = '', uri = '']: readonly string[]): Promise<number> {
  return callThroughGate(`mcp.${server}.resources/read`, { uri }, values, terminal);
}

export async function fillPrompt(
  values: Values,
  terminal: Terminal,
  [server = '', name = '', ...words]: readonly string[],
): Promise<number> {
  const to: ArgumentWords = { schema: { type: 'object', additionalProperties: { type: 'string' } }, aliases: {}, positionals: [] };
  const sources = { readFile: (path: string) => readFileSync(path, 'utf8'), readStandardInput: () => readAll(process.stdin) };
  const flags = takeFlags(words, to);
  const given = { ...(await gatherInput(flags.rest, to, sources)), ...flags.input };
  return callThroughGate(`mcp.${server}.prompts/get`, { name, arguments: given }, values, terminal);
}

/** What a server holds beside its tools, as it lists it. */
export async function listHeld(what: 'resources' | 'prompts', terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const answer = await askServers<Readonly<Record<string, readonly Held[]>>>(terminal, what, {
    server: positional(positionals, 'server'),
  });
  const held = answer[what] ?? [];
  if (terminal.isJson) terminal.printJson({ success: true, ...answer }, held);
  else if (held.length === 0) terminal.print(`There are no ${what}.`);
  else
    for (const one of held)
      terminal.print(clean(`  ${[one.uri, nameOf(one), one.description].filter(Boolean).join('  ').replaceAll('\n', ' ')}`));
  return 0;
}

/** A resource or a prompt, as far as a line tells of it. */
interface Held {
  readonly name: string;
  readonly uri?: string;
  readonly description?: string;
  readonly arguments?: readonly { readonly name: string; readonly required?: boolean }[];
}

/** `greet name=… [tone=…]` */
function nameOf({ name, arguments: given = [] }: Held): string {
  return [name, ...given.map((one) => (one.required === true ? `${one.name}=…` : `[${one.name}=…]`))].join(' ');
}

async function callThroughGate(tool: string, input: Input, values: Values, terminal: Terminal): Promise<number> {
  const startedAt = performance.now();
  const owner = reachOwner(terminal);
  const { account: _account, ...options } = callOptions(values);
  const outcome = await requestTool({ tool, input, ...options }, owner);
  const [, server = ''] = tool.split('.');
  const meta = {
    dry_run: options.dryRun === true,
    permission_bypassed: options.force === true && outcome.status === 'done',
    server,
  };
  return tellOutcome({ name: tool.slice('mcp.'.length), outcome, meta, startedAt }, terminal, owner);
}

async function findTool(name: string, terminal: Terminal): Promise<ForeignDescription> {
  const [server = '', ...rest] = name.replace(/^(?:app\.)?mcp\./, '').split('.');
  const wanted = rest.join('.');
  if (wanted === '') {
    throw new AppError('invalid_input', `"${name}" names no tool of a server.`, { hint: 'Write it like notes.search.' });
  }
  const { tools } = await askServers<ForeignTools>(terminal, 'tools', { server });
  const found = tools.find(({ tool }) => tool === wanted) ?? tools.find(({ tool }) => toPlain(tool) === toPlain(wanted));
  if (found !== undefined) return found;
  const suggestions = tools.map(({ tool }) => `${server}.${tool}`).slice(0, 5);
  throw new AppError('not_found', `The MCP server "${server}" has no tool "${wanted}".`, {
    hint: suggestions.length === 0 ? 'It has none.' : `It has ${suggestions.join(', ')}.`,
    details: { suggestions },
  });
}

/** Servers write `cityName` and `city-name`; flags of ours say `--city-name`. */
function aliasesOf({ schema }: ForeignDescription): Readonly<Record<string, string>> {
  const { properties } = schema as JsonSchema; // see above
  return Object.fromEntries(Object.keys(properties ?? {}).map((name) => [toSnake(name), name]));
}

function rename(input: Input, aliases: Readonly<Record<string, string>>, { schema }: ForeignDescription): Input {
  const { properties = {} } = schema as JsonSchema; // see above
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [Object.hasOwn(properties, name) ? name : (aliases[toSnake(name)] ?? name), value]),
  );
}

/** The same for a line of a table or a list: without its parameters. */
function toLine(description: ForeignDescription) {
  const { parameters: _parameters, schema: _schema, ...line } = toRow(description);
  return line;
}

function toRow({ server, tool, description, effect, schema }: ForeignDescription) {
  const { properties = {}, required = [] } = schema as JsonSchema; // see above
  return {
    server,
    name: tool,
    function: `${server}.${tool}`,
    lua_path: toLuaPath(server, tool),
    description,
    operation: effect === 'read' ? 'read' : 'write',
    effect,
    parameters: Object.entries(properties).map(([name, field]) => ({
      name,
      type: field.type ?? 'any',
      required: required.includes(name),
      description: field.description ?? '',
    })),
    schema,
  };
}

function toSnake(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

function toPlain(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
