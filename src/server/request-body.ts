import { toStorableText } from '../store/sql-values.ts';
import { HttpFailure } from './http-failure.ts';

const MAXIMUM_BYTES = 1_000_000;
const MAXIMUM_DEPTH = 50;

/** The JSON of a request whatever its content type says; `undefined` when there is none. */
export async function readJsonBody(request: Request): Promise<unknown> {
  if (request.body === null) return undefined;
  if (Number(request.headers.get('content-length') ?? 0) > MAXIMUM_BYTES) throw tooLarge();
  const text = await readText(request.body);
  if (text.trim() === '') return undefined;
  try {
    return storable(JSON.parse(text));
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new HttpFailure(400, `The request body is not valid JSON: ${cause.message}. Send a JSON object such as {"name": "value"}.`);
  }
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body) {
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

/** The query as a plain object: `a=1&a=2` and `a[]=1` become lists, single values stay text. */
export function readQuery(url: URL): Readonly<Record<string, string | readonly string[]>> {
  const names = [...new Set([...url.searchParams.keys()])];
  return Object.fromEntries(
    names.map((name) => {
      const values = url.searchParams.getAll(name).map(toStorableText);
      const isList = name.endsWith('[]') || values.length > 1;
      return [name.replace(/\[\]$/, ''), isList ? values : (values[0] ?? '')];
    }),
  );
}
