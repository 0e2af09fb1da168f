import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '../errors.ts';
import { listEventTypes } from '../store/event-types.ts';
import { listSchedules } from '../store/schedules.ts';
import type { Transaction } from '../store/store.ts';
import type { UserRecord } from '../store/users.ts';
import { toFirstEventTypes, toFirstSchedule } from './first-user.ts';

/** A `conflict` that names what was found, unless everything is as the first start left it. */
export async function checkNew(tx: Transaction, owner: UserRecord): Promise<void> {
  checkId('first user', owner.id, 1);
  // The first row that is there, of all that a first start does not make. Addresses of webhooks and calendars may be secrets and stay unsaid.
  const { rows } = await sql<{ sign: string }>`
    select 'there is a booking "' || uid || '"' as sign from bookings
    union all select 'there is a user "' || username || '" beside the first' from users where id <> ${owner.id}
    union all select 'there is a team "' || slug || '"' from teams
    union all select 'there is an event type "' || slug || '" of a team' from event_types where team_id is not null
    union all select 'there is a webhook "' || id || '"' from webhooks
    union all select 'there is a webhook "' || id || '" of rooms' from whereby_webhooks
    union all select 'there is a room "' || name || '"' from whereby_rooms
    union all select 'there is a room "' || prefix || '" of a booking' from booking_rooms
    union all select 'there is a script "' || name || '"' from scripts
    union all select 'a calendar is connected, "' || id || '"' from calendar_credentials
    union all select 'the calendar is given out as a feed' from feed_tokens
    union all select 'there is an out-of-office entry "' || id || '"' from out_of_office
    union all select 'there is a private link "' || id || '"' from private_links
    union all select 'a slot is reserved, "' || uid || '"' from slot_reservations
    union all select 'there is a message "' || id || '"' from mails
    union all select 'the ledger of credits has an entry "' || id || '"' from credit_entries
    union all select 'the setting "' || key || '" was made' from settings where user_id is not null and jsonb_typeof(value) <> 'null'
    union all select 'the journal of writes has an entry "' || sequence || '"' from journal_rows where kind = 'intent'
    union all select 'news was told: ' || kind from outbox
    limit 1`.execute(tx);
  const sign = rows[0]?.sign ?? (await findChange(tx, owner));
  if (sign !== undefined) throw notNew(sign);
}

/** What of a user's schedules and event types is not what they started with, or that they are not who they were. */
async function findChange(tx: Transaction, owner: UserRecord): Promise<string | undefined> {
  const eventTypes = await listEventTypes(tx, { userId: owner.id, includeHidden: true });
  const schedules = await listSchedules(tx, owner.id);
  return (
    findDifference('event type', {
      found: eventTypes,
      first: toFirstEventTypes(owner).map((first, index) => ({ ...first, ...NO_MORE, id: index + 1 })),
      nameOf: ({ slug }) => slug,
    }) ??
    findDifference('schedule', {
      found: schedules,
      first: [{ ...toFirstSchedule(owner), overrides: [], id: 1 }],
      nameOf: ({ name }) => name,
    }) ??
    (owner.updatedAt === owner.createdAt ? undefined : `the user "${owner.username}" was changed`)
  );
}

/** The rest of an event type of which nothing more was said. */
const NO_MORE = { description: null, hidden: false, scheduleId: null, options: {} };

interface Comparison<Found> {
  readonly found: readonly Found[];
  readonly first: readonly (Partial<Found> & { readonly id: number })[];
  readonly nameOf: (record: Partial<Found>) => string | undefined;
}

function findDifference<Found extends { readonly id: number }>(
  what: string,
  { found, first, nameOf }: Comparison<Found>,
): string | undefined {
  const more = found.find(({ id }) => !first.some((known) => known.id === id));
  if (more !== undefined) return `there is ${/^[aeiou]/.test(what) ? 'an' : 'a'} ${what} "${nameOf(more)}"`;
  for (const known of first) {
    const record = found.find(({ id }) => id === known.id);
    if (record === undefined) return `the ${what} "${nameOf(known)}" is gone`;
    if (!isDeepStrictEqual({ ...record, ...known }, { ...record })) return `the ${what} "${nameOf(record)}" was changed`;
  }
  return undefined;
}

/** Ids that the database counts are what examples say only where nothing was made before. */
export function checkId(what: string, id: number, expected: number): void {
  if (id !== expected) throw notNew(`the ${what} that examples call "${expected}" would be "${id}"`);
}

function notNew(sign: string): AppError {
  return new AppError('conflict', `This installation is not new: ${sign}.`, {
    hint: 'Make the demonstration in a directory of its own: KALENDS_HOME=~/kalends-demo kalends demo',
  });
}
