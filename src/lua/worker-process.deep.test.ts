import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLua } from './index.ts';
import { echo } from './lua.fixture.ts';
import { workersOf } from './worker-process.fixture.ts';

it('leaves no process and no descriptor behind after two hundred runs', async () => {
  // Node opens some of its own with the first process.
  const first = createLua();
  await first.run({ source: 'return 1', onCall: echo });
  await first.close();
  const lua = createLua();
  const descriptors = readdirSync('/dev/fd').length;
  for (let index = 0; index < 200; index += 1) expect((await lua.run({ source: `return ${index}`, onCall: echo })).result).toEqual([index]);
  await lua.close();
  expect(workersOf(process.pid)).toEqual([]);
  expect(readdirSync('/dev/fd').length).toBeLessThanOrEqual(descriptors);
});
