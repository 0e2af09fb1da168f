import type { FeedServer } from '../../src/feeds/feed-server.fixture.ts';
import { addHost, bookingBody, type TestHost, type TestService } from '../../src/server/service.fixture.ts';

/** One call of an operation: `{names}` of its path are filled from `params`. */
export interface Call {
  /** "POST /v2/bookings/{bookingUid}/cancel" */
  readonly operation: string;
  readonly params?: Readonly<Record<string, string | number>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly key?: string;
}

/** What scenes look at of a `data`. */
export interface Data {
  readonly id: number & string;
  readonly uid: string;
  readonly seatUid: string;
  readonly apiKey: string;
  readonly reservationUid: string;
  readonly linkId: string;
  readonly attendees: readonly { readonly seatUid: string }[];
}

/** Makes the call, sees to its success, and answers its `data`. */
export type Perform = (call: Call) => Promise<Data>;

export interface Stage {
  readonly service: TestService;
  readonly host: TestHost;
  readonly other: TestHost;
  readonly feed: FeedServer;
  readonly perform: Perform;
}

type Scene = (stage: Stage) => Promise<void>;

const DAY = '2050-09-05';
const confirming = { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } } as const;
const seated = { seats: { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true } } as const;

const me: Scene = async ({ perform }) => {
  await perform({ operation: 'GET /v2/me' });
  await perform({ operation: 'PATCH /v2/me', body: { bio: 'Counts.', timeFormat: 24 } });
  await perform({ operation: 'POST /v2/conferencing/{app}/default', params: { app: 'daily-video' } });
  await perform({ operation: 'GET /v2/conferencing/default' });
  await perform({ operation: 'GET /v2/conferencing' });
};

const eventTypes: Scene = async ({ perform }) => {
  const made = await perform({
    operation: 'POST /v2/event-types',
    body: {
      title: 'Talk',
      slug: 'talk',
      lengthInMinutes: 30,
      lengthInMinutesOptions: [15, 30],
      bookingWindow: { type: 'calendarDays', value: 30, rolling: false },
      bookingLimitsCount: { day: 3, week: 10 },
      locations: [{ type: 'link', link: 'https://meet.example.com/ada', public: true }],
      bookingFields: [
        { type: 'text', slug: 'topic', label: 'Topic', required: false, placeholder: '' },
        { type: 'radio', slug: 'size', label: 'Size', required: false, options: ['s', 'm'] },
      ],
    },
  });
  const params = { eventTypeId: made.id };
  await perform({ operation: 'GET /v2/event-types' });
  await perform({ operation: 'GET /v2/event-types/{eventTypeId}', params });
  await perform({
    operation: 'PATCH /v2/event-types/{eventTypeId}',
    params,
    body: { recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' } },
  });
  const webhook = { active: true, subscriberUrl: 'https://hooks.example.com/type', triggers: ['BOOKING_CREATED'], secret: 's' };
  const hook = await perform({ operation: 'POST /v2/event-types/{eventTypeId}/webhooks', params, body: webhook });
  const one = { ...params, webhookId: hook.id };
  await perform({ operation: 'GET /v2/event-types/{eventTypeId}/webhooks', params });
  await perform({ operation: 'GET /v2/event-types/{eventTypeId}/webhooks/{webhookId}', params: one });
  await perform({ operation: 'PATCH /v2/event-types/{eventTypeId}/webhooks/{webhookId}', params: one, body: { active: false } });
  await perform({ operation: 'DELETE /v2/event-types/{eventTypeId}/webhooks/{webhookId}', params: one });
  await perform({ operation: 'DELETE /v2/event-types/{eventTypeId}/webhooks', params });
  await perform({ operation: 'DELETE /v2/event-types/{eventTypeId}', params });
};

const schedules: Scene = async ({ perform }) => {
  const overrides = [{ date: DAY, startTime: '10:00', endTime: '12:00' }];
  const made = await perform({
    operation: 'POST /v2/schedules',
    body: { name: 'Nights', timeZone: 'Asia/Tokyo', isDefault: false, overrides },
  });
  const params = { scheduleId: made.id };
  await perform({ operation: 'GET /v2/schedules' });
  await perform({ operation: 'GET /v2/schedules/default' });
  await perform({ operation: 'GET /v2/schedules/{scheduleId}', params });
  await perform({ operation: 'PATCH /v2/schedules/{scheduleId}', params, body: { name: 'Late' } });
  await perform({ operation: 'DELETE /v2/schedules/{scheduleId}', params });
};

const privateLinks: Scene = async ({ perform, host }) => {
  const params = { eventTypeId: host.eventTypeId };
  const { linkId } = await perform({ operation: 'POST /v2/event-types/{eventTypeId}/private-links', params, body: { maxUsageCount: 3 } });
  await perform({ operation: 'GET /v2/event-types/{eventTypeId}/private-links', params });
  const one = { ...params, linkId };
  await perform({ operation: 'PATCH /v2/event-types/{eventTypeId}/private-links/{linkId}', params: one, body: { maxUsageCount: 5 } });
  await perform({ operation: 'DELETE /v2/event-types/{eventTypeId}/private-links/{linkId}', params: one });
};

const webhooks: Scene = async ({ perform }) => {
  const body = { active: true, subscriberUrl: 'https://hooks.example.com/me', triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] };
  const params = { webhookId: (await perform({ operation: 'POST /v2/webhooks', body })).id };
  await perform({ operation: 'GET /v2/webhooks' });
  await perform({ operation: 'GET /v2/webhooks/{webhookId}', params });
  await perform({ operation: 'PATCH /v2/webhooks/{webhookId}', params, body: { triggers: ['BOOKING_CREATED'] } });
  await perform({ operation: 'DELETE /v2/webhooks/{webhookId}', params });
};

