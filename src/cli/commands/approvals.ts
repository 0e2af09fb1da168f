import { AppError } from '../../errors.ts';
import type { PendingApproval } from '../../toolkit/approval.ts';
import { answerApproval } from '../call.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import { positional } from './values.ts';

export async function listApprovals(terminal: Terminal): Promise<number> {
  const { approvals } = await reachOwner(terminal).json<{ approvals: readonly PendingApproval[] }>('/owner/approvals');
  if (terminal.isJson) {
    terminal.printJson(approvals);
  } else if (approvals.length === 0) {
    terminal.print('Nothing waits for your approval.');
  } else {
    for (const approval of approvals) {
      terminal.printCard({ ...approval.card, fields: [...(approval.card.fields ?? []), { label: 'Approval', value: approval.id }] });
    }
    terminal.say('Answer with `kalends approvals approve ID` or `kalends approvals deny ID`.');
  }
  return 0;
}

/** Takes a whole id, or the start of one that names exactly one open approval. */
export async function answer(approve: boolean, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const wanted = positional(positionals, 'approval id');
  const owner = reachOwner(terminal);
  const { approvals } = await owner.json<{ approvals: readonly PendingApproval[] }>('/owner/approvals');
  const matches = approvals.filter(({ id }) => id.startsWith(wanted));
  if (matches.length > 1)
    throw new AppError('invalid_input', `"${wanted}" is the start of ${matches.length} approvals.`, { hint: 'Write more of the id.' });
  const id = matches[0]?.id ?? wanted;
  if (approve) return answerApproval(id, true, terminal, owner);
  try {
    return await answerApproval(id, false, terminal, owner);
  } catch (error) {
    // The gate answers a refusal with `denied`; here it is what was wanted.
    if (!(error instanceof AppError && error.code === 'denied')) throw error;
    if (terminal.isJson) terminal.printJson({ status: 'denied', id });
    else terminal.print('Denied; nothing was changed.');
    return 0;
  }
}
