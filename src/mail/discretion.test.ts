import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody } from '../server/service.fixture.ts';
import { startTestOffice, type TestOffice } from './office.fixture.ts';

let office: TestOffice;

beforeAll(async () => {
  office = await startTestOffice();
});

afterAll(async () => {
  expect(office.failures).toEqual([]);
  await office.close();
});

async function bookWith(options: Parameters<typeof addHost>[1]) {
  const host = await addHost(office, options);
  office.server.received.length = 0;
  const given = { bookingFieldsResponses: { notes: 'Bring the numbers.' } };
  const made = await office.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, '2050-09-05T08:00:00Z', given) });
  expect(made.status).toBe(201);
  await office.settled();
  return { host, uid: made.body.data.uid };
}

describe('what an event type keeps to itself', () => {
  it.each([
    [{ disableEmailsToAttendees: true }, ['host']],
    [{ disableEmailsToHosts: true }, ['bob@example.com']],
    [{ disableEmailsToHosts: true, disableEmailsToAttendees: true }, []],
  ])('writes only to those whom %o leaves', async (emailSettings, recipients) => {
    const { host, uid } = await bookWith({ options: { emailSettings } });
    await office.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key, body: { cancellationReason: 'ill' } });
    await office.settled();
    const expected = recipients.map((recipient) => (recipient === 'host' ? host.user.email : recipient));
    expect(new Set(office.server.received.map((mail) => mail.to[0]))).toEqual(new Set(expected));
    expect(office.server.received).toHaveLength(expected.length * 2);
  });

  it('hides the address of the host from attendees with hideOrganizerEmail', async () => {
    const { host } = await bookWith({ options: { hideOrganizerEmail: true } });
    const mails = office.server.received.filter((mail) => mail.to.includes('bob@example.com'));
    expect(mails).toHaveLength(1);
    expect(mails[0]?.raw).not.toContain(host.user.email);
    expect(mails[0]?.parts['text/calendar']).toContain('mailto:kalends@example.org');
    expect(mails[0]?.raw).toContain(host.user.name);
  });

  it('shows no details to others in calendars with hideCalendarEventDetails', async () => {
    await bookWith({ options: { hideCalendarEventDetails: true } });
    expect(office.server.received).toHaveLength(2);
    for (const mail of office.server.received) expect(mail.parts['text/calendar']).toContain('CLASS:PRIVATE');
  });

  it('keeps notes out of calendars with hideCalendarNotes', async () => {
    await bookWith({ options: { hideCalendarNotes: true } });
    for (const mail of office.server.received) expect(mail.parts['text/calendar']).not.toContain('Bring the numbers.');
    expect(office.server.received).toHaveLength(2);
    await bookWith({});
    expect(office.server.received.map((mail) => mail.parts['text/calendar']).join()).toContain('Bring the numbers.');
  });
});