const slots: Scene = async ({ perform, host: { eventTypeId } }) => {
  for (const format of ['time', 'range']) {
    await perform({
      operation: 'GET /v2/slots',
      query: `eventTypeId=${eventTypeId}&start=${DAY}&end=${DAY}&timeZone=Europe/Rome&format=${format}`,
    });
  }
  const body = { eventTypeId, slotStart: `${DAY}T07:00:00Z`, reservationDuration: 10 };
  const params = { uid: (await perform({ operation: 'POST /v2/slots/reservations', body })).reservationUid };
  await perform({ operation: 'GET /v2/slots/reservations/{uid}', params });
  await perform({ operation: 'PATCH /v2/slots/reservations/{uid}', params, body: { ...body, slotStart: `${DAY}T08:00:00Z` } });
  await perform({ operation: 'DELETE /v2/slots/reservations/{uid}', params });
};

const bookings: Scene = async ({ perform, host, service }) => {
  const made = await perform({
    operation: 'POST /v2/bookings',
    body: bookingBody(host, `${DAY}T09:00:00Z`, { guests: ['carol@example.com'], metadata: { ref: '1' } }),
  });
  const moved = await perform({
    operation: 'POST /v2/bookings/{bookingUid}/reschedule',
    params: { bookingUid: made.uid },
    body: { start: `${DAY}T10:00:00Z`, reschedulingReason: 'later' },
  });
  const params = { bookingUid: moved.uid };
  await perform({ operation: 'GET /v2/bookings', query: 'take=2' });
  await perform({ operation: 'GET /v2/bookings/{bookingUid}', params });
  for (const part of ['recordings', 'transcripts', 'calendar-links', 'references', 'conferencing-sessions', 'attendees']) {
    await perform({ operation: `GET /v2/bookings/{bookingUid}/${part}`, params });
  }
  const attendee = { name: 'Dan', email: 'dan@example.com', timeZone: 'UTC' };
  const added = await perform({ operation: 'POST /v2/bookings/{bookingUid}/attendees', params, body: attendee });
  await perform({ operation: 'GET /v2/bookings/{bookingUid}/attendees/{attendeeId}', params: { ...params, attendeeId: added.id } });
  await perform({ operation: 'POST /v2/bookings/{bookingUid}/guests', params, body: { guests: [{ email: 'fay@example.com' }] } });
  const location = { type: 'address', address: 'Main Street 1' };
  await perform({ operation: 'PATCH /v2/bookings/{bookingUid}/location', params, body: { location } });

  const { now } = service.clock;
  service.clock.now = Date.parse(`${DAY}T10:30:00Z`);
  await perform({
    operation: 'POST /v2/bookings/{bookingUid}/mark-absent',
    params,
    body: { attendees: [{ email: 'bob@example.com', absent: true }] },
  });
  service.clock.now = now;
  await perform({ operation: 'POST /v2/bookings/{bookingUid}/cancel', params, body: { cancellationReason: 'Over.' } });
};

const pending: Scene = async ({ perform, service }) => {
  const asked = await addHost(service, { options: confirming });
  const ask = async (start: string) => {
    const answer = await service.call('POST /v2/bookings', { body: bookingBody(asked, start) });
    return { bookingUid: answer.body.data.uid };
  };
  const { key } = asked;
  await perform({ operation: 'POST /v2/bookings/{bookingUid}/confirm', params: await ask('2050-09-06T10:00:00Z'), key });
  const reason = { reason: 'No.' };
  await perform({ operation: 'POST /v2/bookings/{bookingUid}/decline', params: await ask('2050-09-07T10:00:00Z'), key, body: reason });
};

