import type { Card } from '../toolkit/card.ts';
import type { Look } from './layout.ts';
import { isTerminalOutput, outputColumns, writeOutput } from './output.ts';
import { type RenderOptions, renderCard } from './render.ts';

/** Where one command reads and writes. */
export interface Terminal {
  /** JSON for programs: asked for, or standard output is no terminal. */
  readonly isJson: boolean;
  /** A person sits here who can be asked. Whoever reads JSON is a program, also at a terminal: it is never asked. */
  readonly canAsk: boolean;
  readonly look: Look;
  /** The command's result, on standard output. */
  print(text: string): void;
  printJson(value: unknown): void;
  printCard(card: Card, options?: RenderOptions): void;
  /** What is said beside the result, on standard error. */
  say(text: string): void;
}

export interface TerminalOptions {
  /** `--json` or `--no-json`; absent: JSON unless standard output is a terminal. */
  readonly json?: boolean | undefined;
}

export function createTerminal({ json }: TerminalOptions = {}): Terminal {
  const { env } = process;
  const isTerminal = isTerminalOutput();
  const isPlain = env.TERM === 'dumb';
  const look: Look = {
    isColored: isTerminal && !isPlain && !env.NO_COLOR,
    isFramed: isTerminal && !isPlain,
    columns: outputColumns(),
  };
  const isJson = json ?? !isTerminal;
  return {
    isJson,
    canAsk: !isJson && isTerminal && !isPlain && process.stdin.isTTY === true,
    look,
    print: (text) => writeOutput(`${text}\n`),
    printJson: (value) => writeOutput(`${JSON.stringify(value, null, 2)}\n`),
    printCard: (card, options) => writeOutput(`${renderCard(card, look, options)}\n`),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
}
