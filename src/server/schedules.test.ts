import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schedule as scheduleSchema } from '../wire/calcom/index.ts';
import { addHost, startTestService, type TestService } from './service.fixture.ts';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

describe('schedules', () => {
  it('are made, made the default, changed and removed', async () => {
    const { key, user } = await addHost(service);
    const first = (await service.call('GET /v2/schedules/default', { key })).body.data;
    expect(scheduleSchema.parse(first)).toEqual({
      id: first.id,
      ownerId: user.id,
      name: 'Office',
      timeZone: 'Europe/Rome',
      availability: [{ days: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'], startTime: '09:00', endTime: '17:00' }],
      isDefault: true,
      overrides: [],
    });
    const body = {
      name: 'Evenings',
      timeZone: 'America/New_York',
      isDefault: true,
      availability: [{ days: ['Sunday', 'Monday'], startTime: '18:00', endTime: '23:59' }],
      overrides: [{ date: '2050-12-24', startTime: '00:00', endTime: '00:00' }],
    };
    const created = await service.call('POST /v2/schedules', { key, body });
    expect(created).toMatchObject({ status: 201, body: { data: { ...body, availability: [{ days: ['Monday', 'Sunday'] }] } } });
    const list = (await service.call('GET /v2/schedules', { key })).body.data;
    expect(list.map((item) => [item.name, item.isDefault])).toEqual([
      ['Office', false],
      ['Evenings', true],
    ]);
    const path = `/v2/schedules/${created.body.data.id}`;
    const changed = await service.call(`PATCH ${path}`, { key, body: { name: 'Nights', overrides: [] } });
    expect(changed.body.data).toMatchObject({ name: 'Nights', overrides: [], availability: [{ startTime: '18:00', endTime: '23:59' }] });
    expect((await service.call(`DELETE ${path}`, { key })).body).toEqual({ status: 'success' });
    expect((await service.call('GET /v2/schedules/default', { key })).body.data.id).toBe(first.id);
    expect(await service.call(`GET ${path}`, { key })).toMatchObject({
      status: 404,
      body: { message: `Schedule with ID=${created.body.data.id} does not exist.` },
    });
    expect(await service.call(`DELETE ${path}`, { key })).toMatchObject({ status: 400 });
  });

  it('decide when one can be booked', async () => {
    const { key, eventTypeId } = await addHost(service);
    const { id } = (await service.call('GET /v2/schedules/default', { key })).body.data;
    await service.call(`PATCH /v2/schedules/${id}`, {
      key,
      body: {
        availability: [{ days: ['Monday'], startTime: '21:00', endTime: '23:59' }],
        overrides: [{ date: '2050-09-06', startTime: '08:00', endTime: '09:00' }],
      },
    });
    const slots = await service.call(`GET /v2/slots?eventTypeId=${eventTypeId}&start=2050-09-05&end=2050-09-09`);
    expect(Object.values(slots.body.data).flat()).toEqual(
      ['2050-09-05T19:00', '2050-09-05T20:00', '2050-09-05T21:00', '2050-09-06T06:00'].map((start) => ({ start: `${start}:00.000Z` })),
    );
  });

  it.each([
    [{ name: 'x', timeZone: 'Rome', isDefault: false }, 'timeZone must be an IANA time zone such as "Europe/Rome", not "Rome"'],
    [
      { name: 'x', timeZone: 'UTC', isDefault: false, availability: [{ days: ['Someday'], startTime: '09:00', endTime: '10:00' }] },
      'names of weekdays',
    ],
    [{ name: 'x', timeZone: 'UTC', isDefault: false, availability: [{ days: ['Monday'], startTime: '9', endTime: '10:00' }] }, 'not "9"'],
    [
      { name: 'x', timeZone: 'UTC', isDefault: false, availability: [{ days: ['Monday'], startTime: '10:00', endTime: '09:00' }] },
      'must end after it starts',
    ],
    [
      { name: 'x', timeZone: 'UTC', isDefault: false, overrides: [{ date: '2050-02-30', startTime: '09:00', endTime: '10:00' }] },
      'not "2050-02-30"',
    ],
    [{ timeZone: 'UTC', isDefault: false }, 'name is required'],
  ])('refuse %j', async (body, text) => {
    const { key } = await addHost(service);
    expect(await service.call('POST /v2/schedules', { key, body })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(text) },
    });
  });

  it('belong to their owner alone', async () => {
    const [one, two] = [await addHost(service), await addHost(service)];
    const { id } = (await service.call('GET /v2/schedules/default', { key: one.key })).body.data;
    for (const [method, body] of [['GET'], ['PATCH', { name: 'Mine' }], ['DELETE']] as const) {
      const refused = await service.call(`${method} /v2/schedules/${id}`, { key: two.key, ...(body ? { body } : {}) });
      expect(refused).toMatchObject({ status: 403, body: { message: `User with ID=${two.user.id} does not own schedule with ID=${id}` } });
    }
    expect((await service.call('GET /v2/schedules')).status).toBe(401);
  });
});

describe('me', () => {
  it('is read and changed', async () => {
    const { key, user } = await addHost(service);
    expect((await service.call('GET /v2/me', { key })).body.data).toMatchObject({
      id: user.id,
      username: user.username,
      timeZone: 'Europe/Rome',
    });
    const changed = await service.call('PATCH /v2/me', {
      key,
      body: { name: 'Ada', timeZone: 'Asia/Tokyo', weekStart: 'Monday', timeFormat: 24 },
    });
    expect(changed.body.data).toMatchObject({ name: 'Ada', timeZone: 'Asia/Tokyo', weekStart: 'Monday', timeFormat: 24 });
    const other = await addHost(service);
    expect(await service.call('PATCH /v2/me', { key, body: { email: other.user.email } })).toMatchObject({ status: 409 });
    const { id } = (await service.call('GET /v2/schedules/default', { key: other.key })).body.data;
    expect(await service.call('PATCH /v2/me', { key, body: { defaultScheduleId: id } })).toMatchObject({ status: 404 });
    expect((await service.call('PATCH /v2/me', { key, body: { timeFormat: 13 } })).body.message).toBe(
      'timeFormat must be 12 or 24 (timeFormat is 13)',
    );
    expect((await service.call('GET /v2/me')).body.message).toContain('ApiAuthStrategy - No authentication method provided.');
  });
});
