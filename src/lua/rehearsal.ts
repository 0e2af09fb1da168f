import { DEFAULT_BUDGETS } from './budgets.ts';
import { type EvaluateOptions, evaluateOn } from './run.ts';
import { createLuaTime } from './time.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Some 40 ms: more makes only scripts of many hundred calls faster. */
const CALLS = 500;

const REHEARSAL: Omit<EvaluateOptions, 'onCall'> = {
  source: 'for index = 1, args.calls do app.integrations.rehearsal.call({ text = "a", index = index, list = { 1.5, true } }) end',
  name: 'rehearsal',
  args: { calls: CALLS },
  budgets: { ...DEFAULT_BUDGETS, calls: CALLS },
  warnings: [],
  catalogue: { integrations: [{ name: 'rehearsal', functions: [{ name: 'call' }] }] },
  time: createLuaTime({ now: () => Date.now(), timeZone: 'UTC' }),
  concurrency: 1,
  signal: undefined,
  isLine: false,
};

/**
 * Lets both sides of a process that nobody needs yet do what scripts do, so that V8 has compiled it when the first one comes. Ends early
 * once `isWanted` says that one has come.
 */
export async function rehearse(worker: WorkerProcess, isWanted: () => boolean): Promise<void> {
  const onCall: EvaluateOptions['onCall'] = ({ arguments: value }) =>
    isWanted() ? { ok: false, error: { code: 'cancelled', message: 'Enough.' } } : { ok: true, value };
  await evaluateOn(worker, { ...REHEARSAL, onCall });
}
