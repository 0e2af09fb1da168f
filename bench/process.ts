import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
