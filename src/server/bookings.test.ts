import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { booking as bookingSchema } from '../wire/calcom/index.ts';
import { addHost, bookingBody, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const TAKEN = 'User either already has booking at this time or is not available';
const NEAREST =
  'The nearest free starts are 2050-09-05T11:00:00.000Z, 2050-09-05T09:00:00.000Z, 2050-09-05T12:00:00.000Z, 2050-09-05T08:00:00.000Z, 2050-09-05T13:00:00.000Z.';

describe('creating a booking', () => {
  it('answers 201 with the booking, which the list and the uid then find', async () => {
    const host = await addHost(service);
    const created = await service.call('POST /v2/bookings', {
      body: bookingBody(host, '2050-09-05T10:00:00Z', {
        guests: ['Carol@example.com', 'carol@example.com', 'bob@example.com'],
        bookingFieldsResponses: { notes: 'Bring the numbers.' },
        metadata: { source: 'test' },
      }),
    });
    expect(created.status).toBe(201);
    const { data } = created.body;
    expect(bookingSchema.parse(data)).toMatchObject({
      status: 'accepted',
      title: `Hour between ${host.user.name} and Bob`,
      description: 'Bring the numbers.',
      start: '2050-09-05T10:00:00.000Z',
      end: '2050-09-05T11:00:00.000Z',
      duration: 60,
      location: 'integrations:daily',
      hosts: [{ id: host.user.id, email: host.user.email, timeZone: 'Europe/Rome' }],
      attendees: [{ name: 'Bob', email: 'bob@example.com' }, { email: 'carol@example.com' }],
      guests: ['carol@example.com'],
      metadata: { source: 'test' },
      bookingFieldsResponses: { name: 'Bob', email: 'bob@example.com', notes: 'Bring the numbers.' },
    });
    expect((await service.call(`GET /v2/bookings/${data.uid}`)).body.data.uid).toBe(data.uid);
    const list = await service.call('GET /v2/bookings', { key: host.key });
    expect(list.body.data.map((item) => item.uid)).toEqual([data.uid]);
    expect(list.body.pagination).toEqual({
      totalItems: 1,
      remainingItems: 0,
      returnedItems: 1,
      itemsPerPage: 100,
      currentPage: 1,
      totalPages: 1,
      hasNextPage: false,
      hasPreviousPage: false,
    });
  });

  it('takes the event type by slug and username, and a start with any offset', async () => {
    const host = await addHost(service);
    const { eventTypeId: _id, ...body } = bookingBody(host, '2050-09-05T12:00:00+02:00');
    const created = await service.call('POST /v2/bookings', { body: { ...body, eventTypeSlug: 'hour', username: host.user.username } });
    expect(created.body.data).toMatchObject({ start: '2050-09-05T10:00:00.000Z', eventType: { id: host.eventTypeId, slug: 'hour' } });
  });

  it('refuses a taken time without telling strangers of the booking in the way, but tells the host', async () => {
    const host = await addHost(service);
    const first = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') });
    const other = { attendee: { name: 'Eve', email: 'eve@example.com', timeZone: 'UTC' } };
    const stranger = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:30:00Z', other) });
    expect(stranger).toMatchObject({
      status: 400,
      body: { status: 'error', message: `${TAKEN}. ${NEAREST}`, error: { code: 'BadRequestException', message: TAKEN } },
    });
    expect(stranger.body.error.details).toEqual({
      message: TAKEN,
      error: 'Bad Request',
      statusCode: 400,
      reason: 'not_available',
      nearestFreeStarts: ['11:00', '09:00', '12:00', '08:00', '13:00'].map((time) => `2050-09-05T${time}:00.000Z`),
      hint: NEAREST,
    });
    const own = await service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, '2050-09-05T10:30:00Z', other) });
    expect(own.body.error.details).toMatchObject({ reason: 'busy', conflictingBookingUid: first.body.data.uid });
    expect(own.body.message).toBe(`${TAKEN}. Another booking takes this time. ${NEAREST}`);
  });

  it('answers a repeated request of one credential with the same booking, a stranger never', async () => {
    const host = await addHost(service);
    const body = bookingBody(host, '2050-09-06T10:00:00Z');
    const first = await service.call('POST /v2/bookings', { key: host.key, body });
    const second = await service.call('POST /v2/bookings', { key: host.key, body });
    expect(second).toMatchObject({ status: 201, body: { data: { uid: first.body.data.uid } } });
    expect(await service.call('POST /v2/bookings', { body })).toMatchObject({ status: 400, body: { error: { message: TAKEN } } });
    const someone = await addHost(service);
    expect(await service.call('POST /v2/bookings', { key: someone.key, body })).toMatchObject({
      status: 400,
      body: { error: { message: TAKEN } },
    });
    await service.call(`POST /v2/bookings/${first.body.data.uid}/cancel`, { key: host.key, body: { cancellationReason: 'no' } });
    const third = await service.call('POST /v2/bookings', { key: host.key, body });
    expect(third.status).toBe(201);
    expect(third.body.data.uid).not.toBe(first.body.data.uid);
  });

  it.each([
    ['in the past', '2050-08-01T10:00:00Z', 400, 'Attempting to book a meeting in the past.', 'past'],
    ['inside the notice', '2050-08-29T01:00:00Z', 400, "can't be booked at the", 'notice'],
    ['outside the hours', '2050-09-05T20:00:00Z', 400, TAKEN, 'not_available'],
    ['on a weekend', '2050-09-04T10:00:00Z', 400, TAKEN, 'not_available'],
  ])('refuses a start %s', async (_what, start, status, text, reason) => {
    const host = await addHost(service);
    const refused = await service.call('POST /v2/bookings', { body: bookingBody(host, start) });
    expect(refused).toMatchObject({ status, body: { message: expect.stringContaining(text), error: { details: { reason } } } });
  });

  it('keeps limits, also the one on bookings of one attendee', async () => {
    const daily = await addHost(service, { options: { bookingLimitsCount: { day: 1 } } });
    await service.call('POST /v2/bookings', { body: bookingBody(daily, '2050-09-05T10:00:00Z') });
    const refused = await service.call('POST /v2/bookings', { body: bookingBody(daily, '2050-09-05T13:00:00Z') });
    expect(refused).toMatchObject({
      status: 403,
      body: {
        message: expect.stringMatching(/^The limit of 1 bookings a day is reached\. The nearest free starts are 2050-09-06T07/),
        error: { message: 'booking_limit_reached', details: { reason: 'count_limit' } },
      },
    });
    const active = await addHost(service, { options: { bookerActiveBookingsLimit: { maximumActiveBookings: 1, offerReschedule: true } } });
    await service.call('POST /v2/bookings', { body: bookingBody(active, '2050-09-05T10:00:00Z') });
    const second = await service.call('POST /v2/bookings', { body: bookingBody(active, '2050-09-06T10:00:00Z') });
    expect(second.status).toBe(400);
    expect(second.body.message).toBe("Attendee with this email can't book because the maximum number of active bookings has been reached.");
  });

  it('chooses among several lengths and locations, and refuses what is not offered', async () => {
    const host = await addHost(service, {
      options: {
        lengthInMinutesOptions: [30, 60],
        locations: [{ type: 'address', address: 'Via Roma 1', public: true }, { type: 'attendeePhone' }],
      },
    });
    const half = await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z', { lengthInMinutes: 30 }) });
    expect(half.body.data).toMatchObject({ duration: 30, location: 'Via Roma 1', meetingUrl: 'Via Roma 1' });
    const phone = { location: { type: 'attendeePhone', phone: '+390612345678' } };
    expect((await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T11:00:00Z', phone) })).body.data.location).toBe(
      '+390612345678',
    );
    expect(
      (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T13:00:00Z', { lengthInMinutes: 45 }) })).body.message,
    ).toBe("Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: 30, 60");
    expect(
      (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T13:00:00Z', { location: { type: 'link' } }) })).body
        .message,
    ).toBe(
      `Booking location with type link not valid for event type with id=${host.eventTypeId}. The event type has following location types: address, attendeePhone, and only these types are allowed for booking location.`,
    );
  });

  it('asks the questions of the event type', async () => {
    const field = { label: 'x', required: true, hidden: false, placeholder: '' };
    const host = await addHost(service, {
      options: {
        bookingFields: [
          { ...field, type: 'text', slug: 'company' },
          { ...field, type: 'select', slug: 'size', options: ['small', 'big'] },
          { ...field, type: 'number', slug: 'age', required: false },
          { ...field, type: 'checkbox', slug: 'days', options: ['Monday', 'Friday'] },
        ],
      },
    });
    const ask = async (bookingFieldsResponses: unknown) =>
      (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z', { bookingFieldsResponses }) })).body;
    expect((await ask({})).message).toContain('Missing required booking field response: company');
    expect((await ask({ company: 'A', size: 'huge' })).message).toBe(
      "Invalid option 'huge' for booking field 'size'. Allowed options are: small, big.",
    );
    expect((await ask({ company: 'A', size: 'big', age: 'old' })).message).toBe(
      "Invalid type for booking field 'age'. Expected type number (compatible with field type 'number'), but received string.",
    );
    expect((await ask({ company: 'A', size: 'big', days: [] })).message).toContain('Missing required booking field response: days');
    expect((await ask({ company: 'A', size: 'big', days: ['Monday'] })).status).toBe('success');
  });

  it.each([
    [{ text: '' }, 'Body is required'],
    [{ text: '[]' }, 'Body should be an object'],
    [{ text: '{"start":' }, 'not valid JSON'],
    [{ body: { start: 'tomorrow' } }, 'start must be a valid ISO 8601 date-time'],
    [{ body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'Bob', timeZone: 'Rome', email: 'bob@example.com' } } }, 'not "Rome"'],
    [
      { body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'Bob', timeZone: 'UTC' } } },
      'Attendee must have at least one contact method',
    ],
    [{ body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'Bob', timeZone: 'UTC', email: 'x' } } }, 'Invalid email format'],
    [
      { body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'B', timeZone: 'UTC', email: 'b@e.com' }, nonsense: 1 } },
      'property nonsense should not exist',
    ],
    [
      { body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'B', timeZone: 'UTC', email: 'b@e.com' }, instant: false } },
      'property instant should not exist',
    ],
    [
      { body: { start: '2050-09-05T10:00:00Z', attendee: { name: 'B', timeZone: 'UTC', email: 'b@e.com' } } },
      'Either eventTypeId or eventTypeSlug + username',
    ],
  ])('says what is wrong with %j', async (options, text) => {
    const refused = await service.call('POST /v2/bookings', options);
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining(text) } });
  });

  it('answers 404 for what is not there, and 501 for what is not built yet', async () => {
    const host = await addHost(service);
    const body = bookingBody(host, '2050-09-05T10:00:00Z');
    expect(await service.call('POST /v2/bookings', { body: { ...body, eventTypeId: 999_999 } })).toMatchObject({
      status: 404,
      body: { message: 'Event type with id 999999 not found.' },
    });
    const instant = { ...body, instant: true };
    expect(await service.call('POST /v2/bookings', { body: instant })).toMatchObject({ status: 501 });
  });

  it('keeps an event type for those who may book it', async () => {
    const host = await addHost(service, { options: { bookingRequiresAuthentication: true } });
    const body = bookingBody(host, '2050-09-05T10:00:00Z');
    const other = await addHost(service);
    expect((await service.call('POST /v2/bookings', { body })).status).toBe(401);
    expect((await service.call('POST /v2/bookings', { body, key: other.key })).status).toBe(403);
    expect((await service.call('POST /v2/bookings', { body, key: host.key })).status).toBe(201);
  });
});

