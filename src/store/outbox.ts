import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { BookingRecord } from './bookings.ts';
import type { JsonObject } from './database.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** What can happen to a booking, in the words of the API's webhooks; to the last three no webhook can subscribe. */
export type BookingTrigger =
  | 'BOOKING_CREATED'
  | 'BOOKING_REQUESTED'
  | 'BOOKING_RESCHEDULED'
  | 'BOOKING_CANCELLED'
  | 'BOOKING_REJECTED'
  | 'BOOKING_NO_SHOW_UPDATED'
  | 'MEETING_STARTED'
  | 'MEETING_ENDED'
  | 'BOOKING_ATTENDEES_ADDED'
  | 'BOOKING_ATTENDEE_REMOVED'
  | 'BOOKING_LOCATION_UPDATED';

/** Who did it, as far as it is known. */
export interface ChangeAuthor {
  readonly userId?: number;
  readonly email?: string;
}

/** The booking as it is after the change: the outbox keeps this very state, however the booking goes on. */
export interface BookingChange {
  readonly trigger: BookingTrigger;
  readonly booking: BookingRecord;
  /** The booking that this one replaces. */
  readonly previous?: BookingRecord;
  readonly by?: ChangeAuthor;
  /** More that the change's readers need, such as the seat it was about. */
  readonly details?: JsonObject;
}

/** Something that happened to a user and not to a booking; of a code that is wanted no webhook hears. */
export interface UserChange {
  readonly trigger: 'OOO_CREATED' | 'EMAIL_CODE_WANTED';
  readonly userId: number;
  readonly eventTypeId?: number;
  readonly details: JsonObject;
  /** The domain clock, epoch milliseconds. */
  readonly at: number;
}

/**
 * Writes into the outbox what happened, in the transaction that made it happen: either both are there after a crash or neither. What follows from it
 * (webhooks, mail) is done later, at least once, by those who registered with `onChange`.
 */
export async function recordChange(tx: Transaction, change: BookingChange | UserChange): Promise<void> {
  const row =
    'booking' in change
      ? {
          user_id: change.booking.hostId,
          event_type_id: change.booking.eventType?.id ?? null,
          booking_uid: change.booking.uid,
          at: change.booking.updatedAt,
          payload: { booking: change.booking, previous: change.previous, by: change.by, details: change.details },
        }
      : {
          user_id: change.userId,
          event_type_id: change.eventTypeId ?? null,
          booking_uid: null,
          at: change.at,
          payload: { details: change.details },
        };
  const { at, payload, ...columns } = row;
  await tx
    .insertInto('outbox')
    .values({ id: randomUUID(), kind: change.trigger, ...columns, payload: json<ChangePayload>(payload), created_at: timestamp(at) })
    .execute();
}

/** The document of an outbox row; members that are undefined are absent. */
export interface ChangePayload {
  readonly booking?: BookingRecord | undefined;
  readonly previous?: BookingRecord | undefined;
  readonly by?: ChangeAuthor | undefined;
  readonly details?: JsonObject | undefined;
}

/** A change as it is read back. */
export interface ChangeRecord {
  readonly id: string;
  readonly trigger: BookingTrigger | UserChange['trigger'];
  /** The organizer, or the user it happened to. */
  readonly userId: number;
  readonly eventTypeId: number | null;
  readonly bookingUid: string | null;
  readonly payload: ChangePayload;
  /** When it happened by the domain clock. */
  readonly createdAt: number;
}

export async function getChange(handle: Handle, id: string): Promise<ChangeRecord | undefined> {
  const row = await handle
    .selectFrom('outbox')
    .select(['id', 'kind', 'user_id', 'event_type_id', 'booking_uid', 'payload', 'created_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  return (
    row && {
      id: row.id,
      // Written by `recordChange` and `recordMeetings` only.
      trigger: row.kind as ChangeRecord['trigger'],
      userId: row.user_id,
      eventTypeId: row.event_type_id,
      bookingUid: row.booking_uid,
      payload: row.payload,
      createdAt: row.created_at,
    }
  );
}

/** Takes up to `limit` changes that nobody was told of yet, oldest first, and marks them: whoever asks at the same time gets others. */
export async function takeUndispatched(
  tx: Transaction,
  { limit, processNow }: { readonly limit: number; readonly processNow: number },
): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('outbox')
    .set({ dispatched_at: timestamp(processNow) })
    .where('id', 'in', (query) =>
      query.selectFrom('outbox').select('id').where('dispatched_at', 'is', null).orderBy('sequence').limit(limit).forUpdate().skipLocked(),
    )
    .returning(['id', 'sequence'])
    .execute();
  return rows.toSorted((one, other) => one.sequence - other.sequence).map((row) => row.id);
}

/** Cheap: one look at an index that is empty most of the time. */
export async function hasUndispatched(handle: Handle): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`select exists (select from outbox where dispatched_at is null) as found`.execute(handle);
  return rows[0]?.found === true;
}

/** Forgets changes that were passed on before `before` (process clock). */
export async function deleteDispatched(handle: Handle, before: number): Promise<void> {
  await handle.deleteFrom('outbox').where('dispatched_at', '<', timestamp(before)).execute();
}
