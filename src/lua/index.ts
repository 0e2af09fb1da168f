export { DEFAULT_BUDGETS, type LuaBudgets } from './budgets.ts';
export type { LuaAnswer, LuaCall, LuaCallContext, LuaCallHandler } from './calls.ts';
export type { LuaCatalogue, LuaFunction, LuaNamespace, LuaTarget } from './catalogue.ts';
export { createLua, type LuaOptions, type LuaRepl, type LuaRunner, type LuaRunOptions, type LuaSetting } from './lua.ts';
export {
  LUA_ERROR_CODES,
  LuaCallError,
  type LuaCallRecord,
  type LuaError,
  type LuaErrorCode,
  type LuaFailure,
  type LuaOutcome,
} from './outcome.ts';
export { createLuaTime, type LuaTime, type LuaTimeOptions } from './time.ts';
