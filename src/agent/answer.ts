import type { JSONObject } from '@ai-sdk/provider';
import { type ModelResult, toResultJson } from '../surfaces/model.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { Card } from '../toolkit/card.ts';
import type { ApprovalState, KalendsChunk, KalendsMessage, KalendsPart, MessageData, MessageMetadata } from './messages.ts';

export type ToolPart = Extract<KalendsPart, { type: 'dynamic-tool' }>;

/** A message as it is kept: its metadata says when it was made. */
export type StoredMessage = KalendsMessage & { readonly metadata: MessageMetadata };

/** An assistant message while it is written: every change goes into the message, which is stored, and into the stream, which is watched. */
export interface Answer {
  current(): StoredMessage;
  /** Announces the message, new or continued. */
  begin(): void;
  beginStep(): void;
  endStep(): void;
  /** A text of its own; its part appears with the first character. */
  beginText(): { write(delta: string): void; end(): void };
  callTool(call: { readonly toolCallId: string; readonly toolName: string; readonly input: unknown }): void;
  /** The call waits for a person. */
  requestApproval(toolCallId: string, approval: PendingApproval): void;
  /** Ends a call with what the model is told about it; `approved` when a person answered. */
  settle(toolCallId: string, result: ModelResult, approved?: boolean): void;
  showApproval(data: MessageData['approval']): void;
  showCard(id: string, card: Card, toolCallId?: string): void;
  suggest(suggestions: readonly string[]): void;
  /** Adds to the metadata; the end of the stream carries it. */
  note(metadata: Partial<MessageMetadata>): void;
}

export interface AnswerOptions {
  readonly message: StoredMessage;
  readonly emit: (chunk: KalendsChunk) => void;
}

export function createAnswer({ message, emit }: AnswerOptions): Answer {
  let parts: readonly KalendsPart[] = message.parts;
  let metadata = message.metadata;
  let texts = 0;

  const append = (part: KalendsPart) => {
    parts = [...parts, part];
  };
  const replaceTool = (toolCallId: string, change: (part: ToolPart) => ToolPart) => {
    parts = parts.map((part) => (part.type === 'dynamic-tool' && part.toolCallId === toolCallId ? change(part) : part));
  };
  const putData = (part: Extract<KalendsPart, { type: 'data-card' | 'data-approval' | 'data-suggestions' }>) => {
    const isSame = (other: KalendsPart) => other.type === part.type && other.id === part.id;
    parts = parts.some(isSame) ? parts.map((other) => (isSame(other) ? part : other)) : [...parts, part];
    emit(part);
  };
  const showApproval = (data: MessageData['approval']) => putData({ type: 'data-approval', id: `approval-${data.approval.id}`, data });

  return {
    current: () => ({ ...message, metadata, parts: [...parts] }),

    begin: () => emit({ type: 'start', messageId: message.id, messageMetadata: metadata }),

    beginStep() {
      append({ type: 'step-start' });
      emit({ type: 'start-step' });
    },

    endStep: () => emit({ type: 'finish-step' }),

    beginText() {
      const id = `text-${message.parts.length}-${texts++}`;
      let at = -1;
      return {
        write(delta) {
          if (delta === '') return;
          if (at < 0) {
            at = parts.length;
            append({ type: 'text', text: '' });
            emit({ type: 'text-start', id });
          }
          parts = parts.map((part, index) => (index === at && part.type === 'text' ? { ...part, text: part.text + delta } : part));
          emit({ type: 'text-delta', id, delta });
        },
        end() {
          if (at >= 0) emit({ type: 'text-end', id });
        },
      };
    },

    callTool({ toolCallId, toolName, input }) {
      append({ type: 'dynamic-tool', toolCallId, toolName, state: 'input-available', input });
      emit({ type: 'tool-input-available', toolCallId, toolName, input, dynamic: true });
    },

    requestApproval(toolCallId, approval) {
      replaceTool(toolCallId, (part) => ({ ...callOf(part), state: 'approval-requested', approval: { id: approval.id } }));
      emit({ type: 'tool-approval-request', toolCallId, approvalId: approval.id });
      showApproval({ approval, state: 'pending', toolCallId });
    },

    settle(toolCallId, result, approved) {
      const approvalId = parts.find((part): part is ToolPart => part.type === 'dynamic-tool' && part.toolCallId === toolCallId)?.approval
        ?.id;
      if (approvalId !== undefined && approved !== undefined) emit({ type: 'tool-approval-response', approvalId, approved });
      replaceTool(toolCallId, (part) => settledPart(part, result, { approvalId, approved }));
      emit(settledChunk(toolCallId, result));
    },

    showApproval,
    showCard: (id, card, toolCallId) =>
      putData({ type: 'data-card', id: `card-${id}`, data: { card, ...(toolCallId === undefined ? {} : { toolCallId }) } }),
    suggest: (suggestions) => putData({ type: 'data-suggestions', id: 'suggestions', data: { suggestions } }),

    note(added) {
      metadata = { ...metadata, ...added };
    },
  };
}

