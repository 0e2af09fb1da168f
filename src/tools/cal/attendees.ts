import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type AttendeeWithId, attendeeOfBooking, attendeeWithId } from '../../wire/calcom/attendees.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import { bookingFields, toBookingCard } from './booking-card.ts';
import { checkStatus, mailCaveats, STANDING } from './change-booking.ts';
import { bookingUid, bookingUidAliases, type CalContext, emailAddress, findBooking, shared } from './fields.ts';
import { findOr } from './undoing.ts';

const text = z.string().trim().min(1);

export const listAttendees = defineTool({
  ...shared,
  name: 'list_attendees',
  summary: 'List who takes part in a booking, with their ids.',
  effect: 'read',
  input: z.strictObject({ booking_uid: bookingUid }),
  output: z.array(attendeeWithId),
  aliases: bookingUidAliases,
  command: { resource: 'attendees', action: 'list', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_8x2m' },
  run: async ({ booking_uid }, context: CalContext) => [...(await readAttendees(booking_uid, context))],
  card: (attendees) => toPeopleCard(attendees.length === 1 ? '1 attendee' : `${attendees.length} attendees`, attendees),
});

export const addAttendee = defineTool({
  ...shared,
  name: 'add_attendee',
  summary: 'Add a person to a booking.',
  effect: 'write',
  input: z.strictObject({
    booking_uid: bookingUid,
    name: text.max(500).describe('For example "Grace Hopper".'),
    email: emailAddress.describe('For example "grace@example.com".'),
    time_zone: z.string().optional().describe('IANA zone, for example "Europe/London"; the first attendee\'s when absent.'),
    phone_number: text.optional().describe('For example "+31612345678".'),
    language: text.optional().describe('For example "nl".'),
  }),
  output: attendeeOfBooking,
  aliases: { uid: 'booking_uid', id: 'booking_uid', attendee_time_zone: 'time_zone' },
  command: { resource: 'attendees', action: 'add', positionals: ['booking_uid'] },
  example: { booking_uid: 'bkg_8x2m', name: 'Alan Turing', email: 'alan@example.com' },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkOpen(found, [wanted.email]);
    const zone = checkTimeZone(wanted.time_zone ?? found.attendees[0]?.timeZone ?? context.timeZone);
    return {
      card: toAddingCard(found, [`${wanted.name} (${wanted.email})`], context),
      before: peopleOf(found),
      input: { ...wanted, time_zone: zone },
    };
  },
  run: ({ booking_uid, name, email, time_zone, phone_number, language }, { clients, signal, timeZone }: CalContext) =>
    clients.cal.addAttendee(
      booking_uid,
      {
        ...{ name, email, timeZone: time_zone ?? timeZone },
        ...(phone_number === undefined ? {} : { phoneNumber: phone_number }),
        ...(language === undefined ? {} : { language: language as never }), // the service refuses a language it does not know
      },
      { signal },
    ),
  card: (added) => toPeopleCard('Added', [added]),
  undo: {
    async step({ input, output }, context: CalContext) {
      await findAdded(input.booking_uid, [output.email], context);
      const { attendees } = await findBooking(input.booking_uid, context);
      return {
        tool: 'cal.remove_attendee',
        input: { booking_uid: input.booking_uid, attendees: [output.email] },
        caveats: mailCaveats({ attendees: attendees.filter(({ email }) => email === output.email) }, context, 'a cancellation follows it'),
      };
    },
  },
  async settle({ input }, context: CalContext) {
    const added = (await readAttendees(input.booking_uid, context)).find(({ email }) => isSame(email, input.email));
    if (added === undefined) return { happened: false };
    return { happened: true, output: { ...added, bookingId: (await findBooking(input.booking_uid, context)).id } };
  },
});

