import { z } from 'zod';
import { AppError } from '../errors.ts';
import { normalizeArguments } from '../toolkit/arguments.ts';
import { describeIssues } from '../toolkit/issues.ts';
import type { JsonSchema } from './cli.ts';
import type { Docs } from './docs.ts';
import type { LuaReport } from './lua-report.ts';

export type LuaToolName = 'execute_lua' | 'lua_list_docs' | 'lua_search_docs' | 'lua_read_doc';

/** One of the four tools by which an agent discovers and scripts the whole catalogue, wherever agents are. */
export interface LuaTool {
  readonly name: LuaToolName;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** A script as an agent hands it over. */
export interface LuaToolRun {
  readonly code: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly dryRun?: boolean;
}

type Given = Readonly<Record<string, unknown>>;

function tool(name: LuaToolName, description: string, properties: JsonSchema['properties'] & {}, required: readonly string[]): LuaTool {
  return { name, description, schema: { type: 'object', properties, required, additionalProperties: false } };
}

export const LUA_TOOLS: readonly LuaTool[] = [
  tool(
    'execute_lua',
    'Run a Lua script over all functions, app.integrations.cal.list_bookings({ status = "upcoming" }); docs.search finds them, docs.read("lua") tells the rest.',
    {
      code: { type: 'string', description: 'Lua 5.4; what it returns and prints is answered.' },
      args: { type: 'object', description: 'The table `args` of the script.' },
      dry_run: { type: 'boolean', description: 'Only plan the writes.' },
    },
    ['code'],
  ),
  tool(
    'lua_list_docs',
    'List the functions a Lua script can call.',
    { namespace: { type: 'string', description: 'For example "cal".' } },
    [],
  ),
  tool(
    'lua_search_docs',
    'Find functions for Lua scripts by words.',
    { query: { type: 'string', description: 'For example "cancel".' }, limit: { type: 'integer', description: 'For example 5.' } },
    ['query'],
  ),
  tool(
    'lua_read_doc',
    'Read the page of a namespace or a function, with its arguments and a sample.',
    { page: { type: 'string', description: 'For example "integrations.cal.list_event_types".' } },
    ['page'],
  ),
];

export function isLuaTool(name: string): name is LuaToolName {
  return LUA_TOOLS.some((known) => known.name === name);
}

/** The page, the list or the finds that one of the three tools about documents answers. */
export function readLuaDocs(name: Exclude<LuaToolName, 'execute_lua'>, given: Given, docs: Docs): string {
  switch (name) {
    case 'lua_list_docs':
      return given.namespace === undefined ? docs.list() : docs.read(textOf(given, 'namespace'));
    case 'lua_search_docs':
      return docs.searchLines(textOf(given, 'query'), typeof given.limit === 'number' ? given.limit : undefined);
    case 'lua_read_doc':
      return docs.read(textOf(given, 'page'));
  }
}

const run = z.strictObject({
  code: z.string().refine((text) => text.trim() !== '', 'is empty'),
  args: z.record(z.string(), z.unknown()).optional(),
  dry_run: z.boolean().optional(),
});

/** The arguments of `execute_lua`. One that is not known is refused: it may have been meant to keep the script from writing. */
export function toLuaToolRun(given: Given): LuaToolRun {
  const input = normalizeArguments(given, run);
  const parsed = run.safeParse(input);
  if (!parsed.success) {
    throw new AppError('invalid_input', `execute_lua: ${describeIssues(parsed.error, input, run)}.`, {
      hint: 'Correct the named values and call it again; nothing was run.',
    });
  }
  const { code, args, dry_run: dryRun } = parsed.data;
  return { code, ...(args === undefined ? {} : { args }), ...(dryRun === true ? { dryRun } : {}) };
}

/** A report as a model reads it: what the script said and changed, without what its reads cost. */
export interface LuaToolReport {
  readonly success: boolean;
  readonly output?: string;
  readonly result?: LuaReport['result'];
  readonly error?: LuaReport['error'];
  readonly warnings?: readonly string[];
  /** How many functions were called. */
  readonly calls: number;
  /** What was changed, tried or asked, in its order. */
  readonly writes?: readonly Readonly<Record<string, unknown>>[];
  /** Only of a dry run. */
  readonly planned?: LuaReport['meta']['planned'];
}

const FACTS = ['function', 'account', 'effect_status', 'approval_id', 'journal_id'];

export function toLuaToolReport(report: LuaReport): LuaToolReport {
  const { success, output, result, error, integration_calls: calls, meta } = report;
  const writes = meta.dry_run ? [] : writesOf(report).map(toFacts);
  return {
    success,
    ...(output === '' ? {} : { output }),
    ...(result === null ? {} : { result }),
    ...(error === null ? {} : { error }),
    ...(meta.warnings.length === 0 ? {} : { warnings: meta.warnings }),
    calls: calls.length,
    ...(writes.length === 0 ? {} : { writes }),
    ...(meta.planned === undefined ? {} : { planned: meta.planned }),
  };
}

/** The calls of a run that changed something, tried to, or wait for the person; also one whose answer the run did not live to see. */
export function writesOf({ integration_calls: calls }: Pick<LuaReport, 'integration_calls'>): LuaReport['integration_calls'] {
  return calls.filter(({ operation, status }) => operation === 'write' || status === 'unknown');
}

function toFacts({ path, ...call }: LuaReport['integration_calls'][number]): Readonly<Record<string, unknown>> {
  const facts = FACTS.flatMap((name) => (call[name] === undefined || call[name] === null ? [] : [[name, call[name]] as const]));
  return Object.fromEntries(call.status === 'unknown' ? [...facts, ['function', path], ['effect_status', 'unknown']] : facts);
}

function textOf(given: Given, name: string): string {
  const value = given[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw wrong(name, 'a text', value === undefined ? 'is missing' : 'is wrong');
}

function wrong(name: string, kind: string, what = 'is wrong'): AppError {
  return new AppError('invalid_input', `"${name}" ${what}; it is ${kind}.`, { hint: 'Correct the named value and call it again.' });
}
