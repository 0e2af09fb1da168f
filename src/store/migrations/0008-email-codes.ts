import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Run one by one: the extended protocol takes a single command at a time. */
const STATEMENTS: readonly string[] = [
  `create table email_codes (
    event_type_id integer not null references event_types on delete cascade,
    email text not null,
    code_hash text,
    attempts integer not null default 0,
    requested_at timestamptz not null,
    expires_at timestamptz,
    primary key (event_type_id, email)
  )`,
  'create index email_codes_requested on email_codes (requested_at)',
];

export const emailCodes: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) {
      await sql.raw(statement).execute(db);
    }
  },
};
