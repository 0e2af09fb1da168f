import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { createOwnerClient, NoOwnerError, type OwnerClient, type OwnerRequest } from './client.ts';
import { findHome, fitsSocketPath, socketInHome } from './home.ts';
import { readRecord } from './record.ts';

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
    let deadline: number | undefined;
    let started = false;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        deadline ??= performance.now() + (options.startTimeoutMs ?? 60_000);
        if (isStopping(error) && performance.now() < deadline) {
          await sleep(50);
        } else if (error instanceof NoOwnerError && !started) {
          options.onStart?.();
          // Starting a process loads much that those who find an owner need not wait for.
          const { startOwner } = await import('./start.ts');
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

/** The owner is on its way out: the next one may come in a moment. */
export function isStopping(error: unknown): boolean {
  return error instanceof AppError && error.details?.stopping === true;
}
