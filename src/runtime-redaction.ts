import { AppError, toErrorEnvelope } from './errors.ts';
import type { ApprovalStore } from './toolkit/approval.ts';
import type { GateOutcome } from './toolkit/call.ts';
import type { Gate } from './toolkit/gate.ts';
import type { JournalStore } from './toolkit/journal.ts';
import { type Redactor, withoutRoomKeys } from './toolkit/redact.ts';

/** A journal that no key of an account and no host's link of a room reaches, whatever a tool or the other side says. */
export function toDiscreetJournal(journal: JournalStore, { conceal }: Redactor): JournalStore {
  return {
    ...journal,
    begin: (entry, limits) => journal.begin(withoutRoomKeys(conceal(entry)), limits),
    finish: (id, outcome) => journal.finish(id, withoutRoomKeys(conceal(outcome))),
  };
}

/** The same of the approvals. The input of one is run as it is stored: it cannot be changed, and so the gate below refuses one that holds a key. */
export function toDiscreetApprovals(approvals: ApprovalStore, { conceal }: Redactor): ApprovalStore {
  return { ...approvals, create: (record) => approvals.create({ ...conceal(record), input: record.input }) };
}

/** A gate that takes no key of an account in, and gives none out: neither in a result, nor in an error, nor in what is shown before. */
export function toDiscreetGate<Whole extends Gate>(gate: Whole, redactor: Redactor): Whole {
  const hide = async (outcome: Promise<GateOutcome>): Promise<GateOutcome> => redactor.conceal(await outcome);
  return {
    ...gate,
    async call(request) {
      if (redactor.holds(request.input)) return { status: 'failed', error: toErrorEnvelope(holdsKey()) };
      const { utterance } = request;
      return hide(gate.call(utterance === undefined ? request : { ...request, utterance: redactor.redact(utterance) }));
    },
    answer: (approvalId, answer) => hide(gate.answer(approvalId, answer)),
    reconcile: async (options) => redactor.conceal(await gate.reconcile(options)),
    undo: (request) => hide(gate.undo(request)),
  };
}

function holdsKey(): AppError {
  return new AppError('invalid_input', 'The input holds the key of one of your accounts, which goes into no booking and no other call.', {
    hint: 'Take it out. The key of an account is added to its calls by itself.',
  });
}
