import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { hashOf } from '../../toolkit/signature.ts';
import type { Booking } from '../../wire/calcom/bookings.ts';
import type { CalContext } from './fields.ts';

/** What the tools that change a booking have in common. */
export const reason = z
  .string()
  .trim()
  .min(1)
  .max(1000)
  .optional()
  .describe('Why, for the attendee to read, for example "Something came up."');

export const seatUid = z
  .string()
  .trim()
  .min(1)
  .optional()
  .describe('Of a booking with seats: the one seat that is meant, for example "seat_2k9".');

export const moreBody = z
  .record(z.string(), z.unknown())
  .optional()
  .describe('More, by the API\'s names, for example {"rescheduledBy":"ada@example.com"}.');

type Given = Readonly<Record<string, unknown>>;

/** Takes what `body` says by the API's names to the arguments of the tool; what the tool has no argument for stays in `body` and is passed on. */
export function acceptBody({ body, ...given }: Given, names: Readonly<Record<string, string>>): Given {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { ...given, ...(body === undefined ? {} : { body }) };
  const known: { [name: string]: unknown } = {};
  const rest: { [name: string]: unknown } = {};
  for (const [key, value] of Object.entries(body)) {
    const name = names[key];
    if (name === undefined) rest[key] = value;
    else if ((given[name] ?? known[name] ?? value) === value) known[name] = value;
    else {
      throw new AppError('invalid_input', `"${name}" is given twice, and "body.${key}" says ${JSON.stringify(value)}.`, {
        hint: `Give "${name}" once; nothing was changed.`,
      });
    }
  }
  return { ...given, ...known, ...(Object.keys(rest).length === 0 ? {} : { body: rest }) };
}

export function checkStatus(found: Booking, allowed: readonly Booking['status'][], verb: string): void {
  if (allowed.includes(found.status)) return;
  const now = found.rescheduledToUid ? `moved to "${found.rescheduledToUid}"` : found.status;
  throw new AppError('conflict', `"${found.title}" cannot be ${verb}: it is already ${now}.`, {
    hint: found.rescheduledToUid ? `Use "${found.rescheduledToUid}" instead.` : 'Nothing was changed.',
    details: { status: found.status },
  });
}

export const STANDING: readonly Booking['status'][] = ['accepted', 'pending', 'awaiting_host'];

/** What the change would alter: kept for the journal, and compared when an approval is redeemed. */
export type BookingImage = Omit<Booking, 'updatedAt'>;

export function imageOf({ updatedAt: _updatedAt, ...booking }: Booking): BookingImage {
  return booking;
}

/** Throws `conflict` when a booking is not as a write left it. Answers of different calls differ in what they add, so only what matters is compared. */
export function checkAsLeft(left: Booking, found: Booking): void {
  if (hashOf(standOf(left)) === hashOf(standOf(found))) return;
  const now = found.rescheduledToUid
    ? `moved to "${found.rescheduledToUid}"`
    : found.status === left.status
      ? 'changed'
      : (found.status as string);
  throw new AppError('conflict', `"${left.title}" was ${now} since, so this cannot be undone.`, {
    hint: 'Nothing was changed. Look at it, and change what you want by hand.',
    details: { status: found.status },
  });
}

function standOf({ status, start, end, location, rescheduledToUid, absentHost, attendees }: Booking) {
  const people = attendees.map(({ name, email, absent }) => [email.toLowerCase(), name, absent ?? false]);
  return {
    ...{ status, start: Date.parse(start), end: Date.parse(end), location: location ?? null },
    ...{ rescheduledToUid: rescheduledToUid ?? null, absentHost: absentHost ?? false },
    attendees: people.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  };
}

export function reasonField(why: string | undefined) {
  return why === undefined ? [] : [{ label: 'Reason', value: why }];
}

/** What stays in other people's mailboxes; nothing where no mail goes out. */
export function mailCaveats({ attendees }: Pick<Booking, 'attendees'>, { clients }: CalContext, then: string): readonly string[] {
  if (clients.invitationNotice !== undefined) return [];
  const names = attendees.map(({ name, email }) => name || email).slice(0, 3);
  const [first = 'the attendee'] = names;
  const whose =
    names.length === 1 ? `${first}'s mailbox` : `the mailboxes of ${names.join(', ')}${attendees.length > 3 ? ' and others' : ''}`;
  return [`The mail that was sent stays in ${whose}; ${then}.`];
}
