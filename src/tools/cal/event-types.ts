import { z } from 'zod';
import type { Card, CardItem } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type EventType, eventType } from '../../wire/calcom/event-types.ts';
import type { CalContext } from './fields.ts';

export const listEventTypes = defineTool({
  namespace: 'cal',
  name: 'list_event_types',
  summary: 'List what people can book: every event type with its id, slug and length.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({}),
  output: z.array(eventType),
  run: async (_input, { clients, signal }: CalContext) => [...(await clients.cal.listEventTypes({}, { signal }))],
  card: (eventTypes) => ({
    kind: 'event-type-list',
    title: eventTypes.length === 1 ? '1 event type' : `${eventTypes.length} event types`,
    items: eventTypes.map(toItem),
    ...(eventTypes.length === 0 ? { note: 'There is nothing to book yet.' } : {}),
  }),
});

export const getEventType = defineTool({
  namespace: 'cal',
  name: 'get_event_type',
  summary: 'Show one event type with its rules.',
  effect: 'read',
  accounts: ['local', 'hosted'],
  input: z.strictObject({ eventTypeId: z.int().positive().describe("The event type's id, for example 2.") }),
  output: eventType,
  run: ({ eventTypeId }, { clients, signal }: CalContext) => clients.cal.getEventType(eventTypeId, { signal }),
  card: (found): Card => ({
    kind: 'event-type',
    title: found.title,
    ...(found.hidden ? { status: { text: 'Hidden', tone: 'neutral' } } : {}),
    fields: [
      { label: 'Length', value: lengthsOf(found) },
      { label: 'Slug', value: found.slug },
      ...(found.description ? [{ label: 'About', value: found.description }] : []),
      ...minutesField('Notice', found.minimumBookingNotice),
      ...minutesField('Buffer before', found.beforeEventBuffer),
      ...minutesField('Buffer after', found.afterEventBuffer),
      ...(found.bookingUrl ? [{ label: 'Booking page', value: found.bookingUrl }] : []),
    ],
  }),
});

function toItem(found: EventType): CardItem {
  return {
    title: found.title,
    detail: [lengthsOf(found), found.slug, ...(found.description ? [found.description] : [])].join(' · '),
    ref: String(found.id),
    ...(found.hidden ? { status: { text: 'Hidden', tone: 'neutral' } } : {}),
  };
}

function lengthsOf({ lengthInMinutes, lengthInMinutesOptions }: EventType): string {
  const others = (lengthInMinutesOptions ?? []).filter((minutes) => minutes !== lengthInMinutes);
  return `${lengthInMinutes} min${others.length > 0 ? ` (or ${others.join(', ')})` : ''}`;
}

function minutesField(label: string, minutes: number | null | undefined) {
  return minutes ? [{ label, value: minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min` }] : [];
}
