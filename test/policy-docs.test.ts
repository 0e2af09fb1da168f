import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCatalog } from '../src/toolkit/catalog.ts';
import { toKnownRules } from '../src/toolkit/policy.ts';
import { parsePolicySet, parseProjectFile } from '../src/toolkit/policy-rules.ts';
import { tools } from '../src/tools/index.ts';

it('the examples of docs/policy.md are understood, and about tools and arguments that exist', () => {
  const text = readFileSync(join(import.meta.dirname, '../docs/policy.md'), 'utf8');
  const [own, project] = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => JSON.parse(json));
  const catalog = createCatalog(tools);
  expect(toKnownRules(parsePolicySet(own, 'config.json'), catalog).rules).toHaveLength(4);
  expect(toKnownRules(parseProjectFile(project, '.kalends.json'), catalog).rules).toHaveLength(1);
});
