import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Run one by one: the extended protocol takes a single command at a time. */
const STATEMENTS: readonly string[] = [
  // A link ends at a moment, or after a number of bookings.
  `create table private_links (
    id text primary key,
    event_type_id integer not null references event_types on delete cascade,
    expires_at timestamptz,
    maximum_uses integer,
    uses integer not null default 0,
    created_at timestamptz not null,
    check ((expires_at is null) <> (maximum_uses is null))
  )`,
  'create index private_links_event_type on private_links (event_type_id)',
];

export const privateLinks: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) {
      await sql.raw(statement).execute(db);
    }
  },
};
