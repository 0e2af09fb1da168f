import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { homeOf } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { LuaEvent, LuaSessionBody } from '../../owner/lua.ts';
import { readEvents } from '../event-lines.ts';
import { paint } from '../layout.ts';
import { askAtTerminal, requestLua } from '../lua-client.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { showReport, tellFailedScript } from './lua.ts';

const HISTORY = 500;

/** Reads line after line and shows what each one answers; what a line defines, the next ones know. Ends with Ctrl-D or `exit`. */
export async function openRepl(settings: LuaSessionBody, terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const life = new AbortController();
  const events = readEvents<LuaEvent>(owner.stream('/owner/lua/sessions', { body: settings, signal: life.signal }))[Symbol.asyncIterator]();
  const opened = await events.next();
  if (opened.done || opened.value.type !== 'session') throw new AppError('unavailable', 'No Lua session could be opened.');
  const base = `/owner/lua/sessions/${opened.value.id}`;
  const onApproval = askAtTerminal(terminal, owner);
  const history = readHistory();
  const lines = createLines({
    terminal,
    history,
    complete: async (text) => (await owner.json<{ readonly names: readonly string[] }>(`${base}/complete`, { body: { text } })).names,
  });
  if (!terminal.isJson) terminal.say('Lua. Tab completes, Ctrl-C gives up a line, Ctrl-D leaves.');
  let text = '';
  try {
    for (;;) {
      const line = await lines.read(text === '' ? '> ' : '>> ');
      if (line === null) {
        text = '';
        continue;
      }
      if (line === undefined && text !== '' && !terminal.canAsk) {
        throw new AppError('invalid_input', `The input ends in the middle of "${text.slice(0, 60)}".`, {
          hint: 'Write the lines that end it.',
        });
      }
      if (line === undefined || (text === '' && /^(exit|quit)$/.test(line.trim()))) return 0;
      text = text === '' ? line : `${text}\n${line}`;
      if (text.trim() === '') {
        text = '';
        continue;
      }
      const stop = new AbortController();
      const report = await lines.during(stop, () =>
        requestLua(`${base}/evaluate`, { source: text, canAsk: terminal.canAsk }, { owner, signal: stop.signal, onApproval }),
      );
      if (report?.meta.incomplete === true) continue;
      text = '';
      if (report === undefined) continue;
      showReport(report, terminal);
      if (report.meta.state_lost === true) terminal.say('All variables are gone.');
    }
  } finally {
    lines.close();
    life.abort();
    await events.return?.();
  }
}

interface Lines {
  /** The next line; `null` for one that was given up, `undefined` at the end. */
  read(prompt: string): Promise<string | null | undefined>;
  /** Works without a line being read; Ctrl-C stops the work, which then answers nothing. */
  during<Result>(stop: AbortController, work: () => Promise<Result>): Promise<Result | undefined>;
  close(): void;
}

interface LinesOptions {
  readonly terminal: Terminal;
  /** Newest first; grows. */
  readonly history: string[];
  complete(text: string): Promise<readonly string[]>;
}

function createLines({ terminal, history, complete }: LinesOptions): Lines {
  let reader: Interface | undefined;
  const waiting: string[] = [];
  let isOver = false;
  let wake: ((line: string | null | undefined) => void) | undefined;
  let running: AbortController | undefined;
  // For as long as lines are read: a Ctrl-C too many, between two lines, must not end everything.
  const onInterrupt = () => {
    if (running !== undefined) running.abort();
    else if (!terminal.canAsk) wake?.(undefined);
  };
  process.on('SIGINT', onInterrupt);
  const open = () => {
    const isTerminal = terminal.canAsk;
    const made = createInterface({
      input: process.stdin,
      ...(isTerminal ? { output: process.stdout } : {}),
      terminal: isTerminal,
      history: [...history],
      historySize: HISTORY,
      completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) => {
        const word = /[\w.]*$/.exec(line)?.[0] ?? '';
        complete(word).then(
          (names) => done(null, [[...names], word]),
          () => done(null, [[], word]),
        );
      },
    });
    made.on('line', (line) => {
      if (line.trim() !== '') remember(line, history);
      if (wake === undefined) waiting.push(line);
      else wake(line);
    });
    made.on('SIGINT', () => {
      process.stdout.write('^C\n');
      for (const name of ['e', 'u']) made.write('', { ctrl: true, name });
      wake?.(null);
    });
    made.on('close', () => {
      if (reader !== made) return;
      isOver = true;
      wake?.(undefined);
    });
    return made;
  };
  return {
    read(prompt) {
      const ready = waiting.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      if (isOver) return Promise.resolve(undefined);
      reader ??= open();
      if (terminal.canAsk) {
        reader.setPrompt(paint(terminal.look, 'cyan', prompt));
        reader.prompt();
      }
      return new Promise((resolve) => {
        wake = (line) => {
          wake = undefined;
          resolve(line);
        };
      });
    },
    async during(stop, work) {
      // Questions about approvals read the keyboard themselves.
      if (terminal.canAsk) {
        const closing = reader;
        reader = undefined;
        closing?.close();
      }
      running = stop;
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'not_found') throw error;
        if (terminal.isJson) tellFailedScript(error, terminal);
        else terminal.say(error.message);
        return undefined;
      } finally {
        running = undefined;
      }
    },
    close() {
      process.off('SIGINT', onInterrupt);
      const closing = reader;
      reader = undefined;
      closing?.close();
    },
  };
}

function historyFile(): string {
  return join(homeOf(process.env), 'lua-history');
}

/** Newest first, as the reader of lines wants it; the file grows at its end, so that several sessions and a closed window lose nothing. */
function readHistory(): string[] {
  try {
    const lines = readFileSync(historyFile(), 'utf8').split('\n').filter(Boolean);
    if (lines.length > 2 * HISTORY) writeFileSync(historyFile(), `${lines.slice(-HISTORY).join('\n')}\n`, { mode: 0o600 });
    return lines.slice(-HISTORY).reverse();
  } catch {
    return [];
  }
}

function remember(line: string, history: string[]): void {
  history.unshift(line);
  mkdirSync(dirname(historyFile()), { recursive: true });
  appendFileSync(historyFile(), `${line}\n`, { mode: 0o600 });
}
