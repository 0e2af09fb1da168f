import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { FOREIGN_NAMESPACE, type ForeignTools } from './foreign.ts';
import { type NoteStage, openNoteStage, pendingOf } from './gate.fixture.ts';
import type { Gate } from './gate.ts';
import type { PolicyRule, PolicySet } from './policy.ts';
import { defineTool, type Tool } from './tool.ts';

let stage: NoteStage;
let calls: string[];

beforeAll(async () => {
  stage = await openNoteStage();
});
beforeEach(async () => {
  calls = [];
  await stage.reset();
});
afterAll(() => stage.store.close());

/** A server whose one tool says that it only reads, and whose answer comes too late for the word "late". */
const notes: ForeignTools = {
  async find() {
    const tool = defineTool({
      namespace: FOREIGN_NAMESPACE,
      name: 'notes.find',
      summary: 'Finds notes.',
      effect: 'read',
      accounts: ['local'],
      input: z.record(z.string(), z.unknown()),
      output: z.unknown(),
      async run({ word }) {
        calls.push(String(word));
        if (word === 'late') throw new AppError('timeout', 'The MCP server "notes" did not answer in time.');
        return 'Buy tea';
      },
      card: () => ({ kind: 'notice', title: 'notes.find' }),
    });
    const account = { name: 'mcp', kind: 'local', provider: 'mcp', clients: {}, rehearse: () => ({ clients: {}, requests: [] }) } as const;
    return { tool: tool as Tool, account };
  },
};

const gateWith = (...rules: PolicyRule[]): Gate => stage.openGate({ foreign: notes, rules });
const find = (word: string, more = {}) => stage.call('mcp.notes.find', { word }, more);
const journal = async () =>
  (await stage.store.journal.list(stage.ada.userId, { limit: 10 })).map(({ tool, effect, state }) => [tool, effect, state]);

describe('what a server says only reads', () => {
  it('is a write that stands in the journal, also where a rule is about it', async () => {
    const rules: PolicyRule[] = [
      { tool: 'mcp.notes', verdict: 'ask' },
      { tool: 'mcp.notes', where: { word: 'salary' }, verdict: 'deny' },
    ];
    const gate = gateWith(...rules);
    const { id, effect } = pendingOf(await gate.call(find('tea')));
    expect(effect).toBe('write');
    expect(await gate.answer(id, { approve: true, by: stage.ada })).toMatchObject({ status: 'done', output: 'Buy tea' });
    expect(await gate.call(find('salary'))).toMatchObject({ error: { code: 'denied' } });
    expect(await journal()).toEqual([['mcp.notes.find', 'write', 'done']]);
  });

  it('is a read where a rule of the user allows this call', async () => {
    const gate = gateWith({ tool: 'mcp.notes', where: { word: 'tea' }, verdict: 'allow' });
    expect(await gate.call(find('tea'))).toMatchObject({ status: 'done' });
    expect(pendingOf(await gate.call(find('salary')))).toMatchObject({ effect: 'write' });
    expect(await journal()).toEqual([]);
  });

  it('is denied and counted as the user said of writes, whatever a project says', async () => {
    const projectRules: readonly PolicySet[] = [
      { rules: [{ tool: 'mcp.notes', verdict: 'ask' }], source: '.kalends.json', project: '/work' },
    ];
    const denying = gateWith({ tool: 'mcp.notes', effect: 'write', verdict: 'deny' });
    expect(await denying.call(find('tea', { projectRules }))).toMatchObject({ error: { code: 'denied' } });
    const counting = gateWith({ effect: 'write', limit: { count: 0, per: 'day' } });
    expect(await counting.call(find('tea', { projectRules }))).toMatchObject({ error: { code: 'denied', details: { reason: 'limit' } } });
    expect(calls).toEqual([]);
  });
});

describe('an answer that does not come in time', () => {
  it('leaves open what a write did, and the same call is not made again', async () => {
    const gate = gateWith();
    const callId = randomUUID();
    const { id } = pendingOf(await gate.call(find('late')));
    expect(await gate.answer(id, { approve: true, by: stage.ada })).toMatchObject({
      status: 'failed',
      error: { code: 'outcome_unknown', retryable: false, message: expect.stringContaining('"notes.find"') },
    });
    for (const attempt of ['first', 'second']) {
      const outcome = await gate.call(find('late', { callId, consent: true }));
      expect([attempt, outcome]).toEqual([
        attempt,
        expect.objectContaining({ error: expect.objectContaining({ code: 'outcome_unknown' }) }),
      ]);
    }
    expect(calls).toEqual(['late', 'late']);
    expect(await journal()).toEqual([
      ['mcp.notes.find', 'write', 'unknown'],
      ['mcp.notes.find', 'write', 'unknown'],
    ]);
  });

  it('can be asked for again where the user allows it as a read', async () => {
    const gate = gateWith({ tool: 'mcp.notes', verdict: 'allow' });
    expect(await gate.call(find('late'))).toMatchObject({ error: { code: 'timeout', retryable: true } });
  });
});
