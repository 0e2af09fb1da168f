import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, bookingBody, MONDAY, startTestService, type TestHost, type TestService } from './service.fixture.ts';

const HOUR = 3_600_000;

let service: TestService;
let host: TestHost;
let other: TestHost;
let uid: string;
let hour = 7;

beforeAll(async () => {
  service = await startTestService();
  [host, other] = [await addHost(service), await addHost(service)];
  uid = await book({ bookingFieldsResponses: { notes: 'Bring tea & cake' } });
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

/** A booking of its own hour of that Monday, the first at 07:00 UTC. */
async function book(given: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const start = new Date(MONDAY + hour * HOUR).toISOString();
  hour += 1;
  const booked = await service.call('POST /v2/bookings', { body: bookingBody(host, start, given) });
  expect(booked.status, booked.body.message).toBe(201);
  return booked.body.data.uid;
}

const call = (line: string, body?: unknown, key = host.key) => service.call(line, { key, ...(body === undefined ? {} : { body }) });

describe('the place of a booking', () => {
  it.each([
    [{ type: 'address', address: '1 Main Street' }, 'inPerson', '1 Main Street'],
    [{ type: 'attendeeAddress', address: '2 Side Street' }, 'attendeeInPerson', '2 Side Street'],
    [{ type: 'attendeeDefined', location: 'the café' }, 'somewhereElse', 'the café'],
    [{ type: 'attendeePhone', phone: '+4930123456' }, 'phone', '+4930123456'],
    [{ type: 'link', link: 'https://meet.example/ada' }, 'link', 'https://meet.example/ada'],
    [{ type: 'phone', phone: '+4930123457' }, 'userPhone', '+4930123457'],
  ])('moves to %j', async (location, kind, text) => {
    const moved = await call(`PATCH /v2/bookings/${uid}/location`, { location });
    expect(moved).toMatchObject({ status: 200, body: { data: { uid, location: text, meetingUrl: text } } });
    const row = await service.store.db.selectFrom('bookings').select('location').where('uid', '=', uid).executeTakeFirst();
    expect(row?.location).toEqual({ kind, value: text });
  });

  it('is moved by a host, to a place that is one', async () => {
    const path = `PATCH /v2/bookings/${uid}/location`;
    expect(await call(path, { location: { type: 'link', link: 'javascript:alert(1)' } })).toMatchObject({ status: 400 });
    expect(await call(path, { location: { type: 'moon' } })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('attendeeDefined') },
    });
    expect(await call(path, {})).toMatchObject({ status: 400 });
    expect(await call(path, { location: { type: 'address', address: 'x' } }, other.key)).toMatchObject({ status: 403 });
    expect(await call('PATCH /v2/bookings/nope/location', { location: { type: 'address', address: 'x' } })).toMatchObject({
      status: 404,
      body: { message: 'Booking with uid=nope was not found in the database' },
    });
  });
});

describe('absence', () => {
  it('is marked by a host after the start', async () => {
    const path = `POST /v2/bookings/${uid}/mark-absent`;
    const body = { host: true, attendees: [{ email: 'BOB@example.com', absent: true }] };
    const { now } = service.clock;
    expect(await call(path, body)).toMatchObject({
      status: 400,
      body: {
        message:
          'Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: 2050-08-29T00:00:00.000Z, Booking start time in UTC+0: 2050-09-05T07:00:00.000Z',
      },
    });
    service.clock.now = MONDAY + 7 * HOUR;
    try {
      expect(await call(path, body, other.key)).toMatchObject({ status: 403 });
      expect(await call(path, {})).toMatchObject({ status: 400 });
      expect(await call(path, { attendees: [{ email: 'eve@example.com', absent: true }] })).toMatchObject({ status: 400 });
      const marked = await call(path, body);
      expect(marked).toMatchObject({ status: 200, body: { data: { absentHost: true, attendees: [{ absent: true }] } } });
      const back = await call(path, { attendees: [{ email: 'bob@example.com', absent: false }] });
      expect(back).toMatchObject({ status: 200, body: { data: { absentHost: true, attendees: [{ absent: false }] } } });
      expect(await call('POST /v2/bookings/nope/mark-absent', body)).toMatchObject({
        status: 404,
        body: { message: 'Booking with uid=nope not found.' },
      });
    } finally {
      service.clock.now = now;
    }
    const rows = await service.store.db.selectFrom('outbox').select(['kind', 'payload']).where('booking_uid', '=', uid).execute();
    expect(rows.filter((row) => row.kind === 'BOOKING_NO_SHOW_UPDATED').map((row) => row.payload.details)).toEqual([
      { noShowHost: true, attendees: [{ email: 'BOB@example.com', noShow: true }] },
      { attendees: [{ email: 'bob@example.com', noShow: false }] },
    ]);
  });
});

