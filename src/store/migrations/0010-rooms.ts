import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const OF_SESSIONS = ['whereby_participants', 'whereby_utterances', 'whereby_recordings', 'whereby_transcriptions'] as const;

/** Run one by one: the extended protocol takes a single command at a time. */
const STATEMENTS: readonly string[] = [
  // Process clock: who came by the page and is not heard of any more has left. Null for those who came by the simulation.
  'alter table whereby_clients add column seen_at timestamptz',
  `create index whereby_clients_seen on whereby_clients (seen_at) where seen_at is not null and state in ('knocking', 'present')`,

  // Process clock: those who are told of a booking wait so long for the room it takes place in.
  'alter table outbox add column held_until timestamptz',
  'create index outbox_held on outbox (booking_uid) where held_until is not null and dispatched_at is null',

  // The API promises no form of a session's id: clients and their documents have ids of any form.
  ...OF_SESSIONS.map((table) => `alter table ${table} drop constraint ${table}_session_id_fkey`),
  'alter table whereby_sessions alter column id type text',
  ...OF_SESSIONS.map(
    (table) => `alter table ${table} alter column session_id type text,
      add constraint ${table}_session_id_fkey foreign key (session_id) references whereby_sessions on delete cascade`,
  ),

  // One room of ours for each booking that takes place in one. The prefix is its name over there, known before it is made.
  `create table booking_rooms (
    id uuid primary key,
    user_id integer not null references users on delete cascade,
    account text not null,
    booking_uid text not null,
    prefix text not null,
    end_at timestamptz not null,
    state text not null check (state in ('wanted', 'ready', 'removed', 'failed')),
    meeting_id text,
    room_name text,
    room_url text,
    last_error text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    constraint booking_rooms_once unique (account, booking_uid),
    constraint booking_rooms_prefix unique (prefix)
  )`,
  `create index booking_rooms_wanted on booking_rooms (updated_at) where state in ('wanted', 'failed')`,

  // Messages that other services sent us: each is taken once.
  `create table hook_messages (
    digest text primary key,
    source text not null,
    received_at timestamptz not null
  )`,
  'create index hook_messages_received on hook_messages (received_at)',
];

export const rooms: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) {
      await sql.raw(statement).execute(db);
    }
  },
};
