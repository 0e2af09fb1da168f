import type { LuaEntry, LuaNames } from './catalogue.ts';
import { LUA_TYPE, type LuaThread, type Machine } from './machine.ts';
import { LuaCallError } from './outcome.ts';
import type { CallRequest } from './protocol.ts';
import { type Marks, shapeOf, type TableShape, textAt, writeJson } from './values.ts';

const MOST_ARGUMENT_BYTES = 8 * 1024 * 1024;

/** Turns what a script passed into requests: named arguments as they are, positional ones by the catalogue's order. */
export interface ArgumentReader {
  /** One call from the arguments that lie from `first` to `last`. */
  readCall(thread: LuaThread, path: string, first: number, last: number): CallRequest;
  /** The calls that the argument of `parallel` describes. */
  readParallel(thread: LuaThread): readonly CallRequest[];
}

export function createArgumentReader(machine: Machine, marks: Marks, names: () => LuaNames): ArgumentReader {
  const { native } = machine;
  const write = (thread: LuaThread, index: number, subject: string, shape?: TableShape) =>
    writeJson(machine, marks, thread, index, { strange: 'refuse', mostBytes: MOST_ARGUMENT_BYTES, subject, shape });
  /** One call from the arguments that lie from `first` to `last`. */
  const readCall = (thread: LuaThread, path: string, first: number, last: number): CallRequest => {
    const entry = names().entry(path);
    if (entry === undefined)
      throw new LuaCallError({ code: 'runtime', reason: 'unknown_name', message: `There is no function "${path}".` });
    return { path: entry.path, target: entry.target, arguments: readArguments(thread, entry, first, last) };
  };
  const readArguments = (thread: LuaThread, entry: LuaEntry, from: number, last: number): string => {
    // `cal:list_bookings{…}`: the colon passes the namespace itself.
    const first = from <= last && isNamespace(thread, from) ? from + 1 : from;
    const argument = (index: number, subject: string) => write(thread, index, subject);
    let end = last;
    while (end >= first && native._lua_type(thread, end) <= LUA_TYPE.nil) end -= 1;
    if (end < first) return '{}';
    const { parameters, positional } = entry;
    if (entry.target.kind === 'helper' && entry.target.namespace === 'time') {
      const items = Array.from({ length: end - first + 1 }, (_, index) => argument(first + index, `argument ${index + 1}`));
      return `[${items.join(',')}]`;
    }
    const shape = native._lua_type(thread, end) === LUA_TYPE.table ? shapeOf(machine, marks, thread, end) : undefined;
    const named = shape === undefined || shape.isArray ? undefined : shape.keys.map(String);
    if (end === first && named !== undefined) {
      const isWhole = !entry.isStrict || named.every((key) => parameters.includes(key));
      if (isWhole || parameters.length !== 1) return write(thread, first, 'arguments', shape);
    }
    // A table of known parameters after positional ones holds the rest.
    const hasRest =
      !entry.isStrict && end > first && named !== undefined && named.length > 0 && named.every((key) => parameters.includes(key));
    const count = end - first + (hasRest ? 0 : 1);
    if (count > positional) {
      const takes =
        positional === 0 ? 'one table of named arguments' : `at most ${positional}: ${parameters.slice(0, positional).join(', ')}`;
      throw new LuaCallError({
        code: 'invalid_arguments',
        message: `${entry.path} was given ${count} positional argument${count === 1 ? '' : 's'}; it takes ${takes}.`,
        hint: `Write ${entry.path}{ name = value }.`,
      });
    }
    const fields = Array.from(
      { length: count },
      (_, index) => `${JSON.stringify(parameters[index])}:${argument(first + index, parameters[index] ?? '')}`,
    );
    const rest = hasRest ? argument(end, 'arguments').slice(1, -1) : '';
    return `{${[...fields, ...(rest === '' ? [] : [rest])].join(',')}}`;
  };
  const isNamespace = (thread: LuaThread, index: number): boolean => {
    if (
      native._lua_type(thread, index) !== LUA_TYPE.table ||
      native._luaL_getmetafield(thread, index, machine.name('__name')) === LUA_TYPE.nil
    ) {
      return false;
    }
    const isSpace = textAt(machine, thread, -1) === 'namespace';
    native._lua_settop(thread, -2);
    return isSpace;
  };
  const readParallel = (thread: LuaThread): readonly CallRequest[] => {
    const wrong = (what: string) =>
      new LuaCallError({
        code: 'invalid_arguments',
        message: `parallel: ${what}`,
        hint: 'Write parallel{ { app.integrations.cal.get_booking, { id = "a" } }, … }: functions of app with their arguments, not called.',
      });
    if (native._lua_type(thread, 1) !== LUA_TYPE.table) throw wrong('wants a list of { function, arguments }.');
    const requests: CallRequest[] = [];
    for (let item = 1; item <= Number(native._lua_rawlen(thread, 1)); item += 1) {
      native._lua_rawgeti(thread, 1, BigInt(item));
      const at = native._lua_gettop(thread);
      const path = native._lua_type(thread, at) === LUA_TYPE.table ? pathOf(thread, at) : undefined;
      if (path === undefined) throw wrong(`item ${item} does not begin with a function of app.`);
      const count = Math.min(Number(native._lua_rawlen(thread, at)), 20);
      native._lua_checkstack(thread, 24);
      for (let index = 2; index <= count; index += 1) native._lua_rawgeti(thread, at, BigInt(index));
      requests.push(readCall(thread, path, at + 1, native._lua_gettop(thread)));
      native._lua_settop(thread, at - 1);
    }
    return requests;
  };
  const pathOf = (thread: LuaThread, table: number): string | undefined => {
    native._lua_rawgeti(thread, table, 1n);
    const path = marks.functionPath(native._lua_topointer(thread, -1));
    native._lua_settop(thread, -2);
    return path;
  };

  return { readCall, readParallel };
}
