import { Menu, PenLine } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ConversationSummary } from '../../agent/messages.ts';
import { Wordmark } from './brand/wordmark.tsx';
import { useCell } from './client/cell.ts';
import type { Me } from './client/me.ts';
import type { Router } from './client/route.ts';
import type { Workspace } from './client/workspace.ts';
import { ConversationPane } from './conversation/conversation-pane.tsx';
import { StartPane } from './conversation/start-pane.tsx';
import { Banners } from './shell/banners.tsx';
import { DeleteDialog } from './shell/delete-dialog.tsx';
import { IconButton } from './shell/icon-button.tsx';
import { LostBanner } from './shell/lost-banner.tsx';
import { Modal } from './shell/modal.tsx';
import { Sidebar } from './shell/sidebar.tsx';
import { SignedOut } from './shell/signed-out.tsx';
import { Unreachable } from './shell/unreachable.tsx';

export interface AppProps {
  readonly workspace: Workspace;
  readonly router: Router;
}

export function App({ workspace, router }: AppProps) {
  const connection = useCell(workspace.connection);
  const me = useCell(workspace.me);
  if (connection === 'signed-out') return <SignedOut />;
  if (connection === 'unreachable') return <Unreachable />;
  if (me === undefined) return <main aria-busy="true" aria-label="Kalends" className="h-full" />;
  return <Desk workspace={workspace} router={router} me={me} isLost={connection === 'lost'} />;
}

/** The page of somebody who is signed in: the conversations beside the one that is open. */
function Desk({ workspace, router, me, isLost }: AppProps & { readonly me: Me; readonly isLost: boolean }) {
  const conversations = useCell(workspace.list);
  const currentId = useCell(router.conversationId);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  const [doomed, setDoomed] = useState<ConversationSummary>();
  const title = conversations?.find(({ id }) => id === currentId)?.title;

  useEffect(() => {
    document.title = title === undefined ? 'Kalends' : `${title} · Kalends`;
  }, [title]);

  const go = (id: string | undefined): void => {
    setDrawerOpen(false);
    router.go(id);
  };
  const remove = (id: string): void => {
    setDoomed(undefined);
    if (id === currentId) router.go(undefined);
    void workspace.remove(id).catch(() => workspace.refresh());
  };
  const sidebar = (
    <Sidebar me={me} conversations={conversations} currentId={currentId} onNew={() => go(undefined)} onSelect={go} onDelete={setDoomed} />
  );

  return (
    <div className="flex h-full flex-col">
      <a
        href="#conversation"
        className="sr-only z-10 rounded-lg bg-surface px-4 py-2 font-medium focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
      >
        Skip to the conversation
      </a>
      <Banners me={me} timeZone={workspace.timeZone} />
      {isLost ? <LostBanner /> : null}
      <div className="flex min-h-0 flex-1">
        <aside aria-label="Sidebar" className="hidden w-68 shrink-0 border-r border-line bg-rail lg:block">
          {sidebar}
        </aside>
        <div className="flex min-w-0 flex-1 flex-col">
          <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 lg:hidden">
            <IconButton icon={Menu} label="Open the conversations" onClick={() => setDrawerOpen(true)} />
            <div className="flex min-w-0 flex-1 items-center px-1">
              {title === undefined ? <Wordmark /> : <p className="truncate text-sm font-medium">{title}</p>}
            </div>
            <IconButton icon={PenLine} label="New conversation" onClick={() => go(undefined)} />
          </header>
          <main
            id="conversation"
            tabIndex={-1}
            aria-label={title ?? 'New conversation'}
            className="flex min-h-0 flex-1 flex-col outline-none"
          >
            {currentId === undefined ? null : <h1 className="sr-only">{title ?? 'Conversation'}</h1>}
            {currentId === undefined ? (
              <StartPane me={me} workspace={workspace} onStart={go} />
            ) : (
              <ConversationPane key={currentId} conversation={workspace.open(currentId)} onNew={() => go(undefined)} />
            )}
          </main>
        </div>
      </div>
      <Modal
        isOpen={isDrawerOpen}
        onClose={() => setDrawerOpen(false)}
        label="Conversations"
        className="drawer m-0 h-dvh max-h-none w-[min(20rem,85vw)] max-w-none border-r border-line bg-rail p-0 shadow-float"
      >
        {sidebar}
      </Modal>
      <DeleteDialog conversation={doomed} onCancel={() => setDoomed(undefined)} onDelete={remove} />
    </div>
  );
}
