import { useEffect } from 'react';
import { useCell } from '../client/cell.ts';
import { LostBanner } from '../shell/lost-banner.tsx';
import { Announcer } from './announcer.tsx';
import { Farewell } from './farewell.tsx';
import { Inside } from './inside.tsx';
import { Lobby } from './lobby.tsx';
import { RoomHeader } from './room-header.tsx';
import { Sign } from './sign.tsx';
import type { RoomState, Visit } from './visit.ts';
import { Waiting } from './waiting.tsx';
import { toRoomTitle } from './words.ts';

/** The page behind the link of a room. */
export function RoomApp({ visit }: { readonly visit: Visit }) {
  const state = useCell(visit.state);
  const title = toRoomTitle(state.name);
  const waiting = state.view?.knocking.length ?? 0;
  useEffect(() => {
    document.title = `${waiting > 0 ? `(${waiting}) ` : ''}${state.isMissing ? 'No such room' : title} · Kalends`;
  }, [title, waiting, state.isMissing]);

  return (
    <div className="flex min-h-full flex-col">
      {state.isLost ? <LostBanner /> : null}
      <RoomHeader state={state} title={title} />
      <main className="flex flex-1 flex-col">
        <Screen state={state} title={title} visit={visit} />
      </main>
      <Announcer view={state.view} />
    </div>
  );
}

function Screen({ state, title, visit }: { readonly state: RoomState; readonly title: string; readonly visit: Visit }) {
  const { view, isMissing } = state;
  if (isMissing) {
    return (
      <Sign title="There is no such room">
        <p>Perhaps a part of the link was lost. Open it again from the invitation, or ask whoever invited you.</p>
      </Sign>
    );
  }
  if (view === undefined) return null;
  if (view.you?.state === 'present') return <Inside state={state} view={view} visit={visit} />;
  if (!view.isOpen) {
    return (
      <Sign title="This room is closed">
        <p>Its time is over, or it was removed. Ask whoever invited you for a new link.</p>
      </Sign>
    );
  }
  if (view.you?.state === 'knocking') return <Waiting state={state} title={title} visit={visit} />;
  if (view.you !== null) return <Farewell you={view.you} onComeBack={() => visit.comeBack()} />;
  return <Lobby state={state} title={title} view={view} visit={visit} />;
}
