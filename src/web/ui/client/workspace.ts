import type { ConversationSummary } from '../../../agent/messages.ts';
import { type Api, createApi } from './api.ts';
import { type Cell, createCell } from './cell.ts';
import { type Conversation, createConversation } from './conversation.ts';
import type { RequestFailure } from './failure.ts';
import type { Me } from './me.ts';

/** `lost`: the service stopped answering after the page had begun. */
export type Connection = 'starting' | 'ready' | 'signed-out' | 'unreachable' | 'lost';

/** All the page knows, outside the components: the session, the list of conversations and those that were opened. */
export interface Workspace {
  readonly connection: Cell<Connection>;
  readonly me: Cell<Me | undefined>;
  readonly list: Cell<readonly ConversationSummary[] | undefined>;
  readonly timeZone: string;
  begin(): Promise<void>;
  /** Fetches what was said elsewhere: in a terminal, in another tab. */
  refresh(): Promise<void>;
  open(id: string): Conversation;
  create(): Promise<Conversation>;
  remove(id: string): Promise<void>;
}

const RETRY_MS = 2_500;

export function createWorkspace(timeZone: string): Workspace {
  const connection = createCell<Connection>('starting');
  const me = createCell<Me | undefined>(undefined);
  const list = createCell<readonly ConversationSummary[] | undefined>(undefined);
  const conversations = new Map<string, Conversation>();
  const api: Api = createApi({ onFailure: noteFailure });

  function noteFailure(failure: RequestFailure): void {
    if (failure.code === 'unauthenticated') connection.set('signed-out');
    if (failure.code !== 'unreachable' || isDown(connection.get())) return;
    connection.set(me.get() === undefined ? 'unreachable' : 'lost');
    setTimeout(reconnect, RETRY_MS);
  }

  async function reconnect(): Promise<void> {
    if (await api.isHealthy()) await begin();
    else setTimeout(reconnect, RETRY_MS);
  }

  async function begin(): Promise<void> {
    try {
      me.set(await api.me());
      connection.set('ready');
      await refreshList();
    } catch {
      // `noteFailure` has said so already; any other answer of the service leaves the page without a session.
      if (connection.get() === 'starting') connection.set('unreachable');
    }
  }

  async function refreshList(): Promise<void> {
    await api.listConversations().then(list.set, () => undefined);
  }

  async function refresh(): Promise<void> {
    const before = new Map(list.get()?.map(({ id, updatedAt }) => [id, updatedAt]));
    await refreshList();
    for (const { id, updatedAt } of list.get() ?? []) {
      const conversation = conversations.get(id);
      if (conversation?.state.get().activity === 'idle' && before.get(id) !== updatedAt) void conversation.load();
    }
  }

  function add(id: string, isNew: boolean): Conversation {
    const conversation = createConversation({ id, api, timeZone, isNew, onTurnEnd: () => void refreshList() });
    conversations.set(id, conversation);
    return conversation;
  }

  return {
    connection,
    me,
    list,
    timeZone,
    begin,
    refresh,
    open: (id) => {
      const known = conversations.get(id);
      if (known !== undefined) return known;
      const conversation = add(id, false);
      void conversation.load();
      return conversation;
    },
    create: async () => add(await api.createConversation(), true),
    remove: async (id) => {
      await api.deleteConversation(id);
      conversations.get(id)?.stop();
      conversations.delete(id);
      list.update((summaries) => summaries?.filter((summary) => summary.id !== id));
    },
  };
}

function isDown(connection: Connection): boolean {
  return connection === 'unreachable' || connection === 'lost';
}
