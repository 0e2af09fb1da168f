import type { JsonSchema } from '../cli.ts';

const KEPT = ['type', 'enum', 'required'] as const;
const EXAMPLE = /,? ?\b[Ff]or example:? (?:"[^"]*"|\[[^\]]*\]|\{[^}]*\}|[^;.]+)(?: or (?:"[^"]*"|\[[^\]]*\]))*/g;

/** A schema as short as it can be said: limits and examples are left out, and the gate checks all the same. `search_tools` shows it whole. */
export function toLeanSchema(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, description } = schema;
  const said = description === undefined ? '' : withoutExample(description);
  return {
    ...Object.fromEntries(KEPT.filter((key) => schema[key] !== undefined).map((key) => [key, schema[key]])),
    ...(said === '' ? {} : { description: said }),
    ...(properties === undefined
      ? {}
      : { properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, toLeanSchema(field)])) }),
    ...(items === undefined ? {} : { items: toLeanSchema(items) }),
    ...(anyOf === undefined ? {} : { anyOf: anyOf.map(toLeanSchema) }),
  };
}

function withoutExample(description: string): string {
  const said = description
    .replace(EXAMPLE, '')
    .replace(/^[\s;.,]+/, '')
    .trim();
  return said === '.' ? '' : said;
}
