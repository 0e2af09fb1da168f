#!/usr/bin/env node
// The `kalends` command: runs dist/cli.js on a Node that is new enough. Plain ES2022: the system's Node 20 reads it too.
import { existsSync, realpathSync } from 'node:fs';
import nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const bundle = join(dirname(here), 'dist', 'cli.js');

/** Runs one command line in this process; the exit code is set when it ends. */
export async function runCommand(args) {
  nodeModule.enableCompileCache?.(join(dirname(here), 'dist', '.compile-cache'));
  const { main } = await import(pathToFileURL(bundle).href);
  process.exitCode = await main(args);
}

if (process.argv[1] && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url))) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const modern = major > 22 || (major === 22 && minor >= 18);
  if (modern && existsSync(bundle)) {
    await runCommand(process.argv.slice(2));
  } else {
    const setup = await import('./setup.mjs');
    if (!existsSync(bundle)) {
      setup.ensureInstalled();
      await setup.ensureBuilt();
    }
    process.exitCode = await setup.runModern([fileURLToPath(import.meta.url), ...process.argv.slice(2)], { cwd: process.cwd() });
  }
}
