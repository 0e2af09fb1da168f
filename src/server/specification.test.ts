import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestService } from './service.fixture.ts';
import { readSpecification, violations } from './specification.fixture.ts';

const specification = readSpecification();
if (specification === undefined)
  console.warn('Skipped: the official specification (../shared/data/cal-openapi.json) is not beside this checkout.');

/** Faults of the specification itself. */
const KNOWN_FAULTS = [
  // The users of an event type are typed as strings; the API answers objects.
  /\.users\[\d+\]: is object, not string/,
  // The choice of weekdays stands on the list instead of on its items.
  /\.days: \[.*\] is none of Monday/,
  // The schema of slots describes what stands in `data`, and types a slot as a string; its own example, and the API, have an object.
  /^GET \/v2\/slots \.(status|data): is \w+, not array/,
];

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service.close());

it.skipIf(specification === undefined)('success answers hold to the official specification', async () => {
  if (specification === undefined) return;
  const host = await addHost(service, {
    options: { confirmationPolicy: { type: 'always', blockUnconfirmedBookingsInBooker: true } },
  });
  const { key, eventTypeId } = host;
  const found: string[] = [];
  const call = async (operation: string, path: string, body?: unknown) => {
    const [method = ''] = operation.split(' ');
    const answer = await service.call(`${method} ${path}`, { key, ...(body === undefined ? {} : { body }) });
    expect(answer.body, operation).toMatchObject({ status: 'success' });
    const broken = violations(specification, operation, answer.status, answer.body);
    found.push(...broken.map((text) => `${operation} ${text}`).filter((text) => !KNOWN_FAULTS.some((fault) => fault.test(text))));
    return answer.body.data;
  };
  await call('GET /v2/me', '/v2/me');
  await call('PATCH /v2/me', '/v2/me', { bio: 'Counts.' });

  const typeBody = {
    title: 'Talk',
    slug: 'talk',
    lengthInMinutes: 30,
    lengthInMinutesOptions: [15, 30],
    bookingWindow: { type: 'calendarDays', value: 30, rolling: false },
    bookingFields: [
      { type: 'text', slug: 'topic', label: 'Topic', required: false, placeholder: '' },
      { type: 'radio', slug: 'size', label: 'Size', required: false, options: ['s', 'm'] },
    ],
  };
  const made = await call('POST /v2/event-types', '/v2/event-types', typeBody);
  await call('GET /v2/event-types', '/v2/event-types');
  await call('GET /v2/event-types/{eventTypeId}', `/v2/event-types/${made.id}`);
  await call('PATCH /v2/event-types/{eventTypeId}', `/v2/event-types/${made.id}`, {
    recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' },
  });
  await call('DELETE /v2/event-types/{eventTypeId}', `/v2/event-types/${made.id}`);

  const schedule = await call('POST /v2/schedules', '/v2/schedules', { name: 'Nights', timeZone: 'Asia/Tokyo', isDefault: false });
  await call('GET /v2/schedules', '/v2/schedules');
  await call('GET /v2/schedules/default', '/v2/schedules/default');
  await call('GET /v2/schedules/{scheduleId}', `/v2/schedules/${schedule.id}`);
  await call('PATCH /v2/schedules/{scheduleId}', `/v2/schedules/${schedule.id}`, { name: 'Late' });
  await call('DELETE /v2/schedules/{scheduleId}', `/v2/schedules/${schedule.id}`);

  const range = `eventTypeId=${eventTypeId}&start=2050-09-05&end=2050-09-06&timeZone=Europe/Rome`;
  await call('GET /v2/slots', `/v2/slots?${range}`);
  await call('GET /v2/slots', `/v2/slots?${range}&format=range`);

  const guests = { guests: ['carol@example.com'] };
  const own = await call('POST /v2/bookings', '/v2/bookings', bookingBody(host, '2050-09-05T10:00:00Z', guests));
  const moved = await call('POST /v2/bookings/{bookingUid}/reschedule', `/v2/bookings/${own.uid}/reschedule`, {
    start: '2050-09-05T11:00:00Z',
  });
  const asked = async (start: string) => (await service.call('POST /v2/bookings', { body: bookingBody(host, start) })).body.data;
  const [one, two] = [await asked('2050-09-06T10:00:00Z'), await asked('2050-09-07T10:00:00Z')];
  await call('GET /v2/bookings/{bookingUid}', `/v2/bookings/${one.uid}`);
  await call('POST /v2/bookings/{bookingUid}/confirm', `/v2/bookings/${one.uid}/confirm`);
  await call('POST /v2/bookings/{bookingUid}/decline', `/v2/bookings/${two.uid}/decline`, { reason: 'No.' });
  await call('POST /v2/bookings/{bookingUid}/cancel', `/v2/bookings/${moved.uid}/cancel`, { cancellationReason: 'Over.' });
  await call('GET /v2/bookings', '/v2/bookings?take=2');
  expect(found).toEqual([]);
});
