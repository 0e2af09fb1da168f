import { readFileSync } from 'node:fs';
import { text as readAll } from 'node:stream/consumers';
import { homeOf } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { findOwner } from '../../owner/connect.ts';
import type { OwnerStatus } from '../../owner/door.ts';
import type { ScriptDetails, ScriptLine, ScriptSaved } from '../../owner/scripts.ts';
import { clean, pad, widthOf } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { toArguments } from './lua.ts';
import { describeRun, pathOf, toTick } from './script-runs.ts';
import { given, listOf, numberOf, positional, textOf, type Values } from './values.ts';

/** `kalends scripts save NAME [FILE|-]` */
export async function saveScript(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const name = positional(words, 'name');
  const params = listOf(values, 'param');
  const owner = reachOwner(terminal);
  const body = given({
    name,
    source: await readSource(values, words[1]),
    description: textOf(values, 'description'),
    cron: textOf(values, 'cron'),
    zone: textOf(values, 'zone'),
    triggers: listOf(values, 'on'),
    args: params === undefined ? undefined : toArguments(params),
    account: textOf(values, 'account'),
    retries: numberOf(values, 'retries'),
    retryDelaySeconds: numberOf(values, 'retryDelay'),
  });
  const saved = await owner.json<ScriptSaved>('/owner/scripts', { body });
  const { script } = saved;
  const notices = [...saved.notices, ...(await backgroundNotice(script, () => owner.json<OwnerStatus>('/owner/status')))];
  if (terminal.isJson) terminal.printJson({ ...saved, notices });
  else {
    terminal.print(clean(`${saved.isNew ? 'Saved' : 'Replaced'} the script "${script.name}", version ${script.version}.`));
    for (const line of startsOf(script)) terminal.print(line);
    for (const notice of notices) terminal.say(notice);
  }
  return 0;
}

/** `kalends scripts list` */
export async function listScripts(terminal: Terminal): Promise<number> {
  const { scripts } = await reachOwner(terminal).json<{ scripts: readonly ScriptLine[] }>('/owner/scripts');
  if (terminal.isJson) terminal.printJson(scripts);
  else if (scripts.length === 0) terminal.print('There are no scripts. Save one with `kalends scripts save NAME FILE`.');
  else
    terminal.print(
      toTable(scripts.map((script) => [script.name, startOf(script), script.lastRun === null ? 'never ran' : describeRun(script.lastRun)])),
    );
  for (const { name, pausedReason } of scripts) if (pausedReason !== null) terminal.say(clean(`"${name}" is paused. ${pausedReason}`));
  return 0;
}

/** For a shell that completes; nothing where Kalends does not run. */
export async function scriptNames(): Promise<readonly string[]> {
  try {
    const owner = findOwner(homeOf(process.env));
    const { scripts } = await owner.json<{ scripts: readonly ScriptLine[] }>('/owner/scripts', { timeoutMs: PATIENCE_MS });
    return scripts.map(({ name }) => name);
  } catch {
    // Whoever presses Tab is told nothing rather than an error.
    return [];
  }
}

const PATIENCE_MS = 300;

/** `kalends scripts enable|disable NAME` */
export async function switchScript(enabled: boolean, terminal: Terminal, words: readonly string[]): Promise<number> {
  const script = await reachOwner(terminal).json<ScriptDetails>(pathOf(positional(words, 'name')), { method: 'PATCH', body: { enabled } });
  if (terminal.isJson) terminal.printJson(script);
  else {
    terminal.print(`The script "${script.name}" is switched ${enabled ? 'on' : 'off'}.`);
    if (enabled) for (const line of startsOf(script)) terminal.print(line);
  }
  return 0;
}

/** `kalends scripts remove NAME [--yes]`: asks where it starts by itself. */
export async function removeScript(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const owner = reachOwner(terminal);
  const path = pathOf(positional(words, 'name'));
  const script = await owner.json<ScriptDetails>(path);
  if (values.yes !== true && (script.cron !== null || script.triggers.length > 0)) await confirm(script, terminal);
  const removed = await owner.json<{ removed: string; wasRunning: boolean }>(path, { method: 'DELETE' });
  if (terminal.isJson) terminal.printJson(removed);
  else {
    terminal.print(`Removed the script "${removed.removed}". What it did stands in the journal.`);
    if (removed.wasRunning) terminal.say('A run of it goes on to its end; no other follows.');
  }
  return 0;
}

async function confirm(script: ScriptDetails, terminal: Terminal): Promise<void> {
  const what = `"${script.name}" starts by itself: ${startOf(script)}.`;
  if (!terminal.canAsk) {
    throw new AppError('invalid_input', what, { hint: `Remove it all the same with \`kalends scripts remove ${script.name} --yes\`.` });
  }
  const { confirm: ask } = await import('@clack/prompts');
  if ((await ask({ message: `${what} Remove it?`, initialValue: false })) === true) return;
  throw new AppError('cancelled', 'Nothing was removed.');
}

/** What starts it, in one line. */
export function startOf({ cron, zone, triggers, nextAt, enabled, pausedReason }: ScriptLine): string {
  const starts = [
    ...(cron === null ? [] : [`"${cron}" in ${zone}${nextAt === null ? '' : `, next ${toTick(nextAt, zone)}`}`]),
    ...(triggers.length === 0 ? [] : [`on ${triggers.join(', ')}`]),
  ];
  const what = starts.length === 0 ? 'by hand' : starts.join(' and ');
  return enabled ? what : `${what} (${pausedReason === null ? 'switched off' : 'paused'})`;
}

function startsOf({ cron, zone, nextTicks, triggers }: ScriptDetails): readonly string[] {
  return [
    ...(cron === null ? [] : [`It runs next ${nextTicks.map((tick) => toTick(tick, zone)).join('; ')} (${zone}).`]),
    ...(triggers.length === 0 ? [] : [`It runs on ${triggers.join(', ')}.`]),
  ];
}

/** A schedule needs a Kalends that stays. */
async function backgroundNotice({ cron, triggers }: ScriptDetails, status: () => Promise<OwnerStatus>): Promise<readonly string[]> {
  if (cron === null && triggers.length === 0) return [];
  const { background, clock } = await status();
  if (clock.frozen) return ['The clock is frozen: no tick comes while it stands still.'];
  return background ? ['It starts by itself only while Kalends runs: keep `kalends up` running.'] : [];
}

async function readSource(values: Values, file: string | undefined): Promise<string> {
  const code = textOf(values, 'eval');
  const hint = "Write --eval 'CODE', the name of a file, or - for standard input.";
  if (code !== undefined && file !== undefined)
    throw new AppError('invalid_input', `There is a script in --eval and in "${file}".`, { hint });
  if (code !== undefined) return code;
  if (file === undefined) throw new AppError('invalid_input', 'There is no script.', { hint });
  if (file === '-') return readAll(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AppError('invalid_input', `The file "${file}" cannot be read.`, { cause, hint });
  }
}

export function toTable(rows: readonly (readonly string[])[]): string {
  const texts = rows.map((row) => row.map((cell) => clean(cell).replaceAll('\n', ' ')));
  const columns = Math.max(...texts.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...texts.map((row) => widthOf(row[column] ?? ''))));
  return texts.map((row) => `  ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}
