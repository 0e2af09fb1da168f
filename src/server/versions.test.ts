import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHost, startTestService, type TestHost, type TestService } from './service.fixture.ts';

const SLOTS = '/v2/slots?start=2050-09-05&end=2050-09-05';

/** What the matrix of the reference (§5.1) has nothing for, and the version that has it. */
const LOST = [
  ['GET /v2/bookings', '2024-09-04', '2024-08-13', 'it was "2024-09-04"'],
  ['GET /v2/event-types', '2024-08-13', '2024-06-14', 'it was "2024-08-13"'],
  ['GET /v2/event-types', '2024-09-04', '2024-06-14', 'it was "2024-09-04"'],
  ['GET /v2/schedules', '2024-08-13', '2024-06-11', 'it was "2024-08-13"'],
  [`GET ${SLOTS}&eventTypeId=ID`, '2024-08-13', '2024-09-04', 'it was "2024-08-13"'],
  [`GET ${SLOTS}&eventTypeId=ID`, 'latest', '2024-09-04', '"latest" is no version of this API'],
  [`GET ${SLOTS}&eventTypeId=ID`, null, '2024-09-04', 'it was missing'],
] as const;

describe.each([
  { mode: 'strict', isStrict: true },
  { mode: 'lenient', isStrict: false },
])('versions, $mode', ({ isStrict }) => {
  let service: TestService;
  let host: TestHost;

  beforeAll(async () => {
    service = await startTestService({ isStrict });
    host = await addHost(service);
  });

  afterAll(async () => {
    expect(service.bugs).toEqual([]);
    await service.close();
  });

  it.each(LOST)('%s with %s', async (template, version, right, said) => {
    const line = template.replace('ID', String(host.eventTypeId));
    const answer = await service.call(line, { version, key: host.key });
    const hint = `Set the header "cal-api-version: ${right}" for ${line.split('?')[0]}; ${said}.`;
    if (isStrict) {
      expect(answer.status).toBe(404);
      expect(answer.body.error.code).toBe('NotFoundException');
      expect(answer.body.error.details).toMatchObject({ message: `Cannot ${line}`, hint });
      expect(answer.body.message).toBe(`Cannot ${line}. ${hint}`);
      expect(answer.headers.get('kalends-notice')).toBeNull();
    } else {
      expect(answer.status).toBe(200);
      expect(answer.headers.get('kalends-notice')).toBe(hint);
    }
  });

  it('a request that is well formed for no version stays a 404', async () => {
    const answer = await service.call('GET /v2/slots?colour=red', { version: '2024-08-13' });
    expect(answer).toMatchObject({ status: 404, body: { message: expect.stringContaining('cal-api-version: 2024-09-04') } });
  });

  it('the key is asked for as in the right version', async () => {
    expect((await service.call('GET /v2/schedules', { version: '2024-09-04' })).status).toBe(isStrict ? 404 : 401);
  });

  it.each([
    ['GET /v2/schedules', '2024-06-14'],
    ['GET /v2/schedules', '2024-06-11'],
    ['GET /v2/bookings', '2024-08-13'],
    ['GET /v2/bookings', '2026-02-25'],
    ['GET /v2/event-types', '2024-06-14'],
    ['GET /v2/me', null],
    ['GET /v2/me', '2024-09-04'],
  ])('%s takes %s without a notice', async (line, version) => {
    const answer = await service.call(line, { version, key: host.key });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('kalends-notice')).toBeNull();
  });

  it('an operation that is not built yet is a 501 that names it', async () => {
    const answer = await service.call('GET /v2/organizations/7/teams/me?x=1', { key: host.key });
    expect(answer).toMatchObject({
      status: 501,
      body: {
        status: 'error',
        path: '/v2/organizations/7/teams/me?x=1',
        message: expect.stringContaining('GET /v2/organizations/{orgId}/teams/me is not implemented'),
        error: { code: 'NotImplementedException', details: { operation: 'GET /v2/organizations/{orgId}/teams/me' } },
      },
    });
  });
});
