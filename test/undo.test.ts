import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerOf, toolName } from '../src/toolkit/catalog.ts';
import { tools } from '../src/tools/index.ts';
import { openToolStage, type ToolStage } from '../src/tools/stage.fixture.ts';
import { clearStage } from './undo/clear-stage.ts';
import { deed } from './undo/deed.arbitrary.ts';
import { scenes } from './undo/scenes.ts';
import { readEventTypes, readTables } from './undo/tables.ts';

/** Those of the account that holds the bookings. */
const undoable = tools.filter((tool) => providerOf(tool) === 'cal' && tool.undo !== undefined && !('none' in tool.undo)).map(toolName);

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage(tools);
});
afterAll(() => stage.close());

describe('what is undone is as it was', () => {
  it('has a scene for every tool that can be undone', () => {
    expect(Object.keys(scenes).sort()).toEqual([...undoable].sort());
  });

  it.each(undoable)('%s', { timeout: 60_000 }, async (name) => {
    await fc.assert(
      fc.asyncProperty(deed, async (generated) => {
        await clearStage(stage);
        const input = await scenes[name]?.(generated, stage);
        const before = await readAll();
        const done = await stage.gate.call({ principal: stage.olivia, surface: 'terminal', tool: name, input, consent: true });
        if (done.status !== 'done' || done.journalId === undefined) return expect.fail(`${name}: ${JSON.stringify({ input, done })}`);
        expect(await readAll()).not.toEqual(before);

        const asked = await stage.gate.undo({ principal: stage.olivia, surface: 'terminal', id: done.journalId });
        if (asked.status !== 'pending') return expect.fail(`${name}: ${JSON.stringify({ input, asked })}`);
        const undone = await stage.gate.answer(asked.approval.id, { approve: true, by: stage.olivia });
        if (undone.status !== 'done') return expect.fail(`${name}: ${JSON.stringify({ input, undone })}`);
        expect(await readAll()).toEqual(before);

        // Once is enough.
        const again = await stage.gate.undo({ principal: stage.olivia, surface: 'terminal', id: done.journalId });
        expect(again).toMatchObject({ status: 'failed', error: { code: 'conflict' } });
      }),
      // A database is not put back by shrinking, so the first failure is the one to look at.
      { numRuns: 5, seed: 20_300_107, endOnFailure: true },
    );
  });
});

async function readAll() {
  return { ...(await readTables(stage.store)), eventTypes: await readEventTypes(stage.cal) };
}
