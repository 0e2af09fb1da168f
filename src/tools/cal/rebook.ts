import { AppError } from '../../errors.ts';
import type { UndoStep } from '../../toolkit/tool.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { toRangeLabel } from '../moment.ts';
import { spanOf } from './booking-card.ts';
import { type BookingImage, mailCaveats, STANDING } from './change-booking.ts';
import { defined } from './defined.ts';
import { type CalContext, findOwnEventType } from './fields.ts';
import { findOrNothing } from './undoing.ts';

/** A booking before it was cancelled, and those of its series that went with it. */
export interface CancelledImage extends BookingImage {
  readonly cancelledToo?: readonly { readonly uid: string; readonly start: string }[];
}

/** The call that books again what was cancelled: the same time, people and answers. Whether the time is still free, its own plan finds out. */
export async function toRebooking(before: CancelledImage, seatUid: string | undefined, context: CalContext): Promise<UndoStep> {
  const { timeZone, now } = context;
  const { start, end } = spanOf(before);
  const label = toRangeLabel(start, end, timeZone);
  if (start <= now) throw unsupported(`"${before.title}" was ${label}, and that is over.`);
  await checkStillCancelled(before, seatUid, context);
  const id = before.eventType?.id ?? before.eventTypeId;
  if (id === null || id === undefined) throw unsupported(`"${before.title}" has no event type any more that it could be booked by.`);
  const own = await findOwnEventType(id, context);
  const [host] = before.hosts;
  if (own === undefined && !host?.username) throw unsupported(`The event type of "${before.title}" is gone.`);
  const reference = own === undefined ? { username: host?.username, event_type_slug: before.eventType?.slug } : { event_type_id: id };
  const person = seatUid === undefined ? before.attendees[0] : before.attendees.find((attendee) => attendee.seatUid === seatUid);
  if (person === undefined) throw unsupported(`Nobody is known who took part in "${before.title}".`);
  const isSeated = before.attendees.some((attendee) => attendee.seatUid);
  if (isSeated && seatUid === undefined && before.attendees.length > 1) {
    throw unsupported(`"${before.title}" had ${before.attendees.length} seats taken, and each is booked by itself.`);
  }
  const others = isSeated ? [] : before.attendees.slice(1);
  const guests = isSeated ? [] : others.map(({ email }) => email);
  const answers = answersOf(isSeated ? (person.bookingFieldsResponses ?? {}) : (before.bookingFieldsResponses ?? {}));
  const count = before.recurringBookingUid ? 1 + (before.cancelledToo?.length ?? 0) : undefined;
  return {
    tool: 'cal.create_booking',
    input: defined({
      ...reference,
      start: before.start,
      duration_minutes: before.duration,
      attendee: {
        name: person.name,
        // Who has only a telephone has an address of the service's own.
        ...(person.email === '' || person.email.endsWith('@sms.invalid') ? {} : { email: person.email }),
        time_zone: person.timeZone,
        ...(person.phoneNumber ? { phone_number: person.phoneNumber } : {}),
        ...(person.language ? { language: person.language } : {}),
      },
      ...answers,
      guests: guests.length === 0 ? undefined : guests,
      location: toLocation(before.location, own),
      metadata: orNothing((isSeated ? person.metadata : before.metadata) ?? {}),
      recurrence_count: count,
    }),
    caveats: [
      'It is a new booking with a new uid.',
      ...mailCaveats({ attendees: [person, ...others] }, context, 'a new invitation follows it'),
      ...(others.some(({ name }) => name !== '') ? ['Those who were added by name come back as guests.'] : []),
      ...(before.status === 'pending' ? ['It was waiting for its host; booked by the host it counts as confirmed.'] : []),
    ],
  };
}

async function checkStillCancelled(before: CancelledImage, seatUid: string | undefined, { clients, signal }: CalContext): Promise<void> {
  const found = await findOrNothing(clients.cal.getBooking(before.uid, { signal }));
  if (found?.rescheduledToUid) {
    throw new AppError('conflict', `"${before.title}" was moved to "${found.rescheduledToUid}" since, so this cannot be undone.`, {
      hint: 'Nothing was changed.',
    });
  }
  const isBack =
    seatUid === undefined
      ? found !== undefined && STANDING.includes(found.status)
      : (await findOrNothing(clients.cal.getBookingBySeat(seatUid, { signal })))?.status === 'accepted';
  if (isBack) throw new AppError('conflict', `"${before.title}" stands, so there is nothing to undo.`, { hint: 'Nothing was changed.' });
}

/** The API adds these to every booking's answers. */
const ADDED = new Set(['name', 'email', 'displayEmail', 'guests', 'displayGuests', 'location', 'rescheduleReason', 'attendeePhoneNumber']);

function answersOf(responses: Readonly<Record<string, unknown>>) {
  const { title, notes, ...rest } = Object.fromEntries(
    Object.entries(responses).filter(([slug, answer]) => !ADDED.has(slug) && answer !== '' && answer !== null),
  );
  return defined({
    title: typeof title === 'string' ? title : undefined,
    notes: typeof notes === 'string' ? notes : undefined,
    booking_fields: orNothing(rest),
  });
}

/** Where it was, unless that is where the event type puts it anyway, or a room that is made anew. */
function toLocation(location: string | null | undefined, eventType: EventType | undefined) {
  if (!location || location.startsWith('integrations:')) return undefined;
  const offered = eventType?.locations ?? [];
  const [first] = offered;
  if (first !== undefined && [first.address, first.link, first.phone].includes(location)) return undefined;
  const fixed = offered.find(({ address, link, phone }) => [address, link, phone].includes(location));
  if (fixed !== undefined) return { type: fixed.type };
  if (offered.some(({ type }) => type === 'attendeeAddress')) return { type: 'attendeeAddress', address: location };
  return location;
}

function orNothing(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  return Object.keys(values).length === 0 ? undefined : values;
}

function unsupported(why: string): AppError {
  return new AppError('unsupported', `${why} It cannot be undone.`, { hint: 'Make a new booking instead; nothing was changed.' });
}
