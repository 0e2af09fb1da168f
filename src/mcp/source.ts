import { AppError } from '../errors.ts';
import { FOREIGN_NAMESPACE, type ForeignDescription, type ForeignTool } from '../toolkit/foreign.ts';
import { withoutHiddenText } from '../toolkit/plain-text.ts';
import type { McpBook } from './book.ts';
import type { McpServerDefinition } from './definition.ts';
import { hasUsableName, type ServerAction, toAction, toForeignTool } from './foreign-tool.ts';
import type { McpPool } from './pool.ts';

/** What one server has, or why nobody knows. */
export interface ServerTools {
  readonly server: string;
  readonly tools: readonly ForeignDescription[];
  readonly error?: AppError;
}

/** The servers of one book as a source of tools. */
export interface McpSourceOfTools {
  find(server: string, tool: string): Promise<ForeignTool>;
  /** The tools of one server; throws. */
  describe(server: string): Promise<readonly ForeignDescription[]>;
  /** Those of every server that is on and trusted, at once; one that is dead is told with its error. Others are not started. Who
   * has not answered in time is told as late, and goes on starting. */
  describeAll(options?: { readonly patienceMs?: number }): Promise<readonly ServerTools[]>;
}

export function createMcpSource(book: McpBook, pool: McpPool): McpSourceOfTools {
  async function actionsOf(definition: McpServerDefinition): Promise<readonly ServerAction[]> {
    const { name } = definition;
    const tools = (await pool.tools(name)).filter(hasUsableName);
    return tools.map((tool) => toAction(tool, async (input, signal) => (await pool.reach(name)).call(tool.name, input, signal)));
  }

  async function describe(server: string): Promise<readonly ForeignDescription[]> {
    const definition = book.get(server);
    return (await actionsOf(definition)).map((action) => toDescription(definition.name, action));
  }

  return {
    describe,

    async find(server, tool) {
      const definition = book.get(server);
      const reading = READING.find(({ name }) => name === tool);
      if (reading) return toForeignTool(definition, toReading(reading, definition.name, pool));
      const actions = await actionsOf(definition);
      const action = actions.find(({ name }) => name === tool) ?? actions.find(({ name }) => plain(name) === plain(tool));
      if (action) return toForeignTool(definition, action);
      const names = actions.map(({ name }) => name);
      throw new AppError('not_found', `The MCP server "${definition.name}" has no tool "${tool}".`, {
        hint: names.length === 0 ? 'It has none.' : `It has ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`,
        details: { suggestions: names.filter((name) => plain(name).includes(plain(tool).slice(0, 4))).slice(0, 5) },
      });
    },

    async describeAll({ patienceMs } = {}) {
      const usable = book.list().servers.filter((definition) => definition.isEnabled && book.isTrusted(definition));
      return Promise.all(
        usable.map(async ({ name }): Promise<ServerTools> => {
          try {
            return { server: name, tools: await within(patienceMs, describe(name), name) };
          } catch (error) {
            if (error instanceof AppError) return { server: name, tools: [], error };
            throw error;
          }
        }),
      );
    },
  };
}

/** What comes in time; what comes later is nobody's failure. */
async function within<Value>(patienceMs: number | undefined, coming: Promise<Value>, name: string): Promise<Value> {
  if (patienceMs === undefined) return coming;
  coming.catch(() => undefined);
  const { promise: late, reject } = Promise.withResolvers<never>();
  const error = new AppError('timeout', `The MCP server "${name}" has not answered yet.`, { hint: 'Try again in a moment.' });
  const timer = setTimeout(() => reject(error), patienceMs);
  return Promise.race([coming, late]).finally(() => clearTimeout(timer));
}

function toDescription(server: string, { name, description, effect, schema }: ServerAction): ForeignDescription {
  return { name: `${FOREIGN_NAMESPACE}.${server}.${name}`, server, tool: name, description, effect, schema };
}

/** Methods of the protocol that read what a server holds; they pass the gate like its tools. */
const READING = [
  {
    name: 'resources/read',
    description: 'Reads a resource of the server.',
    schema: { type: 'object', properties: { uri: { type: 'string', minLength: 1 } }, required: ['uri'], additionalProperties: false },
  },
  {
    name: 'prompts/get',
    description: 'Fills in a prompt of the server.',
    schema: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1 },
        arguments: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
] as const;

function toReading({ name, description, schema }: (typeof READING)[number], server: string, pool: McpPool): ServerAction {
  return {
    name,
    description,
    effect: 'read',
    schema,
    async run(input, signal) {
      const connection = await pool.reach(server);
      const answer =
        name === 'resources/read'
          ? await connection.read(String(input.uri), signal)
          : await connection.prompt(String(input.name), toTexts(input.arguments), signal);
      return withoutHiddenText(answer);
    },
  };
}

/** The schema above has seen to it that they are texts. */
function toTexts(given: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(given ?? {}).map(([name, value]) => [name, String(value)]));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}
