import type { Selectable } from 'kysely';
import type { ApprovalRecord, ApprovalStore } from '../toolkit/approval.ts';
import type { ApprovalsTable } from './database.ts';
import { json, nullableTimestamp, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export function createApprovalStore(db: Handle): ApprovalStore {
  return {
    async create(record) {
      await db
        .insertInto('approvals')
        .values({
          id: record.id,
          user_id: record.userId,
          tool: record.tool,
          account: record.account,
          effect: record.effect,
          card: json<unknown>(record.card),
          input: json(record.input),
          surface: record.surface,
          conversation_id: record.conversationId,
          tool_call_id: record.toolCallId,
          input_hash: record.inputHash,
          before_hash: record.beforeHash,
          time_zone: record.timeZone,
          turn_id: record.turnId,
          utterance: record.utterance,
          script: record.script,
          project_rules: json<unknown>(record.projectRules),
          undoes: record.undoes,
          state: record.state,
          created_at: timestamp(Date.parse(record.createdAt)),
          expires_at: timestamp(Date.parse(record.expiresAt)),
          decided_at: nullableTimestamp(record.decidedAt === null ? null : Date.parse(record.decidedAt)),
        })
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRecord(row);
    },

    async findByToolCall(conversationId, toolCallId) {
      const row = await db
        .selectFrom('approvals')
        .selectAll()
        .where('conversation_id', '=', conversationId)
        .where('tool_call_id', '=', toolCallId)
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toRecord(row);
    },

    async list(userId, { state, limit }) {
      const rows = await db
        .selectFrom('approvals')
        .selectAll()
        .where('user_id', '=', userId)
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'pending'))
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toRecord);
    },

    async settle(id, state, now) {
      const result = await db
        .updateTable('approvals')
        .set({ state, decided_at: timestamp(now) })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .where('expires_at', '>', timestamp(now))
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

function toRecord(row: Selectable<ApprovalsTable>): ApprovalRecord {
  return {
    id: row.id,
    userId: row.user_id,
    tool: row.tool,
    account: row.account,
    // The columns below hold what `create` was given, and nothing else writes them.
    effect: row.effect as ApprovalRecord['effect'],
    card: row.card as ApprovalRecord['card'],
    surface: row.surface as ApprovalRecord['surface'],
    state: row.state as ApprovalRecord['state'],
    input: row.input,
    conversationId: row.conversation_id,
    toolCallId: row.tool_call_id,
    inputHash: row.input_hash,
    beforeHash: row.before_hash,
    timeZone: row.time_zone,
    turnId: row.turn_id,
    utterance: row.utterance,
    script: row.script,
    projectRules: row.project_rules as ApprovalRecord['projectRules'],
    undoes: row.undoes,
    createdAt: new Date(row.created_at).toISOString(),
    expiresAt: new Date(row.expires_at).toISOString(),
    decidedAt: row.decided_at === null ? null : new Date(row.decided_at).toISOString(),
  };
}
