import { sql } from 'kysely';
import { timestamp } from './sql-values.ts';
import type { Handle, Transaction } from './store.ts';

/** A slot held for somebody who is still filling in a form. */
export interface ReservationRecord {
  readonly uid: string;
  readonly eventTypeId: number;
  /** Whose time it holds. */
  readonly hostIds: readonly number[];
  readonly startAt: number;
  readonly endAt: number;
  /** It takes one seat instead of the whole slot. */
  readonly isSeat: boolean;
  readonly reservedUntil: number;
}

export interface NewReservation extends ReservationRecord {
  readonly userId: number | null;
  readonly now: number;
}

/** Writes the reservation, in the place of one with the same uid; reservations that are long over are swept out on the way. */
export async function putReservation(tx: Transaction, reservation: NewReservation): Promise<void> {
  const { uid, eventTypeId, hostIds, userId, isSeat, now } = reservation;
  await tx
    .deleteFrom('slot_reservations')
    .where((eb) =>
      eb.or([eb('uid', '=', uid), eb.and([eb('host_id', 'in', hostIds), eb('reserved_until', '<', timestamp(now - KEPT_MS))])]),
    )
    .execute();
  await tx
    .insertInto('slot_reservations')
    .values(
      hostIds.map((hostId) => ({
        uid,
        event_type_id: eventTypeId,
        host_id: hostId,
        user_id: userId,
        start_at: timestamp(reservation.startAt),
        end_at: timestamp(reservation.endAt),
        is_seat: isSeat,
        reserved_until: timestamp(reservation.reservedUntil),
        created_at: timestamp(now),
      })),
    )
    .execute();
}

/** A reservation that ran out can still be read, and moved, for a day. */
const KEPT_MS = 86_400_000;

export async function getReservation(handle: Handle, uid: string): Promise<ReservationRecord | undefined> {
  return await handle
    .selectFrom('slot_reservations')
    .select([
      'uid',
      'event_type_id as eventTypeId',
      sql<number[]>`array_agg(host_id order by host_id)`.as('hostIds'),
      'start_at as startAt',
      'end_at as endAt',
      'is_seat as isSeat',
      'reserved_until as reservedUntil',
    ])
    .where('uid', '=', uid)
    .groupBy(['uid', 'event_type_id', 'start_at', 'end_at', 'is_seat', 'reserved_until'])
    .executeTakeFirst();
}

export async function deleteReservation(handle: Handle, uid: string): Promise<void> {
  await handle.deleteFrom('slot_reservations').where('uid', '=', uid).execute();
}
