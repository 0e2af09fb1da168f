import { randomUUID } from 'node:crypto';
import PQueue from 'p-queue';
import { AppError } from '../errors.ts';
import type { ApprovalRecord, ApprovalStore, PendingApproval } from './approval.ts';
import { toolName } from './catalog.ts';
import type { Call } from './gate.ts';
import { hashOf } from './signature.ts';
import type { Plan } from './tool.ts';

interface AskerParts {
  readonly approvals: Pick<ApprovalStore, 'create' | 'get' | 'list'>;
  /** The process clock, epoch milliseconds. */
  readonly processNow: () => number;
  readonly approvalHours?: number;
}

/** Stores the question about a write, with exactly what would run. */
export type Ask = (call: Call, plan: Plan) => Promise<PendingApproval>;

/** Who has more open questions than this has other troubles than a question twice. */
const LOOKED_THROUGH = 200;

export function createAsker({ approvals, processNow, approvalHours = 24 }: AskerParts): Ask {
  // One after the other: of two calls at once the second finds the question of the first.
  const line = new PQueue({ concurrency: 1 });
  return (call, plan) =>
    line.add(async () => {
      const record = toRecord(call, plan, { askedAt: processNow(), hours: approvalHours });
      const open = await findAsked(call, record);
      if (open === undefined) await approvals.create(record);
      const { id, tool, account, effect, card, input, expiresAt } = open ?? record;
      return { id, tool, account, effect, card, input, expiresAt };
    });

  async function findAsked({ request }: Call, wanted: ApprovalRecord): Promise<ApprovalRecord | undefined> {
    if (request.callId !== undefined) return findOfCall(wanted);
    // One turn, a script or an answer of a model, may mean two of the same.
    return request.turnId === undefined ? findOpen(wanted) : undefined;
  }

  /** The question of this very call, answered or not: a program that died before it knew of it asks no second one. */
  async function findOfCall({ id, userId, tool, account }: ApprovalRecord): Promise<ApprovalRecord | undefined> {
    const asked = await approvals.get(id);
    if (asked === undefined || (asked.userId === userId && asked.tool === tool && asked.account === account)) return asked;
    throw new AppError('conflict', `The call "${id}" is another one already; nothing was asked.`, {
      hint: 'Give each call an id of its own.',
    });
  }

  /** The same question that waits already: a program that calls again, instead of waiting, asks nobody twice. */
  async function findOpen(wanted: ApprovalRecord): Promise<ApprovalRecord | undefined> {
    if (wanted.conversationId !== null || wanted.toolCallId !== null) return undefined;
    const open = await approvals.list(wanted.userId, { state: 'pending', limit: LOOKED_THROUGH });
    return open.find((held) => isSame(held, wanted) && Date.parse(held.expiresAt) > processNow());
  }
}

const QUESTION = [
  'surface',
  'tool',
  'account',
  'inputHash',
  'beforeHash',
  'timeZone',
  'script',
  'undoes',
  'conversationId',
  'toolCallId',
] as const;

function isSame(held: ApprovalRecord, wanted: ApprovalRecord): boolean {
  return (
    QUESTION.every((part) => held[part] === wanted[part]) &&
    // One whose row was altered could never be answered.
    hashOf([held.account, held.tool, held.input]) === wanted.inputHash &&
    hashOf(held.projectRules) === hashOf(wanted.projectRules) &&
    // With what the person is shown: an address may have become new, or known.
    hashOf(held.card) === hashOf(wanted.card)
  );
}

function toRecord(
  { tool, request, account, context, turnId, undoing }: Call,
  { card, input, before }: Plan,
  { askedAt, hours }: { readonly askedAt: number; readonly hours: number },
): ApprovalRecord {
  return {
    id: request.callId ?? randomUUID(),
    userId: request.principal.userId,
    surface: request.surface,
    conversationId: request.conversationId ?? null,
    toolCallId: request.toolCallId ?? null,
    tool: toolName(tool),
    account: account.name,
    effect: tool.effect,
    card,
    input,
    inputHash: hashOf([account.name, toolName(tool), input]),
    beforeHash: hashOf(before),
    timeZone: context.timeZone,
    turnId,
    utterance: request.utterance ?? null,
    script: request.script ?? null,
    projectRules: request.projectRules ?? [],
    undoes: undoing?.record.id ?? null,
    state: 'pending',
    createdAt: new Date(askedAt).toISOString(),
    expiresAt: new Date(askedAt + hours * 3_600_000).toISOString(),
    decidedAt: null,
  };
}
