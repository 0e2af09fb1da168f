import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { checkTimeZone } from '../../toolkit/time-zone.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { booking } from '../../wire/calcom/bookings.ts';
import type { EventType } from '../../wire/calcom/event-types.ts';
import { parseMoment, toCardTime } from '../moment.ts';
import { toChangedCard } from './booking-card.ts';
import { type CalContext, eventTypeFields, findEventType, moment, offersLength } from './fields.ts';
import { checkFree } from './free.ts';

const input = z.strictObject({
  ...eventTypeFields,
  start: moment,
  attendee: z.strictObject({
    name: z.string().trim().min(1, { error: 'must not be empty' }).max(200).describe('For example "Ada Lovelace".'),
    email: z.email({ error: 'is not an e-mail address' }).describe('For example "ada@example.com".'),
    timeZone: z.string().optional().describe('The attendee\'s IANA zone, for example "Europe/London"; yours when absent.'),
  }),
  durationMinutes: z.int().positive().max(1440).optional().describe('Length, where the event type offers several, for example 45.'),
  title: z.string().trim().min(1).max(500).optional().describe('What it is about, for example "Roadmap".'),
  notes: z.string().trim().min(1).max(5000).optional().describe('Additional notes, for example "Bring the numbers."'),
  guests: z
    .array(z.email({ error: 'is not an e-mail address' }))
    .max(10)
    .optional()
    .describe('More people\'s addresses, for example ["bob@example.com"].'),
});

type Input = z.output<typeof input>;

export const createBooking = defineTool({
  namespace: 'cal',
  name: 'create_booking',
  summary: 'Book a time of an event type for an attendee.',
  effect: 'write',
  accounts: ['local', 'hosted'],
  input,
  output: booking,
  async plan(wanted, context: CalContext) {
    const { eventType, start, durationMinutes, attendeeZone } = await settle(wanted, context);
    await checkFree({ eventType, start, durationMinutes }, context);
    const { attendee, title, notes, guests } = wanted;
    const card: Card = {
      kind: 'booking',
      title: title ?? `${eventType.title} with ${attendee.name}`,
      time: toCardTime({ start, end: start + durationMinutes * 60_000 }, { timeZone: context.timeZone, otherZone: attendeeZone }),
      fields: [
        { label: 'With', value: `${attendee.name} (${attendee.email})` },
        { label: 'Event type', value: eventType.title },
        { label: 'Duration', value: `${durationMinutes} min` },
        { label: 'Your time zone', value: context.timeZone },
        {
          label: `${attendee.name}'s time zone`,
          value: wanted.attendee.timeZone === undefined ? `${attendeeZone} (assumed)` : attendeeZone,
        },
        ...(notes === undefined ? [] : [{ label: 'Notes', value: notes }]),
        ...(guests === undefined || guests.length === 0 ? [] : [{ label: 'Guests', value: guests.join(', ') }]),
        ...(context.account === 'local' ? [] : [{ label: 'Account', value: context.account }]),
      ],
    };
    const exact: Input = {
      eventTypeId: eventType.id,
      start: new Date(start).toISOString(),
      attendee: { ...attendee, timeZone: attendeeZone },
      durationMinutes,
      ...(title === undefined ? {} : { title }),
      ...(notes === undefined ? {} : { notes }),
      ...(guests === undefined ? {} : { guests }),
    };
    return { card, before: null, input: exact };
  },
  async run(wanted, context: CalContext) {
    const { eventType, start, durationMinutes, attendeeZone } = await settle(wanted, context);
    const responses = {
      ...(wanted.title === undefined ? {} : { title: wanted.title }),
      ...(wanted.notes === undefined ? {} : { notes: wanted.notes }),
    };
    return context.clients.cal.createBooking(
      {
        eventTypeId: eventType.id,
        start: new Date(start).toISOString(),
        attendee: { name: wanted.attendee.name, email: wanted.attendee.email, timeZone: attendeeZone },
        ...(durationMinutes === eventType.lengthInMinutes ? {} : { lengthInMinutes: durationMinutes }),
        ...(Object.keys(responses).length === 0 ? {} : { bookingFieldsResponses: responses }),
        ...(wanted.guests === undefined || wanted.guests.length === 0 ? {} : { guests: wanted.guests }),
      },
      { signal: context.signal },
    );
  },
  card: toChangedCard,
});

async function settle(wanted: Input, { clients, signal, timeZone }: CalContext) {
  const eventType = await findEventType(clients.cal, wanted, signal);
  const durationMinutes = wanted.durationMinutes ?? eventType.lengthInMinutes;
  checkLength(eventType, durationMinutes);
  return {
    eventType,
    durationMinutes,
    start: parseMoment(wanted.start, timeZone),
    attendeeZone: checkTimeZone(wanted.attendee.timeZone ?? timeZone),
  };
}

function checkLength(eventType: EventType, minutes: number): void {
  if (offersLength(eventType, minutes)) return;
  const lengths = [...new Set([eventType.lengthInMinutes, ...(eventType.lengthInMinutesOptions ?? [])])];
  throw new AppError('invalid_input', `"${eventType.title}" cannot last ${minutes} minutes.`, {
    hint: `It lasts ${lengths.join(' or ')} minutes; choose that, or another event type.`,
  });
}
