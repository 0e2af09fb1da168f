import { AppError } from '../../errors.ts';
import { type Reading, type Request, understand as read } from '../../language/index.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import type { Terminal } from '../terminal.ts';
import { textOf, type Values } from './values.ts';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a sentence without touching any data: no owner is needed. */
export async function understand(values: Values, terminal: Terminal, words: readonly string[]): Promise<number> {
  const request = read(words.join(' '), { now: parseNow(textOf(values, 'now')), timeZone: parseZone(textOf(values, 'zone')) });
  if (terminal.isJson) terminal.printJson(request);
  else terminal.print(describe(request));
  return 0;
}

function describe({ intent, text, readings, rest, ...found }: Request): string {
  const lines = Object.entries(found)
    .filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `  ${name.padEnd(10)}  ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return [`${intent}: ${text}`, ...lines, ...readings.map(describeReading), ...(rest === undefined ? [] : ['and then', `  ${rest}`])].join(
    '\n',
  );
}

function describeReading({ kind, text, start, end, minutes, timex, unresolved, past, assumed = [] }: Reading): string {
  const value = unresolved
    ? 'no definite time'
    : (timex ?? (minutes === undefined ? [start, end].filter(Boolean).join(' – ') : `${minutes} minutes`));
  const remarks = [...(past ? ['in the past'] : []), ...assumed];
  return `  "${text}" is a ${kind}: ${value}${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`;
}

function parseNow(text: string | undefined): number {
  if (text === undefined) return Date.now();
  const instant = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new AppError('invalid_input', `--now is "${text}", which is no instant.`, { hint: 'Write it like 2030-01-07T08:00:00Z.' });
}

function parseZone(text: string | undefined): string {
  return text === undefined ? new Intl.DateTimeFormat().resolvedOptions().timeZone : checkTimeZone(text);
}
