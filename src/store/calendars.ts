import { sql } from 'kysely';
import type { Interval } from '../scheduling/model.ts';
import { json, timestamp, toStorableText } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** An outside calendar: a feed that is fetched from its address. */
export interface CalendarFeed {
  readonly id: number;
  readonly credentialId: number;
  readonly userId: number;
  readonly url: string;
  readonly name: string | null;
  readonly selected: boolean;
  readonly readOnly: boolean;
  /** Process clock, like the next. */
  readonly fetchedAt: number | null;
  readonly succeededAt: number | null;
  /** Why the last attempt failed; null when it did not. */
  readonly lastError: string | null;
}

function selectFeeds(handle: Handle) {
  return handle
    .selectFrom('calendar_feeds')
    .innerJoin('calendar_credentials', 'calendar_credentials.id', 'calendar_feeds.credential_id')
    .select([
      'calendar_feeds.id',
      'calendar_feeds.credential_id as credentialId',
      'calendar_feeds.user_id as userId',
      'calendar_feeds.url',
      'calendar_feeds.name',
      'calendar_feeds.selected',
      'calendar_credentials.read_only as readOnly',
      'calendar_feeds.fetched_at as fetchedAt',
      'calendar_feeds.succeeded_at as succeededAt',
      'calendar_feeds.last_error as lastError',
    ]);
}

export async function listFeeds(handle: Handle, userId: number): Promise<readonly CalendarFeed[]> {
  return await selectFeeds(handle).where('calendar_feeds.user_id', '=', userId).orderBy('calendar_feeds.id').execute();
}

export async function getFeed(handle: Handle, id: number): Promise<CalendarFeed | undefined> {
  return await selectFeeds(handle).where('calendar_feeds.id', '=', id).executeTakeFirst();
}

/** What a feed said when it was fetched. */
export interface FetchedFeed {
  readonly url: string;
  readonly name: string | null;
  readonly busy: readonly Interval[];
}

export interface NewFeeds {
  readonly userId: number;
  readonly readOnly: boolean;
  readonly feeds: readonly FetchedFeed[];
  /** Process clock. */
  readonly now: number;
  readonly nextFetchAt: number;
}

/** Stores feeds that were just fetched as one connection and answers its number. A feed the user had already moves to it. */
export async function saveFeeds(tx: Transaction, { userId, readOnly, feeds, now, nextFetchAt }: NewFeeds): Promise<number> {
  const credential = await tx
    .insertInto('calendar_credentials')
    .values({ user_id: userId, read_only: readOnly, created_at: timestamp(now) })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const feed of feeds) {
    const values = {
      credential_id: credential.id,
      name: feed.name === null ? null : toStorableText(feed.name),
      fetched_at: timestamp(now),
      succeeded_at: timestamp(now),
      last_error: null,
      next_fetch_at: timestamp(nextFetchAt),
    };
    const { id } = await tx
      .insertInto('calendar_feeds')
      .values({ user_id: userId, url: feed.url, ...values })
      .onConflict((conflict) => conflict.constraint('calendar_feeds_url').doUpdateSet(values))
      .returning('id')
      .executeTakeFirstOrThrow();
    await replaceBusy(tx, { feedId: id, userId, busy: feed.busy });
  }
  await tx
    .deleteFrom('calendar_credentials')
    .where('user_id', '=', userId)
    .where((eb) => eb.not(eb.exists(eb.selectFrom('calendar_feeds').whereRef('credential_id', '=', 'calendar_credentials.id'))))
    .execute();
  return credential.id;
}

