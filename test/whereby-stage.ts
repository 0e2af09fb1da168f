import { startWhereby, type TestWhereby, type WherebyPerson } from '../src/server/whereby/whereby.fixture.ts';
import type { GateOutcome, GateRequest } from '../src/toolkit/call.ts';
import { createCatalog } from '../src/toolkit/catalog.ts';
import { createGate, type Gate } from '../src/toolkit/gate.ts';
import type { PolicyRule } from '../src/toolkit/policy.ts';
import type { Principal } from '../src/toolkit/tool.ts';
import type { WherebyClients } from '../src/tools/clients.ts';
import { wherebyTools } from '../src/tools/whereby/index.ts';

/** The tools about rooms over a gate, a store and the embedded service. */
export interface WherebyStage {
  readonly whereby: TestWhereby;
  readonly ada: WherebyPerson;
  readonly principal: Principal;
  readonly gate: Gate;
  /** The output of a call that a person consented to; throws what it failed with. */
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  call(tool: string, input?: unknown): Promise<any>;
  outcome(tool: string, input?: unknown, request?: Partial<GateRequest>): Promise<GateOutcome>;
  close(): Promise<void>;
}

export interface WherebyStageOptions {
  readonly rules?: readonly PolicyRule[];
  /** Comes between the tools and the service. */
  readonly clients?: (clients: WherebyClients) => WherebyClients;
}

export async function openWherebyStage({ rules = [], clients = (own) => own }: WherebyStageOptions = {}): Promise<WherebyStage> {
  const whereby = await startWhereby();
  const ada = await whereby.addPerson('ada');
  const { id: userId, username, name, email, timeZone } = ada.user;
  const principal: Principal = { userId, username, name, email, timeZone };
  const own = clients({ whereby: ada.client, profile: { name, email } });
  const account = {
    name: 'local',
    kind: 'local',
    provider: 'whereby',
    clients: own,
    rehearse: () => ({ clients: own, requests: [] }),
  } as const;
  const gate = createGate({
    catalog: createCatalog(wherebyTools),
    resolveAccount: () => account,
    rules,
    allowYes: false,
    approvals: whereby.store.approvals,
    journal: whereby.store.journal,
    now: () => whereby.clock.now,
    processNow: () => whereby.clock.process,
  });
  const outcome: WherebyStage['outcome'] = (tool, input = {}, request = {}) =>
    gate.call({ principal, surface: 'terminal', tool: `whereby.${tool}`, input, ...request });

  return {
    whereby,
    ada,
    principal,
    gate,
    outcome,
    async call(tool, input) {
      const result = await outcome(tool, input, { consent: true });
      if (result.status === 'done') return result.output;
      throw Object.assign(new Error(`"${tool}" ended as ${result.status}`), 'error' in result ? result.error : {});
    },
    close: () => whereby.close(),
  };
}
