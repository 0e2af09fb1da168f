import { existsSync, readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend } from 'openapi-backend';

const FILE = new URL('../../../../shared/data/whereby-openapi.json', import.meta.url);

// biome-ignore lint/suspicious/noExplicitAny: a document is patched here whose type is that of correct ones.
type Loose = any;

export interface WherebySpecification {
  /** "GET /meetings/{meetingId}" */
  readonly operations: readonly string[];
  /** What the answer breaks of the operation's schema; nothing for answers that have none. */
  violations(operation: string, status: number, body: unknown): readonly string[];
  /** Whether the operation names this status. */
  declares(operation: string, status: number): boolean;
  readonly document: Document;
}

/** The official specification without its known faults, where this checkout stands beside it. */
export async function readWherebySpecification(): Promise<WherebySpecification | undefined> {
  if (!existsSync(FILE)) return undefined;
  const document: Loose = JSON.parse(readFileSync(FILE, 'utf8'));
  patch(document);
  const operations = Object.entries<Loose>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const backend = new OpenAPIBackend({ definition: document, quick: true, ajvOpts: { strict: false, formats: FORMATS } });
  await backend.init();
  const responsesOf = (operation: string): Loose => {
    const [method = '', path = ''] = operation.split(' ');
    return document.paths[path]?.[method.toLowerCase()]?.responses ?? {};
  };
  return {
    operations,
    document,
    declares: (operation, status) => String(status) in responsesOf(operation),
    violations(operation, status, body) {
      const schema = responsesOf(operation)[String(status)];
      if (schema === undefined) return [`${operation} has no answer ${status}`];
      if (schema.content === undefined) return [];
      const { errors } = backend.validateResponse(body, toOperationId(operation), status);
      return (errors ?? []).map((error) => `${operation} ${status} ${error.instancePath} ${error.message}`);
    },
  };
}

const FORMATS = {
  'date-time': /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/,
  uri: (text: string) => URL.canParse(text),
  binary: true,
} as const;

function toOperationId(operation: string): string {
  return operation.replace(/[^A-Za-z]+/g, '_');
}

function patch(document: Loose): void {
  // It is written as 3.0, but some of its types are lists as in 3.1.
  document.openapi = '3.1.0';
  for (const [path, methods] of Object.entries<Loose>(document.paths)) {
    for (const [method, operation] of Object.entries<Loose>(methods)) {
      // It has no operation ids.
      operation.operationId = toOperationId(`${method.toUpperCase()} ${path}`);
      for (const parameter of operation.parameters ?? []) {
        // Several parameters have neither a schema nor a content.
        if (parameter.$ref === undefined) parameter.schema ??= { type: 'string' };
      }
      const schema = operation.responses['200']?.content?.['application/json']?.schema;
      if (schema?.properties?.results !== undefined) {
        // The cursor is a string there, and null on the last page. In two lists it stands beside the properties instead of among them.
        schema.properties.cursor = { type: ['string', 'null'] };
        delete schema.cursor;
      }
    }
  }
  for (const [path, name] of [
    ['/transcriptions', 'transcriptionId'],
    ['/summaries', 'summaryId'],
  ] as const) {
    const operation = document.paths[path].post;
    // It demands parameters of a path that has none.
    operation.parameters = [];
    // The schema of what was made is the properties themselves.
    operation.responses['201'].content['application/json'].schema = {
      type: 'object',
      required: [name],
      properties: { [name]: { type: 'string' } },
    };
  }
  const itemOf = (path: string) => document.paths[path].get.responses['200'].content['application/json'].schema.properties.results.items;
  const session = itemOf('/insights/room-sessions');
  // What is required there are fields that no session has.
  session.required = session.required.filter((name: string) => name in session.properties);
  // Null while the session goes on: the specification shows only sessions that ended.
  session.properties.endedAt.type = ['string', 'null'];
  itemOf('/insights/participants').properties.leftAt.type = ['string', 'null'];
  const [roomSessionId] = document.paths['/insights/participants'].get.parameters;
  // Either it or externalId is required, as its own description says.
  roomSessionId.required = false;
  // The codes of the languages end with a comma.
  const { language } =
    document.paths['/meetings'].post.requestBody.content['application/json'].schema.properties.liveTranscription.properties;
  language.enum = language.enum.map((code: string) => code.replace(',', ''));
  // Its own example, "example-prefix", does not match: hyphens are allowed.
  document.paths['/meetings'].post.requestBody.content['application/json'].schema.properties.roomNamePrefix.pattern = '^[a-z0-9-]{0,39}$';
  // Their example has the properties that the schema forgot to name.
  const { schemas } = document.components;
  schemas.Recording.properties = { sizeInMegaBytes: { type: 'number' }, startDate: { type: 'string', format: 'date-time' } };
  schemas.Summary.properties = { summary: { type: 'object' }, state: { type: 'string' } };
}
