import { normalizeArguments } from '../toolkit/arguments.ts';
import type { Tool } from '../toolkit/tool.ts';
import type { CommandDescription, JsonSchema } from './cli.ts';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * The arguments of a script as JSON: an empty table, which in Lua is neither list nor object, is what the schema wants there, and what stands first without a
 * name is the number or the slug that it looks like.
 */
export function toToolInput(tool: Tool, { schema, command }: Pick<CommandDescription, 'schema' | 'command'>, given: Arguments): unknown {
  const named = normalizeArguments(given, tool.input, tool.aliases) as Arguments; // an object stays one
  return settleTables(toOneName(named, command?.positionals ?? []), schema);
}

/** `get_event_type("30min")` is no id. */
function toOneName(given: Arguments, positionals: readonly string[]): Arguments {
  const [first = '', second] = positionals[0]?.split('|') ?? [];
  const value = given[first];
  if (second === undefined || typeof value !== 'string' || /^\d+$/.test(value) || given[second] !== undefined) return given;
  const { [first]: moved, ...rest } = given;
  return { ...rest, [second]: moved };
}

function settleTables(value: unknown, schema: JsonSchema): unknown {
  if (value === null || typeof value !== 'object') return value;
  const isList = Array.isArray(value);
  if (isList ? value.length === 0 : Object.keys(value).length === 0) {
    if (!isList && takes(schema, 'array') && !takes(schema, 'object')) return [];
    return isList && takes(schema, 'object') && !takes(schema, 'array') ? {} : value;
  }
  if (isList) {
    const items = alternativesOf(schema).find((alternative) => alternative.items !== undefined)?.items ?? {};
    return value.map((item) => settleTables(item, items));
  }
  const properties = alternativesOf(schema).flatMap((alternative) => Object.entries(alternative.properties ?? {}));
  const known = new Map(properties);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, settleTables(part, known.get(name) ?? {})]));
}

function takes(schema: JsonSchema, type: string): boolean {
  return alternativesOf(schema).some((alternative) => [alternative.type].flat().includes(type));
}

function alternativesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternativesOf);
}
