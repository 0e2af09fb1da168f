import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GateRequest } from './call.ts';
import { type NoteStage, openNoteStage } from './gate.fixture.ts';
import type { GateParts } from './gate.ts';
import type { Verdict } from './policy.ts';
import type { Effect } from './tool.ts';

let stage: NoteStage;
beforeAll(async () => {
  stage = await openNoteStage();
});
beforeEach(() => stage.reset());
afterAll(() => stage.store.close());

/** What the user's own file says, what the project's says, and what comes of both. */
const FILES: readonly (readonly [own: Verdict | 'nothing', project: Verdict | 'nothing', read: Verdict, write: Verdict])[] = [
  ['nothing', 'nothing', 'allow', 'ask'],
  ['nothing', 'allow', 'allow', 'ask'],
  ['nothing', 'ask', 'ask', 'ask'],
  ['nothing', 'deny', 'deny', 'deny'],
  ['allow', 'nothing', 'allow', 'allow'],
  ['allow', 'allow', 'allow', 'allow'],
  ['allow', 'ask', 'ask', 'ask'],
  ['allow', 'deny', 'deny', 'deny'],
  ['ask', 'nothing', 'ask', 'ask'],
  ['ask', 'allow', 'ask', 'ask'],
  ['ask', 'ask', 'ask', 'ask'],
  ['ask', 'deny', 'deny', 'deny'],
  ['deny', 'nothing', 'deny', 'deny'],
  ['deny', 'allow', 'deny', 'deny'],
  ['deny', 'ask', 'deny', 'deny'],
  ['deny', 'deny', 'deny', 'deny'],
];

type Way = readonly [
  name: string,
  request: Partial<GateRequest>,
  parts: Partial<GateParts>,
  outcomes: Readonly<Record<Verdict, 'done' | 'forced' | 'pending' | 'planned' | 'denied'>>,
];

/** How the call is made. A terminal and a program without one get the same answer: only the terminal can put the question. */
const WAYS: readonly Way[] = [
  ['a terminal', {}, {}, { allow: 'done', ask: 'pending', deny: 'denied' }],
  ['a script', { surface: 'lua' }, {}, { allow: 'done', ask: 'pending', deny: 'denied' }],
  ['MCP', { surface: 'mcp' }, {}, { allow: 'done', ask: 'pending', deny: 'denied' }],
  ['--yes, not allowed', { yes: true }, {}, { allow: 'done', ask: 'pending', deny: 'denied' }],
  ['--yes, allowed', { yes: true }, { allowYes: true }, { allow: 'done', ask: 'done', deny: 'denied' }],
  ['--yes by MCP', { yes: true, surface: 'mcp' }, { allowYes: true }, { allow: 'done', ask: 'pending', deny: 'denied' }],
  ['--force, not allowed', { force: true }, { allowYes: true }, { allow: 'done', ask: 'denied', deny: 'denied' }],
  ['--force, allowed', { force: true }, { allowForce: true }, { allow: 'done', ask: 'forced', deny: 'forced' }],
  ['--force by MCP', { force: true, surface: 'mcp' }, { allowForce: true }, { allow: 'done', ask: 'denied', deny: 'denied' }],
  ['--force by HTTP', { force: true, surface: 'http' }, { allowForce: true }, { allow: 'done', ask: 'denied', deny: 'denied' }],
  ['an act in the app', { surface: 'web', consent: true }, {}, { allow: 'done', ask: 'done', deny: 'denied' }],
  ['--dry-run', { dryRun: true }, {}, { allow: 'planned', ask: 'planned', deny: 'denied' }],
];

const CALLS: Readonly<Record<Effect, readonly [tool: string, input: unknown]>> = {
  read: ['notes.read_notes', {}],
  write: ['notes.add_note', { note_id: 'new', text: 'hello' }],
  destroy: ['notes.remove_note', { note_id: 'old' }],
};

describe.each(['read', 'write', 'destroy'] as const)('a call that may %s', (effect) => {
  it.each(WAYS)('by %s is allowed, asked or denied as the files say', async (_name, request, parts, outcomes) => {
    let newest = 0;
    for (const [own, project, read, write] of FILES) {
      stage.writes.length = 0;
      stage.notes.clear();
      stage.notes.set('old', { id: 'old', text: 'there' });
      const gate = stage.openGate({ ...parts, rules: own === 'nothing' ? [] : [{ tool: 'notes', verdict: own }] });
      const projectRules = project === 'nothing' ? [] : [{ rules: [{ effect, verdict: project }], source: '.kalends.json' }];
      const outcome = await gate.call(stage.call(...CALLS[effect], { ...request, projectRules }));
      const verdict = effect === 'read' ? read : write;
      const expected = outcomes[verdict];
      const found = outcome.status === 'failed' ? outcome.error.code : outcome.status;
      const at = `user ${own}, project ${project}`;
      expect({ at, found }).toEqual({ at, found: expected === 'forced' ? 'done' : expected });
      const isWritten = effect !== 'read' && (expected === 'done' || expected === 'forced');
      expect({ at, writes: stage.writes.length }).toEqual({ at, writes: isWritten ? 1 : 0 });
      const entries = await stage.store.journal.list(stage.ada.userId, { limit: 2 });
      const [entry, ...more] = entries.filter(({ id }) => id > newest);
      newest = entry?.id ?? newest;
      expect(more).toEqual([]);
      expect({ at, forced: entry?.forced }).toEqual({ at, forced: isWritten ? expected === 'forced' : undefined });
      if (outcome.status === 'planned') expect(outcome.verdict).toBe(verdict);
    }
  });
});

describe('defaults', () => {
  it('count where no rule matches, and a project’s own exceptions give nothing away', async () => {
    const gate = stage.openGate({ defaults: { write: 'allow' }, rules: [{ tool: 'notes.remove_note', verdict: 'deny' }] });
    const strict = {
      rules: [{ tool: 'add_note', verdict: 'allow' as const }],
      defaults: { write: 'deny' as const, destroy: 'allow' as const },
    };
    const statusOf = async (tool: string, projectRules: GateRequest['projectRules'] = []) => {
      const outcome = await gate.call(stage.call(tool, { note_id: tool, text: 'x' }, { projectRules }));
      return outcome.status === 'failed' ? outcome.error.code : outcome.status;
    };
    expect(await statusOf('add_note')).toBe('done');
    expect(await statusOf('send_note')).toBe('done');
    expect(await statusOf('add_note', [strict])).toBe('done');
    expect(await statusOf('send_note', [strict])).toBe('denied');
    expect(await statusOf('add_note', [strict, { rules: [], defaults: { write: 'ask' } }])).toBe('pending');
  });
});
