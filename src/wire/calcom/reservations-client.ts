import type { Client } from '../client.ts';
import type { ReserveSlot, SlotReservation } from './reservations.ts';
import * as reservations from './reservations.ts';

interface Call {
  readonly signal?: AbortSignal | undefined;
}

/** Slots held for somebody who is still filling in a form. */
export interface ReservationsClient {
  reserveSlot(body: ReserveSlot, call?: Call): Promise<SlotReservation>;
  /** Null when there is none. */
  getSlotReservation(uid: string, call?: Call): Promise<SlotReservation | null>;
  updateSlotReservation(uid: string, body: ReserveSlot, call?: Call): Promise<SlotReservation>;
  deleteSlotReservation(uid: string, call?: Call): Promise<void>;
}

export function reservationsOf(client: Client): ReservationsClient {
  return {
    async reserveSlot(body, call) {
      return (await client.call(reservations.reserveSlot, { body }, call)).data;
    },
    async getSlotReservation(uid, call) {
      return (await client.call(reservations.getSlotReservation, { params: { uid } }, call)).data;
    },
    async updateSlotReservation(uid, body, call) {
      return (await client.call(reservations.updateSlotReservation, { params: { uid }, body }, call)).data;
    },
    async deleteSlotReservation(uid, call) {
      await client.call(reservations.deleteSlotReservation, { params: { uid } }, call);
    },
  };
}
