import type { ScriptDetails, ScriptRunDetails, ScriptRunLine } from '../../owner/scripts.ts';
import type { LuaReport } from '../../surfaces/lua-report.ts';
import { clean } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { exitCodeOf, showReport, toArguments } from './lua.ts';
import { listOf, numberOf, positional, type Values } from './values.ts';

/** Of one request that waits for the end of a run. */
const WAIT_SECONDS = 5;

/** `kalends scripts run NAME` */
export async function runScript(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const name = positional(words, 'name');
  const owner = reachOwner(terminal);
  const body = { args: toArguments(listOf(values, 'param') ?? []) };
  if (values.dryRun === true) {
    const { report } = await owner.json<{ report: LuaReport }>(`${pathOf(name)}/runs`, { body: { ...body, dryRun: true } });
    showReport(report, terminal);
    return exitCodeOf(report);
  }
  const { run } = await owner.json<{ run: ScriptRunLine }>(`${pathOf(name)}/runs`, { body });
  const leave = () => {
    terminal.say(`Run ${run.id} goes on. See it with \`kalends scripts show ${name} --run ${run.id}\`.`);
    process.exit(130);
  };
  process.once('SIGINT', leave);
  const ended = await untilOver(() => owner.json<ScriptRunDetails>(`${pathOf(name)}/runs/${run.id}?wait=${WAIT_SECONDS}`));
  process.off('SIGINT', leave);
  if (terminal.isJson) terminal.printJson(ended);
  else showRun(ended, terminal);
  return exitCodeOfRun(ended);
}

/** `kalends scripts runs NAME` */
export async function listRuns(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const limit = numberOf(values, 'limit');
  const path = `${pathOf(positional(words, 'name'))}/runs${limit === undefined ? '' : `?limit=${limit}`}`;
  const { runs } = await reachOwner(terminal).json<{ runs: readonly ScriptRunLine[] }>(path);
  if (terminal.isJson) terminal.printJson(runs);
  else if (runs.length === 0) terminal.print('It never ran.');
  else for (const run of runs) terminal.print(clean(`  ${describeRun(run)}${run.reason === null ? '' : `. ${run.reason}`}`));
  return 0;
}

/** `kalends scripts show NAME [--run ID]` */
export async function showScript(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const path = pathOf(positional(words, 'name'));
  const id = numberOf(values, 'run');
  const owner = reachOwner(terminal);
  if (id !== undefined) {
    const run = await owner.json<ScriptRunDetails>(`${path}/runs/${id}`);
    if (terminal.isJson) terminal.printJson(run);
    else showRun(run, terminal);
    return 0;
  }
  const script = await owner.json<ScriptDetails>(path);
  if (terminal.isJson) terminal.printJson(script);
  else terminal.print(clean(toText(script)));
  return 0;
}

export function pathOf(name: string): string {
  return `/owner/scripts/${encodeURIComponent(name)}`;
}

/** "Mon 07 Jan 2030, 09:00" in the schedule's own zone. */
export function toTick(at: string, zone: string | null): string {
  const format = { weekday: 'short', day: '2-digit', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
  return new Intl.DateTimeFormat('en-GB', { ...format, ...(zone === null ? {} : { timeZone: zone }) }).format(new Date(at));
}

/** "run 42: succeeded, 07 Jan 2030, 09:00:01, by schedule" */
export function describeRun({ id, state, cause, causeText, attempt, startedAt, createdAt }: ScriptRunLine): string {
  const by = { manual: 'by hand', schedule: 'by schedule', event: `on ${causeText ?? 'an event'}` }[cause];
  const tries = attempt > 1 ? `, attempt ${attempt}` : '';
  return `run ${id}: ${WORDS[state]}${tries}, ${toTime(startedAt ?? createdAt)}, ${by}`;
}

const WORDS: Readonly<Record<ScriptRunLine['state'], string>> = {
  queued: 'waits',
  running: 'is running',
  succeeded: 'succeeded',
  failed: 'failed',
  waiting: 'waits for approval',
  skipped: 'skipped',
  interrupted: 'interrupted',
};

async function untilOver(look: () => Promise<ScriptRunDetails>): Promise<ScriptRunDetails> {
  for (;;) {
    const run = await look();
    if (run.state !== 'queued' && run.state !== 'running') return run;
  }
}

function showRun(run: ScriptRunDetails, terminal: Terminal): void {
  if (run.output !== '') terminal.print(clean(run.output));
  for (const value of Array.isArray(run.result) ? run.result : []) {
    if (value !== null) terminal.print(clean(typeof value === 'string' ? value : JSON.stringify(value, null, 2)));
  }
  terminal.say(clean(`${describeRun(run)}.${run.reason === null ? '' : ` ${run.reason}`}`));
  for (const { id, state } of run.approvals) {
    terminal.say(state === 'pending' ? `Answer it with \`kalends approvals approve ${id}\`.` : `Approval ${id}: ${state}.`);
  }
  const { error } = run;
  if (typeof error !== 'object' || error === null || run.state === 'waiting') return;
  for (const name of ['snippet', 'hint'] as const) {
    const text = name in error ? (error as Readonly<Record<string, unknown>>)[name] : undefined; // looked up by its own name
    if (typeof text === 'string') terminal.say(clean(text));
  }
}

/** As of any Lua run; 1 where it was skipped or interrupted. */
function exitCodeOfRun({ state, error }: ScriptRunDetails): number {
  if (state === 'succeeded') return 0;
  if (state === 'waiting') return 3;
  return state === 'failed' && error !== null ? exitCodeOf({ error: error as LuaReport['error'] }) : 1; // kept as the sandbox told it
}

function toText(script: ScriptDetails): string {
  const { name, version, description, enabled, pausedReason, cron, zone, nextTicks, triggers, account, args, attempts, delaySeconds } =
    script;
  const row = (label: string, value: string) => (value === '' ? [] : [`  ${label.padEnd(10)} ${value}`]);
  const retries = attempts - 1;
  return [
    `${name}, version ${version}${enabled ? '' : pausedReason === null ? ', switched off' : ', paused'}`,
    ...row('For', description),
    ...row('Paused', pausedReason ?? ''),
    ...row('Schedule', cron === null ? '' : `"${cron}" in ${zone}`),
    ...row('Next', nextTicks.map((tick) => toTick(tick, zone)).join('; ')),
    ...row('On', triggers.join(', ')),
    ...row('Account', account ?? ''),
    ...row('Args', Object.keys(args).length === 0 ? '' : JSON.stringify(args)),
    ...row('Retries', retries === 0 ? 'none' : `${retries}, the first after ${delaySeconds} s`),
    '',
    ...script.source
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`),
    '',
    ...(script.runs.length === 0
      ? ['  It never ran.']
      : script.runs.map((run) => `  ${describeRun(run)}${run.reason === null ? '' : `. ${run.reason}`}`)),
  ].join('\n');
}

/** Runs keep the process's clock, so the system's zone is the reader's. */
function toTime(at: string): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' }).format(new Date(at));
}
