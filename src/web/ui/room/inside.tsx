import { Check, Link2, Lock, LockOpen, LogOut } from 'lucide-react';
import { useState } from 'react';
import type { RoomPerson, RoomView } from '../../../wire/whereby/room-page.ts';
import { Button } from '../shell/button.tsx';
import { guestLink } from './address.ts';
import { DoorList } from './door-list.tsx';
import { Face } from './faces.tsx';
import type { RoomState, Visit } from './visit.ts';

export interface InsideProps {
  readonly state: RoomState;
  readonly view: RoomView;
  readonly visit: Visit;
}

/** In the room: everybody who is here, who knocks, and the way out. */
export function Inside({ state: { name, isBusy, problem }, view, visit }: InsideProps) {
  const isHost = view.you?.isHost === true;
  return (
    <>
      <DoorList guests={view.knocking} isBusy={isBusy} visit={visit} />
      <div className="flex flex-1 flex-col items-center justify-center px-4 py-4 sm:px-6">
        <ul aria-label="Who is here" className={`grid w-full gap-3 sm:gap-4 ${columnsFor(view.people.length)}`}>
          {view.people.map((person) => (
            <Tile key={person.participantId} person={person} isYou={person.participantId === view.you?.participantId} />
          ))}
        </ul>
        {view.people.length === 1 ? (
          <p className="mt-6 max-w-md text-center text-sm text-soft">
            You are the first. The meeting begins when somebody else comes: send them the guest link.
          </p>
        ) : null}
      </div>
      {problem === undefined ? null : (
        <p role="alert" className="px-6 pb-3 text-center text-sm text-bad">
          {problem}
        </p>
      )}
      <footer className="sticky bottom-0 flex flex-col items-center gap-3 bg-paper px-4 pt-2 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <div
          role="toolbar"
          aria-label="Room"
          className="flex flex-wrap justify-center gap-2 rounded-2xl border border-line bg-surface p-2 shadow-float"
        >
          <CopyLink name={name} />
          {isHost ? (
            <Button look="quiet" aria-disabled={isBusy} onClick={() => void visit.lock(!view.isLocked)}>
              {view.isLocked ? <LockOpen aria-hidden className="size-4" /> : <Lock aria-hidden className="size-4" />}
              {view.isLocked ? 'Unlock' : 'Lock'}
            </Button>
          ) : null}
          <Button look="danger" aria-disabled={isBusy} onClick={() => void visit.leave()}>
            <LogOut aria-hidden className="size-4" />
            Leave
          </Button>
        </div>
        <p className="caption text-center">This room keeps the guest list and the door. Sound and picture are not part of it.</p>
      </footer>
    </>
  );
}

function Tile({ person, isYou }: { readonly person: RoomPerson; readonly isYou: boolean }) {
  const marks = [...(isYou ? ['You'] : []), ...(person.isHost ? ['Host'] : []), ...(person.isViewer ? ['Viewer'] : [])];
  return (
    <li className="rise relative grid aspect-[4/3] max-h-[58vh] w-full place-items-center overflow-hidden rounded-3xl border border-line bg-surface shadow-card">
      <Face person={person} size="large" />
      <div className="absolute inset-x-0 bottom-0 flex items-center gap-2 px-4 py-3">
        <span className="min-w-0 truncate text-sm font-medium">{person.displayName}</span>
        {marks.map((mark) => (
          <span key={mark} className="rounded-full bg-sunken px-2 py-0.5 text-xs text-soft">
            {mark}
          </span>
        ))}
      </div>
    </li>
  );
}

function CopyLink({ name }: { readonly name: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(guestLink(name));
      setCopied(true);
      setTimeout(() => setCopied(false), 2500);
    } catch {
      window.prompt('Copy the link for guests:', guestLink(name));
    }
  };
  return (
    <Button look="quiet" onClick={() => void copy()}>
      {isCopied ? <Check aria-hidden className="size-4" /> : <Link2 aria-hidden className="size-4" />}
      <span aria-live="polite">{isCopied ? 'Copied' : 'Guest link'}</span>
    </Button>
  );
}

function columnsFor(count: number): string {
  if (count === 1) return 'max-w-xl';
  if (count === 2) return 'max-w-4xl sm:grid-cols-2';
  if (count <= 4) return 'max-w-3xl grid-cols-2';
  if (count <= 9) return 'max-w-5xl grid-cols-2 md:grid-cols-3';
  return 'max-w-6xl grid-cols-2 sm:grid-cols-3 lg:grid-cols-5';
}
