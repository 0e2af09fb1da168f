import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors.ts';
import { openStore, type Store } from '../store/store.ts';
import { createUser } from '../store/users.ts';
import type { PlannedRequest } from './account.ts';
import type { GateRequest } from './call.ts';
import { createCatalog } from './catalog.ts';
import { createGate, type GateParts } from './gate.ts';
import { defineTool, type Principal, type ToolContext } from './tool.ts';

let store: Store;
let ada: Principal;
let bob: Principal;
/** The world the tools below read and change. */
let world = { light: 'off', runs: 0 };

beforeAll(async () => {
  store = await openStore({ memory: true });
  const create = async (username: string): Promise<Principal> => {
    const user = await createUser(store.db, { username, name: username, email: `${username}@example.com`, timeZone: 'UTC', now: 0 });
    return { userId: user.id, username, name: username, email: user.email, timeZone: 'UTC' };
  };
  ada = await create('ada');
  bob = await create('bob');
});

afterAll(() => store.close());

const card = { kind: 'notice', title: 'Light' } as const;

const readLight = defineTool({
  namespace: 'home',
  name: 'read_light',
  summary: 'Read the light.',
  effect: 'read',
  accounts: ['local'],
  input: z.strictObject({}),
  output: z.string(),
  run: async () => world.light,
  card: () => card,
});

const setLight = defineTool({
  namespace: 'home',
  name: 'set_light',
  summary: 'Set the light.',
  effect: 'write',
  accounts: ['local'],
  input: z.strictObject({ to: z.enum(['on', 'off', 'broken', 'lost']) }),
  output: z.string(),
  async plan(input) {
    return { card, before: world.light, input };
  },
  async run({ to }, { clients }: ToolContext<Lamp>) {
    if (to === 'broken') throw new AppError('upstream', 'The lamp is broken.');
    if (to === 'lost') throw new AppError('outcome_unknown', 'Nobody knows.');
    clients.set(to);
    return to;
  },
  card: () => card,
});

interface Lamp {
  set(to: string): void;
}

const lamp: Lamp = {
  set(to) {
    world = { light: to, runs: world.runs + 1 };
  },
};

function rehearse() {
  const requests: PlannedRequest[] = [];
  const set = (to: string) => {
    requests.push({ method: 'PUT', url: 'http://home/light', headers: {}, body: { to } });
    throw new Error('It is only rehearsed.');
  };
  return { clients: { set } satisfies Lamp, requests };
}

function openGate(parts: Partial<GateParts> = {}) {
  world = { light: 'off', runs: 0 };
  return createGate({
    catalog: createCatalog([readLight, setLight]),
    resolveAccount: ({ name, provider }) => ({
      name: name ?? 'local',
      kind: 'local',
      provider,
      clients: lamp,
      rehearse,
    }),
    rules: [],
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now: () => 0,
    processNow: () => Date.now(),
    ...parts,
  });
}

const call = (tool: string, input: unknown, more: Partial<GateRequest> = {}): GateRequest => ({
  principal: ada,
  surface: 'terminal',
  tool,
  input,
  ...more,
});

async function ask(gate: ReturnType<typeof openGate>, input: unknown = { to: 'on' }) {
  const outcome = await gate.call(call('set_light', input));
  if (outcome.status !== 'pending') throw new Error(`expected a question, got ${outcome.status}`);
  return outcome.approval;
}

