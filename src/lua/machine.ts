import wasmoon from 'wasmoon';
import type { StopReason, Usage } from './protocol.ts';

/** An address in the machine's memory. */
export type Pointer = number;
/** A Lua thread: the main one or a coroutine. */
export type LuaThread = number;

/** Lua's own C functions, called without the wrappers of wasmoon: those cut strings at a NUL and hand out host objects. */
interface NativeLua {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAP32: Int32Array;
  _malloc(size: number): Pointer;
  _realloc(pointer: Pointer, size: number): Pointer;
  _free(pointer: Pointer): void;
  addFunction(implementation: (...numbers: number[]) => number | undefined, signature: string): Pointer;
  _lua_newstate(allocate: Pointer, userdata: Pointer): LuaThread;
  _lua_sethook(thread: LuaThread, hook: Pointer, mask: number, count: number): void;
  _luaL_requiref(thread: LuaThread, name: Pointer, open: Pointer, isGlobal: number): void;
  _luaL_loadbufferx(thread: LuaThread, text: Pointer, size: number, name: Pointer, mode: Pointer): number;
  _lua_pcallk(thread: LuaThread, args: number, results: number, handler: number, context: number, continuation: Pointer): number;
  _lua_error(thread: LuaThread): number;
  _lua_gettop(thread: LuaThread): number;
  _lua_settop(thread: LuaThread, index: number): void;
  _lua_absindex(thread: LuaThread, index: number): number;
  _lua_checkstack(thread: LuaThread, count: number): number;
  _lua_pushvalue(thread: LuaThread, index: number): void;
  _lua_rotate(thread: LuaThread, index: number, count: number): void;
  _lua_type(thread: LuaThread, index: number): number;
  _lua_toboolean(thread: LuaThread, index: number): number;
  _lua_isinteger(thread: LuaThread, index: number): number;
  _lua_tointegerx(thread: LuaThread, index: number, isInteger: Pointer): bigint;
  _lua_tonumberx(thread: LuaThread, index: number, isNumber: Pointer): number;
  _lua_tolstring(thread: LuaThread, index: number, length: Pointer): Pointer;
  _luaL_tolstring(thread: LuaThread, index: number, length: Pointer): Pointer;
  _luaL_getmetafield(thread: LuaThread, index: number, name: Pointer): number;
  _lua_topointer(thread: LuaThread, index: number): Pointer;
  _lua_rawlen(thread: LuaThread, index: number): bigint;
  _lua_next(thread: LuaThread, index: number): number;
  _lua_rawget(thread: LuaThread, index: number): number;
  _lua_rawgeti(thread: LuaThread, index: number, key: bigint): number;
  _lua_rawset(thread: LuaThread, index: number): void;
  _lua_rawseti(thread: LuaThread, index: number, key: bigint): void;
  _lua_rawgetp(thread: LuaThread, index: number, key: Pointer): number;
  _lua_rawsetp(thread: LuaThread, index: number, key: Pointer): void;
  _lua_createtable(thread: LuaThread, items: number, fields: number): void;
  _lua_getmetatable(thread: LuaThread, index: number): number;
  _lua_setmetatable(thread: LuaThread, index: number): number;
  _lua_pushnil(thread: LuaThread): void;
  _lua_pushboolean(thread: LuaThread, value: number): void;
  _lua_pushinteger(thread: LuaThread, value: bigint): void;
  _lua_pushnumber(thread: LuaThread, value: number): void;
  _lua_pushlstring(thread: LuaThread, text: Pointer, size: number): Pointer;
  _lua_pushcclosure(thread: LuaThread, call: Pointer, upvalues: number): void;
  _lua_pushlightuserdata(thread: LuaThread, pointer: Pointer): void;
  _lua_getglobal(thread: LuaThread, name: Pointer): number;
  _lua_setglobal(thread: LuaThread, name: Pointer): void;
  _lua_getstack(thread: LuaThread, level: number, record: Pointer): number;
  _lua_getinfo(thread: LuaThread, what: Pointer, record: Pointer): number;
  _luaopen_base(thread: LuaThread): number;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

export const REGISTRY_INDEX = -1_001_000;
export const LUA_TYPE = {
  none: -1,
  nil: 0,
  boolean: 1,
  lightUserdata: 2,
  number: 3,
  string: 4,
  table: 5,
  function: 6,
  userdata: 7,
  thread: 8,
} as const;
export const STATUS = { ok: 0, errorSyntax: 3, errorMemory: 4, errorInError: 5 } as const;

/** Up to here a loop over characters is quicker than the encoder, which costs most of a microsecond to call. */
const SHORT_TEXT = 40;
const HOOK_EVERY = 1000;
const MASK_COUNT = 8;
/** How often a script's usage is told while it runs on: often enough to know it when the process has to be killed. */
const TELL_EVERY_MS = 100;
const TELL_EVERY_BYTES = 4 * 1024 * 1024;

/**
 * Ends the whole run. It is thrown as a JavaScript error through the machine's frames: Lua's `pcall` only ever sees Lua errors, so a script
 * cannot catch it. The machine is unusable afterwards.
 */
export class Stop extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(`stopped: ${reason}`);
    this.name = 'Stop';
    this.reason = reason;
  }
}

