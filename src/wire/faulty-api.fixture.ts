import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What goes wrong with the next request of a kind. `*-after` faults happen after the request was carried out. */
export type Fault =
  | { readonly kind: 'reset' | 'reset-after' | 'truncate' | 'error-500' | 'error-500-after' | 'bad-gateway' | 'hang' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

interface StoredBooking {
  uid: string;
  start: string;
  status: string;
  email: string;
  createdAt: string;
  rescheduledToUid?: string;
  rescheduledFromUid?: string;
}

export interface FaultyApi {
  readonly url: string;
  /** "POST /v2/bookings" in the order they came. */
  readonly requests: {
    readonly line: string;
    readonly version: string | undefined;
    readonly authorization: string | undefined;
    readonly at: number;
  }[];
  readonly bookings: Map<string, StoredBooking>;
  /** Faults of the next requests whose line starts with `line`, in order. */
  fail(line: string, ...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** A small booking API over real HTTP that misbehaves when told to. */
export async function startFaultyApi(): Promise<FaultyApi> {
  const requests: FaultyApi['requests'] = [];
  const bookings = new Map<string, StoredBooking>();
  const faults: { readonly line: string; readonly fault: Fault }[] = [];

  const server = createServer(async (request, response) => {
    const line = `${request.method} ${request.url}`;
    requests.push({
      line,
      version: request.headers['cal-api-version']?.toString(),
      authorization: request.headers.authorization,
      at: Date.now(),
    });
    const index = faults.findIndex((entry) => line.startsWith(entry.line));
    const fault = index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
    const body = await readBody(request);
    if (fault?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'error-500') return send(response, 500, failure('Internal server error'));
    if (fault?.kind === 'bad-gateway') return send(response, 502, '<html>Bad gateway</html>');
    if (fault?.kind === 'answer') return send(response, fault.status, fault.body, fault.headers);
    if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
    const answer = carryOut(bookings, request, body);
    if (fault?.kind === 'reset-after') return void request.socket.resetAndDestroy();
    if (fault?.kind === 'error-500-after') return send(response, 500, failure('Internal server error'));
    if (fault?.kind === 'truncate') {
      const text = JSON.stringify(answer.body);
      response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': text.length });
      response.write(text.slice(0, text.length / 2));
      return void setTimeout(() => request.socket.destroy(), 20);
    }
    send(response, answer.status, answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A TCP server that listens has an address object.
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    bookings,
    fail: (line, ...given) => faults.push(...given.map((fault) => ({ line, fault }))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function carryOut(bookings: Map<string, StoredBooking>, request: IncomingMessage, body: Record<string, unknown>) {
  const url = new URL(request.url ?? '/', 'http://test');
  const [, , , uid, action] = url.pathname.split('/');
  if (url.pathname === '/v2/me') return ok({ id: 1, username: 'ada', ...NOBODY });
  if (url.pathname.startsWith('/v2/event-types/')) return ok({ id: 7, title: 'Call', slug: 'call', lengthInMinutes: 30 });
  if (url.pathname === '/v2/bookings' && request.method === 'GET') {
    const email = url.searchParams.get('attendeeEmail');
    const data = [...bookings.values()].filter((booking) => email === null || booking.email === email).map(toBooking);
    return { status: 200, body: { status: 'success', data, pagination: pageOf(data.length) } };
  }
  if (url.pathname === '/v2/bookings') {
    const start = String(body.start);
    if ([...bookings.values()].some((booking) => booking.start === start && booking.status === 'accepted')) {
      return { status: 400, body: failure('User either already has booking at this time or is not available') };
    }
    const attendee = body.attendee as { email: string };
    return ok(toBooking(add(bookings, { start, email: attendee.email })), 201);
  }
  const old = bookings.get(uid ?? '');
  if (old === undefined) return { status: 404, body: failure(`Booking with uid=${uid} was not found in the database`) };
  if (action === 'reschedule') {
    if (old.status === 'cancelled')
      return { status: 400, body: failure(`Can't reschedule booking with uid=${uid} because it has been cancelled.`) };
    const next = add(bookings, { start: String(body.start), email: old.email, rescheduledFromUid: old.uid });
    old.status = 'cancelled';
    old.rescheduledToUid = next.uid;
    return ok(toBooking(next), 201);
  }
  if (action === 'cancel') old.status = 'cancelled';
  if (action === 'confirm') old.status = 'accepted';
  return ok(toBooking(old));
}

function add(bookings: Map<string, StoredBooking>, given: { start: string; email: string; rescheduledFromUid?: string }): StoredBooking {
  const booking = { ...given, uid: `b${bookings.size + 1}`, status: 'accepted', createdAt: new Date().toISOString() };
  bookings.set(booking.uid, booking);
  return booking;
}

const NOBODY = {
  email: 'ada@example.com',
  name: 'Ada',
  avatarUrl: null,
  bio: null,
  timeFormat: 24,
  defaultScheduleId: 1,
  weekStart: 'Monday',
  timeZone: 'Europe/London',
  organizationId: null,
};

function toBooking(booking: StoredBooking) {
  return {
    id: Number(booking.uid.slice(1)),
    uid: booking.uid,
    title: 'Call',
    description: '',
    hosts: [],
    status: booking.status,
    start: booking.start,
    end: booking.start,
    duration: 30,
    eventType: { id: 7, slug: 'call' },
    location: null,
    createdAt: booking.createdAt,
    updatedAt: null,
    attendees: [{ name: 'Bob', email: booking.email, displayEmail: booking.email, timeZone: 'UTC', absent: false }],
    rescheduledToUid: booking.rescheduledToUid,
    rescheduledFromUid: booking.rescheduledFromUid,
    somethingNew: { of: 'a later version' },
  };
}

function pageOf(total: number) {
  return {
    totalItems: total,
    remainingItems: 0,
    returnedItems: total,
    itemsPerPage: 100,
    currentPage: 1,
    totalPages: 1,
    hasNextPage: false,
    hasPreviousPage: false,
  };
}

function ok(data: unknown, status = 200) {
  return { status, body: { status: 'success', data } };
}

function failure(message: string) {
  return { status: 'error', error: { code: 'BadRequestException', message, details: { message } } };
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : JSON.parse(text);
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
