import { randomUUID } from 'node:crypto';
import { AppError, toErrorEnvelope } from '../errors.ts';
import type { ResolveAccount, ResolvedAccount } from './account.ts';
import type { ApprovalRecord, ApprovalStore } from './approval.ts';
import type { GateOutcome, GateRequest, UndoRequest } from './call.ts';
import type { Card } from './card.ts';
import { providerOf, toolName } from './catalog.ts';
import { checkNotRefused, effectOfForeign, type ForeignTools, isForeignName, projectOf } from './foreign.ts';
import { rehearse } from './gate-rehearsal.ts';
import { type Answered, createWriter, toResult } from './gate-write.ts';
import { parseInput, withMore } from './input.ts';
import type { JournalRecord } from './journal.ts';
import { beyondLimit, type CallJudgement, createJudge, type JudgedCall, type JudgeParts } from './judge-call.ts';
import { toPlainCard } from './plain-text.ts';
import { createAsker } from './question.ts';
import { type ReconcileOptions, reconcile, settleOne } from './reconcile.ts';
import { hashOf } from './signature.ts';
import { checkTimeZone } from './time-zone.ts';
import type { Plan, Principal, ToolContext } from './tool.ts';
import { addressesOf, toUndoStep } from './undo-step.ts';
import { tellAccount } from './upstream-hint.ts';

/** The only way to run a tool: parse, judge, plan, ask, journal the intent, run, check the output, journal the outcome. */
export interface Gate {
  call(request: GateRequest): Promise<GateOutcome>;
  /** A person's answer to a stored approval; runs exactly the approved call, once. */
  answer(approvalId: string, answer: ApprovalAnswer): Promise<GateOutcome>;
  /** Takes back what the journal has, by a call that goes through the gate itself. */
  undo(request: UndoRequest): Promise<GateOutcome>;
  /** Finds the writes that a crash broke off and looks what became of them; answers sentences about what it found. */
  reconcile(options: ReconcileOptions): Promise<readonly string[]>;
}

export interface ApprovalAnswer {
  readonly approve: boolean;
  readonly by: Principal;
  /** When given, the approval must belong to this conversation. */
  readonly conversationId?: string;
  readonly signal?: AbortSignal;
}

export interface GateParts extends JudgeParts {
  readonly resolveAccount: ResolveAccount;
  /** Tools of other people's servers; absent: there are none. */
  readonly foreign?: ForeignTools;
  /** Whether the user's own configuration lets `--yes` answer a question. */
  readonly allowYes: boolean;
  /** Whether the user's own configuration lets `--force` override the policy. */
  readonly allowForce?: boolean;
  readonly approvals: ApprovalStore;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  /** The process clock, epoch milliseconds: approvals expire and limits are counted by it. */
  readonly processNow: () => number;
  /** Hours until an unanswered approval expires. */
  readonly approvalHours?: number;
}

/** A call with everything it runs on. */
export interface Call extends Omit<JudgedCall, 'account'> {
  readonly account: ResolvedAccount;
  readonly context: ToolContext;
  /** The entry it takes back, and what stays although it is taken back. */
  readonly undoing?: Undoing;
}

export interface Undoing {
  readonly record: JournalRecord;
  readonly caveats: readonly string[];
}

/** Where a person sits, or a script of theirs: only from there can the policy be overridden. */
const FORCING: readonly GateRequest['surface'][] = ['terminal', 'lua'];
/** Where a person can have said yes beforehand. */
const ANSWERING: readonly GateRequest['surface'][] = [...FORCING, 'chat'];

