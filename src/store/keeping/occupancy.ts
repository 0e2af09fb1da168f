import { sql } from 'kysely';
import type { Handle } from '../store.ts';

/** True while no user was made: Kalends has never run on this database. */
export async function isUntouched(db: Handle): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined;
}

/** "2 users, 3 event types, 41 bookings" */
export async function describeContents(db: Handle): Promise<string> {
  const { rows } = await sql<{ users: number; types: number; bookings: number }>`select (select count(*) from users) as users,
    (select count(*) from event_types) as types, (select count(*) from bookings) as bookings`.execute(db);
  const [{ users, types, bookings } = { users: 0, types: 0, bookings: 0 }] = rows;
  return [counted(users, 'user'), counted(types, 'event type'), counted(bookings, 'booking')].join(', ');
}

/** "1 booking", "2 bookings" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Connections that Kalends processes hold to this PostgreSQL database, but for the one that asks. */
export async function countOtherProcesses(db: Handle): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and application_name = 'kalends' and pid <> pg_backend_pid()`.execute(db);
  return rows[0]?.count ?? 0;
}
