import ical, { type VEvent } from 'node-ical';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addHost, bookingBody, MONDAY, type TestHost } from '../server/service.fixture.ts';
import { listMails } from '../store/mails.ts';
import { getChange } from '../store/outbox.ts';
import { setReminderHours } from '../store/reminders.ts';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { toOccasion } from './occasion.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';
import { post } from './post.ts';

const START = '2050-09-06T12:00:00Z';
const DAY = 86_400_000;

function eventOf(calendar: string | undefined): VEvent {
  const event = Object.values(ical.sync.parseICS(calendar ?? '')).find((component) => component?.type === 'VEVENT');
  if (event?.type !== 'VEVENT') throw new Error('There is no event in it.');
  return event;
}

describe.each(testEngines)('mail on $engine', ({ start }) => {
  let engine: TestEngine;
  let office: TestOffice;
  let host: TestHost;

  beforeAll(async () => {
    engine = await start();
    office = await startTestOffice({ store: await engine.openStore() });
  }, 60_000);

  beforeEach(async () => {
    office.clock.now = MONDAY - 7 * DAY;
    office.server.refusal = undefined;
    host = await addHost(office);
    office.server.received.length = 0;
  });

  afterAll(async () => {
    expect(office.failures.filter(({ job }) => !job.startsWith('mail.'))).toEqual([]);
    await office.close();
    await engine.stop();
  });

  const to = (address: string) => office.server.received.filter((mail) => mail.to.includes(address));

  async function book(start: string, given: Readonly<Record<string, unknown>> = {}, key?: string) {
    const { status, body } = await office.call('POST /v2/bookings', { key, body: bookingBody(host, start, given) });
    expect(status).toBe(201);
    await office.settled();
    return body.data;
  }

  it('invites host and attendees, each in their zone', async () => {
    const attendee = { name: 'Ada Lovelace', email: 'ada@example.com', timeZone: 'America/New_York', language: 'en-US' };
    const booking = await book(START, { attendee, guests: ['charles@example.com'] });
    expect(office.server.received.map((mail) => mail.to[0]).sort()).toEqual(['ada@example.com', 'charles@example.com', host.user.email]);

    const [mail] = to('ada@example.com');
    expect(mail?.headers.subject).toContain('Booked: Hour between');
    expect(mail?.headers['reply-to']).toBe(host.user.email);
    expect(mail?.headers['auto-submitted']).toBe('auto-generated');
    expect(mail?.parts['text/plain']).toContain('Tuesday, September 6, 2050, 8:00 AM – 9:00 AM');
    expect(mail?.parts['text/plain']).toContain('America/New York (UTC-4)');
    expect(mail?.parts['text/plain']).toContain('2:00 PM – 3:00 PM, Europe/Rome (UTC+2)');
    expect(mail?.parts['text/html']).toContain('Ada Lovelace');
    const [toHost] = to(host.user.email);
    expect(toHost?.parts['text/plain']).toContain('Ada Lovelace <ada@example.com>');
    expect(to('charles@example.com')[0]?.parts['text/plain']).not.toContain('/b/');

    expect(mail?.types['text/calendar']).toMatch(/method=REQUEST/i);
    const event = eventOf(mail?.parts['text/calendar']);
    expect(event).toMatchObject({ uid: booking.icsUid, sequence: 0, status: 'CONFIRMED', method: 'REQUEST' });
    expect(event.start.toISOString()).toBe('2050-09-06T12:00:00.000Z');
    expect(event.end?.toISOString()).toBe('2050-09-06T13:00:00.000Z');
    expect(event.organizer).toMatchObject({ val: `mailto:${host.user.email}` });
    expect(event.attendee).toMatchObject([
      { val: 'mailto:ada@example.com', params: { PARTSTAT: 'ACCEPTED' } },
      { val: 'mailto:charles@example.com', params: { PARTSTAT: 'NEEDS-ACTION', RSVP: true } },
    ]);
  });

  it('keeps the calendar entry over a move and a cancellation', async () => {
    const booking = await book(START);
    const moved = await office.call(`POST /v2/bookings/${booking.uid}/reschedule`, { body: { start: '2050-09-07T12:00:00Z' } });
    await office.settled();
    await office.call(`POST /v2/bookings/${moved.body.data.uid}/cancel`, { key: host.key, body: { cancellationReason: 'I am ill' } });
    await office.settled();
    const mails = to('bob@example.com');
    expect(mails.map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Booked', 'Moved', 'Cancelled']);
    const events = mails.map((mail) => eventOf(mail.parts['text/calendar']));
    expect(events.map(({ uid, sequence, method, status }) => [uid === booking.icsUid, sequence, method, status])).toEqual([
      [true, 0, 'REQUEST', 'CONFIRMED'],
      [true, 1, 'REQUEST', 'CONFIRMED'],
      [true, 2, 'CANCEL', 'CANCELLED'],
    ]);
    expect(mails[1]?.parts['text/plain']).toMatch(/Before:\s+Tuesday, 6 September 2050, 14:00/);
    expect(mails[2]?.parts['text/plain']).toMatch(/Why:\s+I am ill/);
  });

  it('asks, confirms and declines', async () => {
    host = await addHost(office, { options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } });
    const first = await book(START);
    const second = await book('2050-09-07T12:00:00Z', { attendee: { name: 'Eve', email: 'eve@example.com', timeZone: 'Europe/Rome' } });
    await office.call(`POST /v2/bookings/${first.uid}/confirm`, { key: host.key });
    await office.call(`POST /v2/bookings/${second.uid}/decline`, { key: host.key, body: { reason: 'Too busy' } });
    await office.settled();
    expect(to('bob@example.com').map((mail) => [mail.headers.subject?.split(':')[0], mail.types['text/calendar'] !== undefined])).toEqual([
      ['Requested', false],
      ['Confirmed', true],
    ]);
    expect(to('eve@example.com').map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Requested', 'Declined']);
    expect(to('eve@example.com')[1]?.parts['text/plain']).toContain('Too busy');
    expect(to(host.user.email)[0]?.parts['text/plain']).toContain(`kalends bookings confirm ${first.uid}`);
  });

  it('lets no text of a booker into headers, markup or strangers’ mailboxes', async () => {
    const name = 'Mallory\r\nBcc: all@example.com <img src=x onerror=alert(1)> https://evil.example.net/win';
    await book(START, {
      attendee: { name, email: 'victim@example.com', timeZone: 'Europe/Rome' },
      bookingFieldsResponses: { title: 'Cheap pills at evil.example.net', notes: 'BUY at www.evil.example.net now' },
    });
    const [mail] = to('victim@example.com');
    expect(mail?.to).toEqual(['victim@example.com']);
    expect(mail?.headers.bcc).toBeUndefined();
    expect(mail?.parts['text/html']).not.toContain('<img');
    for (const part of Object.values(mail?.parts ?? {})) expect(part).not.toMatch(/evil|pills|BUY/);
    const [toHost] = to(host.user.email);
    expect(toHost?.headers.bcc).toBeUndefined();
    expect(toHost?.parts['text/html']).toContain('&#60;img');
    expect(toHost?.parts['text/plain']).toContain('BUY at www.evil.example.net now');
  });

  it('posts a change once, however often it is told of it', async () => {
    const booking = await book(START);
    const row = await office.store.db.selectFrom('outbox').select('id').where('booking_uid', '=', booking.uid).executeTakeFirstOrThrow();
    const change = await getChange(office.store.db, row.id);
    const occasion = change && toOccasion(change);
    if (occasion === undefined) throw new Error('It was a booking.');
    const queued: string[] = [];
    const parts = {
      store: office.store,
      settings: { smtpUrl: 'smtp://x', from: 'x@example.org' },
      publicUrl: () => '',
      processNow: Date.now,
    };
    await post(parts, [{ occasion, changeId: row.id }], async (_tx, id) => void queued.push(id));
    expect(queued).toEqual([]);
    expect(await listMails(office.store.db, host.user.id, { limit: 10 })).toHaveLength(2);
  });

  it('does not let strangers flood a mailbox', async () => {
    const attendee = { name: 'V', email: 'flooded@gmail.com', timeZone: 'Europe/Rome' };
    for (let index = 0; index < 24; index += 1) {
      const email = index % 2 === 0 ? attendee.email : `floo.ded+${index}@gmail.com`;
      const day = new Date(MONDAY + Math.floor(index / 5) * DAY).toISOString().slice(0, 10);
      await office.call('POST /v2/bookings', {
        body: bookingBody(host, `${day}T${String(7 + (index % 5)).padStart(2, '0')}:00:00Z`, { attendee: { ...attendee, email } }),
      });
    }
    await office.settled();
    expect(office.server.received.filter((mail) => mail.to[0]?.endsWith('gmail.com'))).toHaveLength(10);
    const held = await listMails(office.store.db, host.user.id, { limit: 100, state: 'held' });
    expect(held).toHaveLength(14);
    expect(held[0]?.lastError).toContain('People without an account caused more than 10 messages an hour');
    // What the host does to these bookings is no flood.
    const { body } = await office.call('GET /v2/bookings?take=1', { key: host.key });
    await office.call(`POST /v2/bookings/${body.data[0]?.uid}/cancel`, { key: host.key, body: { cancellationReason: 'Spam' } });
    await office.settled();
    expect(office.server.received.at(-1)?.headers.subject).toContain('Cancelled');
  });

  it('tries again while the server is unwell, and gives up where it refuses', async () => {
    office.server.refusal = { status: 550, text: 'No such mailbox' };
    await book(START);
    await expect
      .poll(async () => (await listMails(office.store.db, host.user.id, { limit: 10 })).map(({ state }) => state))
      .toEqual(['failed', 'failed']);
    const [mail] = await listMails(office.store.db, host.user.id, { limit: 1 });
    expect(mail?.lastError).toContain('No such mailbox');
    office.server.refusal = { status: 451, text: 'Come back later' };
    const { status } = await office.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-07T12:00:00Z') });
    expect(status).toBe(201);
    await expect
      .poll(async () => (await listMails(office.store.db, host.user.id, { limit: 2 })).map(({ state, attempts }) => [state, attempts]), {
        timeout: 10_000,
      })
      .toEqual([
        ['queued', 1],
        ['queued', 1],
      ]);
    await office.store.executeSql(`delete from kalends_jobs.job where name = 'mail.send'`);
  });

  it('reminds once before a meeting, and only where it is wanted', async () => {
    await book(START);
    office.server.received.length = 0;
    office.clock.now = Date.parse(START) - 3 * 3_600_000;
    await office.run('mail.remind');
    expect(office.server.received).toEqual([]);
    await setReminderHours(office.store.db, { userId: host.user.id, hours: 24, now: Date.now() });
    await office.run('mail.remind');
    await office.run('mail.remind');
    expect(office.server.received.map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Reminder', 'Reminder']);
    expect(to('bob@example.com')[0]?.types['text/calendar']).toBeUndefined();
  });
});

describe('without a mail server', () => {
  it('keeps the messages to be read', async () => {
    const office = await startTestOffice({ canSend: false });
    const host = await addHost(office);
    await office.call('POST /v2/bookings', { body: bookingBody(host, START) });
    await office.settled();
    const mails = await listMails(office.store.db, host.user.id, { limit: 10 });
    expect(mails.map(({ state, recipient }) => [state, recipient]).sort()).toEqual([
      ['kept', 'bob@example.com'],
      ['kept', host.user.email],
    ]);
    expect(office.server.received).toEqual([]);
    await office.close();
  });
});
