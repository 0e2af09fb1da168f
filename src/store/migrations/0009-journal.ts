import { createHash } from 'node:crypto';
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What was done is written row by row, one when it begins and one when it ends, and no row is ever changed. `body` is the very text the hash is made
 * of, and everything that is searched by is taken from it by the database.
 */
const TABLE: readonly string[] = [
  `create table journal_rows (
    sequence bigint primary key,
    user_id integer not null references users,
    previous_hash text not null,
    hash text not null,
    body text not null,
    kind text generated always as (body::jsonb ->> 'kind') stored,
    entry bigint generated always as ((body::jsonb ->> 'entry')::bigint) stored,
    at text collate "C" generated always as (body::jsonb ->> 'at') stored,
    turn text generated always as (body::jsonb ->> 'turnId') stored,
    undoes bigint generated always as ((body::jsonb ->> 'undoes')::bigint) stored
  )`,
  `create index journal_rows_user on journal_rows (user_id, sequence) where kind <> 'outcome'`,
  `create index journal_rows_at on journal_rows (user_id, at) where kind = 'intent'`,
  `create index journal_rows_turn on journal_rows (user_id, turn) where kind = 'intent' and turn is not null`,
  `create index journal_rows_undoes on journal_rows (undoes) where undoes is not null`,
  `create unique index journal_rows_outcome on journal_rows (entry) where kind = 'outcome'`,
];

/** A trigger of each statement, so that one that touches no row is refused, too. */
const GUARD: readonly string[] = [
  `create function refuse_journal_change() returns trigger language plpgsql as $$
  begin
    raise exception 'The journal is append-only: % is refused.', lower(tg_op);
  end $$`,
  `create trigger journal_rows_append_only before update or delete or truncate on journal_rows
    for each statement execute function refuse_journal_change()`,
];

const APPROVALS: readonly string[] = [
  `alter table approvals add column turn_id text, add column script text,
    add column project_rules jsonb not null default '[]', add column undoes bigint`,
];

const LINKS: readonly string[] = ['drop table journal'];

export const journal: Migration = {
  async up(db) {
    await runAll(db, TABLE);
    await carryOver(db);
    await runAll(db, [...GUARD, ...APPROVALS, ...LINKS]);
  },
};

async function runAll(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

interface OldRow {
  readonly id: number;
  readonly user_id: number;
  readonly state: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly output: unknown;
  readonly error: unknown;
  readonly duration_ms: number | null;
}

const BATCH = 500;

/** What was journalled so far becomes the beginning of the chain. */
async function carryOver(db: Kysely<unknown>): Promise<void> {
  const chain = { sequence: 0, hash: '0'.repeat(64) };
  for (let after = 0; ; ) {
    const { rows } = await sql<OldRow>`
      select id, user_id, state, output, error, duration_ms, jsonb_build_object(
        'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'userId', user_id, 'surface', surface, 'tool', tool,
        'account', account, 'effect', effect, 'verdict', verdict, 'callId', call_id, 'approvalId', approval_id,
        'conversationId', conversation_id, 'turnId', null, 'utterance', utterance, 'script', null, 'forced', false, 'undoes', null,
        'isUndo', false, 'addresses', '[]'::jsonb, 'input', input, 'before', before) as content
      from journal where id > ${after} order by id limit ${sql.lit(BATCH)}`.execute(db);
    for (const row of rows) await carry(db, row, chain);
    const last = rows.at(-1);
    if (last === undefined || rows.length < BATCH) return;
    after = last.id;
  }
}

async function carry(db: Kysely<unknown>, row: OldRow, chain: { sequence: number; hash: string }): Promise<void> {
  const { at } = row.content;
  const entry = chain.sequence + 1;
  const bodies: unknown[] = [{ id: entry, kind: 'intent', entry, ...row.content }];
  if (row.state !== 'intent') {
    const { state, output, error } = row;
    bodies.push({ id: entry + 1, kind: 'outcome', entry, at, userId: row.user_id, state, output, error, durationMs: row.duration_ms ?? 0 });
  }
  for (const value of bodies) {
    const body = JSON.stringify(value);
    const hash = createHash('sha256').update(`${chain.hash}\n${body}`).digest('hex');
    const values: readonly RawBuilder<unknown>[] = [sql`${chain.sequence + 1}`, sql`${row.user_id}`, sql`${chain.hash}`];
    await sql`insert into journal_rows (sequence, user_id, previous_hash, hash, body) values (${sql.join(values)}, ${hash}, ${body})`.execute(
      db,
    );
    chain.sequence += 1;
    chain.hash = hash;
  }
}
