import { Hono } from 'hono';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOwnFeed } from '../feeds/index.ts';
import { createLinks, type LinkAction } from '../mail/index.ts';
import { createGuestDesk } from '../server/guest-desk.ts';
import { addHost, bookingBody, MONDAY, startTestService, type TestHost, type TestService } from '../server/service.fixture.ts';
import { getBooking } from '../store/bookings.ts';
import { resetFeedToken, showFeedToken } from '../store/feeds.ts';
import { readSigningSecret } from '../store/signing-secret.ts';
import { createBookingPages } from './booking-pages.ts';
import { createCalendarFeeds } from './calendar-feeds.ts';

const START = '2050-09-06T12:00:00Z';

let service: TestService;
let host: TestHost;
let pages: Hono;
let uid: string;

beforeAll(async () => {
  service = await startTestService();
  const now = () => service.clock.now;
  const desk = createGuestDesk({ store: service.store, now, publicUrl: 'http://cal.test', onBug: (error) => service.bugs.push(error) });
  pages = new Hono()
    .route('/b', createBookingPages(desk))
    .route('/feeds', createCalendarFeeds({ read: (token) => readOwnFeed(service.store.db, token, now()) }));
});

beforeEach(async () => {
  service.clock.now = MONDAY - 7 * 86_400_000;
  host = await addHost(service);
  const attendee = { name: 'Ada <b>Lovelace</b>', email: 'ada@example.com', timeZone: 'America/New_York' };
  const { body } = await service.call('POST /v2/bookings', { body: bookingBody(host, START, { attendee }) });
  uid = body.data.uid;
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const booking = async (of = uid) => {
  const found = await getBooking(service.store.db, of);
  if (found === undefined) throw new Error(`There is no booking "${of}".`);
  return found;
};

async function tokenFor(action: LinkAction): Promise<string> {
  const { attendees, endAt } = await booking();
  const links = createLinks(await readSigningSecret(service.store.db, 0));
  return links.sign({ action, bookingUid: uid, attendeeId: attendees[0]?.id ?? 0, expiresAt: endAt });
}

async function ask(path: string, form?: Readonly<Record<string, string>>) {
  const request = form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) };
  const response = await pages.request(path, request);
  return { status: response.status, html: await response.text(), headers: response.headers };
}

describe('a link to cancel', () => {
  it('only shows what it would do, however often it is followed', async () => {
    const token = await tokenFor('cancel');
    for (const method of ['GET', 'HEAD', 'GET']) {
      const response = await pages.request(`/b/${token}`, { method });
      expect(response.status).toBe(200);
    }
    const { html, headers } = await ask(`/b/${token}`);
    expect(html).toContain('Cancel this meeting?');
    expect(html).toContain('Tuesday, 6 September 2050, 08:00 – 09:00, America/New York');
    expect(html).toContain('14:00 – 15:00, Europe/Rome');
    expect(html).not.toContain('<script');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await booking()).status).toBe('accepted');
  });

  it('cancels when the form is sent, and says so when it is sent again', async () => {
    const token = await tokenFor('cancel');
    const done = await ask(`/b/${token}`, { reason: 'I am ill' });
    expect([done.status, done.html.includes('The meeting is cancelled')]).toEqual([200, true]);
    expect(await booking()).toMatchObject({ status: 'cancelled', cancellationReason: 'I am ill' });
    const { html } = await ask(`/b/${token}`, {});
    expect(html).toContain('This meeting is cancelled');
  });

  it('does nothing else', async () => {
    const token = await tokenFor('cancel');
    await ask(`/b/${token}`, { start: '2050-09-07T12:00:00Z', action: 'reschedule' });
    expect(await booking()).toMatchObject({ status: 'cancelled', rescheduledToUid: null });
  });

  it('works until the meeting is over', async () => {
    const token = await tokenFor('cancel');
    service.clock.now = Date.parse(START) + 60 * 60_000;
    expect((await ask(`/b/${token}`)).status).toBe(410);
    expect((await ask(`/b/${token}`, {})).status).toBe(410);
    expect((await booking()).status).toBe('accepted');
  });

  it('says why where cancelling is not allowed', async () => {
    await service.call(`PATCH /v2/event-types/${host.eventTypeId}`, { key: host.key, body: { disableCancelling: { disabled: true } } });
    const { status, html } = await ask(`/b/${await tokenFor('cancel')}`, {});
    expect([status, html.includes('does not allow cancellations')]).toEqual([409, true]);
  });
});

