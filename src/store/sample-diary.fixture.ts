import { randomUUID } from 'node:crypto';
import type { NewBooking } from './bookings.ts';
import type { EventTypeOptions } from './event-type-options.ts';
import { createEventType, type EventTypeRecord } from './event-types.ts';
import { createSchedule } from './schedules.ts';
import type { Store } from './store.ts';
import { createUser, getUser, type UserRecord } from './users.ts';

/** Monday 7 January 2030, 08:00 UTC: the moment the tests of the store happen. */
export const NOW = Date.UTC(2030, 0, 7, 8);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface SampleHost {
  readonly user: UserRecord;
  readonly eventType: EventTypeRecord;
}

/** A user of a fresh name with office hours in London and one 30-minute event type. */
export async function createSampleHost(store: Store, options: EventTypeOptions = {}): Promise<SampleHost> {
  const username = `host-${randomUUID()}`;
  return await store.transaction(async (tx) => {
    const { id: userId } = await createUser(tx, {
      username,
      name: 'Grace',
      email: `${username}@example.com`,
      timeZone: 'Europe/London',
      now: NOW,
    });
    const hours = [{ days: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 }];
    await createSchedule(tx, { userId, name: 'Office', timeZone: 'Europe/London', hours, isDefault: true, now: NOW });
    const eventType = await createEventType(tx, { userId, slug: '30min', title: '30 minutes', lengthMinutes: 30, options, now: NOW });
    const user = await getUser(tx, userId);
    if (user === undefined) {
      throw new Error('The user that was just made is not there.');
    }
    return { user, eventType };
  });
}

/** An accepted half hour with Ada an hour from now; change what the test is about. */
export function sampleBooking({ user, eventType }: SampleHost, changes: Partial<NewBooking> = {}): NewBooking {
  const startAt = changes.startAt ?? NOW + HOUR;
  return {
    uid: randomUUID(),
    eventTypeId: eventType.id,
    hostIds: [user.id],
    title: '30 minutes between Grace and Ada',
    status: 'accepted',
    startAt,
    endAt: startAt + 30 * MINUTE,
    beforeBufferMinutes: 0,
    afterBufferMinutes: 0,
    location: { type: 'integration', integration: 'cal-video' },
    metadata: {},
    responses: { name: 'Ada', email: 'ada@example.com' },
    icsUid: `${randomUUID()}@kalends`,
    attendees: [{ name: 'Ada', email: 'ada@example.com', timeZone: 'Europe/Paris' }],
    now: NOW,
    ...changes,
  };
}
