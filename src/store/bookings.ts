import { sql, type Updateable } from 'kysely';
import { jsonArrayFrom } from 'kysely/helpers/postgres';
import type { BookingStatus } from '../scheduling/model.ts';
import type { BookingsTable, JsonObject, SeatDetails } from './database.ts';
import { json, timestamp, toJsonText, toTimestampText } from './sql-values.ts';
import { defineStatement, toIdArray } from './statement.ts';
import type { Handle } from './store.ts';

export interface BookingRecord {
  readonly id: number;
  readonly uid: string;
  /** Null when it was deleted since. */
  readonly eventType: {
    readonly id: number;
    readonly slug: string;
    readonly title: string;
    /** Attendees of a seated booking may see each other; absent means no. */
    readonly showsAttendees?: boolean;
  } | null;
  /** The organizer's user id. */
  readonly hostId: number;
  readonly title: string;
  readonly description: string | null;
  readonly status: BookingStatus;
  readonly startAt: number;
  readonly endAt: number;
  readonly beforeBufferMinutes: number;
  readonly afterBufferMinutes: number;
  readonly seatsTotal: number | null;
  readonly location: unknown;
  readonly metadata: JsonObject;
  readonly responses: JsonObject;
  readonly cancellationReason: string | null;
  readonly cancelledByEmail: string | null;
  readonly rejectionReason: string | null;
  readonly reschedulingReason: string | null;
  readonly rescheduledByEmail: string | null;
  readonly rescheduledFromUid: string | null;
  readonly rescheduledToUid: string | null;
  readonly recurringUid: string | null;
  readonly icsUid: string;
  readonly icsSequence: number;
  readonly absentHost: boolean;
  /** Cancelled by a host who asks for another time: its attendee may still move it. */
  readonly rescheduleRequested: boolean;
  readonly rating: number | null;
  readonly createdByUserId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The organizer first. */
  readonly hosts: readonly BookingHost[];
  /** In the order they were added: the booker first. */
  readonly attendees: readonly AttendeeRecord[];
}

export interface BookingHost {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly username: string;
  readonly timeZone: string;
}

export interface AttendeeRecord {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly language: string;
  readonly phoneNumber: string | null;
  readonly absent: boolean;
  readonly guest: boolean;
  readonly seatUid: string | null;
  readonly seat: SeatDetails | null;
}

/** The query behind every booking record; add the conditions. */
export function selectBookings(handle: Handle) {
  return handle
    .selectFrom('bookings')
    .select([
      'bookings.id',
      'bookings.uid',
      'bookings.host_id as hostId',
      'bookings.title',
      'bookings.description',
      'bookings.status',
      'bookings.start_at as startAt',
      'bookings.end_at as endAt',
      'bookings.before_buffer_minutes as beforeBufferMinutes',
      'bookings.after_buffer_minutes as afterBufferMinutes',
      'bookings.seats_total as seatsTotal',
      'bookings.location',
      'bookings.metadata',
      'bookings.responses',
      'bookings.cancellation_reason as cancellationReason',
      'bookings.cancelled_by_email as cancelledByEmail',
      'bookings.rejection_reason as rejectionReason',
      'bookings.rescheduling_reason as reschedulingReason',
      'bookings.rescheduled_by_email as rescheduledByEmail',
      'bookings.rescheduled_from_uid as rescheduledFromUid',
      'bookings.rescheduled_to_uid as rescheduledToUid',
      'bookings.recurring_uid as recurringUid',
      'bookings.ics_uid as icsUid',
      'bookings.ics_sequence as icsSequence',
      'bookings.absent_host as absentHost',
      'bookings.reschedule_requested as rescheduleRequested',
      'bookings.rating',
      'bookings.created_by_user_id as createdByUserId',
      'bookings.created_at as createdAt',
      'bookings.updated_at as updatedAt',
    ])
    .select((eb) => [
      sql<BookingRecord['eventType']>`(select jsonb_strip_nulls(jsonb_build_object('id', e.id, 'slug', e.slug,
        'title', e.title, 'showsAttendees', e.options -> 'seats' -> 'showAttendeeInfo'))
        from event_types e where e.id = bookings.event_type_id)`.as('eventType'),
      jsonArrayFrom(
        eb
          .selectFrom('booking_hosts')
          .innerJoin('users', 'users.id', 'booking_hosts.host_id')
          .select(['users.id', 'users.name', 'users.email', 'users.username', 'users.time_zone as timeZone'])
          .whereRef('booking_hosts.booking_id', '=', 'bookings.id')
          .orderBy((order) => order('users.id', '=', order.ref('bookings.host_id')), 'desc')
          .orderBy('users.id'),
      ).as('hosts'),
      jsonArrayFrom(
        eb
          .selectFrom('attendees')
          .select([
            'attendees.id',
            'attendees.name',
            'attendees.email',
            'attendees.time_zone as timeZone',
            'attendees.language',
            'attendees.phone_number as phoneNumber',
            'attendees.absent',
            'attendees.guest',
            'attendees.seat_uid as seatUid',
            'attendees.seat',
          ])
          .whereRef('attendees.booking_id', '=', 'bookings.id')
          .orderBy('attendees.id'),
      ).as('attendees'),
    ]);
}

