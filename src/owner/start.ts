import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { NoOwnerError } from './client.ts';
import { type ConnectOptions, findOwner, isStopping } from './connect.ts';
import { openHome } from './home.ts';

const LARGEST_LOG_BYTES = 1_000_000;

/** Runs an owner detached from this process and waits until it answers; whoever wins a race of starters is fine. */
export async function startOwner({ home: path, startCommand }: ConnectOptions, deadline: number): Promise<void> {
  const home = openHome(path);
  const log = join(home, 'owner.log');
  const from = sizeOf(log);
  const output = openSync(log, from > LARGEST_LOG_BYTES ? 'w' : 'a', 0o600);
  const [program, ...rest] = startCommand;
  const child = spawn(program, rest, { cwd: home, detached: true, stdio: ['ignore', output, output], windowsHide: true });
  closeSync(output);
  let ended: string | undefined;
  let endedAt = 0;
  const end = (how: string) => {
    ended ??= how;
    endedAt = performance.now();
  };
  child.once('error', (error) => end(error.message));
  child.once('exit', (code, signal) => end(signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`));
  try {
    const client = findOwner(home);
    for (;;) {
      try {
        await client.json('/owner/status', { timeoutMs: Math.max(100, deadline - performance.now()) });
        return;
      } catch (error) {
        // A failure without a known reason is told better by the log, once the process has ended.
        const isComing = error instanceof NoOwnerError || isStopping(error) || (error instanceof AppError && error.code === 'internal');
        if (!isComing) throw error;
      }
      // One that lost the race ends at once; the winner answers soon after.
      if (ended !== undefined && performance.now() - endedAt > 300) throw notStarted(ended, saidIn(log, from), log);
      if (performance.now() > deadline) throw notStarted('it did not answer in time', saidIn(log, from), log);
      await sleep(20);
    }
  } finally {
    child.removeAllListeners();
    child.unref();
  }
}

function notStarted(how: string, said: string, log: string): AppError {
  return new AppError('unavailable', `Kalends could not be started in the background: ${how}.${said === '' ? '' : ` It said:\n${said}`}`, {
    hint: `The whole log is in ${log}; \`kalends up\` starts it in the foreground.`,
  });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}

function saidIn(log: string, from: number): string {
  try {
    const content = readFileSync(log);
    const recent = content.subarray(from > content.length ? 0 : from).toString('utf8');
    const lines = recent.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('    at '));
    return lines.slice(0, 12).join('\n');
  } catch {
    return '';
  }
}
