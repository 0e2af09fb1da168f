import { decodeText, LUA_TYPE, type LuaThread, type Machine } from './machine.ts';
import { LuaCallError } from './outcome.ts';
import { type Marks, pushField, pushJson, textAt } from './values.ts';

/** A function of the host as Lua calls it: arguments lie on the stack from 1, the number of results is returned. */
export type HostFunction = (thread: LuaThread) => number;

/** Reading arguments from the stack and leaving results on it, in the words of the host functions. */
export interface HostStack {
  push(thread: LuaThread, value: unknown, keepsNull?: boolean): void;
  /** Sets a field of the table on top. */
  pushNamed(thread: LuaThread, key: string, value: unknown): void;
  text(thread: LuaThread, index: number, what: string): string;
  optionalText(thread: LuaThread, index: number): string;
  /** Infinity where nothing or a negative number stands. */
  optionalCount(thread: LuaThread, index: number): number;
  /** A boolean, number or string from the options table at `index`. */
  option(thread: LuaThread, index: number, name: string): unknown;
}

export function createHostStack(machine: Machine, marks: Marks): HostStack {
  const { native } = machine;
  const push: HostStack['push'] = (thread, value, keepsNull = false) => pushJson(machine, marks, thread, value, keepsNull);
  return {
    push,
    pushNamed(thread, key, value) {
      machine.pushText(thread, key);
      push(thread, value);
      native._lua_rawset(thread, -3);
    },
    text(thread, index, what) {
      const type = native._lua_type(thread, index);
      if (type === LUA_TYPE.string) return textAt(machine, thread, index);
      if (type === LUA_TYPE.number) return decodeText(machine.shownAt(thread, index));
      throw new LuaCallError({ code: 'invalid_arguments', message: `${what} must be a string, not ${typeName(type)}.` });
    },
    optionalText: (thread, index) => textAt(machine, thread, index),
    optionalCount(thread, index) {
      const value = native._lua_type(thread, index) === LUA_TYPE.number ? native._lua_tonumberx(thread, index, 0) : -1;
      return value >= 0 ? value : Number.POSITIVE_INFINITY;
    },
    option(thread, index, name) {
      if (native._lua_type(thread, index) !== LUA_TYPE.table) return undefined;
      pushField(machine, thread, native._lua_absindex(thread, index), name);
      const value = scalarAt(machine, thread);
      native._lua_settop(thread, -2);
      return value;
    },
  };
}

function scalarAt(machine: Machine, thread: LuaThread): boolean | number | string | undefined {
  switch (machine.native._lua_type(thread, -1)) {
    case LUA_TYPE.boolean:
      return machine.native._lua_toboolean(thread, -1) === 1;
    case LUA_TYPE.number:
      return machine.native._lua_tonumberx(thread, -1, 0);
    case LUA_TYPE.string:
      return textAt(machine, thread, -1);
    default:
      return undefined;
  }
}

function typeName(type: number): string {
  return Object.entries(LUA_TYPE).find(([, value]) => value === type)?.[0] ?? 'unknown';
}