describe('moving a booking', () => {
  it('makes a new one, cancels the old one, links both and may overlap its own old time', async () => {
    const host = await addHost(service);
    const { uid } = (
      await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z', { guests: ['c@example.com'] }) })
    ).body.data;
    const moved = await service.call(`POST /v2/bookings/${uid}/reschedule`, {
      body: { start: '2050-09-05T10:30:00Z', reschedulingReason: 'late', rescheduledBy: 'bob@example.com' },
    });
    expect(moved.status).toBe(201);
    expect(moved.body.data).toMatchObject({
      status: 'accepted',
      start: '2050-09-05T10:30:00.000Z',
      end: '2050-09-05T11:30:00.000Z',
      rescheduledFromUid: uid,
      reschedulingReason: 'late',
      rescheduledByEmail: 'bob@example.com',
      guests: ['c@example.com'],
    });
    const old = await service.call(`GET /v2/bookings/${uid}`);
    expect(old.body.data).toMatchObject({ status: 'cancelled', rescheduledToUid: moved.body.data.uid });
    expect(old.body.data.icsUid).toBe(moved.body.data.icsUid);
    const again = await service.call(`POST /v2/bookings/${uid}/reschedule`, { body: { start: '2050-09-06T10:00:00Z' } });
    expect(again).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(`rescheduled already to booking with uid=${moved.body.data.uid}`) },
    });
    const goesOn = `It was moved: use booking with uid=${moved.body.data.uid} instead.`;
    for (const [line, body] of [
      [`POST /v2/bookings/${uid}/cancel`, { cancellationReason: 'no' }],
      [`POST /v2/bookings/${uid}/guests`, { guests: [{ email: 'd@example.com' }] }],
    ] as const) {
      expect(await service.call(line, { key: host.key, body })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining(goesOn) },
      });
    }
  });

  it('changes nothing when the new time is taken', async () => {
    const host = await addHost(service);
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data;
    await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T12:00:00Z') });
    const refused = await service.call(`POST /v2/bookings/${uid}/reschedule`, { body: { start: '2050-09-05T12:30:00Z' } });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: TAKEN } } });
    expect((await service.call(`GET /v2/bookings/${uid}`)).body.data.status).toBe('accepted');
  });

  it('keeps the rules of the event type', async () => {
    const late = await addHost(service, { options: { disableRescheduling: { minutesBefore: 60 * 24 * 30 } } });
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(late, '2050-09-05T10:00:00Z') })).body.data;
    const body = { start: '2050-09-06T10:00:00Z' };
    expect(await service.call(`POST /v2/bookings/${uid}/reschedule`, { body })).toMatchObject({
      status: 403,
      body: { message: 'Rescheduling is not allowed within the minimum notice period before the event' },
    });
    expect((await service.call(`POST /v2/bookings/${uid}/reschedule`, { body, key: late.key })).status).toBe(201);
    expect(await service.call('POST /v2/bookings/nothing/reschedule', { body })).toMatchObject({
      status: 404,
      body: { message: 'Booking with uid=nothing was not found in the database' },
    });
  });
});

