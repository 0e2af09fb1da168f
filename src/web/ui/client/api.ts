import type { ApprovalRequest, ConversationSummary, ConversationView, KalendsChunk, MessageRequest } from '../../../agent/messages.ts';
import { readEventStream } from './event-stream.ts';
import { RequestFailure, readFailure } from './failure.ts';
import type { Me } from './me.ts';

/** The routes of the service that this page uses. Every method throws a `RequestFailure`. */
export interface Api {
  me(): Promise<Me>;
  isHealthy(): Promise<boolean>;
  listConversations(): Promise<readonly ConversationSummary[]>;
  createConversation(): Promise<string>;
  getConversation(id: string): Promise<ConversationView>;
  deleteConversation(id: string): Promise<void>;
  sendMessage(conversationId: string, message: MessageRequest, signal: AbortSignal): AsyncGenerator<KalendsChunk>;
  answerApproval(conversationId: string, approvalId: string, answer: ApprovalRequest, signal: AbortSignal): AsyncGenerator<KalendsChunk>;
}

export interface ApiOptions {
  readonly fetch?: typeof globalThis.fetch;
  /** Told of every request that found nobody, or nobody signed in. */
  readonly onFailure?: (failure: RequestFailure) => void;
}

export function createApi({ fetch = globalThis.fetch.bind(globalThis), onFailure }: ApiOptions = {}): Api {
  let csrfToken = '';

  const request = async (method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> => {
    try {
      const response = await fetch(path, {
        method,
        headers: {
          ...(method === 'GET' ? {} : { 'x-kalends-csrf': csrfToken }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      if (!response.ok) throw await readFailure(response);
      return response;
    } catch (error) {
      const failure = error instanceof RequestFailure ? error : unreachable(error, signal);
      onFailure?.(failure);
      throw failure;
    }
  };

  /** The service wrote the answer against the same types. */
  const json = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
    (await (await request(method, path, body)).json()) as Answer;

  async function* stream(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<KalendsChunk> {
    const response = await request('POST', path, body, signal);
    if (response.body === null) throw new RequestFailure('internal', 'Kalends sent an empty answer.', { retryable: true });
    for await (const chunk of readEventStream(response.body)) yield chunk as KalendsChunk;
  }

  return {
    me: async () => {
      const me = await json<Me>('GET', '/app/me');
      csrfToken = me.csrfToken;
      return me;
    },
    isHealthy: () =>
      fetch('/health', { cache: 'no-store' }).then(
        (response) => response.ok,
        () => false,
      ),
    listConversations: async () =>
      (await json<{ conversations: readonly ConversationSummary[] }>('GET', '/chat/conversations')).conversations,
    createConversation: async () => (await json<{ id: string }>('POST', '/chat/conversations', {})).id,
    getConversation: (id) => json<ConversationView>('GET', conversationPath(id)),
    deleteConversation: async (id) => void (await request('DELETE', conversationPath(id))),
    sendMessage: (id, message, signal) => stream(`${conversationPath(id)}/messages`, message, signal),
    answerApproval: (id, approvalId, answer, signal) =>
      stream(`${conversationPath(id)}/approvals/${encodeURIComponent(approvalId)}`, answer, signal),
  };
}

function conversationPath(id: string): string {
  return `/chat/conversations/${encodeURIComponent(id)}`;
}

function unreachable(error: unknown, signal: AbortSignal | undefined): RequestFailure {
  if (signal?.aborted) return new RequestFailure('cancelled', 'Stopped.');
  void error;
  return new RequestFailure('unreachable', 'Kalends is not answering.', {
    hint: 'Check that it is still running (npm start), then try again.',
    retryable: true,
  });
}
