import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

interface Reservation {
  readonly reservationUid: string;
  readonly reservationUntil: string;
  readonly slotEnd: string;
}

async function reserve(host: TestHost, slotStart: string, given: Readonly<Record<string, unknown>> = {}, key?: string) {
  const body = { eventTypeId: host.eventTypeId, slotStart, ...given };
  const answer = await service.call('POST /v2/slots/reservations', { body, key });
  // The fixture types bookings; these are reservations.
  return { ...answer, reservation: answer.body.data as unknown as Reservation };
}

async function starts(host: TestHost) {
  const { body } = await service.call(`GET /v2/slots?eventTypeId=${host.eventTypeId}&start=2050-09-05&end=2050-09-05`);
  const byDate = body.data as unknown as Record<string, readonly { readonly start: string }[]>;
  return (byDate['2050-09-05'] ?? []).map(({ start }) => start.slice(11, 16));
}

describe('a reserved slot', () => {
  it('C67: is hidden, moves with its reservation and comes back', async () => {
    const host = await addHost(service);
    const { status, reservation, body } = await reserve(host, '2050-09-05T10:00:00Z');
    expect(status).toBe(201);
    expect(body.data).toMatchObject({
      eventTypeId: host.eventTypeId,
      slotStart: '2050-09-05T10:00:00.000Z',
      slotEnd: '2050-09-05T11:00:00.000Z',
      slotDuration: 60,
      reservationDuration: 5,
      reservationUntil: new Date(service.clock.now + 300_000).toISOString(),
    });
    const uid = reservation.reservationUid;
    expect(await starts(host)).not.toContain('10:00');
    const moved = { eventTypeId: host.eventTypeId, slotStart: '2050-09-05T10:30:00Z' };
    // What it holds itself is not in its own way.
    expect((await service.call(`PATCH /v2/slots/reservations/${uid}`, { body: moved })).status).toBe(200);
    await service.call(`PATCH /v2/slots/reservations/${uid}`, { body: { ...moved, slotStart: '2050-09-05T13:00:00Z' } });
    expect(await starts(host)).toEqual(['07:00', '08:00', '09:00', '10:00', '11:00', '12:00', '14:00']);
    expect((await service.call(`GET /v2/slots/reservations/${uid}`)).body.data).not.toHaveProperty('reservationDuration');
    expect(await service.call(`DELETE /v2/slots/reservations/${uid}`)).toMatchObject({ status: 200, body: { status: 'success' } });
    expect(await starts(host)).toContain('13:00');
    expect((await service.call(`GET /v2/slots/reservations/${uid}`)).body.data).toBeNull();
    expect(await service.call(`DELETE /v2/slots/reservations/${uid}`)).toMatchObject({ status: 200 });
    expect(await service.call(`PATCH /v2/slots/reservations/${uid}`, { body: moved })).toMatchObject({
      status: 404,
      body: { message: `Slot with uid=${uid} not found` },
    });
  });

  it('runs out, and is held longer for who has a right to it', async () => {
    const host = await addHost(service);
    const ten = await reserve(host, '2050-09-05T10:00:00Z', { reservationDuration: 10 }, host.key);
    expect(ten.reservation.reservationUntil).toBe(new Date(service.clock.now + 600_000).toISOString());
    expect(await reserve(host, '2050-09-05T12:00:00Z', { reservationDuration: 10 })).toMatchObject({
      status: 401,
      body: { message: expect.stringContaining('reservationDuration can only be used for authenticated requests') },
    });
    const other = await addHost(service);
    expect((await reserve(host, '2050-09-05T12:00:00Z', { reservationDuration: 10 }, other.key)).status).toBe(403);
    service.clock.now += 600_001;
    expect(await starts(host)).toContain('10:00');
    service.clock.now -= 600_001;
  });

  it('C68: cannot be reserved twice, nor what is booked', async () => {
    const host = await addHost(service, { options: { lengthInMinutesOptions: [60, 180] } });
    await reserve(host, '2050-09-05T10:00:00Z');
    for (const start of ['10:15', '09:45', '10:10']) {
      expect(await reserve(host, `2050-09-05T${start}:00Z`)).toMatchObject({
        status: 422,
        body: { message: 'This time slot is already reserved by another user. Please choose a different time.' },
      });
    }
    expect((await reserve(host, '2050-09-05T09:45:00Z', { slotDuration: 180 })).status).toBe(422);
    expect((await reserve(host, '2050-09-05T11:00:00Z')).status).toBe(201);
    const booked = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T13:00:00Z') });
    expect(await reserve(host, '2050-09-05T13:30:00Z')).toMatchObject({
      status: 422,
      body: { message: "Can't reserve a slot if the event is already booked." },
    });
    await service.call(`POST /v2/bookings/${booked.body.data.uid}/cancel`, { body: {} });
    expect((await reserve(host, '2050-09-05T13:30:00Z')).status).toBe(201);
  });

  it('says what is wrong with it', async () => {
    const host = await addHost(service);
    expect(await reserve({ ...host, eventTypeId: 999_999 }, '2050-09-05T10:00:00Z')).toMatchObject({
      status: 404,
      body: { message: 'Event Type with ID=999999 not found' },
    });
    expect((await reserve(host, 'soon')).body.error.message).toBe('Invalid start date');
    expect((await reserve(host, '2050-09-05T10:00:00Z', { slotDuration: 30 })).body.message).toBe(
      "You passed 'slotDuration' but this event type is not a variable length event type.",
    );
  });

  it('takes a seat where there are seats', async () => {
    const host = await addHost(service, {
      options: { seats: { seatsPerTimeSlot: 2, showAttendeeInfo: false, showAvailabilityCount: true } },
    });
    await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') });
    const { status } = await reserve(host, '2050-09-05T10:00:00Z');
    expect(status).toBe(201);
    expect(await starts(host)).not.toContain('10:00');
    expect(await reserve(host, '2050-09-05T10:00:00Z')).toMatchObject({
      status: 422,
      body: { message: expect.stringMatching(/^Booking with id=\d+ at 2050-09-05T10:00:00.000Z has no more seats left\.$/) },
    });
    await reserve(host, '2050-09-05T12:00:00Z');
    expect(await starts(host)).toContain('12:00');
  });
});
