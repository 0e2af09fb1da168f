import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { awaitsRoom, hasRoom } from './booking-rooms.ts';
import type { BookingRecord } from './bookings.ts';
import type { JsonObject } from './database.ts';
import { currentCauses } from './outbox-causes.ts';
import { releaseHeld } from './outbox-hold.ts';
import { timestamp, toJsonText, toTimestampText } from './sql-values.ts';
import { defineStatement, defineWrite } from './statement.ts';
import type { Handle, Transaction } from './store.ts';

/** What can happen to a booking, in the words of the API's webhooks; to the last four no webhook can subscribe. */
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
  | 'BOOKING_LOCATION_UPDATED'
  | 'BOOKING_ROOM_WANTED';

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
 * (webhooks, mail) is done later, at least once, by those who registered with `onChange`. News of a booking whose room is still to be made waits for the
 * room a little, so that invitations and webhooks have its link.
 */
export async function recordChange(tx: Transaction, change: BookingChange | UserChange): Promise<void> {
  if ('booking' in change && hasRoom(change.booking)) {
    const waits = awaitsRoom(change.booking) && HELD.has(change.trigger);
    const { uid: previousUid = change.booking.uid } = change.previous ?? {};
    // What comes after must not be told before.
    if (!waits || previousUid !== change.booking.uid) await releaseHeld(tx, previousUid);
    await insertChange(tx, change, waits ? ROOM_SECONDS : undefined);
    if (waits) await insertChange(tx, { trigger: 'BOOKING_ROOM_WANTED', booking: change.booking }, undefined);
  } else await insertChange(tx, change, undefined);
}

/** What is told with the link of the room, if that is made in time. */
const HELD: ReadonlySet<string> = new Set<BookingTrigger>([
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_ATTENDEES_ADDED',
  'BOOKING_LOCATION_UPDATED',
]);
/** How long it waits at most. */
const ROOM_SECONDS = 30;

interface ChangeRow {
  readonly user_id: number;
  readonly event_type_id: number | null;
  readonly booking_uid: string | null;
  readonly at: number;
  readonly payload: ChangePayload;
}

async function insertChange(tx: Transaction, change: BookingChange | UserChange, holdSeconds: number | undefined): Promise<void> {
  const row: ChangeRow =
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
  await insertRow(
    tx,
    randomUUID(),
    change.trigger,
    row.user_id,
    row.event_type_id,
    row.booking_uid,
    toJsonText(withCauses(row.payload)),
    toTimestampText(row.at),
    holdSeconds ?? null,
  );
}

function withCauses(payload: ChangePayload): ChangePayload {
  const causes = currentCauses();
  return causes.length === 0 ? payload : { ...payload, causes };
}

const insertRow = defineWrite(`insert into outbox (id, kind, user_id, event_type_id, booking_uid, payload, created_at, held_until)
  values ($1, $2, $3, $4, $5, $6::jsonb, $7::timestamptz, now() + make_interval(secs => $8::double precision))`);

/** The document of an outbox row; members that are undefined are absent. */
export interface ChangePayload {
  readonly booking?: BookingRecord | undefined;
  readonly previous?: BookingRecord | undefined;
  readonly by?: ChangeAuthor | undefined;
  readonly details?: JsonObject | undefined;
  /** Ids of the scripts whose runs led to it. */
  readonly causes?: readonly string[] | undefined;
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
  return (await getChanges(handle, [id]))[0];
}

/** Those of them that are there, in the order they were written. */
export async function getChanges(handle: Handle, ids: readonly string[]): Promise<readonly ChangeRecord[]> {
  return await selectChanges(handle, `{${ids.join(',')}}`);
}

// Its kind is written by `recordChange` and `recordMeetings` only.
const selectChanges = defineStatement<ChangeRecord>(`select id, kind as trigger, user_id as "userId", event_type_id as "eventTypeId",
  booking_uid as "bookingUid", payload, created_at as "createdAt" from outbox where id = any ($1::uuid[]) order by sequence`);

/** By the database's clock, which also set it. */
const isDue = sql<boolean>`(held_until is null or held_until <= now())`;

/** Changes that were taken, and when by the database's clock. */
export interface Taken {
  readonly ids: readonly string[];
  readonly at: number | undefined;
}

/** Takes up to `limit` changes that nobody was told of yet, oldest first, and marks them: whoever asks at the same time gets others. */
export async function takeUndispatched(tx: Transaction, { limit }: { readonly limit: number }): Promise<Taken> {
  const rows = await tx
    .updateTable('outbox')
    .set({ dispatched_at: sql<number>`now()` })
    .where('id', 'in', (query) =>
      query
        .selectFrom('outbox')
        .select('id')
        .where('dispatched_at', 'is', null)
        .where(isDue)
        .orderBy('sequence')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'sequence', 'dispatched_at as at'])
    .execute();
  const inOrder = rows.toSorted((one, other) => one.sequence - other.sequence);
  return { ids: inOrder.map((row) => row.id), at: rows[0]?.at ?? undefined };
}

/** What waits in the outbox, and when somebody last took something from it. */
export interface OutboxState {
  readonly hasUndispatched: boolean;
  /** As in `Taken`. */
  readonly lastTakenAt: number | null;
  /** The same as an age, by the clock that set it. */
  readonly sinceTakenMs: number | null;
}

/** Cheap: one look at an index that is empty most of the time, and at the end of another. */
export async function getOutboxState(handle: Handle): Promise<OutboxState> {
  const [state] = await selectState(handle);
  return state ?? { hasUndispatched: false, lastTakenAt: null, sinceTakenMs: null };
}

const selectState = defineStatement<OutboxState>(`select
  exists (select from outbox where dispatched_at is null and (held_until is null or held_until <= now())) as "hasUndispatched",
  last.at as "lastTakenAt", (extract(epoch from clock_timestamp() - last.at) * 1000)::double precision as "sinceTakenMs"
  from (select max(dispatched_at) as at from outbox) last`);

export async function hasUndispatched(handle: Handle): Promise<boolean> {
  return (await getOutboxState(handle)).hasUndispatched;
}

/** Forgets changes that were passed on before `before` (database clock). */
export async function deleteDispatched(handle: Handle, before: number): Promise<void> {
  await handle.deleteFrom('outbox').where('dispatched_at', '<', timestamp(before)).execute();
}
