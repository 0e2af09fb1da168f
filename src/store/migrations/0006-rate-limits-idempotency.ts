import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Run one by one: the extended protocol takes a single command at a time. */
const STATEMENTS: readonly string[] = [
  // The columns are those of rate-limiter-flexible. What is counted here is worth nothing after a crash, and must cost nothing before it.
  `create unlogged table rate_limits (
    key text primary key,
    points integer not null default 0,
    expire bigint
  )`,

  `create table answered_requests (
    credential text not null,
    name text not null,
    body_hash text not null,
    result jsonb,
    created_at timestamptz not null,
    primary key (credential, name)
  )`,
  'create index answered_requests_created on answered_requests (created_at)',
];

export const rateLimitsIdempotency: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) {
      await sql.raw(statement).execute(db);
    }
  },
};