describe('the gate', () => {
  it('runs reads at once', async () => {
    expect(await openGate().call(call('home.read_light', {}))).toEqual({ status: 'done', output: 'off', card });
  });

  it('names the value at fault in an input and runs nothing', async () => {
    const gate = openGate();
    expect(await gate.call(call('set_light', { to: 'blue' }))).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_input', message: expect.stringContaining('"to"') },
    });
    expect(world.runs).toBe(0);
  });

  it('suggests names for a tool it does not know', async () => {
    expect(await openGate().call(call('get_light', {}))).toMatchObject({
      status: 'failed',
      error: { code: 'not_found', hint: expect.stringContaining('home.read_light') },
    });
  });

  it('asks before a write and runs it once it is approved', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    expect(world.runs).toBe(0);
    expect(await gate.answer(approval.id, { approve: true, by: ada })).toMatchObject({ status: 'done', output: 'on' });
    expect(world).toEqual({ light: 'on', runs: 1 });
  });

  it('asks once for what a program calls again', async () => {
    const gate = openGate();
    const first = await ask(gate);
    expect((await ask(gate)).id).toBe(first.id);
    expect((await ask(gate, { to: 'off' })).id).not.toBe(first.id);
    const others = [
      call('set_light', { to: 'on' }, { principal: bob }),
      call('set_light', { to: 'on' }, { surface: 'mcp' }),
      call('set_light', { to: 'on' }, { conversationId: 'c1', toolCallId: 't1' }),
      call('set_light', { to: 'on' }, { projectRules: [{ rules: [{ effect: 'read', verdict: 'deny' }] }] }),
    ];
    const ids = (await Promise.all(others.map((other) => gate.call(other)))).map((outcome) =>
      outcome.status === 'pending' ? outcome.approval.id : outcome.status,
    );
    expect(new Set([first.id, ...ids]).size).toBe(5);
    world = { ...world, light: 'dim' };
    expect((await ask(gate)).id).not.toBe(first.id);
    expect(await gate.answer(first.id, { approve: false, by: ada })).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  });

  it('asks twice where one turn means two of the same', async () => {
    const gate = openGate();
    const twice = await Promise.all([1, 2].map(() => gate.call(call('set_light', { to: 'off' }, { turnId: 'one turn' }))));
    const ids = twice.map((outcome) => (outcome.status === 'pending' ? outcome.approval.id : outcome.status));
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('runs nothing when the person denies', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    expect(await gate.answer(approval.id, { approve: false, by: ada })).toMatchObject({ status: 'failed', error: { code: 'denied' } });
    expect(await gate.answer(approval.id, { approve: true, by: ada })).toMatchObject({
      status: 'failed',
      error: { code: 'stale_approval' },
    });
    expect(world.runs).toBe(0);
  });

  it('redeems an approval once, also when it is answered ten times at once', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => gate.answer(approval.id, { approve: true, by: ada })));
    expect(outcomes.filter((outcome) => outcome.status === 'done')).toHaveLength(1);
    expect(world.runs).toBe(1);
  });

  it('refuses an approval of somebody else, of another conversation, and one that does not exist', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    const refusals = await Promise.all([
      gate.answer(approval.id, { approve: true, by: bob }),
      gate.answer(approval.id, { approve: true, by: ada, conversationId: 'another' }),
      gate.answer('nothing', { approve: true, by: ada }),
    ]);
    for (const refusal of refusals) expect(refusal).toMatchObject({ status: 'failed', error: { code: 'not_found' } });
    expect(world.runs).toBe(0);
  });

  it('refuses an approval when its target changed after the question', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    world = { ...world, light: 'dimmed' };
    expect(await gate.answer(approval.id, { approve: true, by: ada })).toMatchObject({
      status: 'failed',
      error: { code: 'stale_approval' },
    });
    expect(world.runs).toBe(0);
  });

  it('refuses an approval whose stored input was altered', async () => {
    const gate = openGate();
    const approval = await ask(gate);
    await store.db.updateTable('approvals').set({ input_hash: 'altered' }).where('id', '=', approval.id).execute();
    expect(await gate.answer(approval.id, { approve: true, by: ada })).toMatchObject({
      status: 'failed',
      error: { code: 'stale_approval' },
    });
    expect(world.runs).toBe(0);
  });

  it('refuses an expired approval', async () => {
    let clock = Date.now();
    const gate = openGate({ processNow: () => clock });
    const approval = await ask(gate);
    clock += 25 * 3_600_000;
    expect(await gate.answer(approval.id, { approve: true, by: ada })).toMatchObject({
      status: 'failed',
      error: { code: 'stale_approval', message: expect.stringContaining('expired') },
    });
  });

  it('lets --yes answer only where the configuration allows it', async () => {
    expect(await openGate().call(call('set_light', { to: 'on' }, { yes: true }))).toMatchObject({ status: 'pending' });
    expect(await openGate({ allowYes: true }).call(call('set_light', { to: 'on' }, { yes: true }))).toMatchObject({ status: 'done' });
  });

  it('denies by policy whatever the caller says, and an approval given before the rule', async () => {
    const rules = [{ tool: 'home.set_light', verdict: 'deny' as const }];
    const gate = openGate();
    const approval = await ask(gate);
    const strict = openGate({ rules, allowYes: true });
    expect(await strict.call(call('set_light', { to: 'on' }, { yes: true, consent: true }))).toMatchObject({
      status: 'failed',
      error: { code: 'denied' },
    });
    expect(await strict.answer(approval.id, { approve: true, by: ada })).toMatchObject({ status: 'failed', error: { code: 'denied' } });
    expect(world.runs).toBe(0);
  });

  it('plans without running on a dry run', async () => {
    expect(await openGate().call(call('set_light', { to: 'on' }, { dryRun: true }))).toEqual({
      status: 'planned',
      input: { to: 'on' },
      card,
      verdict: 'ask',
      requests: [{ method: 'PUT', url: 'http://home/light', headers: {}, body: { to: 'on' } }],
    });
    expect(world.runs).toBe(0);
  });

  it('journals a write before and after it runs, also when it fails or nobody knows', async () => {
    const gate = openGate();
    for (const to of ['on', 'broken', 'lost']) await gate.call(call('set_light', { to }, { consent: true, utterance: 'light, please' }));
    const rows = await store.journal.list(ada.userId, { limit: 3 });
    expect(rows.map(({ state, input, before, utterance }) => ({ state, input, before, utterance }))).toEqual([
      { state: 'unknown', input: { to: 'lost' }, before: 'on', utterance: 'light, please' },
      { state: 'failed', input: { to: 'broken' }, before: 'on', utterance: 'light, please' },
      { state: 'done', input: { to: 'on' }, before: 'off', utterance: 'light, please' },
    ]);
  });
});