export function createGate(parts: GateParts): Gate {
  const { catalog, approvals, journal, processNow } = parts;
  const judge = createJudge(parts);
  const write = createWriter(journal);
  const ask = createAsker(parts);

  async function prepare(
    request: GateRequest,
    { isRecorded = false, undoing }: { isRecorded?: boolean; undoing?: Undoing } = {},
  ): Promise<Call> {
    const { tool, account, ...claim } = await targetOf(request, isRecorded);
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
      callId: request.callId ?? randomUUID(),
    };
    const turnId = request.turnId ?? context.callId;
    return {
      tool,
      request,
      account,
      context,
      turnId,
      ...claim,
      ...(undoing === undefined ? {} : { undoing, known: addressesOf(undoing.record) }),
    };
  }

  async function targetOf(request: GateRequest, isRecorded: boolean): Promise<Pick<Call, 'tool' | 'account' | 'claimed'>> {
    const { tool: name, principal, projectRules = [] } = request;
    if (parts.foreign !== undefined && isForeignName(name)) {
      if (request.force !== true) checkNotRefused(name, parts, projectRules);
      const { tool, account } = await parts.foreign.find({ name, principal, project: projectOf(projectRules) });
      const { effect: claimed } = tool;
      const effect = effectOfForeign({ name: toolName(tool), effect: claimed, call: { input: request.input ?? {} } }, parts);
      return { tool: { ...tool, effect }, account, ...(effect === claimed ? {} : { claimed }) };
    }
    const tool = catalog.get(name);
    return { tool, account: await parts.resolveAccount({ provider: providerOf(tool), name: request.account, isRecorded }, principal) };
  }

  async function decide(call: Call): Promise<GateOutcome> {
    const { request } = call;
    const judged = toJudged(call);
    const input = await readInput(call);
    const first = judge.first(judged, input);
    // What is refused in any case is not even looked up.
    if (first.denial !== undefined) checkForce(call, first.denial);
    const plan = await planOf(call, input);
    const judgement = await judge.consider(judged, plan.input);
    const isForced = judgement.verdict !== 'allow' && request.force === true && mayForce(call);
    if (judgement.denial !== undefined && !isForced) checkForce(call, judgement.denial);
    const shown = { ...plan, card: toShownCard(plan.card, call, judgement) };
    if (request.dryRun) return rehearse(call, shown, judgement.verdict);
    if (request.force === true && !isForced && judgement.verdict === 'ask') throw forceRefused(call);
    const yes = request.consent === true || (request.yes === true && parts.allowYes && ANSWERING.includes(request.surface));
    if (judgement.verdict === 'ask' && !isForced && !yes) return { status: 'pending', approval: await ask(call, shown) };
    return run(call, shown, { judgement, isForced, isAnswered: yes, approvalId: null });
  }

  async function readInput(call: Call): Promise<unknown> {
    const { tool, request, context } = call;
    try {
      return parseInput(tool, request.input);
    } catch (refusal) {
      // Nobody looks anything up for a call that is refused in any case.
      const isDenied = judge.first(toJudged(call), request.input).denial !== undefined;
      throw isDenied ? refusal : await withMore(refusal, { tool, given: request.input, context });
    }
  }

  /** What came of the same call, where it was begun before. */
  async function madeBefore(call: Call): Promise<GateOutcome | undefined> {
    const { request, tool } = call;
    if (request.callId === undefined || tool.effect === 'read' || request.dryRun === true) return undefined;
    const { userId } = request.principal;
    const known = await journal.findCall(userId, request.callId);
    if (known?.state === 'intent') await settleOne(parts, known, request.principal);
    const record = known?.state === 'intent' ? await journal.get(userId, known.id) : known;
    if (record === undefined || record.state === 'failed') return undefined;
    if (record.state === 'done') return { status: 'done', ...toResult(call, record.outcome?.output), journalId: record.id };
    throw new AppError('outcome_unknown', `Whether "${toolName(tool)}" happened before is not known; it was not done again.`, {
      hint: `See entry ${record.id} of the journal, and look at the service.`,
    });
  }

  /** Passes where the person may override the refusal and does. */
  function checkForce(call: Call, denial: AppError): void {
    if (call.request.force !== true) throw denial;
    if (!mayForce(call)) throw forceRefused(call);
  }

  function mayForce({ request }: Call): boolean {
    return parts.allowForce === true && FORCING.includes(request.surface);
  }

  function forceRefused({ request, tool }: Call): AppError {
    const isPlace = FORCING.includes(request.surface);
    return new AppError('denied', `"${toolName(tool)}" was not forced${isPlace ? '' : `: nothing is, by way of "${request.surface}"`}.`, {
      hint: isPlace
        ? 'Say "allowForce": true in your own config.json first, or do without --force and answer the question.'
        : 'Answer the question instead.',
    });
  }

  async function planOf({ tool, context }: Call, input: unknown): Promise<Plan> {
    return (await tool.plan?.(input, context)) ?? { card: { kind: 'notice', title: tool.summary }, before: null, input };
  }

  async function run(call: Call, plan: Plan, answered: Answered & { readonly judgement: CallJudgement }): Promise<GateOutcome> {
    if (call.tool.effect === 'read') {
      const result = toResult(call, await call.tool.run(plan.input, call.context));
      judge.saw(toJudged(call), result.output);
      return { status: 'done', ...result };
    }
    const written = await write(call, plan, answered);
    if ('limit' in written) {
      // Others were faster: there were fewer when it was judged.
      if (written.limit.verdict === 'deny') throw beyondLimit(written.limit);
      return { status: 'pending', approval: await ask(call, plan) };
    }
    judge.saw(toJudged(call), written.output);
    return { status: 'done', ...written };
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
    const undone = record.undoes === null ? undefined : await journal.get(record.userId, record.undoes);
    const undoing = undone === undefined ? {} : { undoing: { record: undone, caveats: [] } };
    const call = await prepare(toRequest(record, by, signal), { isRecorded: true, ...undoing });
    return atAccount(call, () => carryOut(record, call, at));
  }

  /** Exactly what was approved, if the world is still as it was then. */
  async function carryOut(record: ApprovalRecord, call: Call, at: number): Promise<GateOutcome> {
    const input = parseInput(call.tool, record.input);
    const { denial } = judge.first(toJudged(call), input);
    if (denial !== undefined) {
      throw new AppError('denied', `The policy does not allow "${record.tool}" any more; nothing was changed.`, { cause: denial });
    }
    const plan = await planOf(call, input);
    const changed = hashOf([record.account, record.tool, record.input]) !== record.inputHash || hashOf(plan.before) !== record.beforeHash;
    if (changed) {
      throw new AppError('stale_approval', 'What this approval was asked for has changed since; nothing was done.', {
        hint: 'Look at it again and ask anew.',
      });
    }
    const judgement = await judge.consider(toJudged(call), input);
    if (judgement.denial !== undefined) throw judgement.denial;
    if (!(await approvals.settle(record.id, 'used', at))) throw alreadyAnswered(record);
    // Whatever the plan would make of it now.
    return run(call, { ...plan, input }, { judgement, isForced: false, isAnswered: true, approvalId: record.id });
  }

  async function undo({ id, ...request }: UndoRequest): Promise<GateOutcome> {
    const { userId } = request.principal;
    const record = id === 'last' ? await journal.lastUndoable(userId) : await journal.get(userId, id);
    if (record === undefined) {
      throw new AppError('not_found', id === 'last' ? 'There is nothing to undo.' : `The journal has no entry "${id}".`, {
        hint: 'See what was done with `kalends journal list`.',
      });
    }
    const { account, tool: name } = record;
    const recorded = record.surface === 'wire' ? undefined : catalog.find(name);
    if (recorded === undefined) {
      const why = isForeignName(name)
        ? 'the server of somebody else did it.'
        : name === 'scripts.run'
          ? 'it is the run of a script; take back its writes, each by its own entry.'
          : 'it was not done by a tool of Kalends.';
      throw new AppError('unsupported', `Entry ${record.id} (${name}) cannot be undone: ${why}`);
    }
    const done = await prepare({ ...request, tool: name, account, input: {} }, { isRecorded: true });
    const { tool, input, caveats } = await atAccount(done, () => toUndoStep(record, recorded, done.context));
    const call = await prepare({ ...request, tool, account, input }, { isRecorded: true, undoing: { record, caveats } });
    return atAccount(call, () => decide(call));
  }

  return {
    call: (request) =>
      settled(async () => {
        const call = await prepare(request);
        return atAccount(call, async () => (await madeBefore(call)) ?? decide(call));
      }),
    answer: (approvalId, answer) => settled(() => redeem(approvalId, answer)),
    undo: (request) => settled(() => undo(request)),
    reconcile: (options) => reconcile({ ...parts, catalog, journal }, options),
  };
}

