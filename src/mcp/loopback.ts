import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AppError } from '../errors.ts';

/** What a browser brought back from a login, and the way to tell it what came of it. */
export interface BroughtBack {
  readonly parameters: URLSearchParams;
  /** Answers the browser's request. */
  show(page: { readonly title: string; readonly text: string; readonly isGood: boolean }): void;
}

/** A door on this machine that a browser is sent back to, once. */
export interface Loopback {
  /** "http://127.0.0.1:41234/callback" */
  readonly url: string;
  /** Resolves to the first visit that carries our `state`; others are turned away. */
  readonly visit: Promise<BroughtBack>;
  /** The same by hand: takes the address at which a browser of another machine ended. */
  bring(address: string): void;
  close(): void;
}

export interface LoopbackOptions {
  readonly state: string;
  /** Some login services want to know it beforehand; any free one when absent. */
  readonly port?: number;
}

const HOST = '127.0.0.1';
const PATH = '/callback';

export async function openLoopback({ state, port = 0 }: LoopbackOptions): Promise<Loopback> {
  const { promise: visit, resolve } = Promise.withResolvers<BroughtBack>();
  let isTaken = false;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    // Another name for this machine may be another site's.
    if (request.headers.host !== `${HOST}:${portOf()}`) return show(response, 404, NOTHING);
    const address = `http://${HOST}${request.url}`;
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (request.method !== 'GET' || url?.pathname !== PATH) return show(response, 404, NOTHING);
    const given = url.searchParams.get('state');
    if (given === null || !isSame(given, state) || isTaken) return show(response, 400, FOREIGN);
    isTaken = true;
    resolve({
      parameters: url.searchParams,
      show: (page) => show(response, page.isGood ? 200 : 400, page),
    });
  };
  const server = createServer((request, response) => {
    try {
      answer(request, response);
    } catch {
      // Anybody on this machine may knock: nothing they send may end the process.
      response.destroy();
    }
  });
  const portOf = () => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : port;
  };
  await new Promise<void>((listening, failed) => {
    // For as long as it is open: an error that nobody hears ends the process.
    server.on('error', (cause) =>
      failed(
        new AppError('unavailable', `Port ${port} of this machine cannot be used for the way back: ${cause.message}.`, {
          cause,
          hint: port === 0 ? 'Try again.' : 'Choose another with --port, or leave it out.',
        }),
      ),
    );
    server.listen(port, HOST, listening);
  });
  return {
    url: `http://${HOST}:${portOf()}${PATH}`,
    visit,
    bring(address) {
      const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
      const given = url?.searchParams.get('state') ?? '';
      if (url?.pathname !== PATH || !isSame(given, state) || isTaken) {
        throw new AppError('invalid_input', 'This is not the address at which that login ends.', {
          hint: `Copy it whole from the browser; it begins with http://${HOST}.`,
        });
      }
      isTaken = true;
      resolve({ parameters: url.searchParams, show: () => undefined });
    },
    close() {
      server.close();
      // A page that is being sent is sent to its end; a visit that nobody answers any more is not kept.
      setTimeout(() => server.closeAllConnections(), 2_000).unref();
    },
  };
}

const NOTHING = { title: 'There is nothing here', text: 'Kalends waits for the end of a login, and this is none.' };
const FOREIGN = { title: 'Not the login that was begun', text: 'Kalends did not ask for this, or has its answer already.' };

function isSame(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

/** Only our own words stand on the page. */
function show(response: ServerResponse, status: number, { title, text }: { readonly title: string; readonly text: string }): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    connection: 'close',
  });
  const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:20vh auto;padding:0 1rem;color-scheme:light dark}';
  response.end(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><style>${style}</style><h1>${title}</h1><p>${text}</p></html>\n`,
  );
}
