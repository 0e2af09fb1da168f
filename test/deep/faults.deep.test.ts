import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { createService } from '../../src/server/index.ts';
import { grantCredits } from '../../src/store/credits.ts';
import { createCatalog, providerOf, toolName } from '../../src/toolkit/catalog.ts';
import { createGate, type Gate } from '../../src/toolkit/gate.ts';
import type { Clients } from '../../src/tools/clients.ts';
import { tools } from '../../src/tools/index.ts';
import { openToolStage, type ToolStage } from '../../src/tools/stage.fixture.ts';
import { type CalcomClient, createCalcomClient } from '../../src/wire/calcom/index.ts';
import { clearStage } from '../undo/clear-stage.ts';
import { type Deed, deed } from '../undo/deed.arbitrary.ts';
import { type Scene, scenes as undoableScenes } from '../undo/scenes.ts';
import { readTables } from '../undo/tables.ts';
import { FAULTS, type Fault, type FaultProxy, startFaultProxy } from './fault-proxy.ts';

const RUNS = 200;
const API_KEY = 'cal_000000000000000000000000';

/** Each charge has a reference of its own. */
let charges = 0;

/** The writes that nothing undoes have scenes too. */
const scenes: Readonly<Record<string, Scene['input']>> = {
  ...undoableScenes,
  'cal.confirm_booking': async (made, stage) => ({ booking_uid: await askFor(made, stage) }),
  'cal.decline_booking': async (made, stage) => ({ booking_uid: await askFor(made, stage), reason: made.text }),
  'cal.charge_credits': ({ count }) => {
    charges += 1;
    return { credits: count, credit_for: 'AI_AGENT', external_ref: `ref-${charges}` };
  },
  'cal.delete_private_link': async (_made, { cal }) => ({ event_type_id: 2, link_id: (await cal.createPrivateLink(2, {})).linkId }),
  'cal.api_post': ({ start, name, email, timeZone }) => ({
    path: '/bookings',
    body: { eventTypeId: 2, start, attendee: { name, email, timeZone } },
  }),
  'cal.api_patch': async ({ text }, { cal }) => {
    await cal.updateEventType(2, { description: '' });
    return { path: '/event-types/2', body: { description: `About ${text}` } };
  },
  'cal.api_delete': async (made, { cal }) => ({
    path: `/webhooks/${(await cal.createWebhook({ subscriberUrl: `https://example.com/api-${made.count}`, triggers: ['BOOKING_CREATED'], active: true })).id}`,
  }),
};

async function askFor({ start, name, email, timeZone }: Deed, { cal }: ToolStage): Promise<string> {
  const policy = { type: 'always' as const, blockUnconfirmedBookingsInBooker: false };
  const { id } = await cal.createEventType({
    title: 'Ask',
    slug: `ask-${email.split('@')[0] ?? ''}`,
    lengthInMinutes: 30,
    confirmationPolicy: policy,
  });
  // A host's own booking waits for nobody.
  return (await stranger.createBooking({ eventTypeId: id, start, attendee: { name, email, timeZone } })).uid;
}

const writes = tools.filter((tool) => providerOf(tool) === 'cal' && tool.effect !== 'read').map(toolName);

let stage: ToolStage;
let stranger: CalcomClient;
let server: Server;
let proxy: FaultProxy;
let gate: Gate;
/** What goes wrong next; nothing while the scene is set. */
let plan: readonly Fault[] = [];
let exchanges = 0;

