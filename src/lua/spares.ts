import { Worker } from 'node:worker_threads';
import type { WorkerMessage } from './protocol.ts';
import { workerFile } from './worker-file.ts';

/** Megabytes of the worker's own JavaScript; the script's memory lies outside of it and has its own budget. */
const WORKER_HEAP_MB = 192;

/** Threads with an interpreter in them, one of which is always ready before it is asked for. */
export interface Spares {
  take(): Promise<Worker>;
  /** Makes the next spare, unless there is one. */
  prepare(): void;
  close(): Promise<void>;
}

export function createSpares(): Spares {
  let spare: Promise<Worker> | undefined;
  let isClosed = false;
  const prepare = () => {
    if (isClosed || spare !== undefined) return;
    const opening = openWorker();
    spare = opening;
    const forget = () => {
      if (spare === opening) spare = undefined;
    };
    opening.then((worker) => worker.once('exit', forget), forget);
  };
  return {
    prepare,
    take() {
      if (isClosed) throw new Error('The Lua runner is closed.');
      const ready = spare ?? openWorker();
      spare = undefined;
      return ready;
    },
    async close() {
      isClosed = true;
      const last = spare;
      spare = undefined;
      await last?.then((worker) => worker.terminate()).catch(() => {});
    },
  };
}

function openWorker(): Promise<Worker> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), {
      name: 'lua',
      env: {},
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MB, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    const settle = () => {
      worker.off('error', fail);
      worker.off('exit', exit);
      // An idle spare keeps no process alive.
      worker.unref();
    };
    const fail = (error: unknown) => {
      settle();
      reject(error);
    };
    const exit = (code: number) => fail(new Error(`The Lua worker ended with code ${code} before it was ready.`));
    worker.once('error', fail);
    worker.once('exit', exit);
    worker.once('message', (message: WorkerMessage) => {
      settle();
      if (typeof message !== 'string' && message.type === 'ready') resolve(worker);
      else reject(new Error('The Lua worker did not begin with its greeting.'));
    });
  });
}
