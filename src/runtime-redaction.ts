import { AppError, toErrorEnvelope } from './errors.ts';
import type { ApprovalRecord, ApprovalStore } from './toolkit/approval.ts';
import type { GateOutcome } from './toolkit/call.ts';
import type { Gate } from './toolkit/gate.ts';
import type { JournalStore } from './toolkit/journal.ts';
import { isSecretName, type Redactor, withoutRoomKeys } from './toolkit/redact.ts';

/** A journal that no key of an account and no host's link of a room reaches, whatever a tool or the other side says. */
export function toDiscreetJournal(journal: JournalStore, { redact }: Redactor): JournalStore {
  return {
    ...journal,
    // What is written cannot be taken out again: what only looks like a secret, by its form or its name, stays out too.
    begin: (entry, limits) => journal.begin(withoutRoomKeys(redact(entry)), limits),
    finish: (id, outcome) => journal.finish(id, withoutRoomKeys(redact(outcome))),
  };
}

/** The same of the approvals. The input of one is run as it is stored: it cannot be changed, and so the gate below refuses one that holds a key. */
export function toDiscreetApprovals(approvals: ApprovalStore, { conceal }: Redactor): ApprovalStore {
  return { ...approvals, create: (record) => approvals.create({ ...conceal(record), input: record.input }) };
}

/** The approvals as a person reads them: what an input holds under the name of a secret is masked. */
export function toShownApprovals(approvals: ApprovalStore, { redact }: Redactor): Pick<ApprovalStore, 'list' | 'get'> {
  const show = (record: ApprovalRecord): ApprovalRecord => ({ ...record, input: redact(record.input) });
  return {
    list: async (userId, options) => (await approvals.list(userId, options)).map(show),
    async get(id) {
      const record = await approvals.get(id);
      return record === undefined ? undefined : show(record);
    },
  };
}

/** A gate that takes no key of an account in, and gives none out: neither in a result, nor in an error, nor in what is shown before. */
export function toDiscreetGate<Whole extends Gate>(gate: Whole, redactor: Redactor): Whole {
  const hide = async (running: Promise<GateOutcome>): Promise<GateOutcome> => {
    const outcome = redactor.conceal(await running);
    if (outcome.status === 'pending')
      return { ...outcome, approval: { ...outcome.approval, input: redactor.redact(outcome.approval.input) } };
    return outcome.status === 'planned' ? redactor.redact(outcome) : outcome;
  };
  return {
    ...gate,
    async call(request) {
      if (redactor.holds(request.input)) return { status: 'failed', error: toErrorEnvelope(holdsKey()) };
      const { utterance } = request;
      return hide(
        gate.call(
          utterance === undefined ? request : { ...request, utterance: withoutSecretsOf(request.input, redactor.redact(utterance)) },
        ),
      );
    },
    answer: (approvalId, answer) => hide(gate.answer(approvalId, answer)),
    reconcile: async (options) => redactor.conceal(await gate.reconcile(options)),
    undo: (request) => hide(gate.undo(request)),
  };
}

/** The command without what stands in its input under the name of a secret: `--secret hush` is no secret by its form. */
function withoutSecretsOf(input: unknown, utterance: string): string {
  return secretsIn(input).reduce((text, secret) => text.replaceAll(secret, '****'), utterance);
}

function secretsIn(value: unknown, name?: string): readonly string[] {
  if (typeof value === 'string') return isSecretName(name) && value.length > 2 ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, part]) => secretsIn(part, Array.isArray(value) ? name : key));
}

function holdsKey(): AppError {
  return new AppError('invalid_input', 'The input holds the key of one of your accounts, which goes into no booking and no other call.', {
    hint: 'Take it out. The key of an account is added to its calls by itself.',
  });
}
