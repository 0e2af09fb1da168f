import { useEffect, useRef } from 'react';
import { useCell } from '../client/cell.ts';
import { type Conversation, type ConversationState, textOf } from '../client/conversation.ts';
import { Button } from '../shell/button.tsx';
import { Composer } from './composer.tsx';
import { MessageList } from './message-list.tsx';

export interface ConversationPaneProps {
  readonly conversation: Conversation;
  readonly onNew: () => void;
}

export function ConversationPane({ conversation, onNew }: ConversationPaneProps) {
  const state = useCell(conversation.state);
  const field = useRef<HTMLTextAreaElement>(null);
  const pane = useRef<HTMLDivElement>(null);
  const isBusy = state.activity !== 'idle';
  useTurnFocus(pane, field, isBusy);

  if (state.load === 'missing') {
    return (
      <Emptiness text="This conversation does not exist, or was deleted.">
        <Button onClick={onNew}>New conversation</Button>
      </Emptiness>
    );
  }
  if (state.load === 'failed') {
    return (
      <Emptiness text={state.failure?.message ?? 'The conversation could not be loaded.'}>
        <Button onClick={() => void conversation.retry()}>Try again</Button>
      </Emptiness>
    );
  }
  return (
    <div ref={pane} className="flex min-h-0 flex-1 flex-col">
      <MessageList
        state={state}
        onRetry={() => void conversation.retry()}
        onSay={({ text, timeZone }) => void conversation.send(text, timeZone)}
        onDecide={(approvalId, approve) => void conversation.decide(approvalId, approve)}
      />
      <Footing>
        <Composer
          field={field}
          isBusy={isBusy}
          placeholder={isWaitingForAnswer(state) ? 'Or say what to change' : 'Say what you need'}
          history={toHistory(state)}
          onSend={(text) => void conversation.send(text)}
          onStop={conversation.stop}
        />
      </Footing>
    </div>
  );
}

/** The bottom of the page, under the messages. */
export function Footing({ children }: { readonly children: React.ReactNode }) {
  return <div className="mx-auto w-full max-w-[46rem] px-3 pb-[max(0.875rem,env(safe-area-inset-bottom))] sm:px-6">{children}</div>;
}

function Emptiness({ text, children }: { readonly text: string; readonly children: React.ReactNode }) {
  return (
    <div className="grid flex-1 place-content-center justify-items-center gap-4 px-6 text-center">
      <p className="text-soft">{text}</p>
      {children}
    </div>
  );
}

/**
 * After a turn the focus goes to the question that came up, or back to the message box. A started sentence keeps it,
 * and touch screens are spared the keyboard.
 */
function useTurnFocus(
  pane: React.RefObject<HTMLDivElement | null>,
  field: React.RefObject<HTMLTextAreaElement | null>,
  isBusy: boolean,
): void {
  const wasBusy = useRef(false);
  useEffect(() => {
    const hasEnded = wasBusy.current && !isBusy;
    wasBusy.current = isBusy;
    if (!hasEnded || (field.current?.value ?? '') !== '') return;
    const questions = pane.current?.querySelectorAll<HTMLElement>('[data-testid="approval-card"][data-state="pending"]');
    const newest = pane.current?.querySelector('[role="log"] article:last-of-type');
    const question = [...(questions ?? [])].findLast((candidate) => newest?.contains(candidate));
    if (question !== undefined) question.focus();
    else if (!matchMedia('(pointer: coarse)').matches) field.current?.focus();
  }, [isBusy, pane, field]);
}

function isWaitingForAnswer({ messages }: ConversationState): boolean {
  return messages.at(-1)?.parts.some((part) => part.type === 'data-approval' && part.data.state === 'pending') ?? false;
}

function toHistory({ messages }: ConversationState): readonly string[] {
  return messages.filter((message) => message.role === 'user').map(textOf);
}
