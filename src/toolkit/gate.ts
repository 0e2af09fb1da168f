import { randomUUID } from 'node:crypto';
import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { ResolveAccount, ResolvedAccount } from './account.ts';
import type { ApprovalRecord, ApprovalStore, PendingApproval } from './approval.ts';
import { normalizeArguments, toArguments } from './arguments.ts';
import type { GateOutcome, GateRequest } from './call.ts';
import type { Card } from './card.ts';
import { type Catalog, providerOf, toolName } from './catalog.ts';
import { describeIssues } from './issues.ts';
import type { JournalOutcome, JournalStore } from './journal.ts';
import { toPlainCard } from './plain-text.ts';
import { judge, type PolicyRule, toKnownRules, type Verdict } from './policy.ts';
import { hashOf } from './signature.ts';
import { checkTimeZone } from './time-zone.ts';
import type { Plan, Principal, Tool, ToolContext } from './tool.ts';

/** The only way to run a tool: parse, judge, plan, ask, journal the intent, run, check the output, journal the outcome. */
export interface Gate {
  call(request: GateRequest): Promise<GateOutcome>;
  /** A person's answer to a stored approval; runs exactly the approved call, once. */
  answer(approvalId: string, answer: ApprovalAnswer): Promise<GateOutcome>;
}

export interface ApprovalAnswer {
  readonly approve: boolean;
  readonly by: Principal;
  /** When given, the approval must belong to this conversation. */
  readonly conversationId?: string;
  readonly signal?: AbortSignal;
}

export interface GateParts {
  readonly catalog: Catalog;
  readonly resolveAccount: ResolveAccount;
  readonly rules: readonly PolicyRule[];
  /** Whether the user's own configuration lets `--yes` answer a question. */
  readonly allowYes: boolean;
  readonly approvals: ApprovalStore;
  readonly journal: JournalStore;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** The process clock, epoch milliseconds: approvals expire by it. */
  readonly processNow: () => number;
  /** Hours until an unanswered approval expires. */
  readonly approvalHours?: number;
}

interface Call {
  readonly tool: Tool;
  readonly request: GateRequest;
  readonly account: ResolvedAccount;
  readonly context: ToolContext;
  readonly verdict: Verdict;
}

