import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { booking, bookingFilters } from '../../wire/calcom/bookings.ts';
import { pagination } from '../../wire/calcom/envelope.ts';
import { parseMoment, startOfDate } from '../moment.ts';
import { toBookingCard, toBookingItem } from './booking-card.ts';
import { bookingUid, type CalContext, findBooking } from './fields.ts';

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const listBookings = defineTool({
  namespace: 'cal',
  name: 'list_bookings',
  summary: 'List bookings, by status, attendee, event type and time.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({
    status: z.array(z.enum(bookingFilters)).min(1).optional().describe('Any of these, for example ["upcoming"]; all when absent.'),
    attendeeEmail: z.string().trim().min(1).optional().describe('Exactly this address, for example "ada@example.com".'),
    attendeeName: z.string().trim().min(1).optional().describe('Exactly this name, for example "Ada Lovelace".'),
    eventTypeId: z.int().positive().optional().describe('Only of this event type, for example 2.'),
    afterStart: z.string().trim().min(1).optional().describe('Starting at or after this date or time, for example "2030-01-07".'),
    beforeEnd: z
      .string()
      .trim()
      .min(1)
      .optional()
      .describe('Ending at or before this time, or by the end of this date, for example "2030-01-13".'),
    take: z.int().min(1).max(250).optional().describe('How many at most, for example 20; 100 when absent.'),
    skip: z.int().min(0).optional().describe('How many to pass over, for example 20.'),
  }),
  output: z.object({ bookings: z.array(booking), pagination }),
  async run({ afterStart, beforeEnd, ...filter }, { clients, signal, timeZone }: CalContext) {
    const from = afterStart === undefined ? undefined : toInstant(afterStart, timeZone, 0);
    const to = beforeEnd === undefined ? undefined : toInstant(beforeEnd, timeZone, 1);
    const query = { ...defined(filter), ...defined({ afterStart: from, beforeEnd: to }) };
    const { bookings, pagination: counts } = await clients.cal.listBookings(query, { signal });
    return { bookings: [...bookings], pagination: counts };
  },
  card({ bookings, pagination: { totalItems } }, { timeZone }) {
    const more = totalItems - bookings.length;
    return {
      kind: 'booking-list',
      title: totalItems === 1 ? '1 booking' : `${totalItems} bookings`,
      items: bookings.map((found) => toBookingItem(found, timeZone)),
      ...(bookings.length === 0 ? { note: 'Nothing here.' } : more > 0 ? { note: `${more} more are not shown.` } : {}),
    };
  },
});

export const getBooking = defineTool({
  namespace: 'cal',
  name: 'get_booking',
  summary: 'Show one booking by its uid.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ uid: bookingUid }),
  output: booking,
  run: ({ uid }, context: CalContext) => findBooking(uid, context),
  card: (found, { timeZone }) => toBookingCard(found, timeZone),
});

function toInstant(text: string, timeZone: string, daysLater: number): string {
  return new Date(DATE.test(text) ? startOfDate(text, timeZone, daysLater) : parseMoment(text, timeZone)).toISOString();
}

/** Without the members that are undefined: an absent filter is not an empty one. */
export function defined<Values extends Readonly<Record<string, unknown>>>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  // The entries are those of `values` itself, less the undefined ones.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>;
  };
}
