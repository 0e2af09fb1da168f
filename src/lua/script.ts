import type { LuaNames } from './catalogue.ts';
import { createGlobals, type Globals, type RunSetting } from './globals.ts';
import { LUA_TYPE, type Machine, openMachine, REGISTRY_INDEX, STATUS, Stop } from './machine.ts';
import { LUA_ERROR_CODES, type LuaError, type LuaErrorCode } from './outcome.ts';
import { PRELUDE } from './prelude.ts';
import type { Ending } from './protocol.ts';
import { rewriteReservedEnd } from './reserved-word.ts';
import { parseJson, pushJson, textAt, writeJson } from './values.ts';

const MULTIPLE = -1;
/** Characters of an error's message that leave the machine. */
const MOST_MESSAGE = 10_000;

/** A Lua state with our globals in it, that chunks run in one after another. */
export interface ScriptHost {
  readonly machine: Machine;
  evaluate(chunk: Chunk): Ending;
  complete(text: string): readonly string[];
}

export interface Chunk {
  readonly source: string;
  readonly name: string;
  /** JSON text of the global `args`. */
  readonly args: string;
  readonly mostResultBytes: number;
  readonly isLine: boolean;
  readonly setting: Omit<RunSetting, 'chunk'>;
}

export async function openScriptHost(): Promise<ScriptHost> {
  const machine = await openMachine();
  const globals = createGlobals(machine);
  const { native, main } = machine;
  let failedLine: number | undefined;
  let chunkName = '';
  let names: LuaNames | undefined;
  // Runs where the error was raised, while the frames that led there still stand.
  const onError = machine.nativeFunction((thread) => {
    failedLine = machine.lineOf(thread, chunkName);
    return 1;
  });

  must(machine, machine.load(PRELUDE, '=prelude'));
  globals.push();
  must(machine, native._lua_pcallk(main, 1, 2, 0, 0, 0));
  native._lua_rawsetp(main, REGISTRY_INDEX, 2);
  native._lua_rawsetp(main, REGISTRY_INDEX, 1);
  const [pushOpen, pushComplete] = [() => native._lua_rawgetp(main, REGISTRY_INDEX, 1), () => native._lua_rawgetp(main, REGISTRY_INDEX, 2)];

  return {
    machine,
    evaluate(chunk) {
      const { source, warnings } = rewriteReservedEnd(withoutFirstLine(chunk));
      chunkName = `=${chunk.name}`;
      failedLine = undefined;
      try {
        globals.enter({ ...chunk.setting, chunk: chunkName });
        native._lua_settop(main, 0);
        if (names !== chunk.setting.names) {
          names = chunk.setting.names;
          pushOpen();
          must(machine, native._lua_pcallk(main, 0, 0, 0, 0, 0));
        }
        pushJson(machine, globals.marks, main, parseJson(chunk.args), false);
        native._lua_setglobal(main, machine.name('args'));
        native._lua_pushcclosure(main, onError, 0);
        const problem = compile(machine, source, chunk);
        if (problem !== undefined) return { ...problem, warnings };
        const status = native._lua_pcallk(main, 0, MULTIPLE, 1, 0, 0);
        if (status !== STATUS.ok) return { error: describeError(machine, globals, status, failedLine, chunk.name), warnings };
        return { result: readResults(machine, globals, chunk.mostResultBytes), warnings };
      } catch (error) {
        if (error instanceof Stop) return { stop: error.reason, warnings };
        throw error;
      }
    },
    complete(text) {
      native._lua_settop(main, 0);
      pushComplete();
      machine.pushText(main, text);
      if (native._lua_pcallk(main, 1, 1, 0, 0, 0) !== STATUS.ok) return [];
      const names: unknown = JSON.parse(
        writeJson(machine, globals.marks, main, -1, { strange: 'describe', mostBytes: 1 << 20, subject: 'names', emptyTable: 'array' }),
      );
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    },
  };
}