export interface MachineLimits {
  readonly memoryBytes: number;
  readonly instructions: number;
  /** Told now and then while the script runs. */
  readonly onUse: () => void;
}

/** A Lua state with our own allocator and instruction count, and text that crosses in full. */
export interface Machine {
  readonly native: NativeLua;
  readonly main: LuaThread;
  /** Puts a run's budgets in force; the count of instructions starts again. */
  limit(limits: MachineLimits): void;
  /** The script is stopped by a `timeout` when it still runs after that. */
  endIn(milliseconds: number): void;
  /** Since `limit`. */
  used(): Usage;
  /** A C string that lives as long as the machine; for names that recur. */
  name(text: string): Pointer;
  pushText(thread: LuaThread, text: string): void;
  /** The bytes of the string at `index`, valid until the machine runs again; undefined for other types. Numbers are not converted. */
  bytesAt(thread: LuaThread, index: number): Uint8Array | undefined;
  /** What Lua's `tostring` gives; `__tostring` may run. */
  shownAt(thread: LuaThread, index: number): Uint8Array;
  /** Registers a JavaScript function as Lua sees C functions: it takes the thread and returns the number of results. */
  nativeFunction(call: (thread: LuaThread) => number): Pointer;
  /** The line of the chunk named `chunk` that is running in `thread`. */
  lineOf(thread: LuaThread, chunk: string): number | undefined;
  /** Compiles text; on failure the message lies on the stack. */
  load(source: string, chunk: string): number;
  memoryUsed(): number;
}