export const removeAttendee = defineTool({
  ...shared,
  name: 'remove_attendee',
  summary: 'Take people who were added, or guests, out of a booking.',
  effect: 'destroy',
  input: z.strictObject({
    booking_uid: bookingUid,
    attendees: z.array(text).min(1).max(30).describe('Their addresses or ids, for example ["grace@example.com"].'),
  }),
  output: z.array(attendeeOfBooking),
  aliases: {
    ...{ uid: 'booking_uid', id: 'booking_uid' },
    ...{ attendee: 'attendees', attendee_id: 'attendees', email: 'attendees', attendee_email: 'attendees' },
  },
  accept: ({ attendees, ...given }) => ({
    ...given,
    ...(attendees === undefined ? {} : { attendees: (Array.isArray(attendees) ? attendees : [attendees]).map(toText) }),
  }),
  command: { resource: 'attendees', action: 'remove', positionals: ['booking_uid', 'attendees'] },
  example: { booking_uid: 'bkg_8x2m', attendees: ['grace@example.com'] },
  async plan(wanted, context: CalContext) {
    const found = await findBooking(wanted.booking_uid, context);
    checkStatus(found, STANDING, 'changed');
    const people = await readAttendees(wanted.booking_uid, context);
    const leaving = wanted.attendees.map((name) => findPerson(name, { people, title: found.title }));
    const [first] = people;
    if (first !== undefined && leaving.includes(first)) {
      throw new AppError('invalid_input', `"${first.email}" made "${found.title}" and cannot be taken out of it.`, {
        hint: 'Cancel the booking instead; nothing was changed.',
      });
    }
    return {
      card: {
        ...toBookingCard(found, context.timeZone),
        status: { text: 'People to be taken out', tone: 'bad' },
        fields: [{ label: 'Without', value: leaving.map(nameOf).join(', ') }, ...bookingFields(found)],
      },
      before: { ...peopleOf(found), leaving },
      input: { ...wanted, attendees: leaving.map(({ email }) => email) },
    };
  },
  async run({ booking_uid, attendees }, context: CalContext) {
    const { clients, signal } = context;
    const people = await readAttendees(booking_uid, context);
    const leaving = attendees.map((name) => findPerson(name, { people, title: booking_uid }));
    const removed = [];
    for (const { id, email } of leaving) {
      try {
        removed.push(await clients.cal.deleteAttendee(booking_uid, id, { signal }));
      } catch (error) {
        if (removed.length === 0 || !(error instanceof AppError)) throw error;
        throw new AppError(error.code, `"${email}" was not taken out: ${error.message}`, {
          cause: error,
          hint: `${removed.map((one) => `"${one.email}"`).join(', ')} no longer takes part. Try again for the others.`,
          details: { removed: removed.map((one) => one.email) },
        });
      }
    }
    return removed;
  },
  card: (removed) => toPeopleCard('Taken out', removed),
  undo: {
    async step({ input, output, before }, context: CalContext) {
      const found = await findBooking(input.booking_uid, context);
      checkStatus(found, STANDING, 'changed');
      const back = output.find(({ email }) => found.attendees.some((attendee) => isSame(attendee.email, email)));
      if (back !== undefined) {
        throw new AppError('conflict', `"${back.email}" takes part again, so there is nothing to undo.`, { hint: 'Nothing was changed.' });
      }
      const { guests } = before as PeopleImage; // the image that `plan` made
      const areGuests = output.every(({ email }) => guests.some((guest) => isSame(guest, email)));
      const [only] = output;
      if (!areGuests && (only === undefined || output.length > 1)) {
        throw new AppError(
          'unsupported',
          `${output.map(({ email }) => `"${email}"`).join(', ')} were no guests, and are added one by one.`,
          {
            hint: 'Add them with add_attendee; nothing was changed.',
          },
        );
      }
      const caveats = mailCaveats({ attendees: output }, context, 'a new invitation follows it');
      if (areGuests) {
        return { tool: 'cal.add_guests', input: { booking_uid: input.booking_uid, guests: output.map(toPerson) }, caveats };
      }
      return { tool: 'cal.add_attendee', input: { booking_uid: input.booking_uid, ...(only ? toPerson(only) : {}) }, caveats };
    },
  },
  async settle({ input, before }, context: CalContext) {
    const people = await readAttendees(input.booking_uid, context);
    const left = input.attendees.filter((email) => people.some((person) => isSame(person.email, email)));
    if (left.length === input.attendees.length) return { happened: false };
    if (left.length > 0) return { happened: 'unknown' };
    const { id: bookingId } = await findBooking(input.booking_uid, context);
    const { leaving } = before as { readonly leaving: readonly AttendeeWithId[] }; // the image that `plan` made
    return { happened: true, output: leaving.map((person) => ({ ...person, bookingId })) };
  },
});

