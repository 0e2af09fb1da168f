import { AppError } from '../errors.ts';
import type { LuaAnswer } from '../lua/index.ts';
import type { ForeignDescription } from '../toolkit/foreign.ts';
import { toLuaPath } from './naming.ts';

/** Servers of others, as the helpers under `mcp` ask for them. What a server does or tells goes through the gate instead. */
export interface LuaServers {
  /** A row for each server that a script may know of, running or not. */
  list(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The tools of one server, or of all. */
  tools(server?: string): Promise<readonly ForeignDescription[]>;
  resources(server: string): Promise<readonly unknown[]>;
  prompts(server: string): Promise<readonly unknown[]>;
}

interface HelperParts {
  readonly servers: LuaServers | undefined;
  /** One call through the gate. */
  readonly call: (tool: string, input: unknown) => Promise<LuaAnswer>;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Answers `mcp.servers()`, `mcp.call("files.read", {…})` and their like. */
export async function callMcpHelper(name: string, given: Arguments, { servers, call }: HelperParts): Promise<LuaAnswer> {
  const ok = (value: unknown): LuaAnswer => ({ ok: true, value });
  if (name === 'servers') return ok((await servers?.list()) ?? []);
  if (name === 'tools') return ok(((await servers?.tools(optionalText(given, 'server'))) ?? []).map(toRow));
  if (servers === undefined) throw new AppError('not_found', 'There are no MCP servers.', { hint: 'Add one with `kalends mcp:add`.' });
  switch (name) {
    case 'schema': {
      const wanted = withoutPrefix(text(given, 'tool'));
      const [server = ''] = wanted.split('.');
      const found = (await servers.tools(server)).find((tool) => toPlain(`${tool.server}.${tool.tool}`) === toPlain(wanted));
      if (found) return ok({ ...toRow(found), schema: found.schema });
      throw new AppError('not_found', `There is no MCP tool "${wanted}".`, { hint: `List what there is with mcp.tools("${server}").` });
    }
    case 'call':
      return call(`mcp.${withoutPrefix(text(given, 'tool'))}`, given.arguments ?? {});
    case 'resources':
      return ok(await servers.resources(text(given, 'server')));
    case 'prompts':
      return ok(await servers.prompts(text(given, 'server')));
    case 'read_resource':
      return call(`mcp.${text(given, 'server')}.resources/read`, { uri: text(given, 'uri') });
    default:
      return call(`mcp.${text(given, 'server')}.prompts/get`, { name: text(given, 'name'), arguments: given.arguments ?? {} });
  }
}

function toRow({ server, tool, description, effect }: ForeignDescription): Arguments {
  return {
    server,
    name: tool,
    function: `${server}.${tool}`,
    lua_path: toLuaPath(server, tool),
    description,
    operation: effect === 'read' ? 'read' : 'write',
  };
}

function text(given: Arguments, name: string): string {
  const value = optionalText(given, name);
  if (value !== undefined) return value;
  throw new AppError('invalid_input', `"${name}" is missing; it is a text.`, { hint: 'For example: mcp.tools("files").' });
}

function optionalText(given: Arguments, name: string): string | undefined {
  const value = given[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** `app.mcp.files.read` and `mcp.files.read` are `files.read`. */
function withoutPrefix(name: string): string {
  return name.replace(/^(app\.)?mcp\./, '');
}

function toPlain(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
