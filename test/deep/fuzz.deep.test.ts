import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from '../../src/server/service.fixture.ts';
import type { Endpoint } from '../../src/wire/endpoint.ts';
import { mountedEndpoints } from './mounted.ts';
import { type FuzzedRequest, type Pool, requestOf } from './request.arbitrary.ts';
import { type Oracle, openOracle } from './specification-oracle.ts';

/** Another seed tries other requests; a failure names its own. */
const SEED = Number(process.env.KALENDS_FUZZ_SEED ?? 20_300_107);
const REQUESTS = Number(process.env.KALENDS_FUZZ_REQUESTS ?? 6000);

/** What a refusal may be; everything else in its place is unlisted. */
const REFUSALS = [400, 401, 403, 404, 409, 422, 501];

const oracle: Oracle | undefined = await openOracle();
let service: TestService;
let hosts: readonly TestHost[];
let mounted: readonly Endpoint[];

beforeAll(async () => {
  service = await startTestService();
  mounted = await mountedEndpoints(service);
  hosts = [
    await addHost(service, { options: { lengthInMinutesOptions: [30, 60], minimumBookingNotice: 0 } }),
    await addHost(service, { options: { seats: { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true } } }),
    await addHost(service, { options: { recurrence: { interval: 1, occurrences: 4, frequency: 'weekly' } } }),
    await addHost(service, { options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } } }),
  ];
});

afterAll(() => service.close());

/** Ids and names of what exists now. */
async function lookAround(): Promise<Pool> {
  const { db } = service.store;
  const column = async (table: string, name: string): Promise<(string | number)[]> => {
    const rows = await db
      .selectFrom(table as 'users')
      .select(name as 'id')
      .orderBy(name as 'id', 'desc')
      .limit(40)
      .execute();
    return rows.flatMap((row) => Object.values(row));
  };
  const [users, usernames, types, uids, schedules, webhooks, attendees, teams, absences, reservations] = await Promise.all([
    column('users', 'id'),
    column('users', 'username'),
    column('event_types', 'id'),
    column('bookings', 'uid'),
    column('schedules', 'id'),
    column('webhooks', 'id'),
    column('attendees', 'id'),
    column('teams', 'id'),
    column('out_of_office', 'id'),
    column('slot_reservations', 'uid'),
  ]);
  return {
    userId: users,
    toUserId: users,
    username: usernames,
    usernames,
    eventTypeId: types,
    bookingUid: uids,
    bookingUidToReschedule: uids,
    scheduleId: schedules,
    defaultScheduleId: schedules,
    webhookId: webhooks,
    attendeeId: attendees,
    teamId: teams,
    oooId: absences,
    uid: reservations,
    orgId: [1],
    app: ['daily-video', 'google-meet', 'zoom'],
    calendar: ['ics-feed', 'google', 'apple'],
  };
}

async function send({ method, path, version, body, caller }: FuzzedRequest) {
  const key = hosts[caller]?.key;
  const request = new Request(`http://cal.test${path}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(version === undefined ? {} : { 'cal-api-version': version }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const response = await service.app.fetch(request);
  return { status: response.status, text: await response.text(), notice: response.headers.get('kalends-notice') };
}

it(`${REQUESTS} requests over every answered operation see no fault of ours (seed ${SEED})`, async () => {
  // Refreshed keys would lock the callers out, and nothing is to be fetched from elsewhere.
  const endpoints = mounted.filter(({ path }) => !path.includes('api-keys') && !path.includes('ics-feed'));
  const rounds = Math.ceil(REQUESTS / (endpoints.length * 10));
  // The first request of each fault.
  const faults = new Map<string, string>();
  const answered = new Map<string, number>();
  let sent = 0;
  for (let round = 0; round < rounds; round++) {
    const pool = await lookAround();
    for (const endpoint of endpoints) {
      for (const request of fc.sample(requestOf(endpoint, pool, hosts.length + 1), { seed: SEED + round, numRuns: 10 })) {
        sent += 1;
        const fault = await tryOne(request, answered);
        if (fault !== undefined && !faults.has(fault)) faults.set(fault, JSON.stringify(request).slice(0, 1500));
      }
    }
    await makeABooking(round);
  }
  console.info(`${sent} requests; answers by status: ${JSON.stringify(Object.fromEntries([...answered].toSorted()))}`);
  expect([...faults].slice(0, 20)).toEqual([]);
  expect(sent).toBeGreaterThanOrEqual(5000);
  expect(answered.get('2xx') ?? 0).toBeGreaterThan(sent / 20);
});

async function tryOne(request: FuzzedRequest, answered: Map<string, number>): Promise<string | undefined> {
  const bugs = service.bugs.length;
  const { status, text, notice } = await send(request);
  const group = status < 300 ? '2xx' : String(status);
  answered.set(group, (answered.get(group) ?? 0) + 1);
  if (service.bugs.length > bugs) return `a bug: ${describe(service.bugs.at(-1))}`;
  const body: Readonly<Record<string, unknown>> = JSON.parse(text);
  if (status >= 300) return toRefusalFault(status, body);
  const endpoint = mounted.find((candidate) => fits(candidate, request));
  if (endpoint === undefined || notice !== null) return undefined;
  if (endpoint.status !== status) return `status ${status} in place of ${endpoint.status}`;
  const own = endpoint.response.safeParse(body);
  if (!own.success) return `an invalid body: ${own.error.message.slice(0, 300)}`;
  return toOracleFault(endpoint, status, body);
}

function describe(bug: unknown): string {
  return bug instanceof Error ? `${bug.message} ${bug.stack?.split('\n')[1]?.trim()}` : String(bug);
}

function toRefusalFault(status: number, body: Readonly<Record<string, unknown>>): string | undefined {
  if (!REFUSALS.includes(status)) return `unlisted status ${status}`;
  const { error, message, path, timestamp } = body;
  const isEnvelope = body.status === 'error' && typeof message === 'string' && typeof path === 'string' && typeof timestamp === 'string';
  const isTold = typeof error === 'object' && error !== null && 'code' in error && 'message' in error && 'details' in error;
  return isEnvelope && isTold && message !== '' ? undefined : `not the error envelope: ${JSON.stringify(body).slice(0, 300)}`;
}

function fits({ method, path, versions }: Endpoint, request: FuzzedRequest): boolean {
  const asked = request.version === undefined || request.version === 'latest' ? '2024-04-15' : request.version;
  const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`);
  return method === request.method && pattern.test(request.path.split('?')[0] ?? '') && (versions.length === 0 || versions.includes(asked));
}

function toOracleFault({ method, path, versions }: Endpoint, status: number, body: unknown): string | undefined {
  if (versions.includes('2024-04-15')) return undefined;
  const faults = oracle?.faultsOf(`${method} ${path.replace(/:(\w+)/g, '{$1}')}`, status, body) ?? [];
  const real = faults.filter((fault) => !fault.endsWith('is not in the specification'));
  return real.length === 0 ? undefined : real.slice(0, 3).join('; ');
}

/** Something to look at, change and cancel, whatever the random requests left. */
async function makeABooking(round: number): Promise<void> {
  for (const [index, host] of hosts.entries()) {
    const attendee = { name: 'Bob', email: `bob${round}@example.com`, timeZone: 'UTC' };
    const start = new Date(Date.parse('2050-09-12T07:00:00Z') + round * 86_400_000 + index * 3_600_000).toISOString();
    await service.call('POST /v2/bookings', { body: bookingBody(host, start, { attendee }) });
  }
}
