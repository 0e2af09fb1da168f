import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';
import type { Outgoing } from './outgoing.ts';

const WITHOUT_BODY = new Set([204, 205, 304]);
/** Of one answer; a stream of events has no end and no size. */
const MAXIMUM_BYTES = 64_000_000;

/**
 * A `fetch` for answers that come piece by piece. The connection goes to addresses that the guard let through, and follows no redirect; the caller's
 * signal is its only limit of time.
 */
export function createGuardedStream({ check, lookup }: Pick<Outgoing, 'check' | 'lookup'>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    // Literal addresses are judged here, names by `lookup` when the connection is opened.
    await check(request.url);
    const answer = await send(request, body, lookup);
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
    }
    const status = answer.statusCode ?? 502;
    if (WITHOUT_BODY.has(status)) {
      answer.resume();
      return new Response(null, { status, headers });
    }
    const isEvents = headers.get('content-type')?.startsWith('text/event-stream') === true;
    const content = Readable.toWeb(isEvents ? answer : Readable.from(limited(answer), { objectMode: false }));
    // The same class under the names of two libraries of types.
    return new Response(content as ReadableStream<Uint8Array<ArrayBuffer>>, { status, headers });
  };
}

function send(request: Request, body: Uint8Array | undefined, lookup: Outgoing['lookup']): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const url = new URL(request.url);
    const open = url.protocol === 'https:' ? https.request : http.request;
    const { method, signal } = request;
    // No agent: a connection that somebody else opened was not checked by us.
    const call = open(url, { method, headers: Object.fromEntries(request.headers), agent: false, lookup, signal }, resolve);
    call.on('error', reject);
    call.end(body);
  });
}

async function* limited(answer: http.IncomingMessage): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAXIMUM_BYTES) throw new TypeError(`The answer has more than ${MAXIMUM_BYTES} bytes.`);
    yield chunk;
  }
}
