import { z } from 'zod';
import { defineTool } from '../../toolkit/tool.ts';
import { calendarLink } from '../../wire/calcom/booking-parts.ts';
import { bookingUid, bookingUidAliases, type CalContext, shared } from './fields.ts';
import { findOr } from './undoing.ts';

export const getCalendarLinks = defineTool({
  ...shared,
  name: 'get_calendar_links',
  summary: 'Give the links that put a booking into a calendar.',
  effect: 'read',
  input: z.strictObject({ booking_uid: bookingUid }),
  output: z.array(calendarLink),
  aliases: bookingUidAliases,
  command: { resource: 'bookings', action: 'calendar-links', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_8x2m' },
  async run({ booking_uid }, { clients, signal }: CalContext) {
    const links = clients.cal.getCalendarLinks(booking_uid, { signal });
    return [...(await findOr(links, { what: `booking "${booking_uid}"`, list: 'list_bookings' }))];
  },
  card: (links) => ({ kind: 'list', title: 'Links to calendars', items: links.map(({ label, link }) => ({ title: label, detail: link })) }),
});
