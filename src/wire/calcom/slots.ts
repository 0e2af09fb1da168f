import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { success } from './envelope.ts';
import { timeZone, wholeNumber } from './scalars.ts';

const common = {
  start: z.string({ error: 'start must be an ISO 8601 date or date-time such as "2030-01-07"' }),
  end: z.string({ error: 'end must be an ISO 8601 date or date-time such as "2030-01-14"' }),
  timeZone: timeZone.optional(),
  /** Minutes; only of event types with several lengths. */
  duration: wholeNumber('duration', { minimum: 1 }).optional(),
  format: z.enum(['time', 'range'], { error: 'format must be "time" or "range"' }).optional(),
  bookingUidToReschedule: z.string().min(1).optional(),
  /** Says of every date without slots why there are none. An addition of this service. */
  explain: z.enum(['true', 'false'], { error: 'explain must be "true" or "false"' }).optional(),
  rrHostSubsetIds: z.union([z.string(), z.array(z.string())]).optional(),
};

/** The event type is named by exactly one of these; the keys of the others are refused (reference §2.8). */
export const slotsByEventTypeId = z.strictObject({ ...common, eventTypeId: wholeNumber('eventTypeId', { minimum: 1 }) });

export const slotsBySlug = z.strictObject({
  ...common,
  username: z.string().min(1),
  eventTypeSlug: z.string().min(1),
  organizationSlug: z.string().optional(),
});

export const slotsByTeam = z.strictObject({
  ...common,
  teamSlug: z.string().min(1),
  eventTypeSlug: z.string().min(1),
  organizationSlug: z.string().optional(),
});

export const slotsByUsernames = z.strictObject({
  ...common,
  usernames: z.union([z.string().min(1), z.array(z.string())]),
  organizationSlug: z.string().optional(),
});

export const slotsQuery = z.union([slotsByEventTypeId, slotsBySlug, slotsByTeam, slotsByUsernames]);

export const slot = z.object({
  /** UTC, or with the offset of the asked zone. */
  start: z.string(),
  /** Only with `format=range`. */
  end: z.string().optional(),
  seatsBooked: z.number().optional(),
  seatsRemaining: z.number().optional(),
  seatsTotal: z.number().optional(),
  bookingUid: z.string().optional(),
});

/** By local date of the asked zone; dates without slots are absent. */
export const slots = z.record(z.string(), z.array(slot));

/** Why a date has no slots; only the host is told more than the reason. */
export const emptyDate = z.object({
  reason: z.string(),
  detail: z.string(),
  /** How many starts of the date each rule took. */
  starts: z.record(z.string(), z.number()).optional(),
  conflictingBookingUids: z.array(z.string()).optional(),
});

export type EmptyDate = z.output<typeof emptyDate>;
export type Slot = z.output<typeof slot>;
export type Slots = z.output<typeof slots>;
export type SlotsQuery = z.input<typeof slotsQuery>;

export const getSlots = endpoint({
  method: 'GET',
  path: '/v2/slots',
  versions: ['2024-09-04'],
  query: slotsQuery,
  response: success(slots).extend({ explanation: z.record(z.string(), emptyDate).optional() }),
});
