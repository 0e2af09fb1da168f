import type { RoomPerson } from '../../../wire/whereby/room-page.ts';
import { Button } from '../shell/button.tsx';
import { Face } from './faces.tsx';
import type { Visit } from './visit.ts';

export interface DoorListProps {
  readonly guests: readonly RoomPerson[];
  readonly isBusy: boolean;
  readonly visit: Visit;
}

/** Who knocks, for hosts. */
export function DoorList({ guests, isBusy, visit }: DoorListProps) {
  if (guests.length === 0) return null;
  return (
    <section aria-label="At the door" className="mx-auto w-full max-w-xl px-4 sm:px-6">
      <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-accent-line bg-accent-wash shadow-card">
        {guests.map((guest) => (
          <li key={guest.participantId} className="rise flex flex-wrap items-center gap-3 px-4 py-3">
            <Face person={guest} size="medium" />
            <p className="min-w-0 flex-1 text-sm">
              <strong className="block truncate font-semibold">{guest.displayName}</strong>
              <span className="text-soft">would like to come in</span>
            </p>
            <div className="flex gap-2">
              <Button
                look="outline"
                aria-disabled={isBusy}
                aria-label={`Not now: ${guest.displayName}`}
                onClick={() => void visit.turnAway(guest.participantId)}
              >
                Not now
              </Button>
              <Button
                look="primary"
                aria-disabled={isBusy}
                aria-label={`Let in ${guest.displayName}`}
                onClick={() => void visit.admit(guest.participantId)}
              >
                Let in
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
