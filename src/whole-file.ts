import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface WholeFileOptions {
  /** Exactly these permissions; absent: those of the file that is there, and only its owner's for a new one. */
  readonly mode?: number;
  /** A lock keeps all others out: what one left that died at its work is cleared away. */
  readonly isLocked?: boolean;
}

/**
 * Replaces the file at `path`, or makes it: whoever reads it sees the old text or the new one and never a part, also after a kill or a power cut, and
 * when it returns the new one is on the disk. A link stays a link; what it points to is replaced.
 */
export function writeWholeFile(path: string, text: string, { mode, isLocked = false }: WholeFileOptions = {}): void {
  const target = realPathOf(path);
  mkdirSync(dirname(target), { recursive: true });
  const wanted = mode ?? statSync(target, { throwIfNoEntry: false })?.mode ?? 0o600;
  // Its own name: two that write at once do not meet in it, and the later one wins whole.
  const passing = isLocked ? `${target}.new` : `${target}.${randomBytes(6).toString('hex')}.new`;
  if (isLocked) rmSync(passing, { force: true });
  try {
    const file = openSync(passing, 'wx', 0o600);
    try {
      writeFileSync(file, text);
      fchmodSync(file, wanted & 0o777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(passing, target);
  } catch (error) {
    rmSync(passing, { force: true });
    throw error;
  }
  syncDirectory(dirname(target));
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

/** A link may point to a file that is not there yet; one that leads nowhere at all is no reason to put a file in its place. */
function realPathOf(path: string, linksLeft = MOST_LINKS): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    if (!isLink) return path;
    if (linksLeft === 0) throw error;
    return realPathOf(resolve(realpathSync(dirname(path)), readlinkSync(path)), linksLeft - 1);
  }
}

/** The new name is as durable as the content. Some systems open no directory, and write names by themselves. */
function syncDirectory(path: string): void {
  let directory: number | undefined;
  try {
    directory = openSync(path, 'r');
    fsyncSync(directory);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && UNABLE.has(error.code))) throw error;
  } finally {
    if (directory !== undefined) closeSync(directory);
  }
}

const UNABLE: ReadonlySet<unknown> = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP']);
