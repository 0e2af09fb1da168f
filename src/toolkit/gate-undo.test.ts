import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { journalEntry } from '../store/sample-journal.fixture.ts';
import type { UndoRequest } from './call.ts';
import { journalIdOf, type NoteStage, openNoteStage, pendingOf } from './gate.fixture.ts';
import type { Gate } from './gate.ts';

let stage: NoteStage;
let gate: Gate;
beforeAll(async () => {
  stage = await openNoteStage();
});
beforeEach(async () => {
  await stage.reset();
  gate = stage.openGate({ rules: [{ tool: 'notes', verdict: 'allow' }] });
});
afterAll(() => stage.store.close());

const add = async (id = 'n1', text = 'hello') => journalIdOf(await gate.call(stage.call('add_note', { id, text })));
const undo = (id: number | 'last', more: Partial<UndoRequest> = {}) =>
  gate.undo({ id, principal: stage.ada, surface: 'terminal', ...more });
const failure = (code: string, message: string) => ({ status: 'failed', error: { code, message: expect.stringContaining(message) } });

describe('undo', () => {
  it('takes back what was done, by a call of its own that both entries name', async () => {
    const id = await add();
    const undone = journalIdOf(await undo(id));
    expect(stage.notes.size).toBe(0);
    const [second, first] = await stage.store.journal.list(stage.ada.userId, { limit: 5 });
    expect(first).toMatchObject({ id, tool: 'notes.add_note', undoneBy: undone, undoes: null });
    expect(second).toMatchObject({ id: undone, tool: 'notes.remove_note', undoes: id, isUndo: true, undoneBy: null });
  });

  it('is done once, and can itself be taken back once', async () => {
    const id = await add();
    const undone = journalIdOf(await undo(id));
    expect(await undo(id)).toMatchObject({
      ...failure('conflict', `was taken back already, by entry ${undone}`),
      error: { hint: expect.stringContaining(`kalends undo ${undone}`) },
    });
    const again = journalIdOf(await undo(undone));
    expect([...stage.notes.values()]).toEqual([{ id: 'n1', text: 'hello' }]);
    expect(await undo(undone)).toMatchObject(failure('conflict', 'was taken back already'));
    expect(await stage.store.journal.get(stage.ada.userId, again)).toMatchObject({ undoes: undone, isUndo: false });
  });

  it('of the last goes back write by write', async () => {
    await add('n1');
    await add('n2');
    await undo('last');
    expect([...stage.notes.keys()]).toEqual(['n1']);
    await undo('last');
    expect([...stage.notes.keys()]).toEqual([]);
    expect(await undo('last')).toMatchObject(failure('not_found', 'There is nothing to undo.'));
  });

  it('happens once, also when it is asked ten times at once', async () => {
    const id = await add();
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => undo(id)));
    expect(outcomes.filter(({ status }) => status === 'done')).toHaveLength(1);
    expect(stage.writes).toEqual(['POST n1', 'DELETE n1']);
  });

  it('is refused when the world has changed since', async () => {
    const id = await add();
    stage.notes.set('n1', { id: 'n1', text: 'changed' });
    expect(await undo(id)).toMatchObject(failure('conflict', 'was changed since'));
    expect([...stage.notes.keys()]).toEqual(['n1']);
  });

  it('asks as any other call, shows what stays, and is refused when the world changes before the answer', async () => {
    const id = await add();
    gate = stage.openGate();
    const asked = pendingOf(await undo(id));
    expect(asked).toMatchObject({ tool: 'notes.remove_note', input: { note_id: 'n1' }, effect: 'destroy' });
    expect(asked.card).toMatchObject({
      title: 'Remove n1',
      fields: [
        { label: 'Undoes', value: `entry ${id}, notes.add_note` },
        { label: 'Stays', value: 'Who read it has read it.' },
      ],
    });
    stage.notes.set('n1', { id: 'n1', text: 'changed' });
    expect(await gate.answer(asked.id, { approve: true, by: stage.ada })).toMatchObject({
      status: 'failed',
      error: { code: 'stale_approval' },
    });
    stage.notes.set('n1', { id: 'n1', text: 'hello' });
    const done = journalIdOf(await gate.answer(asked.id, { approve: true, by: stage.ada }));
    expect(await stage.store.journal.get(stage.ada.userId, id)).toMatchObject({ undoneBy: done });
  });

  it('can be rehearsed, and is denied by the policy', async () => {
    const id = await add();
    expect(await undo(id, { dryRun: true })).toMatchObject({ status: 'planned', requests: [{ method: 'DELETE', url: 'http://notes/n1' }] });
    expect(stage.notes.size).toBe(1);
    gate = stage.openGate({ rules: [{ tool: 'notes.remove_note', verdict: 'deny' }] });
    expect(await undo(id)).toMatchObject(failure('denied', 'does not allow "notes.remove_note"'));
  });

  it('can be tried again after it failed', async () => {
    const id = await add();
    await gate.call(stage.call('remove_note', { note_id: 'n1' }));
    expect(await undo(id)).toMatchObject(failure('conflict', 'is gone'));
    stage.notes.set('n1', { id: 'n1', text: 'hello' });
    stage.interfere(() => {
      throw new AppError('upstream', 'The pen broke.');
    });
    expect(await undo(id)).toMatchObject(failure('upstream', 'The pen broke.'));
    stage.interfere(() => undefined);
    expect((await undo(id)).status).toBe('done');
  });

  it('says why some things cannot be taken back', async () => {
    const sent = journalIdOf(await gate.call(stage.call('send_note', { id: 's', text: 'x' })));
    expect(await undo(sent)).toMatchObject(failure('unsupported', 'What was sent cannot be fetched back.'));
    await gate.call(stage.call('add_note', { id: 'b', text: 'broken' }));
    await gate.call(stage.call('add_note', { id: 'l', text: 'lost' }));
    const [lost, broken] = await stage.store.journal.list(stage.ada.userId, { limit: 2 });
    expect(await undo(broken?.id ?? 0)).toMatchObject(failure('unsupported', 'It failed'));
    expect(await undo(lost?.id ?? 0)).toMatchObject(failure('unsupported', 'Nobody knows'));
    await stage.store.journal.addWire([
      { userId: stage.ada.userId, at: 0, operation: 'POST /v2/bookings', effect: 'write', requestId: 'r' },
    ]);
    const [wire] = await stage.store.journal.list(stage.ada.userId, { limit: 1 });
    expect(await undo(wire?.id ?? 0)).toMatchObject(failure('unsupported', 'it was not done by a tool'));
    expect(await undo(sent, { principal: stage.bob })).toMatchObject(failure('not_found', `no entry "${sent}"`));
  });
});

