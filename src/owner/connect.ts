import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { createOwnerClient, NoOwnerError, type OwnerClient, type OwnerRequest } from './client.ts';
import { findHome, fitsSocketPath, openHome, socketInHome } from './home.ts';
import { readRecord } from './record.ts';

const LARGEST_LOG_BYTES = 1_000_000;

export interface ConnectOptions {
  readonly home: string;
  /** Program and arguments that run an owner in the background. */
  readonly startCommand: readonly [program: string, ...argumentsOfIt: string[]];
  readonly startTimeoutMs?: number;
  /** Told once when an owner has to be started, which takes a moment. */
  onStart?(): void;
}

/** A client of whoever owns `home`, or of nobody: then every request throws `NoOwnerError`. */
export function findOwner(home: string): OwnerClient {
  return createOwnerClient(() => findSocket(home));
}

/** A client that starts an owner in the background when there is none, also when the one it talked to has left meanwhile. */
export function connectOwner(options: ConnectOptions): OwnerClient {
  const client = findOwner(options.home);
  const withOwner = async <Result>(attempt: () => Promise<Result>): Promise<Result> => {
    const deadline = performance.now() + (options.startTimeoutMs ?? 60_000);
    let started = false;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (isStopping(error) && performance.now() < deadline) {
          await sleep(50);
        } else if (error instanceof NoOwnerError && !started) {
          options.onStart?.();
          await startOwner(options, deadline);
          started = true;
        } else {
          throw error;
        }
      }
    }
  };
  return {
    json: (path, request) => withOwner(() => client.json(path, request)),
    stream: (path, request) => streamFrom(client, withOwner, path, request),
  };
}

async function* streamFrom(
  client: OwnerClient,
  withOwner: <Result>(attempt: () => Promise<Result>) => Promise<Result>,
  path: string,
  request: OwnerRequest | undefined,
): AsyncIterable<string> {
  const first = await withOwner(async () => {
    const iterator = client.stream(path, request)[Symbol.asyncIterator]();
    return { iterator, result: await iterator.next() };
  });
  let { result } = first;
  try {
    while (!result.done) {
      yield result.value;
      result = await first.iterator.next();
    }
  } finally {
    await first.iterator.return?.();
  }
}

function findSocket(path: string): string | undefined {
  const home = findHome(path);
  if (home === undefined) return undefined;
  const usual = socketInHome(home);
  return fitsSocketPath(usual) ? usual : readRecord(home)?.socket;
}

/** Runs an owner detached from this process and waits until it answers; whoever wins a race of starters is fine. */
async function startOwner({ home: path, startCommand }: ConnectOptions, deadline: number): Promise<void> {
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

function isStopping(error: unknown): boolean {
  return error instanceof AppError && error.details?.stopping === true;
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
