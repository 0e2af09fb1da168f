// Writes docs/compatibility.md from the table of operations.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { modernNode, root, runModern } from './setup.mjs';

if (modernNode() !== process.execPath) {
  process.exit(await runModern([join(root, 'bin', 'compatibility.mjs')]));
}
const { renderCompatibility } = await import(pathToFileURL(join(root, 'src', 'wire', 'calcom', 'compatibility.ts')).href);
writeFileSync(join(root, 'docs', 'compatibility.md'), renderCompatibility());
