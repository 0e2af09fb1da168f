import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { JournalEntry } from '../toolkit/journal.ts';
import type { Store } from './store.ts';

/** A write of this user, as the gate hands it to the journal. */
export function journalEntry(userId: number, changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    userId,
    surface: 'terminal',
    tool: 'cal.create_booking',
    account: 'local',
    effect: 'write',
    input: {},
    verdict: 'ask',
    callId: randomUUID(),
    approvalId: null,
    conversationId: null,
    turnId: null,
    utterance: null,
    script: null,
    forced: false,
    undoes: null,
    isUndo: false,
    addresses: [],
    before: null,
    ...changes,
  };
}

/** What somebody with the database's own rights can do, and a test must: change the journal behind its guard's back. */
export async function tamper({ db }: Pick<Store, 'db'>, statement: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await sql`alter table journal_rows disable trigger user`.execute(tx);
    await sql.raw(statement).execute(tx);
    await sql`alter table journal_rows enable trigger user`.execute(tx);
  });
}

export async function emptyJournal(store: Pick<Store, 'db'>): Promise<void> {
  await tamper(store, 'truncate journal_rows');
}
