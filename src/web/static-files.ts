import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

interface StaticFile {
  /** The ways it can be sent, the smallest first; the file as it is comes last. */
  readonly forms: readonly StaticForm[];
}

interface StaticForm {
  readonly encoding: 'br' | 'gzip' | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the builder wrote beside a file. */
const VARIANTS = { '.br': 'br', '.gz': 'gzip' } as const;

/** The built page, read into memory once. */
export interface StaticFiles {
  /** The file at a path of the address; `undefined` when there is none. */
  serve(request: Request): Response | undefined;
  /** A page itself, for every address it draws: the app's, or another one by its file. `undefined` when it was not built. */
  servePage(request: Request, file?: string): Response | undefined;
}

export function openStaticFiles(directory: string): StaticFiles {
  const files = new Map<string, StaticFile>();
  const names = existsSync(directory) ? readdirSync(directory, { recursive: true, withFileTypes: true }) : [];
  for (const entry of names) {
    if (!entry.isFile() || extname(entry.name) in VARIANTS) continue;
    const path = join(entry.parentPath, entry.name);
    const address = path
      .slice(directory.replace(/[\\/]+$/, '').length)
      .split(sep)
      .join('/');
    files.set(address, readStaticFile(path, address));
  }
  const respond = (request: Request, file: StaticFile | undefined): Response | undefined => {
    if (file === undefined) return undefined;
    const accepted = readEncodings(request);
    const form = file.forms.find(({ encoding }) => encoding === undefined || accepted(encoding));
    if (form === undefined) return undefined;
    if (isKnown(request, form)) return new Response(null, { status: 304, headers: form.headers });
    return new Response(request.method === 'HEAD' ? null : form.bytes, { headers: form.headers });
  };
  return {
    serve: (request) => respond(request, files.get(new URL(request.url).pathname)),
    servePage: (request, file = '/index.html') => respond(request, files.get(file)),
  };
}

/** Whether the client takes a content coding: named, or by "*", and not with a weight of nothing (RFC 9110 §12.5.3). */
function readEncodings(request: Request): (encoding: string) => boolean {
  const weights = new Map(
    (request.headers.get('accept-encoding') ?? '').split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))];
    }),
  );
  return (encoding) => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
}

function isKnown(request: Request, { headers }: StaticForm): boolean {
  const known = request.headers.get('if-none-match');
  return known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.etag) === true;
}

function readStaticFile(path: string, address: string): StaticFile {
  const bytes = new Uint8Array(readFileSync(path));
  // The builder puts a hash of the content into the names under /assets.
  const caching = address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  const headers = { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'cache-control': caching };
  const variants = Object.entries(VARIANTS).flatMap(([ending, encoding]) => {
    const encoded = readVariant(path, ending);
    if (encoded === undefined) return [];
    // Each form is another representation with a tag of its own.
    return [
      {
        encoding,
        bytes: encoded,
        headers: { ...headers, 'content-encoding': encoding, vary: 'accept-encoding', etag: `"${hash}-${encoding}"` },
      },
    ];
  });
  const plain = { ...headers, ...(variants.length === 0 ? {} : { vary: 'accept-encoding' }), etag: `"${hash}"` };
  return { forms: [...variants, { encoding: undefined, bytes, headers: plain }] };
}

/** One that is older than its file was left over from another build. */
function readVariant(path: string, ending: string): Uint8Array<ArrayBuffer> | undefined {
  const variant = statSync(path + ending, { throwIfNoEntry: false });
  if (variant === undefined || variant.mtimeMs < statSync(path).mtimeMs) return undefined;
  return new Uint8Array(readFileSync(path + ending));
}