/** Forgets a connection with its feeds and the time they took; false when the user has none of that number. */
export async function deleteCredential(handle: Handle, userId: number, id: number): Promise<boolean> {
  const result = await handle.deleteFrom('calendar_credentials').where('id', '=', id).where('user_id', '=', userId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

interface BusyOfFeed {
  readonly feedId: number;
  readonly userId: number;
  readonly busy: readonly Interval[];
}

/** The embedded database works in this very process: while it writes, nothing else runs. */
const ROWS_AT_ONCE = 500;

async function replaceBusy(tx: Transaction, { feedId, userId, busy }: BusyOfFeed): Promise<void> {
  await tx.deleteFrom('calendar_busy').where('feed_id', '=', feedId).execute();
  for (let first = 0; first < busy.length; first += ROWS_AT_ONCE) {
    const part = busy.slice(first, first + ROWS_AT_ONCE);
    const times = json(part.map(({ start, end }) => [new Date(start).toISOString(), new Date(end).toISOString()]));
    await sql`insert into calendar_busy (feed_id, user_id, start_at, end_at)
      select ${feedId}, ${userId}, (span ->> 0)::timestamptz, (span ->> 1)::timestamptz from jsonb_array_elements(${times}) as list (span)`.execute(
      tx,
    );
  }
}

export interface FeedSuccess extends FetchedFeed {
  readonly now: number;
  readonly nextFetchAt: number;
}

/** What the feed says now replaces what it said. Nothing happens when it was deleted since. */
export async function recordFeed(tx: Transaction, id: number, { name, busy, now, nextFetchAt }: Omit<FeedSuccess, 'url'>): Promise<void> {
  const row = await tx
    .updateTable('calendar_feeds')
    .set({
      name: name === null ? null : toStorableText(name),
      fetched_at: timestamp(now),
      succeeded_at: timestamp(now),
      last_error: null,
      next_fetch_at: timestamp(nextFetchAt),
    })
    .where('id', '=', id)
    .returning('user_id')
    .executeTakeFirst();
  if (row !== undefined) await replaceBusy(tx, { feedId: id, userId: row.user_id, busy });
}

/** It could not be fetched or read: what it said before stands, and goes on blocking. */
export async function recordFeedFailure(
  handle: Handle,
  id: number,
  { error, now, nextFetchAt }: { readonly error: string; readonly now: number; readonly nextFetchAt: number },
): Promise<void> {
  await handle
    .updateTable('calendar_feeds')
    .set({ fetched_at: timestamp(now), last_error: toStorableText(error), next_fetch_at: timestamp(nextFetchAt) })
    .where('id', '=', id)
    .execute();
}

/** Feeds whose time has come (process clock), oldest first; they are not due again before `nextFetchAt`, whoever asks. */
export async function takeDueFeeds(
  handle: Handle,
  { now, nextFetchAt, limit }: { readonly now: number; readonly nextFetchAt: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await handle
    .updateTable('calendar_feeds')
    .set({ next_fetch_at: timestamp(nextFetchAt) })
    .where('id', 'in', (query) =>
      query
        .selectFrom('calendar_feeds')
        .select('id')
        .where('next_fetch_at', '<=', timestamp(now))
        .orderBy('next_fetch_at')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

export interface CalendarName {
  readonly userId: number;
  readonly credentialId: number;
  /** Its address. */
  readonly externalId: string;
}

/** Lets a calendar block time, or not; false when the user has none of that name. */
export async function selectCalendar(
  handle: Handle,
  { userId, credentialId, externalId }: CalendarName,
  selected: boolean,
): Promise<boolean> {
  const result = await handle
    .updateTable('calendar_feeds')
    .set({ selected })
    .where('user_id', '=', userId)
    .where('credential_id', '=', credentialId)
    .where('url', '=', externalId)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** When feeds say their owner is busy, as far as it lies in a range; in order. */
export async function listBusy(
  handle: Handle,
  feedIds: readonly number[],
  { start, end }: Interval,
): Promise<readonly (Interval & { feedId: number })[]> {
  if (feedIds.length === 0) return [];
  return await handle
    .selectFrom('calendar_busy')
    .select(['feed_id as feedId', 'start_at as start', 'end_at as end'])
    .where('feed_id', 'in', feedIds)
    .where('start_at', '<', timestamp(end))
    .where('end_at', '>', timestamp(start))
    .orderBy('start_at')
    .execute();
}

/** Which of these UIDs are meetings of the user that stand here already. */
export async function findOwnUids(handle: Handle, userId: number, uids: readonly string[]): Promise<readonly string[]> {
  if (uids.length === 0) return [];
  const { rows } = await sql<{ uid: string }>`select distinct b.ics_uid as uid from bookings b
    where b.ics_uid in (select jsonb_array_elements_text(${json(uids)}))
      and (exists (select from booking_hosts h where h.booking_id = b.id and h.host_id = ${userId})
        or exists (select from attendees a join users u on lower(u.email) = lower(a.email) where a.booking_id = b.id and u.id = ${userId}))`.execute(
    handle,
  );
  return rows.map((row) => row.uid);
}
