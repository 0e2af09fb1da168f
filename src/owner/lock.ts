import { chmodSync, renameSync, rmSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';
import { type OwnerRecord, readRecord, removeRecord, writeRecord } from './record.ts';
import { chooseSocket } from './socket.ts';

/** How long a starter waits for other starters to find out which of them wins. */
const GUARD_TIMEOUT_MS = 10_000;

/**
 * Makes this process the owner of `home` (a real path) by listening on its socket, or throws `already_running`.
 *
 * A bound socket that answers is the lock; one that a dead process left behind refuses connections and is replaced. Between finding it
 * dead and replacing it a second starter could replace it too, and between `bind` and `listen` a living one looks dead: so starters pass
 * one at a time through a guard that the kernel gives back when its holder dies.
 */
export async function takeLock(
  server: Server,
  { home, background = false }: { readonly home: string; readonly background?: boolean },
): Promise<OwnerRecord> {
  const guard = await enterGuard(home);
  try {
    const socket = chooseSocket(home);
    const previous = readRecord(home);
    for (const path of new Set([socket, previous?.socket ?? socket])) {
      if (await answers(path)) throw alreadyRunning(home, previous);
    }
    // Listening under a passing name first: what appears under the real one is private and answers. And a closing server unlinks the name
    // it was bound to, which must not be one that the next owner may have taken already.
    const passing = join(dirname(socket), `.${process.pid}`);
    rmSync(passing, { force: true });
    await listen(server, passing);
    chmodSync(passing, 0o600);
    renameSync(passing, socket);
    const record: OwnerRecord = { pid: process.pid, home, socket, address: null, startedAt: new Date().toISOString(), background };
    writeRecord(record);
    return record;
  } finally {
    guard.close();
  }
}

/** Gives the lock up: from here on the next owner may come. The server goes on answering those who connected before. */
export function releaseLock({ home, socket }: OwnerRecord): void {
  removeRecord(home);
  rmSync(socket, { force: true });
}

/** Whether a living process listens on the socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK') resolve(false);
      // A full queue of waiting connections: alive and busy.
      else if (error.code === 'EAGAIN') resolve(true);
      else reject(new AppError('forbidden', `The socket "${path}" cannot be reached: ${error.message}.`, { cause: error }));
    });
  });
}

/** SQLite's file lock is the only kernel lock that Node can take by itself: released by the kernel however the process ends. */
async function enterGuard(home: string): Promise<DatabaseSync> {
  const path = join(home, 'owner.lock');
  const guard = openGuard(path);
  const deadline = performance.now() + GUARD_TIMEOUT_MS;
  for (;;) {
    try {
      guard.exec('BEGIN EXCLUSIVE');
      return guard;
    } catch (cause) {
      const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === 5;
      if (!isBusy || performance.now() > deadline) {
        guard.close();
        throw new AppError('unavailable', `The lock file "${path}" cannot be taken.`, {
          cause,
          hint: isBusy ? 'Other processes keep starting on this data directory; try again.' : 'Is the directory on a local disk?',
        });
      }
      await sleep(5 + Math.random() * 20);
    }
  }
}

function openGuard(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path);
  } catch (cause) {
    throw new AppError('not_configured', `The lock file "${path}" cannot be opened.`, {
      cause,
      hint: 'Is it yours, and is the directory on a disk with room? Remove it, or set KALENDS_HOME to another directory.',
    });
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new AppError('not_configured', `No socket can be opened at "${path}": ${cause.message}.`, {
          cause,
          hint: 'Set KALENDS_HOME to a directory on a local disk.',
        }),
      );
    });
    server.listen({ path }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function alreadyRunning(home: string, record: OwnerRecord | undefined): AppError {
  const where = record?.address ? ` at ${record.address}` : '';
  return new AppError('already_running', `Kalends already runs on the data directory "${home}"${where}.`, {
    hint: record?.background
      ? 'It was started in the background; `kalends stop` ends it.'
      : 'Use it as it is, end it with `kalends stop`, or set KALENDS_HOME to another directory.',
    details: { home, address: record?.address ?? null, pid: record?.pid ?? null, background: record?.background ?? false },
  });
}
