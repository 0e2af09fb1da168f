import type { RoomVisitor } from '../../../wire/whereby/room-page.ts';
import { Button } from '../shell/button.tsx';
import { Sign } from './sign.tsx';

const WORDS: Readonly<
  Record<Exclude<RoomVisitor['state'], 'present' | 'knocking'>, readonly [title: string, text: string, again: string]>
> = {
  left: ['You left the room', 'The others see that you are gone. You can close this page.', 'Join again'],
  turned_away: ['You were not let in', 'A host has answered your knock with no. Ask them before you knock again.', 'Back to the door'],
  gave_up: ['You stopped waiting', 'Nobody expects you at the door any more.', 'Back to the door'],
};

/** After the visit. */
export function Farewell({ you, onComeBack }: { readonly you: RoomVisitor; readonly onComeBack: () => void }) {
  if (you.state === 'present' || you.state === 'knocking') return null;
  const [title, text, again] = WORDS[you.state];
  return (
    <Sign title={title}>
      <p>{text}</p>
      <Button onClick={onComeBack}>{again}</Button>
    </Sign>
  );
}
