import { openInBrowser } from '../browser.ts';
import { reachOwner } from '../owner.ts';
import type { Terminal } from '../terminal.ts';
import type { Values } from './values.ts';

export async function open(values: Values, terminal: Terminal): Promise<number> {
  const { url } = await reachOwner(terminal).json<{ url: string }>('/owner/sign-in-link', { method: 'POST' });
  const isOpened = values.browser !== false && !terminal.isJson && openInBrowser(url);
  if (terminal.isJson) {
    terminal.printJson({ url });
  } else {
    terminal.print(url);
    terminal.say(isOpened ? 'Opened in your browser. The link works once.' : 'Open this link in a browser. It works once.');
  }
  return 0;
}
