import { expect } from 'vitest';
import { createOutgoing } from '../outgoing/index.ts';
import { ensureFirstUser, furnish } from '../server/first-user.ts';
import { createService } from '../server/index.ts';
import { openStore, type Store } from '../store/store.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { createUser } from '../store/users.ts';
import type { GateOutcome } from '../toolkit/call.ts';
import type { Card } from '../toolkit/card.ts';
import { type Catalog, createCatalog } from '../toolkit/catalog.ts';
import { createGate, type Gate } from '../toolkit/gate.ts';
import type { Principal, Tool, ToolContext, UndoStep } from '../toolkit/tool.ts';
import { type CalcomClient, createCalcomClient } from '../wire/calcom/index.ts';
import type { Clients } from './clients.ts';

/** Monday. */
export const NOW = Date.parse('2030-01-07T08:00:00Z');

/** What a write did, with what is needed to take it back. */
export interface Written {
  readonly output: never;
  readonly card: Card;
  /** The card of the question. */
  readonly asked: Card;
  undo(): Promise<UndoStep>;
}

/** The tools over the in-process service: Olivia (olivia@example.com, Amsterdam) and Bob, with weekday hours and meetings of 15, 30 and 60 minutes. */
export interface ToolStage {
  readonly store: Store;
  readonly gate: Gate;
  readonly catalog: Catalog;
  readonly cal: CalcomClient;
  readonly olivia: Principal;
  readonly bob: Principal;
  /** Domain clock. */
  readonly clock: { now: number };
  /** How many of the next writes are done without their answers coming back. */
  readonly network: { lostAnswers: number };
  /** A call through the gate; a write is consented to. */
  call(tool: string, input?: unknown, options?: CallOptions): Promise<GateOutcome>;
  /** The output and card of a call that succeeds. */
  done(tool: string, input?: unknown, options?: CallOptions): Promise<{ readonly output: never; readonly card: Card }>;
  /** The error of a call that fails. */
  refused(
    tool: string,
    input?: unknown,
    options?: CallOptions,
  ): Promise<{ readonly code: string; readonly message: string; readonly hint?: string; readonly details?: unknown }>;
  write(tool: string, input: unknown, options?: CallOptions): Promise<Written>;
  /** How a write that a crash broke off would be settled now. */
  settle(tool: string, input: unknown, before?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly as?: Principal;
  readonly timeZone?: string;
  readonly dryRun?: boolean;
  /** Ask instead of consenting. */
  readonly asks?: boolean;
}

export async function openToolStage(tools: readonly Tool[]): Promise<ToolStage> {
  const store = await openStore({ memory: true, seedArchive: await testSeedArchive() });
  const clock = { now: NOW };
  const network = { lostAnswers: 0 };
  const olivia = toPrincipal(
    await ensureFirstUser(store, {
      ...{ username: 'olivia', name: 'Olivia Owner', email: 'olivia@example.com', timeZone: 'Europe/Amsterdam' },
      ...{ apiKey: 'cal_000000000000000000000000', now: NOW },
    }),
  );
  const bob = await store.transaction(async (tx) => {
    const user = await createUser(tx, {
      username: 'bob',
      name: 'Bob Babel',
      email: 'bob@example.com',
      timeZone: 'America/New_York',
      now: NOW,
    });
    await furnish(tx, user, NOW);
    return toPrincipal(user);
  });
  const service = createService({
    store,
    now: () => clock.now,
    publicUrl: 'http://cal.test',
    outgoing: createOutgoing({ allowPrivate: '127.0.0.1' }),
  });
  const clientOf = ({ userId }: Principal) =>
    createCalcomClient({
      baseUrl: 'http://kalends.local',
      fetch: async (request) => {
        const answer = await service.fetch(request, { userId });
        if (request.method === 'GET' || network.lostAnswers === 0) return answer;
        network.lostAnswers -= 1;
        throw new TypeError('fetch failed');
      },
      retries: { settleMs: [1, 1, 1], firstDelayMs: 1 },
      now: () => clock.now,
      isIdempotent: true,
    });
  const catalog = createCatalog(tools);
  const gate = createGate({
    catalog,
    resolveAccount: (_name, principal) => {
      const clients: Clients = { cal: clientOf(principal) };
      return { name: 'local', kind: 'local', provider: 'cal', clients, rehearse: () => ({ clients, requests: [] }) };
    },
    rules: [],
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now: () => clock.now,
    processNow: Date.now,
  });
  const contextOf = ({ as = olivia, timeZone = as.timeZone }: CallOptions): ToolContext<Clients> => ({
    ...{ principal: as, account: 'local', clients: { cal: clientOf(as) }, now: clock.now, timeZone },
    ...{ signal: new AbortController().signal, callId: 'call-1' },
  });
  const call: ToolStage['call'] = (tool, input = {}, { as = olivia, timeZone, dryRun = false, asks = false } = {}) =>
    gate.call({
      ...{ principal: as, surface: 'terminal', tool, input, consent: !asks, dryRun },
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  const done: ToolStage['done'] = async (tool, input, options) => {
    const outcome = await call(tool, input, options);
    if (outcome.status !== 'done') expect.fail(`${tool}: ${JSON.stringify(outcome)}`);
    return { output: outcome.output as never, card: outcome.card };
  };
  return {
    ...{ store, gate, catalog, cal: clientOf(olivia), olivia, bob, clock, network, call, done },
    async refused(tool, input, options) {
      const outcome = await call(tool, input, options);
      if (outcome.status !== 'failed') expect.fail(`${tool} was not refused: ${JSON.stringify(outcome)}`);
      return outcome.error;
    },
    async write(tool, given, options = {}) {
      const definition = catalog.get(tool);
      const context = contextOf(options);
      const accepted = definition.accept?.(given as Readonly<Record<string, unknown>>) ?? given;
      const plan = await definition.plan?.(definition.input.parse(accepted), context);
      if (plan === undefined) expect.fail(`${tool} has no plan.`);
      const { output, card } = await done(tool, plan.input, options);
      return {
        ...{ output, card, asked: plan.card },
        async undo() {
          const { undo } = definition;
          if (undo === undefined || 'none' in undo) expect.fail(`${tool} has no undo.`);
          const step = await undo.step({ input: plan.input, output: JSON.parse(JSON.stringify(output)), before: plan.before }, context);
          await done(step.tool, step.input, options);
          return step;
        },
      };
    },
    async settle(tool, input, before = null) {
      const definition = catalog.get(tool);
      return definition.settle?.({ input: definition.input.parse(input), before, callId: 'call-1', at: clock.now }, contextOf({}));
    },
    close: () => store.close(),
  };
}

function toPrincipal(
  user:
    | Principal
    | { readonly id: number; readonly username: string; readonly name: string; readonly email: string; readonly timeZone: string },
): Principal {
  const { username, name, email, timeZone } = user;
  return { userId: 'id' in user ? user.id : user.userId, username, name, email, timeZone };
}
