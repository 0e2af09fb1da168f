import { sql } from 'kysely';
import { createApiKey } from '../store/api-keys.ts';
import { createEventType } from '../store/event-types.ts';
import { createSchedule } from '../store/schedules.ts';
import type { Store, Transaction } from '../store/store.ts';
import { createUser, firstUser, type UserRecord } from '../store/users.ts';

export interface FirstUser {
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** IANA */
  readonly timeZone: string;
  /** Their first API key, in clear. */
  readonly apiKey: string;
  /** Process clock, epoch milliseconds. */
  readonly now: number;
}

const LENGTHS_MINUTES = [15, 30, 60];

/**
 * The installation's owner; where there is none yet, made in one transaction with a key, weekday hours of 09:00-17:00 and three event types.
 * Several processes may start at once: exactly one of them makes the user.
 */
export async function ensureFirstUser(store: Store, wanted: FirstUser): Promise<UserRecord> {
  return (
    (await firstUser(store.db)) ??
    (await store.transaction(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext('kalends.first_user'))`.execute(tx);
      const existing = await firstUser(tx);
      if (existing) return existing;
      const { username, name, email, timeZone, apiKey, now } = wanted;
      const user = await createUser(tx, { username, name, email, timeZone, now });
      await createApiKey(tx, { userId: user.id, key: apiKey, note: 'first key', now });
      await furnish(tx, user, now);
      return (await firstUser(tx)) ?? user;
    }))
  );
}

/** What every new user starts with: weekday hours of 09:00-17:00 in their zone, and three event types. */
export async function furnish(tx: Transaction, user: UserRecord, now: number): Promise<void> {
  await createSchedule(tx, { ...toFirstSchedule(user), now });
  for (const eventType of toFirstEventTypes(user)) await createEventType(tx, { ...eventType, now });
}

/** The one schedule of a new user. */
export function toFirstSchedule({ id: userId, timeZone }: UserRecord) {
  const hours = [{ days: [1, 2, 3, 4, 5], startMinute: 9 * 60, endMinute: 17 * 60 }];
  return { userId, name: 'Working hours', timeZone, hours, isDefault: true };
}

/** The event types of a new user, in the order they are made. */
export function toFirstEventTypes({ id: userId }: UserRecord) {
  return LENGTHS_MINUTES.map((lengthMinutes) => ({
    userId,
    slug: `${lengthMinutes}min`,
    title: `${lengthMinutes} Min Meeting`,
    lengthMinutes,
  }));
}
