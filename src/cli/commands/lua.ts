import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { AppError, type ErrorCode, type ErrorEnvelope, toAppError } from '../../errors.ts';
import type { LuaRunBody, LuaSessionBody } from '../../owner/lua.ts';
import type { LuaReport } from '../../surfaces/lua-report.ts';
import { toTellable } from '../failure.ts';
import { clean } from '../layout.ts';
import { askAtTerminal, requestLua } from '../lua-client.ts';
import { reachOwner } from '../owner.ts';
import { findProjectFiles } from '../project-files.ts';
import { findProjectRoot } from '../project-root.ts';
import type { Terminal } from '../terminal.ts';
import { callOptions, listOf, numberOf, textOf, type Values } from './values.ts';

export interface LuaCommand {
  readonly values: Values;
  readonly terminal: Terminal;
  readonly words: readonly string[];
  /** Only the servers of others. */
  readonly isMcpOnly: boolean;
}

/** Runs one script and prints what it printed and returned; with `--json` an envelope, whatever goes wrong. */
export async function runLua(command: LuaCommand): Promise<number> {
  const { terminal, values } = command;
  try {
    if (values.repl === true) return await (await import('./lua-repl.ts')).openRepl(toSettings(command), terminal);
    const report = await run(command);
    showReport(report, terminal);
    return exitCodeOf(report);
  } catch (error) {
    if (!terminal.isJson) throw error;
    return tellFailedScript(error, terminal, {
      dryRun: values.dryRun === true,
      force: values.force === true,
      account: textOf(values, 'account'),
    });
  }
}

async function run(command: LuaCommand): Promise<LuaReport> {
  const { terminal } = command;
  const body: LuaRunBody = { ...toSettings(command), ...(await readScript(command)), canAsk: terminal.canAsk };
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const owner = reachOwner(terminal);
    return await requestLua('/owner/lua/run', body, { owner, signal: stop.signal, onApproval: askAtTerminal(terminal, owner) });
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

async function readScript({ values, words: [file, ...more] }: LuaCommand): Promise<Pick<LuaRunBody, 'source' | 'name' | 'words'>> {
  const code = textOf(values, 'eval');
  const hint = "Write --eval 'CODE', the name of a file, or - for standard input.";
  if (more.length > 0) throw new AppError('invalid_input', `"${more[0]}" is one word too many.`, { hint });
  if (code !== undefined && file !== undefined)
    throw new AppError('invalid_input', `There is a script in --eval and in "${file}".`, { hint });
  if (code !== undefined) return { source: code, name: 'eval', words: [code] };
  if (file === undefined) throw new AppError('invalid_input', 'There is no script.', { hint });
  if (file === '-') return { source: await readAll(process.stdin), name: 'stdin' };
  try {
    return { source: readFileSync(file, 'utf8'), name: basename(file) };
  } catch (cause) {
    throw new AppError('invalid_input', `The file "${file}" cannot be read.`, { cause, hint });
  }
}

function toSettings({ values, isMcpOnly }: LuaCommand): LuaSessionBody {
  const limits = toLimits(values);
  const args = toArguments(listOf(values, 'param') ?? []);
  return {
    ...callOptions(values),
    surface: 'lua',
    utterance: ['kalends', ...process.argv.slice(2)].join(' '),
    projectFiles: [...findProjectFiles()],
    project: findProjectRoot(),
    args,
    ...(isMcpOnly ? { mcpOnly: true } : {}),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

/** `--param name=Ada` is a text; `--param days:=[1,2]` is JSON. */
export function toArguments(pairs: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', isJson, text = ''] = /^([^=:]+)(:)?=(.*)$/s.exec(pair) ?? [];
      if (name === '') {
        throw new AppError('invalid_input', `--param "${pair}" has no name and no "=".`, { hint: 'Write it like --param name=Ada.' });
      }
      return [name, isJson === undefined ? text : parseJson(name, text)];
    }),
  );
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('invalid_input', `--param "${name}" is no JSON: "${text}".`, {
      cause,
      hint: `For a text write ${name}=… without the colon.`,
    });
  }
}

