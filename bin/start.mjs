// `npm start`: install what is missing, build what is old, serve.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, modernNode, root, runModern } from './setup.mjs';

ensureInstalled();
await ensureBuilt();
const args = ['up', ...process.argv.slice(2)];
if (modernNode() === process.execPath) {
  const { runCommand } = await import(pathToFileURL(join(root, 'bin', 'kalends.mjs')).href);
  await runCommand(args);
} else {
  process.exitCode = await runModern([join(root, 'bin', 'kalends.mjs'), ...args]);
}