const series: Scene = async ({ perform, service }) => {
  const weekly = await addHost(service, { options: { recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' } } });
  const body = bookingBody(weekly, `${DAY}T09:00:00Z`, { recurrenceCount: 2 });
  await perform({ operation: 'POST /v2/bookings', key: weekly.key, body });
};

const seats: Scene = async ({ perform, service }) => {
  const shared = await addHost(service, { options: seated });
  const { key } = shared;
  const made = await perform({ operation: 'POST /v2/bookings', key, body: bookingBody(shared, `${DAY}T09:00:00Z`) });
  const seatUid = made.seatUid ?? made.attendees[0]?.seatUid;
  await perform({ operation: 'GET /v2/bookings/by-seat/{seatUid}', key, params: { seatUid } });
  await perform({ operation: 'GET /v2/bookings/{bookingUid}', key, params: { bookingUid: made.uid } });
};

const calendars: Scene = async ({ perform, feed, host }) => {
  const saved = await perform({ operation: 'POST /v2/calendars/ics-feed/save', body: { urls: [feed.url] } });
  await perform({ operation: 'GET /v2/calendars/ics-feed/check' });
  await perform({ operation: 'GET /v2/calendars' });
  const busy = `dateFrom=${DAY}&dateTo=2050-09-07&timeZone=UTC&credentialId=${saved.id}&externalId=${encodeURIComponent(feed.url)}`;
  await perform({ operation: 'GET /v2/calendars/busy-times', query: busy });
  const selected = { integration: 'ics-feed_calendar', externalId: feed.url, credentialId: saved.id };
  await perform({ operation: 'POST /v2/selected-calendars', body: selected });
  const query = new URLSearchParams({ ...selected, credentialId: String(saved.id) }).toString();
  await perform({ operation: 'DELETE /v2/selected-calendars', query });
  const own = { integration: 'kalends_calendar', externalId: host.user.email };
  await perform({ operation: 'PUT /v2/destination-calendars', body: own });
  await perform({ operation: 'POST /v2/calendars/{calendar}/disconnect', params: { calendar: 'ics-feed' }, body: { id: saved.id } });
};

const teams: Scene = async ({ perform, other, host }) => {
  const made = await perform({ operation: 'POST /v2/teams', body: { name: 'Sales', slug: 'sales' } });
  const params = { teamId: made.id };
  await perform({ operation: 'GET /v2/teams' });
  await perform({ operation: 'GET /v2/teams/{teamId}', params });
  await perform({ operation: 'PATCH /v2/teams/{teamId}', params, body: { bio: 'We sell.' } });
  const member = { userId: other.user.id, role: 'MEMBER', accepted: true };
  await perform({ operation: 'POST /v2/teams/{teamId}/memberships', params, body: member });
  const type = await perform({
    operation: 'POST /v2/teams/{teamId}/event-types',
    params,
    body: {
      title: 'Demo',
      slug: 'demo',
      lengthInMinutes: 30,
      schedulingType: 'collective',
      hosts: [{ userId: host.user.id }, { userId: other.user.id }],
    },
  });
  const one = { ...params, eventTypeId: type.id };
  await perform({ operation: 'GET /v2/teams/{teamId}/event-types', params });
  await perform({ operation: 'GET /v2/teams/{teamId}/event-types/{eventTypeId}', params: one });
  await perform({ operation: 'PATCH /v2/teams/{teamId}/event-types/{eventTypeId}', params: one, body: { title: 'Show' } });
  const attendee = { name: 'Bob', email: 'bob@example.com', timeZone: 'UTC' };
  await perform({ operation: 'POST /v2/bookings', body: { eventTypeId: type.id, start: '2050-09-08T09:00:00Z', attendee } });
  await perform({ operation: 'GET /v2/teams/{teamId}/bookings', params });
  await perform({ operation: 'DELETE /v2/teams/{teamId}/event-types/{eventTypeId}', params: one });
  await perform({ operation: 'DELETE /v2/teams/{teamId}', params });
};

const absences: Scene = async ({ perform, host }) => {
  const params = { orgId: 1, userId: host.user.id };
  const body = { start: '2050-10-03T00:00:00Z', end: '2050-10-04T00:00:00Z', reason: 'vacation', notes: 'Sea' };
  const made = await perform({ operation: 'POST /v2/organizations/{orgId}/users/{userId}/ooo', params, body });
  await perform({ operation: 'GET /v2/organizations/{orgId}/users/{userId}/ooo', params });
  await perform({ operation: 'GET /v2/organizations/{orgId}/ooo', params });
  const one = { ...params, oooId: made.id };
  await perform({ operation: 'PATCH /v2/organizations/{orgId}/users/{userId}/ooo/{oooId}', params: one, body: { notes: 'Hills' } });
  await perform({ operation: 'DELETE /v2/organizations/{orgId}/users/{userId}/ooo/{oooId}', params: one });
};

const keys: Scene = async ({ perform, service }) => {
  const { key } = await addHost(service);
  await perform({ operation: 'POST /v2/api-keys/refresh', key, body: { apiKeyDaysValid: 30 } });
};

/** Together they call every operation of the specification that is answered, with success. */
export const scenes: Readonly<Record<string, Scene>> = {
  me,
  eventTypes,
  privateLinks,
  schedules,
  webhooks,
  slots,
  bookings,
  pending,
  series,
  seats,
  calendars,
  teams,
  absences,
  keys,
};

/** Answered, but never with success: what they ask for cannot be had here. Tokens are made outside the API and tried where they are made. */
export const NEVER_SUCCEED: readonly string[] = [
  'GET /v2/calendars/{calendar}/check',
  'POST /v2/conferencing/{app}/connect',
  'DELETE /v2/conferencing/{app}/disconnect',
  'POST /v2/auth/oauth2/token',
];
