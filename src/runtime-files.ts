import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of dist/, from the bundle that lies there itself or from the sources. */
export function besideBundle(name: string): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = here.endsWith('src') ? dirname(here) : here.replace(/[/\\]dist([/\\]chunks)?$/, '');
  return join(root, 'dist', name);
}