export function createGate(parts: GateParts): Gate {
  const { catalog, approvals, journal, processNow } = parts;
  const rules = toKnownRules(parts.rules, catalog);

  async function prepare(request: GateRequest, { isRecorded = false } = {}): Promise<Call> {
    const tool = catalog.get(request.tool);
    const account = await parts.resolveAccount({ provider: providerOf(tool), name: request.account, isRecorded }, request.principal);
    if (!tool.accounts.includes(account.kind)) {
      throw new AppError('unsupported', `"${toolName(tool)}" does not work on the account "${account.name}".`);
    }
    const context: ToolContext = {
      principal: request.principal,
      account: account.name,
      clients: account.clients,
      now: parts.now(),
      timeZone: request.timeZone === undefined ? request.principal.timeZone : checkTimeZone(request.timeZone),
      signal: request.signal ?? new AbortController().signal,
      callId: randomUUID(),
    };
    const verdict = judge(rules, { account: account.name, tool: toolName(tool), effect: tool.effect });
    return { tool, request, account, context, verdict };
  }

  async function decide(call: Call): Promise<GateOutcome> {
    const { tool, request, verdict } = call;
    const input = parseInput(tool, request.input);
    if (verdict === 'deny') {
      throw new AppError('denied', `The policy does not allow "${toolName(tool)}" on the account "${call.account.name}".`, {
        hint: 'The rule is in the "policy" list of your config.json.',
      });
    }
    const planned: Plan = (await tool.plan?.(input, call.context)) ?? { card: noticeOf(tool), before: null, input };
    const plan = { ...planned, card: toPlainCard(planned.card) };
    if (request.dryRun) return { status: 'planned', input: plan.input, card: plan.card };
    const answered = request.consent === true || (request.yes === true && parts.allowYes);
    if (verdict === 'ask' && !answered) return { status: 'pending', approval: await ask(call, plan) };
    return run(call, plan.input, { before: plan.before, approvalId: null });
  }

  async function ask(call: Call, plan: Plan): Promise<PendingApproval> {
    const { tool, request, account, context } = call;
    const askedAt = processNow();
    const record: ApprovalRecord = {
      id: randomUUID(),
      userId: request.principal.userId,
      surface: request.surface,
      conversationId: request.conversationId ?? null,
      toolCallId: request.toolCallId ?? null,
      tool: toolName(tool),
      account: account.name,
      effect: tool.effect,
      card: plan.card,
      input: plan.input,
      inputHash: hashOf([account.name, toolName(tool), plan.input]),
      beforeHash: hashOf(plan.before),
      timeZone: context.timeZone,
      utterance: request.utterance ?? null,
      state: 'pending',
      createdAt: new Date(askedAt).toISOString(),
      expiresAt: new Date(askedAt + (parts.approvalHours ?? 24) * 3_600_000).toISOString(),
      decidedAt: null,
    };
    await approvals.create(record);
    const { id, tool: name, account: accountName, effect, card, input, expiresAt } = record;
    return { id, tool: name, account: accountName, effect, card, input, expiresAt };
  }

  async function run(
    call: Call,
    input: unknown,
    { before, approvalId }: { before: unknown; approvalId: string | null },
  ): Promise<GateOutcome> {
    const { tool, request } = call;
    if (tool.effect === 'read') return { status: 'done', ...finish(call, await tool.run(input, call.context)) };
    // A write that began is finished: whoever gave it up would otherwise leave behind one that nobody knows the end of.
    const context: ToolContext = { ...call.context, signal: new AbortController().signal };
    const startedAt = performance.now();
    const begun = await journal.begin({
      userId: request.principal.userId,
      surface: request.surface,
      tool: toolName(tool),
      account: context.account,
      effect: tool.effect,
      input,
      verdict: call.verdict,
      callId: context.callId,
      approvalId,
      conversationId: request.conversationId ?? null,
      turnId: null,
      utterance: request.utterance ?? null,
      script: null,
      forced: false,
      undoes: null,
      isUndo: false,
      addresses: [],
      before,
    });
    if (!begun.began) throw new AppError('conflict', 'The journal did not take the entry; nothing was changed.');
    const close = (state: JournalOutcome['state'], output: unknown, error: ErrorEnvelope | null) =>
      journal.finish(begun.id, { state, output, error, durationMs: Math.round(performance.now() - startedAt) });
    let output: unknown;
    try {
      output = await tool.run(input, context);
    } catch (error) {
      const envelope = toErrorEnvelope(error);
      await close(envelope.code === 'outcome_unknown' ? 'unknown' : 'failed', null, envelope);
      throw error;
    }
    await close('done', output, null);
    return { status: 'done', ...finish(call, output) };
  }

  async function redeem(approvalId: string, { approve, by, conversationId, signal }: ApprovalAnswer): Promise<GateOutcome> {
    const record = await approvals.get(approvalId);
    if (!record || record.userId !== by.userId || (conversationId !== undefined && record.conversationId !== conversationId)) {
      throw new AppError('not_found', `There is no approval "${approvalId}".`, {
        hint: 'List the open ones with `kalends approvals list`.',
      });
    }
    const at = processNow();
    if (record.state !== 'pending') throw alreadyAnswered(record);
    if (Date.parse(record.expiresAt) <= at) {
      throw new AppError('stale_approval', 'This approval has expired; nothing was changed.', { hint: 'Ask for it again.' });
    }
    if (!approve) {
      if (!(await approvals.settle(record.id, 'denied', at))) throw alreadyAnswered(record);
      throw new AppError('denied', 'You denied this; nothing was changed.');
    }
    const recorded: GateRequest = {
      principal: by,
      surface: record.surface,
      tool: record.tool,
      input: record.input,
      account: record.account,
      timeZone: record.timeZone,
      ...(record.conversationId === null ? {} : { conversationId: record.conversationId }),
      ...(record.utterance === null ? {} : { utterance: record.utterance }),
      ...(signal === undefined ? {} : { signal }),
    };
    const call = await prepare(recorded, { isRecorded: true });
    if (call.verdict === 'deny') throw new AppError('denied', `The policy does not allow "${record.tool}" any more; nothing was changed.`);
    const input = parseInput(call.tool, record.input);
    const plan = await call.tool.plan?.(input, call.context);
    const changed = hashOf([record.account, record.tool, record.input]) !== record.inputHash || hashOf(plan?.before) !== record.beforeHash;
    if (changed) {
      throw new AppError('stale_approval', 'What this approval was asked for has changed since; nothing was done.', {
        hint: 'Look at it again and ask anew.',
      });
    }
    if (!(await approvals.settle(record.id, 'used', at))) throw alreadyAnswered(record);
    return run(call, input, { before: plan?.before ?? null, approvalId: record.id });
  }

  return {
    call: (request) => settled(async () => decide(await prepare(request))),
    answer: (approvalId, answer) => settled(() => redeem(approvalId, answer)),
  };
}

/** Expected failures become an outcome; a bug becomes `internal` here, with its cause on the process's error stream. */
async function settled(work: () => Promise<GateOutcome>): Promise<GateOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError)) console.error(error);
    return { status: 'failed', error: toErrorEnvelope(error) };
  }
}

/** The tool's own input: arguments under their own names, other forms of them brought into its form, and the schema's word on the rest. */
function parseInput(tool: Tool, given: unknown): unknown {
  const named = normalizeArguments(given ?? {}, tool.input, tool.aliases);
  const raw = toArguments(named);
  const input = raw !== undefined && tool.accept !== undefined ? normalizeArguments(tool.accept(raw), tool.input, tool.aliases) : named;
  const parsed = tool.input.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `${toolName(tool)}: ${describeIssues(parsed.error, input)}.`, {
    hint: 'Correct the named values and try again; nothing was changed.',
  });
}

function finish(call: Call, output: unknown): { readonly output: unknown; readonly card: Card } {
  const checked = call.tool.output.safeParse(output);
  if (!checked.success) {
    const done = call.tool.effect === 'read' ? '' : ' The action itself was carried out.';
    throw new AppError('upstream', `The answer to "${toolName(call.tool)}" had an unexpected shape.${done}`, { cause: checked.error });
  }
  return { output: checked.data, card: toPlainCard(call.tool.card(checked.data, call.context)) };
}

function noticeOf(tool: Tool): Card {
  return { kind: 'notice', title: tool.summary };
}

function alreadyAnswered(record: ApprovalRecord): AppError {
  const how = record.state === 'denied' ? 'denied' : 'used';
  return new AppError('stale_approval', `This approval was already ${how}; nothing was done now.`);
}
