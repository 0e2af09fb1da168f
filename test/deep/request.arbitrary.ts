import fc from 'fast-check';
import { z } from 'zod';
import type { Endpoint } from '../../src/wire/endpoint.ts';

type JsonSchema = Readonly<Record<string, unknown>>;

/** What really exists, by what it is called in requests: "eventTypeId", "bookingUid". */
export type Pool = Readonly<Record<string, readonly (string | number)[]>>;

export interface FuzzedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly version: string | undefined;
  readonly body: string | undefined;
  /** Which of the callers sends it. */
  readonly caller: number;
}

/** Requests of one operation: most are nearly right, made of its own schemas and of what exists; some are junk. */
export function requestOf(endpoint: Endpoint, pool: Pool, callers: number): fc.Arbitrary<FuzzedRequest> {
  const names = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const params = fc.tuple(...names.map((name) => sometimes(fc.oneof(junkText, fc.nat()).map(String), parameter(name, pool))));
  return fc
    .record({
      params,
      query: queryOf(endpoint.query, pool),
      body: bodyOf(endpoint.body, pool),
      version: sometimes(fc.constantFrom(undefined, '2024-04-15', '2024-09-04', 'latest'), fc.constantFrom(...versionsOf(endpoint))),
      caller: fc.nat({ max: callers - 1 }),
    })
    .map(({ params: values, query, body, version, caller }) => ({
      method: endpoint.method,
      path:
        endpoint.path
          .replace(/:(\w+)/g, () => '\u0000')
          .split('\u0000')
          .map((part, index) => part + (index < values.length ? encodeURIComponent(values[index] ?? '') : ''))
          .join('') + query,
      version,
      body: endpoint.method === 'GET' ? undefined : body,
      caller,
    }));
}

function versionsOf({ versions }: Endpoint): readonly [string | undefined, ...(string | undefined)[]] {
  const [first, ...others] = versions;
  return [first, ...others];
}

/** Nine times in ten the usual. */
function sometimes<Value>(rare: fc.Arbitrary<Value>, usual: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 1, arbitrary: rare }, { weight: 9, arbitrary: usual });
}

const junkText = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.constantFrom('', ' ', '0', '-1', 'null', '../..', '%', '\u0000', "'; drop table users; --", '2147483648', '9'.repeat(30), '💥', 'ı'),
);

const junk: fc.Arbitrary<unknown> = fc.oneof(junkText, fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, [], {}, -1, 1e308, 0.5));

function parameter(name: string, pool: Pool): fc.Arbitrary<string> {
  const known = pool[name];
  return known === undefined || known.length === 0 ? junkText : fc.constantFrom(...known).map(String);
}

function queryOf(schema: z.ZodType, pool: Pool): fc.Arbitrary<string> {
  if (schema.type === 'undefined') return fc.constant('');
  return looseValueOf(toJsonSchema(schema), { pool, name: '' }).map((value) => {
    if (typeof value !== 'object' || value === null) return '';
    const search = new URLSearchParams();
    for (const [name, member] of Object.entries(value)) append(search, name, member);
    return search.size === 0 ? '' : `?${search}`;
  });
}

function append(search: URLSearchParams, name: string, value: unknown): void {
  if (Array.isArray(value)) for (const item of value) append(search, `${name}[]`, item);
  else if (typeof value === 'object' && value !== null)
    for (const [key, member] of Object.entries(value)) append(search, `${name}[${key}]`, member);
  else search.append(name, String(value).toWellFormed());
}

function bodyOf(schema: z.ZodType, pool: Pool): fc.Arbitrary<string | undefined> {
  const usual = schema.type === 'undefined' ? fc.constant(undefined) : looseValueOf(toJsonSchema(schema), { pool, name: '' }).map(toText);
  const rare = fc.oneof(junk.map(toText), fc.constantFrom(undefined, '', '{', 'null', '[]', '{"a":1}', '{"__proto__":{"a":1}}'));
  return sometimes(rare, usual);
}

function toText(value: unknown): string | undefined {
  return JSON.stringify(value);
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
}

interface Place {
  readonly pool: Pool;
  /** The member the value is of. */
  readonly name: string;
}

/** Values of a schema, at each place now and then something else. */
function looseValueOf(schema: JsonSchema, place: Place): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 1, arbitrary: junk }, { weight: 40, arbitrary: properValueOf(schema, place) });
}

