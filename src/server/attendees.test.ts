import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;
let other: TestHost;
let hour = 8;

beforeAll(async () => {
  service = await startTestService();
  [host, other] = [await addHost(service, { slug: 'open' }), await addHost(service)];
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

/** A booking of its own hour. */
async function book(of: TestHost = host, given: Readonly<Record<string, unknown>> = {}): Promise<string> {
  hour += 1;
  const day = 5 + Math.floor(hour / 8);
  const start = `2050-09-${String(day).padStart(2, '0')}T${String(7 + (hour % 8)).padStart(2, '0')}:00:00Z`;
  const booked = await service.call('POST /v2/bookings', { body: bookingBody(of, start, given) });
  expect(booked.status, booked.body.message).toBe(201);
  return booked.body.data.uid;
}

const CAROL = { name: 'Carol', email: 'carol@example.com', timeZone: 'Europe/Berlin' };

describe('attendees of a booking', () => {
  it('are added, listed, shown one by one and removed', async () => {
    const path = `/v2/bookings/${await book()}/attendees`;
    const added = await service.call(`POST ${path}`, { key: host.key, body: { ...CAROL, phoneNumber: '+4930123456', language: 'de' } });
    expect(added).toMatchObject({
      status: 201,
      body: {
        status: 'success',
        data: {
          id: expect.any(Number),
          bookingId: expect.any(Number),
          name: 'Carol',
          email: 'carol@example.com',
          displayEmail: 'carol@example.com',
          timeZone: 'Europe/Berlin',
          language: 'de',
          phoneNumber: '+4930123456',
          absent: false,
        },
      },
    });
    const list = await service.call(`GET ${path}`, { key: host.key });
    expect(list.body.data.map(({ email }) => email)).toEqual(['bob@example.com', 'carol@example.com']);
    const { id } = added.body.data;
    const one = await service.call(`GET ${path}/${id}`, { key: host.key });
    expect(one.body.data).toEqual(list.body.data[1]);
    expect(one.body.data).not.toHaveProperty('bookingId');
    const removed = await service.call(`DELETE ${path}/${id}`, { key: host.key });
    expect(removed).toMatchObject({ status: 200, body: { data: { id, email: 'carol@example.com' } } });
    expect(await service.call(`GET ${path}/${id}`, { key: host.key })).toMatchObject({ status: 404 });
  });

  it('keep the one who booked', async () => {
    const path = `/v2/bookings/${await book()}/attendees`;
    const [primary] = (await service.call(`GET ${path}`, { key: host.key })).body.data;
    const refused = await service.call(`DELETE ${path}/${primary?.id}`, { key: host.key });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: 'The primary attendee cannot be removed' } } });
  });

  it('are added once when the request is repeated, and not twice under another name', async () => {
    const path = `/v2/bookings/${await book()}/attendees`;
    const first = await service.call(`POST ${path}`, { key: host.key, body: CAROL });
    const again = await service.call(`POST ${path}`, { key: host.key, body: CAROL });
    expect(again.body.data).toEqual(first.body.data);
    const renamed = await service.call(`POST ${path}`, { key: host.key, body: { ...CAROL, name: 'Caroline' } });
    expect(renamed).toMatchObject({ status: 400, body: { message: expect.stringContaining('takes part in booking') } });
  });

  it('are the business of hosts, and of attendees to look at', async () => {
    const path = `/v2/bookings/${await book(host, { guests: [other.user.email] })}/attendees`;
    const stranger = await addHost(service);
    expect(await service.call(`GET ${path}`)).toMatchObject({ status: 401 });
    expect(await service.call(`GET ${path}`, { key: other.key })).toMatchObject({ status: 200 });
    expect(await service.call(`GET ${path}`, { key: stranger.key })).toMatchObject({ status: 403 });
    for (const key of [other.key, stranger.key]) {
      expect(await service.call(`POST ${path}`, { key, body: CAROL })).toMatchObject({ status: 403 });
    }
    expect(await service.call('GET /v2/bookings/nope/attendees', { key: host.key })).toMatchObject({
      status: 404,
      body: { message: 'Booking with uid nope not found' },
    });
  });

  it('change no booking that will not take place', async () => {
    const uid = await book();
    await service.call(`POST /v2/bookings/${uid}/cancel`, { body: {} });
    expect(await service.call(`POST /v2/bookings/${uid}/attendees`, { key: host.key, body: CAROL })).toMatchObject({
      status: 400,
      body: { message: `Can't add attendees to booking with uid=${uid} because it has been cancelled.` },
    });
  });

  it('tell those who must know, and calendars by the sequence', async () => {
    const uid = await book();
    await service.call(`POST /v2/bookings/${uid}/attendees`, { key: host.key, body: CAROL });
    const rows = await service.store.db.selectFrom('outbox').select(['kind', 'payload']).where('booking_uid', '=', uid).execute();
    const added = rows.find((row) => row.kind === 'BOOKING_ATTENDEES_ADDED');
    expect(added?.payload.booking?.attendees.map((attendee) => attendee.email)).toContain('carol@example.com');
    expect(added?.payload.booking?.icsSequence).toBe((added?.payload.previous?.icsSequence ?? 0) + 1);
  });
});

describe('guests of a booking', () => {
  const guests = (count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ email: `guest${from + index}@example.com` }));

  it('are added to those who came along, each once', async () => {
    const uid = await book(host, { guests: ['dave@example.com'] });
    const body = { guests: [{ email: 'Dave@example.com' }, { email: 'erin@example.com', name: 'Erin' }, { email: host.user.email }] };
    const added = await service.call(`POST /v2/bookings/${uid}/guests`, { key: host.key, body });
    expect(added).toMatchObject({ status: 200, body: { data: { uid, guests: ['dave@example.com', 'erin@example.com'] } } });
    const again = await service.call(`POST /v2/bookings/${uid}/guests`, { key: host.key, body });
    expect(again).toMatchObject({ status: 400, body: { error: { message: 'emails_must_be_unique_valid' } } });
    expect(again.body.message).toContain('Nobody was added');
  });

  it('are at most ten at a time and thirty in all', async () => {
    const path = `POST /v2/bookings/${await book()}/guests`;
    const many = await service.call(path, { key: host.key, body: { guests: guests(11) } });
    expect(many).toMatchObject({ status: 400, body: { message: 'Cannot add more than 10 guests at a time' } });
    for (const from of [0, 10]) expect((await service.call(path, { key: host.key, body: { guests: guests(10, from) } })).status).toBe(200);
    const over = await service.call(path, { key: host.key, body: { guests: guests(10, 20) } });
    expect(over).toMatchObject({
      status: 400,
      body: {
        message:
          'Cannot add 10 guests. This booking already has 21 attendees. Maximum total guests allowed is 30. You can add up to 9 more guests.',
      },
    });
  });

  it('stay away from event types that allow none', async () => {
    const alone = await addHost(service, { slug: 'alone', options: { disableGuests: true } });
    const refused = await service.call(`POST /v2/bookings/${await book(alone)}/guests`, { key: alone.key, body: { guests: guests(1) } });
    expect(refused).toMatchObject({ status: 400, body: { message: 'The event type "alone" does not allow guests.' } });
  });
});
