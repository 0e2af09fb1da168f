import { toStorableText } from '../store/sql-values.ts';
import { HttpFailure } from './http-failure.ts';

const MAXIMUM_BYTES = 1_000_000;
const MAXIMUM_DEPTH = 50;

const bodies = new WeakMap<Request, Promise<unknown>>();

/** The body of a request: a form where its content type says so, otherwise JSON; `undefined` when it is empty. May be asked for again. */
export function readBody(request: Request): Promise<unknown> {
  const known = bodies.get(request);
  if (known !== undefined) return known;
  const body = parseBody(request);
  bodies.set(request, body);
  return body;
}

async function parseBody(request: Request): Promise<unknown> {
  const declared = request.headers.get('content-length');
  if (Number(declared ?? 0) > MAXIMUM_BYTES) throw tooLarge();
  // The server ends a body at its declared length, and need not make a stream of it.
  const text = declared === null ? await readText(request.body) : await request.text();
  if (text.trim() === '') return undefined;
  if (isForm(request)) return storable(Object.fromEntries(new URLSearchParams(text)));
  try {
    return storable(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HttpFailure(400, `The request body is not valid JSON: ${cause.message}. Send a JSON object such as {"name": "value"}.`);
  }
}

function isForm(request: Request): boolean {
  return request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true;
}

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function tooLarge(): HttpFailure {
  return new HttpFailure(413, `The request body is larger than ${MAXIMUM_BYTES} bytes.`);
}

/** The database takes neither NUL nor lone surrogates; they become U+FFFD before anything is decided by them. */
function storable(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return toStorableText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth === MAXIMUM_DEPTH) throw new HttpFailure(400, `The request body is nested more than ${MAXIMUM_DEPTH} levels deep.`);
  if (Array.isArray(value)) return value.map((member) => storable(member, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [toStorableText(key), storable(member, depth + 1)]));
}
