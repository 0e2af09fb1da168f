import type { RoomPerson } from '../../../wire/whereby/room-page.ts';
import { tintOf, toInitials } from './words.ts';

const TINTS = [
  'bg-tint-1 text-tint-ink-1',
  'bg-tint-2 text-tint-ink-2',
  'bg-tint-3 text-tint-ink-3',
  'bg-tint-4 text-tint-ink-4',
  'bg-tint-5 text-tint-ink-5',
] as const;

const SIZES = { small: 'size-9 text-xs', medium: 'size-11 text-sm', large: 'size-20 text-2xl sm:size-24 sm:text-3xl' } as const;

export interface FaceProps {
  readonly person: Pick<RoomPerson, 'participantId' | 'displayName'>;
  readonly size?: keyof typeof SIZES;
}

/** A person's initials in a tint of their own. Decorative: the name stands beside it. */
export function Face({ person, size = 'small' }: FaceProps) {
  return (
    <span
      aria-hidden
      className={`grid shrink-0 place-items-center rounded-full font-semibold tracking-tight select-none ${SIZES[size]} ${TINTS[tintOf(person.participantId, TINTS.length)]}`}
    >
      {toInitials(person.displayName)}
    </span>
  );
}

const SHOWN = 5;

/** Several, one over the other. */
export function Faces({ people }: { readonly people: readonly RoomPerson[] }) {
  if (people.length === 0) return null;
  return (
    <span aria-hidden className="flex -space-x-2">
      {people.slice(0, SHOWN).map((person) => (
        <span key={person.participantId} className="rounded-full ring-2 ring-surface">
          <Face person={person} />
        </span>
      ))}
    </span>
  );
}
