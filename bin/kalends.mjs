#!/usr/bin/env node
// The `kalends` command: runs dist/cli.js on a Node that is new enough. Plain ES2022: the system's Node 20 reads it too.
// Every command pays for this file. It imports nothing, and gets Node's modules as `bin/builtin-modules.mjs` does for the bundle.
const bundle = new URL('../dist/cli.js', import.meta.url);

/** Runs one command line in this process; the exit code is set when it ends. */
export async function runCommand(args) {
  process.getBuiltinModule('node:module').enableCompileCache(`${import.meta.dirname}/../dist/.compile-cache`);
  const { main } = await import(bundle.href);
  process.exitCode = await main(args);
}

// `npm start` imports this file, but only on a Node that knows `import.meta.main`.
if (import.meta.main !== false) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const isModern = major > 22 || (major === 22 && minor >= 18);
  const isBuilt = isModern && process.getBuiltinModule('node:fs').existsSync(bundle);
  if (isBuilt) await runCommand(process.argv.slice(2));
  else await (await import('./setup.mjs')).setUpAndRun(process.argv.slice(2));
}
