import { globSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../store/api-keys.ts';
import { grantCredits } from '../store/credits.ts';
import { timestamp } from '../store/sql-values.ts';
import type { Endpoint } from '../wire/endpoint.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

/**
 * What the contract opens to everybody: booking pages and what they need, and whatever only somebody who was given a uid can name. All else needs a
 * key, and another user's key reaches nothing.
 */
const PUBLIC = new Set([
  'GET /v2/openapi.json',
  'GET /v2/timezones',
  'POST /v2/auth/oauth2/token',
  'GET /v2/event-types',
  'GET /v2/event-types/:username/public',
  'GET /v2/event-types/:username/:eventSlug/public',
  'GET /v2/teams/:teamId/event-types',
  'GET /v2/slots',
  'GET /v2/slots/available',
  'POST /v2/slots/reserve',
  'DELETE /v2/slots/selected-slot',
  'POST /v2/slots/reservations',
  'GET /v2/slots/reservations/:uid',
  'PATCH /v2/slots/reservations/:uid',
  'DELETE /v2/slots/reservations/:uid',
  'POST /v2/bookings',
  'POST /v2/bookings/recurring',
  'GET /v2/bookings/:bookingUid',
  'GET /v2/bookings/by-seat/:seatUid',
  'GET /v2/bookings/:bookingUid/reschedule',
  'POST /v2/bookings/:bookingUid/reschedule',
  'POST /v2/bookings/:bookingUid/cancel',
]);

/** What the refused user sends where an empty object is not enough to come as far as the question whose it is. */
const BODIES: Readonly<Record<string, (world: World) => unknown>> = {
  'POST /v2/bookings/:bookingUid/attendees': () => ({ name: 'Eve', email: 'eve@example.com', timeZone: 'UTC' }),
  'POST /v2/bookings/:bookingUid/guests': () => ({ guests: [{ email: 'eve@example.com' }] }),
  'POST /v2/bookings/:bookingUid/mark-absent': () => ({ host: true }),
  'POST /v2/bookings/:bookingUid/mark-no-show': () => ({ noShowHost: true }),
  'PATCH /v2/bookings/:bookingUid/location': () => ({ location: { type: 'link', link: 'https://eve.example/' } }),
  'POST /v2/event-types': ({ scheduleId }) => ({ title: 'Eve', slug: 'eve', lengthInMinutes: 15, scheduleId }),
  'PATCH /v2/event-types/:eventTypeId': () => ({ title: 'Taken over' }),
  'PATCH /v2/schedules/:scheduleId': () => ({ name: 'Taken over' }),
  'PATCH /v2/me': ({ scheduleId }) => ({ defaultScheduleId: scheduleId }),
  'POST /v2/event-types/:eventTypeId/webhooks': () => ({ ...WEBHOOK, subscriberUrl: 'https://eve.example/type', secret: 'own' }),
  'PATCH /v2/event-types/:eventTypeId/webhooks/:webhookId': () => ({ active: false }),
  'PATCH /v2/event-types/:eventTypeId/private-links/:linkId': () => ({ maxUsageCount: 9 }),
  'POST /v2/webhooks': () => ({ ...WEBHOOK, subscriberUrl: 'https://eve.example/', secret: 'own' }),
  'PATCH /v2/webhooks/:webhookId': () => ({ active: false }),
  'POST /v2/me/ooo': () => ({ ...DAYS_AWAY, notes: 'own' }),
  'PATCH /v2/me/ooo/:oooId': () => ({ notes: 'Taken over' }),
  'POST /v2/organizations/:orgId/users/:userId/ooo': () => ({ ...DAYS_AWAY, notes: 'own' }),
  'PATCH /v2/organizations/:orgId/users/:userId/ooo/:oooId': () => ({ notes: 'Taken over' }),
  'POST /v2/credits/charge': () => ({ credits: 1, creditFor: 'AI_AGENT' }),
  'PATCH /v2/teams/:teamId': () => ({ name: 'Taken over' }),
  'POST /v2/teams/:teamId/memberships': ({ stranger }) => ({ userId: stranger.user.id, role: 'OWNER', accepted: true }),
  'POST /v2/teams/:teamId/event-types': ({ stranger }) => ({
    title: 'Eve',
    slug: 'eve',
    lengthInMinutes: 15,
    schedulingType: 'collective',
    hosts: [{ userId: stranger.user.id }],
  }),
  'PATCH /v2/teams/:teamId/event-types/:eventTypeId': () => ({ title: 'Taken over' }),
  'POST /v2/calendars/:calendar/disconnect': ({ credentialId }) => ({ id: credentialId }),
  'POST /v2/selected-calendars': ({ credentialId }) => ({ integration: 'ics-feed_calendar', externalId: FEED, credentialId }),
  'PUT /v2/destination-calendars': () => ({ integration: 'ics-feed_calendar', externalId: FEED }),
};

/** What the refused user asks for, naming what is not theirs. */
const QUERIES: Readonly<Record<string, (world: World) => string>> = {
  'GET /v2/bookings': ({ bookingUid }) => `bookingUid=${bookingUid}`,
  'GET /v2/calendars/busy-times': ({ credentialId }) =>
    `credentialId=${credentialId}&externalId=${encodeURIComponent(FEED)}&dateFrom=2050-01-01&dateTo=2051-01-01`,
  'DELETE /v2/selected-calendars': ({ credentialId }) =>
    `integration=ics-feed_calendar&externalId=${encodeURIComponent(FEED)}&credentialId=${credentialId}`,
};

const WEBHOOK = { active: true, subscriberUrl: 'https://hooks.example/private', triggers: ['BOOKING_CREATED'], secret: 'private secret' };
const DAYS_AWAY = { start: '2050-12-01T00:00:00Z', end: '2050-12-03T00:00:00Z', notes: 'private notes' };

const FEED = 'https://private.example/diary.ics';

/** In everything that is the owner's. */
const MARK = /private/i;

interface World {
  readonly owner: TestHost;
  readonly stranger: TestHost;
  readonly bookingUid: string;
  readonly scheduleId: number;
  readonly credentialId: number;
  readonly parameters: Readonly<Record<string, string | number>>;
}

let service: TestService;
let endpoints: readonly Endpoint[];
let world: World;

beforeAll(async () => {
  service = await startTestService();
  const everybody = await readEndpoints();
  const routes = new Set(service.app.routes.map(({ method, path }) => `${method} ${path}`));
  endpoints = everybody.filter((endpoint) => routes.has(nameOf(endpoint)));
  world = await populate();
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

/** Every operation that the wire describes: whatever is added there is tried here. */
async function readEndpoints(): Promise<readonly Endpoint[]> {
  const folder = new URL('../wire/calcom/', import.meta.url).pathname;
  const files = globSync('*.ts', { cwd: folder }).filter((file) => !/\.(test|fixture)\.ts$/.test(file));
  const modules: readonly Record<string, unknown>[] = await Promise.all(files.map((file) => import(`${folder}${file}`)));
  const exported = modules.flatMap((module) => Object.values(module));
  return [...new Set(exported.filter(isEndpoint))];
}

function isEndpoint(value: unknown): value is Endpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'versions' in value && 'response' in value;
}

function nameOf({ method, path }: Endpoint): string {
  return `${method} ${path}`;
}

async function populate(): Promise<World> {
  const owner = await addHost(service, { slug: 'private-talk', title: 'Private talk', hidden: true });
  const stranger = await addHost(service);
  const { key } = owner;
  const make = async (line: string, body: unknown) => {
    const made = await service.call(line, { key, body });
    expect(made.status, `${line}: ${made.body.message}`).toBeLessThan(300);
    return made.body.data;
  };
  await make('PATCH /v2/me', { bio: 'Private life' });
  const schedule = await make('POST /v2/schedules', { name: 'Private hours', timeZone: 'Europe/Rome', isDefault: true });
  const guest = { name: 'Private Person', email: 'private.person@example.com', timeZone: 'Europe/Rome' };
  const booked = await service.call('POST /v2/bookings', { body: bookingBody(owner, '2050-09-05T08:00:00Z', { attendee: guest }) });
  const { uid: bookingUid } = booked.body.data;
  const [attendee] = (await service.call(`GET /v2/bookings/${bookingUid}/attendees`, { key })).body.data;
  const webhook = await make('POST /v2/webhooks', WEBHOOK);
  const ooo = await make('POST /v2/me/ooo', { ...DAYS_AWAY, start: '2050-11-01T00:00:00Z' });
  const link = await make(`POST /v2/event-types/${owner.eventTypeId}/private-links`, {});
  const team = await make('POST /v2/teams', { name: 'Private team', slug: 'private-team' });
  const teamEventType = await make(`POST /v2/teams/${team.id}/event-types`, {
    title: 'Private round',
    slug: 'private-round',
    lengthInMinutes: 30,
    schedulingType: 'collective',
    hosts: [{ userId: owner.user.id }],
  });
  await service.store.transaction((tx) => grantCredits(tx, { userId: owner.user.id, credits: 77_001, note: 'private grant', now: 0 }));
  const { db } = service.store;
  const { id: credentialId } = await db
    .insertInto('calendar_credentials')
    .values({ user_id: owner.user.id, read_only: true, created_at: timestamp(0) })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('calendar_feeds')
    .values({ credential_id: credentialId, user_id: owner.user.id, url: FEED, name: 'Private diary', next_fetch_at: timestamp(0) })
    .execute();
  const parameters = {
    bookingUid,
    attendeeId: attendee?.id ?? 0,
    eventTypeId: owner.eventTypeId,
    scheduleId: schedule.id,
    webhookId: webhook.id,
    linkId: (link as unknown as { readonly linkId: string }).linkId, // the shape this operation answers
    oooId: ooo.id,
    orgId: 1,
    userId: owner.user.id,
    teamId: team.id,
    teamEventTypeId: teamEventType.id,
    app: 'google-meet',
    calendar: 'ics-feed',
    // Where a uid is the right itself, nobody guesses one.
    uid: 'unknown',
    seatUid: 'unknown',
    username: owner.user.username,
    eventSlug: 'private-talk',
  };
  return { owner, stranger, bookingUid, scheduleId: schedule.id, credentialId, parameters };
}

async function send(endpoint: Endpoint, key: string | undefined) {
  const name = nameOf(endpoint);
  const path = endpoint.path.replace(/:(\w+)/g, (_match, parameter: string) => {
    const isOfTeam = parameter === 'eventTypeId' && endpoint.path.startsWith('/v2/teams/');
    const value = world.parameters[isOfTeam ? 'teamEventTypeId' : parameter];
    if (value === undefined) throw new Error(`Give "${parameter}" of ${name} a value that is the owner's.`);
    return String(value);
  });
  const query = QUERIES[name]?.(world);
  const isRead = endpoint.method === 'GET' || endpoint.body.type === 'undefined';
  return await service.call(`${endpoint.method} ${path}${query === undefined ? '' : `?${query}`}`, {
    key,
    version: endpoint.versions[0] ?? null,
    ...(isRead ? {} : { body: BODIES[name]?.(world) ?? {} }),
  });
}

/** All rows but those of one user, and those that every request makes. */
async function rowsBeside(userId: number): Promise<readonly string[]> {
  const tables = await sql<{ name: string }>`select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'rate%' and table_name <> 'answered_requests'
    order by 1`.execute(service.store.db);
  const selects = tables.rows.map(({ name }) => sql`select ${name} || ' ' || row_to_json(t)::text as text from ${sql.table(name)} as t`);
  const { rows } = await sql<{ text: string }>`${sql.join(selects, sql` union all `)}`.execute(service.store.db);
  const own = new RegExp(`"(?:user_id|host_id)":${userId}\\b|^users \\{"id":${userId},`);
  return rows
    .map(({ text }) => text)
    .filter((text) => !own.test(text))
    .sort();
}

describe('every operation', () => {
  it('is known to this test', () => {
    expect(endpoints.length).toBeGreaterThan(60);
    const routes = service.app.routes.filter(({ method, path }) => path.startsWith('/v2/') && method !== 'ALL');
    const names = new Set(endpoints.map(nameOf));
    const unknown = routes.map(({ method, path }) => `${method} ${path}`).filter((name) => !names.has(name) && !PUBLIC.has(name));
    expect(unknown).toEqual([]);
  });

  it('refuses a key that is none, public ones too', async () => {
    const wrong: string[] = [];
    for (const endpoint of endpoints) {
      for (const key of ['cal_wrong', 'kat_wrong', 'wrong']) {
        const { status } = await send(endpoint, key);
        if (status !== 401) wrong.push(`${nameOf(endpoint)} answers ${status} to "${key}"`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('asks for a key unless the contract opens it', async () => {
    const open: string[] = [];
    for (const endpoint of endpoints) {
      if (PUBLIC.has(nameOf(endpoint))) continue;
      const { status } = await send(endpoint, undefined);
      if (status !== 401) open.push(`${nameOf(endpoint)} answers ${status}`);
    }
    expect(open).toEqual([]);
  });

  it("shows and changes nothing of one user to another's key", async () => {
    const wrong: string[] = [];
    const { id: userId } = world.stranger.user;
    let before = await rowsBeside(userId);
    for (const endpoint of endpoints) {
      const name = nameOf(endpoint);
      if (PUBLIC.has(name)) continue;
      // One of them uses its key up.
      const key = await createApiKey(service.store.db, { userId, now: Date.now() });
      const { status, body } = await send(endpoint, key);
      const namesOthers = /:\w+/.test(endpoint.path) || QUERIES[name] !== undefined;
      // What was refused for its form was never asked whose it is.
      if (namesOthers && status === 400 && !MAY_REFUSE_BEFORE.has(name)) wrong.push(`${name} needs a body in BODIES: ${body.message}`);
      // What was asked for may be named in the refusal.
      const shown = JSON.stringify({ ...body, path: undefined }).replaceAll(FEED, '');
      if (MARK.test(shown)) wrong.push(`${name} shows ${shown.slice(0, 300)}`);
      const after = await rowsBeside(userId);
      const changed = [...before.filter((row) => !after.includes(row)), ...after.filter((row) => !before.includes(row))];
      if (changed.length > 0) wrong.push(`${name} (${status}) changes ${changed.join('\n').slice(0, 600)}`);
      before = after;
    }
    expect(wrong).toEqual([]);
  });

  it('works for the one whose it is', async () => {
    const refused: string[] = [];
    for (const endpoint of endpoints) {
      // A feed is only checked by fetching it.
      const isOutside = /:calendar|ics-feed\/check/.test(endpoint.path);
      // The webhook is the user's and not the event type's.
      const isElsewhere = endpoint.path.startsWith('/v2/event-types/:eventTypeId/webhooks/');
      if (endpoint.method !== 'GET' || PUBLIC.has(nameOf(endpoint)) || isOutside || isElsewhere) continue;
      const { status, body } = await send(endpoint, world.owner.key);
      if (status !== 200) refused.push(`${nameOf(endpoint)} answers ${status}: ${body.message}`);
    }
    expect(refused).toEqual([]);
  });
});

/** These name no row of anybody: an app, a kind of calendar. */
const MAY_REFUSE_BEFORE = new Set([
  'POST /v2/conferencing/:app/default',
  'POST /v2/conferencing/:app/connect',
  'DELETE /v2/conferencing/:app/disconnect',
  'GET /v2/calendars/:calendar/check',
]);
