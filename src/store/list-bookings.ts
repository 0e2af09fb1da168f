import type { ExpressionBuilder } from 'kysely';
import { type BookingRecord, selectBookings } from './bookings.ts';
import type { Database } from './database.ts';
import { timestamp } from './sql-values.ts';
import type { Handle } from './store.ts';

export type BookingListStatus = 'upcoming' | 'recurring' | 'past' | 'cancelled' | 'unconfirmed';

export interface BookingFilter {
  /** Whose bookings: those he hosts, those he attends by this e-mail address, and those of the teams he is admin or owner of. */
  readonly viewer: { readonly userId: number; readonly email: string };
  /** The clock that divides past from upcoming. */
  readonly now: number;
  /** Any of them; all bookings when absent. */
  readonly statuses?: readonly BookingListStatus[];
  readonly attendeeEmail?: string;
  readonly attendeeName?: string;
  readonly bookingUid?: string;
  readonly eventTypeIds?: readonly number[];
  /** Of the event types of these teams. */
  readonly teamIds?: readonly number[];
  readonly afterStart?: number;
  readonly beforeEnd?: number;
  readonly afterCreatedAt?: number;
  readonly beforeCreatedAt?: number;
  readonly afterUpdatedAt?: number;
  readonly beforeUpdatedAt?: number;
  /** By start, as the one status suggests, when absent. */
  readonly sort?: BookingSort;
  readonly take: number;
  readonly skip: number;
}

export interface BookingSort {
  readonly by: 'start' | 'end' | 'created' | 'updated';
  readonly direction: 'asc' | 'desc';
}

export interface BookingPage {
  readonly bookings: readonly BookingRecord[];
  /** Of all pages. */
  readonly totalItems: number;
}

const SORT_COLUMN = { start: 'start_at', end: 'end_at', created: 'created_at', updated: 'updated_at' } as const;

export async function listBookings(handle: Handle, filter: BookingFilter): Promise<BookingPage> {
  const { by, direction } = filter.sort ?? defaultSort(filter.statuses);
  const matching = handle.selectFrom('bookings').where((eb) => eb.and(conditions(eb, filter)));
  const page = await matching
    .select((eb) => ['bookings.id', eb.fn.countAll<number>().over().as('totalItems')])
    .orderBy(SORT_COLUMN[by], direction)
    .orderBy('id', direction)
    .limit(filter.take)
    .offset(filter.skip)
    .execute();
  const [first] = page;
  if (first === undefined) {
    const { totalItems } = await matching.select((eb) => eb.fn.countAll<number>().as('totalItems')).executeTakeFirstOrThrow();
    return { bookings: [], totalItems };
  }
  const ids = page.map((row) => row.id);
  const records = new Map((await selectBookings(handle).where('bookings.id', 'in', ids).execute()).map((row) => [row.id, row]));
  return { bookings: ids.flatMap((id) => records.get(id) ?? []), totalItems: first.totalItems };
}

/** An attendee's accepted bookings of an event type that start later, by their start. */
export async function listActiveBookings(
  handle: Handle,
  { eventTypeId, attendeeEmail, after }: { readonly eventTypeId: number; readonly attendeeEmail: string; readonly after: number },
): Promise<readonly BookingRecord[]> {
  return await selectBookings(handle)
    .where('bookings.event_type_id', '=', eventTypeId)
    .where('bookings.status', '=', 'accepted')
    .where('bookings.start_at', '>', timestamp(after))
    .where((eb) => hasAttendee(eb, { email: attendeeEmail }))
    .orderBy('bookings.start_at')
    .execute();
}

/** A single list reads like a diary: what comes next first, what was last first. */
function defaultSort(statuses: readonly BookingListStatus[] | undefined): BookingSort {
  const latestFirst = statuses?.length === 1 && (statuses[0] === 'past' || statuses[0] === 'cancelled');
  return { by: 'start', direction: latestFirst ? 'desc' : 'asc' };
}

type Builder = ExpressionBuilder<Database, 'bookings'>;

