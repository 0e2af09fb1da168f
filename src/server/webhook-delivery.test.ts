import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { addHost, bookingBody, MONDAY, type TestHost } from './service.fixture.ts';
import { type DeliveringService, type Receiver, startDelivering, startReceiver } from './webhooks.fixture.ts';

const HOUR = 3_600_000;
const TEN = '2050-09-05T10:00:00Z';

/** However busy the machine is. */
const eventually = (look: () => unknown) => expect.poll(look, { timeout: 15_000 });

describe.each(testEngines)('webhooks on $engine', ({ start }) => {
  let engine: TestEngine;
  let service: DeliveringService;
  const receivers: Receiver[] = [];

  beforeAll(async () => {
    engine = await start();
    service = await startDelivering(await engine.openStore());
  }, 60_000);

  afterEach(() => {
    for (const receiver of receivers.splice(0)) receiver.close();
  });

  afterAll(async () => {
    expect(service.bugs).toEqual([]);
    await service.close();
    await engine.stop();
  });

  async function subscribe(host: TestHost, triggers: readonly string[], more: Readonly<Record<string, unknown>> = {}) {
    const receiver = await startReceiver();
    receivers.push(receiver);
    const body = { active: true, subscriberUrl: receiver.url, triggers, ...more };
    const { body: answer, status } = await service.call('POST /v2/webhooks', { key: host.key, version: null, body });
    expect([status, answer.message]).toEqual([201, undefined]);
    return { ...receiver, id: answer.data.id };
  }

  const ALL = [
    'BOOKING_CREATED',
    'BOOKING_REQUESTED',
    'BOOKING_RESCHEDULED',
    'BOOKING_CANCELLED',
    'BOOKING_REJECTED',
    'MEETING_STARTED',
    'MEETING_ENDED',
  ];

  // biome-ignore lint/suspicious/noExplicitAny: the payloads of several triggers are looked into.
  const messages = (receiver: Receiver): any[] => receiver.received.map(({ text }) => JSON.parse(text));
  const triggersOf = (receiver: Receiver) => messages(receiver).map(({ triggerEvent }) => triggerEvent);

  async function make(host: TestHost, start = TEN, given: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const { body, status } = await service.call('POST /v2/bookings', { body: bookingBody(host, start, given) });
    expect([status, body.message]).toEqual([201, undefined]);
    return String(body.data.uid);
  }

  it('are signed over the bytes that arrive, and carry what the contract says', async () => {
    const host = await addHost(service, {
      description: 'An hour together',
      options: { bookingFields: [{ type: 'text', slug: 'diet', label: 'What do you eat?', required: false }] },
    });
    const receiver = await subscribe(host, ['BOOKING_CREATED'], { secret: 'very secret' });
    const plain = await subscribe(host, ['BOOKING_CREATED']);
    const uid = await make(host, TEN, {
      guests: ['eve@example.com'],
      metadata: { source: 'test' },
      bookingFieldsResponses: { notes: 'Grüße “quoted”', diet: 'plants' },
    });
    await eventually(() => [receiver.received.length, plain.received.length]).toEqual([1, 1]);
    const [first] = receiver.received;
    const { headers, text } = first ?? expect.fail('nothing arrived');
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'x-cal-webhook-version': '2021-10-20',
      'x-cal-signature-256': createHmac('sha256', 'very secret').update(Buffer.from(text)).digest('hex'),
    });
    expect(headers['x-kalends-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    expect(plain.received[0]?.headers['x-cal-signature-256']).toBe('no-secret-provided');
    expect(JSON.parse(text)).toEqual({
      triggerEvent: 'BOOKING_CREATED',
      createdAt: new Date(service.clock.now).toISOString(),
      payload: {
        type: 'hour',
        title: `Hour between ${host.user.name} and Bob`,
        description: 'Grüße “quoted”',
        additionalNotes: 'Grüße “quoted”',
        customInputs: {},
        startTime: '2050-09-05T10:00:00Z',
        endTime: '2050-09-05T11:00:00Z',
        length: 60,
        organizer: {
          id: host.user.id,
          name: host.user.name,
          email: host.user.email,
          username: host.user.username,
          timeZone: 'Europe/Rome',
          language: { locale: 'en' },
          timeFormat: 'h:mma',
          utcOffset: 120,
        },
        attendees: [
          { name: 'Bob', email: 'bob@example.com', timeZone: 'Europe/Rome', language: { locale: 'en' } },
          { name: '', email: 'eve@example.com', timeZone: 'Europe/Rome', language: { locale: 'en' } },
        ],
        responses: {
          name: { label: 'your_name', value: 'Bob', isHidden: false },
          email: { label: 'email_address', value: 'bob@example.com', isHidden: false },
          location: { label: 'location', value: { value: 'integrations:daily', optionValue: '' }, isHidden: false },
          notes: { label: 'additional_notes', value: 'Grüße “quoted”', isHidden: false },
          guests: { label: 'additional_guests', value: ['eve@example.com'], isHidden: false },
          diet: { label: 'What do you eat?', value: 'plants', isHidden: false },
        },
        userFieldsResponses: { diet: { label: 'What do you eat?', value: 'plants', isHidden: false } },
        location: 'integrations:daily',
        destinationCalendar: null,
        hideCalendarNotes: false,
        hideCalendarEventDetails: false,
        requiresConfirmation: false,
        eventTypeId: host.eventTypeId,
        seatsShowAttendees: true,
        seatsPerTimeSlot: null,
        appsStatus: [],
        bookerUrl: 'http://cal.test',
        uid,
        bookingId: expect.any(Number),
        iCalUID: `${uid}@kalends`,
        eventTitle: 'Hour',
        eventDescription: 'An hour together',
        price: 0,
        currency: 'usd',
        status: 'ACCEPTED',
        metadata: { source: 'test' },
      },
    });
  });

  it('fire for exactly what happens to a booking', async () => {
    const host = await addHost(service);
    const receiver = await subscribe(host, ALL);
    const old = await make(host);
    const moved = await service.call(`POST /v2/bookings/${old}/reschedule`, {
      key: host.key,
      body: { start: '2050-09-05T12:00:00Z', reschedulingReason: 'late train' },
    });
    await service.call(`POST /v2/bookings/${moved.body.data.uid}/cancel`, { key: host.key, body: { cancellationReason: 'ill' } });
    await eventually(() => receiver.received.length).toBe(3);
    const [, rescheduled, cancelled] = messages(receiver).toSorted((one, another) => one.payload.bookingId - another.payload.bookingId);
    expect(triggersOf(receiver).toSorted()).toEqual(['BOOKING_CANCELLED', 'BOOKING_CREATED', 'BOOKING_RESCHEDULED']);
    expect([rescheduled, cancelled].find(({ triggerEvent }) => triggerEvent === 'BOOKING_RESCHEDULED').payload).toMatchObject({
      uid: moved.body.data.uid,
      status: 'ACCEPTED',
      startTime: '2050-09-05T12:00:00Z',
      rescheduleUid: old,
      rescheduleStartTime: '2050-09-05T10:00:00Z',
      rescheduleEndTime: '2050-09-05T11:00:00Z',
      rescheduledBy: host.user.email,
      responses: { rescheduleReason: { value: 'late train' } },
    });
    expect([rescheduled, cancelled].find(({ triggerEvent }) => triggerEvent === 'BOOKING_CANCELLED').payload).toMatchObject({
      uid: moved.body.data.uid,
      bookingId: expect.any(Number),
      status: 'CANCELLED',
      cancellationReason: 'ill',
      cancelledBy: host.user.email,
    });
  });

  it('fire for what waits for the host', async () => {
    const host = await addHost(service, { options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: false } } });
    const receiver = await subscribe(host, ALL);
    const accepted = await make(host);
    await eventually(() => triggersOf(receiver)).toEqual(['BOOKING_REQUESTED']);
    await service.call(`POST /v2/bookings/${accepted}/confirm`, { key: host.key });
    await eventually(() => triggersOf(receiver)).toEqual(['BOOKING_REQUESTED', 'BOOKING_CREATED']);
    await service.call(`POST /v2/bookings/${accepted}/reschedule`, { body: { start: '2050-09-05T12:00:00Z' } });
    await eventually(() => triggersOf(receiver).at(2)).toBe('BOOKING_REQUESTED');
    const declined = messages(receiver)[2].payload;
    await service.call(`POST /v2/bookings/${declined.uid}/decline`, { key: host.key, body: { reason: 'no time' } });
    await eventually(() => triggersOf(receiver).at(3)).toBe('BOOKING_REJECTED');
    const statuses = messages(receiver).map(({ payload }) => [payload.status, payload.rescheduleUid, payload.rejectionReason]);
    expect(statuses).toEqual([
      ['PENDING', undefined, undefined],
      ['ACCEPTED', undefined, undefined],
      ['PENDING', accepted, undefined],
      ['REJECTED', undefined, 'no time'],
    ]);
  });

  it('go to the webhooks of that host, that event type and that trigger alone', async () => {
    const host = await addHost(service);
    const stranger = await addHost(service);
    const other = await subscribe(stranger, ALL);
    const deaf = await subscribe(host, ['BOOKING_CANCELLED']);
    const off = await subscribe(host, ALL, { active: false });
    const ofEventType = await startReceiver();
    receivers.push(ofEventType);
    const path = `/v2/event-types/${host.eventTypeId}/webhooks`;
    const body = { active: true, subscriberUrl: ofEventType.url, triggers: ['BOOKING_CREATED'] };
    await service.call(`POST ${path}`, { key: host.key, version: null, body });
    await make(host);
    await eventually(() => ofEventType.received.length).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([other, deaf, off].map(({ received }) => received.length)).toEqual([0, 0, 0]);
  });

  it('are sent again with the same id and the same bytes, and then given up where everybody can see it', async () => {
    const host = await addHost(service);
    const receiver = await subscribe(host, ['BOOKING_CREATED']);
    receiver.answers.push(500, 302, 503);
    await make(host);
    await eventually(() => receiver.received.length).toBe(3);
    expect(new Set(receiver.received.map(({ headers }) => headers['x-kalends-delivery'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    const list = () => service.call(`GET /v2/webhooks/${receiver.id}/deliveries`, { key: host.key, version: null });
    await eventually(async () => (await list()).body.data[0]).toMatchObject({ state: 'dead' });
    expect((await list()).body.data).toEqual([
      {
        id: receiver.received[0]?.headers['x-kalends-delivery'],
        webhookId: receiver.id,
        subscriberUrl: receiver.url,
        trigger: 'BOOKING_CREATED',
        state: 'dead',
        attempts: 3,
        lastStatus: 503,
        lastError: 'The receiver answered 503: "thank you".',
        createdAt: expect.any(String),
        lastAttemptAt: expect.any(String),
        finishedAt: expect.any(String),
        body: receiver.received[0]?.text,
      },
    ]);
    const waiting = await service.call(`GET /v2/webhooks/${receiver.id}/deliveries?state=pending`, { key: host.key, version: null });
    expect(waiting.body.data).toEqual([]);
  }, 30_000);

  it('arrive after a receiver was away for a while', async () => {
    const host = await addHost(service);
    const receiver = await subscribe(host, ['BOOKING_CREATED']);
    receiver.answers.push(503, 200);
    await make(host);
    await eventually(() => receiver.received.length).toBe(2);
    const { body } = await service.call(`GET /v2/webhooks/${receiver.id}/deliveries`, { key: host.key, version: null });
    await eventually(() => body.data[0]).toMatchObject({ attempts: 2, lastStatus: 200, lastError: null, state: 'delivered' });
  }, 20_000);

  it.each([
    ['{"who":"{{attendees.0.name}}","what":"{{title}}","ev":"{{triggerEvent}}"}', 'application/json'],
    ['{"minutes": {{length}}, "who": "{{attendees.0.name}}"}', 'application/json'],
    ['Booked by {{attendees.0.name}}', 'application/x-www-form-urlencoded'],
  ])('send what the template %s makes', async (payloadTemplate, contentType) => {
    const host = await addHost(service, { title: 'Say "hi"\\' });
    const receiver = await subscribe(host, ['BOOKING_CREATED'], { payloadTemplate, secret: 's' });
    await make(host, TEN, { attendee: { name: 'Bob "B"', email: 'bob@example.com', timeZone: 'Europe/Rome' } });
    await eventually(() => receiver.received.length).toBe(1);
    const [{ headers, text } = expect.fail('nothing arrived')] = receiver.received;
    expect(headers['content-type']).toBe(contentType);
    expect(headers['x-cal-signature-256']).toBe(createHmac('sha256', 's').update(text).digest('hex'));
    if (contentType === 'application/json') expect(JSON.parse(text)).toMatchObject({ who: 'Bob "B"' });
    else expect(text).toBe('Booked by Bob "B"');
  });

  it('say when a template cannot be filled in', async () => {
    const host = await addHost(service);
    const receiver = await subscribe(host, ['BOOKING_CREATED'], { payloadTemplate: '{{shout title}}' });
    await make(host);
    const list = () => service.call(`GET /v2/webhooks/${receiver.id}/deliveries`, { key: host.key, version: null });
    await eventually(async () => (await list()).body.data[0]).toMatchObject({
      state: 'dead',
      lastStatus: null,
      lastError: 'The payload template failed: There is no helper "shout"; there is lookup.',
    });
    expect(receiver.received).toEqual([]);
  });

  it('tell of meetings when they start and end, unless they were called off or moved', async () => {
    const before = service.clock.now;
    service.clock.now = MONDAY;
    const host = await addHost(service);
    const receiver = await subscribe(host, ['MEETING_STARTED', 'MEETING_ENDED']);
    const kept = await make(host, '2050-09-05T08:00:00Z');
    const cancelled = await make(host, '2050-09-05T09:00:00Z');
    const moved = await make(host, '2050-09-05T10:00:00Z');
    const answer = await service.call(`POST /v2/bookings/${moved}/reschedule`, { key: host.key, body: { start: '2050-09-05T12:00:00Z' } });
    const uid = String(answer.body.data.uid);
    await service.call(`POST /v2/bookings/${cancelled}/cancel`, { key: host.key, body: { cancellationReason: 'ill' } });
    const told = () =>
      messages(receiver).map(({ triggerEvent, createdAt, payload }) => `${triggerEvent} ${payload.uid} ${createdAt.slice(11, 16)}`);
    service.clock.now = MONDAY + 8 * HOUR - 1;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told()).toEqual([]);
    service.clock.now = MONDAY + 8 * HOUR;
    await eventually(told).toEqual([`MEETING_STARTED ${kept} 08:00`]);
    service.clock.now = MONDAY + 11 * HOUR;
    await eventually(told).toEqual([`MEETING_STARTED ${kept} 08:00`, `MEETING_ENDED ${kept} 09:00`]);
    service.clock.now = MONDAY + 14 * HOUR;
    await eventually(() => told().length).toBe(4);
    expect(told().slice(2).toSorted()).toEqual([`MEETING_ENDED ${uid} 13:00`, `MEETING_STARTED ${uid} 12:00`]);
    expect(messages(receiver)[0].payload).toMatchObject({
      uid: kept,
      status: 'ACCEPTED',
      startTime: '2050-09-05T08:00:00Z',
      userId: host.user.id,
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told()).toHaveLength(4);
    service.clock.now = before;
  }, 20_000);
});
