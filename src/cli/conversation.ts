import type { ConversationSummary, ConversationView, KalendsChunk } from '../agent/messages.ts';
import { AppError } from '../errors.ts';
import type { OwnerClient } from '../owner/client.ts';
import { readChunks } from './turn.ts';

/** One conversation as the terminal holds it. */
export interface Conversation {
  readonly id: string;
  say(text: string, signal?: AbortSignal): AsyncIterable<KalendsChunk>;
  answer(approvalId: string, approve: boolean, signal?: AbortSignal): AsyncIterable<KalendsChunk>;
}

export interface ConversationChoice {
  readonly id?: string | undefined;
  /** The latest one, where there is any. */
  readonly isContinued?: boolean;
  readonly timeZone?: string | undefined;
}

export async function openConversation(owner: OwnerClient, choice: ConversationChoice): Promise<Conversation> {
  const id = choice.id ?? (choice.isContinued ? await latest(owner) : undefined) ?? (await create(owner));
  if (choice.id !== undefined) await loadConversation(owner, id);
  const path = `/chat/conversations/${encodeURIComponent(id)}`;
  const zone = choice.timeZone === undefined ? {} : { timeZone: choice.timeZone };
  const signalled = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal });
  return {
    id,
    say: (text, signal) => readChunks(owner.stream(`${path}/messages`, { body: { text, ...zone }, ...signalled(signal) })),
    answer: (approvalId, approve, signal) =>
      readChunks(owner.stream(`${path}/approvals/${encodeURIComponent(approvalId)}`, { body: { approve }, ...signalled(signal) })),
  };
}

export async function loadConversation(owner: OwnerClient, id: string): Promise<ConversationView> {
  try {
    return await owner.json<ConversationView>(`/chat/conversations/${encodeURIComponent(id)}`);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    throw new AppError('not_found', `There is no conversation "${id}".`, {
      hint: '`kalends chat --continue` goes on with the latest one.',
    });
  }
}

async function latest(owner: OwnerClient): Promise<string | undefined> {
  const { conversations } = await owner.json<{ conversations: readonly ConversationSummary[] }>('/chat/conversations');
  return [...conversations].sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0]?.id;
}

async function create(owner: OwnerClient): Promise<string> {
  const { id } = await owner.json<{ id: string }>('/chat/conversations', { method: 'POST', body: {} });
  return id;
}
