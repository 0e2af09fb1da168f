import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type Booking, booking, type CreateBooking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { bookingLocationInput } from '../../wire/calcom/locations.ts';
import { parseMoment, toCardTime, toRangeLabel } from '../moment.ts';
import { accountZone } from './account-zone.ts';
import { checkAnswers, findUnanswered } from './booking-answers.ts';
import { toChangedCard } from './booking-card.ts';
import { acceptBookingWish, type BookingWish, bookingWish, bookingWishAliases } from './booking-wish.ts';
import { type CalContext, findEventType, offersLength, shared } from './fields.ts';
import { checkFree } from './free.ts';
import { settleCreated, undoCreated } from './made-booking.ts';

export const createBooking = defineTool({
  ...shared,
  name: 'create_booking',
  summary: 'Book a time of an event type for an attendee.',
  effect: 'write',
  everyday: true,
  input: bookingWish,
  output: booking,
  aliases: bookingWishAliases,
  accept: acceptBookingWish,
  command: {
    resource: 'bookings',
    action: 'create',
    flags: {
      'event-type': 'event_type_id|event_type_slug',
      name: 'attendee.name',
      email: 'attendee.email',
      'attendee-time-zone': 'attendee.time_zone',
      duration: 'duration_minutes',
      guest: 'guests',
    },
    phrases: { start: 'moment' },
  },
  example: {
    event_type_slug: '30min',
    start: '2030-01-08T14:00:00Z',
    attendee: { name: 'Ada Lovelace', email: 'ada@example.com' },
  },
  lacks: findUnanswered,
  plan: planBooking,
  run: makeBooking,
  card: toChangedCard,
  undo: { step: undoCreated },
  settle: settleCreated,
});

/** Reads whether it can be booked, and says what would be. */
export async function planBooking(wanted: BookingWish, context: CalContext) {
  const { eventType, start, durationMinutes, attendeeZone } = await readWish(wanted, context);
  checkAnswers({
    eventType,
    booking_fields: { ...wanted.booking_fields, title: wanted.title, notes: wanted.notes },
    phone_number: wanted.attendee.phone_number,
    guests: wanted.guests ?? [],
  });
  if (wanted.instant !== true) await checkFree({ eventType, start, durationMinutes }, context);
  return {
    card: toQuestionCard(wanted, { eventType, start, durationMinutes, attendeeZone }, context),
    before: null,
    input: {
      ...toReference(wanted, eventType),
      ...withoutReference(wanted),
      start: new Date(start).toISOString(),
      attendee: { ...wanted.attendee, time_zone: attendeeZone },
      duration_minutes: durationMinutes,
    },
  };
}

/** Books; `wanted` is what `planBooking` made of a wish. */
export async function makeBooking(wanted: BookingWish, context: CalContext): Promise<Booking> {
  const { eventType, start, durationMinutes, attendeeZone } = await readWish(wanted, context);
  const { attendee, guests = [], instant, metadata, recurrence_count } = wanted;
  const answers = {
    ...wanted.booking_fields,
    ...(wanted.title === undefined ? {} : { title: wanted.title }),
    ...(wanted.notes === undefined ? {} : { notes: wanted.notes }),
  };
  const body: CreateBooking = {
    ...(wanted.username === undefined
      ? { eventTypeId: eventType.id }
      : { username: wanted.username, eventTypeSlug: wanted.event_type_slug ?? eventType.slug }),
    start: new Date(start).toISOString(),
    attendee: {
      name: attendee.name,
      ...(attendee.email === undefined ? {} : { email: attendee.email }),
      ...(attendee.phone_number === undefined ? {} : { phoneNumber: attendee.phone_number }),
      ...(attendee.language === undefined ? {} : { language: attendee.language as never }), // the service refuses a language it does not know
      timeZone: attendeeZone,
    },
    ...(durationMinutes === eventType.lengthInMinutes ? {} : { lengthInMinutes: durationMinutes }),
    ...(Object.keys(answers).length === 0 ? {} : { bookingFieldsResponses: answers }),
    ...(guests.length === 0 ? {} : { guests }),
    ...(wanted.location === undefined ? {} : { location: parseLocation(wanted.location) }),
    ...(metadata === undefined ? {} : { metadata: metadata as Record<string, string> }), // the service refuses other values
    ...(recurrence_count === undefined ? {} : { recurrenceCount: recurrence_count }),
    ...(instant === true ? { instant } : {}),
  };
  return context.clients.cal.createBooking(body, { signal: context.signal });
}

interface Read {
  readonly eventType: EventType;
  readonly start: number;
  readonly durationMinutes: number;
  readonly attendeeZone: string;
}

