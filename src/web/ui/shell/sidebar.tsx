import { PenLine } from 'lucide-react';
import { Wordmark } from '../brand/wordmark.tsx';
import type { Me } from '../client/me.ts';
import { Account } from './account.tsx';
import { ConversationList, type ConversationListProps } from './conversation-list.tsx';

export interface SidebarProps extends ConversationListProps {
  readonly me: Me;
  readonly onNew: () => void;
}

/** The conversations; a column on wide screens, the content of a drawer on narrow ones. */
export function Sidebar({ me, onNew, ...list }: SidebarProps) {
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-16 shrink-0 items-center px-5">
        <a
          href="/"
          className="rounded-md"
          aria-label="Kalends, start page"
          onClick={(event) => {
            event.preventDefault();
            onNew();
          }}
        >
          <Wordmark />
        </a>
      </div>
      <div className="px-3 pb-2">
        <button
          type="button"
          onClick={onNew}
          className="flex min-h-10 w-full items-center gap-2.5 rounded-xl border border-line bg-surface px-3 text-sm font-medium shadow-card transition-colors hover:border-accent-line hover:bg-accent-wash"
        >
          <PenLine aria-hidden className="size-4 text-accent" strokeWidth={1.75} />
          New conversation
        </button>
      </div>
      <ConversationList {...list} />
      <Account me={me} />
    </div>
  );
}
