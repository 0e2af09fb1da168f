import { existsSync, readFileSync } from 'node:fs';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

interface Specification {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Answer {
  readonly content?: { readonly 'application/json'?: { readonly schema: Schema } };
}

const FILE = new URL('../../../shared/data/cal-openapi.json', import.meta.url);

/** The official specification, where this checkout stands beside it. */
export function readSpecification(): Specification | undefined {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined;
}

/** What the answer of an operation breaks of its response schema, as "path: what"; `oneOf` is read as `anyOf`. */
export function violations(specification: Specification, operation: string, status: number, body: unknown): string[] {
  const [method = '', path = ''] = operation.split(' ');
  const answer = specification.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  if (answer === undefined) return [`${operation} has no answer ${status} in the specification`];
  const schema = answer.content?.['application/json']?.schema;
  return schema === undefined ? [] : check(specification, schema, body, '');
}

function check(specification: Specification, schema: Schema, value: unknown, path: string): string[] {
  if (schema.nullable === true && value === null) return [];
  if (schema.$ref !== undefined) {
    const target = specification.components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    return target === undefined ? [] : check(specification, target, value, path);
  }
  const any = schema.oneOf ?? schema.anyOf;
  if (any !== undefined) {
    const results = any.map((branch) => check(specification, branch, value, path));
    const best = results.toSorted((one, other) => one.length - other.length)[0] ?? [];
    if (best.length > 0) return best;
  }
  const inherited = (schema.allOf ?? []).flatMap((part) => check(specification, part, value, path));
  return [...inherited, ...checkType(schema, value, path), ...checkMembers(specification, schema, value, path)];
}

function checkType({ type, enum: allowed, properties, additionalProperties }: Schema, value: unknown, path: string): string[] {
  const found = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (allowed !== undefined && !allowed.includes(value)) return [`${path}: ${JSON.stringify(value)} is none of ${allowed.join(', ')}`];
  // An "object" without any members is how the specification's generator writes a type it could not tell.
  const isUntold = type === 'object' && properties === undefined && additionalProperties === undefined;
  const expected = type === 'integer' ? 'number' : type;
  return expected === undefined || isUntold || expected === found ? [] : [`${path}: is ${found}, not ${expected}`];
}

function checkMembers(specification: Specification, schema: Schema, value: unknown, path: string): string[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? [] : value.flatMap((item, index) => check(specification, items, item, `${path}[${index}]`));
  }
  if (typeof value !== 'object' || value === null) return [];
  const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${path}.${name}: is missing`);
  const wrong = Object.entries(value).flatMap(([name, member]) => {
    const extra = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
    const own = schema.properties?.[name] ?? extra;
    return own === undefined ? [] : check(specification, own, member, `${path}.${name}`);
  });
  return [...missing, ...wrong];
}
