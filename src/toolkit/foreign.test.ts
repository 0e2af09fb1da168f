import { describe, expect, it } from 'vitest';
import { checkNotRefused, effectOfForeign, isForeignName, projectOf } from './foreign.ts';
import { judge, type PolicyRule, type PolicySet, type Verdict } from './policy.ts';
import type { Effect } from './tool.ts';

const set = (...rules: PolicyRule[]): PolicySet => ({ rules, source: 'config.json' });
const project = (...rules: PolicyRule[]): PolicySet => ({ rules, source: '.kalends.json', project: '/work' });
const nothing = set();

/** What the gate makes of a call: the effect that counts, then the verdict over that and over what the server claims. */
function verdictOf(
  own: PolicySet,
  {
    name = 'mcp.notes.find',
    effect = 'read',
    input = {},
    projects = [],
  }: { name?: string; effect?: Effect; input?: unknown; projects?: PolicySet[] } = {},
): Verdict {
  const counted = effectOfForeign({ name, effect, call: { input } }, own);
  const claim = counted === effect ? {} : { claimed: effect };
  return judge(own, projects, { account: 'mcp', tool: name, effect: counted, ...claim, input }).verdict;
}

describe('what a server says of its own tools', () => {
  it.each([
    ['nothing is said', nothing, 'write'],
    ['all reads are allowed by default', { rules: [], defaults: { read: 'allow' } } as PolicySet, 'write'],
    ['reads are allowed, of nobody named', set({ effect: 'read', verdict: 'allow' }), 'write'],
    ['another server is named', set({ tool: 'mcp.other', verdict: 'allow' }), 'write'],
    ['only its writes are named', set({ tool: 'mcp.notes', effect: 'write', verdict: 'ask' }), 'write'],
    ['it is only counted', set({ tool: 'mcp.notes', limit: { count: 1, per: 'day' }, verdict: 'allow' }), 'write'],
    ['the server is named', set({ tool: 'mcp.notes', verdict: 'allow' }), 'read'],
    ['the server is named with a hyphen less', set({ tool: 'mcp.NOTES', effect: 'read', verdict: 'allow' }), 'read'],
    ['the tool is named', set({ tool: 'mcp.notes.find', verdict: 'allow' }), 'read'],
    ['it is to ask', set({ tool: 'mcp.notes', verdict: 'ask' }), 'write'],
    ['some of it is denied', set({ tool: 'mcp.notes', where: { folder: 'private' }, verdict: 'deny' }), 'write'],
    ['some of it is allowed', set({ tool: 'mcp.notes', where: { folder: null }, verdict: 'allow' }), 'write'],
    ['it is allowed on an account that it has not', set({ tool: 'mcp.notes', account: 'work', verdict: 'allow' }), 'write'],
  ] as const)('counts as read only where the own rules allow it: %s', (_what, own, effect) => {
    expect(effectOfForeign({ name: 'mcp.notes.find', effect: 'read' }, own)).toBe(effect);
  });

  it('is believed where it is to its disadvantage', () => {
    const own = set({ tool: 'mcp.notes', effect: 'read', verdict: 'allow' });
    expect(effectOfForeign({ name: 'mcp.notes.wipe', effect: 'destroy' }, own)).toBe('destroy');
    expect(effectOfForeign({ name: 'mcp.notes.add', effect: 'write' }, own)).toBe('write');
  });

  it('counts for the calls that a rule with conditions allows, and no others', () => {
    const own = set({ tool: 'mcp.notes', effect: 'read', where: { folder: 'public' }, verdict: 'allow' });
    const effectFor = (folder: string) => effectOfForeign({ name: 'mcp.notes.find', effect: 'read', call: { input: { folder } } }, own);
    expect([effectFor('public'), effectFor('private')]).toEqual(['read', 'write']);
  });
});

