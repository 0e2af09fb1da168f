import type { Selectable } from 'kysely';
import type { JournalRecord, JournalStore } from '../toolkit/journal.ts';
import type { JournalTable } from './database.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export function createJournalStore(db: Handle): JournalStore {
  return {
    async begin(entry) {
      const { id } = await db
        .insertInto('journal')
        .values({
          user_id: entry.userId,
          // The journal keeps the process clock, whatever the domain clock shows.
          at: timestamp(Date.now()),
          surface: entry.surface,
          tool: entry.tool,
          account: entry.account,
          effect: entry.effect,
          verdict: entry.verdict,
          call_id: entry.callId,
          approval_id: entry.approvalId,
          conversation_id: entry.conversationId,
          utterance: entry.utterance,
          input: json(entry.input),
          before: json(entry.before),
        })
        .returning('id')
        .executeTakeFirstOrThrow();
      return id;
    },

    async finish(id, { state, output, error, durationMs }) {
      await db
        .updateTable('journal')
        .set({ state, output: json(output), error: json<unknown>(error), duration_ms: durationMs })
        .where('id', '=', id)
        .execute();
    },

    async list(userId, { limit }) {
      const rows = await db.selectFrom('journal').selectAll().where('user_id', '=', userId).orderBy('id', 'desc').limit(limit).execute();
      return rows.map(toRecord);
    },

    async unfinished() {
      const rows = await db.selectFrom('journal').selectAll().where('state', '=', 'intent').orderBy('id').execute();
      return rows.map(toRecord);
    },
  };
}

function toRecord(row: Selectable<JournalTable>): JournalRecord {
  // The columns that are cast hold what `begin` and `finish` were given, and nothing else writes them.
  const state = row.state as JournalRecord['state'];
  return {
    id: row.id,
    userId: row.user_id,
    at: new Date(row.at).toISOString(),
    surface: row.surface as JournalRecord['surface'],
    tool: row.tool,
    account: row.account,
    effect: row.effect as JournalRecord['effect'],
    verdict: row.verdict as JournalRecord['verdict'],
    callId: row.call_id,
    approvalId: row.approval_id,
    conversationId: row.conversation_id,
    utterance: row.utterance,
    input: row.input,
    before: row.before,
    state,
    outcome:
      state === 'intent'
        ? null
        : {
            state,
            output: row.output,
            error: row.error as NonNullable<JournalRecord['outcome']>['error'],
            durationMs: row.duration_ms ?? 0,
          },
  };
}
