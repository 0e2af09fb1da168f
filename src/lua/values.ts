import { decodeText, LUA_TYPE, type LuaThread, type Machine, Stop } from './machine.ts';
import { LuaCallError } from './outcome.ts';

const MOST_DEPTH = 100;

/** The marks by which tables remember what they were in JSON. */
export interface Marks {
  /** Addresses of the metatables of arrays and of objects, which differ only when empty. */
  readonly arrayMark: number;
  /** Pushes the metatable of arrays. */
  pushArrayMark(thread: LuaThread): void;
  /** The host function at an address, to show its path. */
  functionPath(pointer: number): string | undefined;
}

export interface JsonOptions {
  /** What a function, a coroutine or a cycle becomes: an error for whoever must be understood, a `<word>` for whoever only reads. */
  readonly strange: 'refuse' | 'describe';
  readonly mostBytes: number;
  readonly indent?: number;
  /** What an unmarked empty table is. */
  readonly emptyTable?: 'object' | 'array';
  /** The name of the value in errors. */
  readonly subject: string;
  /** Of the value, where it is a table and the caller has looked already. */
  readonly shape?: TableShape | undefined;
}

/** A table's kind and keys. */
export interface TableShape {
  readonly isArray: boolean;
  readonly length: number;
  readonly keys: readonly (string | number | bigint)[];
}

/** Writes the value at `index` as JSON text with sorted keys. */
export function writeJson(machine: Machine, marks: Marks, thread: LuaThread, index: number, options: JsonOptions): string {
  const { native } = machine;
  const parts: string[] = [];
  const above = new Set<number>();
  let size = 0;
  const put = (text: string): undefined => {
    size += text.length;
    if (size > options.mostBytes) throw new Stop('output_limit');
    parts.push(text);
  };
  const strange = (what: string, path: string): undefined => {
    if (options.strange === 'describe') return put(JSON.stringify(`<${what}>`));
    throw new LuaCallError({ code: 'invalid_arguments', message: `${path} is ${what}, which JSON cannot carry.` });
  };
  const line = (depth: number) => (options.indent === undefined ? '' : `\n${' '.repeat(options.indent * depth)}`);
  const colon = options.indent === undefined ? ':' : ': ';

  const write = (at: number, depth: number, path: string): undefined => {
    switch (native._lua_type(thread, at)) {
      case LUA_TYPE.nil:
      case LUA_TYPE.none:
      case LUA_TYPE.lightUserdata:
        return put('null');
      case LUA_TYPE.boolean:
        return put(native._lua_toboolean(thread, at) === 1 ? 'true' : 'false');
      case LUA_TYPE.string:
        return put(JSON.stringify(textAt(machine, thread, at)));
      case LUA_TYPE.number:
        return writeNumber(at, path);
      case LUA_TYPE.table:
        return writeTable(at, depth, path, depth === 0 ? options.shape : undefined);
      case LUA_TYPE.function: {
        const known = marks.functionPath(native._lua_topointer(thread, at));
        return strange(known === undefined ? 'function' : known, path);
      }
      default:
        return strange('coroutine', path);
    }
  };
  const writeNumber = (at: number, path: string): undefined => {
    if (native._lua_isinteger(thread, at) === 1) {
      const value = integerAt(machine, thread, at);
      if (typeof value === 'number' || options.indent !== undefined || options.subject === 'json.encode') return put(String(value));
      if (options.strange === 'describe') return put(`"${value}"`);
      throw new LuaCallError({
        code: 'invalid_arguments',
        message: `${path} is ${value}, more digits than a JSON number carries exactly.`,
        hint: 'Pass it as a string.',
      });
    }
    const value = native._lua_tonumberx(thread, at, 0);
    if (Number.isFinite(value)) return put(JSON.stringify(value));
    return strange(Number.isNaN(value) ? 'nan' : value > 0 ? 'infinity' : '-infinity', path);
  };
  const writeTable = (at: number, depth: number, path: string, known: TableShape | undefined): undefined => {
    const pointer = native._lua_topointer(thread, at);
    if (above.has(pointer)) return strange('circular', path);
    if (depth >= MOST_DEPTH) return strange('nested too deeply', path);
    if (native._lua_checkstack(thread, 8) === 0) throw new Stop('memory_limit');
    above.add(pointer);
    const table = native._lua_absindex(thread, at);
    const shape = known ?? shapeOf(machine, marks, thread, table);
    const isArray =
      shape.isArray ||
      (shape.keys.length === 0 && shape.length === 0 && options.emptyTable === 'array' && !hasMetatable(machine, thread, table));
    put(isArray ? '[' : '{');
    const count = isArray ? shape.length : shape.keys.length;
    for (let item = 0; item < count; item += 1) {
      put(`${item === 0 ? '' : ','}${line(depth + 1)}`);
      const key = isArray ? item + 1 : (shape.keys[item] ?? '');
      if (!isArray) put(`${JSON.stringify(String(key))}${colon}`);
      pushField(machine, thread, table, key);
      write(-1, depth + 1, typeof key === 'string' ? `${path}.${key}` : `${path}[${key}]`);
      native._lua_settop(thread, -2);
    }
    put(`${count === 0 ? '' : line(depth)}${isArray ? ']' : '}'}`);
    above.delete(pointer);
  };
  write(native._lua_absindex(thread, index), 0, options.subject);
  return parts.join('');
}

