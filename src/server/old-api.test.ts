import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { oldBooking } from '../wire/calcom/old-bookings.ts';
import { oldEventType } from '../wire/calcom/old-event-types.ts';
import { oldSlots } from '../wire/calcom/old-slots.ts';
import { type Answer, addHost, type CallOptions, startTestService, type TestHost, type TestService } from './service.fixture.ts';

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

/** As third-party code asks that knows of no versions. */
const ask = (line: string, options: CallOptions = {}): Promise<Answer> => service.call(line, { version: null, key: host.key, ...options });

function read<Schema extends z.ZodType>(answer: Answer, schema: Schema): z.output<Schema> {
  expect(answer.body.message).toBeUndefined();
  return schema.parse(answer.body.data);
}

const slotsOf = async (path: string, version: string | null = null) =>
  read(await ask(`GET /v2/slots/available?${path}`, { version }), z.object({ slots: oldSlots })).slots;

describe('slots of the old API', () => {
  const range = 'startTime=2050-09-05T00:00:00Z&endTime=2050-09-07T00:00:00Z';

  it('come by date with their time, an end at midnight being exact', async () => {
    const byId = await slotsOf(`${range}&eventTypeId=${host.eventTypeId}`);
    expect(Object.keys(byId)).toEqual(['2050-09-05', '2050-09-06']);
    expect(byId['2050-09-05']?.[0]).toEqual({ time: '2050-09-05T07:00:00.000Z' });
    const bySlug = await slotsOf(`${range}&eventTypeSlug=hour&usernameList[]=${host.user.username}`, '2024-08-13');
    expect(bySlug).toEqual(byId);
  });

  it('come as ranges in a zone', async () => {
    const ranges = await slotsOf(`${range}&eventTypeId=${host.eventTypeId}&slotFormat=range&timeZone=Europe/Rome`);
    expect(ranges['2050-09-05']?.[0]).toEqual({ startTime: '2050-09-05T09:00:00.000+02:00', endTime: '2050-09-05T10:00:00.000+02:00' });
  });

  it.each([
    ['startTime=2050-09-06T00:00:00Z&endTime=2050-09-05T00:00:00Z', 'Invalid time range given'],
    ['startTime=soon&endTime=2050-09-05T00:00:00Z', '"soon" is no ISO 8601 date-time'],
    [range, 'Say which event type you mean'],
  ])('refuse "%s"', async (query, text) => {
    const suffix = text.startsWith('Say') ? '' : `&eventTypeId=${host.eventTypeId}`;
    expect(await ask(`GET /v2/slots/available?${query}${suffix}`)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(text) },
    });
  });

  it('are reserved and released by uid', async () => {
    const slot = { slotUtcStartDate: '2050-09-05T07:00:00Z', slotUtcEndDate: '2050-09-05T08:00:00Z' };
    const reserved = await ask('POST /v2/slots/reserve', { body: { eventTypeId: host.eventTypeId, ...slot } });
    const uid = read(reserved, z.string());
    expect(reserved.headers.get('set-cookie')).toContain(`uid=${uid};`);
    const first = async () => (await slotsOf(`${range}&eventTypeId=${host.eventTypeId}`))['2050-09-05']?.[0]?.time;
    expect(await first()).toBe('2050-09-05T08:00:00.000Z');
    expect((await ask(`DELETE /v2/slots/selected-slot?uid=${uid}`)).status).toBe(200);
    expect(await first()).toBe('2050-09-05T07:00:00.000Z');
  });
});