/** Loads the interpreter and opens the libraries that cannot reach outside. */
export async function openMachine(): Promise<Machine> {
  const module = (await new wasmoon.LuaFactory().getLuaModule()).module;
  // wasmoon types only the part of its module that it uses itself; the exports are those of Lua's C interface.
  const native = module as unknown as NativeLua;
  let limits: MachineLimits | undefined;
  let used = 0;
  let peak = 0;
  let toldPeak = 0;
  let toldAt = 0;
  let endsAt = Number.POSITIVE_INFINITY;
  let instructions = 0;
  let refused: readonly [Pointer, number] | undefined;

  const tell = (now: number) => {
    toldAt = now;
    toldPeak = peak;
    limits?.onUse();
  };
  const allocate = (_userdata = 0, pointer = 0, oldSize = 0, newSize = 0): number => {
    const before = pointer === 0 ? 0 : oldSize;
    if (newSize === 0) {
      used -= before;
      if (pointer !== 0) native._free(pointer);
      return 0;
    }
    const after = used + newSize - before;
    if (newSize > before && limits !== undefined && after > limits.memoryBytes) {
      // Lua collects its garbage and asks once more; only the second refusal is the end.
      if (refused?.[0] === pointer && refused[1] === newSize) throw new Stop('memory_limit');
      refused = [pointer, newSize];
      return 0;
    }
    refused = undefined;
    const moved = native._realloc(pointer, newSize);
    if (moved === 0) throw new Stop('memory_limit');
    used = after;
    if (used > peak) {
      peak = used;
      if (peak - toldPeak > TELL_EVERY_BYTES) tell(performance.now());
    }
    return moved;
  };
  const main = native._lua_newstate(native.addFunction(allocate, 'iiiii'), 0);
  const hook = native.addFunction(() => {
    instructions += HOOK_EVERY;
    if (limits === undefined) return undefined;
    const now = performance.now();
    if (now - toldAt > TELL_EVERY_MS) tell(now);
    if (now > endsAt) throw new Stop('timeout');
    if (instructions > limits.instructions) throw new Stop('cpu_limit');
    return undefined;
  }, 'vii');
  native._lua_sethook(main, hook, MASK_COUNT, HOOK_EVERY);

  const encoder = new TextEncoder();
  const lengthAt = native._malloc(4);
  const record = native._malloc(128);
  let scratch = native._malloc(4096);
  let scratchSize = 4096;
  const names = new Map<string, Pointer>();
  const bytes = (pointer: Pointer): Uint8Array => native.HEAPU8.subarray(pointer, pointer + (native.HEAPU32[lengthAt >> 2] ?? 0));

  /** Copies text into the scratch space; returns its length in bytes. */
  const write = (text: string): number => {
    if (text.length <= SHORT_TEXT) {
      const written = writeShort(text, native.HEAPU8, scratch);
      if (written >= 0) return written;
    }
    const most = text.length * 3;
    if (most > scratchSize) {
      scratch = native._realloc(scratch, most);
      if (scratch === 0) throw new Stop('memory_limit');
      scratchSize = most;
    }
    return encoder.encodeInto(text, native.HEAPU8.subarray(scratch, scratch + scratchSize)).written;
  };

  const machine: Machine = {
    native,
    main,
    limit(next) {
      limits = next;
      instructions = 0;
      refused = undefined;
      peak = used;
      toldPeak = peak;
      toldAt = performance.now();
    },
    endIn(milliseconds) {
      endsAt = performance.now() + milliseconds;
    },
    used: () => ({ peakBytes: peak, instructions }),
    name(text) {
      const known = names.get(text);
      if (known !== undefined) return known;
      const encoded = encoder.encode(`${text}\0`);
      const pointer = native._malloc(encoded.length);
      native.HEAPU8.set(encoded, pointer);
      names.set(text, pointer);
      return pointer;
    },
    pushText(thread, text) {
      const size = write(text);
      native._lua_pushlstring(thread, scratch, size);
    },
    bytesAt(thread, index) {
      if (native._lua_type(thread, index) !== LUA_TYPE.string) return undefined;
      return bytes(native._lua_tolstring(thread, index, lengthAt));
    },
    shownAt(thread, index) {
      const shown = bytes(native._luaL_tolstring(thread, index, lengthAt));
      // The text stays reachable through the value for numbers and strings only, so copy it before it is popped.
      const copy = shown.slice();
      native._lua_settop(thread, -2);
      return copy;
    },
    nativeFunction: (call) => native.addFunction((thread = 0) => call(thread), 'ii'),
    lineOf(thread, chunk) {
      for (let level = 0; native._lua_getstack(thread, level, record) === 1; level += 1) {
        native._lua_getinfo(thread, machine.name('Sl'), record);
        const [source = 0, size = 0] = [native.HEAPU32[(record + 16) >> 2], native.HEAPU32[(record + 20) >> 2]];
        const line = native.HEAP32[(record + 24) >> 2] ?? -1;
        if (line > 0 && decodeText(native.HEAPU8.subarray(source, source + size)) === chunk) return line;
      }
      return undefined;
    },
    load(source, chunk) {
      const size = write(source);
      return native._luaL_loadbufferx(main, scratch, size, machine.name(chunk), machine.name('t'));
    },
    memoryUsed: () => used,
  };
  openLibraries(machine);
  return machine;
}

/** No io, os, package or debug: nothing that reaches outside the machine or inside its frames. */
function openLibraries({ native, main, name }: Machine): void {
  // Each opener is exported under its C name; `addFunction` gives it an address that Lua can call.
  const openers = native as unknown as Readonly<Record<string, (thread: number) => number>>;
  const libraries = { _G: 'base', coroutine: 'coroutine', table: 'table', string: 'string', utf8: 'utf8', math: 'math' };
  for (const [global, library] of Object.entries(libraries)) {
    const open = openers[`_luaopen_${library}`];
    if (open === undefined) throw new Error(`The interpreter has no library "${library}".`);
    native._luaL_requiref(
      main,
      name(global),
      native.addFunction((thread = 0) => open(thread), 'ii'),
      1,
    );
    native._lua_settop(main, -2);
  }
}

/** Copies plain ASCII; -1 for any other text. */
function writeShort(text: string, memory: Uint8Array, at: Pointer): number {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f) return -1;
    memory[at + index] = code;
  }
  return text.length;
}

/** Text of UTF-8 bytes; what is none becomes replacement characters. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > SHORT_TEXT) return decoder.decode(bytes);
  let text = '';
  for (const byte of bytes) {
    if (byte > 0x7f) return decoder.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}
