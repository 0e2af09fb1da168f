// Bundles the programs, the browser app and the database seed into dist/.
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { keepChunks } from './builds.mjs';
import { builtinModulesAsRead } from './builtin-modules.mjs';
import { compressFiles } from './compress.mjs';
import { modernEnvironment, modernNode, root, runModern, say, stampBuild } from './setup.mjs';

if (modernNode() !== process.execPath) {
  process.exit(await runModern([join(root, 'bin', 'build.mjs')]));
}
mkdirSync(join(root, 'dist'), { recursive: true });
const results = await Promise.allSettled([bundlePrograms(), bundleApp(), makeSeed(), copyReference(), describeCommands()]);
const failures = results.filter((result) => result.status === 'rejected');
for (const failure of failures) say(String(failure.reason?.message ?? failure.reason));
if (failures.length > 0) process.exit(1);
stampBuild();

async function bundlePrograms() {
  const { build } = await import('esbuild');
  const shared = {
    absWorkingDir: root,
    outdir: 'dist',
    bundle: true,
    format: 'esm',
    sourcemap: false,
    logLevel: 'error',
    legalComments: 'none',
  };
  const manifest = JSON.parse((await import('node:fs')).readFileSync(join(root, 'package.json'), 'utf8'));
  // The program of the processes that Lua scripts run in. The programs know its name, so that an owner of an older build goes on finding its own.
  const worker = await build({
    ...shared,
    metafile: true,
    entryPoints: { 'lua-worker': 'src/lua/worker.ts' },
    outdir: 'dist/chunks',
    entryNames: '[name]-[hash]',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: true,
    external: ['wasmoon'],
  });
  const workers = Object.keys(worker.metafile.outputs);
  const { metafile } = await build({
    ...shared,
    metafile: true,
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/index.ts' },
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    minifyWhitespace: true,
    // Packages that read files beside themselves, or are CommonJS with dynamic requires.
    external: [
      '@electric-sql/pglite',
      '@electric-sql/pglite/*',
      'pg',
      'pg-boss',
      'chrono-node',
      'rate-limiter-flexible',
      'handlebars',
      'nodemailer',
      'node-ical',
      'ipaddr.js',
      'wasmoon',
      // Starts processes by a CommonJS package.
      '@modelcontextprotocol/client',
    ],
    plugins: [builtinModulesAsRead],
    define: { KALENDS_VERSION: JSON.stringify(manifest.version), KALENDS_LUA_WORKER: JSON.stringify(basename(workers[0])) },
  });
  await build({ ...shared, entryPoints: { language: 'src/language/index.ts' }, platform: 'node', target: 'node20' });
  keepChunks(
    join(root, 'dist'),
    [...Object.keys(metafile.outputs), ...workers]
      .filter((path) => path.includes('/chunks/'))
      .map((path) => basename(path))
      .sort(),
  );
}

async function bundleApp() {
  await run(join(root, 'node_modules', 'vite', 'bin', 'vite.js'), [
    'build',
    '--config',
    'src/web/ui/vite.config.ts',
    '--logLevel',
    'error',
  ]);
  await compressFiles(join(root, 'dist', 'ui'));
}

/** The page at /docs: two files of swagger-ui-dist, whose own page would look elsewhere, and ours. */
async function copyReference() {
  const target = join(root, 'dist', 'docs');
  mkdirSync(target, { recursive: true });
  for (const name of ['swagger-ui.css', 'swagger-ui-bundle.js'])
    copyFileSync(join(root, 'node_modules', 'swagger-ui-dist', name), join(target, name));
  for (const name of ['index.html', 'page.css', 'start.js']) copyFileSync(join(root, 'src', 'web', 'reference', name), join(target, name));
  await compressFiles(target);
}

/** The tools as the command line knows them, so that no command has to load them. */
async function describeCommands() {
  const { loadCommandDescriptions } = await import(pathToFileURL(join(root, 'src', 'runtime-catalog.ts')).href);
  writeFileSync(join(root, 'dist', 'commands.json'), JSON.stringify(await loadCommandDescriptions()));
}

async function makeSeed() {
  const { buildSeedArchive } = await import(pathToFileURL(join(root, 'src', 'store', 'seed.ts')).href);
  await buildSeedArchive(join(root, 'dist', 'seed.tar.gz'));
}

function run(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: modernEnvironment(),
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${script} ended with code ${code}`))));
  });
}
