import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountBook } from './accounts/index.ts';
import { checkSchedule, DEFAULT_RETRY_POLICY, MOST_ATTEMPTS, nextTick, nextTicks } from './automation/index.ts';
import { AppError } from './errors.ts';
import type { ScriptDesk, ScriptDetails, ScriptLine, ScriptRunDetails, ScriptRunLine, ScriptWish } from './owner/scripts.ts';
import type { LuaHost } from './runtime-lua.ts';
import type { Scripts } from './runtime-scripts.ts';
import { addScriptRun, dropWaitingRuns, getScriptRun, listScriptRuns, type ScriptRunRecord } from './store/script-runs.ts';
import { deleteScript, findScript, listScripts, lockScript, type ScriptRecord, saveScript, switchScript } from './store/scripts.ts';
import type { Store } from './store/store.ts';
import { closest, didYouMean } from './toolkit/closest.ts';
import type { Redactor } from './toolkit/redact.ts';
import type { Principal } from './toolkit/tool.ts';
import { webhookTriggers } from './wire/calcom/index.ts';

export interface ScriptDeskParts {
  readonly store: Store;
  /** The domain clock. */
  readonly now: () => number;
  readonly book: AccountBook;
  readonly lua: Pick<LuaHost, 'check' | 'runSaved'>;
  readonly scripts: Pick<Scripts, 'wake'>;
  readonly redactor: Redactor;
  /** The person behind the socket. */
  readonly owner: () => Promise<Principal>;
}

const MOST_SOURCE_BYTES = 262_000;
const MOST_ARGS_CHARACTERS = 32_000;
const MOST_DELAY_SECONDS = 3600;
const MOST_SCRIPTS = 500;
const SHOWN_TICKS = 3;
const SHOWN_RUNS = 10;
const LOOK_EVERY_MS = 100;