function conditions(eb: Builder, filter: BookingFilter) {
  const { statuses, eventTypeIds } = filter;
  return [
    isVisibleTo(eb, filter.viewer),
    ...(statuses === undefined ? [] : [eb.or(statuses.map((status) => hasListStatus(eb, status, filter.now)))]),
    ...(filter.bookingUid === undefined ? [] : [eb('bookings.uid', '=', filter.bookingUid)]),
    ...(eventTypeIds === undefined ? [] : [eventTypeIds.length === 0 ? eb.lit(false) : eb('event_type_id', 'in', eventTypeIds)]),
    ...(filter.teamIds === undefined ? [] : [isOfTeams(eb, filter.teamIds)]),
    ...(filter.attendeeEmail === undefined ? [] : [hasAttendee(eb, { email: filter.attendeeEmail })]),
    ...(filter.attendeeName === undefined ? [] : [hasAttendee(eb, { name: filter.attendeeName })]),
    ...(filter.afterStart === undefined ? [] : [eb('start_at', '>=', timestamp(filter.afterStart))]),
    ...(filter.beforeEnd === undefined ? [] : [eb('end_at', '<=', timestamp(filter.beforeEnd))]),
    ...(filter.afterCreatedAt === undefined ? [] : [eb('created_at', '>=', timestamp(filter.afterCreatedAt))]),
    ...(filter.beforeCreatedAt === undefined ? [] : [eb('created_at', '<=', timestamp(filter.beforeCreatedAt))]),
    ...(filter.afterUpdatedAt === undefined ? [] : [eb('updated_at', '>=', timestamp(filter.afterUpdatedAt))]),
    ...(filter.beforeUpdatedAt === undefined ? [] : [eb('updated_at', '<=', timestamp(filter.beforeUpdatedAt))]),
  ];
}

function isOfTeams(eb: Builder, teamIds: readonly number[]) {
  if (teamIds.length === 0) return eb.lit(false);
  return eb('event_type_id', 'in', eb.selectFrom('event_types').select('event_types.id').where('event_types.team_id', 'in', teamIds));
}

/** A set of ids, not `or`-ed conditions: each part has an index. */
function isVisibleTo(eb: Builder, { userId, email }: BookingFilter['viewer']) {
  return eb(
    'bookings.id',
    'in',
    eb
      .selectFrom('booking_hosts')
      .select('booking_hosts.booking_id')
      .where('booking_hosts.host_id', '=', userId)
      .union(
        eb
          .selectFrom('attendees')
          .select('attendees.booking_id')
          .where((where) => where(where.fn('lower', ['attendees.email']), '=', email.toLowerCase())),
      )
      .union(
        eb
          .selectFrom('memberships')
          .innerJoin('event_types', 'event_types.team_id', 'memberships.team_id')
          .innerJoin('bookings as of_team', 'of_team.event_type_id', 'event_types.id')
          .select('of_team.id as booking_id')
          .where('memberships.user_id', '=', userId)
          .where('memberships.accepted', '=', true)
          .where('memberships.role', 'in', ['ADMIN', 'OWNER']),
      ),
  );
}

function hasAttendee(eb: Builder, { email, name }: { readonly email?: string; readonly name?: string }) {
  return eb.exists(
    eb
      .selectFrom('attendees')
      .select('attendees.id')
      .whereRef('attendees.booking_id', '=', 'bookings.id')
      .$if(email !== undefined, (query) =>
        query.where((where) => where(where.fn('lower', ['attendees.email']), '=', (email ?? '').toLowerCase())),
      )
      .$if(name !== undefined, (query) => query.where('attendees.name', '=', name ?? '')),
  );
}

/** The predicates of the API: a pending one-off booking is upcoming too, a rejected one is listed with the cancelled. */
function hasListStatus(eb: Builder, status: BookingListStatus, now: number) {
  const notOver = eb('end_at', '>=', timestamp(now));
  const standing = eb('status', 'not in', ['cancelled', 'rejected']);
  switch (status) {
    case 'upcoming':
      return eb.and([
        notOver,
        eb.or([
          eb.and([eb('recurring_uid', 'is not', null), eb('status', '=', 'accepted')]),
          eb.and([eb('recurring_uid', 'is', null), standing]),
        ]),
      ]);
    case 'recurring':
      return eb.and([notOver, eb('recurring_uid', 'is not', null), standing]);
    case 'past':
      return eb.and([eb('end_at', '<=', timestamp(now)), standing]);
    case 'cancelled':
      return eb('status', 'in', ['cancelled', 'rejected']);
    case 'unconfirmed':
      return eb.and([notOver, eb('status', '=', 'pending')]);
  }
}
