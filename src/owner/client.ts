import { type IncomingMessage, request as open } from 'node:http';
import { connect } from 'node:net';
import { AppError, type ErrorEnvelope, toAppError } from '../errors.ts';

export interface OwnerRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Milliseconds until the answer's head must be there; absent: no limit. */
  readonly timeoutMs?: number;
}

/** A thin client of the owner process: HTTP over its socket and nothing heavier than `node:http`. */
export interface OwnerClient {
  /** Answers the JSON body; throws the error that the owner named. */
  json<Answer>(path: string, request?: OwnerRequest): Promise<Answer>;
  /** Answers the body as it comes. */
  stream(path: string, request?: OwnerRequest): AsyncIterable<string>;
}

/** Nobody listens on the socket. */
export class NoOwnerError extends Error {}

/** No such path, a path through a file, or a socket that a dead process left behind. */
const NOBODY_LISTENS: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ECONNREFUSED']);

/** `socket` is asked before every request, because an owner may leave and another come while the client lives. */
export function createOwnerClient(socket: () => string | undefined | Promise<string>): OwnerClient {
  const send = async (path: string, request: OwnerRequest) => {
    const found = await socket();
    if (found === undefined) throw new NoOwnerError('There is no socket.');
    return exchange(found, path, request);
  };
  return {
    async json<Answer>(path: string, request: OwnerRequest = {}) {
      const response = await send(path, request);
      let text = '';
      for await (const chunk of response) text += chunk;
      const value = parseJson(text, path);
      if ((response.statusCode ?? 500) >= 400) throw errorOf(value, response.statusCode);
      return value as Answer; // the owner is this very program on the other side of the socket
    },
    async *stream(path, request = {}) {
      const response = await send(path, request);
      if ((response.statusCode ?? 500) >= 400) {
        let text = '';
        for await (const chunk of response) text += chunk;
        throw errorOf(parseJson(text, path), response.statusCode);
      }
      try {
        for await (const chunk of response) yield chunk as string; // `setEncoding` below makes it text
      } catch (cause) {
        throw request.signal?.aborted ? new AppError('cancelled', 'Stopped.', { cause }) : brokenOff(cause);
      }
    },
  };
}

function exchange(socketPath: string, path: string, { method, body, signal, timeoutMs }: OwnerRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const outgoing = open({
      // Each request has a connection of its own: an agent for it would only cost 5 ms.
      createConnection: () => connect(socketPath),
      path,
      method: method ?? (payload === undefined ? 'GET' : 'POST'),
      headers: {
        host: 'localhost',
        ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => outgoing.destroy(new AppError('timeout', 'Kalends runs but does not answer.')), timeoutMs);
    outgoing.once('response', (response) => {
      clearTimeout(timer);
      response.setEncoding('utf8');
      resolve(response);
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error instanceof AppError) reject(error);
      else if (signal?.aborted) reject(new AppError('cancelled', 'Stopped.', { cause: error }));
      else if (NOBODY_LISTENS.has(error.code ?? '')) reject(new NoOwnerError(error.message, { cause: error }));
      else if (error.code === 'EACCES') reject(new AppError('forbidden', `The socket "${socketPath}" belongs to another user.`));
      else reject(brokenOff(error));
    });
    outgoing.end(payload);
  });
}

function brokenOff(cause: unknown): AppError {
  return new AppError('unavailable', 'The Kalends process ended in the middle of an answer.', {
    cause,
    hint: 'Look at the state of things before trying again, for example with `kalends bookings list`.',
  });
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('upstream', `The Kalends process answered ${path} with something that is not JSON.`, {
      cause,
      hint: 'An older version may be running; end it with `kalends stop` and try again.',
    });
  }
}

function errorOf(value: unknown, status: number | undefined): AppError {
  const error = value !== null && typeof value === 'object' && 'error' in value ? value.error : undefined;
  if (error !== null && typeof error === 'object' && 'code' in error && 'message' in error) {
    return toAppError(error as ErrorEnvelope); // `toAppError` falls back to `internal` on an unknown code
  }
  return new AppError(status === 404 ? 'not_found' : 'upstream', `The Kalends process answered with status ${status ?? 'none'}.`);
}