describe('bookings of the old API', () => {
  const body = (start: string, more: object = {}) => ({
    eventTypeId: host.eventTypeId,
    start,
    timeZone: 'Europe/Rome',
    language: 'en',
    metadata: { source: 'old', nested: { a: 1 } },
    responses: {
      name: { firstName: 'Bob', lastName: 'B' },
      email: 'bob@example.com',
      notes: 'Hello',
      location: { value: 'link', optionValue: '' },
    },
    ...more,
  });

  it('are made, listed, moved and cancelled', async () => {
    const made = await ask('POST /v2/bookings', { key: undefined, body: body('2050-09-06T08:00:00Z') });
    expect(made.status).toBe(201);
    const booking = read(made, oldBooking);
    expect(booking).toMatchObject({
      status: 'ACCEPTED',
      startTime: '2050-09-06T08:00:00.000Z',
      endTime: '2050-09-06T09:00:00.000Z',
      description: 'Hello',
      user: { email: host.user.email },
      attendees: [{ name: 'Bob B', email: 'bob@example.com', timeZone: 'Europe/Rome' }],
      metadata: { source: 'old', nested: '{"a":1}' },
    });
    const again = await ask('POST /v2/bookings', { key: undefined, body: body('2050-09-06T08:00:00Z') });
    expect(read(again, oldBooking).uid).toBe(booking.uid);

    const list = z.object({ bookings: z.array(oldBooking), totalCount: z.number(), nextCursor: z.number().nullable() });
    const listed = read(await ask('GET /v2/bookings?filters[status]=upcoming&limit=1', { version: '2024-06-14' }), list);
    expect(listed).toMatchObject({ totalCount: 1, nextCursor: null, bookings: [{ uid: booking.uid }] });
    expect(read(await ask('GET /v2/bookings?filters%5Bstatus%5D=cancelled'), list).bookings).toEqual([]);

    expect(read(await ask(`GET /v2/bookings/${booking.uid}/reschedule`, { key: undefined }), oldBooking)).toEqual(booking);
    const moved = read(await ask('POST /v2/bookings', { body: body('2050-09-06T10:00:00Z', { rescheduleUid: booking.uid }) }), oldBooking);
    expect(moved).toMatchObject({ fromReschedule: booking.uid, startTime: '2050-09-06T10:00:00.000Z' });

    const cancelled = await ask(`POST /v2/bookings/${moved.uid}/cancel`, { body: { cancellationReason: 'ill' } });
    expect(cancelled.body.data).toEqual({ bookingId: moved.id, bookingUid: moved.uid, onlyRemovedAttendee: false });
  });

  it('are refused in the words of the old API', async () => {
    expect(await ask('POST /v2/bookings/17/cancel', { body: {} })).toMatchObject({
      status: 400,
      body: { message: 'Please provide booking uid instead of booking id.' },
    });
    expect(await ask('POST /v2/bookings/nothing/cancel', { body: {} })).toMatchObject({
      status: 404,
      body: { message: 'Booking with UID=nothing does not exist.', path: '/v2/bookings/nothing/cancel' },
    });
  });

  it('tell a modern body which version it belongs to', async () => {
    const modern = {
      eventTypeId: host.eventTypeId,
      start: '2050-09-06T12:00:00Z',
      attendee: { name: 'B', email: 'b@example.com', timeZone: 'UTC' },
    };
    expect(await ask('POST /v2/bookings', { body: modern })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('cal-api-version: 2024-08-13') },
    });
  });
});

describe('event types of the old API', () => {
  it('have a length, and are shown in groups', async () => {
    const made = read(await ask('POST /v2/event-types', { body: { title: 'Short', slug: 'short', length: 15 } }), oldEventType);
    expect(made).toMatchObject({ title: 'Short', slug: 'short', length: 15 });
    const one = z.object({ eventType: oldEventType });
    expect(read(await ask(`GET /v2/event-types/${made.id}`, { version: '2024-06-11' }), one).eventType).toEqual(made);
    const changed = read(await ask(`PATCH /v2/event-types/${made.id}`, { body: { length: 20, hidden: true } }), oldEventType);
    expect(changed).toMatchObject({ length: 20, hidden: true, title: 'Short' });
    const groups = z.object({ eventTypeGroups: z.array(z.object({ eventTypes: z.array(oldEventType) })) });
    expect(read(await ask('GET /v2/event-types'), groups).eventTypeGroups[0]?.eventTypes.map((row) => row.slug)).toContain('short');
    const open = read(await ask(`GET /v2/event-types/${host.user.username}/public`, { key: undefined }), z.array(oldEventType));
    expect(open.map((row) => row.slug)).toEqual(['hour']);
    expect(read(await ask(`GET /v2/event-types/${host.user.username}/hour/public`), oldEventType).length).toBe(60);
    expect((await ask(`DELETE /v2/event-types/${made.id}`)).body.data).toEqual({ id: made.id, length: 20, slug: 'short', title: 'Short' });
  });
});