describe('a call of a foreign tool', () => {
  it('asks unless the own rules allow exactly it', () => {
    expect(verdictOf(nothing)).toBe('ask');
    expect(verdictOf({ rules: [], defaults: { read: 'allow', write: 'allow' } })).toBe('ask');
    expect(verdictOf(set({ effect: 'read', verdict: 'allow' }))).toBe('ask');
    const reads = set({ tool: 'mcp.notes', effect: 'read', verdict: 'allow' });
    expect([verdictOf(reads), verdictOf(reads, { effect: 'write' })]).toEqual(['allow', 'ask']);
    expect(verdictOf(set({ tool: 'mcp.notes.find', verdict: 'allow' }), { effect: 'destroy' })).toBe('allow');
  });

  it('asks where a rule speaks of it and does not hold for this call', () => {
    const some = set({ tool: 'mcp.notes', effect: 'read', where: { folder: 'public' }, verdict: 'allow' });
    expect(verdictOf(some, { input: { folder: 'public' } })).toBe('allow');
    expect(verdictOf(some, { input: { folder: 'private' } })).toBe('ask');
    expect(verdictOf(set({ tool: 'mcp.notes', account: 'work', effect: 'read', verdict: 'allow' }))).toBe('ask');
  });

  it('is never allowed by what a project forbids of it', () => {
    const projects = [project({ tool: 'mcp.notes', effect: 'read', where: { folder: 'private' }, verdict: 'deny' })];
    expect(verdictOf(nothing, { projects, input: { folder: 'private' } })).toBe('deny');
    expect(verdictOf(nothing, { projects, input: { folder: 'public' } })).toBe('ask');
  });
});

describe('a project', () => {
  const asking = [project({ tool: 'mcp.notes', verdict: 'ask' })];
  const denying = [project({ tool: 'mcp.notes', effect: 'read', verdict: 'deny' })];

  it('makes no denial of the user milder, whatever the server calls its tool', () => {
    const denials: readonly PolicySet[] = [
      set({ tool: 'mcp.notes', effect: 'write', verdict: 'deny' }),
      set({ effect: 'write', verdict: 'deny' }),
      { rules: [], defaults: { write: 'deny' } },
    ];
    for (const own of denials) {
      expect(verdictOf(own)).toBe('deny');
      for (const projects of [asking, denying, [project({ tool: 'mcp.notes', verdict: 'allow' })]]) {
        expect(verdictOf(own, { projects })).toBe('deny');
      }
    }
  });

  it('can forbid what a server calls a read, as the user can', () => {
    expect(verdictOf(nothing, { projects: denying })).toBe('deny');
    expect(verdictOf(nothing, { projects: [{ ...project(), defaults: { read: 'deny' } }] })).toBe('deny');
    expect(verdictOf(set({ tool: 'mcp.notes', effect: 'read', verdict: 'deny' }))).toBe('deny');
    expect(verdictOf({ rules: [], defaults: { read: 'deny' } })).toBe('deny');
    expect(verdictOf(nothing, { projects: denying, effect: 'write' })).toBe('ask');
  });

  it('lets the user read what they allow to be read, where it forbids changes alone', () => {
    const own = set({ tool: 'mcp.notes', effect: 'read', verdict: 'allow' });
    const projects = [project({ effect: 'write', verdict: 'deny' })];
    expect([verdictOf(own, { projects }), verdictOf(own, { projects, effect: 'write' })]).toEqual(['allow', 'deny']);
  });

  it('does not take from the user what they allow to be written', () => {
    const own = set({ tool: 'mcp.notes', effect: 'write', verdict: 'allow' });
    expect(verdictOf(own)).toBe('allow');
    expect(verdictOf(own, { projects: asking })).toBe('ask');
  });
});

describe('what no call could pass', () => {
  it('is refused before anything of the server is started', () => {
    const refused =
      (...rules: PolicyRule[]) =>
      () =>
        checkNotRefused('mcp.notes.find', set(...rules), []);
    expect(refused({ tool: 'mcp.notes', verdict: 'deny' })).toThrow('The policy does not allow "mcp.notes.find".');
    expect(refused({ tool: 'mcp', verdict: 'deny' })).toThrow();
    expect(refused({ tool: 'mcp.notes', verdict: 'deny', effect: 'write' })).not.toThrow();
    expect(refused({ tool: 'mcp.notes', verdict: 'deny', where: { folder: 'private' } })).not.toThrow();
    expect(refused({ tool: 'mcp.other', verdict: 'deny' })).not.toThrow();
    expect(() => checkNotRefused('mcp.notes.find', nothing, [project({ tool: 'mcp', verdict: 'deny' })])).toThrow(
      expect.objectContaining({ code: 'denied', hint: 'The rule is in ".kalends.json".' }),
    );
  });
});

it('knows foreign names, and the project of a call', () => {
  expect(['mcp.a.b', 'MCP.a.b', 'mcp', 'cal.mcp.x', 'mcpx.a'].map(isForeignName)).toEqual([true, true, false, false, false]);
  expect(projectOf([nothing, project()])).toBe('/work');
  expect(projectOf()).toBeUndefined();
});
