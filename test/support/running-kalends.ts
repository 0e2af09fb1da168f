import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'bin', 'kalends.mjs');

/** A Monday, nine o'clock in Amsterdam. */
export const FROZEN_CLOCK = '2030-01-07T08:00:00Z';

export interface RunningKalends {
  readonly home: string;
  readonly address: string;
  readonly apiKey: string;
  readonly pid: number;
  /** Milliseconds from the start of the process to the first answered request. */
  readonly firstAnswerMs: number;
  /** A fresh one-time link for a browser. */
  signInLink(): string;
  /** Ends it as Ctrl-C does, or at once without warning. */
  stop(signal?: 'SIGINT' | 'SIGKILL'): Promise<void>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function makeHome(): string {
  return mkdtempSync(join(tmpdir(), 'kalends-'));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** The real, built program, serving `home` on a free port; answers once it has answered. */
export async function startKalends(home: string, environment: Readonly<Record<string, string>> = {}): Promise<RunningKalends> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'up', '--no-open', '--quiet'], {
    env: environmentOf(home, { PORT: '0', ...environment }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const address = await untilServing(home, child, () => errors);
  return {
    home,
    address,
    apiKey: readFileSync(join(home, 'api-key'), 'utf8').trim(),
    pid: child.pid ?? 0,
    firstAnswerMs: performance.now() - startedAt,
    signInLink: () => JSON.parse(runKalends(['open', '--no-browser', '--json'], { home }).stdout).url,
    stop: (signal = 'SIGINT') =>
      new Promise((done) => {
        if (child.exitCode !== null || child.signalCode !== null) return done();
        child.once('exit', () => done());
        child.kill(signal);
      }),
  };
}

/** One command of the real program on `home`, to its end. */
export function runKalends(
  args: readonly string[],
  { home, environment = {} }: { readonly home: string; readonly environment?: Readonly<Record<string, string>> },
): CommandResult {
  const result = spawnSync(process.execPath, [program, ...args], {
    env: environmentOf(home, environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

function environmentOf(home: string, more: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { CALCOM_API_KEY: _hosted, OPENAI_API_KEY: _model, DATABASE_URL: _database, ...rest } = process.env;
  return { ...rest, KALENDS_HOME: home, KALENDS_RATE_LIMIT: 'off', TZ: 'Europe/Amsterdam', ...more };
}

async function untilServing(home: string, child: ChildProcess, errors: () => string): Promise<string> {
  const record = join(home, 'owner.json');
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Kalends ended with code ${child.exitCode} before it answered: ${errors()}`);
    const address = existsSync(record) ? addressIn(readFileSync(record, 'utf8'), child.pid) : undefined;
    if (address !== undefined) {
      const answer = await fetch(`${address}/health`).catch(() => undefined);
      if (answer?.ok) return address;
    }
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** An owner that was killed leaves its record behind: only the one of this process counts. */
function addressIn(text: string, pid: number | undefined): string | undefined {
  const record: { pid?: number; address?: string | null } = JSON.parse(text);
  return record.pid === pid && typeof record.address === 'string' ? record.address : undefined;
}
