import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteEventType, updateEventType } from '../store/event-types.ts';
import { type Slots, slots } from '../wire/calcom/index.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;

beforeAll(async () => {
  service = await startTestService();
  host = await addHost(service);
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

async function slotsOf(query: string): Promise<Slots> {
  const answer = await service.call(`GET /v2/slots?${query}`);
  expect(answer.status).toBe(200);
  return slots.parse(answer.body.data);
}

function starts(days: Slots): string[] {
  return Object.values(days).flatMap((day) => day.map((slot) => slot.start));
}

const DATES = ['2050-09-05', '2050-09-06', '2050-09-07', '2050-09-08', '2050-09-09'];

describe('slots', () => {
  it('C64: cover both dates whole, in UTC or in the zone asked for', async () => {
    const utc = await slotsOf(`eventTypeId=${host.eventTypeId}&start=2050-09-05&end=2050-09-09`);
    expect(Object.keys(utc)).toEqual(DATES);
    for (const [date, day] of Object.entries(utc)) {
      expect(day).toEqual([7, 8, 9, 10, 11, 12, 13, 14].map((hour) => ({ start: `${date}T${String(hour).padStart(2, '0')}:00:00.000Z` })));
    }
    const rome = await slotsOf(`eventTypeSlug=hour&username=${host.user.username}&start=2050-09-05&end=2050-09-09&timeZone=Europe/Rome`);
    expect(Object.keys(rome)).toEqual(DATES);
    expect(rome['2050-09-05']?.map((slot) => slot.start)).toEqual(
      [9, 10, 11, 12, 13, 14, 15, 16].map((hour) => `2050-09-05T${String(hour).padStart(2, '0')}:00:00.000+02:00`),
    );
  });

  it('C65: are clipped to exact instants', async () => {
    const days = await slotsOf(`eventTypeId=${host.eventTypeId}&start=2050-09-05T09:00:00Z&end=2050-09-09T12:00:00.000Z`);
    expect(Object.values(days).map((day) => day.length)).toEqual([6, 8, 8, 8, 5]);
    expect(days['2050-09-05']?.[0]?.start).toBe('2050-09-05T09:00:00.000Z');
    expect(days['2050-09-09']?.at(-1)?.start).toBe('2050-09-09T11:00:00.000Z');
  });

  it('C69: leave out what is booked, and show it again for moving that booking or once it is cancelled', async () => {
    const booked = await addHost(service);
    const query = `eventTypeId=${booked.eventTypeId}&start=2050-09-05&end=2050-09-05`;
    const before = starts(await slotsOf(query));
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(booked, '2050-09-05T11:00:00Z') })).body.data;
    expect(starts(await slotsOf(query))).toEqual(before.filter((start) => start !== '2050-09-05T11:00:00.000Z'));
    expect(starts(await slotsOf(`${query}&bookingUidToReschedule=${uid}`))).toEqual(before);
    await service.call(`POST /v2/bookings/${uid}/cancel`, { body: {} });
    expect(starts(await slotsOf(query))).toEqual(before);
  });

  it('follow what another process changed of an event type they were asked for before', async () => {
    const changed = await addHost(service);
    const query = `eventTypeId=${changed.eventTypeId}&start=2050-09-05&end=2050-09-05`;
    const before = starts(await slotsOf(query));
    expect(before).toHaveLength(8);
    // Far from what was read so far.
    expect((await service.call('POST /v2/bookings', { body: bookingBody(changed, '2050-12-05T12:00:00Z') })).status).toBe(201);
    const { db } = service.store;
    await updateEventType(db, changed.eventTypeId, { lengthMinutes: 30, options: { bookingLimitsCount: { year: 2 } }, now: 0 });
    expect(starts(await slotsOf(query))).toHaveLength(16);
    await updateEventType(db, changed.eventTypeId, { options: { bookingLimitsCount: { year: 1 } }, now: 0 });
    expect(await slotsOf(query)).toEqual({});
    await updateEventType(db, changed.eventTypeId, { options: {}, now: 0 });
    expect(starts(await slotsOf(query))).toHaveLength(16);
    await deleteEventType(db, changed.eventTypeId);
    expect((await service.call(`GET /v2/slots?${query}`)).status).toBe(404);
  });

  it('answer ranges, other lengths, and an empty object where there are none', async () => {
    const flexible = await addHost(service, { options: { lengthInMinutesOptions: [30, 60] } });
    const query = `eventTypeId=${flexible.eventTypeId}&start=2050-09-05&end=2050-09-05`;
    const ranges = await slotsOf(`${query}&format=range&duration=30&timeZone=Europe/Rome`);
    expect(ranges['2050-09-05']).toHaveLength(16);
    expect(ranges['2050-09-05']?.[0]).toEqual({ start: '2050-09-05T09:00:00.000+02:00', end: '2050-09-05T09:30:00.000+02:00' });
    expect(await slotsOf(`eventTypeId=${flexible.eventTypeId}&start=2050-09-03&end=2050-09-04`)).toEqual({});
    expect((await service.call(`GET /v2/slots?${query}&duration=45`)).body.message).toContain('The possible lengths are: 30, 60');
  });

  it('show the seats of a seated event type', async () => {
    const seated = await addHost(service, {
      options: { seats: { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true } },
    });
    const days = await slotsOf(`eventTypeId=${seated.eventTypeId}&start=2050-09-05&end=2050-09-05`);
    expect(days['2050-09-05']?.[0]).toEqual({ start: '2050-09-05T07:00:00.000Z', seatsBooked: 0, seatsRemaining: 3, seatsTotal: 3 });
  });

  it('that are listed can be booked, every one', async () => {
    const busy = await addHost(service, {
      lengthMinutes: 45,
      options: { slotInterval: 30, beforeEventBuffer: 10, afterEventBuffer: 5, minimumBookingNotice: 60 },
    });
    const query = `eventTypeId=${busy.eventTypeId}&start=2050-09-05&end=2050-09-06`;
    let found = starts(await slotsOf(query));
    for (let round = 0; found.length > 0; round++) {
      const start = found[(round * 7) % found.length] ?? '';
      const attendee = { name: 'Bob', email: `bob${round}@example.com`, timeZone: 'UTC' };
      expect((await service.call('POST /v2/bookings', { body: bookingBody(busy, start, { attendee }) })).status).toBe(201);
      const left = starts(await slotsOf(query));
      expect(left).not.toContain(start);
      expect(left.length).toBeLessThan(found.length);
      found = left;
    }
  });

  it.each([
    ['', 'Say which event type you mean'],
    ['eventTypeId=1&username=x&start=2050-09-05&end=2050-09-05', 'username property is wrong,property username should not exist '],
    ['eventTypeId=abc&start=2050-09-05&end=2050-09-05', 'eventTypeId must be an integer number'],
    ['eventTypeSlug=hour&start=2050-09-05&end=2050-09-05', 'username is required'],
    ['eventTypeId=1&end=2050-09-05', 'start must be an ISO 8601 date'],
    ['eventTypeId=1&start=2050-09-05&end=2050-09-05&timeZone=Mars/Base', 'not "Mars/Base"'],
    ['eventTypeId=1&start=2050-09-05&end=2050-09-05&format=list', 'format must be "time" or "range"'],
  ])('refuse "%s"', async (query, text) => {
    const refused = await service.call(`GET /v2/slots?${query}`);
    expect(refused.status).toBe(400);
    expect(refused.body.error.message).toContain(text);
  });

  it.each([
    ['start=2050-02-30&end=2050-09-05', 400, 'Invalid start date'],
    ['start=2050-09-05&end=never', 400, 'Invalid end date'],
    ['start=2050-09-06&end=2050-09-05', 400, "Invalid time range given - check the 'start' and 'end' query parameters."],
    ['start=2050-09-06&end=2060-09-05', 400, 'at most 370 days'],
  ])('refuse the range "%s"', async (range, status, text) => {
    const refused = await service.call(`GET /v2/slots?eventTypeId=${host.eventTypeId}&${range}`);
    expect(refused).toMatchObject({ status, body: { error: { message: expect.stringContaining(text) } } });
  });

  it('answer 404 for whom and what there is not', async () => {
    const range = 'start=2050-09-05&end=2050-09-05';
    expect((await service.call(`GET /v2/slots?eventTypeId=999999&${range}`)).body.message).toBe('Event Type not found');
    expect((await service.call(`GET /v2/slots?username=nobody&eventTypeSlug=hour&${range}`)).body.message).toBe(
      'User with username nobody not found',
    );
    expect((await service.call(`GET /v2/slots?teamSlug=t&eventTypeSlug=hour&${range}`)).body.message).toBe('Team with slug t not found');
  });
});
