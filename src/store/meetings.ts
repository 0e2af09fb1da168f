import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { type BookingRecord, selectBookings } from './bookings.ts';
import type { ChangePayload } from './outbox.ts';
import { getSetting, setSetting } from './settings.ts';
import { json, timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** Until where (domain clock) meetings were looked at. */
const SEEN_UNTIL = 'meetings-seen-until';

/** What was booked, confirmed or committed a little after its own start is still told of. */
const OVERLAP_MS = 3_600_000;

/** The mark need not be exact: the window overlaps, and the outbox takes every meeting once. */
const MARK_EVERY_MS = 900_000;

const PAGE = 200;

/**
 * Records the starts and ends of accepted meetings since the last call, each once, whoever else does the same; tells how many. The first call ever
 * records none: what lies before an installation's first day is no news. After a pause it makes up for all that was missed.
 */
export async function recordMeetings(tx: Transaction, now: number): Promise<number> {
  const mark = await getSetting(tx, { key: SEEN_UNTIL });
  if (typeof mark !== 'number' || mark > now || now - mark > MARK_EVERY_MS) {
    await setSetting(tx, { key: SEEN_UNTIL, value: now, now });
  }
  if (typeof mark !== 'number' || mark > now) return 0;
  const from = mark - OVERLAP_MS;
  const started = await record(tx, { trigger: 'MEETING_STARTED', column: 'start_at', from, now });
  return started + (await record(tx, { trigger: 'MEETING_ENDED', column: 'end_at', from, now }));
}

/** Marks the starts and ends of all accepted meetings until `now` as told, without telling anybody: for bookings that are made after the fact. */
export async function passOverMeetings(tx: Transaction, now: number): Promise<void> {
  // The rows are forgotten after some time; the mark is not.
  await setSetting(tx, { key: SEEN_UNTIL, value: now, now });
  const until = { from: 0, now, isTold: true };
  await record(tx, { ...until, trigger: 'MEETING_STARTED', column: 'start_at' });
  await record(tx, { ...until, trigger: 'MEETING_ENDED', column: 'end_at' });
}

interface Moment {
  readonly trigger: 'MEETING_STARTED' | 'MEETING_ENDED';
  readonly column: 'start_at' | 'end_at';
  readonly from: number;
  readonly now: number;
  /** Nobody is to hear of it any more. */
  readonly isTold?: boolean;
}

async function record(tx: Transaction, moment: Moment): Promise<number> {
  for (let recorded = 0; ; ) {
    const bookings = await findUnrecorded(tx, moment);
    if (bookings.length === 0) return recorded;
    await insert(tx, moment, bookings);
    recorded += bookings.length;
    if (bookings.length < PAGE) return recorded;
  }
}

async function findUnrecorded(tx: Transaction, { trigger, column, from, now }: Moment): Promise<readonly BookingRecord[]> {
  return await selectBookings(tx)
    .where('bookings.status', '=', 'accepted')
    .where(`bookings.${column}`, '>', timestamp(from))
    .where(`bookings.${column}`, '<=', timestamp(now))
    .where(
      sql<boolean>`not exists (select from outbox o where o.booking_uid = bookings.uid and o.kind = ${trigger}
        and o.kind in ('MEETING_STARTED', 'MEETING_ENDED'))`,
    )
    .orderBy(`bookings.${column}`)
    .limit(PAGE)
    .execute();
}

async function insert(tx: Transaction, { trigger, column, isTold = false }: Moment, bookings: readonly BookingRecord[]): Promise<void> {
  await tx
    .insertInto('outbox')
    .values(
      bookings.map((booking) => ({
        id: randomUUID(),
        kind: trigger,
        user_id: booking.hostId,
        event_type_id: booking.eventType?.id ?? null,
        booking_uid: booking.uid,
        payload: json<ChangePayload>({ booking }),
        created_at: timestamp(column === 'start_at' ? booking.startAt : booking.endAt),
        // The process clock of the database is as good as any: it only says when the row may be forgotten.
        dispatched_at: isTold ? sql<number>`now()` : null,
      })),
    )
    // Another process was faster.
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** When the next accepted meeting starts or ends after `now`; `undefined` when none does. */
export async function nextMeetingMoment(handle: Handle, now: number): Promise<number | undefined> {
  const { rows } = await sql<{ next: number | null }>`select least(
    (select start_at from bookings where status = 'accepted' and start_at > ${timestamp(now)} order by start_at limit 1),
    (select end_at from bookings where status = 'accepted' and end_at > ${timestamp(now)} order by end_at limit 1)
  ) as next`.execute(handle);
  return rows[0]?.next ?? undefined;
}