/** Tells a sequence from a map in one walk over the keys. Keys other than strings and integers are left out. */
export function shapeOf(machine: Machine, marks: Marks, thread: LuaThread, table: number): TableShape {
  const { native } = machine;
  const numbers: (number | bigint)[] = [];
  const strings: string[] = [];
  native._lua_pushnil(thread);
  while (native._lua_next(thread, table) !== 0) {
    native._lua_settop(thread, -2);
    if (native._lua_type(thread, -1) === LUA_TYPE.string) strings.push(textAt(machine, thread, -1));
    else if (native._lua_isinteger(thread, -1) === 1) numbers.push(integerAt(machine, thread, -1));
  }
  numbers.sort((a, b) => (a < b ? -1 : 1));
  const [least = 1, most = 0] = [numbers[0], numbers.at(-1)];
  if (strings.length === 0 && least >= 1 && most <= 1_000_000 && isMarkedArray(machine, marks, thread, table)) {
    return { isArray: true, length: Number(most), keys: [] };
  }
  if (strings.length === 0 && numbers.length > 0 && least === 1 && most === numbers.length) {
    return { isArray: true, length: numbers.length, keys: [] };
  }
  return { isArray: false, length: 0, keys: [...numbers, ...strings.sort()] };
}

export function pushField(machine: Machine, thread: LuaThread, table: number, key: string | number | bigint): void {
  if (typeof key === 'string') {
    machine.pushText(thread, key);
    machine.native._lua_rawget(thread, table);
  } else machine.native._lua_rawgeti(thread, table, BigInt(key));
}

/** Text of the string at `index`; bytes that are not UTF-8 become replacement characters. */
export function textAt(machine: Machine, thread: LuaThread, index: number): string {
  const bytes = machine.bytesAt(thread, index);
  return bytes === undefined ? '' : decodeText(bytes);
}

/** Pushes what `JSON.parse` made. Null is dropped from objects unless `keepsNull`, and is `json.null` in arrays, where places matter. */
export function pushJson(machine: Machine, marks: Marks, thread: LuaThread, value: unknown, keepsNull: boolean): void {
  const { native } = machine;
  if (native._lua_checkstack(thread, 6) === 0) throw new Stop('memory_limit');
  if (value === null || value === undefined) {
    if (keepsNull) native._lua_pushlightuserdata(thread, 0);
    else native._lua_pushnil(thread);
  } else if (typeof value === 'boolean') native._lua_pushboolean(thread, value ? 1 : 0);
  else if (typeof value === 'string') machine.pushText(thread, value);
  else if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) === value) native._lua_pushinteger(thread, value);
    else native._lua_pushnumber(thread, Number(value));
  } else if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) native._lua_pushinteger(thread, BigInt(value));
    else native._lua_pushnumber(thread, value);
  } else if (Array.isArray(value)) {
    native._lua_createtable(thread, value.length, 0);
    for (const [index, item] of value.entries()) {
      if (item === null) native._lua_pushlightuserdata(thread, 0);
      else pushJson(machine, marks, thread, item, keepsNull);
      native._lua_rawseti(thread, -2, BigInt(index + 1));
    }
    marks.pushArrayMark(thread);
    native._lua_setmetatable(thread, -2);
  } else {
    const entries = Object.entries(value);
    native._lua_createtable(thread, 0, entries.length);
    for (const [key, item] of entries) {
      if (item === null && !keepsNull) continue;
      machine.pushText(thread, key);
      pushJson(machine, marks, thread, item, keepsNull);
      native._lua_rawset(thread, -3);
    }
  }
}

/** `JSON.parse` that keeps whole numbers of up to 64 bits. */
export function parseJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? 0)
      : value;
  return JSON.parse(text, keepDigits);
}

function hasMetatable({ native }: Machine, thread: LuaThread, index: number): boolean {
  if (native._lua_getmetatable(thread, index) === 0) return false;
  native._lua_settop(thread, -2);
  return true;
}

function isMarkedArray({ native }: Machine, marks: Marks, thread: LuaThread, index: number): boolean {
  if (native._lua_getmetatable(thread, index) === 0) return false;
  const pointer = native._lua_topointer(thread, -1);
  native._lua_settop(thread, -2);
  return pointer === marks.arrayMark;
}

/** A whole number of Lua's, which has 64 bits. */
function integerAt({ native }: Machine, thread: LuaThread, index: number): number | bigint {
  const value = native._lua_tonumberx(thread, index, 0);
  return Number.isSafeInteger(value) ? value : native._lua_tointegerx(thread, index, 0);
}
