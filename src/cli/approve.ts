import type { ErrorEnvelope } from '../errors.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { Terminal } from './terminal.ts';

export type Answer = 'approve' | 'deny' | 'later';

/** Shows what will happen and asks the person at the terminal; y and n answer, Ctrl-C leaves the question open. */
export async function askApproval(approval: PendingApproval, terminal: Terminal): Promise<Answer> {
  const { confirm, isCancel } = await import('@clack/prompts');
  terminal.printCard(approval.card);
  const takesAway = approval.effect === 'destroy';
  const answer = await confirm({
    message: takesAway ? 'This takes something away. Do it?' : 'Do this?',
    active: 'Approve',
    inactive: 'Deny',
    initialValue: !takesAway,
  });
  if (isCancel(answer)) return 'later';
  return answer ? 'approve' : 'deny';
}

/** How a person answers a question that was left open. */
export function describePending({ id, expiresAt }: PendingApproval): string {
  return `Nothing was changed yet; this waits for your approval until ${toMoment(expiresAt)}.\nApprove it with \`kalends approvals approve ${id}\`.`;
}

/** The same for programs. */
export function toPendingEnvelope({ id, tool, expiresAt }: PendingApproval): ErrorEnvelope {
  return {
    code: 'approval_pending',
    message: `"${tool}" waits for your approval until ${toMoment(expiresAt)}; nothing was changed yet.`,
    hint: `Approve it with \`kalends approvals approve ${id}\`; do not call it again.`,
    retryable: false,
    details: { approvalId: id, tool, expiresAt },
  };
}

/** Approvals expire by the process's clock, so the system's zone is the reader's. */
function toMoment(instant: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  }).format(new Date(instant));
}
