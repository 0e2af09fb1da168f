import { existsSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openVault } from './accounts/index.ts';
import { homeOf, loadConfig } from './config.ts';
import { AppError } from './errors.ts';
import { besideBundle } from './runtime-files.ts';

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** A warning does not keep anything from working. */
  readonly state: 'ok' | 'warning' | 'failed';
  readonly message: string;
  readonly hint?: string;
}

const OLDEST_NODE = [22, 18] as const;
const LITTLE_ROOM_BYTES = 200_000_000;
/** What nobody else on the machine may read. */
const PRIVATE_FILES = ['api-key', 'vault.key', 'vault.json', 'config.json'];
const BUNDLED = ['ui', 'seed.tar.gz'];

/** Looks at what can be seen without a running Kalends: files, permissions, settings. Changes nothing. */
export function examineInstallation(environment: NodeJS.ProcessEnv): readonly Finding[] {
  const home = homeOf(environment);
  return [examineNode(), examineBundle(), ...examineHome(home), examineSettings(environment), examineVault(home)];
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  const message = `Node ${process.versions.node}`;
  return isOld
    ? { name: 'node', state: 'failed', message: `${message} is too old.`, hint: `Install Node ${OLDEST_NODE.join('.')} or newer.` }
    : { name: 'node', state: 'ok', message };
}

function examineBundle(): Finding {
  const missing = BUNDLED.filter((name) => !existsSync(besideBundle(name)));
  if (missing.length === 0) return { name: 'program', state: 'ok', message: 'All built files are there.' };
  return {
    name: 'program',
    state: 'failed',
    message: `Built files are missing: ${missing.join(', ')}.`,
    hint: 'Run `npm run build`, or install it anew.',
  };
}

function examineHome(home: string): readonly Finding[] {
  const found = statSync(home, { throwIfNoEntry: false });
  if (found === undefined) return [{ name: 'data directory', state: 'ok', message: `"${home}" will be made at the first start.` }];
  if (!found.isDirectory()) {
    return [{ name: 'data directory', state: 'failed', message: `"${home}" is no directory.`, hint: 'Set KALENDS_HOME to another one.' }];
  }
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  const directory: Finding = isOurs
    ? isOpen(found.mode)
      ? { name: 'data directory', state: 'warning', message: `Others can look into "${home}".`, hint: `Run \`chmod 700 ${home}\`.` }
      : { name: 'data directory', state: 'ok', message: home }
    : {
        name: 'data directory',
        state: 'failed',
        message: `"${home}" belongs to another user.`,
        hint: 'Set KALENDS_HOME to one of your own.',
      };
  return [directory, ...PRIVATE_FILES.flatMap((name) => examineFile(join(home, name))), examineRoom(home)];
}

function examineFile(path: string): readonly Finding[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !isOpen(found.mode)) return [];
  // Settings hold no keys; what could change them is what matters.
  if (path.endsWith('config.json') && (found.mode & 0o022) === 0) return [];
  return [{ name: 'permissions', state: 'failed', message: `Others can read or change "${path}".`, hint: `Run \`chmod 600 ${path}\`.` }];
}

function examineRoom(home: string): Finding {
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const message = `${Math.floor(free / 1_000_000)} MB are free on the disk of "${home}".`;
  return free < LITTLE_ROOM_BYTES
    ? { name: 'disk', state: 'warning', message, hint: 'Make room before the database needs it.' }
    : { name: 'disk', state: 'ok', message };
}

function examineSettings(environment: NodeJS.ProcessEnv): Finding {
  return attempt('settings', () => {
    const { databaseUrl, frozenAt, model } = loadConfig(environment);
    const parts = [
      databaseUrl === undefined ? 'embedded database' : 'PostgreSQL of DATABASE_URL',
      model === undefined ? 'offline model' : `model ${model.name}`,
      ...(frozenAt === undefined ? [] : [`the clock is FROZEN at ${new Date(frozenAt).toISOString()}`]),
    ];
    return { name: 'settings', state: frozenAt === undefined ? 'ok' : 'warning', message: `${parts.join(', ')}.` };
  });
}

function examineVault(home: string): Finding {
  return attempt('vault', () => {
    const { accounts } = openVault(home).read();
    const count = accounts.length === 1 ? '1 account' : `${accounts.length} accounts`;
    return { name: 'vault', state: 'ok', message: accounts.length === 0 ? 'No account is stored.' : `${count} can be read.` };
  });
}

function attempt(name: string, examine: () => Finding): Finding {
  try {
    return examine();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { name, state: 'failed', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

function isOpen(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}