describe('a link that was changed', () => {
  it('opens nothing', async () => {
    const token = await tokenFor('cancel');
    const [payload = '', signature = ''] = token.split('.');
    const other = Buffer.from(JSON.stringify(['reschedule', uid, 1, Date.parse('2060-01-01')])).toString('base64url');
    const foreign = createLinks(Buffer.alloc(32)).sign({ action: 'cancel', bookingUid: uid, attendeeId: 1, expiresAt: 9e15 });
    const changed = [
      `${other}.${signature}`,
      `${payload}.${signature.slice(0, -2)}AA`,
      payload,
      `${payload}.`,
      `${token}x`,
      `${token}.x`,
      foreign,
      'x',
      '.',
    ];
    for (const wrong of changed) {
      expect([wrong, (await ask(`/b/${wrong}`)).status]).toEqual([wrong, 404]);
      expect((await ask(`/b/${wrong}`, {})).status).toBe(404);
    }
    expect((await booking()).status).toBe('accepted');
  });
});

describe('a link to reschedule', () => {
  it('offers the free times in the zone of the guest, and moves the meeting to one', async () => {
    const token = await tokenFor('reschedule');
    const { html } = await ask(`/b/${token}?from=2050-09-06`);
    expect(html).toContain('Times are in America/New York');
    expect(html).toContain('value="2050-09-07T08:00:00.000-04:00"');
    // Its own time counts as free.
    expect(html).toContain('value="2050-09-06T08:00:00.000-04:00"');
    expect((await booking()).status).toBe('accepted');

    const done = await ask(`/b/${token}`, { start: '2050-09-07T08:00:00.000-04:00', reason: 'Train' });
    expect([done.status, done.html.includes('has a new time')]).toEqual([200, true]);
    expect(done.html).toContain('Wednesday, 7 September 2050, 08:00');
    const old = await booking();
    expect(old.status).toBe('cancelled');
    expect(await booking(old.rescheduledToUid ?? '')).toMatchObject({
      status: 'accepted',
      startAt: Date.parse('2050-09-07T12:00:00Z'),
      rescheduledByEmail: 'ada@example.com',
      reschedulingReason: 'Train',
    });
    const again = await ask(`/b/${token}`, { start: '2050-09-08T08:00:00.000-04:00' });
    expect(again.html).toContain('This meeting was moved');
  });

  it('shows the first days that have free times', async () => {
    const { html } = await ask(`/b/${await tokenFor('reschedule')}`);
    expect(html).toContain('type="radio"');
    expect(html).toContain('Later days');
  });

  it('says what is wrong with a time, and keeps the meeting', async () => {
    const token = await tokenFor('reschedule');
    await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-07T12:00:00Z') });
    const cases = [
      ['2050-09-07T12:00:00Z', 'That did not work'],
      ['tomorrow', 'That did not work'],
      ['', 'Choose a time first'],
    ] as const;
    for (const [start, why] of cases) {
      const { status, html } = await ask(`/b/${token}`, { start });
      expect([start, status, html.includes(why)]).toEqual([start, 409, true]);
    }
    expect((await booking()).status).toBe('accepted');
    expect((await ask(`/b/${token}`, { start: 'x'.repeat(30_000) })).status).toBe(413);
  });
});

describe('a private calendar', () => {
  it('is served to calendar programs, and not again while it is unchanged', async () => {
    const token = await showFeedToken(service.store.db, { userId: host.user.id, now: Date.now() });
    expect(await showFeedToken(service.store.db, { userId: host.user.id, now: Date.now() })).toBe(token);
    const path = `/feeds/${token}.ics`;
    const { status, html, headers } = await ask(path);
    expect([status, headers.get('content-type')]).toEqual([200, 'text/calendar; charset=utf-8']);
    expect(html).toContain('DTSTART:20500906T120000Z');
    expect(html).toContain(`UID:${uid}@kalends`);
    for (const line of html.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    const etag = headers.get('etag') ?? '';
    const unchanged = await pages.request(path, { headers: { 'if-none-match': `W/${etag}` } });
    expect([unchanged.status, await unchanged.text()]).toEqual([304, '']);
    await service.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key, body: { cancellationReason: 'Ill' } });
    const changed = await pages.request(path, { headers: { 'if-none-match': etag } });
    expect([changed.status, (await changed.text()).includes('VEVENT')]).toEqual([200, false]);
    const next = await resetFeedToken(service.store.db, { userId: host.user.id, now: Date.now() });
    expect((await ask(path)).status).toBe(404);
    expect((await ask(`/feeds/${next}.ics`)).status).toBe(200);
    expect((await ask('/feeds/x.ics')).status).toBe(404);
  });
});
