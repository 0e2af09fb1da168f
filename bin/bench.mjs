// `npm run bench`: one table, every timing beside its bound. Run it on a quiet machine.
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, runModern } from './setup.mjs';

ensureInstalled();
await ensureBuilt();
process.exitCode = await runModern([join(root, 'bench', 'run.ts'), ...process.argv.slice(2)]);
