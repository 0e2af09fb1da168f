import ical, { type VEvent } from 'node-ical';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, bookingBody, type TestHost } from '../server/service.fixture.ts';
import { openStore } from '../store/store.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';

let office: TestOffice;
let host: TestHost;
beforeAll(async () => {
  office = await startTestOffice({ store: await openStore({ memory: true, seedArchive: await testSeedArchive() }) });
  host = await addHost(office, { options: { seats: { seatsPerTimeSlot: 3, showAttendeeInfo: false, showAvailabilityCount: true } } });
});
afterAll(() => office.close());

function lastTo(address: string): { readonly method: string | undefined; readonly event: VEvent } {
  const calendar = office.server.received.findLast((mail) => mail.to.includes(address))?.parts['text/calendar'] ?? '';
  const event = Object.values(ical.sync.parseICS(calendar)).find((component) => component?.type === 'VEVENT');
  if (event?.type !== 'VEVENT') throw new Error(`The last message to "${address}" has no event.`);
  return { method: /METHOD:(\w+)/.exec(calendar)?.[1], event };
}

it('a seat is one calendar entry of its attendee, wherever it moves; the meeting goes on for the host', async () => {
  const join = async (name: string) => {
    const attendee = { name, email: `${name}@example.com`, timeZone: 'Europe/Rome' };
    const { body } = await office.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z', { attendee }) });
    await office.settled();
    return body.data;
  };
  const ada = await join('ada');
  const invited = lastTo('ada@example.com');
  expect(invited).toMatchObject({ method: 'REQUEST', event: { uid: `${ada.seatUid}@kalends` } });
  await join('bob');
  expect(office.server.received.filter((mail) => mail.to.includes('ada@example.com'))).toHaveLength(1);

  const start = '2050-09-06T10:00:00Z';
  await office.call(`POST /v2/bookings/${ada.uid}/reschedule`, { body: { start, seatUid: ada.seatUid } });
  await office.settled();
  const moved = lastTo('ada@example.com');
  expect(moved).toMatchObject({ method: 'REQUEST', event: { uid: invited.event.uid, start: new Date(start) } });
  expect(Number(moved.event.sequence)).toBeGreaterThan(Number(invited.event.sequence));

  const bob = await join('carl');
  await office.call(`POST /v2/bookings/${bob.uid}/cancel`, { body: { seatUid: bob.seatUid } });
  await office.settled();
  expect(lastTo('carl@example.com')).toMatchObject({ method: 'CANCEL', event: { uid: `${bob.seatUid}@kalends` } });
  expect(lastTo(host.user.email)).toMatchObject({ method: 'REQUEST', event: { status: 'CONFIRMED' } });
});
