import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { booking } from '../../wire/calcom/bookings.ts';
import { accountZone } from '../cal/account-zone.ts';
import { toChangedCard } from '../cal/booking-card.ts';
import type { BookingWish } from '../cal/booking-wish.ts';
import { makeBooking, planBooking } from '../cal/create-booking.ts';
import { type CalContext, minutes } from '../cal/fields.ts';
import { settleCreated, undoCreated } from '../cal/made-booking.ts';
import { type ChosenEventType, chooseEventType } from './event-type.ts';
import { isInHours, startsOf } from './free-time.ts';
import { findAttendee, splitPerson } from './people.ts';
import { readTiming, type Timing, toMomentLabel } from './when.ts';

const MINUTE_MS = 60_000;
const ALTERNATIVES = 5;

const input = z.strictObject({
  with: z.string().trim().min(1).describe('For example "Ada <ada@example.com>", or a known name.'),
  when: z.string().trim().min(1).describe('One time, for example "tomorrow at 2pm".'),
  event_type: z.string().optional().describe('Id, slug or name, for example "intro call".'),
  duration_minutes: minutes.optional().describe('Length, for example 45.'),
  title: z.string().min(1).optional().describe('For example "Roadmap".'),
  notes: z.string().min(1).optional().describe('For example "Bring the numbers."'),
  time_zone: z.string().optional().describe('Their IANA zone, for example "Europe/Rome".'),
  booking_fields: z.record(z.string(), z.unknown()).optional().describe('Answers, for example {"size":"10-50"}.'),
});

type Input = z.output<typeof input>;

export const bookMeeting = defineTool({
  namespace: 'assistant',
  provider: 'cal',
  name: 'book_meeting',
  summary: 'Book a meeting said in words: with whom, when, of which kind.',
  effect: 'write',
  accounts: ['local', 'hosted'],
  everyday: true,
  input,
  output: booking,
  aliases: {
    person: 'with',
    attendee: 'with',
    start: 'when',
    event_type_id: 'event_type',
    event_type_slug: 'event_type',
    duration: 'duration_minutes',
    attendee_time_zone: 'time_zone',
  },
  accept: acceptPerson,
  command: { resource: 'book', positionals: ['with', 'when', 'event_type'] },
  example: { with: 'Ada Lovelace <ada@example.com>', when: 'tomorrow at 2pm' },
  async plan(given, context: CalContext) {
    const attendee = await findAttendee(given.with, context);
    const chosen = await chooseEventType(given, context);
    const timing = await readTiming(given.when, context);
    const start = toStart(timing) ?? (await refuseSpan(given.when, timing, chosen, context));
    const exact: Input = {
      ...given,
      with: `${attendee.name} <${attendee.email}>`,
      when: new Date(start).toISOString(),
      event_type: String(chosen.eventType.id),
      duration_minutes: lengthOf(timing, chosen),
      time_zone: checkTimeZone(given.time_zone ?? (await accountZone(context))),
    };
    const planned = await planBooking(toWish(exact, context), context);
    const assumed = [
      ...chosen.assumed,
      ...timing.assumed,
      ...(given.time_zone === undefined ? [`${attendee.name} is in ${exact.time_zone}`] : []),
      ...(splitPerson(given.with).email === undefined ? [`the address of "${given.with}" is ${attendee.email}`] : []),
    ];
    const card = {
      ...planned.card,
      fields: [...(planned.card.fields ?? []), ...(assumed.length === 0 ? [] : [{ label: 'Assumed', value: assumed.join('; ') }])],
    };
    return { card, before: planned.before, input: exact };
  },
  run: (exact, context: CalContext) => makeBooking(toWish(exact, context), context),
  card: toChangedCard,
  undo: { step: (done, context: CalContext) => undoCreated({ ...done, input: toWish(done.input, context) }, context) },
  settle: (intent, context: CalContext) => settleCreated({ ...intent, input: toWish(intent.input, context) }, context),
});

/** The planned input as the booking it stands for. */
function toWish(
  { with: person, when, event_type, duration_minutes, title, notes, time_zone, booking_fields }: Input,
  { timeZone }: CalContext,
): BookingWish {
  const { name, email } = splitPerson(person);
  if (name === undefined || email === undefined || event_type === undefined || !/^\d+$/.test(event_type)) {
    throw new AppError('internal', 'A meeting was to be booked that was not planned.');
  }
  return {
    event_type_id: Number(event_type),
    start: when,
    attendee: { name, email, time_zone: time_zone ?? timeZone },
    ...(duration_minutes === undefined ? {} : { duration_minutes }),
    ...(title === undefined ? {} : { title }),
    ...(notes === undefined ? {} : { notes }),
    ...(booking_fields === undefined ? {} : { booking_fields }),
  };
}

/** `{ name, email }` as one text, and a number as the id it is. */
function acceptPerson({
  with: person,
  email,
  event_type,
  ...others
}: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const given = typeof person === 'object' && person !== null ? { ...person } : { name: person };
  const { name } = given as { readonly name?: unknown }; // whatever it holds becomes text or stays for the schema to refuse
  const address = (given as { readonly email?: unknown }).email ?? email;
  const text = address === undefined ? name : `${name === undefined ? '' : `${String(name)} `}<${String(address)}>`;
  return {
    ...others,
    ...(text === undefined ? {} : { with: text }),
    ...(event_type === undefined ? {} : { event_type: typeof event_type === 'number' ? String(event_type) : event_type }),
  };
}

function toStart(timing: Timing): number | undefined {
  return timing.kind === 'moment' ? timing.start : undefined;
}

/** "from two to three" says how long, too; a length that the event type does not have is refused when the booking is planned. */
function lengthOf(timing: Timing, { durationMinutes }: ChosenEventType): number {
  return timing.kind === 'moment' && timing.end !== undefined ? (timing.end - timing.start) / MINUTE_MS : durationMinutes;
}

/** "Tomorrow afternoon" is no one time: the free ones in it are said instead. */
async function refuseSpan(
  text: string,
  timing: Timing,
  { eventType, durationMinutes }: ChosenEventType,
  context: CalContext,
): Promise<never> {
  const { clients, signal, now, timeZone } = context;
  const from = Math.max(now, timing.start);
  const to = timing.end ?? timing.start;
  const slots =
    to <= from
      ? {}
      : await clients.cal.getSlots(
          {
            eventTypeId: eventType.id,
            start: new Date(from).toISOString(),
            end: new Date(to - 1).toISOString(),
            ...(durationMinutes === eventType.lengthInMinutes ? {} : { duration: durationMinutes }),
          },
          { signal },
        );
  const hours = timing.kind === 'span' ? timing.hours : undefined;
  const free = startsOf(slots)
    .filter((start) => hours === undefined || isInHours({ start, end: start + durationMinutes * MINUTE_MS }, hours, timeZone))
    .slice(0, ALTERNATIVES);
  const labels = free.map((start) => toMomentLabel(start, timeZone));
  throw new AppError('invalid_input', `"${text}" is not one time${free.length === 0 ? ', and nothing is free then' : ''}.`, {
    hint: free.length === 0 ? 'Look at other days with find_time.' : `Choose one: ${labels.join('; ')}.`,
    details: { reason: 'no_exact_time', eventTypeId: eventType.id, alternatives: free.map((start) => new Date(start).toISOString()) },
  });
}
