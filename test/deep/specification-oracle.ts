import { existsSync, readFileSync } from 'node:fs';
import { type Document, OpenAPIBackend } from 'openapi-backend';
import { correct } from './specification-faults.ts';

/** Says what an answer breaks of the official specification. */
export interface Oracle {
  /** "POST /v2/bookings" */
  faultsOf(operation: string, status: number, body: unknown): readonly string[];
}

const FILE = new URL('../../../shared/data/cal-openapi.json', import.meta.url);

/** The official specification, where this checkout stands beside it. */
export async function openOracle(): Promise<Oracle | undefined> {
  if (!existsSync(FILE)) {
    console.warn('Skipped: the official specification (../shared/data/cal-openapi.json) is not beside this checkout.');
    return undefined;
  }
  const definition = readLeniently(correct(JSON.parse(readFileSync(FILE, 'utf8')))) as Document; // the specification is a document
  const api = new OpenAPIBackend({
    definition,
    strict: false,
    quick: true,
    ajvOpts: { strict: false, allErrors: true, validateFormats: false },
  });
  await api.init();
  const operations = new Map(
    api.router.getOperations().map((operation) => [`${operation.method.toUpperCase()} ${operation.path}`, operation]),
  );
  return {
    faultsOf(operation, status, body) {
      const id = operations.get(operation)?.operationId;
      if (id === undefined) return [`${operation} is not in the specification`];
      const { errors } = api.validateResponse(body, id, status);
      return (errors ?? []).map(({ instancePath, message, params }) => `${operation} ${instancePath} ${message} ${JSON.stringify(params)}`);
    },
  };
}

/**
 * `oneOf` without a discriminator refuses what fits two branches at once, which correct answers do; `nullable` beside anything but a plain type is
 * not understood by the validator; and an "object" without members is how the specification's generator writes a type it could not tell.
 */
function readLeniently(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readLeniently);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, discriminator: _discriminator, ...plain } = value as Readonly<Record<string, unknown>>; // an object of JSON
  const isUntold = plain.type === 'object' && !MEMBERS.some((name) => name in plain);
  const schema = Object.fromEntries(
    Object.entries(plain)
      .filter(([name]) => !(isUntold && name === 'type'))
      .map(([name, member]) => [name === 'oneOf' ? 'anyOf' : name, readLeniently(member)]),
  );
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

const MEMBERS = ['properties', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', '$ref'];
