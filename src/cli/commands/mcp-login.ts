import { createInterface } from 'node:readline';
import { AppError, toAppError } from '../../errors.ts';
import type { ForeignLogout, ForeignServer, LoginEvent } from '../../owner/foreign.ts';
import { openInBrowser } from '../browser.ts';
import { readEvents } from '../event-lines.ts';
import { clean } from '../layout.ts';
import { reachOwner } from '../owner.ts';
import { findProjectRoot } from '../project-root.ts';
import type { Terminal } from '../terminal.ts';
import { askServers, describeLogin } from './mcp-servers.ts';
import { numberOf, positional, textOf, type Values } from './values.ts';

/** Logs in at a server in the person's browser; here stands only where, and what came of it. */
export async function logInAt(values: Values, terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const body = {
    project: findProjectRoot(),
    server: positional(positionals, 'server'),
    scope: textOf(values, 'scope'),
    clientId: textOf(values, 'clientId'),
    secretKey: textOf(values, 'clientSecret'),
    port: numberOf(values, 'port'),
  };
  const server = await untilDone(body, { terminal, mayOpen: values.open !== false });
  if (terminal.isJson) terminal.printJson({ success: true, server: server.name, login: server.login });
  else terminal.print(clean(`You are logged in at "${server.name}"${server.login === null ? '' : `, ${describeLogin(server.login)}`}.`));
  return 0;
}

async function untilDone(
  body: Readonly<Record<string, unknown>>,
  { terminal, mayOpen }: { readonly terminal: Terminal; readonly mayOpen: boolean },
): Promise<ForeignServer> {
  const owner = reachOwner(terminal);
  const leaving = new AbortController();
  let stopAsking = () => {};
  try {
    // Whoever leaves ends the login: the answer is read to its end, or breaks off with this process.
    for await (const event of readEvents<LoginEvent>(owner.stream('/owner/mcp/login', { body, signal: leaving.signal }))) {
      if (event.type === 'done') return event.server;
      if (event.type === 'error') throw toAppError(event.error);
      const isOpened = mayOpen && !terminal.isJson && openInBrowser(event.address);
      terminal.say(isOpened ? 'Log in on the page that opens in your browser, or open it yourself:' : 'Open this page in a browser:');
      terminal.say(`\n  ${clean(event.address)}\n\nKalends waits for you up to ten minutes; Ctrl-C stops it.`);
      if (isOpened || !terminal.canAsk) continue;
      const path = `/owner/mcp/login/${encodeURIComponent(event.id)}/back`;
      stopAsking = askForAddress(terminal, {
        onAddress: (address) => owner.json(path, { body: { address } }),
        onLeave: () => leaving.abort(),
      });
    }
  } finally {
    stopAsking();
  }
  throw new AppError('unavailable', 'The Kalends process ended before the login did.', { hint: 'Begin again.' });
}

interface Asking {
  readonly onAddress: (address: string) => Promise<unknown>;
  readonly onLeave: () => void;
}

/** A browser of another machine cannot come back to this one: its person brings the address over. Answers how to stop asking. */
function askForAddress(terminal: Terminal, { onAddress, onLeave }: Asking): () => void {
  terminal.say('If that browser is on another machine, it ends at a page that does not load: paste its address here.\n');
  const reader = createInterface({ input: process.stdin, output: process.stderr, prompt: '› ' });
  let isOver = false;
  reader.on('line', (line) => {
    if (line.trim() === '') return reader.prompt();
    onAddress(line).catch((error: unknown) => {
      if (isOver) return;
      terminal.say(clean(error instanceof AppError ? [error.message, error.hint].filter(Boolean).join(' ') : String(error)));
      reader.prompt();
    });
  });
  reader.on('close', () => {
    if (!isOver) onLeave();
  });
  reader.prompt();
  return () => {
    isOver = true;
    reader.close();
  };
}

export async function logOutAt(terminal: Terminal, positionals: readonly string[]): Promise<number> {
  const answer = await askServers<ForeignLogout>(terminal, 'logout', { server: positional(positionals, 'server') });
  if (terminal.isJson) terminal.printJson({ success: true, server: answer.server, logged_out: answer.hadLogin, revoked: answer.isRevoked });
  else terminal.print(clean(describeLogout(answer)));
  return 0;
}

function describeLogout({ server, hadLogin, isRevoked }: ForeignLogout): string {
  if (!hadLogin) return `You were not logged in at "${server}".`;
  return isRevoked
    ? `You are logged out at "${server}"; its login service has ended the login too.`
    : `The login at "${server}" is forgotten here. Its login service did not end it by itself: what it gave ends in its own time.`;
}