beforeAll(async () => {
  stage = await openToolStage(tools);
  await stage.store.transaction((tx) =>
    grantCredits(tx, { userId: stage.olivia.userId, credits: 1_000_000, note: 'for charges', now: stage.clock.now }),
  );
  const service = createService({
    store: stage.store,
    now: () => stage.clock.now,
    publicUrl: 'http://cal.test',
    outgoing: createOutgoing({ allowPrivate: '127.0.0.1' }),
    rateLimit: 'off',
  });
  server = createServer(getRequestListener((request) => service.fetch(request, {}), { overrideGlobalObjects: false }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  stranger = createCalcomClient({ baseUrl: `http://127.0.0.1:${port}`, now: () => stage.clock.now });
  proxy = await startFaultProxy(port, () => {
    const fault = plan[exchanges] ?? 'none';
    exchanges += 1;
    return fault;
  });
  const cal = createCalcomClient({
    baseUrl: proxy.url,
    apiKey: API_KEY,
    now: () => stage.clock.now,
    timeoutMs: 5_000,
    retries: { settleMs: [1, 5, 20], firstDelayMs: 1, maximumDelayMs: 10 },
  });
  const clients: Clients = { cal };
  gate = createGate({
    catalog: createCatalog(tools),
    resolveAccount: () => ({ name: 'default', kind: 'hosted', provider: 'cal', clients, rehearse: () => ({ clients, requests: [] }) }),
    rules: [],
    allowYes: false,
    approvals: stage.store.approvals,
    journal: stage.store.journal,
    now: () => stage.clock.now,
    processNow: Date.now,
  });
});

afterAll(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
  await stage.close();
});

/** What the call is judged by: the tables without their ids, and what was told and charged since. */
async function readState({ news, ledger }: Marks) {
  const { db } = stage.store;
  const told = await sql`select kind, count(*)::int as count from outbox where sequence > ${news} group by kind order by kind`.execute(db);
  const charged = await sql`select coalesce(sum(amount), 0)::int as sum from credit_entries where id > ${ledger}`.execute(db);
  return { tables: await readTables(stage.store), told: told.rows, charged: charged.rows };
}

interface Marks {
  readonly news: number;
  readonly ledger: number;
}

async function readMarks(): Promise<Marks> {
  const { rows } = await sql<Marks>`select
    (select coalesce(max(sequence), 0)::int from outbox) as news,
    (select coalesce(max(id), 0)::int from credit_entries) as ledger`.execute(stage.store.db);
  return rows[0] ?? { news: 0, ledger: 0 };
}

async function play(name: string, made: Deed, faults: readonly Fault[]) {
  plan = [];
  await clearStage(stage);
  const input = await scenes[name]?.(made, stage);
  const since = await readMarks();
  const before = await readState(since);
  const [last] = await stage.store.journal.list(stage.olivia.userId, { limit: 1 });
  plan = faults;
  exchanges = 0;
  const outcome = await gate.call({ principal: stage.olivia, surface: 'terminal', tool: name, input, consent: true });
  plan = [];
  const [entry] = await stage.store.journal.list(stage.olivia.userId, { limit: 1 });
  return { outcome, before, after: await readState(since), entry: entry?.id === last?.id ? undefined : entry, seen: exchanges };
}

/** Faults of the first exchanges; most go well, so that some calls get far. */
const faults = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constant<Fault>('none') }, { weight: 2, arbitrary: fc.constantFrom(...FAULTS) }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

describe('writes through a network that fails', () => {
  it('has a scene for every write', () => {
    expect(writes.filter((name) => !(name in scenes))).toEqual([]);
  });

  it(`happen once, or not at all, and the journal knows: ${RUNS} runs`, { timeout: 1_800_000 }, async () => {
    const outcomes = { done: 0, failed: 0, unknown: 0 };
    const samples = fc.sample(fc.record({ made: deed, faults }), { numRuns: RUNS, seed: 20_300_107 });
    for (const [index, sample] of samples.entries()) {
      const name = writes[index % writes.length] ?? '';
      const told = `run ${index}: ${name} ${JSON.stringify(sample)}`;
      const clean = await play(name, sample.made, []);
      expect(clean.outcome.status, `${told} ${JSON.stringify(clean.outcome)}`).toBe('done');
      const { outcome, before, after, entry, seen } = await play(name, sample.made, sample.faults);
      const happened = JSON.stringify(after) !== JSON.stringify(before);
      expect(before, told).toEqual(clean.before);
      if (happened) expect(after, `${told}: neither as it was nor as it should be`).toEqual(clean.after);
      if (outcome.status === 'done') {
        outcomes.done += 1;
        expect(after, `${told}: said to be done`).toEqual(clean.after);
        expect(entry?.state, told).toBe('done');
      } else if (outcome.status === 'failed' && outcome.error.code === 'outcome_unknown') {
        outcomes.unknown += 1;
        expect(entry?.state, told).toBe('unknown');
      } else {
        outcomes.failed += 1;
        expect(happened, `${told}: said to have failed, ${JSON.stringify(outcome)}`).toBe(false);
        expect(entry?.state ?? 'failed', told).toBe('failed');
      }
      expect(seen, told).toBeGreaterThan(0);
    }
    // The faults bite, and most writes get through all the same.
    expect(outcomes.done).toBeGreaterThan(RUNS / 3);
    expect(outcomes.done).toBeLessThan(RUNS);
  });
});
