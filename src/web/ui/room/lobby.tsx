import { DoorOpen, Lock } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import type { RoomView } from '../../../wire/whereby/room-page.ts';
import { Button } from '../shell/button.tsx';
import { Faces } from './faces.tsx';
import { Sign } from './sign.tsx';
import type { RoomState, Visit } from './visit.ts';
import { toMomentText, toNames } from './words.ts';

export interface LobbyProps {
  readonly state: RoomState;
  readonly title: string;
  readonly view: RoomView;
  readonly visit: Visit;
}

/** Before the door: who is inside, and by which name one comes in. */
export function Lobby({ state: { isBusy, problem }, title, view, visit }: LobbyProps) {
  const id = useId();
  const [complaint, setComplaint] = useState<string>();
  const mustKnock = view.isLocked && view.role !== 'host';
  const wrong = complaint ?? problem;

  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
    setComplaint(name === '' ? 'Give the name others know you by.' : undefined);
    if (name === '') event.currentTarget.querySelector('input')?.focus();
    else void visit.enter(name);
  };

  return (
    <Sign title={title}>
      <p className="flex items-center gap-2 text-sm">
        {mustKnock ? (
          <>
            <Lock aria-hidden className="size-4 shrink-0" strokeWidth={1.75} /> Locked: a host lets you in.
          </>
        ) : (
          <>
            <DoorOpen aria-hidden className="size-4 shrink-0" strokeWidth={1.75} />
            {view.role === 'host' ? 'You come as a host.' : `Open until ${toMomentText(view.endDate)}.`}
          </>
        )}
      </p>
      <div className="flex min-h-9 items-center gap-3 text-sm" data-testid="who-is-here">
        <Faces people={view.people} />
        <span>{toPresence(view)}</span>
      </div>
      <form noValidate onSubmit={submit} className="border-t border-line pt-5">
        <label className="block text-sm font-medium text-ink">
          Your name
          <input
            name="name"
            defaultValue={visit.lastName}
            maxLength={80}
            autoComplete="name"
            spellCheck={false}
            aria-invalid={complaint !== undefined || undefined}
            aria-describedby={wrong === undefined ? undefined : `${id}-problem`}
            className="mt-1.5 block h-11 w-full rounded-xl border border-edge bg-surface px-3.5 text-base font-normal aria-invalid:border-bad"
          />
        </label>
        {wrong === undefined ? null : (
          <p id={`${id}-problem`} role="alert" className="mt-2 text-sm text-bad">
            {wrong}
          </p>
        )}
        <Button type="submit" look="primary" aria-disabled={isBusy} className="mt-4 w-full min-h-11">
          {mustKnock ? 'Knock' : 'Join'}
        </Button>
      </form>
      <p className="caption">This room keeps the guest list and the door. Sound and picture are not part of it.</p>
    </Sign>
  );
}

function toPresence({ count, people }: RoomView): string {
  if (count === 0) return 'Nobody is here yet.';
  if (people.length > 0) return `${toNames(people.map(({ displayName }) => displayName))} ${count === 1 ? 'is' : 'are'} here.`;
  return count === 1 ? 'One person is inside.' : `${count} people are inside.`;
}
