import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set by the build: the bundled worker's file name, which carries its hash as every chunk's does. */
declare const KALENDS_LUA_WORKER: string | undefined;

/** The worker's file: beside this one in the sources, among the chunks in `dist`. */
export function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  if (typeof KALENDS_LUA_WORKER === 'undefined') return join(dirname(here), 'worker.ts');
  const folder = dirname(here);
  return basename(folder) === 'chunks' ? join(folder, KALENDS_LUA_WORKER) : join(folder, 'chunks', KALENDS_LUA_WORKER);
}
