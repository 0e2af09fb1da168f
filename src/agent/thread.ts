import { randomUUID } from 'node:crypto';
import { AppError } from '../errors.ts';
import type { ApprovalStore } from '../toolkit/approval.ts';
import type { Principal } from '../toolkit/tool.ts';
import type { StoredMessage } from './answer.ts';
import { mendMessage } from './mend.ts';
import type { ConversationSummary } from './messages.ts';

export interface ConversationRow {
  readonly id: string;
  readonly title: string;
  /** Epoch milliseconds, process clock. */
  readonly updatedAt: number;
}

export interface MessageRow {
  readonly id: string;
  readonly role: 'system' | 'user' | 'assistant';
  readonly parts: readonly unknown[];
  readonly metadata: unknown;
}

/** Where conversations live; kept by the store. Times are the process clock, epoch milliseconds. */
export interface ConversationStore {
  create(conversation: { readonly id: string; readonly userId: number; readonly title: string; readonly now: number }): Promise<unknown>;
  /** Only its own user finds a conversation. */
  get(userId: number, id: string): Promise<ConversationRow | undefined>;
  /** The one last spoken in comes first. */
  list(userId: number, options: { readonly limit: number }): Promise<readonly ConversationRow[]>;
  rename(id: string, change: { readonly title: string; readonly now: number }): Promise<unknown>;
  /** With its messages; `false` when this user has none of that id. */
  delete(userId: number, id: string): Promise<boolean>;
  /** Puts a message at the end. */
  append(conversationId: string, message: MessageRow & { readonly now: number }): Promise<unknown>;
  replace(message: Omit<MessageRow, 'role'> & { readonly conversationId: string }): Promise<unknown>;
  /** In the order they were said. */
  messages(conversationId: string): Promise<readonly MessageRow[]>;
}

/** Conversations of one installation: each belongs to one principal, and to everybody else it does not exist. */
export interface Threads {
  list(principal: Principal): Promise<readonly ConversationSummary[]>;
  create(principal: Principal): Promise<string>;
  /** Throws `not_found`. */
  find(principal: Principal, id: string): Promise<ConversationSummary>;
  remove(principal: Principal, id: string): Promise<void>;
  read(id: string): Promise<readonly StoredMessage[]>;
  /** The messages as `mendMessage` leaves them; only while no turn is at work on them. */
  readMended(id: string, options: { readonly keep: boolean }): Promise<readonly StoredMessage[]>;
  append(id: string, message: StoredMessage): Promise<void>;
  save(id: string, message: StoredMessage): Promise<void>;
  /** Names a conversation after what was said first. */
  nameAfter(id: string, text: string): Promise<void>;
}

export interface ThreadParts {
  readonly conversations: ConversationStore;
  readonly approvals: Pick<ApprovalStore, 'get'>;
  readonly processNow: () => number;
}

const UNTITLED = 'New conversation';
const LISTED = 200;

export function createThreads({ conversations, approvals, processNow }: ThreadParts): Threads {
  const save: Threads['save'] = async (conversationId, { id, parts, metadata }) => {
    await conversations.replace({ conversationId, id, parts, metadata });
  };

  const read: Threads['read'] = async (id) => (await conversations.messages(id)).map(toMessage);

  return {
    save,

    list: async (principal) => (await conversations.list(principal.userId, { limit: LISTED })).map(toSummary),

    async create(principal) {
      const id = randomUUID();
      await conversations.create({ id, userId: principal.userId, title: UNTITLED, now: processNow() });
      return id;
    },

    async find(principal, id) {
      const row = await conversations.get(principal.userId, id);
      if (row === undefined) throw noConversation(id);
      return toSummary(row);
    },

    async remove(principal, id) {
      if (!(await conversations.delete(principal.userId, id))) throw noConversation(id);
    },

    read,

    async readMended(id, { keep }) {
      const messages: StoredMessage[] = [];
      for (const message of await read(id)) {
        const mended = await mendMessage(message, { approvals, now: processNow() });
        if (keep && mended !== message) await save(id, mended);
        messages.push(mended);
      }
      return messages;
    },

    async append(conversationId, { id, role, parts, metadata }) {
      await conversations.append(conversationId, { id, role, parts, metadata, now: processNow() });
    },

    nameAfter: async (id, text) => void (await conversations.rename(id, { title: toTitle(text), now: processNow() })),
  };
}

function toSummary({ id, title, updatedAt }: ConversationRow): ConversationSummary {
  return { id, title, updatedAt: new Date(updatedAt).toISOString() };
}

function toMessage({ id, role, parts, metadata }: MessageRow): StoredMessage {
  // `append` and `save` above alone write these rows, from the same type.
  return { id, role, parts, metadata } as StoredMessage;
}

function noConversation(id: string): AppError {
  return new AppError('not_found', `There is no conversation "${id}".`, { hint: 'Start a new one, or choose one from the list.' });
}

/** The first words, up to 60 characters. */
export function toTitle(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= 60) return line;
  const cut = line.slice(0, 60);
  const space = cut.lastIndexOf(' ');
  return `${(space > 30 ? cut.slice(0, space) : cut).replace(/[\s,.;:]+$/, '')}…`;
}
