import type { InferUIMessageChunk, UIMessage } from 'ai';
import type { ErrorEnvelope } from '../errors.ts';
import type { PendingApproval } from '../toolkit/approval.ts';
import type { Card } from '../toolkit/card.ts';

/**
 * One message of a conversation as it is stored, streamed and drawn: text, tool calls (`dynamic-tool` parts) and the data parts below.
 * A data part with the id of an earlier one replaces it.
 */
export type KalendsMessage = UIMessage<MessageMetadata, MessageData>;

export type KalendsPart = KalendsMessage['parts'][number];

/** One event of an answer's stream. */
export type KalendsChunk = InferUIMessageChunk<KalendsMessage>;

export type MessageMetadata = {
  /** When the message was made, by the process clock: ISO instant. */
  readonly createdAt: string;
  /** IANA zone the person was in. */
  readonly timeZone?: string;
  /** Why the turn ended early: the model's failure, or `cancelled` when the person stopped it. Also shown as a notice card. */
  readonly error?: ErrorEnvelope;
};

export type MessageData = {
  /** The result of a tool call, or a notice, for a person to look at. Id: `card-<toolCallId>`. */
  readonly card: CardData;
  /** A question that only a person answers. Id: `approval-<approval id>`; sent again with its new state when it is answered. */
  readonly approval: ApprovalData;
  /** Sentences a person might want to say next. Id: `suggestions`. */
  readonly suggestions: SuggestionsData;
};

export type CardData = { readonly card: Card; readonly toolCallId?: string };

export type ApprovalData = { readonly approval: PendingApproval; readonly state: ApprovalState; readonly toolCallId?: string };

export type SuggestionsData = { readonly suggestions: readonly string[] };

/** `stale`: what it would change is no longer as it was when the question was asked. */
export type ApprovalState = 'pending' | 'approved' | 'denied' | 'stale' | 'expired';

/** `GET /chat/conversations` answers `{ conversations: ConversationSummary[] }`. */
export type ConversationSummary = { readonly id: string; readonly title: string; readonly updatedAt: string };

/** `GET /chat/conversations/:id`. */
export type ConversationView = ConversationSummary & { readonly messages: readonly KalendsMessage[] };

/** Body of `POST /chat/conversations/:id/messages`; the answer is a UI message stream. */
export type MessageRequest = { readonly text: string; readonly timeZone?: string };

/** Body of `POST /chat/conversations/:id/approvals/:approvalId`; the answer continues the same assistant message. */
export type ApprovalRequest = { readonly approve: boolean };
