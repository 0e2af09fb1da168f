import { createArgumentReader } from './arguments.ts';
import type { LuaNames } from './catalogue.ts';
import { createHostStack, type HostFunction } from './host-stack.ts';
import { LUA_TYPE, type LuaThread, type Machine, REGISTRY_INDEX } from './machine.ts';
import { LuaCallError, type LuaFailure } from './outcome.ts';
import type { CallAnswer, CallRequest } from './protocol.ts';
import { createRegexFunctions } from './regex-functions.ts';
import { renderValue } from './render.ts';
import { type JsonOptions, type Marks, parseJson, textAt, writeJson } from './values.ts';

const SLEEP = { kind: 'helper', namespace: '', function: 'sleep' } as const;
const MOST_SHOWN_BYTES = 4 * 1024 * 1024;
const MOST_ERROR_BYTES = 256 * 1024;

/** What the worker lends to the globals of one chunk. */
export interface RunSetting {
  readonly names: LuaNames;
  /** The name under which Lua knows the script's chunk. */
  readonly chunk: string;
  /** Sends calls to the host and sleeps until all are answered. */
  call(calls: readonly CallRequest[]): readonly CallAnswer[];
  print(text: string): void;
}

export interface Globals {
  readonly marks: Marks;
  /** Pushes the table of host functions, the prelude's only argument. */
  push(): void;
  enter(setting: RunSetting): void;
  /** JSON text of the table at `index`; undefined for other values. */
  raisedTable(thread: LuaThread, index: number): string | undefined;
}

