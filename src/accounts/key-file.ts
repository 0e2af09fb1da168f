import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, readFileSync, rmSync, type Stats, writeSync } from 'node:fs';
import { AppError } from '../errors.ts';

const PREFIX = 'kalends-vault-key-1:';
const KEY_BYTES = 32;

/** The vault's key, or `undefined` where there is none yet. Throws `not_configured` when the file is not ours alone, or no key. */
export function readKeyFile(path: string): Buffer | undefined {
  const found = statOf(path);
  if (found === undefined) return undefined;
  checkPrivate(path, found);
  const text = readFileSync(path, 'utf8').trim();
  const key = text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), 'base64url') : undefined;
  if (key?.length === KEY_BYTES) return key;
  throw new AppError('not_configured', `The file "${path}" holds no key of the vault.`, {
    hint: 'Put the right file back. Without it the stored accounts cannot be read: remove it and vault.json, and add the accounts again.',
  });
}

/** The key that is there, or a new one. The file appears whole and private, also when two processes make it at once or one dies at it. */
export function ensureKeyFile(path: string): Buffer {
  const existing = readKeyFile(path);
  if (existing !== undefined) return existing;
  const passing = `${path}.${process.pid}.${randomBytes(6).toString('hex')}`;
  const file = openSync(passing, 'wx', 0o600);
  try {
    writeSync(file, `${PREFIX}${randomBytes(KEY_BYTES).toString('base64url')}\n`);
    fsyncSync(file);
    // A disk that keeps no permissions would show the key to everybody: better to find out before anything depends on it.
    checkPrivate(passing, lstatSync(passing));
    linkSync(passing, path);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    closeSync(file);
    rmSync(passing, { force: true });
  }
  const key = readKeyFile(path);
  if (key !== undefined) return key;
  throw new AppError('not_configured', `The key file "${path}" cannot be made.`, {
    hint: 'Set KALENDS_HOME to a directory of your own on a local disk.',
  });
}

function statOf(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

function checkPrivate(path: string, found: Stats): void {
  const problem = problemOf(path, found);
  if (problem === undefined) return;
  throw new AppError('not_configured', `The key file "${path}" ${problem.what}, so nothing secret is stored or read with it.`, {
    hint: problem.hint,
  });
}

function problemOf(path: string, found: Stats): { readonly what: string; readonly hint: string } | undefined {
  if (process.getuid === undefined) {
    return { what: 'cannot be kept from others on this system', hint: 'Give keys in the environment instead: CALCOM_API_KEY.' };
  }
  if (!found.isFile()) return { what: 'is no plain file', hint: 'Remove what is there.' };
  if (found.uid !== process.getuid()) return { what: 'belongs to another user', hint: 'Set KALENDS_HOME to a directory of your own.' };
  if ((found.mode & 0o077) === 0) return undefined;
  const hint = `If nobody else has read it so far, run \`chmod 600 ${path}\`; otherwise remove it and vault.json, and renew the keys.`;
  return { what: 'can be read by others', hint };
}