describe('an answer of an unexpected shape', () => {
  const odd = async (): Promise<string> => JSON.parse('7');

  it('is not worth another try where the action was carried out', async () => {
    async function run(...[, { clients }]: Parameters<typeof setLight.run>) {
      clients.set('on');
      return odd();
    }
    const gate = openGate({ catalog: createCatalog([defineTool({ ...setLight, run })]) });
    const callId = randomUUID();
    const setOn = () => gate.call(call('set_light', { to: 'on' }, { consent: true, callId }));
    const error = {
      code: 'outcome_unknown',
      message: 'The answer to "home.set_light" had an unexpected shape. The action itself was carried out.',
      retryable: false,
    };
    expect(await setOn()).toMatchObject({ status: 'failed', error });
    expect(await setOn()).toMatchObject({ status: 'failed', error });
    expect(world.runs).toBe(1);
    expect(await store.journal.list(ada.userId, { limit: 1 })).toMatchObject([{ state: 'done', callId }]);
  });

  it('is not kept where the tool keeps a part of its answers', async () => {
    const catalog = createCatalog([defineTool({ ...setLight, run: odd, keep: (output) => output.toUpperCase() })]);
    await openGate({ catalog }).call(call('set_light', { to: 'on' }, { consent: true }));
    expect(await store.journal.list(ada.userId, { limit: 1 })).toMatchObject([{ state: 'done', outcome: { output: null } }]);
  });

  it('may be another one the next time where nothing was changed', async () => {
    const gate = openGate({ catalog: createCatalog([defineTool({ ...readLight, run: odd })]) });
    const error = { code: 'upstream', message: 'The answer to "home.read_light" had an unexpected shape.', retryable: true };
    expect(await gate.call(call('read_light', {}))).toMatchObject({ status: 'failed', error });
  });
});

describe('what a caller brings along', () => {
  it('is refused with the value at fault', async () => {
    const outcome = await openGate().call(call('set_light', { to: 'purple' }));
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'invalid_input' } });
    expect(outcome.status === 'failed' && outcome.error.message).toContain('"to" ("purple")');
  });

  it('is refused when its time zone is none', async () => {
    expect(await openGate().call(call('read_light', {}, { timeZone: 'Mars/Olympus' }))).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_input', message: '"Mars/Olympus" is not a time zone.' },
    });
  });

  it('cannot break off a write that began', async () => {
    const caller = new AbortController();
    const stubborn = defineTool({
      ...setLight,
      name: 'set_slowly',
      async run(_input, { signal }) {
        caller.abort();
        return signal.aborted ? 'broken off' : 'finished';
      },
    });
    const gate = openGate({ catalog: createCatalog([stubborn]) });
    const outcome = await gate.call(call('set_slowly', { to: 'on' }, { consent: true, signal: caller.signal }));
    expect(outcome).toMatchObject({ status: 'done', output: 'finished' });
  });
});

describe('a policy', () => {
  it('may name a tool by its short name', async () => {
    const gate = openGate({ rules: [{ tool: 'set_light', verdict: 'deny' }] });
    expect(await gate.call(call('home.set_light', { to: 'on' }))).toMatchObject({ status: 'failed', error: { code: 'denied' } });
  });

  it('about a tool that does not exist is refused: it would never hold', () => {
    expect(() => openGate({ rules: [{ tool: 'home.set_lihgt', verdict: 'deny' }] })).toThrow(
      'has a rule about "home.set_lihgt", and there is no such tool.',
    );
  });
});

describe('a card', () => {
  it('is shown without what could hide or reorder a part of it', async () => {
    const tricky = defineTool({ ...setLight, plan: async (input) => ({ card: { ...card, title: 'A\u202E\nB' }, before: null, input }) });
    const gate = openGate({ catalog: createCatalog([tricky]) });
    expect((await ask(gate)).card.title).toBe('A B');
  });
});
