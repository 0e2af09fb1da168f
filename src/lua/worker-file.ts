import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Set by the build: the bundled worker's file name, which carries its hash as every chunk's does. */
declare const KALENDS_LUA_WORKER: string | undefined;

export interface WorkerFile {
  readonly path: string;
  /** All that the worker has to read: itself, and the interpreter. Folders end with a separator. */
  readonly reads: readonly string[];
}

/** The worker's file: beside this one in the sources, among the chunks in `dist`. */
export function findWorkerFile(): WorkerFile {
  const folder = dirname(fileURLToPath(import.meta.url));
  // Not where a link leads to: the worker resolves the package by itself and is told to keep links.
  const packages = createRequire(import.meta.url).resolve.paths('wasmoon') ?? [];
  const interpreter = packages.map((path) => join(path, 'wasmoon')).find((path) => existsSync(path)) ?? join(folder, 'wasmoon');
  if (typeof KALENDS_LUA_WORKER === 'undefined') return { path: join(folder, 'worker.ts'), reads: [folder + sep, interpreter + sep] };
  const path = basename(folder) === 'chunks' ? join(folder, KALENDS_LUA_WORKER) : join(folder, 'chunks', KALENDS_LUA_WORKER);
  return { path, reads: [path, interpreter + sep] };
}
