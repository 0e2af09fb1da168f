import { type Cell, createCell } from './cell.ts';

/** The id of the conversation in the address (`/c/<id>`), or nothing on the start page. */
export interface Router {
  readonly conversationId: Cell<string | undefined>;
  go(conversationId: string | undefined): void;
}

export function createRouter(): Router {
  const conversationId = createCell(readAddress());
  addEventListener('popstate', () => conversationId.set(readAddress()));
  return {
    conversationId,
    go: (id) => {
      if (id === conversationId.get()) return;
      history.pushState(null, '', id === undefined ? '/' : `/c/${id}`);
      conversationId.set(id);
    },
  };
}

function readAddress(): string | undefined {
  const match = /^\/c\/([\w-]+)\/?$/.exec(location.pathname);
  return match?.[1];
}
