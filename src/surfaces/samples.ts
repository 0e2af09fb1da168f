import type { ToolCommand } from '../toolkit/tool.ts';
import type { CommandDescription } from './cli.ts';

const LUA_KEYWORDS = new Set(
  'and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(' '),
);

/** The tool's example as a command line, without `kalends`: `bookings cancel bk_1 --reason 'I am ill'`. */
export function toCommandLine({ command, example, tool }: Pick<CommandDescription, 'command' | 'example' | 'tool'>): string {
  if (command === undefined) return `integrations:call ${tool} ${quote(JSON.stringify(example))}`;
  const rest = new Map(Object.entries(example));
  const words: string[] = [command.resource, ...(command.action === undefined ? [] : [command.action])];
  for (const positional of command.positionals ?? []) {
    const name = positional.split('|').find((candidate) => rest.has(candidate));
    if (name === undefined) break;
    words.push(quote(String(rest.get(name))));
    rest.delete(name);
  }
  for (const [name, value] of rest) words.push(...toWords(name, value, command));
  return words.join(' ');
}

/** With the command's own short flags where it has them: `--name Ada` rather than `--attendee '{"name":"Ada"}'`. */
function toWords(path: string, value: unknown, { flags = {} }: ToolCommand): readonly string[] {
  const short = Object.entries(flags).find(([, target]) => target.split('|').includes(path))?.[0];
  if (short !== undefined) return toFlagWords(`--${short}`, value);
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  const parts = isObject ? Object.entries(value).map(([name, part]) => [`${path}.${name}`, part] as const) : [];
  const isFlagged = parts.length > 0 && parts.every(([inner]) => Object.values(flags).includes(inner));
  if (isFlagged) return parts.flatMap(([inner, part]) => toWords(inner, part, { resource: '', flags }));
  return toFlagWords(`--${path.replaceAll('_', '-')}`, value);
}

function toFlagWords(flag: string, value: unknown): readonly string[] {
  if (value === true) return [flag];
  if (value === false) return [flag.replace('--', '--no-')];
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.flatMap((item) => [flag, quote(String(item))]);
  return [flag, quote(typeof value === 'object' ? JSON.stringify(value) : String(value))];
}

/** A word as a POSIX shell takes it. */
function quote(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `local result = app.integrations.cal.get_booking({ booking_uid = "bk_1" })` */
export function toLuaCall(
  { namespace, name }: Pick<CommandDescription, 'namespace' | 'name'>,
  input: Readonly<Record<string, unknown>>,
): string {
  return `local result = app.integrations.${namespace}.${name}(${toLua(input)})\ndump(result)`;
}

/** A JSON value as Lua source. */
export function toLua(value: unknown): string {
  if (value === null || value === undefined) return 'json.null';
  if (typeof value === 'string') return toLuaString(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'json.array()' : `{ ${value.map(toLua).join(', ')} }`;
  const entries = Object.entries(value);
  return entries.length === 0 ? '{}' : `{ ${entries.map(([key, item]) => `${toLuaKey(key)} = ${toLua(item)}`).join(', ')} }`;
}

function toLuaKey(key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) && !LUA_KEYWORDS.has(key) ? key : `[${toLuaString(key)}]`;
}

/** Lua has no `\uXXXX` as JSON does; its `\ddd` counts bytes, and text passes as it is. */
function toLuaString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
  const escaped = text.replace(/["\\\u0000-\u001f\u007f]/g, (character) => {
    if (character === '\n') return '\\n';
    return character === '"' || character === '\\' ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(3, '0')}`;
  });
  return `"${escaped}"`;
}
