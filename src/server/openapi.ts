import { z } from 'zod';
import { type App, endpointsOf, type MountedEndpoint, type Service } from './serve.ts';
import { OLDEST } from './versions.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** `GET /v2/openapi.json`: what this service answers, made of the very schemas it answers by. */
export function serveOpenApi(app: App, service: Service): void {
  let text: string | undefined;
  app.get('/v2/openapi.json', (context) => {
    text ??= JSON.stringify(toOpenApi(endpointsOf(service)));
    return context.body(text, 200, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
  });
}

/** An OpenAPI 3.1 document. Of operations that differ by version alone, the newest stands in it: the format knows one for each path. */
export function toOpenApi(mounted: readonly MountedEndpoint[]): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  const newestLast = mounted.toSorted((one, other) => (ageOf(one) < ageOf(other) ? -1 : 1));
  for (const operation of newestLast) {
    const path = operation.endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.endpoint.method.toLowerCase()]: toOperation(operation, path) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Kalends',
      version: '2',
      description:
        'The scheduling service of this installation, compatible with version 2 of the Cal.com API. Each operation names its "cal-api-version".',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(Object.keys(paths).map(tagOf))].toSorted().map((name) => ({ name })),
    paths: Object.fromEntries(Object.entries(paths).toSorted(([one], [other]) => (one < other ? -1 : 1))),
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key: it begins with "cal_".' } },
      schemas: { Error: ERROR },
    },
  };
}

function ageOf({ endpoint }: MountedEndpoint): string {
  return endpoint.versions.toSorted().at(-1) ?? '';
}

function tagOf(path: string): string {
  return path.split('/')[2] ?? '';
}

function toOperation({ endpoint, isPublic }: MountedEndpoint, path: string): JsonSchema {
  const { method, versions, query, body, response, status } = endpoint;
  const hasBody = body.type !== 'undefined' && method !== 'GET';
  const failure = { description: 'A refusal', content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } };
  return {
    tags: [tagOf(path)],
    operationId: `${method.toLowerCase()}${path.replace(/[^a-zA-Z0-9]+(\w?)/g, (_match, letter: string) => letter.toUpperCase())}`,
    // The oldest version of all belongs to the old API alone.
    ...(versions.includes(OLDEST) ? { deprecated: true } : {}),
    security: isPublic ? [{}, { key: [] }] : [{ key: [] }],
    parameters: [...pathParameters(path), ...versionParameter(versions), ...queryParameters(query)],
    ...(hasBody
      ? {
          requestBody: {
            required: !body.safeParse(undefined).success,
            content: { 'application/json': { schema: toJsonSchema(body, 'input') } },
          },
        }
      : {}),
    responses: {
      [status]: { description: 'Success', content: { 'application/json': { schema: toJsonSchema(response, 'output') } } },
      default: failure,
    },
  };
}

function pathParameters(path: string): JsonSchema[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
}

function versionParameter(versions: readonly string[]): JsonSchema[] {
  const [first] = versions;
  if (first === undefined) return [];
  return [{ name: 'cal-api-version', in: 'header', required: true, schema: { type: 'string', enum: versions, default: first } }];
}

/** Each member of the query; of several possible queries all members, none of them required. */
function queryParameters(query: z.ZodType): JsonSchema[] {
  if (query.type === 'undefined') return [];
  const schema = toJsonSchema(query, 'input');
  // Schemas of queries are objects or unions of objects, and this is how JSON Schema writes them.
  const branches = (schema.anyOf ?? [schema]) as readonly { properties?: Record<string, JsonSchema>; required?: readonly string[] }[];
  const properties: Record<string, JsonSchema> = Object.assign({}, ...branches.map((branch) => branch.properties ?? {}));
  return Object.entries(properties).map(([name, member]) => ({
    name,
    in: 'query',
    required: branches.every((branch) => branch.required?.includes(name) === true),
    schema: member,
    ...(member.type === 'object' ? { style: 'deepObject', explode: true } : {}),
  }));
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return plain;
}

const ERROR: JsonSchema = {
  type: 'object',
  required: ['status', 'timestamp', 'path', 'message', 'error'],
  properties: {
    status: { type: 'string', enum: ['error'] },
    timestamp: { type: 'string' },
    path: { type: 'string' },
    message: { type: 'string', description: 'What was wrong and what to do, as a sentence.' },
    error: {
      type: 'object',
      required: ['code', 'message', 'details'],
      properties: { code: { type: 'string' }, message: { type: 'string' }, details: { type: 'object' } },
    },
  },
};
