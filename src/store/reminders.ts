import { sql } from 'kysely';
import { getSetting, setSetting } from './settings.ts';
import type { Handle } from './store.ts';

const KEY = 'reminder-hours';

/** How many hours before a meeting of theirs a user wants everybody reminded; `undefined` when not at all. */
export async function getReminderHours(handle: Handle, userId: number): Promise<number | undefined> {
  const value = await getSetting(handle, { key: KEY, userId });
  return typeof value === 'number' ? value : undefined;
}

export async function setReminderHours(
  handle: Handle,
  { userId, hours, now }: { readonly userId: number; readonly hours: number | undefined; readonly now: number },
): Promise<void> {
  await setSetting(handle, { key: KEY, userId, value: hours ?? null, now });
}

/** What the message of a reminder follows from: once per booking, and a moved meeting is another booking. */
export function toReminderId(bookingUid: string): string {
  return `reminder:${bookingUid}`;
}

/** Meetings whose moment to be reminded has come by the domain clock, and was yet to come when they were booked. */
export async function listDueReminders(
  handle: Handle,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<readonly string[]> {
  const at = sql`${new Date(now).toISOString()}::timestamptz`;
  const lead = sql`(s.value #>> '{}')::double precision * interval '1 hour'`;
  const { rows } = await sql<{ uid: string }>`
    select b.uid from settings s
    join bookings b on b.host_id = s.user_id
    where s.key = ${KEY} and jsonb_typeof(s.value) = 'number' and b.status = 'accepted'
      and b.start_at > ${at} and b.start_at <= ${at} + ${lead} and b.created_at < b.start_at - ${lead}
      and not exists (select from mails m where m.change_id = 'reminder:' || b.uid)
    order by b.start_at limit ${limit}`.execute(handle);
  return rows.map((row) => row.uid);
}
