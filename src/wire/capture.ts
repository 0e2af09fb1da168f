import type { Fetch } from './client.ts';

/** A request as it would have been sent. */
export interface CapturedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it is JSON; `null` where there is none. */
  readonly body: unknown;
}

/** Ends a run at its first write: what would come after it depends on the answer. */
export class CapturedWrite extends Error {
  constructor(method: string, url: string) {
    super(`${method} ${url} was captured and not sent.`);
    this.name = 'CapturedWrite';
  }
}

export interface CaptureOptions {
  /** Grows by each write. */
  readonly requests: CapturedRequest[];
  /** Takes the account's secrets out of a text. */
  readonly conceal: (text: string) => string;
}

/** Reads pass; a write is kept in `requests`, never sent, and ends the call with a `CapturedWrite`. */
export function captureWrites(fetch: Fetch, { requests, conceal }: CaptureOptions): Fetch {
  return async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD') return await fetch(request);
    const url = conceal(request.url);
    const headers = [...request.headers].map(([name, value]) => [name, toShown(name, value, conceal)] as const);
    requests.push({ method: request.method, url, headers: Object.fromEntries(headers), body: await readBody(request, conceal) });
    throw new CapturedWrite(request.method, url);
  };
}

function toShown(name: string, value: string, conceal: (text: string) => string): string {
  const concealed = conceal(value);
  const isBare = name === 'authorization' && concealed === value;
  return isBare ? '****' : concealed;
}

async function readBody(request: Request, conceal: (text: string) => string): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  if (type.startsWith('multipart/form-data')) {
    const parts = [...(await request.formData())].map(([name, part]) => [
      name,
      typeof part === 'string' ? conceal(part) : describeFile(part),
    ]);
    return Object.fromEntries(parts);
  }
  const text = conceal(await request.text());
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function describeFile({ name, type, size }: File): { readonly file: string; readonly type: string; readonly bytes: number } {
  return { file: name, type, bytes: size };
}
