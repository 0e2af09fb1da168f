import { DENIED, type ModelResult, toFailedResult } from '../surfaces/model.ts';
import type { ApprovalRecord, ApprovalStore } from '../toolkit/approval.ts';
import { type StoredMessage, settleQuietly, waitingCalls } from './answer.ts';
import { BROKEN_OFF } from './history.ts';
import type { ApprovalState } from './messages.ts';

export interface MendOptions {
  readonly approvals: Pick<ApprovalStore, 'get'>;
  /** Process clock, epoch milliseconds. */
  readonly now: number;
}

/**
 * A stored message brought in line with what happened outside its stream: a question answered elsewhere or expired, a call that a crash broke
 * off. Returns the same object when nothing changed. Only for messages that no turn is writing.
 */
export async function mendMessage(message: StoredMessage, { approvals, now }: MendOptions): Promise<StoredMessage> {
  if (message.role !== 'assistant') return message;
  let mended = message;
  for (const { part, data } of waitingCalls(message)) {
    const fate = fateOf(await approvals.get(data.approval.id), now);
    if (fate !== undefined) mended = settleQuietly(mended, part.toolCallId, fate.result, fate.state);
  }
  for (const part of message.parts) {
    if (part.type === 'dynamic-tool' && part.state === 'input-available') mended = settleQuietly(mended, part.toolCallId, BROKEN_OFF);
  }
  return mended;
}

function fateOf(
  record: ApprovalRecord | undefined,
  now: number,
): { readonly result: ModelResult; readonly state: ApprovalState } | undefined {
  if (record?.state === 'denied') return { result: DENIED, state: 'denied' };
  if (record?.state === 'used') return { result: RAN_ELSEWHERE, state: 'approved' };
  if (record !== undefined && Date.parse(record.expiresAt) > now) return undefined;
  return { result: EXPIRED, state: 'expired' };
}

/** The call ran, but its answer was not seen by this conversation. */
const RAN_ELSEWHERE: ModelResult = {
  status: 'unknown',
  message: 'The person approved this outside the conversation and it was run; look up what came of it.',
};

const EXPIRED: ModelResult = toFailedResult({
  code: 'stale_approval',
  message: 'The approval expired before the person answered it; nothing was changed.',
});
