import { z } from 'zod';
import type { Tool } from '../toolkit/tool.ts';
import type { JsonSchema } from './cli.ts';

/** A reader has seen enough of an answer's fields by then. */
const LONGEST = 1_000;

/** The fields of what a tool answers, written as a Lua table: `{ bookings = { { uid, title, start, … } }, total }`. Nothing where they are not known. */
export function outlineAnswer({ output }: Pick<Tool, 'output'>): string | undefined {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(output, { io: 'output', unrepresentable: 'any' });
  const outlines = [3, 2, 1].map((depth) => outline(schema as JsonSchema, depth)); // zod writes what this type reads
  const text = outlines.find((candidate) => candidate.length <= LONGEST) ?? shorten(outlines.at(-1) ?? '');
  return text === 'any' ? undefined : text;
}

/** Scalars by their names alone; below `depth` only that there is a table. */
function outline(schema: JsonSchema, depth: number): string {
  const alternatives = (schema.anyOf ?? []).filter(({ type }) => type !== 'null');
  if (alternatives.length > 0) return outline(alternatives[0] ?? {}, depth);
  const type = [schema.type].flat().find((name) => name !== 'null');
  if (type === 'array') {
    const inner = outline(schema.items ?? {}, depth);
    return inner.startsWith('{') ? `{ ${inner}, … }` : '{ … }';
  }
  if (type !== 'object') return type ?? 'any';
  const fields = Object.entries(schema.properties ?? {});
  const other = schema.additionalProperties;
  if (fields.length === 0 && typeof other === 'object' && depth > 0) {
    const inner = outline(other, depth - 1);
    return inner === 'any' ? '{ … }' : `{ [name] = ${inner} }`;
  }
  if (fields.length === 0 || depth === 0) return '{ … }';
  return `{ ${fields.map(([name, field]) => toField(name, outline(field, depth - 1))).join(', ')} }`;
}

function toField(name: string, inner: string): string {
  return inner.startsWith('{') ? `${name} = ${inner}` : name;
}

/** Whole fields, as many as fit. */
function shorten(text: string): string {
  const cut = text.slice(0, text.lastIndexOf(',', LONGEST));
  const open = cut.split('{').length - cut.split('}').length;
  return `${cut}, …${' }'.repeat(open)}`;
}
