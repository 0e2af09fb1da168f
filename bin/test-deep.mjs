// `npm run test:deep`: fuzz, races, kills and foreign clients; minutes, not seconds. `npm run test:deep -- cal-mcp` runs only those files.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt, ensureInstalled, modernEnvironment, modernNode, root, say } from './setup.mjs';

ensureInstalled();
await ensureBuilt();
const browser = ensureBrowser();
say('— deep tests');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const result = spawnSync(modernNode(), [vitest, 'run', '--config', 'vitest.deep.config.ts', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: { ...modernEnvironment(), TZ: 'UTC', KALENDS_BROWSER: browser },
});
if (result.status !== 0) say('— deep tests failed');
process.exit(result.status ?? 1);
