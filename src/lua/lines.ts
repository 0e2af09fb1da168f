import { readSync, writeSync } from 'node:fs';

/** Lines over a socket, read and written while everything else in this process stands still. */
export interface Lines {
  /** The next line; undefined once the other side is gone. */
  read(): string | undefined;
  /** False once the other side is gone. */
  write(text: string): boolean;
}

const LINE_FEED = 10;
const CHUNK_BYTES = 256 * 1024;

export function openLines(descriptor: number): Lines {
  const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  /** What was read and belongs to no line yet. */
  let start = 0;
  let end = 0;

  return {
    read() {
      const parts: Buffer[] = [];
      for (;;) {
        const feed = end > start ? chunk.indexOf(LINE_FEED, start) : -1;
        if (feed >= 0 && feed < end) {
          const from = start;
          start = feed + 1;
          return parts.length === 0 ? chunk.toString('utf8', from, feed) : Buffer.concat([...parts, chunk.subarray(from, feed)]).toString();
        }
        if (end > start) parts.push(Buffer.from(chunk.subarray(start, end)));
        const size = patiently(() => readSync(descriptor, chunk, 0, CHUNK_BYTES, null));
        if (size === undefined || size === 0) return undefined;
        start = 0;
        end = size;
      }
    },
    write(text) {
      const line = `${text}\n`;
      // Nearly always all of it at once, and nearly always of characters of one byte.
      const written = patiently(() => writeSync(descriptor, line));
      if (written === undefined) return false;
      if (written === line.length && written === Buffer.byteLength(line)) return true;
      const bytes = Buffer.from(line);
      for (let at = written; at < bytes.length; ) {
        const from = at;
        const size = patiently(() => writeSync(descriptor, bytes, from));
        if (size === undefined) return false;
        at += size;
      }
      return true;
    },
  };
}

/** Undefined where the other side is gone. Our end of the socket blocks; where one does not, the wait is ours. */
function patiently(act: () => number): number | undefined {
  for (;;) {
    try {
      return act();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE' || code === 'ECONNRESET') return undefined;
      if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