/** A file may begin with a line for the shell; in a line that is typed, `#` asks how long something is. */
function withoutFirstLine({ source, isLine }: Chunk): string {
  const text = source.replace(/^\ufeff/, '');
  return isLine ? text : text.replace(/^#/, '--#');
}

/** Leaves the compiled chunk on the stack, or says why it does not compile. */
function compile(machine: Machine, source: string, { name, isLine }: Chunk): Pick<Ending, 'error' | 'incomplete'> | undefined {
  const { native, main } = machine;
  const chunk = `=${name}`;
  if (isLine) {
    if (machine.load(`return ${source}`, chunk) === STATUS.ok) return undefined;
    native._lua_settop(main, 1);
  }
  const status = machine.load(source, chunk);
  if (status === STATUS.ok) return undefined;
  if (status === STATUS.errorMemory) throw new Stop('memory_limit');
  const { line, message } = splitPosition(textAt(machine, main, -1), name);
  const hint = hintForSyntax(message);
  return {
    error: { code: 'syntax', message, retryable: false, ...(line === undefined ? {} : { line }), ...(hint === undefined ? {} : { hint }) },
    ...(isLine && /<eof>$/.test(message) ? { incomplete: true } : {}),
  };
}

function describeError(machine: Machine, globals: Globals, status: number, failedLine: number | undefined, name: string): LuaError {
  const { native, main } = machine;
  const table = globals.raisedTable(main, -1);
  const raised: Record<string, unknown> = table?.startsWith('{') === true ? JSON.parse(table) : {};
  if (typeof raised.message === 'string') return toRaised({ ...raised, message: raised.message }, failedLine);
  const type = native._lua_type(main, -1);
  const other = type === LUA_TYPE.nil ? '(an error that is nil)' : '(an error that is no text)';
  const text = table ?? (type === LUA_TYPE.string ? textAt(machine, main, -1).slice(0, MOST_MESSAGE) : other);
  const { line = failedLine, message } = splitPosition(text, name);
  const isMemory = status === STATUS.errorMemory || message === 'not enough memory';
  const hint = hintForRuntime(message);
  return {
    code: isMemory ? 'memory_limit' : 'runtime',
    message: status === STATUS.errorInError ? `${message} (while an error was being handled)` : message,
    retryable: false,
    ...(line === undefined ? {} : { line }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A raised table: ours, or one of the same shape that the script made. */
function toRaised(raised: Record<string, unknown> & { readonly message: string }, failedLine: number | undefined): LuaError {
  const code: LuaErrorCode = LUA_ERROR_CODES.find((known) => known === raised.code) ?? 'runtime';
  const line = typeof raised.line === 'number' ? raised.line : failedLine;
  return {
    code,
    message: raised.message.slice(0, MOST_MESSAGE),
    retryable: raised.retryable === true,
    ...(typeof raised.status === 'number' ? { status: raised.status } : {}),
    ...(typeof raised.hint === 'string' ? { hint: raised.hint } : {}),
    ...(typeof raised.reason === 'string' ? { reason: raised.reason } : {}),
    ...(raised.details === undefined ? {} : { details: raised.details }),
    ...(line === undefined ? {} : { line }),
  };
}

function readResults(machine: Machine, globals: Globals, mostBytes: number): readonly unknown[] {
  const { native, main } = machine;
  const results: unknown[] = [];
  let left = mostBytes;
  for (let index = 2; index <= native._lua_gettop(main); index += 1) {
    const text = writeJson(machine, globals.marks, main, index, { strange: 'describe', mostBytes: left, subject: 'result' });
    left -= text.length + 1;
    results.push(JSON.parse(text));
  }
  return results;
}

/** Each `coroutine.wrap` that an error passes puts its own place before it; the innermost is the one at fault. */
function splitPosition(text: string, name: string): { readonly line?: number; readonly message: string } {
  let place: { readonly line?: number; readonly message: string } = { message: text };
  while (place.message.startsWith(`${name}:`)) {
    const found = /^(\d+): ([\s\S]*)$/.exec(place.message.slice(name.length + 1));
    if (found === null) break;
    place = { line: Number(found[1]), message: found[2] ?? '' };
  }
  return place;
}

function hintForSyntax(message: string): string | undefined {
  if (message.includes("near 'end'")) return 'end is a reserved word: as a key write ["end"] = …, or use end_time.';
  if (message.includes("near '!'")) return 'Not equal is written ~= in Lua, and not is written not.';
  return undefined;
}

function hintForRuntime(message: string): string | undefined {
  const missing = /global '(os|io|require|package|debug|dofile|loadfile)'/.exec(message)?.[1];
  if (missing === 'os') return 'There is no os here: now() and time give the time.';
  return missing === undefined ? undefined : `There is no ${missing} here: scripts reach nothing but app, docs, mcp and the other globals.`;
}

function must(machine: Machine, status: number): void {
  if (status !== STATUS.ok) throw new Error(`The prelude failed: ${textAt(machine, machine.main, -1)}`);
}
