import { afterAll, beforeAll, expect, it } from 'vitest';
import { addHost, bookingBody, startTestService, type TestService } from './service.fixture.ts';
import { readSpecification, violations } from './specification.fixture.ts';

const specification = readSpecification();
if (specification === undefined)
  console.warn('Skipped: the official specification (../shared/data/cal-openapi.json) is not beside this checkout.');

/** Faults of the specification itself. */
const KNOWN_FAULTS = [
  // People are typed as strings; the API answers objects.
  /\.(users|hosts)\[\d+\]: is object, not string/,
  // Several schemas have no `nullable` where the API has no owner, parent or link to give.
  /: is null, not (object|string)/,
  // The schema of slots describes what stands in `data`, and types a slot as a string; its own example, and the API, have an object.
  /^GET \/v2\/slots \.(status|data): is \w+, not array/,
];

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

it.skipIf(specification === undefined)('answers on teams, seats, series and reservations hold to the specification', async () => {
  if (specification === undefined) return;
  const seats = { seatsPerTimeSlot: 3, showAttendeeInfo: true, showAvailabilityCount: true };
  const recurrence = { interval: 1, occurrences: 2, frequency: 'weekly' } as const;
  const host = await addHost(service, { options: { seats } });
  const { key } = host;
  const found: string[] = [];
  const call = async (operation: string, path: string, body?: unknown) => {
    const [method = ''] = operation.split(' ');
    const answer = await service.call(`${method} ${path}`, { key, ...(body === undefined ? {} : { body }) });
    expect(answer.body, operation).toMatchObject({ status: 'success' });
    const broken = violations(specification, operation, answer.status, answer.body);
    found.push(...broken.map((text) => `${operation} ${text}`).filter((text) => !KNOWN_FAULTS.some((fault) => fault.test(text))));
    return answer.body.data;
  };

  const seat = await call('POST /v2/bookings', '/v2/bookings', bookingBody(host, '2050-09-05T10:00:00Z'));
  await call('GET /v2/bookings/by-seat/{seatUid}', `/v2/bookings/by-seat/${seat.seatUid}`);
  await call('GET /v2/bookings/{bookingUid}', `/v2/bookings/${seat.uid}`);
  const moved = await call('POST /v2/bookings/{bookingUid}/reschedule', `/v2/bookings/${seat.uid}/reschedule`, {
    start: '2050-09-05T12:00:00Z',
    seatUid: seat.seatUid,
  });
  await call('GET /v2/slots', `/v2/slots?eventTypeId=${host.eventTypeId}&start=2050-09-05&end=2050-09-05`);
  await call('POST /v2/bookings/{bookingUid}/cancel', `/v2/bookings/${moved.uid}/cancel`, {
    seatUid: seat.seatUid,
    cancellationReason: 'x',
  });

  const series = await addHost(service, { options: { recurrence } });
  const made = await call('POST /v2/bookings', '/v2/bookings', bookingBody(series, '2050-09-06T10:00:00Z'));
  const recurringUid = made[0]?.recurringBookingUid;
  await call('GET /v2/bookings/{bookingUid}', `/v2/bookings/${recurringUid}`);
  await call('POST /v2/bookings/{bookingUid}/cancel', `/v2/bookings/${recurringUid}/cancel`, {});

  const reserve = { eventTypeId: series.eventTypeId, slotStart: '2050-09-07T10:00:00Z' };
  await call('POST /v2/slots/reservations', '/v2/slots/reservations', reserve);
  // Its uid is no booking's: the fixture types bookings.
  const again = (await call('POST /v2/slots/reservations', '/v2/slots/reservations', {
    ...reserve,
    slotStart: '2050-09-07T12:00:00Z',
  })) as unknown as { readonly reservationUid: string };
  const path = `/v2/slots/reservations/${again.reservationUid}`;
  await call('PATCH /v2/slots/reservations/{uid}', path, { ...reserve, slotStart: '2050-09-07T12:30:00Z' });
  await call('DELETE /v2/slots/reservations/{uid}', path);

  const team = await call('POST /v2/teams', '/v2/teams', { name: 'Sales', bio: 'They sell.' });
  await call('GET /v2/teams', '/v2/teams');
  await call('GET /v2/teams/{teamId}', `/v2/teams/${team.id}`);
  await call('PATCH /v2/teams/{teamId}', `/v2/teams/${team.id}`, { theme: 'dark' });
  await call('POST /v2/teams/{teamId}/memberships', `/v2/teams/${team.id}/memberships`, { userId: series.user.id });
  const types = `/v2/teams/${team.id}/event-types`;
  const body = { title: 'Call', slug: 'call', lengthInMinutes: 30, schedulingType: 'collective', hosts: [{ userId: host.user.id }] };
  const type = await call('POST /v2/teams/{teamId}/event-types', types, body);
  await call('GET /v2/teams/{teamId}/event-types', types);
  await call('GET /v2/teams/{teamId}/event-types/{eventTypeId}', `${types}/${type.id}`);
  await call('GET /v2/event-types/{eventTypeId}', `/v2/event-types/${type.id}`);
  await call('PATCH /v2/teams/{teamId}/event-types/{eventTypeId}', `${types}/${type.id}`, { schedulingType: 'roundRobin' });
  await call('POST /v2/bookings', '/v2/bookings', bookingBody({ ...host, eventTypeId: type.id }, '2050-09-08T10:00:00Z'));
  await call('GET /v2/teams/{teamId}/bookings', `/v2/teams/${team.id}/bookings`);
  await call('DELETE /v2/teams/{teamId}/event-types/{eventTypeId}', `${types}/${type.id}`);
  await call('DELETE /v2/teams/{teamId}', `/v2/teams/${team.id}`);
  expect(found).toEqual([]);
});
