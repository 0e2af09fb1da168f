import { sql } from 'kysely';
import { json, timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export interface ConversationRecord {
  readonly id: string;
  readonly userId: number;
  readonly title: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface MessageRecord {
  readonly conversationId: string;
  /** Counts from 0 within its conversation. */
  readonly sequence: number;
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly unknown[];
  readonly metadata: unknown;
  readonly createdAt: number;
}

const CONVERSATION = ['id', 'user_id as userId', 'title', 'created_at as createdAt', 'updated_at as updatedAt'] as const;
const MESSAGE = ['conversation_id as conversationId', 'sequence', 'id', 'role', 'parts', 'metadata', 'created_at as createdAt'] as const;

export interface NewConversation {
  readonly id: string;
  readonly userId: number;
  readonly title: string;
  readonly now: number;
}

export async function createConversation(handle: Handle, { id, userId, title, now }: NewConversation): Promise<ConversationRecord> {
  return await handle
    .insertInto('conversations')
    .values({ id, user_id: userId, title, created_at: timestamp(now), updated_at: timestamp(now) })
    .returning(CONVERSATION)
    .executeTakeFirstOrThrow();
}

/** Only its own user finds a conversation. */
export async function getConversation(handle: Handle, userId: number, id: string): Promise<ConversationRecord | undefined> {
  return await handle
    .selectFrom('conversations')
    .select(CONVERSATION)
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** The one last spoken in comes first. */
export async function listConversations(
  handle: Handle,
  userId: number,
  { limit }: { readonly limit: number },
): Promise<readonly ConversationRecord[]> {
  return await handle
    .selectFrom('conversations')
    .select(CONVERSATION)
    .where('user_id', '=', userId)
    .orderBy('updated_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function renameConversation(handle: Handle, id: string, { title, now }: { readonly title: string; readonly now: number }) {
  await handle
    .updateTable('conversations')
    .set({ title, updated_at: timestamp(now) })
    .where('id', '=', id)
    .execute();
}

/** With its messages; `false` when this user has none of that id. */
export async function deleteConversation(handle: Handle, userId: number, id: string): Promise<boolean> {
  const result = await handle.deleteFrom('conversations').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export interface NewMessage {
  readonly id: string;
  readonly role: MessageRecord['role'];
  readonly parts: readonly unknown[];
  readonly metadata?: unknown;
  readonly now: number;
}

/** Puts a message at the end of its conversation, also when two arrive at once, and returns its sequence. */
export async function appendMessage(handle: Handle, conversationId: string, message: NewMessage): Promise<number> {
  // Updating the conversation first takes its row lock: whoever comes second counts after the first has committed.
  const { rows } = await sql<{ sequence: number }>`
    with conversation as (
      update conversations set updated_at = ${timestamp(message.now)}, next_sequence = next_sequence + 1
      where id = ${conversationId} returning id, next_sequence - 1 as sequence
    )
    insert into messages (conversation_id, sequence, id, role, parts, metadata, created_at)
    select id, sequence, ${message.id}, ${message.role}, ${json(message.parts)}, ${json(message.metadata ?? null)}, ${timestamp(message.now)}
    from conversation returning sequence`.execute(handle);
  const [row] = rows;
  if (row === undefined) {
    throw new Error(`There is no conversation "${conversationId}" to add a message to.`);
  }
  return row.sequence;
}

/** Replaces what a message says, in its place; `false` when it is not there. */
export async function replaceMessage(
  handle: Handle,
  { conversationId, id, parts, metadata }: Pick<MessageRecord, 'conversationId' | 'id' | 'parts'> & { readonly metadata?: unknown },
): Promise<boolean> {
  const result = await handle
    .updateTable('messages')
    .set({ parts: json(parts), ...(metadata === undefined ? {} : { metadata: json(metadata) }) })
    .where('conversation_id', '=', conversationId)
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function listMessages(handle: Handle, conversationId: string): Promise<readonly MessageRecord[]> {
  const rows = await handle
    .selectFrom('messages')
    .select(MESSAGE)
    .where('conversation_id', '=', conversationId)
    .orderBy('sequence')
    .execute();
  // `appendMessage` alone writes the role.
  return rows.map((row) => ({ ...row, role: row.role as MessageRecord['role'] }));
}
