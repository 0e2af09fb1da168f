import { rehearse } from './rehearsal.ts';
import { openWorker, type WorkerProcess } from './worker-process.ts';

/** After that much of a run the next spare is started beside it; until then the run has the processor for itself. */
const HEAD_START_MS = 1000;
/** A spare that was ended from outside is replaced, but not as fast as something may be ending them. */
const REPLACE_MS = 1000;

/** Processes with an interpreter in them, one of which is always ready before it is asked for. */
export interface Spares {
  take(): Promise<WorkerProcess>;
  /** Makes the next spare, unless there is one. */
  prepare(): void;
  close(): Promise<void>;
}

export function createSpares(): Spares {
  let spare: Promise<WorkerProcess> | undefined;
  let isClosed = false;
  const prepare = () => {
    if (isClosed || spare !== undefined) return;
    const opening = openWorker().then(async (worker) => {
      await rehearse(worker, () => isClosed || spare !== opening);
      return worker;
    });
    spare = opening;
    const forget = () => {
      if (spare === opening) spare = undefined;
    };
    opening.then(async (worker) => {
      await worker.ended;
      if (spare === opening) setTimeout(prepare, REPLACE_MS).unref();
      forget();
    }, forget);
  };
  return {
    prepare,
    async take() {
      if (isClosed) throw closed();
      const ready = spare;
      spare = undefined;
      setTimeout(prepare, HEAD_START_MS).unref();
      const worker = await (ready ?? openWorker());
      if (!isClosed) return worker;
      void worker.kill();
      throw closed();
    },
    async close() {
      isClosed = true;
      const last = spare;
      spare = undefined;
      await last?.then((worker) => worker.kill()).catch(() => {});
    },
  };
}

function closed(): Error {
  return new Error('The Lua runner is closed.');
}