describe('cancelling a booking', () => {
  it('frees its time, once', async () => {
    const host = await addHost(service);
    const body = bookingBody(host, '2050-09-05T10:00:00Z');
    const { uid } = (await service.call('POST /v2/bookings', { body })).body.data;
    const cancelled = await service.call(`POST /v2/bookings/${uid}/cancel`, { body: { cancellationReason: 'ill' } });
    expect(cancelled).toMatchObject({ status: 200, body: { data: { status: 'cancelled', cancellationReason: 'ill' } } });
    const again = await service.call(`POST /v2/bookings/${uid}/cancel`, { text: '' });
    expect(again).toMatchObject({ status: 400, body: { message: expect.stringContaining('it has been cancelled already') } });
    expect((await service.call('POST /v2/bookings', { body })).status).toBe(201);
    expect((await service.call(`POST /v2/bookings/${uid}/reschedule`, { body: { start: '2050-09-06T10:00:00Z' } })).body.message).toBe(
      `Can't reschedule booking with uid=${uid} because it has been cancelled. Please provide uid of a booking that is not cancelled.`,
    );
  });

  it('asks the host for a reason, and nobody may where it is switched off', async () => {
    const host = await addHost(service);
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data;
    expect(await service.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key })).toMatchObject({
      status: 400,
      body: { message: 'Cancellation reason is required when you are the host' },
    });
    const done = await service.call(`POST /v2/bookings/${uid}/cancel`, { key: host.key, body: { cancellationReason: 'away' } });
    expect(done.body.data.cancelledByEmail).toBe(host.user.email);
    const fixed = await addHost(service, { options: { disableCancelling: { disabled: true } } });
    const kept = (await service.call('POST /v2/bookings', { body: bookingBody(fixed, '2050-09-05T10:00:00Z') })).body.data;
    expect(await service.call(`POST /v2/bookings/${kept.uid}/cancel`, { body: {} })).toMatchObject({
      status: 400,
      body: { message: 'This event type does not allow cancellations' },
    });
  });
});

