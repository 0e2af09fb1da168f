import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import { HOSTILE_SCRIPTS } from './hostile.fixture.ts';
import { createLua } from './index.ts';

const lua = createLua({ budgets: { wallMs: 1200, memoryBytes: 24 * 1024 * 1024, calls: 30, instructions: 60_000_000 } });
const catalogue = { integrations: [{ name: 'cal', functions: [{ name: 'echo', parameters: ['value'] }] }] };

afterAll(() => lua.close());

describe.concurrent('a hostile script', { concurrent: availableParallelism() > 1 }, () => {
  it.for(HOSTILE_SCRIPTS)('ends within its limits: $name', async ({ source, ends }) => {
    const outcome = await lua.run({ source, catalogue, onCall: ({ arguments: values }) => ({ ok: true, value: values }) });
    expect(ends).toContain(outcome.error?.code ?? null);
    expect(outcome.success).toBe(outcome.error === null);
    expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
    expect(Buffer.byteLength(outcome.output)).toBeLessThanOrEqual(3 * 1024 * 1024);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });
});

describe('the battery', () => {
  it('has at least forty scripts', () => {
    expect(HOSTILE_SCRIPTS.length).toBeGreaterThanOrEqual(40);
  });

  it('leaves a service that runs the next script', async () => {
    expect((await lua.run({ source: 'return 1 + 1', onCall: () => ({ ok: true, value: null }) })).result).toEqual([2]);
  });
});
