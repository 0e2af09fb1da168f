import { AppError, toErrorEnvelope } from './errors.ts';
import type { ApprovalStore } from './toolkit/approval.ts';
import type { GateOutcome } from './toolkit/call.ts';
import type { Gate } from './toolkit/gate.ts';

/** Lets what runs wait for the answer to an approval, whoever gives it and wherever. */
export interface Answers {
  /** The same gate, whose answers are heard here. */
  watch<Whole extends Pick<Gate, 'answer'>>(gate: Whole): Whole;
  /** What came of the approval; `undefined` once it was left open. */
  wait(approvalId: string, signal: AbortSignal): Promise<GateOutcome | undefined>;
  leaveOpen(approvalId: string): void;
}

/** How often it is looked whether another process has answered. */
const LOOK_EVERY_MS = 2_000;

export function createAnswers(approvals: Pick<ApprovalStore, 'get'>): Answers {
  const waiting = new Map<string, (outcome: GateOutcome | undefined) => void>();
  const settle = (id: string, outcome: GateOutcome | undefined) => waiting.get(id)?.(outcome);

  async function look(id: string): Promise<void> {
    const record = await approvals.get(id);
    if (record === undefined || record.state === 'pending') return;
    const error =
      record.state === 'denied'
        ? new AppError('denied', 'You denied this; nothing was changed.')
        : new AppError('outcome_unknown', `Approval "${id}" was answered elsewhere, and what came of it is not known here.`, {
            hint: 'See it with `kalends journal list`.',
          });
    settle(id, { status: 'failed', error: toErrorEnvelope(error) });
  }

  return {
    watch: (gate) => ({
      ...gate,
      async answer(id, answer) {
        const outcome = await gate.answer(id, answer);
        if (await isSettled(outcome, id, approvals)) settle(id, outcome);
        return outcome;
      },
    }),
    async wait(id, signal) {
      if (signal.aborted) return undefined;
      const { promise, resolve } = Promise.withResolvers<GateOutcome | undefined>();
      const leave = () => resolve(undefined);
      waiting.set(id, resolve);
      signal.addEventListener('abort', leave, { once: true });
      const timer = setInterval(() => look(id).catch(() => undefined), LOOK_EVERY_MS).unref(); // the next look may succeed
      try {
        return await promise;
      } finally {
        clearInterval(timer);
        signal.removeEventListener('abort', leave);
        waiting.delete(id);
      }
    },
    leaveOpen: (id) => settle(id, undefined),
  };
}

/** An answer by somebody whose approval it is not settles nothing. */
async function isSettled(outcome: GateOutcome, id: string, approvals: Pick<ApprovalStore, 'get'>): Promise<boolean> {
  if (outcome.status !== 'failed') return true;
  if (outcome.error.code === 'stale_approval') return true;
  return (await approvals.get(id))?.state !== 'pending';
}
