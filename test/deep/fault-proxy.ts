import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What goes wrong with one exchange, between a client and a service that know nothing of it. */
export type Fault =
  | 'none'
  /** The connection is reset before the service has seen the request. */
  | 'reset-before'
  /** The service has answered; its answer is thrown away and the connection reset. */
  | 'answer-lost'
  /** The answer comes in small pieces with pauses between them. */
  | 'slow'
  /** Half of the answer comes, then the connection ends. */
  | 'truncated'
  /** 429 with `Retry-After: 1`; the service has not seen the request. */
  | 'too-many'
  /** 500 from something between; the service has not seen the request. */
  | 'error-before'
  /** 502 from something between, after the service has answered. */
  | 'error-after';

export const FAULTS: readonly Fault[] = ['reset-before', 'answer-lost', 'slow', 'truncated', 'too-many', 'error-before', 'error-after'];

export interface Exchange {
  readonly method: string;
  readonly path: string;
}

export interface FaultProxy {
  readonly url: string;
  /** What was done with each exchange, in the order they came. */
  readonly log: readonly (Exchange & { readonly fault: Fault })[];
  close(): Promise<void>;
}

/** A TCP proxy before a service on `port`; `choose` decides what goes wrong with each exchange. */
export async function startFaultProxy(port: number, choose: (exchange: Exchange) => Fault): Promise<FaultProxy> {
  const log: (Exchange & { readonly fault: Fault })[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('close', () => sockets.delete(client));
    client.on('error', () => undefined);
    let received = Buffer.alloc(0);
    client.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const request = takeRequest(received);
      if (request === undefined) return;
      received = Buffer.alloc(0);
      const fault = choose(request);
      log.push({ method: request.method, path: request.path, fault });
      void carry(client, request.bytes, { port, fault }).catch(() => client.destroy());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function carry(client: Socket, request: Buffer, { port, fault }: { readonly port: number; readonly fault: Fault }): Promise<void> {
  switch (fault) {
    case 'reset-before':
      client.resetAndDestroy();
      return;
    case 'too-many':
      client.end(answer('429 Too Many Requests', '{"status":"error","error":{"message":"Slow down."}}', 'Retry-After: 1\r\n'));
      return;
    case 'error-before':
      client.end(answer('500 Internal Server Error', '<html>upstream connect error</html>'));
      return;
    default:
  }
  const whole = await forward(request, port);
  switch (fault) {
    case 'answer-lost':
      client.resetAndDestroy();
      return;
    case 'error-after':
      client.end(answer('502 Bad Gateway', '<html>bad gateway</html>'));
      return;
    case 'truncated':
      client.write(whole.subarray(0, Math.floor(whole.length / 2)));
      await delay(5);
      client.destroy();
      return;
    case 'slow':
      for (let at = 0; at < whole.length; at += 512) {
        client.write(whole.subarray(at, at + 512));
        await delay(2);
      }
      client.end();
      return;
    default:
      client.end(whole);
  }
}

/** Sends the request on a connection of its own and answers all that comes back. */
async function forward(request: Buffer, port: number): Promise<Buffer> {
  const upstream = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  upstream.on('data', (chunk: Buffer) => chunks.push(chunk));
  upstream.write(request);
  await once(upstream, 'end');
  upstream.destroy();
  return Buffer.concat(chunks);
}

/** The request once all of it has come; it asks the service to close the connection after its answer. */
function takeRequest(bytes: Buffer): (Exchange & { readonly bytes: Buffer }) | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = Number(/^content-length:\s*(\d+)/im.exec(head)?.[1] ?? 0);
  const isChunked = /^transfer-encoding:.*chunked/im.test(head);
  const body = bytes.subarray(end + 4);
  if (isChunked ? !body.toString('latin1').endsWith('0\r\n\r\n') : body.length < length) return undefined;
  const [method = '', path = ''] = head.split(' ');
  const closing = `${head.replace(/\r\nconnection:[^\r]*/i, '')}\r\nconnection: close\r\n\r\n`;
  return { method, path, bytes: Buffer.concat([Buffer.from(closing, 'latin1'), body]) };
}

function answer(status: string, body: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
}
