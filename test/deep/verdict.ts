import { expect } from 'vitest';
import type { Received } from '../../src/server/webhooks.fixture.ts';
import type { Store } from '../../src/store/store.ts';
import type { Act } from './load.ts';

interface BookingRow {
  readonly uid: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly from: string | null;
  readonly to: string | null;
}

export async function readBookings(store: Store): Promise<ReadonlyMap<string, BookingRow>> {
  const rows = await store.db
    .selectFrom('bookings')
    .select(['uid', 'status', 'start_at as start', 'end_at as end', 'rescheduled_from_uid as from', 'rescheduled_to_uid as to'])
    .execute();
  return new Map(rows.map((row) => [row.uid, row]));
}

/** No two accepted bookings of the one host share a moment. */
export function expectNoOverlap(bookings: ReadonlyMap<string, BookingRow>): void {
  const accepted = [...bookings.values()].filter(({ status }) => status === 'accepted').toSorted((one, other) => one.start - other.start);
  const overlaps = accepted.filter((booking, index) => booking.start < (accepted[index - 1]?.end ?? Number.NEGATIVE_INFINITY));
  expect(overlaps).toEqual([]);
}

/** Everything a client was told is so; answers how many acts that were. */
export function expectAcknowledged(acts: readonly Act[], bookings: ReadonlyMap<string, BookingRow>): number {
  const told = acts.filter(({ status }) => status === 200 || status === 201);
  const touched = new Set(acts.filter(({ kind, status }) => kind !== 'create' && (status < 400 || status >= 500)).map(({ uid }) => uid));
  const holds: Readonly<Record<Act['kind'], (booking: BookingRow, act: Act) => boolean>> = {
    create: ({ start, status }, act) =>
      start === Date.parse(act.start ?? '') && (touched.has(act.uid) || status === 'accepted' || status === 'pending'),
    cancel: ({ status }) => status === 'cancelled',
    confirm: ({ status }) => status !== 'pending',
    reschedule: ({ status, to }, act) => status === 'cancelled' && to === act.newUid && bookings.get(act.newUid ?? '')?.from === act.uid,
  };
  const lost = told.filter((act) => {
    const booking = bookings.get(act.uid);
    return booking === undefined || !holds[act.kind](booking, act);
  });
  expect(lost).toEqual([]);
  return told.length;
}

const TRIGGER_OF = { create: /^BOOKING_(CREATED|REQUESTED)$/, cancel: /^BOOKING_CANCELLED$/, confirm: /^BOOKING_CREATED$/ } as const;

interface Change {
  readonly trigger: string;
  readonly uid: string;
}

/** The outbox tells of each acknowledged act and of each booking, and of nothing twice. */
export async function readChanges(
  store: Store,
  acts: readonly Act[],
  bookings: ReadonlyMap<string, BookingRow>,
): Promise<readonly Change[]> {
  const rows = await store.db.selectFrom('outbox').select(['kind', 'booking_uid']).execute();
  const changes = rows.map(({ kind, booking_uid }) => ({ trigger: kind, uid: booking_uid ?? '' }));
  expect(changes.length).toBe(new Set(changes.map(toLine)).size);
  const triggersOf = Map.groupBy(changes, ({ uid }) => uid);
  const told = acts.filter(({ status }) => status === 200 || status === 201);
  const missing = told.filter(({ kind, uid, newUid }) => {
    const pattern = kind === 'reschedule' ? /^BOOKING_(RESCHEDULED|REQUESTED)$/ : TRIGGER_OF[kind];
    return !triggersOf.get(newUid ?? uid)?.some(({ trigger }) => pattern.test(trigger));
  });
  expect(missing).toEqual([]);
  const silent = [...bookings.keys()].filter((uid) => !triggersOf.has(uid));
  expect(silent).toEqual([]);
  return changes;
}

/** Deliveries for exactly the changes; one may arrive again, under the id it had. Answers how many arrived again. */
export function expectDelivered(received: readonly Received[], changes: readonly Change[]): number {
  const byId = Map.groupBy(received, ({ headers }) => String(headers['x-kalends-delivery']));
  const delivered = [...byId.values()].map(([first, ...again]) => {
    for (const { text } of again) expect(text).toBe(first?.text);
    const message: { triggerEvent: string; payload: { uid: string } } = JSON.parse(first?.text ?? '{}');
    return { trigger: message.triggerEvent, uid: message.payload.uid };
  });
  expect(delivered.map(toLine).toSorted()).toEqual(changes.map(toLine).toSorted());
  return received.length - byId.size;
}

export function countDelivered(received: readonly Received[]): number {
  return new Set(received.map(({ headers }) => headers['x-kalends-delivery'])).size;
}

function toLine({ trigger, uid }: Change): string {
  return `${uid} ${trigger}`;
}
