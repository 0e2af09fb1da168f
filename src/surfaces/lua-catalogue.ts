import type { LuaCatalogue, LuaFunction, LuaNamespace } from '../lua/index.ts';
import type { ForeignDescription } from '../toolkit/foreign.ts';
import type { CommandDescription, JsonSchema } from './cli.ts';

/** A foreign server with its tools. */
export interface LuaServer {
  readonly server: string;
  readonly tools: readonly ForeignDescription[];
}

export interface LuaCatalogueParts {
  readonly descriptions: readonly CommandDescription[];
  /** Named accounts of each namespace, beside `default`. */
  readonly accounts: Readonly<Record<string, readonly string[]>>;
  readonly servers: readonly LuaServer[];
}

/** The functions under `app`, as data for the engine. */
export function toLuaCatalogue({ descriptions, accounts, servers }: LuaCatalogueParts): LuaCatalogue {
  const namespaces = [...new Set(descriptions.map(({ namespace }) => namespace))];
  return {
    integrations: namespaces.map(
      (name): LuaNamespace => ({
        name,
        accounts: accounts[name] ?? [],
        functions: descriptions.filter(({ namespace }) => namespace === name).map(toFunction),
      }),
    ),
    mcp: servers.map(({ server, tools }) => ({
      name: server,
      functions: tools.map(({ tool, schema }): LuaFunction => {
        // JSON Schema of an input is an object's
        const { properties = {}, required = [] } = schema as JsonSchema;
        return { name: tool, ...toParameters(Object.keys(properties), required) };
      }),
    })),
  };
}

function toFunction({ name, schema, command }: CommandDescription): LuaFunction {
  const positionals = (command?.positionals ?? []).map((positional) => positional.split('|')[0] ?? positional);
  return { name, ...toParameters(Object.keys(schema.properties ?? {}), [...positionals, ...(schema.required ?? [])]) };
}

/** Only what a call needs, or what its command takes without a flag, has a place of its own: nobody remembers the order of options. */
function toParameters(names: readonly string[], placed: readonly string[]): Pick<LuaFunction, 'parameters' | 'positional'> {
  const first = [...new Set(placed)].filter((name) => names.includes(name));
  const parameters = [...first, ...names.filter((name) => !first.includes(name))];
  return { parameters, positional: names.length === 1 ? 1 : first.length };
}
