import type { AbsenceFact, BookingFact, BookingStatus, BusyFact, HostFacts, ReservationFact, Schedule } from '../scheduling/model.ts';
import type { EventTypeOptions, LimitsByPeriod } from './event-type-options.ts';
import { EVENT_TYPE_COLUMNS, type EventTypeRecord, type OwnedEventType } from './event-types.ts';
import { defineStatement, takePrefixed, toIdArray, toSelection } from './statement.ts';
import type { Handle } from './store.ts';
import { parseTimestampText } from './timestamp-text.ts';
import { USER_COLUMNS } from './users.ts';

export interface HostFactsQuery {
  readonly hostIds: readonly number[];
  /** What is to be booked: its schedule, buffers and limits say what must be read. */
  readonly eventType: Pick<EventTypeRecord, 'id' | 'lengthMinutes' | 'options' | 'scheduleId'>;
  /** The starts to be decided over: half-open, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The domain clock: reservations that ended before it are gone. */
  readonly now: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const PERIOD_DAYS = { day: 1, week: 7, month: 31, year: 366 } as const;

/** All that decides over the hosts' time in a range, in one round trip; hosts in the order of `hostIds`, unknown ones left out. */
export async function readHostFacts(handle: Handle, query: HostFactsQuery): Promise<readonly HostFacts[]> {
  const { hostIds, eventType } = query;
  if (hostIds.length === 0) {
    return [];
  }
  const [hostId = 0, ...others] = hostIds;
  const times = timesToRead(query);
  const rows =
    others.length === 0
      ? await selectFactsOfOne(handle, ...times, eventType.id, hostId, eventType.scheduleId)
      : await selectFactsOfMany(handle, ...times, eventType.id, toIdArray(hostIds), eventType.scheduleId);
  return hostIds.flatMap((hostId) => {
    const row = rows.find((candidate) => candidate.host_id === hostId);
    return row === undefined ? [] : [toHostFacts(row)];
  });
}

/** An event type as it is now, and its owner's facts. */
export interface OwnedFacts extends OwnedEventType {
  readonly facts: HostFacts;
  /** Whether these are all the facts that a query asks for. */
  readonly answers: (query: HostFactsQuery) => boolean;
}

/**
 * The event type itself and its owner's facts, in one round trip: what must be read around the starts is taken from the event type as it was `before`. Where it
 * has changed, or has other hosts, the facts do not answer the query that follows from it (see `answers`).
 */
export async function readOwnedFacts(
  handle: Handle,
  { before, ...asked }: Pick<HostFactsQuery, 'from' | 'to' | 'now'> & { readonly before: EventTypeRecord },
): Promise<OwnedFacts | undefined> {
  const times = timesToRead({ ...asked, eventType: before });
  const [row] = await selectOwnedFacts(handle, ...times, before.id);
  if (row === undefined) return undefined;
  const eventType: EventTypeRecord = takePrefixed(row, 'event_');
  return {
    eventType,
    owner: takePrefixed(row, 'owner_'),
    facts: toHostFacts(row),
    answers: (query) =>
      query.eventType.id === eventType.id &&
      query.eventType.scheduleId === eventType.scheduleId &&
      query.hostIds.length === 1 &&
      query.hostIds[0] === row.host_id &&
      timesToRead(query).every((time, index) => time === times[index]),
  };
}

function toHostFacts(row: FactsRow): HostFacts {
  return {
    hostId: row.host_id,
    schedule: toSchedule(row),
    bookings: [...(row.bookings ?? []), ...(row.attended ?? [])].map(toBookingFact),
    busy: (row.calendars ?? []).map(toBusyFact),
    reservations: (row.reservations ?? []).map(toReservationFact),
    ...toAbsences(row.absences ?? []),
  };
}

/** Near from and to, wide from and to, and now, as PostgreSQL reads them. */
function timesToRead(query: Omit<HostFactsQuery, 'hostIds'>): readonly string[] {
  const { near, wide } = rangesToRead(query);
  return [near.start, near.end, wide.start, wide.end, query.now].map((ms) => new Date(ms).toISOString());
}

/** A host without any schedule has no hours. An end at 23:59 means midnight: the API has no other way to say it. */
function toSchedule({ time_zone: timeZone, hours, overrides }: FactsRow): Schedule {
  return {
    timeZone,
    hours: (hours ?? []).map((entry) => ({ ...entry, endMinute: toEndMinute(entry.endMinute) })),
    overrides: (overrides ?? []).map((entry) => ({ ...entry, endMinute: toEndMinute(entry.endMinute) })),
  };
}

function toEndMinute(minute: number): number {
  return minute === 1439 ? 1440 : minute;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

interface ReadRanges {
  /** Where any booking may be in the way. */
  readonly near: Range;
  /** Where bookings of the event type itself count towards its limits; `near` when it has none. */
  readonly wide: Range;
}

function rangesToRead({ from, to, eventType: { lengthMinutes, options } }: Omit<HostFactsQuery, 'hostIds'>): ReadRanges {
  const longest = Math.max(lengthMinutes, ...(options.lengthInMinutesOptions ?? []));
  const start = from - (options.beforeEventBuffer ?? 0) * MINUTE;
  const end = to + (longest + (options.afterEventBuffer ?? 0)) * MINUTE;
  const limitDays = Math.max(longestPeriodDays(options.bookingLimitsCount), longestPeriodDays(options.bookingLimitsDuration));
  // One day more than the period: the zone of the schedule decides where it begins.
  const margin = limitDays === 0 ? 0 : (limitDays + 1) * DAY;
  return { near: { start, end }, wide: { start: start - margin, end: end + margin } };
}

function longestPeriodDays(limits: EventTypeOptions['bookingLimitsCount']): number {
  if (limits === undefined || 'disabled' in limits) {
    return 0;
  }
  const given: LimitsByPeriod = limits;
  return Math.max(
    0,
    ...(['day', 'week', 'month', 'year'] as const).filter((period) => given[period] !== undefined).map((period) => PERIOD_DAYS[period]),
  );
}

/** Of one host; null where there is nothing. */
interface FactsRow {
  readonly host_id: number;
  readonly time_zone: string;
  readonly hours: Schedule['hours'] | null;
  readonly overrides: Schedule['overrides'] | null;
  readonly bookings: readonly BookingEntry[] | null;
  readonly attended: readonly BookingEntry[] | null;
  readonly reservations: readonly (readonly [uid: string, eventTypeId: number | null, start: string, end: string])[] | null;
  readonly absences: readonly TimeEntry[] | null;
  readonly calendars: readonly (readonly [feedId: string, start: string, end: string])[] | null;
}

type TimeEntry = readonly [start: string, end: string];

type BookingEntry = readonly [
  uid: string,
  eventTypeId: number | null,
  status: BookingStatus,
  start: string,
  end: string,
  beforeBufferMinutes: number,
  afterBufferMinutes: number,
  seatsTotal: number | null,
  seatsTaken: number,
];

/**
 * A row for each host: the schedule, and as documents (720 bookings as rows take PGlite 11 ms, as a document 4) the host's own diary, what he attends by
 * his e-mail address, reservations, absences and outside calendars. A reserved seat holds nothing back but seats of its own event type.
 *
 * Planning this takes longer than running it, so PostgreSQL should do it once for all parameters. Each source is a subquery about one host for that: there is
 * one good way to run those, whatever the parameters are. Joins and lists of ids got plans that read every host's diary; `offset 0` keeps the one join there is
 * from being turned round.
 *
 * $1 to $2 near, $3 to $4 wide, $5 now, $6 event type; of hosts $7 their ids, $8 the event type's schedule
 */
const FACTS = `
  select users.id as host_id, coalesce(s.time_zone, users.time_zone) as time_zone, s.hours, s.overrides,
    (select json_agg(json_build_array(d.uid, d.event_type_id, d.status, d.start_at, d.end_at, d.before_buffer_minutes, d.after_buffer_minutes, d.seats_total,
        case when d.seats_total is null then 0 else (select count(*) from attendees s where s.booking_id = d.booking_id) end))
      from booking_hosts d
      where d.host_id = users.id and tstzrange(d.blocked_start_at, d.blocked_end_at) && tstzrange($3::timestamptz, $4::timestamptz)
        and (d.event_type_id = $6::integer or tstzrange(d.blocked_start_at, d.blocked_end_at) && tstzrange($1::timestamptz, $2::timestamptz))
        and (d.status = 'accepted' or (d.event_type_id = $6 and d.status in ('pending', 'awaiting_host')))) as bookings,
    (select json_agg(json_build_array(b.uid, b.event_type_id, b.status, b.start_at, b.end_at, b.before_buffer_minutes, b.after_buffer_minutes, null, 0))
      from (select distinct a.booking_id from attendees a where lower(a.email) = lower(users.email)) as a
      cross join lateral (select * from bookings where id = a.booking_id offset 0) as b
      where b.status = 'accepted'
        and tstzrange(
          b.start_at - make_interval(mins => b.before_buffer_minutes),
          b.end_at + make_interval(mins => b.after_buffer_minutes)) && tstzrange($1, $2)
        and not exists (select from booking_hosts h where h.booking_id = b.id and h.host_id = users.id)) as attended,
    (select json_agg(json_build_array(r.uid, r.event_type_id, r.start_at, r.end_at))
      from slot_reservations r
      where r.host_id = users.id and r.reserved_until > $5::timestamptz and (not r.is_seat or r.event_type_id = $6)
        and tstzrange(r.start_at, r.end_at) && tstzrange($1, $2)) as reservations,
    (select json_agg(json_build_array(o.start_at, o.end_at))
      from out_of_office o
      where o.user_id = users.id and tstzrange(o.start_at, o.end_at) && tstzrange($1, $2)) as absences,
    (select json_agg(json_build_array(c.feed_id, c.start_at, c.end_at))
      from calendar_busy c join calendar_feeds f on f.id = c.feed_id and f.selected
      where c.user_id = users.id and tstzrange(c.start_at, c.end_at) && tstzrange($1, $2)) as calendars`;

const OF_HOSTS = `${FACTS} from users left join schedules s on s.id = coalesce($8::integer, users.default_schedule_id)`;

/** Of one host: a list would be taken for ten, and PostgreSQL would plan each time in the hope of a cheaper way. */
const selectFactsOfOne = defineStatement<FactsRow>(`${OF_HOSTS} where users.id = $7::integer`);

const selectFactsOfMany = defineStatement<FactsRow>(`${OF_HOSTS} where users.id = any ($7::integer[])`);

const selectOwnedFacts = defineStatement<FactsRow & { readonly [column: string]: unknown }>(
  `${FACTS}, ${toSelection(EVENT_TYPE_COLUMNS, 'event_')}, ${toSelection(USER_COLUMNS, 'owner_')}
  from event_types join users on users.id = event_types.user_id
  left join schedules s on s.id = coalesce(event_types.schedule_id, users.default_schedule_id)
  where event_types.id = $6::integer`,
);

/** A booking whose event type was deleted is no event type's own: 0. */
function toBookingFact([uid, eventTypeId, status, start, end, before, after, seatsTotal, seatsTaken]: BookingEntry): BookingFact {
  return {
    uid,
    eventTypeId: eventTypeId ?? 0,
    status,
    start: parseTimestampText(start),
    end: parseTimestampText(end),
    beforeBufferMinutes: before,
    afterBufferMinutes: after,
    ...(seatsTotal === null ? {} : { seats: { taken: seatsTaken, total: seatsTotal } }),
  };
}

function toReservationFact([uid, eventTypeId, start, end]: NonNullable<FactsRow['reservations']>[number]): ReservationFact {
  return { uid, eventTypeId: eventTypeId ?? 0, start: parseTimestampText(start), end: parseTimestampText(end) };
}

function toBusyFact([feedId, start, end]: NonNullable<FactsRow['calendars']>[number]): BusyFact {
  return { source: `calendar:${feedId}`, start: parseTimestampText(start), end: parseTimestampText(end) };
}

/** Written as whole UTC days, meant as local ones. */
function toAbsences(entries: readonly TimeEntry[]): { readonly absences?: readonly AbsenceFact[] } {
  if (entries.length === 0) return {};
  const dateOf = (text: string) => new Date(parseTimestampText(text)).toISOString().slice(0, 10);
  return { absences: entries.map(([start, end]) => ({ from: dateOf(start), to: dateOf(end) })) };
}
