// Which chunks of dist/ the last builds are made of: an owner that still runs imports those of the build it was started from.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEPT_BUILDS = 10;

/** Notes the chunks of this build, and removes those that none of the last builds has. */
export function keepChunks(directory, names) {
  const list = join(directory, 'builds.json');
  const chunks = join(directory, 'chunks');
  const present = existsSync(chunks) ? readdirSync(chunks) : [];
  // Before the list there was none: whatever lies there may belong to a running owner, and counts as a build of its own.
  const before = readBuilds(list) ?? [present.filter((name) => !names.includes(name))];
  const others = before.filter((build) => build.join() !== names.join());
  const builds = [names, ...others].slice(0, KEPT_BUILDS + 1);
  writeFileSync(`${list}.${process.pid}`, JSON.stringify(builds));
  renameSync(`${list}.${process.pid}`, list);
  const kept = new Set(builds.flat());
  for (const name of present) if (!kept.has(name)) rmSync(join(chunks, name), { force: true });
}

function readBuilds(list) {
  if (!existsSync(list)) return undefined;
  try {
    const builds = JSON.parse(readFileSync(list, 'utf8'));
    return Array.isArray(builds) ? builds.filter(Array.isArray) : undefined;
  } catch {
    return undefined;
  }
}
