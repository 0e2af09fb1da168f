import { AppError, type ErrorEnvelope, toErrorEnvelope } from '../errors.ts';
import type { ResolveAccount } from './account.ts';
import { type Catalog, providerOf } from './catalog.ts';
import { parseInput } from './input.ts';
import type { JournalOutcome, JournalRecord, JournalStore } from './journal.ts';
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
  readonly now: () => number;
}

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
    if (await parts.journal.finish(record.id, toOutcome(found)))
      notices.push(`Kalends was stopped during ${name}: ${WORDS[toState(found)]}`);
  }
  return notices;
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
): Promise<Settlement | { readonly later: string }> {
  const tool = catalog.find(record.tool);
  if (tool?.settle === undefined || principal === undefined) return { happened: 'unknown' };
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
    return await tool.settle({ input: parseInput(tool, record.input), before, callId, at: Date.parse(record.at) }, context);
  } catch (error) {
    if (!(error instanceof AppError)) console.error(error);
    const { message, retryable } = toErrorEnvelope(error);
    return retryable ? { later: message } : { happened: 'unknown' };
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
