import { readFileSync } from 'node:fs';
import { besideBundle } from './runtime-files.ts';
import type { CommandDescription } from './surfaces/cli.ts';

declare const KALENDS_VERSION: string | undefined;

/** The tools as the command line knows them: written by the build, or made from the sources where those run. */
export async function loadCommandDescriptions(): Promise<readonly CommandDescription[]> {
  if (typeof KALENDS_VERSION === 'string') {
    return JSON.parse(readFileSync(besideBundle('commands.json'), 'utf8')) as readonly CommandDescription[]; // the build's own file
  }
  const [{ describeCommands }, { createCatalog }, { tools }] = await Promise.all([
    import('./surfaces/cli.ts'),
    import('./toolkit/catalog.ts'),
    import('./tools/index.ts'),
  ]);
  return describeCommands(createCatalog(tools));
}
