import { useEffect, useRef, useState } from 'react';
import type { RoomPerson, RoomView } from '../../../wire/whereby/room-page.ts';
import { toNames } from './words.ts';

/** Says to screen readers who came, went and knocks. */
export function Announcer({ view }: { readonly view: RoomView | undefined }) {
  const before = useRef<RoomView>(undefined);
  const [text, setText] = useState('');
  useEffect(() => {
    const last = before.current;
    before.current = view;
    if (view?.you?.state !== 'present' || last?.you?.state !== 'present') return;
    const news = [
      say(missingIn(last.people, view.people), 'joined'),
      say(missingIn(view.people, last.people), 'left'),
      say(missingIn(last.knocking, view.knocking), 'would like to come in'),
      last.isLocked === view.isLocked ? '' : view.isLocked ? 'The room is locked.' : 'The room is unlocked.',
    ].filter((sentence) => sentence !== '');
    if (news.length > 0) setText(news.join(' '));
  }, [view]);
  return (
    <p role="status" className="sr-only">
      {text}
    </p>
  );
}

/** Those of `now` who are not in `then`. */
function missingIn(then: readonly RoomPerson[], now: readonly RoomPerson[]): readonly string[] {
  const known = new Set(then.map(({ participantId }) => participantId));
  return now.filter(({ participantId }) => !known.has(participantId)).map(({ displayName }) => displayName);
}

function say(names: readonly string[], what: string): string {
  return names.length === 0 ? '' : `${toNames(names)} ${what}.`;
}
