import { AppError, toErrorEnvelope } from '../errors.ts';
import type { LuaAnswer, LuaCall, LuaCallContext, LuaCallHandler, LuaCatalogue } from '../lua/index.ts';
import type { PlannedRequest } from '../toolkit/account.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';
import type { Catalog } from '../toolkit/catalog.ts';
import type { Gate } from '../toolkit/gate.ts';
import type { Verdict } from '../toolkit/policy.ts';
import type { Effect } from '../toolkit/tool.ts';
import { type CommandDescription, describeCommands } from './cli.ts';
import { createDocs } from './docs.ts';
import { type LuaServer, toLuaCatalogue } from './lua-catalogue.ts';
import { toLuaFailure, toPendingFailure } from './lua-failure.ts';
import { callMcpHelper, type LuaServers } from './lua-servers.ts';
import { toToolInput } from './lua-tables.ts';

/** What every call of one run has in common. */
export interface LuaCaller
  extends Pick<
    GateRequest,
    | 'principal'
    | 'account'
    | 'timeZone'
    | 'conversationId'
    | 'turnId'
    | 'utterance'
    | 'words'
    | 'script'
    | 'yes'
    | 'force'
    | 'dryRun'
    | 'projectRules'
  > {
  /** Who runs the script: a person, or somebody's agent. */
  readonly surface: 'lua' | 'mcp' | 'chat' | 'http' | 'automation';
  /** Asks the person who sits there and waits; `undefined`: they left the question open. Absent: nobody sits there. */
  readonly ask?: (approval: PendingApproval, signal: AbortSignal) => Promise<GateOutcome | undefined>;
  /** Is told of each question that stays open. */
  readonly onPending?: (approval: PendingApproval) => void;
}

/** A write that a dry run did not make. */
export interface PlannedCall {
  readonly path: string;
  readonly tool: string;
  readonly title: string;
  readonly effect: Effect;
  /** What the policy would say to it. */
  readonly verdict: Verdict;
  readonly input: unknown;
  readonly requests: readonly PlannedRequest[];
}

/** The catalogue as one script sees it: names for the engine, and what answers a call. */
export interface LuaSurface {
  readonly catalogue: LuaCatalogue;
  readonly onCall: LuaCallHandler;
  /** What a dry run would have written so far. */
  planned(): readonly PlannedCall[];
}

export interface LuaSurfaceParts {
  readonly catalog: Catalog;
  /** Of the catalogue, where somebody has them already. */
  readonly descriptions?: readonly CommandDescription[];
  readonly gate: Pick<Gate, 'call'>;
  /** Named accounts of each namespace, beside `default`. */
  readonly accounts?: Readonly<Record<string, readonly string[]>>;
  /** Servers of others, and the tools of those that were asked so far. */
  readonly foreign?: { known(): readonly LuaServer[]; readonly servers: LuaServers };
  /** Only the servers of others. */
  readonly isMcpOnly?: boolean;
}

