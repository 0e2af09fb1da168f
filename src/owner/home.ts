import { accessSync, chmodSync, constants, mkdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** Bytes a socket's path may have on every system we know: macOS allows 104 with the closing NUL, Linux 108. */
const LONGEST_SOCKET_PATH = 103;

/** Makes the data directory readable by its owner alone and answers its real path. */
export function openHome(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o700);
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(path);
  } catch (cause) {
    throw new AppError('not_configured', `The data directory "${path}" cannot be used: ${reasonOf(cause)}.`, {
      cause,
      hint: 'Set KALENDS_HOME to a directory that belongs to you.',
    });
  }
}

/** The real path of the data directory, or `undefined` while there is none. */
export function findHome(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

export function fitsSocketPath(path: string): boolean {
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH;
}

export function socketInHome(home: string): string {
  return join(home, 'owner.sock');
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'you may not write there';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file is in its way';
  if (code === 'EROFS') return 'its disk is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
