import { memo } from 'react';
import type { KalendsMessage, KalendsPart } from '../../../agent/messages.ts';
import { ApprovalCard } from '../cards/approval-card.tsx';
import { CardView } from '../cards/card-view.tsx';
import type { SlotMessage } from '../cards/slot-message.ts';
import { type ConversationState, textOf } from '../client/conversation.ts';
import { Prose } from './prose.tsx';

export interface MessageActions {
  readonly onSay: (message: SlotMessage) => void;
  readonly onDecide: (approvalId: string, approve: boolean) => void;
}

export interface MessageViewProps extends MessageActions {
  readonly message: KalendsMessage;
  readonly isBusy: boolean;
  readonly deciding: ConversationState['deciding'];
}

/** One message: the person's words, or the answer's text and cards in their order. */
export const MessageView = memo(function MessageView(props: MessageViewProps) {
  const { message } = props;
  if (message.role === 'user') return <Words message={message} />;
  return (
    <article aria-label="Kalends" data-role="assistant" className="space-y-4">
      {message.parts.map((part, at) => (
        <Part key={partKey(part, at)} part={part} {...props} />
      ))}
      {message.metadata?.error?.code === 'cancelled' ? <p className="caption">Stopped</p> : null}
    </article>
  );
});

function Words({ message }: { readonly message: KalendsMessage }) {
  return (
    <article aria-label="You" data-role="user" className="rise flex justify-end">
      <p className="max-w-[85%] rounded-2xl rounded-br-md bg-sunken px-4 py-2.5 wrap-anywhere whitespace-pre-wrap">{textOf(message)}</p>
    </article>
  );
}

function Part({ part, isBusy, deciding, onSay, onDecide }: MessageViewProps & { readonly part: KalendsPart }) {
  switch (part.type) {
    case 'text':
      return part.text.trim() === '' ? null : <Prose text={part.text} />;
    case 'data-card':
      return <CardView card={part.data.card} isBusy={isBusy} onSay={onSay} />;
    case 'data-approval': {
      const { id } = part.data.approval;
      const answer = deciding?.approve ? 'approve' : 'deny';
      return (
        <ApprovalCard
          data={part.data}
          isBusy={isBusy}
          deciding={deciding?.approvalId === id ? answer : undefined}
          onDecide={(approve) => onDecide(id, approve)}
        />
      );
    }
    default:
      return null;
  }
}

function partKey(part: KalendsPart, at: number): string {
  return 'id' in part && part.id !== undefined ? `${part.type} ${part.id}` : `${part.type} ${at}`;
}
