import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface TalkativeApi {
  readonly url: string;
  /** "GET /v2/me" in the order they came. */
  readonly lines: string[];
  /** Keys that are good; all others are answered with 401. */
  readonly keys: Set<string>;
  close(): Promise<void>;
}

const PERSON = {
  ...{ id: 1, username: 'ada', email: 'ada@example.com', name: 'Ada', avatarUrl: null, bio: null, timeFormat: 24 },
  ...{ defaultScheduleId: 1, weekStart: 'Monday', timeZone: 'Europe/London', organizationId: null },
};

const PAGINATION = {
  ...{ totalItems: 0, remainingItems: 0, returnedItems: 0, itemsPerPage: 100, currentPage: 1, totalPages: 1 },
  ...{ hasNextPage: false, hasPreviousPage: false },
};

/** Both APIs over real HTTP; whatever it does not like it tells with all headers it was sent, in every form. `clockSkewMs` is how far its clock is off. */
export async function startTalkativeApi({ clockSkewMs = 0 }: { readonly clockSkewMs?: number } = {}): Promise<TalkativeApi> {
  const lines: string[] = [];
  const keys = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://test');
    const key = request.headers.authorization?.replace('Bearer ', '') ?? '';
    lines.push(`${request.method} ${pathname}`);
    response.setHeader('date', new Date(Date.now() + clockSkewMs).toUTCString());
    response.setHeader('x-ratelimit-limit-default', '120');
    response.setHeader('x-ratelimit-remaining-default', '77');
    if (!keys.has(key)) return send(response, 401, complaintOf(request));
    const data = request.method === 'GET' ? dataOf(pathname) : undefined;
    if (data !== undefined) return send(response, 200, data);
    send(response, pathname.includes('calendars') ? 403 : 400, complaintOf(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has an address object
  return {
    url: `http://127.0.0.1:${port}`,
    lines,
    keys,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function dataOf(path: string): unknown {
  if (path === '/v2/me') return { status: 'success', data: PERSON };
  if (['/v2/event-types', '/v2/schedules', '/v2/webhooks'].includes(path)) return { status: 'success', data: [] };
  if (path === '/v2/bookings') return { status: 'success', data: [], pagination: PAGINATION };
  if (path.startsWith('/v1/')) return { results: [], cursor: null };
  return undefined;
}

function complaintOf({ headers, url, method }: IncomingMessage): unknown {
  const { authorization = '' } = headers;
  const key = authorization.replace('Bearer ', '');
  const forms = [authorization, encodeURIComponent(key), Buffer.from(`user:${key}`).toString('base64'), Buffer.from(key).toString('hex')];
  const message = `Cannot ${method} ${url} with ${JSON.stringify(headers)} or ${forms.join(' or ')}`;
  return { status: 'error', error: { code: 'BadRequestException', message, details: { message, headers, key } } };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
