import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FeedServer, startFeedServer, toCalendar } from '../feeds/feed-server.fixture.ts';
import { createFeedJobs } from '../feeds/index.ts';
import { createJobs } from '../jobs/index.ts';
import { createOutgoing } from '../outgoing/index.ts';
import { listFeeds } from '../store/calendars.ts';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { addHost, bookingBody, type TestHost, type TestService, toTestService } from './service.fixture.ts';
import { readSpecification, violations } from './specification.fixture.ts';

const specification = readSpecification();
/** Tuesday, in Rome 11:00 to 12:00. */
const BUSY = ['DTSTART:20500906T090000Z', 'DTEND:20500906T100000Z'];

describe.each(testEngines)('outside calendars on $engine', ({ start }) => {
  let engine: TestEngine;
  let service: TestService;
  let host: TestHost;
  let feed: FeedServer;
  let processNow = Date.now();
  const outgoing = createOutgoing({ allowPrivate: '127.0.0.1' });

  beforeAll(async () => {
    engine = await start();
    service = toTestService(await engine.openStore(), { outgoing, processNow: () => processNow });
  }, 60_000);

  beforeEach(async () => {
    host = await addHost(service);
    feed = await startFeedServer(toCalendar(BUSY));
  });

  afterEach(() => {
    feed.close();
    expect(service.bugs).toEqual([]);
  });

  afterAll(async () => {
    await service.close();
    await engine.stop();
  });

  async function call(operation: string, path: string, body?: unknown) {
    const [method] = operation.split(' ');
    const answer = await service.call(`${method} ${path}`, { key: host.key, ...(body === undefined ? {} : { body }) });
    if (specification !== undefined && answer.status < 300) {
      expect(violations(specification, operation, answer.status, answer.body)).toEqual([]);
    }
    // Whoever asks knows what the data is.
    return { status: answer.status, data: answer.body.data as never as Json, message: answer.body.message, error: answer.body.error };
  }

  const save = (...urls: readonly string[]) => call('POST /v2/calendars/ics-feed/save', '/v2/calendars/ics-feed/save', { urls });

  async function refresh(): Promise<void> {
    processNow += 60_000;
    await call('GET /v2/calendars/ics-feed/check', '/v2/calendars/ics-feed/check');
  }

  async function freeStarts(): Promise<readonly string[]> {
    const { body } = await service.call(`GET /v2/slots?eventTypeId=${host.eventTypeId}&start=2050-09-06&end=2050-09-06&timeZone=UTC`);
    return Object.values(body.data as never as Record<string, { start: string }[]>)
      .flat()
      .map((slot) => slot.start.slice(11, 16));
  }

  it('block time, in the list of slots and for a booking', async () => {
    expect(await freeStarts()).toContain('09:00');
    const saved = await save(feed.url);
    expect(saved.status).toBe(201);
    expect(saved.data).toMatchObject({ type: 'ics-feed_calendar', userId: host.user.id, appId: 'ics-feed', invalid: false });
    expect(await freeStarts()).not.toContain('09:00');
    expect(await freeStarts()).toContain('10:00');
    const refused = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-06T09:00:00Z') });
    expect(refused.status).toBe(400);
    const other = await addHost(service);
    expect((await service.call('POST /v2/bookings', { body: bookingBody(other, '2050-09-06T09:00:00Z') })).status).toBe(201);
  });

  it('are listed, asked for busy times in both spellings, left out and disconnected', async () => {
    const { data: credential } = await save(feed.url);
    const { data: list } = await call('GET /v2/calendars', '/v2/calendars');
    expect(list.connectedCalendars.map(({ integration }) => integration.type)).toEqual(['kalends_calendar', 'ics-feed_calendar']);
    expect(list.connectedCalendars[1]).toMatchObject({
      credentialId: credential.id,
      calendars: [{ externalId: feed.url, name: 'Work', isSelected: true, readOnly: true }],
    });
    expect(list.destinationCalendar).toMatchObject({ integration: 'kalends_calendar', externalId: host.user.email });

    await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-07T12:00:00Z') });
    const range = 'dateFrom=2050-09-06&dateTo=2050-09-06&timeZone=Europe%2FRome';
    const nested = `calendarsToLoad[0][credentialId]=${credential.id}&calendarsToLoad[0][externalId]=${encodeURIComponent(feed.url)}`;
    const flat = `credentialId=${credential.id}&externalId=${encodeURIComponent(feed.url)}`;
    for (const spelling of [nested, nested.replaceAll('[', '%5B').replaceAll(']', '%5D'), flat]) {
      const { status, data } = await call('GET /v2/calendars/busy-times', `/v2/calendars/busy-times?${range}&${spelling}`);
      expect([status, data]).toEqual([200, [{ start: '2050-09-06T09:00:00.000Z', end: '2050-09-06T10:00:00.000Z', source: 'Work' }]]);
    }
    const own = `loggedInUsersTz=UTC&dateFrom=2050-09-07&dateTo=2050-09-07&credentialId=0&externalId=${host.user.email}`;
    expect((await call('GET /v2/calendars/busy-times', `/v2/calendars/busy-times?${own}`)).data).toEqual([
      { start: '2050-09-07T12:00:00.000Z', end: '2050-09-07T13:00:00.000Z', source: 'kalends_calendar' },
    ]);
    for (const wrong of [range, `${range}&credentialId=${credential.id}`, `${flat}&dateFrom=2050-09-07&dateTo=2050-09-01`]) {
      expect((await call('GET', `/v2/calendars/busy-times?${wrong}`)).status).toBe(400);
    }

    const name = { integration: 'ics-feed_calendar', externalId: feed.url, credentialId: credential.id };
    const query = new URLSearchParams({ ...name, credentialId: String(credential.id) });
    expect((await call('DELETE /v2/selected-calendars', `/v2/selected-calendars?${query}`)).data).toEqual({
      userId: host.user.id,
      ...name,
    });
    expect(await freeStarts()).toContain('09:00');
    expect((await call('POST /v2/selected-calendars', '/v2/selected-calendars', name)).status).toBe(201);
    expect(await freeStarts()).not.toContain('09:00');
    const stranger = await addHost(service);
    expect((await service.call(`DELETE /v2/selected-calendars?${query}`, { key: stranger.key })).status).toBe(404);
    expect((await service.call(`GET /v2/calendars/busy-times?${range}&${flat}`, { key: stranger.key })).status).toBe(404);
    const disconnect = { key: stranger.key, body: { id: credential.id } };
    expect((await service.call('POST /v2/calendars/ics-feed/disconnect', disconnect)).status).toBe(404);

    const own2 = { integration: 'kalends_calendar', externalId: host.user.email };
    expect((await call('PUT /v2/destination-calendars', '/v2/destination-calendars', own2)).status).toBe(200);
    expect((await call('PUT', '/v2/destination-calendars', { integration: 'google_calendar', externalId: 'x' })).status).toBe(404);
    expect((await call('GET', '/v2/calendars/google/check')).status).toBe(404);
    expect((await call('GET', '/v2/calendars/elsewhere/check')).status).toBe(400);

    const gone = await call('POST /v2/calendars/{calendar}/disconnect', '/v2/calendars/ics-feed/disconnect', { id: credential.id });
    expect([gone.status, gone.data.id]).toEqual([200, credential.id]);
    expect(await freeStarts()).toContain('09:00');
  });

  it.each([
    ['a page instead of a calendar', 200, '<html>Sign in</html>'],
    ['an error', 500, 'oops'],
    ['half a calendar', 200, toCalendar(BUSY).slice(0, -40)],
    ['a rule that is not understood', 200, toCalendar([...BUSY, 'RRULE:FREQ=SOMETIMES'])],
  ])('that answer with %s are reported, and what they said before goes on blocking', async (_what, status, content) => {
    await save(feed.url);
    Object.assign(feed, { status, content });
    processNow += 60_000;
    const checked = await call('GET', '/v2/calendars/ics-feed/check');
    expect(checked.status).toBe(400);
    expect(checked.error.details).toMatchObject({ feeds: [{ externalId: feed.url, lastSuccess: expect.any(String) }] });
    expect(await freeStarts()).not.toContain('09:00');
    const { data } = await call('GET /v2/calendars', '/v2/calendars');
    expect(data.connectedCalendars[1]?.error?.message).toEqual(expect.any(String));
    Object.assign(feed, { status: 200, content: toCalendar() });
    await refresh();
    expect(await freeStarts()).toContain('09:00');
  });

  it('are saved only when all of them work, at addresses that may be called', async () => {
    const dead = await startFeedServer('');
    dead.close();
    for (const url of [dead.url, 'http://10.0.0.1/a.ics', 'http://169.254.169.254/latest', 'file:///etc/passwd', 'not an address']) {
      const refused = await save(feed.url, url);
      expect([url, refused.status]).toEqual([url, 400]);
    }
    feed.headers.location = 'http://10.0.0.1/a.ics';
    feed.status = 302;
    expect((await save(feed.url)).message).toContain('private');
    expect(await listFeeds(service.store.db, host.user.id)).toEqual([]);
  });

  it('are saved again without being doubled', async () => {
    await save(feed.url);
    const again = await save(feed.url, feed.url);
    const feeds = await listFeeds(service.store.db, host.user.id);
    expect(feeds.map(({ credentialId }) => credentialId)).toEqual([again.data.id]);
  });

  it('do not block by invitations to meetings that were made here', async () => {
    const { body } = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-06T09:00:00Z') });
    feed.content = toCalendar([...BUSY, `UID:${(body.data as never as { icsUid: string }).icsUid}`]);
    await save(feed.url);
    const moved = await service.call(`POST /v2/bookings/${body.data.uid}/reschedule`, { body: { start: '2050-09-06T13:00:00Z' } });
    expect(moved.status).toBe(201);
    expect(await freeStarts()).toContain('09:00');
  });

  it('are fetched again by a job when their time has come', async () => {
    await save(feed.url);
    feed.content = toCalendar(['DTSTART:20500906T120000Z', 'DTEND:20500906T130000Z']);
    const ports = { store: service.store, outgoing, now: () => service.clock.now, processNow: () => processNow };
    const definitions = createFeedJobs(ports);
    const jobs = createJobs({ store: service.store, now: ports.now, jobs: definitions, consumers: [], onFailure: () => {}, pollMs: 50 });
    await jobs.start();
    const round = definitions.find(({ name }) => name === 'feeds.refresh');
    if (round === undefined) throw new Error('There is no such job.');
    const count = feed.requests.length;
    await jobs.send(round, {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(feed.requests).toHaveLength(count);
    processNow += 16 * 60_000;
    await jobs.send(round, {});
    await expect.poll(freeStarts, { timeout: 10_000 }).toContain('09:00');
    expect(await freeStarts()).not.toContain('12:00');
    await jobs.stop();
  });
});

interface Json {
  readonly id: number;
  readonly connectedCalendars: readonly {
    readonly integration: { readonly type: string };
    readonly error?: { readonly message: string };
  }[];
  readonly destinationCalendar: unknown;
}