function properValueOf(schema: JsonSchema, place: Place): fc.Arbitrary<unknown> {
  const known = place.pool[place.name];
  const branches = (schema.anyOf ?? schema.oneOf) as readonly JsonSchema[] | undefined; // JSON Schema's own shape
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if (schema.type !== 'object' && schema.type !== 'array' && known !== undefined && known.length > 0) return fc.constantFrom(...known);
  if (branches !== undefined) return fc.oneof(...branches.map((branch) => properValueOf(branch, place)));
  switch (schema.type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return listOf(schema, place);
    case 'string':
      return stringOf(schema, place.name);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return fc.boolean();
    default:
      return junk;
  }
}

function listOf({ items, prefixItems }: JsonSchema, place: Place): fc.Arbitrary<unknown> {
  if (Array.isArray(prefixItems)) return fc.tuple(...prefixItems.map((item: JsonSchema) => looseValueOf(item, place)));
  return fc.array(looseValueOf(typeof items === 'object' && items !== null ? (items as JsonSchema) : {}, place), { maxLength: 4 });
}

function objectOf(schema: JsonSchema, { pool }: Place): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Readonly<Record<string, JsonSchema>>; // JSON Schema's own shape
  const required = (schema.required ?? []) as readonly string[];
  const members = Object.entries(properties).map(([name, member]) => {
    const presence = required.includes(name) ? 30 : 1;
    return fc.oneof(
      { weight: presence, arbitrary: looseValueOf(member, { pool, name }).map((value) => [[name, value]]) },
      { weight: 1, arbitrary: fc.constant([]) },
    );
  });
  const extra = fc.oneof(
    { weight: 30, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.tuple(junkText, junk).map((pair) => [pair]) },
  );
  return fc.tuple(...members, extra).map((groups) => Object.fromEntries(groups.flat() as [string, unknown][]));
}

/** Around the clock of the fuzzed service. */
const instants = fc
  .integer({ min: -3, max: 14 * 24 * 4 })
  .map((quarters) => new Date(Date.parse('2050-09-05T06:00:00Z') + quarters * 900_000).toISOString());
const dates = instants.map((instant) => instant.slice(0, 10));
const strangeInstants = fc.constantFrom(
  '2050-02-30',
  '9999-12-31T23:59:59Z',
  '0001-01-01',
  '2050-09-05T25:00:00Z',
  '2050-09-05T10:00',
  '275760-09-13',
);

function stringOf(schema: JsonSchema, name: string): fc.Arbitrary<string> {
  if (/start|end|date|before|after|until|expires/i.test(name) && !/buffer/i.test(name)) {
    if (/^(startTime|endTime)$/.test(name)) return fc.oneof(fc.constantFrom('09:00', '17:00', '00:00', '23:59', '24:00'), instants);
    return fc.oneof({ weight: 8, arbitrary: instants }, { weight: 4, arbitrary: dates }, { weight: 1, arbitrary: strangeInstants });
  }
  if (/timezone|tz/i.test(name))
    return fc.constantFrom('UTC', 'Europe/Rome', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Apia', 'Mars/Base');
  if (/email|externalId/i.test(name))
    return fc.constantFrom('bob@example.com', 'eve@example.com', 'BOB@example.com', 'x@y', 'a+b@example.com');
  if (/phone/i.test(name)) return fc.constantFrom('+31612345678', '+1', '0612345678');
  if (/url|link/i.test(name)) return fc.constantFrom('https://hooks.example.com/a', 'http://127.0.0.1/', 'ftp://x', 'https://[::1]/');
  if (/slug/i.test(name)) return fc.constantFrom('hour', 'talk', 'Talk Two', 'ünï', 'demo');
  if (/^interval|^days?$/i.test(name)) return fc.constantFrom('Monday', 'Sunday', '1');
  const maximum = typeof schema.maxLength === 'number' ? Math.min(schema.maxLength, 40) : 40;
  return fc.oneof(fc.string({ maxLength: maximum }), fc.constantFrom('Ada', 'A reason', '{{title}}', '<b>x</b>'));
}

function numberOf({ minimum, maximum }: JsonSchema): fc.Arbitrary<number> {
  const low = typeof minimum === 'number' ? Math.max(minimum, -1000) : -2;
  const high = typeof maximum === 'number' ? Math.min(maximum, 2000) : 2000;
  return fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: Math.min(low, high), max: high }) },
    { weight: 3, arbitrary: fc.constantFrom(0, 1, 15, 30, 60) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(-1, 1.5, 2_147_483_647, 2_147_483_648, 1e15),
    },
  );
}
