import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

const TEN = '2050-09-05T10:00:00Z';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

function seatedHost(seatsPerTimeSlot: number, options: Readonly<Record<string, unknown>> = {}): Promise<TestHost> {
  const seats = { seatsPerTimeSlot, showAttendeeInfo: false, showAvailabilityCount: true };
  return addHost(service, { options: { seats, ...options } });
}

function as(name: string) {
  return { attendee: { name, email: `${name.toLowerCase()}@example.com`, timeZone: 'Europe/Rome' } };
}

async function join(host: TestHost, name: string, start = TEN, more: Readonly<Record<string, unknown>> = {}) {
  return await service.call('POST /v2/bookings', { body: bookingBody(host, start, { ...as(name), ...more }) });
}

async function slotsOf(host: TestHost, date = '2050-09-05') {
  const { body } = await service.call(`GET /v2/slots?eventTypeId=${host.eventTypeId}&start=${date}&end=${date}`);
  // The fixture types bookings; of slots the test looks at single members.
  return (body.data as unknown as Record<string, Record<string, unknown>[]>)[date] ?? [];
}

async function changesOf(uid: string) {
  const rows = await service.store.db.selectFrom('outbox').selectAll().where('booking_uid', '=', uid).orderBy('sequence').execute();
  return rows.map((row) => [row.kind, (row.payload.details?.seat as { email?: string } | undefined)?.email]);
}

