import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderCompatibility } from './compatibility.ts';
import { findOperation } from './operations.ts';

it('docs/compatibility.md is fresh: `node bin/compatibility.mjs` writes it', () => {
  const file = new URL('../../../docs/compatibility.md', import.meta.url);
  expect(readFileSync(file, 'utf8')).toBe(renderCompatibility());
});

it.each([
  ['GET', '/v2/organizations/7/teams/me', '/v2/organizations/{orgId}/teams/me'],
  ['GET', '/v2/organizations/7/teams/8', '/v2/organizations/{orgId}/teams/{teamId}'],
  ['GET', '/v2/schedules/default', '/v2/schedules/default'],
  ['GET', '/v2/nothing', undefined],
  ['PUT', '/v2/me', undefined],
])('%s %s means %s', (method, path, expected) => {
  expect(findOperation(method, path)?.path).toBe(expected);
});
