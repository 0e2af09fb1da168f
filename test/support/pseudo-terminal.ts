import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const program = join(resolve(import.meta.dirname, '../..'), 'bin', 'kalends.mjs');

/** `script` of util-linux makes a pseudo-terminal; elsewhere those tests are skipped. */
export const hasPseudoTerminal =
  process.platform === 'linux' && spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

export interface PseudoTerminal {
  /** What a person would type; `\u0003` is Ctrl-C, `\u0004` Ctrl-D, `\t` Tab, `\u001b[A` the arrow up. */
  type(text: string): void;
  /** Waits until this stands on the screen after all that was waited for before. */
  until(text: string | RegExp): Promise<void>;
  /** All that was written so far, without colours and movements. */
  screen(): string;
  /** The exit code. */
  readonly ended: Promise<number | null>;
  kill(): void;
}

/** The real program in a terminal of its own. */
export function openTerminal(
  words: readonly string[],
  { home, environment = {} }: { readonly home: string; readonly environment?: Readonly<Record<string, string>> },
): PseudoTerminal {
  const command = [process.execPath, program, ...words].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  const child: ChildProcess = spawn('script', ['-qefc', `stty cols 200 rows 50; exec ${command}`, '/dev/null'], {
    env: { ...process.env, KALENDS_HOME: home, TZ: 'Europe/Amsterdam', TERM: 'xterm', SHELL: '/bin/sh', NO_COLOR: '1', ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let raw = '';
  let written = '';
  let seen = 0;
  const listeners = new Set<() => void>();
  child.stdout?.on('data', (chunk: Buffer) => {
    raw += chunk.toString();
    written = stripVTControlCharacters(raw);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | null>((done) => {
    child.once('close', (code) => {
      done(code);
      for (const listener of listeners) listener();
    });
  });
  return {
    type: (text) => void child.stdin?.write(text),
    screen: () => written,
    ended,
    kill: () => void child.kill('SIGKILL'),
    until: (text) =>
      new Promise((done, fail) => {
        const look = () => {
          const rest = written.slice(seen);
          const at = typeof text === 'string' ? rest.indexOf(text) : (text.exec(rest)?.index ?? -1);
          if (at >= 0) {
            seen += at + (typeof text === 'string' ? text.length : (text.exec(rest)?.[0].length ?? 0));
            listeners.delete(look);
            done();
          } else if (child.exitCode !== null) {
            listeners.delete(look);
            fail(new Error(`The program ended before ${JSON.stringify(String(text))} was seen:\n${written}`));
          }
        };
        listeners.add(look);
        look();
      }),
  };
}