describe('links to calendars', () => {
  it('fill in the booking everywhere', async () => {
    const title = 'Tea & talk? 50% off #1';
    const booked = await book({ bookingFieldsResponses: { title, notes: 'Bring tea & cake' } });
    await call(`PATCH /v2/bookings/${booked}/location`, { location: { type: 'address', address: '1 Main Street, Rome' } });
    const { body } = await call(`GET /v2/bookings/${booked}/calendar-links`);
    const links = body.data as unknown as readonly { label: string; link: string }[]; // the shape this operation answers
    expect(links.map(({ label }) => label)).toEqual(['Google Calendar', 'Microsoft Office', 'Microsoft Outlook', 'ICS']);
    const [google, office, outlook, ics] = links.map(({ link }) => new URL(link));
    expect(google?.href).not.toContain('+');
    expect(Object.fromEntries(google?.searchParams ?? [])).toEqual({
      action: 'TEMPLATE',
      dates: '20500905T080000Z/20500905T090000Z',
      text: title,
      details: 'Bring tea & cake',
      location: '1 Main Street, Rome',
    });
    for (const url of [office, outlook]) {
      expect(url?.pathname).toBe('/calendar/0/deeplink/compose');
      expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
        path: '/calendar/action/compose',
        rru: 'addevent',
        startdt: '2050-09-05T08:00:00.000Z',
        enddt: '2050-09-05T09:00:00.000Z',
        subject: title,
        body: 'Bring tea & cake',
        location: '1 Main Street, Rome',
      });
    }
    expect([office?.host, outlook?.host]).toEqual(['outlook.office.com', 'outlook.live.com']);
    const entry = decodeURIComponent(ics?.href.replace('data:text/calendar;charset=utf-8,', '') ?? '');
    expect(entry).toContain('DTSTART:20500905T080000Z');
    expect(entry).toContain('SUMMARY:Tea & talk? 50% off #1');
    expect(entry).toContain('LOCATION:1 Main Street\\, Rome');
  });

  it('need a booking of the caller with an event type', async () => {
    expect(await call('GET /v2/bookings/nope/calendar-links')).toMatchObject({
      status: 404,
      body: { message: 'Booking with uid nope not found' },
    });
    expect(await call(`GET /v2/bookings/${uid}/calendar-links`, undefined, other.key)).toMatchObject({ status: 403 });
    const gone = await addHost(service);
    const booked = await service.call('POST /v2/bookings', { body: bookingBody(gone, '2050-09-05T10:00:00Z') });
    await service.store.db.deleteFrom('event_types').where('id', '=', gone.eventTypeId).execute();
    expect(await call(`GET /v2/bookings/${booked.body.data.uid}/calendar-links`, undefined, gone.key)).toMatchObject({
      status: 400,
      body: { message: `Booking with uid ${booked.body.data.uid} has no event type` },
    });
  });
});