function callOf({ toolCallId, toolName, input }: ToolPart) {
  return { type: 'dynamic-tool' as const, toolCallId, toolName, input };
}

interface Consent {
  readonly approvalId: string | undefined;
  readonly approved: boolean | undefined;
}

/** The call with its result; a result that is no output is kept as metadata, for the model's next turn. */
function settledPart(part: ToolPart, result: ModelResult, { approvalId, approved }: Consent): ToolPart {
  const call = callOf(part);
  const granted = approvalId === undefined || approved !== true ? {} : { approval: { id: approvalId, approved: true as const } };
  const toolMetadata: JSONObject = { result: toResultJson(result) };
  switch (result.status) {
    case 'done':
      return { ...call, ...granted, state: 'output-available', output: toResultJson(result) };
    case 'denied':
    case 'superseded':
      return {
        ...call,
        toolMetadata,
        state: 'output-denied',
        approval: { id: approvalId ?? part.toolCallId, approved: false, reason: result.message },
      };
    case 'failed':
      return { ...call, ...granted, toolMetadata, state: 'output-error', errorText: result.error.message };
    case 'pending':
    case 'unknown':
      return { ...call, ...granted, toolMetadata, state: 'output-error', errorText: result.message };
  }
}

function settledChunk(toolCallId: string, result: ModelResult): KalendsChunk {
  switch (result.status) {
    case 'done':
      return { type: 'tool-output-available', toolCallId, output: toResultJson(result), dynamic: true };
    case 'denied':
    case 'superseded':
      return { type: 'tool-output-denied', toolCallId };
    case 'failed':
      return { type: 'tool-output-error', toolCallId, errorText: result.error.message, dynamic: true };
    case 'pending':
    case 'unknown':
      return { type: 'tool-output-error', toolCallId, errorText: result.message, dynamic: true };
  }
}

/** A call that waits for a person, with the question as it was shown. */
export interface WaitingCall {
  readonly part: ToolPart;
  readonly data: MessageData['approval'];
}

export function waitingCalls(message: KalendsMessage): readonly WaitingCall[] {
  return message.parts.flatMap((part) => {
    if (part.type !== 'dynamic-tool' || part.state !== 'approval-requested') return [];
    const data = approvalData(message, part.approval.id);
    return data === undefined ? [] : [{ part, data }];
  });
}

export function approvalData(message: KalendsMessage, approvalId: string): MessageData['approval'] | undefined {
  return message.parts.flatMap((part) => (part.type === 'data-approval' && part.data.approval.id === approvalId ? [part.data] : []))[0];
}

/** Ends a waiting call of a message outside its stream. */
export function settleQuietly(message: StoredMessage, toolCallId: string, result: ModelResult, state?: ApprovalState): StoredMessage {
  const answer = createAnswer({ message, emit: () => undefined });
  const waiting = waitingCalls(message).find(({ part }) => part.toolCallId === toolCallId);
  answer.settle(toolCallId, result, state === 'approved' ? true : undefined);
  if (waiting !== undefined && state !== undefined) answer.showApproval({ ...waiting.data, state });
  return answer.current();
}
