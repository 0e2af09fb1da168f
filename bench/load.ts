import { connect, type Socket } from 'node:net';
import { toP99 } from './table.ts';

export interface LoadResult {
  /** Requests a second. */
  readonly rate: number;
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99: number;
  /** All of them, the warm-up's too. */
  readonly requests: number;
}

export interface LoadOptions {
  /** "http://127.0.0.1:3020"; connections are spread over them. */
  readonly addresses: readonly string[];
  readonly connections: number;
  readonly durationMs: number;
  /** Not counted. */
  readonly warmUpMs: number;
  /** The bytes of the request with this number. */
  readonly request: (index: number) => string;
  readonly expectStatus: number;
}

/**
 * Sends requests over kept connections, one after the other on each, and measures. Sockets are spoken to directly: an HTTP client would take a good part
 * of the two processors that the services need.
 */
export async function measureLoad({
  addresses,
  connections,
  durationMs,
  warmUpMs,
  request,
  expectStatus,
}: LoadOptions): Promise<LoadResult> {
  const from = performance.now() + warmUpMs;
  const until = from + durationMs;
  const times: number[] = [];
  let index = 0;
  let requests = 0;
  await Promise.all(
    Array.from({ length: connections }, async (_, connection) => {
      const { hostname, port } = new URL(addresses[connection % addresses.length] ?? '');
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      try {
        for (;;) {
          const startedAt = performance.now();
          if (startedAt >= until) return;
          const status = await exchange(socket, request(index++));
          if (status !== expectStatus) throw new Error(`A request was answered with ${status} instead of ${expectStatus}.`);
          requests += 1;
          const endedAt = performance.now();
          if (startedAt >= from && endedAt <= until) times.push(endedAt - startedAt);
        }
      } finally {
        socket.destroy();
      }
    }),
  );
  return { rate: times.length / (durationMs / 1000), p99: toP99(times), requests };
}

/** Sends the bytes and answers the status once the whole answer is there. */
function exchange(socket: Socket, bytes: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = '';
    const done = (act: () => void) => {
      socket.off('data', onData);
      socket.off('error', onError);
      socket.off('close', onClose);
      act();
    };
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1');
      if (isWhole(received)) done(() => resolve(Number(received.slice(9, 12))));
    };
    const onError = (error: Error) => done(() => reject(error));
    const onClose = () => done(() => reject(new Error('The connection was closed.')));
    socket.on('data', onData);
    socket.on('error', onError);
    socket.on('close', onClose);
    socket.write(bytes);
  });
}

function isWhole(received: string): boolean {
  const head = received.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(received.slice(0, head))?.[1];
  return length === undefined ? received.endsWith('0\r\n\r\n') : received.length >= head + 4 + Number(length);
}

/** The bytes of an HTTP/1.1 request. */
export function toBytes(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries({ host: '127.0.0.1', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}${length}\r\n${body}`;
}
