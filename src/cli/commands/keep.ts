import { resolve } from 'node:path';
import { type Config, loadConfig } from '../../config.ts';
import { AppError } from '../../errors.ts';
import { findOwner } from '../../owner/connect.ts';
import { holdHome } from '../../owner/hold.ts';
import type { BackupReport } from '../../owner/keeping.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { untilGone } from './process.ts';
import { positional, textOf, type Values } from './values.ts';

/** `kalends backup FILE` */
export async function backup(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const file = resolve(positional(positionals, 'file'));
  const replace = values.force === true;
  const engine = textOf(values, 'engine');
  const report =
    engine === undefined
      ? await reachOwner(terminal).json<BackupReport>('/owner/backup', { body: { file, replace } })
      : await withHome(async (config) =>
          (await import('../../runtime-keeping.ts')).backUpWithEngine(config, file, { engine: resolve(engine), replace }),
        );
  if (terminal.isJson) terminal.printJson(report);
  else {
    terminal.print(`Saved ${describe(report)} in ${report.file}.`);
    terminal.say('It holds what is needed to act as you (secrets of webhooks, hashes of keys): keep it where only you can read it.');
  }
  return 0;
}

/** `kalends restore FILE` */
export async function restore(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const file = resolve(positional(positionals, 'file'));
  const report = await withHome(async (config) =>
    (await import('../../runtime-keeping.ts')).restoreInstallation(config, file, { force: values.force === true }),
  );
  if (terminal.isJson) terminal.printJson(report);
  else {
    terminal.print(`Restored ${describe(report)}, as of ${report.createdAt}. Every row was compared.`);
    if (report.safetyCopy !== null) terminal.print(`What was there before is kept in ${report.safetyCopy}.`);
  }
  return 0;
}

/** `kalends migrate-to DATABASE_URL` */
export async function migrateTo(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const url = positional(positionals, 'database URL');
  const { databaseUrl } = loadConfig({ ...process.env, DATABASE_URL: url });
  if (databaseUrl === undefined) throw new AppError('invalid_input', 'The database URL is empty.');
  const { file: _file, ...report } = await withHome(async (config) =>
    (await import('../../runtime-keeping.ts')).migrateTo(config, databaseUrl),
  );
  if (terminal.isJson) terminal.printJson(report);
  else {
    terminal.print(`Copied ${describe(report)} to PostgreSQL. Every row was compared.`);
    terminal.say(
      'From now on start Kalends with DATABASE_URL set to it. The embedded database stays as it is, and is not used while it is set.',
    );
  }
  return 0;
}

/** Holds the data directory while `work` runs. An owner in the background makes way; one in the foreground is for its person to end. */
async function withHome<Result>(work: (config: Config) => Promise<Result>): Promise<Result> {
  const config = loadConfig(process.env);
  const hold = await takeHold(config);
  try {
    return await work({ ...config, home: hold.home });
  } finally {
    await hold.release();
  }
}

async function takeHold({ home }: Config): ReturnType<typeof holdHome> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await holdHome(home);
    } catch (error) {
      const yields = error instanceof AppError && error.code === 'already_running' && error.details?.background === true;
      if (!yields || attempt === 3) throw error;
      await findOwner(home)
        .json('/owner/stop', { body: { onlyBackground: true } })
        .catch(() => undefined); // it may have left by itself
      await untilGone();
    }
  }
}

function describe({ rows, tables }: Pick<BackupReport, 'rows' | 'tables'>): string {
  const bookings = tables.bookings ?? 0;
  return `${bookings} booking${bookings === 1 ? '' : 's'} and all else (${rows} rows of ${Object.keys(tables).length} tables)`;
}
