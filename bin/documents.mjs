// Writes docs/commands.md and docs/tools/ from the catalogue and the command tree.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modernNode, root, runModern } from './setup.mjs';

if (modernNode() !== process.execPath) {
  process.exit(await runModern([join(root, 'bin', 'documents.mjs')]));
}
const source = (path) => import(pathToFileURL(join(root, 'src', path)).href);
const [{ renderDocuments }, { loadCommandDescriptions }] = await Promise.all([source('cli/documents.ts'), source('runtime-catalog.ts')]);
for (const [path, text] of Object.entries(renderDocuments(await loadCommandDescriptions()))) {
  const target = join(root, 'docs', path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}
