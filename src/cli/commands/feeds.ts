import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';

/** Prints the address of the private calendar, the one there is or a new one. */
export async function feed(action: 'show' | 'reset', terminal: Terminal): Promise<number> {
  const owner = reachOwner(terminal);
  const { url } = await owner.json<{ url: string }>(action === 'show' ? '/owner/feed' : '/owner/feed/reset', {
    method: action === 'show' ? 'GET' : 'POST',
  });
  if (terminal.isJson) {
    terminal.printJson({ url });
    return 0;
  }
  terminal.print(url);
  terminal.say('Whoever has this address can read your bookings. `kalends feeds reset` makes another.');
  return 0;
}