/** Who took part before a change. */
export interface PeopleImage {
  readonly uid: string;
  readonly attendees: readonly string[];
  readonly guests: readonly string[];
}

export function peopleOf({ uid, attendees, guests }: Booking): PeopleImage {
  return { uid, attendees: attendees.map(({ email }) => email), guests: guests ?? [] };
}

export async function readAttendees(uid: string, { clients, signal }: CalContext): Promise<readonly AttendeeWithId[]> {
  return findOr(clients.cal.listAttendees(uid, { signal }), { what: `booking "${uid}"`, list: 'list_bookings' });
}

/** Throws what the service would refuse: a booking that is over and done with, one with seats, somebody who takes part already. */
export function checkOpen(found: Booking, emails: readonly string[]): void {
  checkStatus(found, STANDING, 'changed');
  if (found.attendees.some(({ seatUid }) => seatUid)) {
    throw new AppError('unsupported', `"${found.title}" has seats: nobody is added to it.`, { hint: 'Book a seat of it instead.' });
  }
  const known = emails.filter((email) => [...found.attendees, ...found.hosts].some((person) => isSame(person.email, email)));
  if (known.length === 0 || known.length < emails.length) return;
  throw new AppError('conflict', `${known.map((email) => `"${email}"`).join(', ')} takes part in "${found.title}" already.`, {
    hint: 'Nothing was changed.',
  });
}

/** Throws `conflict` when somebody who was added is there no more. */
export async function findAdded(uid: string, emails: readonly string[], context: CalContext): Promise<void> {
  checkStatus(await findBooking(uid, context), STANDING, 'changed');
  const people = await readAttendees(uid, context);
  const gone = emails.find((email) => !people.some((person) => isSame(person.email, email)));
  if (gone === undefined) return;
  throw new AppError('conflict', `"${gone}" was taken out since, so this cannot be undone.`, { hint: 'Nothing was changed.' });
}

export function toAddingCard(found: Booking, names: readonly string[], { timeZone }: CalContext): Card {
  return {
    ...toBookingCard(found, timeZone),
    status: { text: 'People to be added', tone: 'warning' },
    fields: [{ label: 'Added', value: names.join(', ') }, ...bookingFields(found)],
  };
}

export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function toPeopleCard(title: string, people: readonly AttendeeWithId[]): Card {
  return {
    kind: 'list',
    title,
    items: people.map(({ id, name, email, timeZone, absent }) => ({
      title: name || email,
      detail: [email, timeZone].join(' · '),
      ref: String(id),
      ...(absent ? { status: { text: 'Absent', tone: 'bad' as const } } : {}),
    })),
  };
}

function findPerson(
  name: string,
  { people, title }: { readonly people: readonly AttendeeWithId[]; readonly title: string },
): AttendeeWithId {
  const found = people.find(({ id, email }) => isSame(email, name) || String(id) === name);
  if (found !== undefined) return found;
  throw new AppError('not_found', `"${name}" does not take part in "${title}".`, {
    hint: `There are: ${people.map(nameOf).join(', ')}.`,
  });
}

function toPerson({ name, email, timeZone, phoneNumber, language }: AttendeeWithId) {
  return {
    ...(name === '' ? {} : { name }),
    ...{ email, time_zone: timeZone },
    ...(phoneNumber ? { phone_number: phoneNumber } : {}),
    ...(language ? { language } : {}),
  };
}

function nameOf({ name, email }: AttendeeWithId): string {
  return name === '' ? email : `${name} (${email})`;
}

function toText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}