export async function getBooking(handle: Handle, uid: string): Promise<BookingRecord | undefined> {
  return await selectBookings(handle).where('bookings.uid', '=', uid).executeTakeFirst();
}

export interface NewAttendee {
  readonly name: string;
  readonly email: string;
  readonly timeZone: string;
  readonly language?: string;
  readonly phoneNumber?: string | null;
  readonly guest?: boolean;
  readonly seatUid?: string | null;
  readonly seat?: SeatDetails | null;
}

export interface NewBooking {
  readonly uid: string;
  readonly eventTypeId: number;
  /** The organizer first. */
  readonly hostIds: readonly [number, ...number[]];
  readonly title: string;
  readonly description?: string | null;
  readonly status: BookingStatus;
  readonly startAt: number;
  readonly endAt: number;
  readonly beforeBufferMinutes: number;
  readonly afterBufferMinutes: number;
  readonly seatsTotal?: number | null;
  /** False only for a booking that may overlap others on purpose. */
  readonly blocking?: boolean;
  readonly location: unknown;
  readonly metadata: JsonObject;
  readonly responses: JsonObject;
  readonly reschedulingReason?: string | null;
  readonly rescheduledByEmail?: string | null;
  readonly rescheduledFromUid?: string | null;
  readonly recurringUid?: string | null;
  readonly icsUid: string;
  readonly icsSequence?: number;
  readonly createdByUserId?: number | null;
  readonly attendees: readonly [NewAttendee, ...NewAttendee[]];
  readonly now: number;
}

/**
 * Under the names of their tables come the rows that are written, so that the query behind every booking record reads these: one statement writes a booking with
 * its hosts and attendees, and answers it.
 */
const INSERT = `with bookings as (
    insert into bookings (uid, event_type_id, host_id, title, description, status, start_at, end_at, before_buffer_minutes, after_buffer_minutes, seats_total,
      location, metadata, responses, rescheduling_reason, rescheduled_by_email, rescheduled_from_uid, recurring_uid, ics_uid, ics_sequence,
      created_by_user_id, created_at, updated_at)
    values ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8::timestamptz, $9, $10, $11, $12::jsonb, $13::jsonb, $14::jsonb, $15, $16, $17, $18, $19, $20, $21,
      $22::timestamptz, $22::timestamptz)
    returning *
  ), booking_hosts as (
    insert into booking_hosts (booking_id, host_id, uid, event_type_id, status, blocking, start_at, end_at, before_buffer_minutes, after_buffer_minutes,
      blocked_start_at, blocked_end_at, seats_total)
    select b.id, h.id, b.uid, b.event_type_id, b.status, $23::boolean, b.start_at, b.end_at, b.before_buffer_minutes, b.after_buffer_minutes,
      b.start_at - make_interval(mins => b.before_buffer_minutes), b.end_at + make_interval(mins => b.after_buffer_minutes), b.seats_total
    from bookings b cross join unnest($24::integer[]) as h (id)
    returning *
  ), attendees as (
    insert into attendees (booking_id, name, email, time_zone, language, phone_number, guest, seat_uid, seat, created_at)
    select b.id, a.entry ->> 'name', a.entry ->> 'email', a.entry ->> 'timeZone', coalesce(a.entry ->> 'language', 'en'), a.entry ->> 'phoneNumber',
      coalesce((a.entry ->> 'guest')::boolean, false), a.entry ->> 'seatUid', coalesce(a.entry -> 'seat', 'null'), b.created_at
    from bookings b cross join jsonb_array_elements($25::jsonb) with ordinality as a (entry, place)
    order by a.place
    returning *
  )`;

let insertStatement: ReturnType<typeof defineStatement<BookingRecord>> | undefined;

