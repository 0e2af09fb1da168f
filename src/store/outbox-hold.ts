import { sql } from 'kysely';
import type { Transaction } from './store.ts';

/** Lets those be told who wait for the room of this booking, and of those it was made together with: there is no more to wait for. */
export async function releaseHeld(tx: Transaction, bookingUid: string): Promise<void> {
  await tx
    .updateTable('outbox')
    .set({ held_until: null })
    .where('booking_uid', '=', bookingUid)
    .where('held_until', 'is not', null)
    .where('dispatched_at', 'is', null)
    .execute();
}

/**
 * Writes the place of a booking into what is held about it, and lets it go: all of a series at once, when its last room is there, for it is told in one
 * message. `false` when nothing is held any more: who was to be told has been.
 */
export async function completeHeld(
  tx: Transaction,
  { bookingUid, location }: { readonly bookingUid: string; readonly location: unknown },
): Promise<boolean> {
  const place = JSON.stringify(location);
  const { rows } = await sql<{ batch: string | null }>`update outbox
    set payload = jsonb_set(payload, '{booking,location}', ${place}::jsonb)
    where booking_uid = ${bookingUid} and held_until is not null and dispatched_at is null
    returning payload #>> '{details,batch}' as batch`.execute(tx);
  const [first] = rows;
  if (first === undefined) return false;
  if (first.batch === null) await releaseHeld(tx, bookingUid);
  else {
    await sql`update outbox set held_until = null
      where dispatched_at is null and held_until is not null and payload #>> '{details,batch}' = ${first.batch}
      and not exists (select from outbox other where other.dispatched_at is null and other.held_until is not null
        and other.payload #>> '{details,batch}' = ${first.batch} and other.payload #>> '{booking,location,value}' is null)`.execute(tx);
  }
  return true;
}
