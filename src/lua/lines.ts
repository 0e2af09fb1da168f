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
        const feed = chunk.subarray(start, end).indexOf(LINE_FEED);
        if (feed >= 0) {
          const from = start;
          start += feed + 1;
          if (parts.length === 0) return chunk.toString('utf8', from, from + feed);
          return Buffer.concat([...parts, chunk.subarray(from, from + feed)]).toString();
        }
        if (end > start) parts.push(Buffer.from(chunk.subarray(start, end)));
        const size = patiently(() => readSync(descriptor, chunk, 0, CHUNK_BYTES, null));
        if (size === undefined || size === 0) return undefined;
        start = 0;
        end = size;
      }
    },
    write(text) {
      const bytes = Buffer.from(`${text}\n`);
      for (let at = 0; at < bytes.length; ) {
        const from = at;
        const size = patiently(() => writeSync(descriptor, bytes, from, bytes.length - from));
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
