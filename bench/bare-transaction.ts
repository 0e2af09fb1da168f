import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type DiaryHost, startOf } from './diary.ts';

/**
 * The transaction of a booking as bare prepared statements: the locks, the event type, what decides over the time, the booking with its host and attendee, the
 * booking as it is answered, the outbox, and the note of the request that makes a repetition known. No rule is applied and nothing is checked.
 */
const STATEMENTS = {
  lock: 'select pg_advisory_xact_lock(kind, id) from (values (1262572546, $1::integer), (1262572547, $2::integer)) as keys (kind, id)',
  eventType: 'select id, user_id, slug, title, length_minutes, options from event_types where id = $1',
  context: `select u.id, u.time_zone, s.time_zone, s.hours, s.overrides from users u left join schedules s on s.id = u.default_schedule_id where u.id = $1`,
  occupied: `select json_agg(json_build_array(uid, event_type_id, status, start_at, end_at)) from booking_hosts
    where host_id = $1 and tstzrange(blocked_start_at, blocked_end_at) && tstzrange($2, $3) and status = 'accepted'`,
  attended: `select b.uid, b.start_at, b.end_at from users u join attendees a on lower(a.email) = lower(u.email) join bookings b on b.id = a.booking_id
    where u.id = $1 and b.status = 'accepted' and tstzrange(b.start_at, b.end_at) && tstzrange($2, $3)`,
  reserved: `select uid, start_at, end_at from slot_reservations where host_id = $1 and reserved_until > $2`,
  insert: `with booking as (
      insert into bookings (uid, event_type_id, host_id, title, status, start_at, end_at, before_buffer_minutes, after_buffer_minutes, location, metadata,
        responses, ics_uid, created_at, updated_at)
      values ($1, $2, $3, $4, 'accepted', $5, $6, 0, 0, '{}', '{}', '{}', $7, $8, $8) returning id
    ), diary as (
      insert into booking_hosts (booking_id, host_id, uid, event_type_id, status, start_at, end_at, before_buffer_minutes, after_buffer_minutes,
        blocked_start_at, blocked_end_at)
      select id, $3, $1, $2, 'accepted', $5, $6, 0, 0, $5, $6 from booking
    )
    insert into attendees (booking_id, name, email, time_zone, seat, created_at) select id, 'Guest', $9, 'Europe/London', 'null', $8 from booking`,
  read: `select b.*, (select json_agg(json_build_object('name', a.name, 'email', a.email)) from attendees a where a.booking_id = b.id) as attendees,
    (select json_agg(json_build_object('id', u.id, 'name', u.name)) from booking_hosts h join users u on u.id = h.host_id where h.booking_id = b.id) as hosts
    from bookings b where b.uid = $1`,
  outbox: `insert into outbox (id, kind, user_id, event_type_id, booking_uid, payload, created_at) values ($1, 'BOOKING_CREATED', $2, $3, $4, $5, $6)`,
  claim: `insert into answered_requests (credential, name, body_hash, result, created_at) values ('bench', $1, $1, 'null', $2) on conflict do nothing`,
  keep: `update answered_requests set result = $2 where credential = 'bench' and name = $1`,
} as const;

export interface BareResult {
  readonly rate: number;
  readonly p99: number;
}

/** How many of these transactions a second this many connections get through. */
export async function measureBareTransactions(
  url: string,
  { hosts, connections, durationMs, warmUpMs, next }: BareOptions,
): Promise<BareResult> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  const from = performance.now() + warmUpMs;
  const until = from + durationMs;
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const client = await pool.connect();
      // The first failure is thrown below; the server that is then stopped ends the other connections, which is no news.
      client.on('error', () => {});
      for (;;) {
        const startedAt = performance.now();
        if (startedAt >= until) break;
        const index = next();
        const host = hosts[index % hosts.length];
        if (host === undefined) throw new Error('There are no hosts.');
        await book(client, host, startOf(index));
        const endedAt = performance.now();
        if (startedAt >= from && endedAt <= until) times.push(endedAt - startedAt);
      }
      client.release();
    }),
  );
  await pool.end();
  const sorted = times.toSorted((a, b) => a - b);
  return { rate: times.length / (durationMs / 1000), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
}

interface BareOptions {
  readonly hosts: readonly DiaryHost[];
  readonly connections: number;
  readonly durationMs: number;
  readonly warmUpMs: number;
  /** The number of the next booking. */
  readonly next: () => number;
}

async function book(client: pg.PoolClient, { userId, eventTypeId }: DiaryHost, start: number): Promise<void> {
  const run = (name: keyof typeof STATEMENTS, values: readonly unknown[]) =>
    client.query({ name, text: STATEMENTS[name], values: [...values] });
  const uid = randomUUID();
  const [from, to, now] = [new Date(start), new Date(start + 900_000), new Date()];
  await client.query('begin');
  await run('claim', [uid, now]);
  await run('lock', [userId, eventTypeId]);
  await run('eventType', [eventTypeId]);
  await run('context', [userId]);
  await run('occupied', [userId, from, to]);
  await run('attended', [userId, from, to]);
  await run('reserved', [userId, now]);
  await run('insert', [uid, eventTypeId, userId, 'Quarter between Host and Guest', from, to, `${uid}@bench`, now, `${uid}@example.com`]);
  const { rows } = await run('read', [uid]);
  await run('outbox', [randomUUID(), userId, eventTypeId, uid, JSON.stringify({ booking: rows[0] }), now]);
  await run('keep', [uid, JSON.stringify({ uid })]);
  await client.query('commit');
}
