import { createHash } from 'node:crypto';
import type { JournalProblem, JournalRow, JournalVerification } from '../toolkit/journal.ts';

/** Stands where the first row has no row before it. */
export const FIRST_HASH = '0'.repeat(64);

/** What a row's hash must be. */
export function chainHash(previousHash: string, body: string): string {
  return createHash('sha256').update(`${previousHash}\n${body}`).digest('hex');
}

/** Goes through the rows in the order of their numbers and names every one that was altered, removed, inserted or moved. */
export async function verifyChain(rows: AsyncIterable<JournalRow>): Promise<JournalVerification> {
  const problems: JournalProblem[] = [];
  let last: Pick<JournalRow, 'sequence' | 'hash'> = { sequence: 0, hash: FIRST_HASH };
  let count = 0;
  for await (const row of rows) {
    problems.push(...check(row, last));
    last = row;
    count += 1;
  }
  return { ok: problems.length === 0, rows: count, head: last.hash, problems };
}

function* check(row: JournalRow, last: Pick<JournalRow, 'sequence' | 'hash'>): Generator<JournalProblem> {
  const { sequence, previousHash, hash, body } = row;
  const isGap = sequence > last.sequence + 1;
  if (isGap) {
    const first = last.sequence + 1;
    const which = first === sequence - 1 ? `Row ${first} was removed` : `Rows ${first} to ${sequence - 1} were removed`;
    yield { row: first, kind: 'removed', message: `${which}.` };
  }
  const number = writtenNumber(body);
  if (chainHash(previousHash, body) !== hash) {
    yield { row: sequence, kind: 'altered', message: `Row ${sequence} was altered: its hash is not that of its text.` };
  } else if (number !== sequence) {
    yield { row: sequence, kind: 'moved', message: `Row ${sequence} was moved: it was written as row ${number ?? 'of no number'}.` };
  } else if (!isGap && previousHash !== last.hash) {
    const message = `Row ${sequence} was not written after ${last.sequence === 0 ? 'nothing' : `row ${last.sequence} as it is now`}: one of them was inserted or replaced.`;
    yield { row: sequence, kind: 'inserted', message };
  }
}

function writtenNumber(body: string): number | undefined {
  try {
    const { id } = JSON.parse(body) as { readonly id?: unknown };
    return typeof id === 'number' ? id : undefined;
  } catch {
    return undefined;
  }
}
