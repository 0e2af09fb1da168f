import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOauthGrant } from '../store/oauth.ts';
import { addHost, bookingBody, MONDAY, startTestService, type TestService } from './service.fixture.ts';
import { readSpecification, violations } from './specification.fixture.ts';

const specification = readSpecification();
if (specification === undefined)
  console.warn('Skipped: the official specification (../shared/data/cal-openapi.json) is not beside this checkout.');

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

it.skipIf(specification === undefined)('answers on parts of bookings and on accounts hold to the specification', async () => {
  if (specification === undefined) return;
  const host = await addHost(service);
  const { key } = host;
  const found: string[] = [];
  const call = async (operation: string, path: string, body?: unknown) => {
    const [method = ''] = operation.split(' ');
    const answer = await service.call(`${method} ${path}`, { key, ...(body === undefined ? {} : { body }) });
    expect(answer.status, `${operation}: ${answer.body.message}`).toBeLessThan(300);
    found.push(...violations(specification, operation, answer.status, answer.body).map((text) => `${operation} ${text}`));
    return answer.body.data;
  };
  const uid: string = (await service.call('POST /v2/bookings', { body: bookingBody(host, '2050-09-05T07:00:00Z') })).body.data.uid;
  const of = (part: string) => [`/v2/bookings/{bookingUid}/${part}`, `/v2/bookings/${uid}/${part}`] as const;
  const onBooking = (method: string, part: string, body?: unknown) => call(`${method} ${of(part)[0]}`, of(part)[1], body);

  const person = { name: 'Carol', email: 'carol@example.com', timeZone: 'Europe/Berlin', phoneNumber: '+4930123456', language: 'de' };
  const { id } = await onBooking('POST', 'attendees', person);
  await onBooking('GET', 'attendees');
  await call('GET /v2/bookings/{bookingUid}/attendees/{attendeeId}', `/v2/bookings/${uid}/attendees/${id}`);
  await onBooking('POST', 'guests', { guests: [{ email: 'dave@example.com' }] });
  await onBooking('PATCH', 'location', { location: { type: 'link', link: 'https://meet.example/' } });
  for (const part of ['calendar-links', 'references', 'recordings', 'transcripts', 'conferencing-sessions']) await onBooking('GET', part);
  service.clock.now = MONDAY + 8 * 3_600_000;
  await onBooking('POST', 'mark-absent', { host: true, attendees: [{ email: 'carol@example.com', absent: true }] });

  const ooo = '/v2/organizations/{orgId}/users/{userId}/ooo';
  const mine = `/v2/organizations/1/users/${host.user.id}/ooo`;
  const entry = { start: '2050-12-24T00:00:00Z', end: '2050-12-26T00:00:00Z', notes: 'Home', reason: 'public_holiday' };
  const { id: oooId } = await call(`POST ${ooo}`, mine, entry);
  await call(`GET ${ooo}`, mine);
  await call('GET /v2/organizations/{orgId}/ooo', '/v2/organizations/1/ooo');
  await call(`PATCH ${ooo}/{oooId}`, `${mine}/${oooId}`, { reason: 'sick' });
  await call(`DELETE ${ooo}/{oooId}`, `${mine}/${oooId}`);

  await call('GET /v2/conferencing', '/v2/conferencing');
  await call('GET /v2/conferencing/default', '/v2/conferencing/default');
  await call('POST /v2/conferencing/{app}/default', '/v2/conferencing/daily-video/default');
  await call('GET /v2/conferencing/default', '/v2/conferencing/default');
  const grant = { userId: host.user.id, clientId: 'kalends', now: Date.now() };
  const { refreshToken } = await service.store.transaction((tx) => createOauthGrant(tx, grant));
  const body = { grant_type: 'refresh_token', client_id: 'kalends', refresh_token: refreshToken };
  await call('POST /v2/auth/oauth2/token', '/v2/auth/oauth2/token', body);
  await call('POST /v2/api-keys/refresh', '/v2/api-keys/refresh');
  expect(found).toEqual([]);
});