/** What fails at the account of a call says which one it was. */
async function atAccount<Result>({ account }: Call, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw tellAccount(error, account);
  }
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

function toJudged(call: Call): JudgedCall {
  return { ...call, account: call.account.name };
}

/** The call an approval was stored for, as it was made. */
function toRequest(record: ApprovalRecord, principal: Principal, signal: AbortSignal | undefined): GateRequest {
  const { surface, tool, input, account, timeZone, turnId, conversationId, utterance, script, projectRules } = record;
  return {
    principal,
    surface,
    tool,
    input,
    account,
    timeZone,
    projectRules,
    ...(turnId === null ? {} : { turnId }),
    ...(conversationId === null ? {} : { conversationId }),
    ...(utterance === null ? {} : { utterance }),
    ...(script === null ? {} : { script }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/** What a person must know before they agree: what it takes back, what stays all the same, and which addresses came from nowhere they know. */
function toShownCard(card: Card, { undoing }: Call, { warnings }: CallJudgement): Card {
  const undo =
    undoing === undefined
      ? []
      : [
          { label: 'Undoes', value: `entry ${undoing.record.id}, ${undoing.record.tool}` },
          ...undoing.caveats.map((caveat) => ({ label: 'Stays', value: caveat })),
        ];
  const fields = [...(card.fields ?? []), ...undo, ...warnings];
  return toPlainCard(fields.length === 0 ? card : { ...card, fields });
}

function alreadyAnswered(record: ApprovalRecord): AppError {
  const how = record.state === 'denied' ? 'denied' : 'used';
  return new AppError('stale_approval', `This approval was already ${how}; nothing was done now.`, {
    hint: 'See what came of it with `kalends journal list`.',
  });
}
