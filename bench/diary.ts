import { createApiKey } from '../src/store/api-keys.ts';
import { insertBooking } from '../src/store/bookings.ts';
import { createEventType } from '../src/store/event-types.ts';
import { createSchedule } from '../src/store/schedules.ts';
import { openStore } from '../src/store/store.ts';
import { createUser } from '../src/store/users.ts';

export const NOW = Date.parse('2030-01-06T00:00:00Z');
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

export interface DiaryHost {
  readonly userId: number;
  /** A quarter of an hour, around the clock: room for any number of bookings. */
  readonly eventTypeId: number;
  /** Half an hour within office hours, as most are. */
  readonly officeTypeId: number;
}

export interface Diaries {
  /** Of the first host. */
  readonly apiKey: string;
  readonly hosts: readonly DiaryHost[];
}

const HOSTS = 32;
const BOOKED = 40;

/** Hosts with two event types each, and forty bookings in the week that is asked for. */
export async function fillDiaries(where: { readonly home: string } | { readonly databaseUrl: string }): Promise<Diaries> {
  const store = await openStore(where);
  const hosts: DiaryHost[] = [];
  let apiKey = '';
  for (let index = 0; index < HOSTS; index++) {
    const user = await createUser(store.db, {
      username: `host-${index}`,
      name: `Host ${index}`,
      email: `host-${index}@example.com`,
      timeZone: 'Europe/London',
      now: NOW,
    });
    if (index === 0) apiKey = await createApiKey(store.db, { userId: user.id, now: NOW });
    const hours = [{ days: [1, 2, 3, 4, 5, 6, 7], startMinute: 0, endMinute: 1439 }];
    await createSchedule(store.db, { userId: user.id, name: 'Always', timeZone: 'America/New_York', hours, isDefault: true, now: NOW });
    const options = { minimumBookingNotice: 0 };
    const eventType = await createEventType(store.db, {
      userId: user.id,
      slug: 'quarter',
      title: 'Quarter',
      lengthMinutes: 15,
      options,
      now: NOW,
    });
    const office = [{ days: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 }];
    const schedule = await createSchedule(store.db, {
      userId: user.id,
      name: 'Office',
      timeZone: 'America/New_York',
      hours: office,
      isDefault: false,
      now: NOW,
    });
    const half = { slug: 'half', title: 'Half', lengthMinutes: 30, scheduleId: schedule.id };
    const officeType = await createEventType(store.db, { userId: user.id, ...half, options, now: NOW });
    hosts.push({ userId: user.id, eventTypeId: eventType.id, officeTypeId: officeType.id });
    for (let number = 0; number < BOOKED; number++) {
      const startAt = NOW + DAY_MS + number * 16 * QUARTER_MS;
      await insertBooking(store.db, {
        uid: `booked-${index}-${number}`,
        eventTypeId: eventType.id,
        hostIds: [user.id],
        title: 'Quarter',
        status: 'accepted',
        startAt,
        endAt: startAt + QUARTER_MS,
        beforeBufferMinutes: 0,
        afterBufferMinutes: 0,
        location: {},
        metadata: {},
        responses: {},
        icsUid: `booked-${index}-${number}`,
        attendees: [{ name: 'Guest', email: `guest-${number}@example.com`, timeZone: 'Europe/London' }],
        now: NOW,
      });
    }
  }
  await store.close();
  return { apiKey, hosts };
}

/** Where the booking with this number goes: hosts in turn, and for each of them later and later, beyond the week that is asked for. */
export function startOf(index: number): number {
  return NOW + 30 * DAY_MS + Math.floor(index / HOSTS) * QUARTER_MS;
}
