import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { ResolveAccount } from './account.ts';
import { type Catalog, providerOf } from './catalog.ts';
import { parseInput } from './input.ts';
import type { JournalLookup, JournalOutcome, JournalRecord, JournalStore } from './journal.ts';
import type { Principal, Settlement, ToolContext } from './tool.ts';

export interface ReconcileOptions {
  /** Only what began before this moment (epoch ms, process clock): the rest may still be running, in this process or another. */
  readonly before: number;
  /** The user of an entry, if there still is one. */
  principal(userId: number): Promise<Principal | undefined>;
}

interface ReconcileParts {
  readonly catalog: Catalog;
  readonly journal: JournalStore;
  readonly resolveAccount: ResolveAccount;
  /** The domain clock, epoch milliseconds. */
  readonly now: () => number;
  readonly processNow: () => number;
}

/** What became of a write, and how that was found out. */
type Found = Settlement & Pick<JournalLookup, 'how'>;

const TIMEOUT_MS = 30_000;

/** Asks the service about every write that has no outcome and writes down what became of it. One that cannot be asked now is left for later. */
export async function reconcile(parts: ReconcileParts, { before, principal }: ReconcileOptions): Promise<readonly string[]> {
  const notices: string[] = [];
  for (const record of await parts.journal.unfinished(before)) {
    const found = await settle(parts, record, await principal(record.userId));
    const name = `"${record.tool}" (entry ${record.id} of the journal)`;
    if ('later' in found) {
      notices.push(
        `Kalends was stopped during ${name}, and cannot find out now whether it happened: ${found.later} It is tried again at the next start.`,
      );
      continue;
    }
    const lookup = { at: new Date(parts.processNow()).toISOString(), how: found.how };
    if (await parts.journal.finish(record.id, { ...toOutcome(found), lookup }))
      notices.push(`Kalends was stopped during ${name}: ${WORDS[toState(found)]}`);
  }
  return notices;
}

const HOW = {
  done: 'and has it.',
  failed: 'and does not have it.',
  unknown: 'and what it has tells neither way.',
} as const satisfies Record<JournalOutcome['state'], string>;

/** The same for one entry of this person, now; throws where it cannot be found out. */
export async function settleOne(parts: ReconcileParts, record: JournalRecord, principal: Principal): Promise<void> {
  const found = await settle(parts, record, principal);
  if ('later' in found) throw new AppError('unavailable', `It cannot be found out now whether "${record.tool}" happened: ${found.later}`);
  await parts.journal.finish(record.id, toOutcome(found));
}

const WORDS = {
  done: 'it was looked up, and it had happened.',
  failed: 'it was looked up, and it had not happened.',
  unknown: 'whether it happened is not known. Look at it before you do it again.',
} as const satisfies Record<JournalOutcome['state'], string>;

async function settle(
  { catalog, resolveAccount, now }: ReconcileParts,
  record: JournalRecord,
  principal: Principal | undefined,
): Promise<Found | { readonly later: string }> {
  const tool = catalog.find(record.tool);
  if (principal === undefined) return { happened: 'unknown', how: 'Nobody was asked: its user is gone.' };
  if (tool?.settle === undefined) return { happened: 'unknown', how: 'Nobody was asked: this tool has no way to look it up.' };
  try {
    const account = await resolveAccount({ provider: providerOf(tool), name: record.account, isRecorded: true }, principal);
    const context: ToolContext = {
      principal,
      account: account.name,
      clients: account.clients,
      now: now(),
      timeZone: principal.timeZone,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      callId: record.callId,
    };
    const { before, callId } = record;
    const found = await tool.settle({ input: parseInput(tool, record.input), before, callId, at: Date.parse(record.at) }, context);
    return { ...found, how: `The account "${account.name}" was asked ${HOW[toState(found)]}` };
  } catch (error) {
    if (!(error instanceof AppError)) console.error(error);
    const { message, retryable } = toErrorEnvelope(error);
    return retryable ? { later: message } : { happened: 'unknown', how: `The account "${record.account}" could not be asked: ${message}` };
  }
}

function toState({ happened }: Settlement): JournalOutcome['state'] {
  return happened === 'unknown' ? 'unknown' : happened ? 'done' : 'failed';
}

function toOutcome(found: Settlement): JournalOutcome {
  const state = toState(found);
  return { state, output: found.happened === true ? found.output : null, error: ERRORS[state], durationMs: 0 };
}

const ERRORS: Readonly<Record<JournalOutcome['state'], ErrorEnvelope | null>> = {
  done: null,
  failed: toErrorEnvelope(new AppError('unavailable', 'Kalends was stopped before this happened; nothing was changed.')),
  unknown: toErrorEnvelope(
    new AppError('outcome_unknown', 'Kalends was stopped while this ran, and whether it happened could not be found out.'),
  ),
};
