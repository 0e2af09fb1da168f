import { AppError } from '../errors.ts';
import type { JsonSchema } from '../surfaces/cli.ts';

/** What the words of a command line say about a tool's input. */
export interface ArgumentWords {
  readonly schema: JsonSchema;
  readonly aliases: Readonly<Record<string, string>>;
  /** Arguments that may stand without a name; `id|slug`: a number is the first. */
  readonly positionals: readonly string[];
}

/** Where `@file` and `-` read from. */
export interface ArgumentSources {
  readFile(path: string): string;
  readStandardInput(): Promise<string>;
}

type Input = { [name: string]: unknown };

const ASSIGNMENT = /^([A-Za-z_][\w-]*(?:\.[\w-]+)*)(:?=)([\s\S]*)$/;

/**
 * The words after a command as its input: `key=value` (by the schema, never by looks), `key:=json`, `@file`, a JSON object, `-` for standard input, and
 * positionals. Later words win.
 */
export async function gatherInput(words: readonly string[], to: ArgumentWords, sources: ArgumentSources): Promise<Readonly<Input>> {
  const input: Input = {};
  const unnamed: string[] = [];
  for (const word of words) {
    const assignment = ASSIGNMENT.exec(word);
    if (word === '-') Object.assign(input, parseObject(await sources.readStandardInput(), 'standard input'));
    else if (/^\s*\{/.test(word)) Object.assign(input, parseObject(word, 'the JSON argument'));
    else if (word.startsWith('@') && word.length > 1) Object.assign(input, parseObject(readFile(word.slice(1), sources), word.slice(1)));
    else if (assignment && isArgument(assignment[1] ?? '', to)) {
      const [, path = '', sign, text = ''] = assignment;
      assign(input, path, sign === ':=' ? parseJson(text, path) : coerceAt(path, text, to));
    } else unnamed.push(word);
  }
  place(unnamed, input, to);
  return input;
}

/**
 * Flags that no command declares, as users of `integrations:call` write them: `--team-id 5`, `--team-id=5`, `--all`, `--no-all`. Answers what they give
 * and the words that are left.
 */
export function takeFlags(
  words: readonly string[],
  to: ArgumentWords,
): { readonly input: Readonly<Input>; readonly rest: readonly string[] } {
  const input: Input = {};
  const rest: string[] = [];
  const lists = new Set<string>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const flag = /^--([A-Za-z][\w.-]*)(?:=([\s\S]*))?$/.exec(word);
    if (!flag) {
      rest.push(word);
      continue;
    }
    const name = (flag[1] ?? '').replaceAll('-', '_');
    const positive = name.replace(/^no_/, '');
    const schema = schemaAt(name, to);
    const isNegative = schema === undefined && isSwitch(schemaAt(positive, to));
    const next = words[at + 1];
    if (isNegative) assign(input, positive, false);
    else if (
      flag[2] === undefined &&
      (isSwitch(schema) ? next !== 'true' && next !== 'false' : next === undefined || next.startsWith('--'))
    ) {
      if (schema !== undefined && !isSwitch(schema))
        throw new AppError('invalid_input', `"${word}" needs a value.`, { hint: `For example: ${word} 5` });
      assign(input, name, true);
    } else {
      const text = flag[2] ?? next ?? '';
      if (flag[2] === undefined) at += 1;
      const value = coerceAt(name, text, to);
      const before = lists.has(name) ? input[name] : undefined;
      assign(input, name, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
      lists.add(name);
    }
  }
  return { input, rest };
}

function isSwitch(schema: JsonSchema | undefined): boolean {
  return schema !== undefined && typesOf(schema).has('boolean') && typesOf(schema).size === 1;
}

/** Sets the value that `path`, "attendee.email", names. */
export function assign(input: Input, path: string, value: unknown): void {
  const names = path.replaceAll('-', '_').split('.');
  const last = names.pop() ?? path;
  let target = input;
  for (const name of names) {
    const held = target[name];
    const next: Input = isObject(held) ? { ...held } : {};
    target[name] = next;
    target = next;
  }
  target[last] = value;
}

/** A flag's or an assignment's text as the schema at `path` wants it; `id|slug` answers under the name that fits. */
export function coerceAt(path: string, text: string, to: ArgumentWords, shown = path): unknown {
  const schema = schemaAt(path, to);
  return schema === undefined ? text : coerce(text, schema, shown);
}

/** Text as one value of a schema. What may be a text stays one, whatever it looks like: `01234`, `+31612345678`, `true`. */
export function coerce(text: string, schema: JsonSchema, name: string): unknown {
  const types = typesOf(schema);
  if (types.has('string')) {
    // "upcoming,past" where a word or a list of words may stand.
    const list = types.has('array') && text.includes(',') ? choose(schema, 'array') : undefined;
    return list === undefined ? text : coerce(text, list, name);
  }
  if (types.has('integer') || types.has('number')) {
    if (/^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
    if (types.has('number') && /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return Number(text);
    if (types.size === 1) throw wrong(name, text, types.has('number') ? 'a number' : 'a whole number');
  }
  if (types.has('boolean')) {
    if (text === 'true' || text === 'false') return text === 'true';
    if (types.size === 1) throw wrong(name, text, 'true or false');
  }
  if (types.has('array') && !text.trimStart().startsWith('[')) {
    const items = choose(schema, 'array')?.items ?? {};
    return splitList(text, items).map((item) => coerce(item, items, name));
  }
  if (types.has('array') || types.has('object')) return parseJson(text, name);
  if (types.has('null') && text === 'null') return null;
  return text;
}

/** The schema that a path such as "attendee.email" leads to; `undefined` in an object of free form. */
export function schemaAt(path: string, { schema, aliases }: Pick<ArgumentWords, 'schema' | 'aliases'>): JsonSchema | undefined {
  let found: JsonSchema | undefined = schema;
  for (const [index, part] of path.split('.').entries()) {
    const name = part.replaceAll('-', '_');
    const properties: JsonSchema['properties'] = found === undefined ? undefined : choose(found, 'object')?.properties;
    const real: string = index === 0 && properties?.[name] === undefined ? (aliases[name] ?? name) : name;
    found = properties?.[real] ?? properties?.[toSnake(real)];
  }
  return found;
}

/** Which kinds of value a schema takes. */
export function typesOf(schema: JsonSchema): ReadonlySet<string> {
  if (schema.anyOf) return new Set(schema.anyOf.flatMap((option) => [...typesOf(option)]));
  const listed = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (schema.type === undefined && listed) return new Set(listed.map((value) => (value === null ? 'null' : typeof value)));
  return new Set(schema.type === undefined ? [] : [schema.type].flat());
}

function choose(schema: JsonSchema, type: string): JsonSchema | undefined {
  return schema.anyOf ? schema.anyOf.map((option) => choose(option, type)).find(Boolean) : typesOf(schema).has(type) ? schema : undefined;
}

/** Words of a closed list, addresses and numbers hold no comma; free text may. */
function splitList(text: string, items: JsonSchema): readonly string[] {
  const isFree = typesOf(items).has('string') && items.enum === undefined && items.format === undefined;
  return isFree ? [text] : text.split(',').map((item) => item.trim());
}

function isArgument(path: string, to: ArgumentWords): boolean {
  const [first = ''] = path.split('.');
  const name = toSnake(first.replaceAll('-', '_'));
  const isKnown = to.schema.properties?.[name] !== undefined || to.aliases[name] !== undefined || to.aliases[first] !== undefined;
  // A command without positionals has no other use for the word: the gate says which names there are.
  return isKnown || to.positionals.length === 0;
}

function place(words: readonly string[], input: Input, to: ArgumentWords): void {
  for (const [index, word] of words.entries()) {
    const position = to.positionals[index];
    if (position === undefined) {
      throw new AppError('invalid_input', `"${word}" is one word too many.`, {
        hint: 'Give values as --flag value, key=value, key:=json, @file, a JSON object, or - for standard input.',
      });
    }
    const name = chooseName(position, word);
    assign(input, name, coerceAt(name, word, to));
  }
}

/** The name of `id|slug` that a text is for. */
export function chooseName(names: string, text: string): string {
  const [first = names, second] = names.split('|');
  return second === undefined || /^\d{1,9}$/.test(text) ? first : second;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', `"${name}" is no JSON: ${shorten(text)}`, { cause, hint: `Write it like ${name}:='{"a": 1}'.` });
  }
}

function parseObject(text: string, where: string): Input {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', `What ${where} holds is no JSON.`, {
      cause,
      hint: 'It must be one JSON object of the command\'s arguments, like {"take": 5}.',
    });
  }
  if (isObject(value)) return value;
  throw new AppError('invalid_input', `What ${where} holds is no JSON object.`, {
    hint: 'It must be one JSON object of the command\'s arguments, like {"take": 5}.',
  });
}

function readFile(path: string, sources: ArgumentSources): string {
  try {
    return sources.readFile(path);
  } catch (cause) {
    throw new AppError('invalid_input', `The file "${path}" cannot be read.`, { cause, hint: 'After @ comes the path of a JSON file.' });
  }
}

function wrong(name: string, text: string, wanted: string): AppError {
  return new AppError('invalid_input', `"${name}" does not take "${shorten(text)}".`, { hint: `It must be ${wanted}.` });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function toSnake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isObject(value: unknown): value is Input {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
