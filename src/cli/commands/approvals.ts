import { homeOf } from '../../config.ts';
import { AppError } from '../../errors.ts';
import type { OwnerClient } from '../../owner/client.ts';
import { findOwner } from '../../owner/connect.ts';
import type { ApprovalRecord, PendingApproval } from '../../toolkit/approval.ts';
import type { CardField } from '../../toolkit/card.ts';
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

const PATIENCE_MS = 500;

/** The ids of what waits, for a shell that completes them; none where nothing runs. */
export async function openApprovalIds(): Promise<readonly string[]> {
  try {
    const owner = findOwner(homeOf(process.env));
    const { approvals } = await owner.json<{ approvals: readonly PendingApproval[] }>('/owner/approvals', { timeoutMs: PATIENCE_MS });
    return approvals.map(({ id }) => id);
  } catch {
    // Whoever presses Tab is told nothing rather than an error.
    return [];
  }
}

/** `kalends approvals show ID`: answered ones, too, by their whole id. */
export async function showApproval(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const owner = reachOwner(terminal);
  const id = await findId(owner, positional(positionals, 'approval id'));
  const approval = await owner.json<ApprovalRecord>(`/owner/approvals/${encodeURIComponent(id)}`);
  if (terminal.isJson) terminal.printJson(approval);
  else terminal.printCard({ ...approval.card, fields: [...(approval.card.fields ?? []), ...factsOf(approval)] });
  return 0;
}

function factsOf(approval: ApprovalRecord): readonly CardField[] {
  const { id, tool, account, surface, utterance, state, createdAt, expiresAt, decidedAt, input, inputHash } = approval;
  return [
    { label: 'Approval', value: id },
    { label: 'State', value: decidedAt === null ? state : `${state}, ${decidedAt}` },
    { label: 'Call', value: `${tool} on the account ${account}, by way of ${surface}` },
    ...(utterance === null ? [] : [{ label: 'Said', value: utterance }]),
    { label: 'Input', value: JSON.stringify(input) },
    { label: 'Asked', value: createdAt },
    { label: 'Expires', value: expiresAt },
    { label: 'Hash', value: inputHash },
  ];
}

/** A whole id, the start of one that names exactly one open approval, or "last" for the one that was asked for last. */
async function findId(owner: OwnerClient, wanted: string): Promise<string> {
  const { approvals } = await owner.json<{ approvals: readonly PendingApproval[] }>('/owner/approvals');
  if (wanted === 'last') {
    // Each waits equally long.
    const [last] = approvals.toSorted((one, other) => Date.parse(other.expiresAt) - Date.parse(one.expiresAt));
    if (last === undefined)
      throw new AppError('not_found', 'Nothing waits for your approval.', { hint: 'See what was asked: kalends journal list' });
    return last.id;
  }
  const matches = approvals.filter(({ id }) => id.startsWith(wanted));
  if (matches.length > 1)
    throw new AppError('invalid_input', `"${wanted}" is the start of ${matches.length} approvals.`, { hint: 'Write more of the id.' });
  return matches[0]?.id ?? wanted;
}

/** Takes an id as `showApproval` does. */
export async function answer(approve: boolean, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const wanted = positional(positionals, 'approval id');
  const owner = reachOwner(terminal);
  const id = await findId(owner, wanted);
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