/** The JavaScript half of the globals: every function takes its arguments from the stack and leaves its results there. */
export function createGlobals(machine: Machine): Globals {
  const { native } = machine;
  let setting: RunSetting | undefined;
  const paths = new Map<number, string>();
  const metatables = { error: 0, array: 0, object: 0, null: 0 };
  for (const name of ['error', 'array', 'object', 'null'] as const) {
    native._lua_createtable(machine.main, 0, 4);
    metatables[name] = native._lua_topointer(machine.main, -1);
    native._lua_rawsetp(machine.main, REGISTRY_INDEX, metatables[name]);
  }
  native._lua_pushlightuserdata(machine.main, 0);
  native._lua_rawgetp(machine.main, REGISTRY_INDEX, metatables.null);
  native._lua_setmetatable(machine.main, -2);
  native._lua_settop(machine.main, -2);
  const pushMetatable = (thread: LuaThread, name: keyof typeof metatables) => native._lua_rawgetp(thread, REGISTRY_INDEX, metatables[name]);
  const marks: Marks = {
    arrayMark: metatables.array,
    pushArrayMark: (thread) => pushMetatable(thread, 'array'),
    functionPath: (pointer) => paths.get(pointer),
  };
  const current = (): RunSetting => {
    if (setting === undefined) throw new Error('No script is running.');
    return setting;
  };
  const stack = createHostStack(machine, marks);
  const { readCall, readParallel } = createArgumentReader(machine, marks, () => current().names);
  const pushFailure = (thread: LuaThread, failure: LuaFailure) => {
    const line = setting === undefined ? undefined : machine.lineOf(thread, setting.chunk);
    stack.push(thread, { retryable: false, ...failure, ...(line === undefined ? {} : { line }) });
    pushMetatable(thread, 'error');
    native._lua_setmetatable(thread, -2);
  };
  const write = (thread: LuaThread, index: number, options: JsonOptions) => writeJson(machine, marks, thread, index, options);

  const functions: Readonly<Record<string, HostFunction>> = {
    ...createRegexFunctions(machine, stack),
    print(thread) {
      const count = native._lua_gettop(thread);
      const shown = Array.from({ length: count }, (_, index) => renderValue(machine, marks, thread, index + 1, MOST_SHOWN_BYTES));
      current().print(shown.join('\t'));
      return 0;
    },
    render(thread) {
      machine.pushText(thread, renderValue(machine, marks, thread, 1, MOST_SHOWN_BYTES));
      return 1;
    },
    fail(thread) {
      const hint = stack.optionalText(thread, 3);
      const code = stack.optionalText(thread, 1) === 'invalid_arguments' ? 'invalid_arguments' : 'runtime';
      throw new LuaCallError({ code, message: stack.optionalText(thread, 2), ...(hint === '' ? {} : { hint }) });
    },
    memory(thread) {
      native._lua_pushnumber(thread, machine.memoryUsed());
      return 1;
    },
    resolve(thread) {
      const path = textAt(machine, thread, 1);
      const { path: found, kind } = current().names.resolve(path, stack.text(thread, 2, `A name in ${path}`));
      machine.pushText(thread, found);
      machine.pushText(thread, kind);
      return 2;
    },
    names(thread) {
      stack.push(thread, current().names.names(textAt(machine, thread, 1)));
      return 1;
    },
    describe(thread) {
      paths.set(native._lua_topointer(thread, 1), textAt(machine, thread, 2));
      return 0;
    },
    parameters(thread) {
      const path = paths.get(native._lua_topointer(thread, 1));
      stack.push(thread, path === undefined ? [] : (current().names.entry(path)?.parameters ?? []));
      return 1;
    },
    call(thread) {
      const [answer] = current().call([readCall(thread, textAt(machine, thread, 1), 2, native._lua_gettop(thread))]);
      if (answer === undefined || !answer.ok)
        throw new LuaCallError(answer?.error ?? { code: 'upstream', message: 'The call was not answered.' });
      stack.push(thread, answer.value);
      return 1;
    },
    sleep(thread) {
      const seconds = native._lua_type(thread, 1) === LUA_TYPE.number ? native._lua_tonumberx(thread, 1, 0) : Number.NaN;
      if (!(seconds >= 0)) throw new LuaCallError({ code: 'invalid_arguments', message: 'sleep wants a number of seconds, 0 or more.' });
      current().call([{ path: 'sleep', target: SLEEP, arguments: JSON.stringify({ seconds: Math.min(seconds, 86_400) }) }]);
      return 0;
    },
    parallel(thread) {
      const requests = readParallel(thread);
      const answers = requests.length === 0 ? [] : current().call(requests);
      native._lua_createtable(thread, answers.length, 0);
      for (const [index, answer] of answers.entries()) {
        native._lua_createtable(thread, 0, 2);
        stack.pushNamed(thread, 'ok', answer.ok);
        machine.pushText(thread, answer.ok ? 'value' : 'error');
        if (answer.ok) stack.push(thread, answer.value);
        else pushFailure(thread, answer.error);
        native._lua_rawset(thread, -3);
        native._lua_rawseti(thread, -2, BigInt(index + 1));
      }
      pushMetatable(thread, 'array');
      native._lua_setmetatable(thread, -2);
      return 1;
    },
    encode(thread) {
      const pretty = stack.option(thread, 2, 'pretty') === true ? 2 : undefined;
      const indent = stack.option(thread, 2, 'indent');
      const width = typeof indent === 'number' ? Math.min(Math.max(Math.floor(indent), 0), 8) : pretty;
      const emptyTable = stack.option(thread, 2, 'empty') === 'array' ? 'array' : 'object';
      const options = { strange: 'refuse', mostBytes: MOST_SHOWN_BYTES * 4, subject: 'json.encode', emptyTable } as const;
      machine.pushText(thread, write(thread, 1, width === undefined ? options : { ...options, indent: width }));
      return 1;
    },
    decode(thread) {
      const text = stack.text(thread, 1, 'json.decode: the text');
      const keepsNull = stack.option(thread, 2, 'nulls') !== false;
      let value: unknown;
      try {
        value = parseJson(text);
      } catch (error) {
        const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
        throw new LuaCallError({
          code: 'invalid_arguments',
          reason: 'bad_json',
          message: `json.decode cannot read "${shown}": ${(error as Error).message}.`,
        });
      }
      stack.push(thread, value, keepsNull);
      return 1;
    },
  };
  /** A refusal becomes a raised table; a stop, and Lua's own jump, go on through. */
  const guarded =
    (run: HostFunction): HostFunction =>
    (thread) => {
      try {
        return run(thread);
      } catch (error) {
        if (!(error instanceof LuaCallError)) throw error;
        native._lua_settop(thread, 0);
        pushFailure(thread, error.failure);
      }
      return native._lua_error(thread);
    };

  return {
    marks,
    push() {
      const thread = machine.main;
      native._lua_createtable(thread, 0, 40);
      for (const [name, run] of Object.entries(functions)) {
        machine.pushText(thread, name);
        native._lua_pushcclosure(thread, machine.nativeFunction(guarded(run)), 0);
        native._lua_rawset(thread, -3);
      }
      for (const name of ['error', 'array', 'object', 'null'] as const) {
        machine.pushText(thread, `${name}_metatable`);
        pushMetatable(thread, name);
        native._lua_rawset(thread, -3);
      }
      machine.pushText(thread, 'null');
      native._lua_pushlightuserdata(thread, 0);
      native._lua_rawset(thread, -3);
    },
    enter(next) {
      // Functions of other names are collected, and their addresses used again.
      if (setting?.names !== next.names) paths.clear();
      setting = next;
    },
    raisedTable(thread, index) {
      if (native._lua_type(thread, index) !== LUA_TYPE.table) return undefined;
      return write(thread, index, { strange: 'describe', mostBytes: MOST_ERROR_BYTES, subject: 'error' });
    },
  };
}
