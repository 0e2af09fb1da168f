import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ARROWS } from './arrows.ts';

const root = resolve(import.meta.dirname, '..');
const sources = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter((file) => !/\.(test|fixture|arbitrary)\.tsx?$/.test(file));

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

/** The most specific part of ARROWS that a file belongs to. */
function partOf(file: string): string {
  const path = relative('src', file).replace(/\.tsx?$/, '');
  const parts = Object.keys(ARROWS).filter((part) => path === part || path.startsWith(`${part}/`) || path.startsWith(`${part}-`));
  const [part] = parts.sort((a, b) => b.length - a.length);
  if (part === undefined) throw new Error(`${file} belongs to no part of test/arrows.ts`);
  return part;
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)(\s+type)?[^'";]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|^import\s+'([^']+)'/gm);
  return [...found].flatMap(([, type, fromName, dynamicName, bareName]) => {
    const name = fromName ?? dynamicName ?? bareName ?? '';
    if (!name.startsWith('.')) return [];
    const to = relative(root, resolve(root, dirname(file), name));
    return [{ file, from: partOf(file), to, isType: type !== undefined }];
  });
}

function isAllowed({ from, to, isType }: Import): boolean {
  const target = partOf(to);
  if (target === from || (from.startsWith(`${target}/`) && target === 'agent')) return true;
  const path = relative('src', to).replace(/\.tsx?$/, '');
  return (ARROWS[from] ?? []).some((arrow) => {
    const name = arrow.replace(' (types)', '');
    const reaches = target === name || path === name || (target.startsWith(`${name}/`) && name !== 'agent' && name !== 'web');
    return reaches && (isType || name === arrow);
  });
}

interface LintOverride {
  readonly includes: readonly string[];
  readonly linter: { readonly rules: { readonly style: { readonly noRestrictedImports?: unknown } } };
}

/** The same arrows in the linter's words: for each part, what may never be imported, types or not. */
function lintRules(): readonly LintOverride[] {
  const folders = Object.keys(ARROWS).filter((part) => !['errors', 'whole-file', 'config', 'runtime', 'index'].includes(part));
  return folders
    .filter((part) => !part.includes('/'))
    .map((part) => {
      const own = folders.filter((other) => other === part || other.startsWith(`${part}/`));
      const allowed = own.flatMap((name) => ARROWS[name] ?? []).map((arrow) => arrow.replace(' (types)', '').split('/')[0]);
      const forbidden = folders.filter((other) => !other.includes('/') && other !== part && !allowed.includes(other));
      const group = forbidden.flatMap((other) => [`../${other}/**`, `../../${other}/**`, `../../../${other}/**`]);
      const message = `An import that the arrows of ${part} do not name (test/arrows.ts).`;
      return {
        includes: [`src/${part}/**`, '!**/*.test.ts', '!**/*.fixture.ts'],
        linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns: [{ group, message }] } } } } },
      };
    });
}

describe('the import walls', () => {
  it('stand in the configuration of the linter too', () => {
    const { overrides } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as { overrides: readonly LintOverride[] };
    expect(overrides.filter(({ linter }) => linter.rules.style?.noRestrictedImports !== undefined)).toEqual(lintRules());
  });

  it('finds the sources', () => {
    expect(sources.length).toBeGreaterThan(40);
  });

  it('lets every part import only what its arrows name', () => {
    const broken = sources
      .filter((file) => file.endsWith('.ts') || file.endsWith('.tsx'))
      .flatMap(importsOf)
      .filter((found) => /\.tsx?$/.test(found.to) && !isAllowed(found))
      .map(({ file, to, isType }) => `${file} imports ${to}${isType ? ' (types)' : ''}`);
    expect(broken).toEqual([]);
  });

  it('keeps clocks, randomness and the process out of the pure parts', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\b|\bDate\(|\bMath\.random\b|\bprocess\.|\bsetTimeout\b|\bsetInterval\b|\bperformance\.|\bfetch\(|from 'node:|Temporal\.Now/;
    const broken = sources
      .filter((file) => /^src\/(scheduling|language)\//.test(file))
      // chrono's own interface takes a Date; it is built from the reference that was passed in.
      .filter((file) => file !== 'src/language/dates/fallback.ts')
      .filter((file) => impure.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')));
    expect(broken).toEqual([]);
  });

  it('runs tools only in the gate', () => {
    const broken = sources
      .filter((file) => !file.startsWith('src/toolkit/gate') && !file.startsWith('src/web/ui'))
      .filter((file) => /\btool\.run\(/.test(readFileSync(join(root, file), 'utf8')));
    expect(broken).toEqual([]);
  });

  it('keeps every file under 400 lines', () => {
    const long = sources.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 401);
    expect(long).toEqual([]);
  });
});
