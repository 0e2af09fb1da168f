import { fstatSync, writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;

/** Whether standard output is a terminal. A pipe or a file is told apart without `process.stdout`, which takes 5 ms to make for them. */
export function isTerminalOutput(): boolean {
  return fstatSync(STANDARD_OUTPUT).isCharacterDevice() && process.stdout.isTTY === true;
}

/** How wide the terminal is; 80 where standard output is none or does not tell. */
export function outputColumns(): number {
  return (isTerminalOutput() && process.stdout.columns) || 80;
}

/** Writes to standard output. A reader that has seen enough (`kalends … | head`) ends the process, and is no failure. */
export function writeOutput(text: string): void {
  if (isTerminalOutput()) openStream().write(text);
  else writeAtOnce(Buffer.from(text));
}

function writeAtOnce(bytes: Buffer): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(STANDARD_OUTPUT, bytes, written);
  } catch (error) {
    // A full pipe that somebody has made non-blocking: the stream waits for its reader.
    if (codeOf(error) === 'EAGAIN') openStream().write(bytes.subarray(written));
    else leaveOrThrow(error);
  }
}

let stream: NodeJS.WriteStream | undefined;

function openStream(): NodeJS.WriteStream {
  stream ??= process.stdout.on('error', leaveOrThrow);
  return stream;
}

function leaveOrThrow(error: unknown): never {
  if (codeOf(error) === 'EPIPE') process.exit(0);
  throw error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
