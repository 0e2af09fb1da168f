import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLua } from '../lua/index.ts';
import { type NoteStage, openNoteStage } from '../toolkit/gate.fixture.ts';
import type { GateParts } from '../toolkit/gate.ts';
import { createLuaSurface, type LuaCaller } from './lua.ts';

const lua = createLua();
let stage: NoteStage;

beforeAll(async () => {
  stage = await openNoteStage();
});
beforeEach(() => stage.reset());
afterAll(async () => {
  await lua.close();
  await stage.store.close();
});

const ALLOWED: Partial<GateParts> = { rules: [{ verdict: 'allow' }] };

function run(source: string, { caller = {}, gate = ALLOWED }: { caller?: Partial<LuaCaller>; gate?: Partial<GateParts> } = {}) {
  const surface = createLuaSurface(
    { catalog: stage.catalog, gate: stage.openGate(gate), accounts: { notes: ['work'] } },
    { principal: stage.ada, surface: 'lua', turnId: 'turn', ...caller },
  );
  return lua.run({ source, ...surface }).then((outcome) => ({ ...outcome, planned: surface.planned() }));
}

describe('a script', () => {
  it('calls functions by every name and by position', async () => {
    const { result, error } = await run(`
      local notes = app.integrations.notes
      notes.add_note("a", "one")
      notes.notes_add_note{ id = "b", text = "two" }
      app.integrations["notes.notes_add_note"]{ ["note-id"] = "c", text = "three" }
      notes.work["add-note"]{ noteId = "d", text = "four" }
      return #notes.default.read_notes()`);
    expect({ result, error }).toEqual({ result: [4], error: null });
  });

  it('gives an empty table the form that the schema wants', async () => {
    const { error } = await run('app.integrations.notes.add_note{ id = "a", text = "one", guests = {} }');
    expect(error).toBeNull();
  });

  it('is told what is wrong before anything is called', async () => {
    const { error, integration_calls: calls } = await run('app.integrations.notes.add_note{ id = "a", txt = "one" }');
    expect(error).toMatchObject({ code: 'invalid_arguments', reason: 'invalid_input', line: 1 });
    expect(calls).toMatchObject([{ function: 'notes.add_note', effect_status: 'none', status: 'error' }]);
    expect(stage.writes).toEqual([]);
    expect((await run('app.integrations.notes.add_nota{}')).error).toMatchObject({ reason: 'unknown_name' });
  });

  it('raises tables that say whose fault it was', async () => {
    const { result } = await run(`
      local ok, broken = pcall(app.integrations.notes.add_note, { id = "a", text = "broken" })
      local _, lost = pcall(app.integrations.notes.add_note, { id = "b", text = "lost" })
      return ok, broken.code, broken.status, broken.retryable, lost.reason`);
    expect(result).toEqual([false, 'upstream', 502, true, 'outcome_unknown']);
  });

  it('writes down what each call did', async () => {
    const { integration_calls: calls } = await run(`
      app.integrations.notes.add_note{ id = "a", text = "one" }
      app.integrations.notes.read_notes()
      pcall(app.integrations.notes.add_note, { id = "b", text = "lost" })`);
    expect(calls).toMatchObject([
      { function: 'notes.add_note', effect: 'write', effect_status: 'succeeded', journal_id: expect.any(Number) },
      { function: 'notes.read_notes', effect: 'read', effect_status: 'none' },
      { effect_status: 'unknown', status: 'error' },
    ]);
  });

  it('reads in a dry run, and only plans what it would write', async () => {
    const source = `
      local made = app.integrations.notes.add_note{ id = "a", text = "one" }
      return made.dry_run, #app.integrations.notes.read_notes()`;
    const { result, planned } = await run(source, { caller: { dryRun: true }, gate: {} });
    expect(result).toEqual([true, 0]);
    expect(planned).toMatchObject([
      { tool: 'notes.add_note', title: 'Add a', verdict: 'ask', requests: [{ method: 'POST', url: 'http://notes/a' }] },
    ]);
    expect(stage.writes).toEqual([]);
  });
});

describe('a write that asks', () => {
  const source = 'return app.integrations.notes.add_note{ id = "a", text = "one" }.id';

  it('raises the id of the approval where nobody sits', async () => {
    const { error, integration_calls: calls } = await run(source, { gate: {} });
    const [waiting] = await stage.store.approvals.list(stage.ada.userId, { limit: 1 });
    expect(error).toMatchObject({ code: 'approval_pending', details: { approval_id: waiting?.id } });
    expect(calls).toMatchObject([{ approval_id: waiting?.id, effect_status: 'pending' }]);
    expect(stage.writes).toEqual([]);
  });

  it('waits for the person, and goes on with what came of it', async () => {
    const gate = stage.openGate();
    const answer = (approve: boolean) => ({
      ask: (approval: { readonly id: string }) => gate.answer(approval.id, { approve, by: stage.ada }),
    });
    expect((await run(source, { caller: answer(true), gate: {} })).result).toEqual(['a']);
    await stage.reset();
    const denied = await run(source, { caller: answer(false), gate: {} });
    expect(denied.error).toMatchObject({ code: 'denied' });
    expect(denied.integration_calls).toMatchObject([{ effect_status: 'denied' }]);
    expect(stage.writes).toEqual([]);
  });

  it('leaves the question open when the person does', async () => {
    const { error } = await run(source, { caller: { ask: async () => undefined }, gate: {} });
    expect(error).toMatchObject({ code: 'approval_pending' });
  });
});

describe('docs and mcp', () => {
  it('tell a script what there is', async () => {
    const { result } = await run(
      'return docs.list(), docs.read("integrations.notes.add_note"), docs.search("remove"), #mcp.servers(), (pcall(docs.read, "nothing"))',
    );
    expect(result).toEqual([
      expect.stringContaining('notes: 4 functions'),
      expect.stringContaining('# notes.add_note'),
      expect.stringContaining('app.integrations.notes.remove_note({ note_id }) - Write. Remove a note.'),
      0,
      false,
    ]);
  });
});
