import { z } from 'zod';
import { AppError } from '../errors.ts';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * The input with every argument under the name its schema has for it: `eventTypeId` and `event-type-id` are `event_type_id`, and `aliases` name
 * others. Objects within objects and lists, too; what has no schema of its own (a record of anything) stays as it is. One argument that is given
 * under two names with different values throws `invalid_input`.
 */
export function normalizeArguments(input: unknown, schema: z.ZodType, aliases: Readonly<Record<string, string>> = {}): unknown {
  return rename(input, [schema], { aliases, path: '' });
}

interface Place {
  readonly aliases: Readonly<Record<string, string>>;
  /** "attendee." */
  readonly path: string;
}

function rename(value: unknown, schemas: readonly z.ZodType[], place: Place): unknown {
  if (Array.isArray(value)) {
    const elements = schemas.flatMap(elementsOf);
    return elements.length === 0 ? value : value.map((part) => rename(part, elements, { aliases: {}, path: place.path }));
  }
  if (value === null || typeof value !== 'object') return value;
  const properties = propertiesOf(schemas);
  if (properties.size === 0) return value;
  const names = toNames(properties.keys(), place.aliases);
  const given = new Map<string, { readonly as: string; readonly value: unknown }>();
  for (const [key, raw] of Object.entries(value)) {
    const name = properties.has(key) ? key : (names.get(toSnakeCase(key)) ?? key);
    const part = rename(raw, properties.get(name) ?? [], { aliases: {}, path: `${place.path}${name}.` });
    const other = given.get(name);
    if (other !== undefined && other.value !== undefined && part !== undefined && !isSame(other.value, part)) {
      throw new AppError(
        'invalid_input',
        `"${place.path}${name}" is given twice, as "${other.as}" and as "${key}", with different values.`,
        {
          hint: `Give "${place.path}${name}" once; nothing was changed.`,
        },
      );
    }
    if (other === undefined || other.value === undefined) given.set(name, { as: key, value: part });
  }
  return Object.fromEntries([...given].map(([name, part]) => [name, part.value]));
}

/** The schema's name for each way of writing it; a name of the schema is never taken for another. */
function toNames(properties: Iterable<string>, aliases: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const names = new Map(Object.entries(aliases).map(([alias, name]) => [toSnakeCase(alias), name]));
  for (const name of properties) names.set(toSnakeCase(name), name);
  return names;
}

/** `eventTypeId`, `event-type-id` and `EventTypeID` as `event_type_id`. */
export function toSnakeCase(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1_$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
}

/** The arguments by name, each with the schemas it may have: a union may know one name in several ways. */
export function propertiesOf(schemas: readonly z.ZodType[]): ReadonlyMap<string, readonly z.ZodType[]> {
  const properties = new Map<string, readonly z.ZodType[]>();
  for (const schema of schemas.flatMap(alternativesOf)) {
    if (!(schema instanceof z.ZodObject)) continue;
    // The library types the members of a shape as its core; all of ours are made by `z`.
    for (const [name, part] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
      properties.set(name, [...(properties.get(name) ?? []), part]);
    }
  }
  return properties;
}

/** The schemas of a list's elements. */
export function elementsOf(schema: z.ZodType): readonly z.ZodType[] {
  // As above.
  return alternativesOf(schema).flatMap((alternative) => (alternative instanceof z.ZodArray ? [alternative.element as z.ZodType] : []));
}

/** What a schema comes down to without what only wraps it. */
function alternativesOf(schema: z.ZodType): readonly z.ZodType[] {
  if (schema instanceof z.ZodUnion) return (schema.options as readonly z.ZodType[]).flatMap(alternativesOf);
  if (schema instanceof z.ZodIntersection) return [schema.def.left, schema.def.right].flatMap((side) => alternativesOf(side as z.ZodType));
  if (schema instanceof z.ZodPipe) {
    const from = schema.def.in as z.ZodType;
    // `z.preprocess` has its schema behind the function, `.transform` before it.
    return alternativesOf(from instanceof z.ZodTransform ? (schema.def.out as z.ZodType) : from);
  }
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodCatch ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodNonOptional;
  return wraps ? alternativesOf(schema.def.innerType as z.ZodType) : [schema];
}

function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || JSON.stringify(one) === JSON.stringify(other);
}

/** The members of an input; `undefined` when it is no object. */
export function toArguments(input: unknown): Arguments | undefined {
  return input !== null && typeof input === 'object' && !Array.isArray(input) ? (input as Arguments) : undefined; // any object is a record
}