describe('a seated booking', () => {
  it('is joined by everybody at its time until no seat is left', async () => {
    const host = await seatedHost(2);
    const first = await join(host, 'Ada', TEN, { bookingFieldsResponses: { notes: 'Hi' }, metadata: { from: 'web' } });
    expect(first).toMatchObject({
      status: 201,
      body: { data: { attendees: [{ email: 'ada@example.com', metadata: { from: 'web' }, bookingFieldsResponses: { notes: 'Hi' } }] } },
    });
    const { uid, seatUid, attendees } = first.body.data;
    expect(attendees[0]?.seatUid).toBe(seatUid);
    expect(await slotsOf(host)).toContainEqual({
      start: '2050-09-05T10:00:00.000Z',
      seatsBooked: 1,
      seatsRemaining: 1,
      seatsTotal: 2,
      bookingUid: uid,
    });
    expect(await join(host, 'ADA')).toMatchObject({
      status: 400,
      body: { error: { message: 'already_signed_up_for_this_booking_error' } },
    });
    const second = await join(host, 'Bob');
    expect(second.body.data.uid).toBe(uid);
    expect(second.body.data.seatUid).not.toBe(seatUid);
    expect(second.body.data.attendees).toHaveLength(1);
    expect(await join(host, 'Eve')).toMatchObject({
      status: 409,
      body: { error: { message: 'No more seats left at this seated booking.' } },
    });
    expect((await slotsOf(host)).map((slot) => slot.start)).not.toContain('2050-09-05T10:00:00.000Z');
    expect(await changesOf(uid)).toEqual([
      ['BOOKING_CREATED', 'ada@example.com'],
      ['BOOKING_CREATED', 'bob@example.com'],
    ]);
  });

  it('shows its attendees to the host, to others only their own seat', async () => {
    const host = await seatedHost(3);
    const { uid, seatUid } = (await join(host, 'Ada')).body.data;
    await join(host, 'Bob');
    const read = async (path: string, key?: string) => (await service.call(`GET /v2/bookings/${path}`, { key })).body.data;
    expect((await read(uid, host.key)).attendees.map(({ email }) => email)).toEqual(['ada@example.com', 'bob@example.com']);
    expect((await read(uid)).attendees).toEqual([]);
    expect((await read(`by-seat/${seatUid}`)).attendees).toMatchObject([{ email: 'ada@example.com', seatUid }]);
    const listed = await service.call('GET /v2/bookings', { key: host.key });
    expect(listed.body.data[0]?.attendees).toHaveLength(2);
    expect(await service.call('GET /v2/bookings/by-seat/none')).toMatchObject({
      status: 404,
      body: { message: 'Booking with seatUid=none was not found in the database' },
    });
  });

  it('tells strangers no uid of a seat that is not theirs, even where attendees are shown', async () => {
    const seats = { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true };
    const host = await addHost(service, { options: { seats } });
    const { uid } = (await join(host, 'Ada')).body.data;
    const { attendees } = (await service.call(`GET /v2/bookings/${uid}`)).body.data;
    expect(attendees).toMatchObject([{ email: 'ada@example.com', seatUid: '' }]);
  });

  it('loses one attendee with a seat and is cancelled with the last', async () => {
    const host = await seatedHost(2);
    const { uid, seatUid } = (await join(host, 'Ada')).body.data;
    const bob = (await join(host, 'Bob')).body.data;
    const cancel = (body: object, key?: string) => service.call(`POST /v2/bookings/${uid}/cancel`, { body, key });
    expect(await cancel({})).toMatchObject({ status: 401, body: { message: 'User not a host of this event' } });
    expect(await cancel({ seatUid: 'none' })).toMatchObject({
      status: 400,
      body: { message: 'Invalid seatUid: this seat does not exist or has already been cancelled.' },
    });
    const other = (await join(await seatedHost(2), 'Eve')).body.data;
    expect((await cancel({ seatUid: other.seatUid })).body.message).toBe('Invalid seatUid: this seat does not belong to this booking.');
    expect(await cancel({ seatUid })).toMatchObject({ status: 200, body: { data: { status: 'accepted' } } });
    expect(await join(host, 'Carl')).toMatchObject({ status: 201, body: { data: { uid } } });
    const carl = (await service.call('GET /v2/bookings', { key: host.key })).body.data[0]?.attendees.at(-1);
    await cancel({ seatUid: bob.seatUid });
    expect(await cancel({ seatUid: carl?.seatUid })).toMatchObject({ status: 200, body: { data: { status: 'cancelled' } } });
    expect((await changesOf(uid)).filter(([kind]) => kind === 'BOOKING_CANCELLED')).toEqual([
      ['BOOKING_CANCELLED', 'ada@example.com'],
      ['BOOKING_CANCELLED', 'bob@example.com'],
      ['BOOKING_CANCELLED', 'carl@example.com'],
    ]);
  });

  it('is the host’s to cancel as a whole', async () => {
    const host = await seatedHost(2);
    const { uid } = (await join(host, 'Ada')).body.data;
    await join(host, 'Bob');
    const body = { cancellationReason: 'Ill' };
    expect(await service.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key, body })).toMatchObject({
      status: 200,
      body: { data: { status: 'cancelled', attendees: [{}, {}] } },
    });
  });

  it('lets one attendee move: into a new booking, into one that is there, and out of the last', async () => {
    const host = await seatedHost(2);
    const { uid, seatUid } = (await join(host, 'Ada')).body.data;
    const bob = (await join(host, 'Bob')).body.data;
    const move = (from: string, body: object) => service.call(`POST /v2/bookings/${from}/reschedule`, { body });
    expect(await move(uid, { start: '2050-09-05T12:00:00Z' })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('is a seated booking which means you have to provide seatUid') },
    });
    expect(await move(uid, { start: '2050-09-05T12:00:00Z', seatUid: 'none' })).toMatchObject({
      status: 404,
      body: { message: 'Seat with uid=none does not exist.' },
    });
    // The old booking goes on with Bob: its time is his.
    const query = `eventTypeId=${host.eventTypeId}&start=2050-09-05&end=2050-09-05&bookingUidToReschedule=${uid}`;
    expect(JSON.stringify((await service.call(`GET /v2/slots?${query}`)).body.data)).not.toContain('10:00:00.000Z');
    expect((await move(uid, { start: '2050-09-05T10:30:00Z', seatUid })).status).toBe(400);
    const moved = await move(uid, { start: '2050-09-05T12:00:00Z', seatUid });
    expect(moved).toMatchObject({
      status: 201,
      body: { data: { start: '2050-09-05T12:00:00.000Z', seatUid, rescheduledFromUid: uid, attendees: [{ email: 'ada@example.com' }] } },
    });
    expect(moved.body.data.uid).not.toBe(uid);
    // Bob was alone now: his old booking ends, and both name each other as far as a shared one can.
    const joined = await move(uid, { start: '2050-09-05T12:00:00Z', seatUid: bob.seatUid });
    expect(joined.body.data).toMatchObject({ uid: moved.body.data.uid, seatUid: bob.seatUid });
    expect((await service.call(`GET /v2/bookings/${uid}`, { key: host.key })).body.data).toMatchObject({
      status: 'cancelled',
      rescheduledToUid: moved.body.data.uid,
      attendees: [{ email: 'bob@example.com' }],
    });
    expect((await slotsOf(host)).find((slot) => slot.start === '2050-09-05T10:00:00.000Z')).toMatchObject({ seatsBooked: 0 });
    expect(await changesOf(moved.body.data.uid)).toEqual([
      ['BOOKING_RESCHEDULED', 'ada@example.com'],
      ['BOOKING_RESCHEDULED', 'bob@example.com'],
    ]);
  });

  it('makes a series of seats together with others', async () => {
    const host = await seatedHost(2, { recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' } });
    const ada = (await join(host, 'Ada')).body.data;
    const bob = (await join(host, 'Bob', '2050-09-12T10:00:00Z', { recurrenceCount: 2 })).body.data;
    expect(ada).toHaveLength(3);
    expect(bob.map(({ uid }) => uid)).toEqual(ada.slice(1).map(({ uid }) => uid));
    expect(bob.map(({ recurringBookingUid }) => recurringBookingUid)).toEqual([1, 2].map(() => ada[0]?.recurringBookingUid));
    expect(new Set([...ada, ...bob].map(({ seatUid }) => seatUid)).size).toBe(5);
    // The second occurrence is full: none of the three is booked.
    expect((await join(host, 'Eve')).status).toBe(409);
    expect((await slotsOf(host)).find((slot) => slot.start === '2050-09-05T10:00:00.000Z')).toMatchObject({ seatsBooked: 1 });
  });
});