/** Saved scripts of the person behind the socket. */
export function createScriptDesk(parts: ScriptDeskParts): ScriptDesk {
  const { store, now, lua, scripts, owner, redactor } = parts;

  async function get(name: string): Promise<ScriptRecord> {
    const { userId } = await owner();
    const found = await findScript(store.db, userId, toName(name));
    if (found !== undefined) return found;
    const names = (await listScripts(store.db, userId)).map((script) => script.name);
    const hint =
      didYouMean(closest(name, names)) ??
      (names.length === 0 ? 'Save one with `kalends scripts save NAME FILE`.' : `There are ${names.join(', ')}.`);
    throw new AppError('not_found', `There is no script "${name}".`, { hint });
  }

  async function toDetails(script: ScriptRecord): Promise<ScriptDetails> {
    const schedule = scheduleOf(script);
    const runs = await listScriptRuns(store.db, script.id, SHOWN_RUNS);
    const { source, hash, version, args, account, attempts, delaySeconds, createdAt, updatedAt } = script;
    return {
      ...toLine(script, runs[0]),
      ...{ source, hash, version, args, account, attempts, delaySeconds },
      nextTicks: schedule === undefined || !script.enabled ? [] : nextTicks(schedule, now(), SHOWN_TICKS).map(toText),
      createdAt: toText(createdAt),
      updatedAt: toText(updatedAt),
      runs: runs.map(toRunLine),
    };
  }

  /** All that can be wrong, before anything is written. */
  async function check(wish: ScriptWish, { timeZone }: Principal) {
    const name = toName(wish.name);
    const { source, args = {}, account } = wish;
    const size = Buffer.byteLength(source);
    if (size > MOST_SOURCE_BYTES)
      throw new AppError('invalid_input', `The script has ${size} bytes; at most ${MOST_SOURCE_BYTES} are kept.`);
    if (source.trim() === '')
      throw new AppError('invalid_input', `The script "${name}" is empty.`, { hint: 'Give a file, --eval, or - for standard input.' });
    if (source.includes('\u0000') || !source.isWellFormed()) {
      throw new AppError('invalid_input', `The script "${name}" holds characters that are no text.`, { hint: 'Save the file as UTF-8.' });
    }
    if (JSON.stringify(args).length > MOST_ARGS_CHARACTERS) throw new AppError('invalid_input', 'The parameters are too long to be kept.');
    const cron = wish.cron?.trim() || null;
    if (cron === null && wish.zone !== undefined) {
      throw new AppError('invalid_input', `There is a zone "${wish.zone}" and no schedule.`, { hint: 'Add --cron "0 9 * * 1-5".' });
    }
    const zone = cron === null ? null : (wish.zone ?? timeZone);
    if (cron !== null && zone !== null) checkSchedule({ cron, zone }, now());
    const error = await lua.check(source, name);
    if (error !== undefined) {
      const line = error.line === undefined ? '' : `, line ${error.line}`;
      throw new AppError('invalid_input', `The script does not compile${line}: ${error.message}`, {
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        ...(error.line === undefined ? {} : { details: { line: error.line } }),
      });
    }
    const triggers = [...new Set((wish.triggers ?? []).map(toTrigger))];
    if (account !== undefined) checkAccount(parts.book, account);
    return {
      ...{ name, source, args, cron, zone, triggers, description: wish.description ?? '' },
      account: account === undefined || account === 'default' ? null : account,
      attempts: toAttempts(wish.retries),
      delaySeconds: toDelay(wish.retryDelaySeconds),
      nextAt: cron === null || zone === null ? null : (nextTick({ cron, zone }, now()) ?? null),
    };
  }

  return {
    async list() {
      const { userId } = await owner();
      const found = await listScripts(store.db, userId);
      return Promise.all(found.map(async (script) => toLine(script, (await listScriptRuns(store.db, script.id, 1))[0])));
    },

    async save(wish) {
      const person = await owner();
      const checked = await check(wish, person);
      const { script, isNew } = await store.transaction(async (tx) => {
        const before = await findScript(tx, person.userId, checked.name);
        if (before === undefined && (await listScripts(tx, person.userId)).length >= MOST_SCRIPTS) {
          throw new AppError('conflict', `There are ${MOST_SCRIPTS} scripts already.`, {
            hint: 'Remove one with `kalends scripts remove NAME`.',
          });
        }
        return { script: await saveScript(tx, { ...checked, userId: person.userId, processNow: Date.now() }), isNew: before === undefined };
      });
      scripts.wake();
      return { script: await toDetails(script), isNew, notices: redactor.holds(wish.source) ? [HOLDS_KEY] : [] };
    },

    show: async (name) => toDetails(await get(name)),

    async setEnabled(name, enabled) {
      const { id } = await get(name);
      await store.transaction(async (tx) => {
        const script = await lockScript(tx, id);
        if (script === undefined || (script.enabled === enabled && (enabled || script.pausedReason === null))) return;
        const schedule = scheduleOf(script);
        if (enabled && schedule !== undefined) checkSchedule(schedule, now());
        const nextAt = enabled && schedule !== undefined ? (nextTick(schedule, now()) ?? null) : null;
        await switchScript(tx, id, { enabled, nextAt, processNow: Date.now() });
        if (!enabled) await dropWaitingRuns(tx, id, 'The script was switched off.', Date.now());
      });
      scripts.wake();
      return toDetails(await get(name));
    },

    async remove(name) {
      const { id } = await get(name);
      const wasRunning = (await listScriptRuns(store.db, id, SHOWN_RUNS)).some(({ state }) => state === 'running');
      await deleteScript(store.db, id);
      return { removed: toName(name), wasRunning };
    },

    async run(name, { args = {} }) {
      const script = await get(name);
      const id = await addScriptRun(store.db, { scriptId: script.id, cause: 'manual', args, processNow: Date.now() });
      scripts.wake();
      const run = id === undefined ? undefined : await getScriptRun(store.db, id);
      if (run === undefined) throw new AppError('not_found', `The script "${name}" was removed meanwhile.`);
      return toRunLine(run);
    },

    async rehearse(name, { args = {} }, signal) {
      const script = await get(name);
      return lua.runSaved({
        ...{ principal: await owner(), source: script.source, name: script.name, script: `${script.name}, rehearsal` },
        ...{ args: { ...script.args, ...args }, dryRun: true, signal },
        ...(script.account === null ? {} : { account: script.account }),
      });
    },

    runs: async (name, limit) => (await listScriptRuns(store.db, (await get(name)).id, limit)).map(toRunLine),

    async findRun(name, id, waitMs) {
      const script = await get(name);
      for (const until = Date.now() + waitMs; ; await sleep(LOOK_EVERY_MS)) {
        const run = await getScriptRun(store.db, id);
        if (run === undefined || run.scriptId !== script.id) {
          throw new AppError('not_found', `The script "${script.name}" has no run "${id}".`, {
            hint: `See them with \`kalends scripts runs ${script.name}\`.`,
          });
        }
        if (isOver(run) || Date.now() >= until) return toRunDetails(script, run, await approvalsOf(store, run));
      }
    },
  };
}