describe('schedules of the old API', () => {
  it('count weekdays from Sunday', async () => {
    const availabilities = [{ days: [0, 6], startTime: '1970-01-01T10:00:00.000Z', endTime: '12:00' }];
    const made = await ask('POST /v2/schedules', { body: { name: 'Weekend', timeZone: 'Europe/Rome', isDefault: false, availabilities } });
    expect(made).toMatchObject({ status: 201, body: { data: { workingHours: [{ startTime: 600, endTime: 720 }] } } });
    const { id } = made.body.data;
    const modern = await ask(`GET /v2/schedules/${id}`, { version: '2024-06-11' });
    expect(new Set(modern.body.data.availability[0]?.days)).toEqual(new Set(['Saturday', 'Sunday']));
    expect((await ask(`PATCH /v2/schedules/${id}`, { body: { name: 'Late' } })).body.data.name).toBe('Late');
    expect((await ask('GET /v2/schedules')).body.data).toHaveLength(2);
    expect((await ask('GET /v2/schedules/default')).body.data.name).toBe('Office');
    expect((await ask(`DELETE /v2/schedules/${id}`)).status).toBe(200);
  });
});

describe('the forms of the agents’ guide', () => {
  it('ask for slots by other names, and are answered in their own shape', async () => {
    const query = `username=${host.user.username}&eventSlug=hour&startTime=2050-09-08T00:00:00Z&endTime=2050-09-08T23:59:59Z`;
    const answer = await ask(`GET /v2/slots?${query}`, { key: undefined, version: '2024-08-13' });
    const { slots } = read(answer, z.object({ slots: oldSlots }));
    expect(slots['2050-09-08']?.[0]).toEqual({ time: '2050-09-08T07:00:00.000Z' });
    expect(answer.headers.get('kalends-notice')).toContain('cal-api-version: 2024-09-04');
  });

  it('name triggers and reasons their way', async () => {
    const made = await ask('POST /v2/webhooks', {
      version: '2024-08-13',
      body: { subscriberUrl: 'https://agent.example.com/cal', eventTriggers: ['BOOKING_CREATED'], active: true },
    });
    expect(made).toMatchObject({ status: 201, body: { data: { triggers: ['BOOKING_CREATED'] } } });
  });

  it('send one version for everything', async () => {
    const version = '2024-08-13';
    expect((await ask(`GET /v2/event-types?username=${host.user.username}`, { version })).body.data[0]?.slug).toBe('hour');
    expect((await ask('GET /v2/me', { version })).status).toBe(200);
    expect((await ask('GET /v2/schedules', { version })).body.data[0]?.name).toBe('Office');
    expect((await ask('GET /v2/credits/available', { version })).status).toBe(200);
    const start = '2050-09-08T09:00:00Z';
    const attendee = { name: 'John Doe', email: 'john@example.com', timeZone: 'America/New_York' };
    const made = await ask('POST /v2/bookings', {
      version,
      key: undefined,
      body: { eventTypeSlug: 'hour', username: host.user.username, start, attendee },
    });
    expect(made.status).toBe(201);
    const body = { start: '2050-09-08T10:00:00Z', rescheduleReason: 'Attendee requested different time' };
    const moved = await ask(`POST /v2/bookings/${made.body.data.uid}/reschedule`, { version, body });
    expect(moved.body.data.reschedulingReason).toBe('Attendee requested different time');
  });
});
