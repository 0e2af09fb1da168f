import { Trash2 } from 'lucide-react';
import type { ConversationSummary } from '../../../agent/messages.ts';
import { IconButton } from './icon-button.tsx';

export interface ConversationListProps {
  /** Newest first; nothing while it is being loaded. */
  readonly conversations: readonly ConversationSummary[] | undefined;
  readonly currentId: string | undefined;
  readonly onSelect: (id: string) => void;
  readonly onDelete: (conversation: ConversationSummary) => void;
}

export function ConversationList({ conversations, currentId, onSelect, onDelete }: ConversationListProps) {
  if (conversations === undefined) return <div className="flex-1" />;
  return (
    <nav aria-label="Conversations" className="thin-scroll flex-1 overflow-y-auto px-2 pb-4">
      {conversations.length === 0 ? <p className="caption px-3 pt-2">What you talk about will be kept here.</p> : null}
      {groupByAge(conversations).map(([label, group]) => (
        <section key={label} aria-label={label}>
          <h2 className="caption px-3 pt-4 pb-1.5 font-medium">{label}</h2>
          <ul>
            {group.map((conversation) => (
              <li key={conversation.id} className="group relative">
                <a
                  href={`/c/${conversation.id}`}
                  aria-current={conversation.id === currentId ? 'page' : undefined}
                  title={conversation.title}
                  onClick={(event) => {
                    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
                    event.preventDefault();
                    onSelect(conversation.id);
                  }}
                  className="block truncate rounded-lg px-3 py-2 text-sm text-soft transition-colors group-focus-within:pr-11 group-hover:bg-sunken group-hover:pr-11 group-hover:text-ink aria-[current=page]:bg-surface aria-[current=page]:font-medium aria-[current=page]:text-ink aria-[current=page]:shadow-card pointer-coarse:py-2.5 pointer-coarse:pr-12"
                >
                  {conversation.title}
                </a>
                <IconButton
                  icon={Trash2}
                  label={`Delete “${conversation.title}”`}
                  onClick={() => onDelete(conversation)}
                  className="absolute! top-1/2 right-1 size-8! -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:text-bad! focus-visible:opacity-100 pointer-coarse:opacity-100"
                />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function groupByAge(conversations: readonly ConversationSummary[]): readonly (readonly [string, readonly ConversationSummary[]])[] {
  const today = new Date().setHours(0, 0, 0, 0);
  const yesterday = today - 86_400_000;
  const weekAgo = today - 6 * 86_400_000;
  const labelOf = ({ updatedAt }: ConversationSummary): string => {
    const time = Date.parse(updatedAt);
    if (time >= today) return 'Today';
    if (time >= yesterday) return 'Yesterday';
    return time >= weekAgo ? 'This week' : 'Earlier';
  };
  return [...Map.groupBy(conversations, labelOf)];
}
