import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

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
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const address = path
      .slice(directory.replace(/[\\/]+$/, '').length)
      .split(sep)
      .join('/');
    files.set(address, readStaticFile(path, address));
  }
  const respond = (request: Request, file: StaticFile | undefined): Response | undefined => {
    if (file === undefined) return undefined;
    if (request.headers.get('if-none-match') === file.headers.etag) return new Response(null, { status: 304, headers: file.headers });
    return new Response(request.method === 'HEAD' ? null : file.bytes, { headers: file.headers });
  };
  return {
    serve: (request) => respond(request, files.get(new URL(request.url).pathname)),
    servePage: (request, file = '/index.html') => respond(request, files.get(file)),
  };
}

function readStaticFile(path: string, address: string): StaticFile {
  const bytes = new Uint8Array(readFileSync(path));
  // The builder puts a hash of the content into the names under /assets.
  const caching = address.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  return { bytes, headers: { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream', 'cache-control': caching, etag } };
}
