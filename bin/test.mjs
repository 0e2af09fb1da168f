// `npm test`: everything that must hold, in one command on a fresh clone.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt, ensureInstalled, modernEnvironment, modernNode, root, say } from './setup.mjs';

ensureInstalled();
await ensureBuilt();
const browser = ensureBrowser();
const only = process.argv.slice(2);
if (only.length === 0) {
  step('types', ['typescript', 'bin', 'tsc'], ['-b']);
  step('lint', ['@biomejs', 'biome', 'bin', 'biome'], ['check', '.', '--error-on-warnings']);
}
step('tests', ['vitest', 'vitest.mjs'], ['run', ...only]);

function step(name, script, args) {
  say(`— ${name}`);
  const result = spawnSync(modernNode(), [join(root, 'node_modules', ...script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...modernEnvironment(), TZ: 'UTC', KALENDS_BROWSER: browser },
  });
  if (result.status !== 0) {
    say(`— ${name} failed`);
    process.exit(result.status || 1);
  }
}
