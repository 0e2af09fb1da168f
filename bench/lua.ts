import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { DEFAULT_BUDGETS } from '../src/lua/budgets.ts';
import { createLua } from '../src/lua/index.ts';
import { makeHome, removeHome, startKalends } from '../test/support/running-kalends.ts';
import { timeCommand, timeKalends } from './process.ts';
import { median, type Row, toP99 } from './table.ts';

const RUNS = 30;
const CALLS = 5000;
const DEFAULT_CALLS = DEFAULT_BUDGETS.calls;
/** Longer than the next spare takes to be ready. */
const REST_MS = 1200;

const catalogue = {
  integrations: [{ name: 'cal', functions: Array.from({ length: 60 }, (_, index) => ({ name: `function_${index}`, parameters: ['id'] })) }],
};
const callTimes: number[] = [];
const onCall = ({ arguments: values }: { readonly arguments: unknown }) => {
  callTimes.push(performance.now());
  return { ok: true, value: values } as const;
};

/** The Lua engine: a run on the spare process and a call of the host, each beside the bare primitives that it is made of. */
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
    const early: number[] = [];
    const trips: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      callTimes.length = 0;
      const outcome = await lua.run({ source, catalogue, onCall, budgets: { calls: CALLS } });
      if (!outcome.success) throw new Error(JSON.stringify(outcome.error));
      // From one call to the next is what a script pays for it.
      const times = callTimes.slice(1).map((time, index) => time - (callTimes[index] ?? time));
      calls.push(...times);
      early.push(...times.slice(0, DEFAULT_CALLS));
      await rest();
      trips.push(await echo.roundTrips(CALLS));
    }
    const loop = await lua.run({ source: 'local x = 0 for i = 1, 2e7 do x = x + i end return x', onCall });
    const boundLoop = timeLoop();
    await echo.close();
    return [
      await timeCommandLine(),
      { name: 'lua, first run, no spare', median: cold, bound: await timeProcess(), boundName: 'empty process' },
      {
        name: 'lua, warm run with one call',
        median: median(warm),
        p99: Math.max(...warm),
        bound: median(bare),
        boundName: 'line to a process and back',
        target: '≤ 5 ms',
        isMet: median(warm) <= 5,
      },
      {
        name: 'lua, one host call',
        median: median(calls),
        p99: toP99(calls),
        bound: median(trips),
        boundName: 'bare round trip of lines',
        target: '≤ 0.06 ms',
        isMet: median(calls) <= 0.06,
      },
      {
        name: `lua, one of a script's first ${DEFAULT_CALLS} host calls`,
        median: median(early),
        p99: toP99(early),
        bound: median(trips),
        boundName: 'bare round trip of lines',
      },
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
  /** Milliseconds of one line to the process and back. */
  roundTrip(): Promise<number>;
  /** The median in milliseconds of `count` calls by which the process asks this one and sleeps until it answers. */
  roundTrips(count: number): Promise<number>;
  close(): Promise<void>;
}

const ECHO = `
  const { readSync, writeSync } = require('node:fs');
  const chunk = Buffer.alloc(65536);
  const read = () => {
    const size = readSync(3, chunk, 0, chunk.length, null);
    if (size === 0) process.exit();
    return chunk.toString('utf8', 0, size);
  };
  for (;;) {
    const count = Number(read());
    const times = [];
    for (let index = 0; index < count; index += 1) {
      const startedAt = performance.now();
      writeSync(3, '{"calls":[{"path":"app.integrations.cal.function_1","arguments":{"id":1}}]}\\n');
      JSON.parse(read());
      times.push(performance.now() - startedAt);
    }
    writeSync(3, String(times.sort((a, b) => a - b)[count >> 1] ?? 0) + '\\n');
  }`;

async function openEcho(): Promise<Echo> {
  const child = spawn(process.execPath, ['-e', ECHO], { stdio: ['ignore', 'ignore', 'inherit', 'pipe'], env: {} });
  // A pipe in both directions.
  const socket = child.stdio[3] as Socket;
  const ask = (count: number) => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const answer = (line: Buffer) => {
      const message: unknown = JSON.parse(line.toString());
      if (typeof message === 'number') {
        socket.off('data', answer);
        resolve(message);
      } else socket.write('{"answers":[{"ok":true,"value":{"id":1}}]}\n');
    };
    socket.on('data', answer);
    socket.write(`${count}\n`);
    return promise;
  };
  await ask(100);
  return {
    async roundTrip() {
      const startedAt = performance.now();
      await ask(0);
      return performance.now() - startedAt;
    },
    roundTrips: ask,
    async close() {
      socket.end();
      await once(child, 'exit');
    },
  };
}

async function timeProcess(): Promise<number> {
  const startedAt = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { env: {}, stdio: 'ignore' }), 'exit');
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
