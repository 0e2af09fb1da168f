import type { Card } from '../toolkit/card.ts';
import type { Format } from './format.ts';
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
  /** `rows`: what of it becomes lines in a format that has such, where the value alone does not tell. */
  printJson(value: unknown, rows?: readonly unknown[]): void;
  printCard(card: Card, options?: RenderOptions): void;
  /** A tool's result in the terminal's format: its card for people, its data for programs. */
  printResult(output: unknown, card: Card): Promise<void>;
  /** The same terminal, with results in this format. */
  withFormat(format: Format): Terminal;
  /** What is said beside the result, on standard error. */
  say(text: string): void;
}

export interface TerminalOptions {
  /** `--json` or `--no-json`; absent: JSON unless standard output is a terminal. */
  readonly json?: boolean | undefined;
  readonly format?: Format;
}

export function createTerminal({ json, format }: TerminalOptions = {}): Terminal {
  const { env } = process;
  const isTerminal = isTerminalOutput();
  const isPlain = env.TERM === 'dumb';
  const look: Look = {
    isColored: isTerminal && !isPlain && !env.NO_COLOR,
    isFramed: isTerminal && !isPlain,
    columns: outputColumns(),
  };
  const isJson = format === undefined ? (json ?? !isTerminal) : format !== 'card' && format !== 'table';
  const printJson = (value: unknown) => writeOutput(`${JSON.stringify(value, null, 2)}\n`);
  const printCard = (card: Card, options?: RenderOptions) => writeOutput(`${renderCard(card, look, options)}\n`);
  return {
    isJson,
    canAsk: !isJson && isTerminal && !isPlain && process.stdin.isTTY === true,
    look,
    print: (text) => writeOutput(`${text}\n`),
    printJson,
    printCard,
    async printResult(output, card) {
      if (format === undefined || format === 'json' || format === 'card') return isJson ? printJson(output) : printCard(card);
      const { toCsv, toJsonLines, toTable } = await import('./format.ts');
      if (format === 'table') writeOutput(toTable(output, look));
      else writeOutput(format === 'csv' ? toCsv(output) : toJsonLines(output));
    },
    withFormat: (wanted) => createTerminal({ format: wanted }),
    say: (text) => void process.stderr.write(`${text}\n`),
  };
}

/** A terminal whose every result is in this format, of commands that print one value. */
export async function createTerminalIn(text: string): Promise<Terminal> {
  const { parseFormat, toCsv, toJsonLines, toTable } = await import('./format.ts');
  const format = parseFormat(text);
  const terminal = createTerminal({ json: format !== 'card' });
  if (format === 'card' || format === 'json') return terminal;
  const toText = format === 'table' ? (value: unknown) => toTable(value, terminal.look) : format === 'csv' ? toCsv : toJsonLines;
  return { ...terminal, printJson: (value, rows) => writeOutput(toText(rows ?? value)) };
}
