import { AppError } from '../errors.ts';
import type { Outgoing } from '../outgoing/index.ts';
import { type CalendarFeed, type FetchedFeed, findOwnUids, recordFeed, recordFeedFailure } from '../store/calendars.ts';
import type { Store } from '../store/store.ts';
import { getUser } from '../store/users.ts';
import { fetchFeed } from './fetch-feed.ts';

const DAY_MS = 86_400_000;
const PAST_DAYS = 7;
/** Bookings further ahead are not checked against feeds. */
const FUTURE_DAYS = 730;

/** How long what a feed said is taken for new. */
export const REFRESH_MS = 15 * 60_000;

export interface FeedPorts {
  readonly store: Store;
  readonly outgoing: Outgoing;
  /** The domain clock: what lies around it is worked out. */
  readonly now: () => number;
  readonly processNow: () => number;
}

/** Fetches an address for a user and works out when it says they are busy. Throws an `AppError` with what is wrong. */
export async function tryFeed(
  { store, outgoing, now }: FeedPorts,
  { userId, url }: Pick<CalendarFeed, 'userId' | 'url'>,
  signal?: AbortSignal,
): Promise<FetchedFeed> {
  const content = await fetchFeed(outgoing, url, signal);
  const user = await getUser(store.db, userId);
  // The parser with its tables takes a while to load, which a start need not wait for.
  const { readFeed } = await import('./busy-times.ts');
  const reading = await readFeed(content, user?.timeZone ?? 'UTC');
  // Invitations to our own meetings come back in such feeds, late: a moved or cancelled meeting would still block its old time.
  const own = new Set(await findOwnUids(store.db, userId, reading.uids));
  const range = { start: now() - PAST_DAYS * DAY_MS, end: now() + FUTURE_DAYS * DAY_MS };
  return { url, name: reading.name ?? null, busy: await reading.busy(range, own) };
}

/** Fetches a feed again. Why that failed is stored and answered; what the feed said before stands then. */
export async function refreshFeed(ports: FeedPorts, feed: CalendarFeed, signal?: AbortSignal): Promise<string | undefined> {
  const { store, processNow } = ports;
  try {
    const fetched = await tryFeed(ports, feed, signal);
    const now = processNow();
    await store.transaction((tx) => recordFeed(tx, feed.id, { ...fetched, now, nextFetchAt: now + REFRESH_MS }));
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'cancelled') throw error;
    const now = processNow();
    await recordFeedFailure(store.db, feed.id, { error: error.message, now, nextFetchAt: now + REFRESH_MS });
    return error.message;
  }
}
