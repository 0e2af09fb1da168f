import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../errors.ts';

/** Bytes a socket's path may have on every system we know: macOS allows 104 with the closing NUL, Linux 108. */
const LONGEST_SOCKET_PATH = 103;

/** Makes the data directory readable by its owner alone and answers its real path. */
export function openHome(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if ((lstatSync(realpathSync(path)).mode & 0o077) !== 0) chmodSync(path, 0o700);
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

/**
 * Where an owner of `home` listens: in the data directory, or, where that path is too long for a socket, in a private directory for
 * temporary files under a name made from the directory's. Other processes find the second kind through the owner's record.
 */
export function chooseSocket(home: string, temporary: string = tmpdir()): string {
  const usual = socketInHome(home);
  if (fitsSocketPath(usual)) return usual;
  const name = `${createHash('sha256').update(home).digest('hex').slice(0, 16)}.sock`;
  const directory = `kalends-${process.getuid?.() ?? 'user'}`;
  const root = fitsSocketPath(join(temporary, directory, name)) ? temporary : '/tmp';
  return join(openPrivateDirectory(join(root, directory)), name);
}

/** A directory under a path others can write to: it must be ours, and no link somebody laid there. */
function openPrivateDirectory(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  const isOurs = found.isDirectory() && (process.getuid === undefined || found.uid === process.getuid());
  if (isOurs && (found.mode & 0o077) === 0) return path;
  throw new AppError('not_configured', `"${path}" should be a private directory of yours, but it is not.`, {
    hint: 'Remove it, or set KALENDS_HOME to a shorter path.',
  });
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return 'you may not write there';
  if (code === 'ENOTDIR' || code === 'EEXIST') return 'a file is in its way';
  if (code === 'EROFS') return 'its disk is read-only';
  if (code === 'ENOSPC') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}
