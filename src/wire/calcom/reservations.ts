import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { bareSuccess, success } from './envelope.ts';
import { rowId } from './scalars.ts';

const VERSIONS = ['2024-09-04'] as const;

/** A day: whoever needs longer reserves again. */
const LONGEST_MINUTES = 1440;

export const reserveSlotBody = z.object({
  eventTypeId: rowId('eventTypeId'),
  slotStart: z.string({ error: 'slotStart must be an ISO 8601 date-time such as "2030-01-08T14:00:00Z"' }),
  /** Minutes; only of event types with several lengths. */
  slotDuration: z.int({ error: 'slotDuration must be an integer number' }).min(1).optional(),
  /** Minutes; 5 when absent, and only for authenticated callers. */
  reservationDuration: z.int({ error: 'reservationDuration must be an integer number' }).min(1).max(LONGEST_MINUTES).optional(),
});

export const slotReservation = z.object({
  eventTypeId: z.number(),
  /** UTC */
  slotStart: z.string(),
  slotEnd: z.string(),
  /** Minutes */
  slotDuration: z.number(),
  reservationUid: z.string(),
  /** Minutes; absent when a reservation is only looked up. */
  reservationDuration: z.number().optional(),
  reservationUntil: z.string(),
});

export type SlotReservation = z.output<typeof slotReservation>;
export type ReserveSlot = z.input<typeof reserveSlotBody>;

export const reserveSlot = endpoint({
  method: 'POST',
  path: '/v2/slots/reservations',
  versions: VERSIONS,
  body: reserveSlotBody,
  response: success(slotReservation),
  status: 201,
});

export const getSlotReservation = endpoint({
  method: 'GET',
  path: '/v2/slots/reservations/:uid',
  versions: VERSIONS,
  response: success(slotReservation.nullable()),
});

export const updateSlotReservation = endpoint({
  method: 'PATCH',
  path: '/v2/slots/reservations/:uid',
  versions: VERSIONS,
  body: reserveSlotBody,
  response: success(slotReservation),
  isRepeatable: true,
});

export const deleteSlotReservation = endpoint({
  method: 'DELETE',
  path: '/v2/slots/reservations/:uid',
  versions: VERSIONS,
  response: bareSuccess,
  isRepeatable: true,
});
