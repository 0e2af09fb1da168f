import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { findWorkerFile } from './worker-file.ts';

/** Megabytes of the worker's own JavaScript; the script's memory lies outside of it and has its own budget. */
const HEAP_MB = 192;
/** V8's share of the main thread's stack, which has 8 MB where nobody changed it: Lua's own limits on nesting come first. */
const STACK_KB = 3900;
/** More than any line that the worker may send: arguments and results are bounded there. */
const MOST_LINE_BYTES = 64 * 1024 * 1024;
const MOST_SAID = 16 * 1024;
const LINE_FEED = 10;
/** Ends what it starts when the process that started it is gone, whatever that is doing; part of util-linux. */
const TETHER = '/usr/bin/setpriv';

/** The interpreter could not be started: this machine has no room, or no program, for it. */
export class WorkerNotStarted extends Error {}

/** How a process ended. */
export interface WorkerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** We ended it. */
  readonly wasKilled: boolean;
  /** Its JavaScript needed more than its heap. */
  readonly isOutOfMemory: boolean;
  /** The end of what it said to its error stream: V8's last words. */
  readonly said: string;
}

export interface WorkerListener {
  onLine(kind: string, text: string): void;
  /** Comes last, after everything that the process wrote. */
  onEnd(end: WorkerEnd): void;
}

/** A process with an interpreter in it, seen from outside: lines to and from it. */
export interface WorkerProcess {
  readonly pid: number;
  send(line: string): void;
  /** Sets who is told, instead of whoever was. With nobody to tell, it does not keep this process alive. */
  listen(listener: WorkerListener | undefined): void;
  readonly ended: Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
}

let tether: 'untried' | 'works' | 'missing' = existsSync(TETHER) ? 'untried' : 'missing';

/** Starts a process and waits until its interpreter is loaded. */
export async function openWorker(): Promise<WorkerProcess> {
  if (tether === 'missing') return start(false);
  try {
    const worker = await start(true);
    tether = 'works';
    return worker;
  } catch (error) {
    if (tether === 'works') throw error;
    // Other programs of that name know no such option.
    const worker = await start(false);
    tether = 'missing';
    return worker;
  }
}

function start(isTethered: boolean): Promise<WorkerProcess> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerProcess>();
  const worker = toWorker(launch(isTethered));
  worker.listen({
    onLine() {
      worker.listen(undefined);
      resolve(worker);
    },
    onEnd: ({ code, signal, said }) =>
      reject(new WorkerNotStarted(`The interpreter ended before it was ready (${signal ?? code ?? 'not started'}). ${said}`.trim())),
  });
  return promise;
}

function launch(isTethered: boolean): ChildProcess {
  const { path, reads } = findWorkerFile();
  const command = [
    ...(isTethered ? [TETHER, '--pdeathsig', 'KILL', '--'] : []),
    process.execPath,
    // A second wall around the first, which is that no object of the host is ever inside: no files, processes, threads or add-ons.
    '--permission',
    ...reads.map((read) => `--allow-fs-read=${read}`),
    '--preserve-symlinks',
    `--max-old-space-size=${HEAP_MB}`,
    `--stack-size=${STACK_KB}`,
    '--v8-pool-size=1',
    // As in the store: V8 may end the process over code that it replaced.
    '--no-wasm-code-gc',
    path,
  ];
  const [program = '', ...rest] = command;
  const { LD_LIBRARY_PATH } = process.env;
  return spawn(program, rest, {
    cwd: dirname(path),
    env: LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    // Ctrl-C in a terminal is for the service, which ends its runs itself.
    detached: true,
  });
}

function toWorker(child: ChildProcess): WorkerProcess {
  // A process that could not be started has none.
  const socket = child.stdio?.[3] as Socket | null | undefined;
  const errors = child.stderr as Socket | null | undefined;
  const gone = Promise.withResolvers<void>();
  let listener: WorkerListener | undefined;
  let end: WorkerEnd | undefined;
  let wasKilled = false;
  let said = '';
  const finish = (code: number | null, signal: NodeJS.Signals | null) => {
    if (end !== undefined) return;
    end = { code, signal, wasKilled, isOutOfMemory: /heap out of memory/.test(said), said: said.trim() };
    gone.resolve();
    listener?.onEnd(end);
  };
  const hold = (isHeld: boolean) => {
    for (const handle of [child, socket, errors]) {
      if (isHeld) handle?.ref();
      else handle?.unref();
    }
  };
  const kill = () => {
    wasKilled = true;
    if (end !== undefined) return gone.promise;
    // Whoever awaits its end is kept alive for it.
    hold(true);
    child.kill('SIGKILL');
    return gone.promise;
  };
  child.once('error', (error) => {
    said += error.message;
    finish(null, null);
  });
  // After `exit`, once everything that was written has been read.
  child.once('close', finish);
  errors?.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-MOST_SAID);
  });
  readLines(socket, (line) => listener?.onLine(line.charAt(0), line.slice(1)), kill);
  return {
    pid: child.pid ?? 0,
    send: (line) => socket?.write(`${line}\n`),
    listen(next) {
      listener = next;
      hold(next !== undefined);
      if (end !== undefined) next?.onEnd(end);
    },
    ended: gone.promise,
    kill,
  };
}

function readLines(socket: Socket | null | undefined, onLine: (line: string) => void, onTooLong: () => void): void {
  let pending: Buffer[] = [];
  let size = 0;
  socket?.on('data', (chunk: Buffer) => {
    const feed = chunk.lastIndexOf(LINE_FEED);
    if (feed < 0) {
      pending.push(chunk);
      size += chunk.length;
      if (size > MOST_LINE_BYTES) onTooLong();
      return;
    }
    const whole = chunk.subarray(0, feed);
    const text = (pending.length === 0 ? whole : Buffer.concat([...pending, whole])).toString();
    pending = feed + 1 < chunk.length ? [chunk.subarray(feed + 1)] : [];
    size = chunk.length - feed - 1;
    for (const line of text.split('\n')) onLine(line);
  });
  // It ended while we wrote: its `close` says how.
  socket?.on('error', () => {});
}
