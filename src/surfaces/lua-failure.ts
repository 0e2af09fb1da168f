import { type ErrorCode, type ErrorEnvelope, toAppError } from '../errors.ts';
import type { LuaErrorCode, LuaFailure } from '../lua/index.ts';
import type { PendingApproval } from '../toolkit/approval.ts';

/** What a script calls an error; every other code is `upstream`, with the finer one as `reason`. */
const CODES: Partial<Record<ErrorCode, LuaErrorCode>> = {
  invalid_input: 'invalid_arguments',
  denied: 'denied',
  forbidden: 'denied',
  approval_pending: 'approval_pending',
  cancelled: 'cancelled',
};

/** The table that a failed call raises. */
export function toLuaFailure(envelope: ErrorEnvelope): LuaFailure {
  const code = CODES[envelope.code] ?? 'upstream';
  const { upstreamStatus, ...details } = envelope.details ?? {};
  const status = typeof upstreamStatus === 'number' ? upstreamStatus : code === 'upstream' ? toAppError(envelope).status : undefined;
  return {
    code,
    message: envelope.message,
    reason: envelope.code,
    retryable: envelope.retryable,
    ...(status === undefined ? {} : { status }),
    ...(envelope.hint === undefined ? {} : { hint: envelope.hint }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  };
}

/** The table that a call raises which waits for a person who is not there. */
export function toPendingFailure({ id, tool, card, expiresAt }: PendingApproval): LuaFailure {
  return {
    code: 'approval_pending',
    message: `"${tool}" waits for approval "${id}"; nothing was changed yet.`,
    reason: 'approval_pending',
    retryable: false,
    hint: `Approve it with \`kalends approvals approve ${id}\`; do not call it again.`,
    details: { approval_id: id, tool, title: card.title, expires_at: expiresAt },
  };
}