function toLimits(values: Values): Readonly<Record<string, number>> {
  const seconds = numberOf(values, 'timeLimit') ?? numberOf(values, 'cpuLimit');
  const limits = {
    wallMs: seconds === undefined ? undefined : seconds * 1000,
    memoryBytes: numberOf(values, 'memoryLimit'),
    instructions: numberOf(values, 'instructionLimit'),
    calls: numberOf(values, 'callLimit'),
    outputBytes: numberOf(values, 'outputLimit'),
  };
  return Object.fromEntries(Object.entries(limits).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

/** What a script left, for people: output and result on standard output, the rest beside it. */
export function showReport(report: LuaReport, terminal: Terminal): void {
  if (terminal.isJson) {
    terminal.printJson(report);
    return;
  }
  if (report.output !== '') terminal.print(clean(report.output));
  for (const value of report.result ?? []) {
    if (value !== null) terminal.print(clean(typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  }
  for (const warning of report.meta.warnings) terminal.say(`Warning: ${clean(warning)}`);
  for (const { title, requests } of report.meta.planned ?? []) {
    terminal.say(clean(`Planned: ${title}`));
    for (const { method, url, body } of requests)
      terminal.say(clean(`  ${method} ${url}${body === null ? '' : ` ${JSON.stringify(body)}`}`));
  }
  if (report.meta.planned !== undefined) terminal.say('A dry run: nothing was changed.');
  const { error } = report;
  if (error === null) return;
  const place = error.line === undefined ? '' : `${report.meta.name}:${error.line}: `;
  terminal.say(clean(`${place}${error.code}: ${error.message}`));
  for (const text of [error.snippet, error.hint]) if (text !== undefined) terminal.say(clean(text));
}

const LIMITS: readonly string[] = ['cpu_limit', 'memory_limit', 'output_limit', 'call_limit', 'timeout'];

/** As of every command, and 8 where a limit ended the script. */
export function exitCodeOf({ error }: Pick<LuaReport, 'error'>): number {
  if (error === null) return 0;
  if (LIMITS.includes(error.code)) return 8;
  switch (error.code) {
    case 'syntax':
    case 'invalid_arguments':
      return 2;
    case 'approval_pending':
      return 3;
    case 'denied':
      return 5;
    case 'upstream':
      // The finer code is one of ours; what is none counts as a failure inside.
      return toAppError({ code: (error.reason ?? 'upstream') as ErrorCode, message: '', retryable: false }).exitCode;
    default:
      return 1;
  }
}

/** What stands in the envelope of a script that never ran. */
interface Wished {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly account?: string | undefined;
}

/** A failure before or beside the script, for programs: on standard output, in the form of a script that ran. Answers the exit code. */
export function tellFailedScript(error: unknown, terminal: Terminal, wished: Wished = {}): number {
  const envelope = toTellable(error);
  terminal.printJson(toFailedReport(envelope, wished));
  return new AppError(envelope.code, '').exitCode;
}

const KINDS: Partial<Record<ErrorCode, string>> = {
  invalid_input: 'invalid_arguments',
  denied: 'denied',
  forbidden: 'denied',
  cancelled: 'cancelled',
  timeout: 'timeout',
  approval_pending: 'approval_pending',
};

function toFailedReport({ code, ...envelope }: ErrorEnvelope, { dryRun = false, force = false, account }: Wished = {}) {
  return {
    success: false,
    output: '',
    result: null,
    error: { code: KINDS[code] ?? 'upstream', reason: code, ...envelope },
    execution_time_ms: 0,
    memory_usage: 0,
    integration_calls: [],
    meta: {
      name: 'script',
      warnings: [],
      budgets: {},
      instructions: 0,
      waited_ms: 0,
      dry_run: dryRun,
      permission_bypassed: force,
      account: account ?? null,
      ...(dryRun ? { planned: [] } : {}),
    },
  };
}
