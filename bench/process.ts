import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const program = join(resolve(import.meta.dirname, '..'), 'bin', 'kalends.mjs');

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

/** Linux counts in hundredths of a second. */
const TICK_MS = 10;

/** Milliseconds of processor time that these processes took so far, in their own code and in the system's for them; unknown where there is no /proc. */
export function processorTimeOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    if (!existsSync(`/proc/${pid}/stat`)) return Number.NaN;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }, 0);
}

const LOOK_EVERY_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** Waits until these processes have done what is left to do beside the requests. */
export async function untilQuiet(pids: readonly number[]): Promise<void> {
  const until = performance.now() + LONGEST_WAIT_MS;
  for (let before = processorTimeOf(pids); performance.now() < until; ) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
    const now = processorTimeOf(pids);
    if (!(now - before > TICK_MS * pids.length)) return;
    before = now;
  }
}
