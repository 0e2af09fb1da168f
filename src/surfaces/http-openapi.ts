import type { JsonSchema } from './cli.ts';
import type { HttpTool } from './http.ts';

type Json = Readonly<Record<string, unknown>>;

/** `GET /tools/openapi.json`: every tool as an operation of its own, with the schema the gate parses by. */
export function toToolsOpenApi(tools: readonly HttpTool[]): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kalends tools',
      version: '1',
      description:
        'The actions of this installation, each through its gate: a write that the policy wants a person for answers 409 "approval_pending" and waits. `execute_lua` runs a script over all of them. Every refusal, also of an unknown parameter, is `{ success: false, data: null, error }`.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(tools.map(tagOf))].map((name) => ({ name })),
    paths: {
      '/tools': {
        get: {
          ...operation('list_tools', 'List the tools, or find some by words.'),
          tags: ['tools'],
          parameters: [{ name: 'query', in: 'query', schema: { type: 'string' }, description: 'For example "webhook".' }],
        },
      },
      '/tools/{name}': {
        get: {
          ...operation('read_tool', 'Read the page of a tool.'),
          tags: ['tools'],
          parameters: [
            { name: 'name', in: 'path', required: true, schema: { type: 'string' }, description: 'For example "cal.list_bookings".' },
          ],
        },
      },
      ...Object.fromEntries(tools.map((tool) => [`/tools/${tool.name}`, { post: toOperation(tool) }])),
    },
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  };
}

function toOperation(tool: HttpTool): Json {
  const { name, summary, effect, schema } = tool;
  const isOfCatalogue = name.includes('.');
  return {
    ...operation(name.replace('.', '_'), summary),
    tags: [tagOf(tool)],
    ...(effect === 'read' || effect === 'unknown' ? {} : { description: 'Changes something: the person may be asked first.' }),
    parameters: [...(isOfCatalogue ? [ACCOUNT] : []), ...(effect === 'read' ? [] : [DRY_RUN])],
    requestBody: { required: (schema.required ?? []).length > 0, content: { 'application/json': { schema: withoutDialect(schema) } } },
  };
}

const ACCOUNT = {
  name: 'account',
  in: 'query',
  schema: { type: 'string' },
  description: 'Which account; the default one when absent. Only the owner of the installation has others than "local".',
};
const DRY_RUN = {
  name: 'dry_run',
  in: 'query',
  schema: { type: 'boolean' },
  description: 'Only plan it: true or 1, false or 0; without a value it is true.',
};

function operation(operationId: string, summary: string): Json {
  const answer = (description: string) => ({ description, content: { 'application/json': { schema: { type: 'object' } } } });
  return {
    operationId,
    summary,
    security: [{ key: [] }],
    responses: { 200: answer('What it answered.'), default: answer('`error` says why not.') },
  };
}

function tagOf({ name }: HttpTool): string {
  return name.split('.').length > 1 ? (name.split('.')[0] ?? 'tools') : 'lua';
}

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
