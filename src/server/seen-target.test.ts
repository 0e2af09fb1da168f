import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteEventType, getEventType, updateEventType } from '../store/event-types.ts';
import { updateUser } from '../store/users.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;

beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

describe('an event type that was booked before', () => {
  beforeEach(async () => {
    host = await addHost(service);
    expect((await book('2050-09-05T08:00:00Z')).status).toBe(201);
  });

  const book = (start: string) => service.call('POST /v2/bookings', { body: bookingBody(host, start) });
  /** As another process would. */
  const change = async (changes: Omit<Parameters<typeof updateEventType>[2], 'now'>) => {
    const id = host.eventTypeId;
    const { options } = (await getEventType(service.store.db, id)) ?? {};
    await updateEventType(service.store.db, id, {
      ...changes,
      ...(changes.options === undefined ? {} : { options: { ...options, ...changes.options } }),
      now: service.clock.now,
    });
  };

  it('is booked as it is now', async () => {
    await change({ lengthMinutes: 15, title: 'Quarter' });
    const { body } = await book('2050-09-05T10:00:00Z');
    expect(body.data).toMatchObject({ duration: 15, title: `Quarter between ${host.user.name} and Bob` });
    expect((await book('2050-09-05T11:00:00Z')).body.data).toMatchObject({ duration: 15 });
  });

  it('asks for what it asks for now', async () => {
    await change({ options: { bookingRequiresAuthentication: true } });
    expect((await book('2050-09-05T10:00:00Z')).status).toBe(401);
    await change({ options: { bookingRequiresAuthentication: false, requiresBookerEmailVerification: true } });
    expect((await book('2050-09-05T10:00:00Z')).body.error.message).toBe('email_verification_required');
    await change({ options: { requiresBookerEmailVerification: false } });
    expect((await book('2050-09-05T10:00:00Z')).status).toBe(201);
  });

  it('is not found when it is gone, and when its owner is', async () => {
    await updateUser(service.store.db, host.user.id, { disabledAt: service.clock.now, now: service.clock.now });
    expect((await book('2050-09-05T10:00:00Z')).status).toBe(404);
    await deleteEventType(service.store.db, host.eventTypeId);
    expect((await book('2050-09-05T10:00:00Z')).status).toBe(404);
  });
});