describe('what other systems keep of a booking', () => {
  it.each(['references', 'references?type=google_calendar', 'recordings', 'transcripts', 'conferencing-sessions'])(
    'is nothing: %s',
    async (part) => {
      expect(await call(`GET /v2/bookings/${uid}/${part}`)).toMatchObject({ status: 200, body: { status: 'success', data: [] } });
      expect(await call(`GET /v2/bookings/${uid}/${part}`, undefined, other.key)).toMatchObject({ status: 403 });
      expect(await service.call(`GET /v2/bookings/${uid}/${part}`)).toMatchObject({ status: 401 });
    },
  );

  it('refuses a type of reference that there is not', async () => {
    expect(await call(`GET /v2/bookings/${uid}/references?type=paper`)).toMatchObject({ status: 400 });
  });

  it('names no routing form, as there was none', async () => {
    expect(await call(`GET /v2/bookings/${uid}/routing-trace`)).toMatchObject({
      status: 200,
      body: { data: { groups: [], formSubmission: null, steps: [{ message: expect.stringContaining('no routing form') }] } },
    });
  });
});

describe('a request to reschedule', () => {
  it('cancels, frees the time, and leaves the move to whoever has the uid', async () => {
    const asked = await book();
    const path = `POST /v2/bookings/${asked}/request-reschedule`;
    expect(await call(path, {}, other.key)).toMatchObject({ status: 403 });
    expect(await service.call(path)).toMatchObject({ status: 401 });
    const cancelled = await call(path, { rescheduleReason: 'I am ill' });
    expect(cancelled).toMatchObject({
      status: 200,
      body: {
        status: 'success',
        data: { uid: asked, status: 'cancelled', cancellationReason: 'I am ill', cancelledByEmail: host.user.email },
      },
    });
    expect((await call(path)).body.data).toEqual(cancelled.body.data);
    const told = await service.store.db.selectFrom('outbox').select(['kind', 'payload']).where('booking_uid', '=', asked).execute();
    expect(told.filter((row) => row.kind === 'BOOKING_CANCELLED').map((row) => row.payload.details)).toEqual([{ requestReschedule: true }]);

    const moved = await service.call(`POST /v2/bookings/${asked}/reschedule`, { body: { start: '2050-09-06T08:00:00Z' } });
    expect(moved).toMatchObject({ status: 201, body: { data: { status: 'accepted', rescheduledFromUid: asked } } });
    expect(await service.call(`POST /v2/bookings/${asked}/reschedule`, { body: { start: '2050-09-06T09:00:00Z' } })).toMatchObject({
      status: 400,
    });
    expect(await call(path)).toMatchObject({ status: 400 });
  });

  it('is refused for a booking that was cancelled otherwise', async () => {
    const gone = await book();
    await service.call(`POST /v2/bookings/${gone}/cancel`, { body: {} });
    expect(await call(`POST /v2/bookings/${gone}/request-reschedule`)).toMatchObject({
      status: 400,
      body: { message: `Can't request to reschedule booking with uid=${gone} because it has been cancelled.` },
    });
    expect(await call('POST /v2/bookings/nope/request-reschedule')).toMatchObject({ status: 404 });
  });
});

describe('what an event type tells of itself', () => {
  it('is who hosts it, what happened to it, and what was not passed on', async () => {
    const of = (part: string) => `GET /v2/event-types/${host.eventTypeId}/${part}`;
    expect((await call(of('scheduling-config'))).body.data).toEqual({
      eventTypeId: host.eventTypeId,
      schedulingType: null,
      scheduleId: null,
      assignAllTeamMembers: false,
      hosts: [{ userId: host.user.id, mandatory: true, priority: 'medium' }],
    });
    expect(await call(of('history?limit=10'))).toMatchObject({
      status: 200,
      body: {
        data: { eventTypeId: host.eventTypeId, auditLogs: [{ action: 'EVENT_TYPE_CREATED', timestamp: '2050-08-29T00:00:00.000Z' }] },
        pagination: { nextCursor: null, hasMore: false },
      },
    });
    expect(await call(of('crm-sync-errors?appSlug=salesforce'))).toMatchObject({
      status: 200,
      body: { data: [], pagination: { nextCursor: null, hasMore: false } },
    });
    for (const part of ['scheduling-config', 'history', 'crm-sync-errors']) {
      expect(await call(of(part), undefined, other.key)).toMatchObject({ status: 403 });
      expect(await call(`GET /v2/event-types/999999/${part}`)).toMatchObject({ status: 404 });
    }
  });
});
