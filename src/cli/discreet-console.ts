import { format } from 'node:util';
import type { Redactor } from '../toolkit/redact.ts';

/** From here on no secret reaches the log of this process, whoever writes into it: errors of others carry requests and their headers. */
export function makeConsoleDiscreet({ redact }: Pick<Redactor, 'redact'>): void {
  const write = (...values: readonly unknown[]) => void process.stderr.write(`${redact(format(...values))}\n`);
  console.error = write;
  console.warn = write;
}
