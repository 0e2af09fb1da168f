import { AppError } from '../errors.ts';
import type { Outgoing, OutgoingAnswer } from './outgoing.ts';

/** The caller's own limit is the one that counts; this is only the last. */
const TIMEOUT_MS = 120_000;
const MAXIMUM_BYTES = 32_000_000;
const WITHOUT_BODY = new Set([204, 205, 304]);

/**
 * A `fetch` that reaches only what the guard lets through, and follows no redirect. What the guard refuses throws its `AppError`; a request that
 * failed on the way throws the failure of the network itself, which tells whether it can have arrived.
 */
export function createGuardedFetch(outgoing: Pick<Outgoing, 'request'>): (request: Request) => Promise<Response> {
  return async (request) => {
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const answer = await outgoing
      .request(request.url, {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
        signal: request.signal,
        timeoutMs: TIMEOUT_MS,
        maximumBytes: MAXIMUM_BYTES,
      })
      .catch((error: unknown) => {
        if (error instanceof AppError && error.code !== 'forbidden' && error.code !== 'invalid_input')
          throw error.cause ?? new TypeError(error.message);
        throw error;
      });
    if (answer.isTruncated) throw new TypeError(`The answer has more than ${MAXIMUM_BYTES} bytes.`);
    return toResponse(answer);
  };
}

function toResponse({ status, headers: given, body }: OutgoingAnswer): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one);
  }
  return new Response(WITHOUT_BODY.has(status) ? null : new Uint8Array(body), { status, headers });
}