const HOLDS_KEY = 'The script holds the key of one of your accounts. Take it out: the key of an account is added to its calls by itself.';

function isOver({ state }: ScriptRunRecord): boolean {
  return state !== 'queued' && state !== 'running';
}

function toName(name: string): string {
  const plain = name.trim().toLowerCase();
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/.test(plain)) return plain;
  throw new AppError('invalid_input', `"${name}" is no name for a script.`, {
    hint: 'Use up to 64 letters, digits, dots, hyphens and underscores.',
  });
}

function toTrigger(text: string): string {
  const wanted = text.trim().toUpperCase().replaceAll('-', '_');
  const known: readonly string[] = webhookTriggers;
  if (known.includes(wanted)) return wanted;
  throw new AppError('invalid_input', `There is no event "${text}".`, {
    hint: didYouMean(closest(wanted, known, 3)) ?? `There are ${known.join(', ')}.`,
  });
}

function toAttempts(retries: number | undefined): number {
  if (retries === undefined) return DEFAULT_RETRY_POLICY.attempts;
  if (retries >= 0 && retries < MOST_ATTEMPTS) return retries + 1;
  throw new AppError('invalid_input', `"${retries}" is no number of retries.`, { hint: `Use 0 to ${MOST_ATTEMPTS - 1}.` });
}

function toDelay(seconds: number | undefined): number {
  if (seconds === undefined) return DEFAULT_RETRY_POLICY.delaySeconds;
  if (seconds >= 1 && seconds <= MOST_DELAY_SECONDS) return seconds;
  throw new AppError('invalid_input', `"${seconds}" is no delay in seconds.`, { hint: `Use 1 to ${MOST_DELAY_SECONDS}.` });
}

/** An account of either provider. */
function checkAccount(book: AccountBook, account: string): void {
  try {
    book.find('cal', account);
  } catch (error) {
    try {
      book.find('whereby', account);
    } catch {
      throw error;
    }
  }
}

function scheduleOf({ cron, zone }: ScriptRecord): { readonly cron: string; readonly zone: string } | undefined {
  return cron === null || zone === null ? undefined : { cron, zone };
}

function toLine(script: ScriptRecord, last: ScriptRunRecord | undefined): ScriptLine {
  const { name, description, enabled, pausedReason, cron, zone, triggers, nextAt } = script;
  return {
    ...{ name, description, enabled, pausedReason, cron, zone, triggers },
    nextAt: textOrNull(enabled ? nextAt : null),
    lastRun: last === undefined ? null : toRunLine(last),
  };
}

function toRunLine(run: ScriptRunRecord): ScriptRunLine {
  const { id, cause, state, reason, attempt, createdAt, startedAt, endedAt } = run;
  return {
    ...{ id, cause, state, reason, attempt },
    causeText: run.plannedAt === null ? triggerOf(run.event) : toText(run.plannedAt),
    createdAt: toText(createdAt),
    startedAt: textOrNull(startedAt),
    endedAt: textOrNull(endedAt),
  };
}

function toRunDetails(script: ScriptRecord, run: ScriptRunRecord, approvals: ScriptRunDetails['approvals']): ScriptRunDetails {
  const { version, hash, args, event, output, outputHash, outputBytes, result, error, calls, history } = run;
  return {
    ...toRunLine(run),
    script: script.name,
    ...{ version, hash, args, event, output, outputHash, outputBytes, result, error, calls, history, approvals },
  };
}

/** How the questions of a run were answered, as far as they were. */
async function approvalsOf({ approvals }: Store, { calls }: ScriptRunRecord): Promise<ScriptRunDetails['approvals']> {
  const ids = calls.flatMap((call) => (typeof call === 'object' && call !== null && 'approval' in call ? [String(call.approval)] : []));
  return Promise.all(ids.map(async (id) => ({ id, state: (await approvals.get(id))?.state ?? 'gone' })));
}

function triggerOf(event: unknown): string | null {
  return typeof event === 'object' && event !== null && 'triggerEvent' in event ? String(event.triggerEvent) : null;
}

function toText(instant: number): string {
  return new Date(instant).toISOString();
}

function textOrNull(instant: number | null): string | null {
  return instant === null ? null : toText(instant);
}
