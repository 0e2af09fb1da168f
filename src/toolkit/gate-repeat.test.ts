import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type NoteStage, openNoteStage, pendingOf } from './gate.fixture.ts';
import type { Gate } from './gate.ts';

let stage: NoteStage;
let gate: Gate;

beforeAll(async () => {
  stage = await openNoteStage();
  gate = stage.openGate({ rules: [{ verdict: 'allow' }] });
});
beforeEach(() => stage.reset());
afterAll(() => stage.store.close());

const add = (callId: string, text = 'one', tool = 'add_note') => gate.call(stage.call(tool, { note_id: 'a', text }, { callId }));

/** What a killed process leaves: an intent without an outcome. */
async function breakOff(callId: string, input: { readonly note_id: string; readonly text: string }, tool = 'notes.add_note') {
  const facts = {
    surface: 'automation',
    account: 'local',
    effect: 'write',
    verdict: 'allow',
    approvalId: null,
    conversationId: null,
  } as const;
  const none = { turnId: null, utterance: null, script: null, forced: false, undoes: null, isUndo: false, addresses: [], before: null };
  await stage.store.journal.begin({ userId: stage.ada.userId, tool, input, callId, ...facts, ...none });
}

describe('a write under an id of the caller', () => {
  it('is made once, and answers the same from then on', async () => {
    const callId = randomUUID();
    const first = await add(callId);
    expect(await add(callId)).toEqual(first);
    expect(stage.writes).toEqual(['POST a']);
    await add(randomUUID());
    expect(stage.writes).toHaveLength(2);
  });

  it('is made again where it had failed', async () => {
    const callId = randomUUID();
    expect(await add(callId, 'broken')).toMatchObject({ status: 'failed', error: { code: 'upstream' } });
    expect(await add(callId)).toMatchObject({ status: 'done' });
    expect(stage.writes).toEqual(['POST a']);
  });

  it('is looked up where a crash broke it off', async () => {
    const [happened, absent] = [randomUUID(), randomUUID()];
    stage.notes.set('a', { id: 'a', text: 'one' });
    await breakOff(happened, { note_id: 'a', text: 'one' });
    expect(await add(happened)).toMatchObject({ status: 'done', output: { id: 'a', text: 'one' } });
    expect(stage.writes).toEqual([]);
    stage.notes.clear();
    await breakOff(absent, { note_id: 'a', text: 'one' });
    expect(await add(absent)).toMatchObject({ status: 'done' });
    expect(stage.writes).toEqual(['POST a']);
  });

  it('is not made again where nobody knows whether it happened', async () => {
    const callId = randomUUID();
    await breakOff(callId, { note_id: 'a', text: 'one' }, 'notes.send_note');
    expect(await add(callId, 'one', 'send_note')).toMatchObject({ status: 'failed', error: { code: 'outcome_unknown' } });
    expect(stage.writes).toEqual([]);
  });

  it('waits where it cannot be looked up now', async () => {
    const callId = randomUUID();
    await breakOff(callId, { note_id: 'a', text: 'unreachable' });
    expect(await add(callId, 'unreachable')).toMatchObject({ status: 'failed', error: { code: 'unavailable', retryable: true } });
    expect(stage.writes).toEqual([]);
  });

  it('is asked about once, also where the answer was not heard', async () => {
    const asking = stage.openGate({ rules: [{ verdict: 'ask' }] });
    const callId = randomUUID();
    const ask = (more = {}) =>
      asking.call({ ...stage.call('add_note', { note_id: 'a', text: 'one' }, { callId, turnId: 'run 7' }), ...more });
    const { id } = pendingOf(await ask());
    expect(pendingOf(await ask()).id).toBe(id);
    expect(await stage.store.approvals.list(stage.ada.userId, { limit: 10 })).toHaveLength(1);
    expect(await asking.answer(id, { approve: true, by: stage.ada })).toMatchObject({ status: 'done' });
    // Killed before it knew of the question, and answered meanwhile.
    expect(pendingOf(await ask()).id).toBe(id);
    expect(await stage.store.approvals.list(stage.ada.userId, { limit: 10 })).toMatchObject([{ id, state: 'used' }]);
    expect(await ask({ principal: stage.bob })).toMatchObject({ status: 'failed', error: { code: 'conflict' } });
    expect(stage.writes).toEqual(['POST a']);
  });

  it('is asked about once, also by two calls at the same moment', async () => {
    const asking = stage.openGate({ rules: [{ verdict: 'ask' }] });
    for (const [text, options] of [['two', { callId: randomUUID() }] as const, ['three', {}] as const]) {
      const before = await stage.store.approvals.list(stage.ada.userId, { limit: 50 });
      const both = await Promise.all([1, 2].map(() => asking.call(stage.call('add_note', { note_id: 'b', text }, options))));
      expect(new Set(both.map((outcome) => pendingOf(outcome).id)).size).toBe(1);
      expect(await stage.store.approvals.list(stage.ada.userId, { limit: 50 })).toHaveLength(before.length + 1);
    }
  });

  it("is not found by somebody else's id", async () => {
    const callId = randomUUID();
    await add(callId);
    await gate.call({ ...stage.call('add_note', { note_id: 'b', text: 'two' }, { callId }), principal: stage.bob });
    expect(stage.writes).toEqual(['POST a', 'POST b']);
  });
});
