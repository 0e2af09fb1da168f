import { z } from 'zod';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type AddGuests, MAXIMUM_GUESTS_PER_CALL } from '../../wire/calcom/attendees.ts';
import { booking } from '../../wire/calcom/bookings.ts';
import { checkOpen, findAdded, isSame, type PeopleImage, peopleOf, toAddingCard } from './attendees.ts';
import { toChangedCard } from './booking-card.ts';
import { mailCaveats } from './change-booking.ts';
import { defined } from './defined.ts';
import { bookingUid, bookingUidAliases, type CalContext, emailAddress, findBooking, shared } from './fields.ts';

const text = z.string().trim().min(1);

const guest = z.strictObject({
  email: emailAddress.describe('For example "bob@example.com".'),
  name: text.max(500).optional().describe('For example "Bob Babel".'),
  time_zone: z.string().optional().describe('For example "Europe/London".'),
  phone_number: text.optional().describe('For example "+31612345678".'),
  language: text.optional().describe('For example "nl".'),
});

/** An address alone is a guest, too. */
const anyGuest = z.union([emailAddress.transform((email): z.output<typeof guest> => ({ email })), guest]);

export const addGuests = defineTool({
  ...shared,
  name: 'add_guests',
  summary: 'Invite more people to a booking.',
  effect: 'write',
  input: z.strictObject({
    booking_uid: bookingUid,
    guests: z.array(anyGuest).min(1).max(MAXIMUM_GUESTS_PER_CALL).describe('Who else comes, for example ["bob@example.com"].'),
  }),
  output: booking,
  aliases: { ...bookingUidAliases, guest: 'guests', emails: 'guests' },
  accept: ({ guests, ...given }) => ({
    ...given,
    ...(guests === undefined ? {} : { guests: Array.isArray(guests) ? guests : [guests] }),
  }),
  command: { resource: 'bookings', action: 'add-guests', positionals: ['booking_uid', 'guests'] },
  example: { booking_uid: 'bkg_8x2m', guests: ['bob@example.com'] },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkOpen(
      found,
      wanted.guests.map(({ email }) => email),
    );
    for (const { time_zone } of wanted.guests) if (time_zone !== undefined) checkTimeZone(time_zone);
    const names = wanted.guests.map(({ name, email }) => (name === undefined ? email : `${name} (${email})`));
    return { card: toAddingCard(found, names, context), before: peopleOf(found), input: wanted };
  },
  run: ({ booking_uid, guests }, { clients, signal }: CalContext) =>
    clients.cal.addGuests(
      booking_uid,
      // The service refuses a language it does not know.
      guests.map(({ time_zone, phone_number, ...rest }) =>
        defined({ ...rest, timeZone: time_zone, phoneNumber: phone_number }),
      ) as AddGuests['guests'],
      { signal },
    ),
  card: toChangedCard,
  undo: {
    async step({ input, output, before }, context: CalContext) {
      const { attendees } = before as PeopleImage; // the image that `plan` made
      const added = output.attendees.filter(({ email }) => !attendees.some((former) => isSame(former, email)));
      const emails = added.map(({ email }) => email);
      await findAdded(input.booking_uid, emails, context);
      return {
        tool: 'cal.remove_attendee',
        input: { booking_uid: input.booking_uid, attendees: emails },
        caveats: mailCaveats({ attendees: added }, context, 'a cancellation follows it'),
      };
    },
  },
  async settle({ input }, context: CalContext) {
    const found = await findBooking(input.booking_uid, context);
    const there = input.guests.filter(({ email }) => [...found.attendees, ...found.hosts].some((person) => isSame(person.email, email)));
    if (there.length === input.guests.length) return { happened: true, output: found };
    return { happened: there.length === 0 ? false : 'unknown' };
  },
});
