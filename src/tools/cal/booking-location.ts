import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { describeIssues } from '../../toolkit/issues.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type NewLocation, newLocation } from '../../wire/calcom/booking-parts.ts';
import { booking } from '../../wire/calcom/bookings.ts';
import { bookingFields, toBookingCard, toChangedCard } from './booking-card.ts';
import { type BookingImage, checkAsLeft, checkStatus, imageOf, mailCaveats, STANDING } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, findBooking, shared } from './fields.ts';

const text = z.string().trim().min(1);

const location = z.strictObject({
  type: z.enum(['address', 'attendeeAddress', 'attendeeDefined', 'attendeePhone', 'link', 'phone']).describe('For example "link".'),
  address: text.optional().describe('For example "Main Street 1".'),
  location: text.optional().describe('For example "The usual place".'),
  link: text.optional().describe('For example "https://meet.example/ada".'),
  phone: text.optional().describe('For example "+31612345678".'),
});

export const updateBookingLocation = defineTool({
  ...shared,
  name: 'update_booking_location',
  summary: 'Move a booking to another place: an address, a link or a phone.',
  effect: 'write',
  input: z.strictObject({
    booking_uid: bookingUid,
    location: z.union([text.transform(toPlace), location]).describe('The new place, for example "https://meet.example/ada".'),
  }),
  output: booking,
  aliases: bookingUidAliases,
  command: { resource: 'bookings', action: 'set-location', positionals: ['booking_uid', 'location'] },
  example: { booking_uid: 'bkg_8x2m', location: 'https://meet.example/ada' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, STANDING, 'moved elsewhere');
    const place = parsePlace(wanted.location);
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'Place to be changed', tone: 'warning' },
        fields: [
          { label: 'New place', value: sayPlace(place) },
          ...bookingFields(found).map((field) => (field.label === 'Where' ? { ...field, label: 'Until now' } : field)),
        ],
      },
      before: imageOf(found),
      input: wanted,
    };
  },
  run: ({ booking_uid, location: place }, { clients, signal }: CalContext) =>
    clients.cal.updateBookingLocation(booking_uid, parsePlace(place), { signal }),
  card: toChangedCard,
  undo: {
    async step({ output, before }, context: CalContext) {
      const former = (before as BookingImage).location; // the image that `plan` made
      checkAsLeft(output, await findBooking(output.uid, context));
      if (!former || former.startsWith('integrations:') || KINDS_WITHOUT_PLACE.has(former)) {
        throw new AppError('unsupported', `"${output.title}" was in a video room of its own before, which cannot be given back to it.`, {
          hint: 'Give it another link or address; nothing was changed.',
        });
      }
      return {
        tool: 'cal.update_booking_location',
        input: { booking_uid: output.uid, location: toPlace(former) },
        caveats: mailCaveats(output, context, 'another one follows it'),
      };
    },
  },
  async settle({ input, before }, context: CalContext) {
    const found = await findBooking(input.booking_uid, context);
    if (found.location === sayPlace(parsePlace(input.location))) return { happened: true, output: found };
    return { happened: found.location === (before as BookingImage).location ? false : 'unknown' };
  },
});

/** What a booking shows whose place has no value: the kind alone. */
const KINDS_WITHOUT_PLACE = new Set(['inPerson', 'attendeeInPerson', 'link', 'userPhone', 'phone', 'somewhereElse', 'conferencing']);

/** A text alone is a link, a number or an address, by its look. */
function toPlace(given: string): z.output<typeof location> {
  if (/^https?:\/\//i.test(given)) return { type: 'link', link: given };
  if (/^\+[\d\s()-]{6,}$/.test(given)) return { type: 'phone', phone: given };
  return { type: 'address', address: given };
}

function parsePlace(place: z.output<typeof location>): NewLocation {
  const parsed = newLocation.safeParse(place);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `"location" is not a place: ${describeIssues(parsed.error, place)}.`, {
    hint: 'For example {"type":"address","address":"Main Street 1"} or {"type":"link","link":"https://meet.example/ada"}.',
  });
}

function sayPlace(place: NewLocation): string {
  switch (place.type) {
    case 'address':
    case 'attendeeAddress':
      return place.address;
    case 'attendeeDefined':
      return place.location;
    case 'link':
      return place.link;
    case 'attendeePhone':
    case 'phone':
      return place.phone;
  }
}
