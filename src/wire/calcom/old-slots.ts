import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { rowId, timeZone, wholeNumber } from './scalars.ts';

/** What answered before `/v2/slots` and its reservations, and answers still to every version but theirs. */
const VERSIONS = ['2024-04-15', '2024-06-11', '2024-06-14', '2024-08-13'] as const;

const isoText = (name: string) => z.string({ error: `${name} must be an ISO 8601 date-time such as "2030-01-07T08:00:00Z"` });

export const oldSlot = z.object({
  time: z.string().optional(),
  /** In place of `time` with `slotFormat=range`. */
  startTime: z.string().optional(),
  endTime: z.string().optional(),
  /** Taken seats. */
  attendees: z.number().optional(),
  bookingUid: z.string().optional(),
});

export const oldSlots = z.record(z.string(), z.array(oldSlot));

export type OldSlot = z.output<typeof oldSlot>;
export type OldSlots = z.output<typeof oldSlots>;

export const oldSlotsQuery = z.object({
  startTime: isoText('startTime'),
  endTime: isoText('endTime'),
  eventTypeId: wholeNumber('eventTypeId', { minimum: 1 }).optional(),
  eventTypeSlug: z.string().min(1).optional(),
  usernameList: z.union([z.string().min(1), z.array(z.string().min(1))]).optional(),
  timeZone: timeZone.optional(),
  duration: wholeNumber('duration', { minimum: 1 }).optional(),
  rescheduleUid: z.string().min(1).optional(),
  orgSlug: z.string().optional(),
  slotFormat: z.enum(['time', 'range'], { error: 'slotFormat must be "time" or "range"' }).optional(),
});

export const getOldSlots = endpoint({
  method: 'GET',
  path: '/v2/slots/available',
  versions: VERSIONS,
  query: oldSlotsQuery,
  response: success(z.object({ slots: oldSlots })),
});

export const reserveOldSlot = endpoint({
  method: 'POST',
  path: '/v2/slots/reserve',
  versions: VERSIONS,
  body: z.object({
    eventTypeId: rowId('eventTypeId'),
    slotUtcStartDate: isoText('slotUtcStartDate'),
    slotUtcEndDate: isoText('slotUtcEndDate'),
    bookingUid: z.string().optional(),
  }),
  /** The uid of the reservation, which also comes as a cookie. */
  response: success(z.string()),
  status: 201,
});

export const releaseOldSlot = endpoint({
  method: 'DELETE',
  path: '/v2/slots/selected-slot',
  versions: VERSIONS,
  query: z.object({ uid: z.string().optional() }).optional(),
  response: z.object({ status: z.literal('success') }),
  isRepeatable: true,
});
