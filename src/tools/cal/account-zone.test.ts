import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '../../errors.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { accountZone } from './account-zone.ts';
import { apiPost } from './api-calls.ts';
import { acceptBookingWish } from './booking-wish.ts';
import { createBooking } from './create-booking.ts';
import type { CalContext } from './fields.ts';

let stage: ToolStage;

beforeAll(async () => {
  stage = await openToolStage([createBooking, apiPost]);
});

afterAll(() => stage.close());

/** Olivia's diary in Amsterdam, seen by somebody who writes their times in Tokyo. */
const seenFromTokyo = (account: string): CalContext => ({
  principal: { ...stage.olivia, timeZone: 'Asia/Tokyo' },
  account,
  clients: { cal: stage.cal },
  now: stage.clock.now,
  timeZone: 'Asia/Tokyo',
  signal: new AbortController().signal,
  callId: 'call-1',
});

const responses = { name: 'Jo Doe', email: 'jo@example.test' };

it('an attendee without a zone is in that of the hosted account, and in the caller’s here', async () => {
  const wish = createBooking.input.parse(acceptBookingWish({ event_type_id: 2, start: '2030-01-08T10:00:00Z', responses }));
  const zoneOn = async (account: string) => (await createBooking.plan?.(wish, seenFromTokyo(account)))?.input.attendee.time_zone;
  expect([await zoneOn('work'), await zoneOn('local')]).toEqual(['Europe/Amsterdam', 'Asia/Tokyo']);
});

it('so is one that is booked by path, unless the call names a zone', async () => {
  const zoneOf = async (body: Readonly<Record<string, unknown>>) => {
    const wish = apiPost.input.parse(
      apiPost.accept?.({ path: '/bookings', body: { eventTypeId: 2, start: '2030-01-08T10:00:00Z', ...body } }),
    );
    return (await apiPost.plan?.(wish, seenFromTokyo('work')))?.input.body?.attendee;
  };
  expect(await zoneOf({ responses })).toEqual({ ...responses, timeZone: 'Europe/Amsterdam' });
  expect(await zoneOf({ responses, timeZone: 'Europe/Rome' })).toEqual({ ...responses, timeZone: 'Europe/Rome' });
});

it('a key that may not read the profile leaves the caller’s zone', async () => {
  const context = seenFromTokyo('work');
  const refusing = (code: 'forbidden' | 'upstream'): CalContext => ({
    ...context,
    clients: { cal: { ...stage.cal, getMe: () => Promise.reject(new AppError(code, 'No.')) } },
  });
  expect(await accountZone(refusing('forbidden'))).toBe('Asia/Tokyo');
  await expect(accountZone(refusing('upstream'))).rejects.toThrow('No.');
});
