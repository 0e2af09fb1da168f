import ical from 'node-ical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOwnFeed } from '../feeds/index.ts';
import { addHost, bookingBody } from '../server/service.fixture.ts';
import { showFeedToken } from '../store/feeds.ts';
import { updateUser } from '../store/users.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';

let office: TestOffice;

beforeAll(async () => {
  office = await startTestOffice();
});

afterAll(async () => {
  expect(office.failures).toEqual([]);
  expect(office.bugs).toEqual([]);
  await office.close();
});

const HOSTILE = [
  ['a line break and a header', 'Ann\r\nBcc: eve@evil.example\r\nX-Evil: 1'],
  ['a line break and an entry', 'Ann\nEND:VEVENT\nBEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:eve@evil.example'],
  ['a bare carriage return', 'Ann\rATTENDEE:mailto:eve@evil.example'],
  ['another line separator', 'Ann\u2028X-Evil: 1\u2029X-Evil: 2\u0085X-Evil: 3'],
  ['text turned around', 'Ann \u202Eexe.tneve\u2066 \u202D'],
  ['quotes, commas and colons', '"Ann", <eve@evil.example>; CN="x":mailto:eve@evil.example^n'],
  ['a NUL and an escape sequence', 'Ann\u0000\u001b[2J\u0007'],
  ['a very long line', 'Ann '.repeat(124)],
  ['signs of four bytes, and half of one', `${'📅'.repeat(60)}\ud83d`],
  ['encoded words', '=?utf-8?B?DQpCY2M6IGV2ZUBldmlsLmV4YW1wbGU=?='],
] as const;

const TURNING = /[\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

function expectCalendar(calendar: string, attendees: number): void {
  const lines = calendar.split('\r\n');
  for (const line of lines) {
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(line).not.toMatch(/[\r\n]/);
  }
  expect(calendar).not.toMatch(TURNING);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  expect(calendar).not.toMatch(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
  const whole = calendar.replaceAll('\r\n ', '').split('\r\n');
  expect(whole.filter((line) => /^(?:X-EVIL|BCC|ACTION|BEGIN:VALARM)/i.test(line))).toEqual([]);
  expect(whole.filter((line) => line.startsWith('ATTENDEE'))).toHaveLength(attendees);
  expect(whole.filter((line) => line === 'BEGIN:VEVENT')).toHaveLength(1);
  expect(whole.filter((line) => /^ATTENDEE.*:mailto:eve/.test(line) && !line.includes('CN="'))).toEqual([]);
  expect(Object.values(ical.sync.parseICS(calendar)).filter((part) => part?.type === 'VEVENT')).toHaveLength(1);
}

describe('what strangers and hosts write', () => {
  it.each(HOSTILE)('adds no header and no line of a calendar: %s', async (_what, text) => {
    const host = await addHost(office);
    await updateUser(office.store.db, host.user.id, { name: text, now: office.clock.now });
    const title = text.slice(0, 200);
    await office.call(`PATCH /v2/event-types/${host.eventTypeId}`, { key: host.key, body: { title } });
    office.server.received.length = 0;
    const attendee = { name: text, email: 'bob@example.com', timeZone: 'Europe/Rome' };
    const responses = { notes: text, title: text };
    const given = { attendee, bookingFieldsResponses: responses, location: text.slice(0, 100) };
    const body = bookingBody(host, '2050-09-05T08:00:00Z', given);
    const made = await office.call('POST /v2/bookings', { key: host.key, body });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    await office.settled();

    expect(office.server.received).toHaveLength(2);
    for (const mail of office.server.received) {
      const head = mail.raw.slice(0, mail.raw.indexOf('\r\n\r\n'));
      const names = head
        .replace(/\r\n[ \t]/g, ' ')
        .split('\r\n')
        .map((line) => line.split(':')[0]?.toLowerCase());
      expect(names.filter((name) => name === 'bcc' || name === 'x-evil' || name === 'cc')).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
      expect(head).not.toMatch(/[^\x20-\x7e\r\n\t]/);
      for (const line of mail.raw.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
      expect(mail.to).toHaveLength(1);
      expect(mail.headers.subject).not.toMatch(TURNING);
      expect(mail.parts['text/plain']).not.toMatch(TURNING);
      expect(mail.parts['text/html']).not.toMatch(TURNING);
      expectCalendar(mail.parts['text/calendar'] ?? '', mail.to[0] === 'bob@example.com' ? 1 : 2);
    }
    const token = await showFeedToken(office.store.db, { userId: host.user.id, now: office.clock.now });
    expectCalendar((await readOwnFeed(office.store.db, token, office.clock.now))?.body ?? '', 1);
  });
});
