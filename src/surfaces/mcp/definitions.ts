import type { Tool } from '@modelcontextprotocol/server';
import { AppError } from '../../errors.ts';
import type { CommandDescription, JsonSchema } from '../cli.ts';
import { LUA_TOOLS, type LuaToolName } from '../lua-tools.ts';
import { toTitle } from '../naming.ts';
import { createToolNames } from '../tool-names.ts';
import type { McpToolSet } from './host.ts';
import { toLeanSchema } from './lean-schema.ts';

/** The tools of MCP that are no tools of the catalogue: finding the others, calling them, scripting them. */
export type HelperName = 'search_tools' | 'call_tool' | LuaToolName;

/** A tool as it is listed, and what a call of it does. */
export type Listed =
  | { readonly kind: 'catalogue'; readonly tool: Tool; readonly description: CommandDescription }
  | { readonly kind: 'helper'; readonly tool: Tool; readonly name: HelperName };

const LUA: readonly HelperName[] = LUA_TOOLS.map(({ name }) => name);

export interface Listing {
  readonly set: McpToolSet;
  readonly hasLua: boolean;
}

/** The tools of a set, in the order a client is shown them. A name that nobody has throws `not_found`. */
export function listTools(descriptions: readonly CommandDescription[], { set, hasLua }: Listing): readonly Listed[] {
  const may = (description: CommandDescription) => set.isReadOnly !== true || description.effect === 'read';
  const lua = hasLua && set.isReadOnly !== true ? LUA : LUA.filter((name) => name !== 'execute_lua');
  const chosen =
    set.tools === 'all'
      ? descriptions
      : set.tools === 'core'
        ? descriptions.filter(({ isEveryday }) => isEveryday)
        : set.tools === 'lua'
          ? []
          : pickNamed(descriptions, set.tools);
  const helpers: readonly HelperName[] =
    set.tools === 'core'
      ? ['search_tools', 'call_tool', ...lua.slice(0, hasLua ? 1 : 0)]
      : set.tools === 'all' || set.tools === 'lua'
        ? lua
        : [];
  const shortNames = new Map<string, number>();
  for (const { name } of descriptions) shortNames.set(name, (shortNames.get(name) ?? 0) + 1);
  return [
    ...chosen.filter(may).map((description): Listed => {
      const name = shortNames.get(description.name) === 1 ? description.name : `${description.namespace}_${description.name}`;
      return { kind: 'catalogue', tool: toMcpTool(description, { name, isLean: set.tools === 'core' }), description };
    }),
    ...helpers.filter((name) => name !== 'execute_lua' || hasLua).map((name): Listed => ({ kind: 'helper', tool: findHelper(name), name })),
  ];
}

function pickNamed(descriptions: readonly CommandDescription[], names: readonly string[]): readonly CommandDescription[] {
  const known = createToolNames(descriptions);
  return names.flatMap((name) => {
    const inNamespace = descriptions.filter(({ namespace }) => namespace === name);
    return inNamespace.length > 0 ? inNamespace : [known.get(name).description];
  });
}

/** The name of a listed tool in a client's call: the listed one, or any other name of the same tool. */
export function findListed(listed: readonly Listed[], name: string): Listed {
  const exact = listed.find(({ tool }) => tool.name === name);
  if (exact) return exact;
  const descriptions = listed.flatMap((entry) => (entry.kind === 'catalogue' ? [entry.description] : []));
  const found = createToolNames(descriptions).find(name)?.description;
  const same = listed.find((entry) => entry.kind === 'catalogue' && entry.description === found);
  if (found !== undefined && same) return same;
  const suggestions = createToolNames(descriptions).closest(name);
  throw new AppError('not_found', `There is no tool "${name}" in this session.`, {
    hint: suggestions.length > 0 ? `Did you mean ${suggestions.join(', ')}?` : 'List the tools to see what there is.',
    details: { suggestions },
  });
}

interface Look {
  readonly name: string;
  readonly isLean: boolean;
}

function toMcpTool({ name: short, summary, effect, schema }: CommandDescription, { name, isLean }: Look): Tool {
  const isRead = effect === 'read';
  const plain = isLean ? toLeanSchema(schema) : withoutClosing(schema);
  const shown: JsonSchema = { ...plain, properties: { ...plain.properties, account: { type: 'string' } } };
  return {
    name,
    ...(isLean ? {} : { title: toTitle(short) }),
    description: isRead ? summary : `${summary} The person is asked first.`,
    // a JSON Schema of type object, as every tool's input is
    inputSchema: shown as Tool['inputSchema'],
    outputSchema: OUTPUT,
    annotations: isRead ? { readOnlyHint: true } : { readOnlyHint: false, destructiveHint: effect === 'destroy' },
  };
}

/** The data stands under `result`: what the API answers may be a list, and a schema of all its fields would cost more than it tells. */
const OUTPUT: NonNullable<Tool['outputSchema']> = { type: 'object', properties: { result: {} } };

function withoutClosing({ additionalProperties: _closed, ...schema }: JsonSchema): JsonSchema {
  return schema;
}

function helper(name: HelperName, description: string, schema: JsonSchema): Tool {
  const isRead = name !== 'call_tool' && name !== 'execute_lua';
  return {
    name,
    description,
    inputSchema: schema as Tool['inputSchema'], // of type object, as every tool's is
    annotations: isRead ? { readOnlyHint: true } : { readOnlyHint: false, destructiveHint: true },
  };
}

const HELPERS: readonly Tool[] = [
  helper('search_tools', 'Find more calendar tools by words, with their arguments; call them with call_tool.', {
    type: 'object',
    properties: { query: { type: 'string', description: 'For example "webhook".' } },
    required: ['query'],
    additionalProperties: false,
  }),
  helper('call_tool', 'Call a tool that search_tools found.', {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'For example "cal.list_webhooks".' },
      arguments: { type: 'object', description: 'As its schema says.' },
      account: { type: 'string' },
    },
    required: ['name'],
    additionalProperties: false,
  }),
  ...LUA_TOOLS.map(({ name, description, schema }) => helper(name, description, schema)),
];

function findHelper(name: HelperName): Tool {
  const found = HELPERS.find((helper) => helper.name === name);
  if (found === undefined) throw new Error(`There is no helper "${name}".`);
  return found;
}