export function createLuaSurface(parts: LuaSurfaceParts, caller: LuaCaller): LuaSurface {
  const { catalog, gate, accounts = {}, foreign, isMcpOnly = false } = parts;
  const descriptions = isMcpOnly ? [] : (parts.descriptions ?? describeCommands(catalog));
  const { ask, onPending, ...shared } = caller;
  const planned: PlannedCall[] = [];
  const docs = () =>
    createDocs({
      descriptions,
      accounts: Object.fromEntries(Object.entries(accounts).map(([name, named]) => [name, ['default', ...named]])),
    });

  async function callTool(call: LuaCall, context: LuaCallContext): Promise<LuaAnswer> {
    const name = `${call.target.namespace}.${call.target.function}`;
    const description = descriptions.find(({ tool }) => tool === name);
    const tool = catalog.find(name);
    if (description === undefined || tool === undefined) return failed(new AppError('not_found', `There is no function "${name}".`));
    const account = call.target.account ?? caller.account;
    const input = toToolInput(tool, description, call.arguments);
    return throughGate({ call, tool: name, effect: tool.effect, input, account }, context);
  }

  async function callForeign(call: LuaCall, name: string, input: unknown, context: LuaCallContext): Promise<LuaAnswer> {
    const effect =
      foreign
        ?.known()
        .flatMap(({ tools }) => tools)
        .find((tool) => tool.name === name)?.effect ?? 'write';
    return throughGate({ call, tool: name, effect, input, account: undefined }, context);
  }

  async function throughGate({ call, tool, effect, input, account }: Wanted, context: LuaCallContext): Promise<LuaAnswer> {
    const isPlanned = caller.dryRun === true && effect !== 'read';
    const outcome = await gate.call({
      ...shared,
      tool,
      input,
      dryRun: isPlanned,
      signal: context.signal,
      ...(account === undefined ? {} : { account }),
    });
    const facts = { function: tool, operation: effect === 'read' ? 'read' : 'write', effect, account: account ?? null };
    if (outcome.status !== 'pending') return answer(outcome, call, facts);
    const { approval } = outcome;
    const asked = { ...facts, approval_id: approval.id };
    const settled = ask === undefined ? undefined : await context.waiting(() => ask(approval, context.signal));
    if (settled === undefined || settled.status === 'pending') {
      const open = settled?.approval ?? approval;
      onPending?.(open);
      return { ok: false, error: toPendingFailure(open), record: { ...asked, approval_id: open.id, effect_status: 'pending' } };
    }
    return answer(settled, call, asked);
  }

  function answer(outcome: Exclude<GateOutcome, { readonly status: 'pending' }>, call: LuaCall, facts: Facts): LuaAnswer {
    const isRead = facts.effect === 'read';
    switch (outcome.status) {
      case 'done': {
        const written = outcome.journalId === undefined ? {} : { title: outcome.card.title, journal_id: outcome.journalId };
        return { ok: true, value: outcome.output, record: { ...facts, effect_status: isRead ? 'none' : 'succeeded', ...written } };
      }
      case 'planned': {
        const { input, verdict, requests, card } = outcome;
        planned.push({ path: call.path, tool: facts.function, title: card.title, effect: facts.effect, verdict, input, requests });
        const value = { dry_run: true, planned: facts.function, title: card.title, verdict, input, requests };
        return { ok: true, value, record: { ...facts, effect_status: 'planned' } };
      }
      case 'failed': {
        const error = toLuaFailure(outcome.error);
        const isUnclear = !isRead && (error.reason === 'outcome_unknown' || error.reason === 'internal');
        const status = isUnclear ? 'unknown' : error.code === 'denied' && !isRead ? 'denied' : 'none';
        return { ok: false, error, record: { ...facts, effect_status: status } };
      }
    }
  }

  function readDocs(name: string, given: Readonly<Record<string, unknown>>): unknown {
    switch (name) {
      case 'list':
        return given.namespace === undefined ? docs().list() : docs().read(String(given.namespace));
      case 'search':
        return docs().searchLines(String(given.query ?? ''), typeof given.limit === 'number' ? given.limit : undefined);
      default:
        return docs().read(String(given.page ?? 'overview'));
    }
  }

  async function dispatch(call: LuaCall, context: LuaCallContext): Promise<LuaAnswer> {
    const { kind, namespace, function: name } = call.target;
    if (kind === 'integration') return callTool(call, context);
    if (kind === 'mcp') return callForeign(call, `mcp.${namespace}.${name}`, call.arguments, context);
    if (namespace === 'docs') return { ok: true, value: readDocs(name, call.arguments) };
    return callMcpHelper(name, call.arguments, {
      servers: foreign?.servers,
      call: (tool, input) => callForeign(call, tool, input, context),
    });
  }

  return {
    get catalogue() {
      return toLuaCatalogue({ descriptions, accounts: isMcpOnly ? {} : accounts, servers: foreign?.known() ?? [] });
    },
    planned: () => planned,
    onCall: async (call, context) => {
      try {
        return await dispatch(call, context);
      } catch (error) {
        if (error instanceof AppError) return failed(error);
        throw error;
      }
    },
  };
}

interface Wanted {
  readonly call: LuaCall;
  readonly tool: string;
  readonly effect: Effect;
  readonly input: unknown;
  readonly account: string | undefined;
}

interface Facts {
  readonly function: string;
  readonly effect: Effect;
}

function failed(error: AppError): LuaAnswer {
  return { ok: false, error: toLuaFailure(toErrorEnvelope(error)) };
}
