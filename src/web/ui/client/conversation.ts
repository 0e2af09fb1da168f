import type { KalendsChunk, KalendsMessage, KalendsPart } from '../../../agent/messages.ts';
import type { Api } from './api.ts';
import { type Cell, createCell } from './cell.ts';
import { RequestFailure, toRequestFailure } from './failure.ts';
import { applyChunk, type StreamedMessage, toStreamedMessage } from './message-stream.ts';

export interface ConversationState {
  /** `missing`: the service knows no such conversation. */
  readonly load: 'loading' | 'ready' | 'missing' | 'failed';
  readonly messages: readonly KalendsMessage[];
  /** `waiting`: something was sent and nothing has come back yet. */
  readonly activity: 'idle' | 'waiting' | 'streaming';
  /** The approval whose answer is on its way. */
  readonly deciding: { readonly approvalId: string; readonly approve: boolean } | undefined;
  readonly failure: RequestFailure | undefined;
}

/** One conversation with the service; it lives on while the page shows another one. */
export interface Conversation {
  readonly id: string;
  readonly state: Cell<ConversationState>;
  load(): Promise<void>;
  send(text: string, timeZone?: string): Promise<void>;
  decide(approvalId: string, approve: boolean): Promise<void>;
  /** Does again what failed. */
  retry(): Promise<void>;
  stop(): void;
}

export interface ConversationOptions {
  readonly id: string;
  readonly api: Api;
  /** The browser's zone, unless a message names another one. */
  readonly timeZone: string;
  /** A conversation made a moment ago has nothing to load. */
  readonly isNew?: boolean;
  readonly onTurnEnd?: () => void;
}

export function createConversation({ id, api, timeZone, isNew = false, onTurnEnd }: ConversationOptions): Conversation {
  const state = createCell<ConversationState>({
    load: isNew ? 'ready' : 'loading',
    messages: [],
    activity: 'idle',
    deciding: undefined,
    failure: undefined,
  });
  const change = (changes: Partial<ConversationState>): void => state.update((current) => ({ ...current, ...changes }));
  let controller: AbortController | undefined;
  let again: () => Promise<void> = load;
  let localIds = 0;
  const localId = (): string => `local-${++localIds}`;

  async function load(): Promise<void> {
    again = load;
    try {
      const { messages } = await api.getConversation(id);
      if (state.get().activity === 'idle') change({ load: 'ready', messages, failure: undefined });
    } catch (error) {
      const failure = toRequestFailure(error);
      if (failure.code === 'not_found') change({ load: 'missing' });
      else if (state.get().load === 'ready') change({ failure });
      else change({ load: 'failed', failure });
    }
  }

  /** Follows one answer. With `continued` it goes on in that message, unless the stream starts another one. */
  async function follow(chunks: AsyncIterable<KalendsChunk>, continued?: KalendsMessage): Promise<void> {
    let streamed = continued === undefined ? undefined : toStreamedMessage(continued);
    for await (const chunk of chunks) {
      if (chunk.type === 'error') throw new RequestFailure('internal', chunk.errorText, { retryable: true });
      if (chunk.type === 'abort') return;
      const startsAnother = chunk.type === 'start' && chunk.messageId !== undefined && chunk.messageId !== streamed?.message.id;
      if (streamed === undefined || startsAnother) streamed = toStreamedMessage({ id: localId(), role: 'assistant', parts: [] });
      const before: StreamedMessage = streamed;
      streamed = applyChunk(before, chunk);
      change({ activity: 'streaming', messages: replace(state.get().messages, before.message, streamed.message) });
    }
  }

  async function takeTurn(begin: (signal: AbortSignal) => Promise<void>): Promise<void> {
    controller = new AbortController();
    const { signal } = controller;
    change({ activity: 'waiting', failure: undefined });
    try {
      await begin(signal);
      change({ activity: 'idle', deciding: undefined });
    } catch (error) {
      if (signal.aborted) change({ activity: 'idle', deciding: undefined, messages: markStopped(state.get().messages) });
      else change({ activity: 'idle', deciding: undefined, failure: toRequestFailure(error) });
    }
    // A newer question closes older ones about the same thing, outside the stream.
    if (state.get().failure === undefined && openQuestions(state.get().messages.slice(0, -1)) > 0) await load();
    onTurnEnd?.();
  }

  async function ask(text: string, zone: string): Promise<void> {
    again = () => ask(text, zone);
    await takeTurn((signal) => follow(api.sendMessage(id, { text, timeZone: zone }, signal)));
  }

  async function decide(approvalId: string, approve: boolean): Promise<void> {
    const question = state.get().messages.find((message) => message.parts.some((part) => isApproval(part, approvalId)));
    if (question === undefined || state.get().activity !== 'idle') return;
    change({ deciding: { approvalId, approve } });
    await takeTurn((signal) => follow(api.answerApproval(id, approvalId, { approve }, signal), question));
    // Whatever cut the answer short, only the service knows whether the call has run.
    const { failure } = state.get();
    again = load;
    if (failure !== undefined || controller?.signal.aborted) {
      await load();
      if (failure !== undefined) change({ failure });
    }
  }

  return {
    id,
    state,
    load,
    decide,
    retry: () => again(),
    stop: () => controller?.abort(),
    send: async (text, zone = timeZone) => {
      if (state.get().activity !== 'idle') return;
      const message: KalendsMessage = { id: localId(), role: 'user', parts: [{ type: 'text', text }] };
      change({ messages: [...state.get().messages, message] });
      await ask(text, zone);
    },
  };
}

export function textOf({ parts }: KalendsMessage): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

function isApproval(part: KalendsPart, approvalId: string): boolean {
  return part.type === 'data-approval' && part.data.approval.id === approvalId;
}

/** As the service keeps it: the answer that was stopped says so. */
function markStopped(messages: readonly KalendsMessage[]): readonly KalendsMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') return messages;
  const error = { code: 'cancelled', message: 'Stopped.', retryable: true } as const;
  return [...messages.slice(0, -1), { ...last, metadata: { createdAt: new Date().toISOString(), ...last.metadata, error } }];
}

function openQuestions(messages: readonly KalendsMessage[]): number {
  return messages.flatMap(({ parts }) => parts).filter((part) => part.type === 'data-approval' && part.data.state === 'pending').length;
}

function replace(messages: readonly KalendsMessage[], before: KalendsMessage, after: KalendsMessage): readonly KalendsMessage[] {
  return messages.includes(before) ? messages.map((message) => (message === before ? after : message)) : [...messages, after];
}
