import { ArrowDown } from 'lucide-react';
import { useEffect } from 'react';
import type { KalendsMessage } from '../../../agent/messages.ts';
import { type ConversationState, textOf } from '../client/conversation.ts';
import { Activity } from './activity.tsx';
import { FailureNote } from './failure-note.tsx';
import { type MessageActions, MessageView } from './message-view.tsx';
import { Suggestions } from './suggestions.tsx';
import { useStickToBottom } from './use-stick-to-bottom.ts';

export interface MessageListProps extends MessageActions {
  readonly state: ConversationState;
  readonly onRetry: () => void;
}

/** What an answer is an answer to: a sentence, or a decision. */
const ANCHOR = '[data-role="user"], [data-testid="approval-card"]:not([data-state="pending"])';

/** The conversation so far. It follows what is being said unless the reader has scrolled up. */
export function MessageList({ state, onRetry, ...actions }: MessageListProps) {
  const { messages, activity, deciding, failure } = state;
  const { scroller, content, isAtBottom, follow, goToBottom } = useStickToBottom(ANCHOR);
  const isBusy = activity !== 'idle';
  const last = messages.at(-1);
  // Whoever says or decides something wants to see what comes of it.
  useEffect(() => {
    if (isBusy) follow();
  }, [isBusy, follow]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-label="Conversation"
        aria-live="polite"
        aria-busy={isBusy}
        // A scrolled region must be reachable with the keyboard.
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above.
        tabIndex={0}
        className="thin-scroll h-full overflow-y-auto outline-offset-[-2px]"
      >
        <div ref={content} className="mx-auto w-full max-w-[46rem] space-y-6 px-4 pt-6 pb-8 sm:px-6">
          {messages.map((message) => (
            <MessageView key={message.id} message={message} isBusy={isBusy} deciding={deciding} {...actions} />
          ))}
          {isBusy ? <Activity message={last?.role === 'assistant' ? last : undefined} /> : null}
          {isBusy ? null : <Ending messages={messages} failure={failure} onRetry={onRetry} onSay={actions.onSay} />}
        </div>
      </div>
      <div aria-hidden className="pointer-events-none absolute inset-x-0 bottom-0 h-6 bg-linear-to-t from-paper to-transparent" />
      {isAtBottom ? null : (
        <button
          type="button"
          aria-label="Go to the newest message"
          onClick={() => goToBottom()}
          className="rise absolute bottom-4 left-1/2 grid size-10 -translate-x-1/2 place-items-center rounded-full border border-edge bg-surface text-soft shadow-float hover:text-ink"
        >
          <ArrowDown aria-hidden className="size-4" />
        </button>
      )}
    </div>
  );
}

interface EndingProps {
  readonly messages: readonly KalendsMessage[];
  readonly failure: ConversationState['failure'];
  readonly onRetry: () => void;
  readonly onSay: MessageActions['onSay'];
}

/** What stands below the newest message: a failure to try again, or what one might say next. */
function Ending({ messages, failure, onRetry, onSay }: EndingProps) {
  const last = messages.at(-1);
  if (failure !== undefined) return <FailureNote message={failure.message} hint={failure.hint} onRetry={onRetry} />;
  const error = last?.metadata?.error;
  if (error !== undefined && error.code !== 'cancelled') {
    // The answer's own notice says what went wrong; only the sentence is wanted again.
    const said = messages.findLast(({ role }) => role === 'user');
    return <FailureNote onRetry={() => onSay({ text: said === undefined ? '' : textOf(said) })} />;
  }
  const part = last?.parts.findLast((candidate) => candidate.type === 'data-suggestions');
  if (part?.type !== 'data-suggestions' || part.data.suggestions.length === 0) return null;
  return <Suggestions suggestions={part.data.suggestions} onSay={(text) => onSay({ text })} />;
}
