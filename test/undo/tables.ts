import { sql } from 'kysely';
import type { Store } from '../../src/store/store.ts';
import type { CalcomClient } from '../../src/wire/calcom/index.ts';

/**
 * What stands in the database, by what it is and not by its number: ids, uids and timestamps are left out, references are names, and rows are in
 * an order of their own. What is over for good (a cancelled booking, a lapsed reservation) stays as a record and is no part of it.
 */
export function readTables(store: Pick<Store, 'db'>): Promise<Tables> {
  return read(store, QUERIES);
}

/** The same of what video rooms leave: rooms that can be entered, and what was recorded, written down and summed up in them. */
export function readRoomTables(store: Pick<Store, 'db'>): Promise<Tables> {
  return read(store, ROOM_QUERIES);
}

type Tables = Readonly<Record<string, readonly string[]>>;

async function read({ db }: Pick<Store, 'db'>, queries: Readonly<Record<string, string>>): Promise<Tables> {
  const entries = await Promise.all(
    Object.entries(queries).map(async ([name, query]) => {
      const { rows } = await sql.raw(query).execute(db);
      return [name, rows.map((row) => JSON.stringify(row)).sort()] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/** The rules of the event types, as the API tells them: an option that is not set and one that has its default are two rows and one event type. */
export async function readEventTypes(cal: Pick<CalcomClient, 'listEventTypes'>): Promise<readonly string[]> {
  const found = await cal.listEventTypes();
  return found.map(({ id: _id, scheduleId: _scheduleId, bookingUrl: _bookingUrl, ...rest }) => JSON.stringify(rest)).sort();
}

const STANDING = "('accepted', 'pending', 'awaiting_host')";
const GONE_WITH_IDENTITY =
  "- '{id,uid,uuid,user_id,host_id,booking_id,event_type_id,schedule_id,default_schedule_id,created_at,updated_at}'::text[]";

const QUERIES: Readonly<Record<string, string>> = {
  users: `select u.username, s.name as schedule, to_jsonb(u) ${GONE_WITH_IDENTITY} as columns
    from users u left join schedules s on s.id = u.default_schedule_id`,
  schedules: `select user_id, to_jsonb(s) ${GONE_WITH_IDENTITY} as columns from schedules s`,
  event_types: `select e.user_id, e.slug, e.hidden, s.name as schedule from event_types e left join schedules s on s.id = e.schedule_id`,
  bookings: `select e.slug, b.host_id,
      (to_jsonb(b) #- '{responses,rescheduleReason}') ${GONE_WITH_IDENTITY} - '{ics_uid,ics_sequence,recurring_uid,created_by_user_id,reschedule_requested}'::text[]
        - '{rescheduled_from_uid,rescheduled_to_uid,rescheduled_by_email,rescheduling_reason}'::text[] as columns
    from bookings b left join event_types e on e.id = b.event_type_id where b.status in ${STANDING}`,
  booking_hosts: `select e.slug, h.host_id, to_jsonb(h) ${GONE_WITH_IDENTITY} as columns
    from booking_hosts h left join event_types e on e.id = h.event_type_id where h.status in ${STANDING}`,
  attendees: `select b.start_at, to_jsonb(a) ${GONE_WITH_IDENTITY} - 'seat_uid' as columns
    from attendees a join bookings b on b.id = a.booking_id where b.status in ${STANDING}`,
  webhooks: `select w.user_id, e.slug, to_jsonb(w) ${GONE_WITH_IDENTITY} as columns
    from webhooks w left join event_types e on e.id = w.event_type_id`,
  out_of_office: `select user_id, to_jsonb(o) ${GONE_WITH_IDENTITY} as columns from out_of_office o`,
  slot_reservations: `select e.slug, r.host_id, r.start_at, r.end_at, r.is_seat
    from slot_reservations r left join event_types e on e.id = r.event_type_id`,
  private_links: `select e.slug, l.expires_at, l.maximum_uses, l.uses
    from private_links l join event_types e on e.id = l.event_type_id`,
};

const GONE_WITH_FILE = "- '{id,sequence,room_id,session_id,recording_id,transcription_id,file_id,name,created_at}'::text[]";

const ROOM_QUERIES: Readonly<Record<string, string>> = {
  rooms: `select to_jsonb(r) ${GONE_WITH_FILE} as columns from whereby_rooms r where r.closed_at is null`,
  sessions: `select to_jsonb(s) ${GONE_WITH_FILE} as columns from whereby_sessions s`,
  recordings: `select to_jsonb(r) ${GONE_WITH_FILE} as columns from whereby_recordings r where r.deleted_at is null`,
  transcriptions: `select to_jsonb(t) ${GONE_WITH_FILE} as columns from whereby_transcriptions t`,
  summaries: `select to_jsonb(s) ${GONE_WITH_FILE} as columns from whereby_summaries s`,
  files: `select content_type, encode(content, 'base64') as content from whereby_files`,
};