describe('bookings that wait for the host', () => {
  const options = { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } as const;

  it('are pending until they are confirmed; of two for one time only one can be', async () => {
    const host = await addHost(service, { options });
    const eve = { attendee: { name: 'Eve', email: 'eve@example.com', timeZone: 'UTC' } };
    const one = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data;
    const two = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:30:00Z', eve) })).body.data;
    expect([one.status, two.status]).toEqual(['pending', 'pending']);
    const confirmed = await service.call(`POST /v2/bookings/${one.uid}/confirm`, { key: host.key });
    expect(confirmed).toMatchObject({ status: 200, body: { data: { status: 'accepted' } } });
    const refused = await service.call(`POST /v2/bookings/${two.uid}/confirm`, { key: host.key });
    expect(refused).toMatchObject({ status: 400, body: { error: { message: TAKEN, details: { conflictingBookingUid: one.uid } } } });
    const afresh = { key: host.key, headers: { 'idempotency-key': 'another decision' } };
    expect(await service.call(`POST /v2/bookings/${one.uid}/confirm`, afresh)).toMatchObject({
      status: 400,
      body: { message: 'Booking already confirmed', error: { code: 'TRPCError' } },
    });
    const declined = await service.call(`POST /v2/bookings/${two.uid}/decline`, { key: host.key, body: { reason: 'taken' } });
    expect(declined.body.data).toMatchObject({ status: 'rejected', cancellationReason: 'taken' });
    expect((await service.call(`POST /v2/bookings/${two.uid}/confirm`, { key: host.key })).status).toBe(400);
    expect((await service.call(`POST /v2/bookings/${two.uid}/reschedule`, { body: { start: '2050-09-06T10:00:00Z' } })).status).toBe(404);
  });

  it('are accepted at once when the host books', async () => {
    const host = await addHost(service, { options });
    expect(
      (await service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data.status,
    ).toBe('accepted');
  });

  it('are only those nearer than the threshold where there is one', async () => {
    const policy = { type: 'time', noticeThreshold: { unit: 'days', count: 8 }, blockUnconfirmedBookingsInBooker: false } as const;
    const host = await addHost(service, { options: { confirmationPolicy: policy } });
    const statusOf = async (start: string) =>
      (await service.call('POST /v2/bookings', { body: bookingBody(host, start) })).body.data.status;
    expect([await statusOf('2050-09-05T10:00:00Z'), await statusOf('2050-09-07T10:00:00Z')]).toEqual(['pending', 'accepted']);
  });
});

describe('a wrong key', () => {
  it('neither sees nor decides over the bookings of others', async () => {
    const host = await addHost(service, { options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } } });
    const other = await addHost(service);
    const { uid } = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T10:00:00Z') })).body.data;
    for (const key of [other.key, undefined]) {
      expect([401]).toContain((await service.call(`POST /v2/bookings/${uid}/confirm`, { key })).status);
      expect([401]).toContain((await service.call(`POST /v2/bookings/${uid}/decline`, { key })).status);
    }
    expect((await service.call('GET /v2/bookings', { key: other.key })).body.data).toEqual([]);
    expect((await service.call(`GET /v2/bookings?bookingUid=${uid}`, { key: other.key })).body.data).toEqual([]);
    expect((await service.call('GET /v2/bookings')).status).toBe(401);
    expect((await service.call('GET /v2/bookings', { key: 'cal_wrong' })).body.message).toBe(
      'ApiAuthStrategy - api key - Your api key is not valid',
    );
    expect((await service.call(`GET /v2/bookings/${uid}`)).body.data.status).toBe('pending');
  });
});
