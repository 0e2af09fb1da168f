import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createLua } from '../src/lua/index.ts';
import { makeHome, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { timeCommand, timeKalends } from './process.ts';
import { median, type Row } from './table.ts';

const RUNS = 30;
const CALLS = 5000;
/** Longer than the next spare takes to be ready. */
const REST_MS = 400;

const catalogue = {
  integrations: [{ name: 'cal', functions: Array.from({ length: 60 }, (_, index) => ({ name: `function_${index}`, parameters: ['id'] })) }],
};
const onCall = ({ arguments: values }: { readonly arguments: unknown }) => ({ ok: true, value: values }) as const;

/** The Lua engine: a run on the spare thread and a call of the host, each beside the bare primitives that it is made of. */
export async function benchLua(): Promise<readonly Row[]> {
  const lua = createLua({ mayRaiseBudgets: true });
  try {
    const coldStartedAt = performance.now();
    await lua.run({ source: 'return 1', onCall });
    const cold = performance.now() - coldStartedAt;
    const echo = await openEcho();
    const warm: number[] = [];
    const bare: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      await rest();
      const startedAt = performance.now();
      await lua.run({ source: 'return app.integrations.cal.function_1({ id = 1 })', catalogue, onCall });
      warm.push(performance.now() - startedAt);
      bare.push(await echo.roundTrip());
    }
    await rest();
    const source = `local f = app.integrations.cal.function_1 for i = 1, ${CALLS} do f({ id = i }) end`;
    const calls: number[] = [];
    const trips: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const outcome = await lua.run({ source, catalogue, onCall, budgets: { calls: CALLS } });
      if (!outcome.success) throw new Error(JSON.stringify(outcome.error));
      calls.push(outcome.execution_time_ms / CALLS);
      trips.push(await echo.wakeUps(CALLS));
      await rest();
    }
    const loop = await lua.run({ source: 'local x = 0 for i = 1, 2e7 do x = x + i end return x', onCall });
    const boundLoop = timeLoop();
    await echo.close();
    return [
      await timeCommandLine(),
      { name: 'lua, first run, no spare', median: cold, bound: await timeThread(), boundName: 'empty thread' },
      {
        name: 'lua, warm run with one call',
        median: median(warm),
        p99: Math.max(...warm),
        bound: median(bare),
        boundName: 'message to a thread and back',
        target: '≤ 5 ms',
      },
      { name: 'lua, one host call', median: median(calls), bound: median(trips), boundName: 'bare wake-up with text', target: '≤ 0.06 ms' },
      { name: 'lua, 20 million additions', median: loop.execution_time_ms, bound: boundLoop, boundName: 'the same in JavaScript' },
    ];
  } finally {
    await lua.close();
  }
}

/** `kalends integrations:lua --eval 'return 1'` from a cold shell, while an owner runs. */
async function timeCommandLine(): Promise<Row> {
  const home = makeHome();
  const running = await startKalends(home);
  try {
    const script = ['integrations:lua', '--eval', 'return 1', '--json'];
    timeKalends(script, home);
    const floor: number[] = [];
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      floor.push(timeCommand(['-e', '0'], home));
      times.push(timeKalends(script, home));
    }
    return {
      name: "`kalends integrations:lua --eval 'return 1'`, owner running",
      median: median(times),
      p99: Math.max(...times),
      bound: median(floor),
      boundName: 'bare node',
    };
  } finally {
    await running.stop();
    removeHome(home);
  }
}

interface Echo {
  /** Milliseconds of one message to the thread and back. */
  roundTrip(): Promise<number>;
  /** Milliseconds for each of `count` calls by which the thread asks this one and sleeps until it answers. */
  wakeUps(count: number): Promise<number>;
  close(): Promise<void>;
}

const ECHO = `
  const { parentPort, receiveMessageOnPort } = require('node:worker_threads');
  parentPort.on('message', ({ count, control }) => {
    const startedAt = performance.now();
    for (let index = 0; index < count; index += 1) {
      Atomics.store(control, 0, 0);
      parentPort.postMessage('{"calls":[{"path":"app.integrations.cal.function_1","arguments":{"id":1}}]}');
      while (Atomics.load(control, 0) === 0) Atomics.wait(control, 0, 0);
      JSON.parse(receiveMessageOnPort(parentPort).message);
    }
    parentPort.postMessage(performance.now() - startedAt);
  });`;

async function openEcho(): Promise<Echo> {
  const worker = new Worker(ECHO, { eval: true });
  await once(worker, 'online');
  const control = new Int32Array(new SharedArrayBuffer(4));
  const ask = (count: number) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const answer = (message: unknown) => {
      if (typeof message === 'number') {
        worker.off('message', answer);
        resolve(message);
        return;
      }
      JSON.parse(String(message));
      worker.postMessage('{"answers":[{"ok":true,"value":{"id":1}}]}');
      Atomics.store(control, 0, 1);
      Atomics.notify(control, 0);
    };
    worker.on('message', answer);
    worker.postMessage({ count, control });
    return promise;
  };
  await ask(100);
  return {
    async roundTrip() {
      const startedAt = performance.now();
      await ask(0);
      return performance.now() - startedAt;
    },
    wakeUps: async (count) => (await ask(count)) / count,
    close: async () => {
      await worker.terminate();
    },
  };
}

async function timeThread(): Promise<number> {
  const startedAt = performance.now();
  const worker = new Worker('', { eval: true });
  await once(worker, 'exit');
  return performance.now() - startedAt;
}

function timeLoop(): number {
  const startedAt = performance.now();
  let sum = 0;
  for (let index = 1; index <= 2e7; index += 1) sum += index;
  if (sum < 0) throw new Error('The sum is wrong.');
  return performance.now() - startedAt;
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