async function readWish(wanted: BookingWish, context: CalContext): Promise<Read> {
  const { attendee } = wanted;
  if (attendee.email === undefined && attendee.phone_number === undefined) {
    throw new AppError('invalid_input', `"${attendee.name}" has neither an e-mail address nor a phone number.`, {
      hint: 'Give attendee.email, or attendee.phone_number.',
    });
  }
  const start = parseMoment(wanted.start, context.timeZone);
  const end = wanted.end === undefined ? undefined : parseMoment(wanted.end, context.timeZone);
  const fromEnd = end === undefined ? undefined : (end - start) / 60_000;
  const chosen = wanted.duration_minutes ?? (fromEnd !== undefined && Number.isInteger(fromEnd) && fromEnd > 0 ? fromEnd : undefined);
  const eventType = await findEventType({ ...wanted, duration_minutes: chosen }, context);
  const durationMinutes = chosen ?? eventType.lengthInMinutes;
  if (end !== undefined && fromEnd !== durationMinutes) throw toWrongEnd({ wanted, eventType, start, durationMinutes }, context);
  checkLength(eventType, durationMinutes);
  if (wanted.location !== undefined) parseLocation(wanted.location);
  if (wanted.recurrence_count !== undefined && !isRecurring(eventType)) {
    throw new AppError('invalid_input', `"${eventType.title}" is not booked as a series, so "recurrence_count" has no meaning.`, {
      hint: 'Leave it out, or choose an event type that recurs.',
    });
  }
  return { eventType, start, durationMinutes, attendeeZone: checkTimeZone(attendee.time_zone ?? (await accountZone(context))) };
}

function isRecurring({ recurrence }: EventType): boolean {
  return recurrence !== null && recurrence !== undefined && recurrence.disabled !== true;
}

function checkLength(eventType: EventType, minutes: number): void {
  if (offersLength(eventType, minutes)) return;
  throw new AppError('invalid_input', `"${eventType.title}" cannot last ${minutes} minutes.`, {
    hint: `It lasts ${lengthsOf(eventType).join(' or ')} minutes; choose that, or another event type.`,
  });
}

function toWrongEnd(
  { wanted, eventType, start, durationMinutes }: Omit<Read, 'attendeeZone'> & { readonly wanted: BookingWish },
  { timeZone }: CalContext,
): AppError {
  const end = start + durationMinutes * 60_000;
  return new AppError(
    'invalid_input',
    `The end "${wanted.end}" does not fit: "${eventType.title}" lasts ${lengthsOf(eventType).join(' or ')} minutes.`,
    {
      hint: `From that start it is ${toRangeLabel(start, end, timeZone)}: give the end "${new Date(end).toISOString()}", or leave it out.`,
    },
  );
}

function lengthsOf(eventType: EventType): readonly number[] {
  return [...new Set([eventType.lengthInMinutes, ...(eventType.lengthInMinutesOptions ?? [])])];
}

function parseLocation(location: NonNullable<BookingWish['location']>) {
  const parsed = bookingLocationInput.safeParse(location);
  if (parsed.success) return parsed.data;
  throw new AppError('invalid_input', `"location" is not a place that can be chosen: ${JSON.stringify(location)}.`, {
    hint: 'For example {"type":"attendeeAddress","address":"Main Street 1"}, {"type":"link"}, or a link as text.',
  });
}

/** By whom it can be found again: somebody else's by username and slug, since its id tells only its owner. */
function toReference({ username }: BookingWish, eventType: EventType): Pick<BookingWish, 'event_type_id' | 'event_type_slug' | 'username'> {
  return username === undefined ? { event_type_id: eventType.id } : { username, event_type_slug: eventType.slug };
}

/** What is left of the wish once the event type and the length are settled. */
function withoutReference({ event_type_id: _id, event_type_slug: _slug, username: _username, end: _end, ...rest }: BookingWish) {
  return rest;
}

function toQuestionCard(wanted: BookingWish, { eventType, start, durationMinutes, attendeeZone }: Read, context: CalContext): Card {
  const { attendee, title, notes, guests = [], booking_fields = {}, location, recurrence_count, username } = wanted;
  const contact = [attendee.email, attendee.phone_number].filter((one) => one !== undefined).join(', ');
  return {
    kind: 'booking',
    title: title ?? `${eventType.title} with ${attendee.name}`,
    time: toCardTime({ start, end: start + durationMinutes * 60_000 }, { timeZone: context.timeZone, otherZone: attendeeZone }),
    fields: [
      { label: 'With', value: `${attendee.name} (${contact})` },
      { label: 'Event type', value: username === undefined ? eventType.title : `${eventType.title} of ${username}` },
      { label: 'Duration', value: `${durationMinutes} min` },
      { label: 'Your time zone', value: context.timeZone },
      {
        label: `${attendee.name}'s time zone`,
        value: attendee.time_zone === undefined ? `${attendeeZone} (assumed)` : attendeeZone,
      },
      ...(notes === undefined ? [] : [{ label: 'Notes', value: notes }]),
      ...Object.entries(booking_fields).map(([slug, answer]) => ({ label: labelOf(eventType, slug), value: toText(answer) })),
      ...(guests.length === 0 ? [] : [{ label: 'Guests', value: guests.join(', ') }]),
      ...(location === undefined ? [] : [{ label: 'Where', value: toText(location) }]),
      ...(recurrence_count === undefined ? [] : [{ label: 'Series of', value: String(recurrence_count) }]),
      ...(wanted.instant === true ? [{ label: 'Instant', value: 'The team is rung now.' }] : []),
      ...(context.account === 'local' ? [] : [{ label: 'Account', value: context.account }]),
    ],
  };
}

function labelOf({ bookingFields }: EventType, slug: string): string {
  return (bookingFields ?? []).find((field) => field.slug === slug)?.label || slug;
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
