import { decodeText, LUA_TYPE, type LuaThread, type Machine, Stop } from './machine.ts';
import { type Marks, pushField, shapeOf, textAt } from './values.ts';

const MOST_DEPTH = 100;

/** The value at `index` as `print` and `dump` show it: tables indented with sorted keys, `__tostring` honoured, cycles marked. */
export function renderValue(machine: Machine, marks: Marks, thread: LuaThread, index: number, mostBytes: number): string {
  const { native } = machine;
  const parts: string[] = [];
  const above = new Set<number>();
  let size = 0;
  const put = (text: string): undefined => {
    size += text.length;
    if (size > mostBytes) throw new Stop('output_limit');
    parts.push(text);
  };
  const render = (at: number, depth: number): undefined => {
    const type = native._lua_type(thread, at);
    if (type === LUA_TYPE.string) return put(textAt(machine, thread, at));
    if (type === LUA_TYPE.lightUserdata) return put('null');
    if (type !== LUA_TYPE.table) return put(decodeText(machine.shownAt(thread, at)));
    if (native._lua_checkstack(thread, 10) === 0) throw new Stop('memory_limit');
    const table = native._lua_absindex(thread, at);
    if (native._luaL_getmetafield(thread, table, machine.name('__tostring')) !== LUA_TYPE.nil) {
      native._lua_settop(thread, -2);
      return put(decodeText(machine.shownAt(thread, table)));
    }
    const pointer = native._lua_topointer(thread, table);
    if (above.has(pointer)) return put('<circular>');
    if (depth >= MOST_DEPTH) return put('<nested too deeply>');
    above.add(pointer);
    const { isArray, length, keys } = shapeOf(machine, marks, thread, table);
    const count = isArray ? length : keys.length;
    put(isArray ? '[' : '{');
    for (let item = 0; item < count; item += 1) {
      const key = isArray ? item + 1 : (keys[item] ?? '');
      put(`${item === 0 ? '' : ','}\n${'  '.repeat(depth + 1)}${isArray ? '' : `${key}: `}`);
      pushField(machine, thread, table, key);
      render(-1, depth + 1);
      native._lua_settop(thread, -2);
    }
    put(`${count === 0 ? '' : `\n${'  '.repeat(depth)}`}${isArray ? ']' : '}'}`);
    above.delete(pointer);
  };
  render(native._lua_absindex(thread, index), 0);
  return parts.join('');
}
