import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providerOf, toolName } from '../src/toolkit/catalog.ts';
import type { Gate } from '../src/toolkit/gate.ts';
import type { Principal } from '../src/toolkit/tool.ts';
import { tools } from '../src/tools/index.ts';
import { openToolStage, type ToolStage } from '../src/tools/stage.fixture.ts';
import { clearStage } from './undo/clear-stage.ts';
import { deed } from './undo/deed.arbitrary.ts';
import { roomScenes } from './undo/room-scenes.ts';
import { scenes } from './undo/scenes.ts';
import { readEventTypes, readRoomTables, readTables } from './undo/tables.ts';
import { openWherebyStage, type WherebyStage } from './whereby-stage.ts';

const undoable = tools.filter(({ undo }) => undo !== undefined && !('none' in undo));
const namesOf = (provider: 'cal' | 'whereby') => undoable.filter((tool) => providerOf(tool) === provider).map(toolName);

// A database is not put back by shrinking, so the first failure is the one to look at.
const RUNS = { numRuns: 5, seed: 20_300_107, endOnFailure: true };

describe('what is undone is as it was', () => {
  let stage: ToolStage;
  beforeAll(async () => {
    stage = await openToolStage(tools);
  });
  afterAll(() => stage.close());

  it('has a scene for every tool that can be undone', () => {
    const known = [...Object.keys(scenes), ...Object.keys(roomScenes)];
    expect(known.sort()).toEqual(undoable.map(toolName).sort());
  });

  it.each(namesOf('cal'))('%s', { timeout: 60_000 }, async (name) => {
    const read = async () => ({ ...(await readTables(stage.store)), eventTypes: await readEventTypes(stage.cal) });
    await fc.assert(
      fc.asyncProperty(deed, async (generated) => {
        await clearStage(stage);
        const input = await scenes[name]?.(generated, stage);
        await doAndUndo({ name, input, read, gate: stage.gate, principal: stage.olivia });
      }),
      RUNS,
    );
  });
});

describe('what is undone in rooms is as it was', () => {
  let stage: WherebyStage;
  beforeAll(async () => {
    stage = await openWherebyStage();
  });
  afterAll(() => stage.close());

  it.each(namesOf('whereby'))('%s', { timeout: 60_000 }, async (name) => {
    const read = () => readRoomTables(stage.whereby.store);
    await fc.assert(
      fc.asyncProperty(deed, async (generated) => {
        const input = await roomScenes[name]?.(generated, stage);
        await doAndUndo({ name, input, read, gate: stage.gate, principal: stage.principal });
      }),
      RUNS,
    );
  });
});

interface Act {
  readonly name: string;
  readonly input: unknown;
  readonly gate: Gate;
  readonly principal: Principal;
  /** The world, as far as it matters. */
  readonly read: () => Promise<unknown>;
}

async function doAndUndo({ name, input, gate, principal, read }: Act): Promise<void> {
  const before = await read();
  const done = await gate.call({ principal, surface: 'terminal', tool: name, input, consent: true });
  if (done.status !== 'done' || done.journalId === undefined) return expect.fail(`${name}: ${JSON.stringify({ input, done })}`);
  expect(await read()).not.toEqual(before);

  const asked = await gate.undo({ principal, surface: 'terminal', id: done.journalId });
  if (asked.status !== 'pending') return expect.fail(`${name}: ${JSON.stringify({ input, asked })}`);
  const undone = await gate.answer(asked.approval.id, { approve: true, by: principal });
  if (undone.status !== 'done') return expect.fail(`${name}: ${JSON.stringify({ input, undone })}`);
  expect(await read()).toEqual(before);

  // Once is enough.
  const again = await gate.undo({ principal, surface: 'terminal', id: done.journalId });
  expect(again).toMatchObject({ status: 'failed', error: { code: 'conflict' } });
}
