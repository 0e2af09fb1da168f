import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, bookingBody, type TestHost } from '../server/service.fixture.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';

let office: TestOffice;
let host: TestHost;

beforeAll(async () => {
  office = await startTestOffice();
  host = await addHost(office, { options: { recurrence: { interval: 1, occurrences: 12, frequency: 'weekly' } } });
});

afterAll(async () => {
  expect(office.failures).toEqual([]);
  await office.close();
});

const to = (address: string) => office.server.received.filter((mail) => mail.to.includes(address));

it('a series is one message with an entry for each meeting, booked and cancelled', async () => {
  const { body } = await office.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-06T12:00:00Z', { recurrenceCount: 12 }) });
  await office.settled();
  expect(body.data).toHaveLength(12);
  expect([to('bob@example.com').length, to(host.user.email).length]).toEqual([1, 1]);
  const [mail] = to('bob@example.com');
  expect(mail?.parts['text/plain']).toContain('It is one of 12');
  expect(mail?.parts['text/plain']).toContain('Tuesday, 22 November 2050, 14:00 – 15:00');
  expect(mail?.raw.match(/method=REQUEST/gi)?.length).toBeGreaterThanOrEqual(12);

  const [first] = body.data;
  await office.call(`POST /v2/bookings/${first?.uid}/cancel`, { body: { cancelSubsequentBookings: true } });
  await office.settled();
  const cancelled = to('bob@example.com')[1];
  expect(cancelled?.headers.subject).toContain('Cancelled');
  expect(cancelled?.raw.match(/method=CANCEL/gi)?.length).toBeGreaterThanOrEqual(12);
  expect(office.server.received).toHaveLength(4);
});

it('who is added is invited, who is removed is told, and a new place is told to all', async () => {
  const single = await addHost(office);
  const { body } = await office.call('POST /v2/bookings', { key: single.key, body: bookingBody(single, '2050-09-07T12:00:00Z') });
  await office.settled();
  office.server.received.length = 0;
  const path = `/v2/bookings/${body.data.uid}`;
  const guest = { email: 'guest@example.com', name: 'Guest', timeZone: 'UTC' };
  const added = await office.call(`POST ${path}/attendees`, { key: single.key, body: guest });
  await office.settled();
  expect(to('guest@example.com').map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Booked']);
  expect(to('bob@example.com')).toEqual([]);
  expect(to(single.user.email).map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Joined']);

  await office.call(`DELETE ${path}/attendees/${added.body.data.id}`, { key: single.key });
  await office.settled();
  expect(to('guest@example.com')[1]?.types['text/calendar']).toMatch(/method=CANCEL/i);
  expect(to(single.user.email)[1]?.types['text/calendar']).toMatch(/method=REQUEST/i);

  await office.call(`PATCH ${path}/location`, { key: single.key, body: { location: { type: 'address', address: 'Main Street 1' } } });
  await office.settled();
  expect(to('bob@example.com').map((mail) => mail.headers.subject?.split(':')[0])).toEqual(['Changed']);
  expect(to('bob@example.com')[0]?.parts['text/plain']).toContain('Main Street 1');

  await office.call(`POST ${path}/request-reschedule`, { key: single.key, body: { rescheduleReason: 'Train' } });
  await office.settled();
  const wanted = to('bob@example.com')[1];
  expect(wanted?.headers.subject).toContain('New time wanted');
  expect(wanted?.parts['text/plain']).toMatch(/Choose another time:\s+http:\/\/cal\.test\/b\//);
});