/** Writes a booking with its hosts and attendees in one statement. Breaks the exclusion constraint (see `isOverlap`) when a host is taken. */
export async function insertBooking(handle: Handle, booking: NewBooking): Promise<BookingRecord> {
  insertStatement ??= defineStatement<BookingRecord>(`${INSERT} ${selectBookings(handle).compile().sql}`);
  const [row] = await insertStatement(
    handle,
    booking.uid,
    booking.eventTypeId,
    booking.hostIds[0],
    booking.title,
    booking.description ?? null,
    booking.status,
    toTimestampText(booking.startAt),
    toTimestampText(booking.endAt),
    booking.beforeBufferMinutes,
    booking.afterBufferMinutes,
    booking.seatsTotal ?? null,
    toJsonText(booking.location),
    toJsonText(booking.metadata),
    toJsonText(booking.responses),
    booking.reschedulingReason ?? null,
    booking.rescheduledByEmail ?? null,
    booking.rescheduledFromUid ?? null,
    booking.recurringUid ?? null,
    booking.icsUid,
    booking.icsSequence ?? 0,
    booking.createdByUserId ?? null,
    toTimestampText(booking.now),
    booking.blocking ?? true,
    toIdArray(booking.hostIds),
    toJsonText(booking.attendees),
  );
  if (row === undefined) throw new Error(`The booking "${booking.uid}" was written and did not come back.`);
  return row;
}

export interface BookingChanges {
  readonly status?: BookingStatus;
  readonly title?: string;
  readonly description?: string | null;
  readonly location?: unknown;
  readonly metadata?: JsonObject;
  readonly responses?: JsonObject;
  readonly cancellationReason?: string | null;
  readonly cancelledByEmail?: string | null;
  readonly rejectionReason?: string | null;
  readonly reschedulingReason?: string | null;
  readonly rescheduledByEmail?: string | null;
  readonly rescheduledToUid?: string | null;
  readonly icsSequence?: number;
  readonly absentHost?: boolean;
  readonly rescheduleRequested?: boolean;
  readonly now: number;
}

/**
 * Changes what is given, in the hosts' diaries too, if the booking stands in one of the states `from`; `undefined` when it does not or is not there.
 * Accepting a booking breaks the exclusion constraint (see `isOverlap`) when a host was taken since. Call it in a transaction.
 */
export async function updateBooking(
  handle: Handle,
  uid: string,
  { from, changes }: { readonly from: readonly BookingStatus[]; readonly changes: BookingChanges },
): Promise<BookingRecord | undefined> {
  const updated = await handle
    .updateTable('bookings')
    .set(toColumns(changes))
    .where('uid', '=', uid)
    .where('status', 'in', from)
    .returning('id')
    .executeTakeFirst();
  if (updated === undefined) {
    return undefined;
  }
  if (changes.status !== undefined) {
    await handle.updateTable('booking_hosts').set({ status: changes.status }).where('booking_id', '=', updated.id).execute();
  }
  return await getBooking(handle, uid);
}

function toColumns(changes: BookingChanges): Updateable<BookingsTable> {
  return {
    updated_at: timestamp(changes.now),
    ...(changes.status === undefined ? {} : { status: changes.status }),
    ...(changes.title === undefined ? {} : { title: changes.title }),
    ...(changes.description === undefined ? {} : { description: changes.description }),
    ...(changes.location === undefined ? {} : { location: json(changes.location) }),
    ...(changes.metadata === undefined ? {} : { metadata: json(changes.metadata) }),
    ...(changes.responses === undefined ? {} : { responses: json(changes.responses) }),
    ...(changes.cancellationReason === undefined ? {} : { cancellation_reason: changes.cancellationReason }),
    ...(changes.cancelledByEmail === undefined ? {} : { cancelled_by_email: changes.cancelledByEmail }),
    ...(changes.rejectionReason === undefined ? {} : { rejection_reason: changes.rejectionReason }),
    ...(changes.reschedulingReason === undefined ? {} : { rescheduling_reason: changes.reschedulingReason }),
    ...(changes.rescheduledByEmail === undefined ? {} : { rescheduled_by_email: changes.rescheduledByEmail }),
    ...(changes.rescheduledToUid === undefined ? {} : { rescheduled_to_uid: changes.rescheduledToUid }),
    ...(changes.icsSequence === undefined ? {} : { ics_sequence: changes.icsSequence }),
    ...(changes.absentHost === undefined ? {} : { absent_host: changes.absentHost }),
    ...(changes.rescheduleRequested === undefined ? {} : { reschedule_requested: changes.rescheduleRequested }),
  };
}
