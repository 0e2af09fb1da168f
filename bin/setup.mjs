// What a fresh clone needs before anything of it can run. Plain ES2022: it also runs on the system's Node 20.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const installStamp = join(root, 'node_modules', '.kalends-installed');
const buildStamp = join(root, 'dist', '.built');

/** Says what is happening, on stderr, so that standard output stays the program's. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

export function fail(text) {
  say(text);
  process.exit(1);
}

/** Installs the locked packages unless exactly these are installed already. */
export function ensureInstalled() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(installStamp) && readFileSync(installStamp, 'utf8') === wanted) return;
  say('Installing packages (once, about half a minute) …');
  // Not `npm ci`: it refuses a lockfile that names no binaries for other systems, and registries without those make npm write such a one.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (npm.error) fail(`npm could not be started (${npm.error.message}). Install Node.js with npm and try again.`);
  if (npm.status !== 0) fail('Installing the packages failed; the lines above say why. Check the network and try again.');
  writeFileSync(installStamp, wanted);
}

/** The newest Node there is: this one, or the one that the packages bring. */
export function modernNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const bundled = join(root, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(bundled)) return bundled;
  return fail(
    `Kalends needs Node 22.18 or newer; this is ${process.versions.node}. Run \`npm install\` in ${root}, which brings one, or update Node.`,
  );
}

/** The environment in which child processes find the modern Node and the packages' commands first. */
export function modernEnvironment() {
  return { ...process.env, PATH: [dirname(modernNode()), join(root, 'node_modules', '.bin'), process.env.PATH].join(':') };
}

/** Runs a script of this package on the modern Node and ends as it ends; Ctrl-C and termination reach it. */
export function runModern(args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(modernNode(), args, { cwd: root, stdio: 'inherit', env: modernEnvironment(), ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, forward);
    // The terminal sends Ctrl-C to the child as well: only wait for it.
    process.on('SIGINT', () => {});
    child.on('error', (error) => fail(`Node could not be started: ${error.message}`));
    child.on('exit', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** Runs `kalends` on the modern Node, after the first build where there was none. */
export async function setUpAndRun(args) {
  if (!existsSync(join(root, 'dist', 'cli.js'))) {
    ensureInstalled();
    await ensureBuilt();
  }
  process.exitCode = await runModern([join(root, 'bin', 'kalends.mjs'), ...args], { cwd: process.cwd() });
}

/** Builds what is older than its sources. */
export async function ensureBuilt() {
  if (existsSync(buildStamp) && statSync(buildStamp).mtimeMs > newestSource()) return;
  say('Building …');
  const code = await runModern([join(root, 'bin', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  if (code !== 0) fail('The build failed; the lines above say why.');
}

export function stampBuild() {
  mkdirSync(dirname(buildStamp), { recursive: true });
  writeFileSync(buildStamp, '');
}

function newestSource() {
  let newest = statSync(join(root, 'package-lock.json')).mtimeMs;
  for (const folder of ['src', 'bin']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.name.endsWith('.test.ts')) continue;
      newest = Math.max(newest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
    }
  }
  return newest;
}
