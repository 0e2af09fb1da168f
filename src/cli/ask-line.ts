import { createInterface } from 'node:readline/promises';
import { paint } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** One line from the person; `undefined` when they leave with Ctrl-C or Ctrl-D. */
export async function askLine(prompt: string, terminal: Terminal, history: string[] = []): Promise<string | undefined> {
  const reader = createInterface({ input: process.stdin, output: process.stdout, history, historySize: 200 });
  try {
    return await new Promise<string | undefined>((resolve) => {
      reader.once('close', () => resolve(undefined));
      reader.question(paint(terminal.look, 'cyan', prompt)).then(
        (line) => {
          if (line.trim() !== '') history.unshift(line.trim());
          resolve(line.trim());
        },
        () => resolve(undefined),
      );
    });
  } finally {
    reader.close();
  }
}