describe('what a crash broke off', () => {
  const intend = async (tool: string, input: unknown, userId = stage.ada.userId) => {
    const begun = await stage.store.journal.begin(journalEntry(userId, { tool, input }));
    return begun.began ? begun.id : 0;
  };
  const principal = async (userId: number) => [stage.ada, stage.bob].find((one) => one.userId === userId);
  const reconcile = (before = Date.now() + 1) => gate.reconcile({ before, principal });
  const stateOf = async (id: number) => (await stage.store.journal.get(stage.ada.userId, id))?.state;

  it('is looked up, and written down once', async () => {
    const happened = await intend('notes.add_note', { note_id: 'a', text: 'x' });
    const not = await intend('notes.add_note', { note_id: 'b', text: 'x' });
    const unknown = await intend('notes.send_note', { note_id: 'c', text: 'x' });
    const without = await intend('notes.remove_note', { note_id: 'd' });
    const gone = await intend('notes.burn_note', { note_id: 'd' });
    stage.notes.set('a', { id: 'a', text: 'x' });
    const notices = (await Promise.all([reconcile(), reconcile()])).flat();
    expect(notices).toHaveLength(5);
    expect(notices).toContain(
      `Kalends was stopped during "notes.add_note" (entry ${happened} of the journal): it was looked up, and it had happened.`,
    );
    expect(await Promise.all([happened, not, unknown, without, gone].map(stateOf))).toEqual([
      'done',
      'failed',
      'unknown',
      'unknown',
      'unknown',
    ]);
    const lookupOf = async (id: number) => (await stage.store.journal.get(stage.ada.userId, id))?.outcome?.lookup;
    expect(await lookupOf(happened)).toEqual({
      at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/),
      how: 'The account "local" was asked and has it.',
    });
    expect((await lookupOf(not))?.how).toBe('The account "local" was asked and does not have it.');
    expect((await lookupOf(without))?.how).toBe('Nobody was asked: this tool has no way to look it up.');
    expect((await stage.store.journal.verify()).ok).toBe(true);
    expect(await reconcile()).toEqual([]);
    await undo(happened);
    expect(stage.notes.size).toBe(0);
  });

  it('is left for later while nobody answers, and while it may still run', async () => {
    const id = await intend('notes.add_note', { note_id: 'a', text: 'unreachable' });
    expect(await reconcile(0)).toEqual([]);
    expect(await reconcile()).toEqual([expect.stringContaining('cannot find out now whether it happened: Nobody answers.')]);
    expect(await stateOf(id)).toBe('intent');
  });
});

describe('an approval', () => {
  const ask = async () => pendingOf(await stage.openGate().call(stage.call('add_note', { id: 'n1', text: 'hello' })));

  it('runs exactly what was asked, or nothing when the row was altered', async () => {
    for (const change of [{ input: '{"note_id":"n2","text":"hello"}' }, { account: 'work' }, { tool: 'notes.send_note' }]) {
      const { id } = await ask();
      const [[column, value] = ['', '']] = Object.entries(change);
      await stage.store.executeSql(`update approvals set ${column} = '${value}' where id = '${id}'`);
      expect(await gate.answer(id, { approve: true, by: stage.ada })).toMatchObject({
        status: 'failed',
        error: { code: 'stale_approval' },
      });
    }
    expect(stage.writes).toEqual([]);
  });

  it('is used once, by the one who was asked, before it expires', async () => {
    const { id, expiresAt } = await ask();
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 3_600_000)).toBe(24);
    expect(await gate.answer(id, { approve: true, by: stage.bob })).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    const late = stage.openGate({ processNow: () => Date.parse(expiresAt) });
    expect(await late.answer(id, { approve: true, by: stage.ada })).toMatchObject({ status: 'failed', error: { code: 'stale_approval' } });
    const answers = await Promise.all(Array.from({ length: 5 }, () => gate.answer(id, { approve: true, by: stage.ada })));
    expect(answers.filter(({ status }) => status === 'done')).toHaveLength(1);
    expect(await gate.answer(id, { approve: true, by: stage.ada })).toMatchObject({ status: 'failed', error: { code: 'stale_approval' } });
    expect(stage.writes).toEqual(['POST n1']);
    expect(await stage.store.journal.list(stage.ada.userId, { limit: 5 })).toMatchObject([{ approvalId: id }]);
  });

  it('may last as long as is configured', async () => {
    const short = stage.openGate({ approvalHours: 1 });
    const { expiresAt } = pendingOf(await short.call(stage.call('add_note', { id: 'n1', text: 'x' })));
    expect(Math.round((Date.parse(expiresAt) - Date.now()) / 60_000)).toBe(60);
  });
});
