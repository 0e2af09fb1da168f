import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('keeps the chunks of the ten builds before, which running owners may still import', async () => {
  // The builder is plain JavaScript.
  const { keepChunks } = (await import(new URL('../bin/builds.mjs', import.meta.url).href)) as {
    keepChunks(directory: string, names: readonly string[]): void;
  };
  const directory = mkdtempSync(join(tmpdir(), 'kalends-builds-'));
  const chunks = join(directory, 'chunks');
  mkdirSync(chunks);
  const build = (...names: string[]) => {
    for (const name of names) writeFileSync(join(chunks, name), '');
    keepChunks(directory, names);
  };
  writeFileSync(join(chunks, 'unlisted.js'), '');
  build('same.js', 'chunk-0.js');
  for (let number = 1; number <= 9; number += 1) build('same.js', `chunk-${number}.js`);
  expect(readdirSync(chunks)).toHaveLength(12);
  build('same.js', 'chunk-9.js');
  expect(readdirSync(chunks)).toContain('unlisted.js');
  build('same.js', 'chunk-10.js');
  expect(readdirSync(chunks)).not.toContain('unlisted.js');
  expect(readdirSync(chunks)).toContain('chunk-0.js');
  build('same.js', 'chunk-11.js');
  expect(readdirSync(chunks)).not.toContain('chunk-0.js');
  expect(readdirSync(chunks)).toHaveLength(12);
  rmSync(directory, { recursive: true });
});
