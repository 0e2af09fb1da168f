import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { Card } from './card.ts';
import { toolName } from './catalog.ts';
import { FOREIGN_NAMESPACE } from './foreign.ts';
import type { Call } from './gate.ts';
import type { JournalEntry, JournalOutcome, JournalStore } from './journal.ts';
import type { CallJudgement, RuleLimit } from './judge-call.ts';
import { toPlainCard } from './plain-text.ts';
import type { Plan, ToolContext } from './tool.ts';

/** How the question about a write was answered. */
export interface Answered {
  /** The policy was overridden. */
  readonly isForced: boolean;
  /** A person agreed, or it was agreed beforehand. */
  readonly isAnswered: boolean;
  readonly approvalId: string | null;
}

export interface Written extends CallResult {
  readonly journalId: number;
}

interface CallResult {
  readonly output: unknown;
  readonly card: Card;
}

/** Journals the intent, runs the tool and journals the outcome; answers a limit instead where one is reached by then. */
export type Write = (
  call: Call,
  plan: Plan,
  answered: Answered & { readonly judgement: CallJudgement },
) => Promise<Written | { readonly limit: RuleLimit }>;

export function createWriter(journal: JournalStore): Write {
  return async (call, plan, { judgement, isForced, isAnswered, approvalId }) => {
    // A write that began is finished: whoever gave it up would otherwise leave behind one that nobody knows the end of.
    const context: ToolContext = { ...call.context, signal: new AbortController().signal };
    const limits = judgement.limits.filter(({ verdict }) => !isForced && (verdict === 'deny' || !isAnswered));
    const entry = { ...toEntry(call, plan), verdict: judgement.verdict, approvalId, forced: isForced, addresses: judgement.addresses };
    const startedAt = performance.now();
    const begun = await journal.begin(entry, limits);
    if (!begun.began) {
      if ('limit' in begun) return { limit: begun.limit };
      throw new AppError('conflict', `Entry ${entry.undoes} was taken back already, by entry ${begun.undoneBy}; nothing was done now.`);
    }
    const close = (state: JournalOutcome['state'], output: unknown, error: ErrorEnvelope | null) =>
      journal.finish(begun.id, { state, output, error, durationMs: Math.round(performance.now() - startedAt) });
    let output: unknown;
    try {
      output = await call.tool.run(plan.input, context);
    } catch (cause) {
      const error = toWriteFailure(cause, call);
      const envelope = toErrorEnvelope(error);
      // A bug may have come before or after the write: nobody knows.
      const isUnclear = envelope.code === 'outcome_unknown' || envelope.code === 'internal';
      await close(isUnclear ? 'unknown' : 'failed', null, envelope);
      throw error;
    }
    await close('done', keptOf(call, output), null);
    return { ...toResult(call, output), journalId: begun.id };
  };
}

/** What a tool leaves out of the journal is known of answers of its own shape alone: of another one nothing is kept. */
function keptOf({ tool }: Call, output: unknown): unknown {
  if (tool.keep === undefined) return output;
  return tool.output.safeParse(output).success ? tool.keep(output) : null;
}

/** No answer of somebody else's server in its time says nothing about whether it wrote; Kalends asks its own services itself what became of it. */
function toWriteFailure(error: unknown, { tool }: Call): unknown {
  if (tool.namespace !== FOREIGN_NAMESPACE || !(error instanceof AppError) || error.code !== 'timeout') return error;
  return new AppError('outcome_unknown', `"${tool.name}" did not answer in time: it may have happened or not.`, {
    cause: error,
    hint: 'Look before you try again, or give it more time with "timeout" in its entry.',
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}

function toEntry(
  { tool, request, context, undoing, turnId }: Call,
  { input, before }: Plan,
): Omit<JournalEntry, 'verdict' | 'approvalId' | 'forced' | 'addresses'> {
  return {
    userId: request.principal.userId,
    surface: request.surface,
    tool: toolName(tool),
    account: context.account,
    effect: tool.effect,
    input,
    callId: context.callId,
    conversationId: request.conversationId ?? null,
    turnId,
    utterance: request.utterance ?? null,
    script: request.script ?? null,
    undoes: undoing?.record.id ?? null,
    isUndo: undoing === undefined ? false : !undoing.record.isUndo,
    before,
  };
}

/** The output as its schema has it, with its card. */
export function toResult({ tool, context }: Call, output: unknown): CallResult {
  const checked = tool.output.safeParse(output);
  if (!checked.success) {
    const message = `The answer to "${toolName(tool)}" had an unexpected shape.`;
    if (tool.effect === 'read') throw new AppError('upstream', message, { cause: checked.error });
    throw new AppError('outcome_unknown', `${message} The action itself was carried out.`, {
      cause: checked.error,
      hint: 'Look at what it changed; do not do it again.',
    });
  }
  return { output: checked.data, card: toPlainCard(tool.card(checked.data, context)) };
}
