import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventType as eventTypeSchema } from '../wire/calcom/index.ts';
import { addHost, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const minimal = { title: 'Intro', slug: 'Intro Call!', lengthInMinutes: 30 };

describe('event types', () => {
  it('are made with defaults, changed in part and removed', async () => {
    const { key, user } = await addHost(service);
    const created = await service.call('POST /v2/event-types', { key, body: minimal });
    expect(created.status).toBe(201);
    expect(eventTypeSchema.parse(created.body.data)).toMatchObject({
      ownerId: user.id,
      slug: 'intro-call',
      minimumBookingNotice: 120,
      slotInterval: null,
      recurrence: null,
      hidden: false,
      locations: [{ type: 'integration', integration: 'cal-video' }],
      confirmationPolicy: { disabled: true },
      bookingUrl: `http://cal.test/${user.username}/intro-call`,
    });
    expect(created.body.data.bookingFields?.map((field) => field.slug)).toEqual([
      'name',
      'email',
      'location',
      'title',
      'notes',
      'guests',
      'rescheduleReason',
    ]);
    const path = `/v2/event-types/${created.body.data.id}`;
    const changed = await service.call(`PATCH ${path}`, { key, body: { afterEventBuffer: 10, lengthInMinutesOptions: ['30', 45] } });
    expect(changed.body.data).toMatchObject({ title: 'Intro', afterEventBuffer: 10, lengthInMinutesOptions: [30, 45] });
    expect((await service.call(`GET ${path}`, { key })).body.data).toEqual(changed.body.data);
    expect((await service.call(`DELETE ${path}`, { key })).body.data).toEqual({
      id: created.body.data.id,
      lengthInMinutes: 30,
      slug: 'intro-call',
      title: 'Intro',
    });
    expect(await service.call(`GET ${path}`, { key })).toMatchObject({
      status: 404,
      body: { message: `Event type with id ${created.body.data.id} not found` },
    });
    expect((await service.call(`DELETE ${path}`, { key })).body.message).toBe(`Event type with ID=${created.body.data.id} does not exist.`);
  });

  it('keep every option and answer it as it was given', async () => {
    const { key } = await addHost(service);
    const options = {
      lengthInMinutesOptions: [15, 30],
      slotInterval: 15,
      minimumBookingNotice: 0,
      beforeEventBuffer: 5,
      afterEventBuffer: 10,
      offsetStart: 5,
      bookingLimitsCount: { day: 2, week: 5 },
      bookingLimitsDuration: { day: 60, month: 600 },
      bookerActiveBookingsLimit: { maximumActiveBookings: 2, offerReschedule: true },
      onlyShowFirstAvailableSlot: true,
      confirmationPolicy: { type: 'time', noticeThreshold: { unit: 'hours', count: 4 }, blockUnconfirmedBookingsInBooker: true },
      requiresBookerEmailVerification: true,
      hideCalendarNotes: true,
      lockTimeZoneToggleOnBookingPage: true,
      customName: '{Event type title} with {Scheduler}',
      color: { lightThemeHex: '#fafafa', darkThemeHex: '#101010' },
      bookerLayouts: { defaultLayout: 'week', enabledLayouts: ['month', 'week'] },
      successRedirectUrl: 'https://example.com/thanks',
      hidden: true,
      disableCancelling: { disabled: true },
      disableRescheduling: { disabled: false, minutesBefore: 30 },
      showOptimizedSlots: true,
      interfaceLanguage: 'de',
      locations: [{ type: 'link', link: 'https://meet.example.com/x', public: true }, { type: 'attendeePhone' }],
    };
    const created = await service.call('POST /v2/event-types', {
      key,
      body: { ...minimal, ...options, bookingWindow: { type: 'businessDays', value: 5, rolling: true } },
    });
    expect(created.body).toMatchObject({ status: 'success', data: options });
    expect(created.body.data.bookingWindow).toEqual([{ type: 'businessDays', value: 5, rolling: true }]);
    const off = { disabled: true };
    const changed = await service.call(`PATCH /v2/event-types/${created.body.data.id}`, {
      key,
      body: { bookingLimitsCount: off, bookingWindow: off, confirmationPolicy: off, recurrence: off, seats: off },
    });
    expect(changed.body.data).toMatchObject({ bookingLimitsCount: {}, confirmationPolicy: { disabled: true }, recurrence: null });
    expect(changed.body.data).not.toHaveProperty('bookingWindow');
  });

  it.each([
    [{ title: '' }, 'title must not be empty'],
    [{ lengthInMinutes: 'long' }, 'lengthInMinutes must be a number, not "long"'],
    [{ lengthInMinutes: 0 }, 'lengthInMinutes must not be less than 1, but is 0'],
    [{ lengthInMinutesOptions: [15] }, 'lengthInMinutesOptions must include lengthInMinutes'],
    [
      { bookingLimitsCount: { day: 5, week: 2 } },
      'Invalid bookingLimitsCount: The number of bookings for day cannot exceed the number of bookings for week.',
    ],
    [{ bookingLimitsDuration: { day: 20 } }, 'must be a multiple of 15'],
    [{ bookingWindow: { type: 'moon', value: 1 } }, 'Invalid bookingWindow structure.'],
    [{ bookingWindow: { type: 'range', value: ['2050-02-01', '2050-01-01'] } }, 'The first date must not be after the last.'],
    [
      { recurrence: { interval: 1, occurrences: 2, frequency: 'daily' } },
      'recurrence.frequency must be one of "yearly", "monthly", "weekly", not "daily"',
    ],
    [{ recurrence: { disabled: 'yes' } }, 'disabled must be true, or be left out beside the settings of the option'],
    [{ seats: { seatsPerTimeSlot: 2 } }, 'seats.showAttendeeInfo is required'],
    [{ color: { lightThemeHex: 'red', darkThemeHex: '#000' } }, 'color must be written like "#292929" (color.lightThemeHex is "red")'],
    [{ successRedirectUrl: 'javascript:alert(1)' }, 'successRedirectUrl must be a URL that begins with "https://"'],
    [{ locations: [{ type: 'link', link: 'javascript:alert(1)' }] }, 'link must be a URL that begins with "https://"'],
    [{ interfaceLanguage: 'klingon' }, 'language must be a language code'],
    [
      { destinationCalendar: { integration: 'google_calendar', externalId: 'a@b.co' } },
      'Calendar does not exist. "a@b.co" of google_calendar',
    ],
    [{ customName: '{Weather}' }, 'Invalid event name variables: Weather'],
    [{ scheduleId: 999_999 }, 'does not own schedule with ID=999999'],
    [{ locations: [{ type: 'integration', integration: 'zoom' }] }, 'zoom not connected.'],
    [
      {
        seats: { seatsPerTimeSlot: 2, showAttendeeInfo: true, showAvailabilityCount: true },
        confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true },
      },
      'Seats Validation failed: Seats are enabled but requiresConfirmation is true.',
    ],
    [{ bookingFields: [{ type: 'email', label: 'x', placeholder: '', required: false }] }, 'checkIsEmailUserAccessible'],
    [{ bookingFields: [{ type: 'rainbow', slug: 'a', label: 'x' }] }, 'type must be one of name, email'],
  ])('refuse %j', async (wrong, text) => {
    const { key } = await addHost(service);
    const refused = await service.call('POST /v2/event-types', { key, body: { ...minimal, ...wrong } });
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(refused.body.message).toContain(text);
  });

  it('report each wrong property as a tree', async () => {
    const { key } = await addHost(service);
    const refused = await service.call('POST /v2/event-types', { key, body: { slug: 5, lengthInMinutes: 30 } });
    expect(refused.body.error.details).toMatchObject({
      message: 'Bad Request Exception',
      errors: [
        { property: 'title', constraints: { invalid_type: 'title is required' }, children: [] },
        { property: 'slug', value: 5, constraints: { invalid_type: 'slug must be a string, not 5' } },
      ],
    });
  });

  it('have slugs of their own for each user', async () => {
    const [one, two] = [await addHost(service), await addHost(service)];
    expect((await service.call('POST /v2/event-types', { key: one.key, body: minimal })).status).toBe(201);
    expect((await service.call('POST /v2/event-types', { key: two.key, body: minimal })).status).toBe(201);
    expect(await service.call('POST /v2/event-types', { key: one.key, body: minimal })).toMatchObject({
      status: 400,
      body: { message: 'User already has an event type with this slug.' },
    });
  });

  it('are listed for everybody, the hidden ones and private addresses for their owner', async () => {
    const { key, user } = await addHost(service, { options: { locations: [{ type: 'address', address: 'Via Segreta 7' }] } });
    await service.call('POST /v2/event-types', { key, body: { ...minimal, hidden: true } });
    const slugs = async (query: string, by?: string) =>
      (await service.call(`GET /v2/event-types${query}`, { key: by })).body.data.map((item) => item.slug);
    expect(await slugs('', key)).toEqual(['hour', 'intro-call']);
    expect(await slugs(`?username=${user.username}`)).toEqual(['hour']);
    expect(await slugs(`?username=${user.username}`, key)).toEqual(['hour', 'intro-call']);
    expect(await slugs(`?username=${user.username}&eventSlug=intro-call`)).toEqual(['intro-call']);
    expect(await slugs('?username=nobody')).toEqual([]);
    expect(await slugs('')).toEqual([]);
    const shown = await service.call(`GET /v2/event-types?username=${user.username}`);
    expect(JSON.stringify(shown.body)).not.toContain('Segreta');
    expect(JSON.stringify((await service.call('GET /v2/event-types', { key })).body)).toContain('Segreta');
  });

  it('belong to their owner alone', async () => {
    const [one, two] = [await addHost(service), await addHost(service)];
    const message = `User with ID=${two.user.id} does not own event type with ID=${one.eventTypeId}`;
    for (const [method, body] of [['GET'], ['PATCH', { title: 'Mine' }], ['DELETE']] as const) {
      const refused = await service.call(`${method} /v2/event-types/${one.eventTypeId}`, { key: two.key, ...(body ? { body } : {}) });
      expect(refused).toMatchObject({ status: 403, body: { message } });
      expect((await service.call(`${method} /v2/event-types/${one.eventTypeId}`, body ? { body } : {})).status).toBe(401);
    }
    expect((await service.call('GET /v2/event-types/x', { key: one.key })).status).toBe(400);
  });
});
