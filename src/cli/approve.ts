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
  const until = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
  return `Nothing was changed yet; this waits for your approval until ${until.format(new Date(expiresAt))}.\nApprove it with \`kalends approvals approve ${id}\`.`;
}
