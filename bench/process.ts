import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const program = join(root, 'bin', 'kalends.mjs');

export interface RunningKalends {
  readonly home: string;
  readonly address: string;
  readonly apiKey: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first answered request. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}

export function makeHome(): string {
  return mkdtempSync(join(tmpdir(), 'kalends-bench-'));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** Runs the real program on `home` and waits for its first answer. */
export async function startKalends(home: string, environment: Readonly<Record<string, string>> = {}): Promise<RunningKalends> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(process.execPath, [join(root, 'bin', 'start.mjs'), '--no-open', '--quiet'], {
    env: { ...process.env, KALENDS_HOME: home, PORT: String(port), ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const address = `http://127.0.0.1:${port}`;
  await untilAnswered(`${address}/health`, child);
  return {
    home,
    address,
    apiKey: readFileSync(join(home, 'api-key'), 'utf8').trim(),
    pid: child.pid ?? 0,
    firstAnswerMs: performance.now() - startedAt,
    stop: () =>
      new Promise((done) => {
        child.once('exit', () => done());
        child.kill('SIGINT');
      }),
  };
}

async function untilAnswered(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Kalends ended with code ${child.exitCode} before it answered.`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, 5));
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

/** Milliseconds of one whole run of a program. */
export function timeCommand(args: readonly string[], home: string): number {
  const startedAt = performance.now();
  const result = spawnSync(process.execPath, args, { env: { ...process.env, KALENDS_HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.status !== 0) throw new Error(`${args.join(' ')} ended with code ${result.status}: ${result.stderr}`);
  return performance.now() - startedAt;
}

export function timeKalends(args: readonly string[], home: string): number {
  return timeCommand([program, ...args], home);
}

/** Resident memory of a process, megabytes. */
export function memoryOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}
