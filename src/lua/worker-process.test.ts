import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { DEFAULT_BUDGETS } from './budgets.ts';
import { createLua } from './index.ts';
import { CATALOGUE, echo, FIXTURE_TIME, runnerOf } from './lua.fixture.ts';
import { LINE } from './protocol.ts';
import { type Evaluation, evaluateOn } from './run.ts';
import { isAlive, workersOf } from './worker-process.fixture.ts';
import { openWorker } from './worker-process.ts';

const lua = createLua();
const run = runnerOf(lua);
afterAll(() => lua.close());

const BACKTRACKING = 'return ("a"):rep(30000):find((".-"):rep(20) .. "b")';

/** Runs a script on a process that gets a signal when it has printed something. */
async function killedWhenPrinting(source: string, signal: NodeJS.Signals): Promise<Evaluation> {
  const worker = await openWorker();
  const watched: typeof worker = {
    ...worker,
    listen: (listener) =>
      worker.listen(
        listener && {
          onEnd: listener.onEnd,
          onLine(kind, text) {
            listener.onLine(kind, text);
            if (kind === LINE.output) process.kill(worker.pid, signal);
          },
        },
      ),
  };
  const options = { source, name: 'script', args: null, budgets: DEFAULT_BUDGETS, warnings: [], catalogue: CATALOGUE, onCall: echo };
  const more = { time: FIXTURE_TIME, concurrency: 5, signal: undefined, isLine: false };
  try {
    return await evaluateOn(watched, { ...options, ...more });
  } finally {
    await worker.kill();
  }
}

describe('a process that dies in the middle of a script', () => {
  const CALLS = 'app.integrations.cal.get_booking("u")';

  it.each([
    ['SIGKILL', `print("so far") while true do end`, false, 'was ended from outside (SIGKILL)'],
    ['SIGKILL', `print("so far") ${BACKTRACKING}`, false, 'was ended from outside (SIGKILL)'],
    ['SIGTERM', `${CALLS} print("so far") while true do end`, false, 'was ended from outside (SIGTERM)'],
    ['SIGABRT', `${CALLS} print("so far") while true do end`, false, 'crashed (SIGABRT)'],
    ['SIGABRT', `print("so far") while true do end`, true, 'crashed (SIGABRT)'],
    ['SIGTRAP', `print("so far") while true do end`, true, 'crashed (SIGTRAP)'],
  ] as const)('by %s ends that run, with what it had printed: %s', async (signal, source, mayRepeat, message) => {
    const { outcome, ...rest } = await killedWhenPrinting(source, signal);
    expect(rest).toEqual({ isUsable: false, mayRepeat });
    expect(outcome).toMatchObject({ success: false, output: 'so far', result: null });
    expect(outcome.error).toMatchObject({ code: 'runtime', reason: 'interpreter_ended', message: expect.stringContaining(message) });
    expect(outcome.memory_usage).toBeGreaterThan(10_000);
    expect(outcome.integration_calls).toHaveLength(source.startsWith('app') ? 1 : 0);
  });

  it('is replaced unseen when it crashed before any call', async () => {
    const running = run('print("once") local x = 0 for i = 1, 5e7 do x = x + 1 end return x');
    let pids: readonly number[] = [];
    while (pids.length === 0) {
      await delay(10);
      pids = workersOf(process.pid);
    }
    for (const pid of pids) process.kill(pid, 'SIGABRT');
    expect(await running).toMatchObject({ output: 'once', result: [50_000_000], integration_calls: [] });
  });

  it('is told from a script that needs too much of its JavaScript', async () => {
    const list = Array.from({ length: 3_000_000 }, () => ({ a: {}, b: {} }));
    const { error } = await run('return #app.integrations.cal.get_current_user()', { onCall: () => ({ ok: true, value: list }) });
    expect(error?.code).toBe('memory_limit');
  });

  it('takes the variables of a REPL with it', async () => {
    const own = createLua();
    const before = workersOf(process.pid);
    const repl = own.repl({ onCall: echo });
    expect((await repl.evaluate('x = 1')).success).toBe(true);
    for (const pid of workersOf(process.pid)) if (!before.includes(pid)) process.kill(pid, 'SIGKILL');
    expect(await repl.evaluate('x')).toMatchObject({ error: { code: 'runtime' }, meta: { state_lost: true } });
    expect((await repl.evaluate('x == nil')).result).toEqual([true]);
    await own.close();
  });
});

describe('an answer', () => {
  it('may have many megabytes', async () => {
    const text = 'ü0123456789'.repeat(1_000_000);
    const { result } = await run('local t = app.integrations.cal.get_current_user() return #t, t:sub(-3)', {
      onCall: () => ({ ok: true, value: text }),
    });
    expect(result).toEqual([12_000_000, '789']);
  });
});

describe('processes', () => {
  it('are gone after their runs, with their descriptors', async () => {
    // The other runner's spare may be due just now.
    lua.warm();
    const own = createLua();
    const before = { workers: workersOf(process.pid), descriptors: readdirSync('/dev/fd').length };
    for (let index = 0; index < 5; index += 1) expect((await own.run({ source: `return ${index}`, onCall: echo })).result).toEqual([index]);
    await own.close();
    expect(workersOf(process.pid).filter((pid) => !before.workers.includes(pid))).toEqual([]);
    expect(readdirSync('/dev/fd').length).toBeLessThanOrEqual(before.descriptors);
  });

  const WHERE = [
    ['in a call', 'app.integrations.cal.get_current_user()'],
    ['in a loop', 'sleep(0) while true do pcall(error) end'],
    // Nothing but the system can end what looks at nothing.
    ...(existsSync('/usr/bin/setpriv') ? [['in a pattern', `sleep(0) ${BACKTRACKING}`]] : []),
  ];

  it.each([
    ['closes its runner', 'await lua.close()'],
    ['leaves a spare behind', ''],
  ])('keep no program alive that %s', async (_how, last) => {
    const program = startProgram(`
      lua.warm();
      const { result } = await lua.run({ source: 'return 1', catalogue, time, onCall: () => new Promise(() => {}) });
      if (result?.[0] !== 1) process.exit(1);
      ${last}`);
    expect(await once(program, 'exit')).toEqual([0, null]);
  });

  it.each(WHERE)('do not outlive a service that is killed while they are %s', async (_where, source) => {
    const service = startProgram(`
      lua.warm();
      setInterval(() => console.log('on'), 200);
      void lua.run({ source: ${JSON.stringify(source)}, catalogue, time, onCall: () => new Promise(() => {}) });`);
    const exited = once(service, 'exit');
    // The one of the run, and the next spare.
    let pids: readonly number[] = [];
    while (pids.length < 2) {
      await Promise.race([once(service.stdout, 'data'), exited]);
      expect([service.exitCode, service.signalCode]).toEqual([null, null]);
      pids = workersOf(service.pid ?? 0);
    }
    service.kill('SIGKILL');
    await exited;
    while (pids.some(isAlive)) await delay(10);
    expect(pids.filter(isAlive)).toEqual([]);
  });
});

/** A program of its own that runs scripts. */
function startProgram(rest: string) {
  const start = `
    const { createLua } = await import(${JSON.stringify(pathToFileURL(`${import.meta.dirname}/index.ts`).href)});
    const catalogue = { integrations: [{ name: 'cal', functions: [{ name: 'get_current_user' }] }] };
    const time = { operations: ['now'], run: () => 0 };
    const lua = createLua();`;
  return spawn(process.execPath, ['--input-type=module', '-e', start + rest], { stdio: ['ignore', 'pipe', 'inherit'] });
}
