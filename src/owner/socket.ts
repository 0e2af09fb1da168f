import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { fitsSocketPath, socketInHome } from './home.ts';

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
