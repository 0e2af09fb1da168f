import { createHmac } from 'node:crypto';
import { type BookingRecord, selectBookings } from './bookings.ts';
import { hashSecretToken } from './secret-token.ts';
import { readSigningSecret } from './signing-secret.ts';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export interface FeedOwner {
  readonly userId: number;
  /** Process clock. */
  readonly now: number;
}

/** The token of a user's private feed, made at the first need. The database keeps its hash; it is derived again to be shown again. */
export async function showFeedToken(handle: Handle, { userId, now }: FeedOwner): Promise<string> {
  const row = await handle.selectFrom('feed_tokens').select('generation').where('user_id', '=', userId).executeTakeFirst();
  return row === undefined
    ? await resetFeedToken(handle, { userId, now })
    : await derive(handle, { userId, now, generation: row.generation });
}

/** A new token; the one before works no more. */
export async function resetFeedToken(handle: Handle, { userId, now }: FeedOwner): Promise<string> {
  const row = await handle.selectFrom('feed_tokens').select('generation').where('user_id', '=', userId).executeTakeFirst();
  const generation = (row?.generation ?? 0) + 1;
  const token = await derive(handle, { userId, now, generation });
  const values = { token_hash: hashSecretToken(token), generation, created_at: timestamp(now) };
  await handle
    .insertInto('feed_tokens')
    .values({ user_id: userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
  return token;
}

async function derive(handle: Handle, { userId, now, generation }: FeedOwner & { readonly generation: number }): Promise<string> {
  const secret = await readSigningSecret(handle, now);
  return createHmac('sha256', secret).update(`kalends feed ${userId} ${generation}`).digest('base64url');
}

export interface FeedReader {
  readonly userId: number;
  readonly name: string;
  readonly email: string;
}

/** Whose feed a token opens. */
export async function findFeedReader(handle: Handle, token: string): Promise<FeedReader | undefined> {
  return await handle
    .selectFrom('feed_tokens')
    .innerJoin('users', 'users.id', 'feed_tokens.user_id')
    .select(['users.id as userId', 'users.name', 'users.email'])
    .where('token_hash', '=', hashSecretToken(token))
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst();
}

/** Meetings that stand or are asked for, hosted or attended, from `from` on by start. */
export async function listFeedBookings(
  handle: Handle,
  { userId, email }: FeedReader,
  { from, limit }: { readonly from: number; readonly limit: number },
): Promise<readonly BookingRecord[]> {
  return await selectBookings(handle)
    .where('bookings.status', 'in', ['accepted', 'pending'])
    .where('bookings.start_at', '>=', timestamp(from))
    .where((eb) =>
      eb.or([
        eb.exists(eb.selectFrom('booking_hosts').whereRef('booking_id', '=', 'bookings.id').where('booking_hosts.host_id', '=', userId)),
        eb.and([
          eb('bookings.status', '=', 'accepted'),
          eb.exists(
            eb
              .selectFrom('attendees')
              .whereRef('booking_id', '=', 'bookings.id')
              .where((attendee) => attendee(attendee.fn('lower', ['attendees.email']), '=', email.toLowerCase())),
          ),
        ]),
      ]),
    )
    .orderBy('bookings.start_at')
    .orderBy('bookings.id')
    .limit(limit)
    .execute();
}
