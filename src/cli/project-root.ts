import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The root of the repository somebody works in; the folder itself outside of one. */
export function findProjectRoot(directory = process.cwd()): string {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) return directory;
  }
}
