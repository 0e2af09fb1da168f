import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../errors.ts';

const TIMEOUT_MS = 10_000;

/** Runs `work` while no other process is in here. SQLite's file lock is one that the kernel gives back however its holder dies. */
export async function underLock<Result>(path: string, work: () => Result): Promise<Result> {
  const guard = await takeLock(path);
  try {
    return work();
  } finally {
    guard.close();
  }
}

async function takeLock(path: string): Promise<DatabaseSync> {
  const deadline = performance.now() + TIMEOUT_MS;
  let guard: DatabaseSync | undefined;
  for (;;) {
    try {
      guard ??= new DatabaseSync(path);
      guard.exec('BEGIN EXCLUSIVE');
      chmodSync(path, 0o600);
      return guard;
    } catch (cause) {
      const isBusy = cause instanceof Error && 'errcode' in cause && cause.errcode === 5;
      if (!isBusy || performance.now() > deadline) {
        guard?.close();
        throw new AppError('unavailable', `The lock file "${path}" of the vault cannot be taken.`, {
          cause,
          hint: isBusy ? 'Another process holds it; try again.' : 'Is the directory yours, and on a local disk with room?',
        });
      }
      await sleep(5 + Math.random() * 20);
    }
  }
}
