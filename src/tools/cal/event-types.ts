import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardItem } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type EventType, eventType } from '../../wire/calcom/event-types.ts';
import { defined } from './defined.ts';
import { type CalContext, findEventType, rowId, shared } from './fields.ts';

const text = z.string().trim().min(1);

export const listEventTypes = defineTool({
  ...shared,
  name: 'list_event_types',
  summary: 'List what people can book: every event type with its id, slug and length.',
  effect: 'read',
  everyday: true,
  input: z.strictObject({
    username: text.optional().describe('Somebody else\'s public ones, for example "bailey"; yours when absent.'),
    event_slug: text.optional().describe('Only the one with this slug, for example "30min".'),
    team_id: rowId.optional().describe('Those of this team, for example 1.'),
    limit: z.int().min(1).max(250).optional().describe('How many at most, for example 20; all when absent.'),
    page: z.int().min(1).max(1_000_000).optional().describe('Which page of so many, for example 2.'),
  }),
  output: z.array(eventType),
  aliases: { event_type_slug: 'event_slug', slug: 'event_slug', take: 'limit' },
  command: { resource: 'event-types', action: 'list' },
  example: { limit: 20 },
  async run({ username, event_slug, team_id, limit, page = 1 }, { clients, signal }: CalContext) {
    const found =
      team_id === undefined
        ? await clients.cal.listEventTypes(defined({ username, eventSlug: username === undefined ? undefined : event_slug }), { signal })
        : await clients.cal.listTeamEventTypes(team_id, { signal });
    const meant = event_slug === undefined ? found : found.filter(({ slug }) => slug === event_slug);
    // The API answers all at once.
    return limit === undefined ? [...meant] : meant.slice((page - 1) * limit, page * limit);
  },
  card: (eventTypes) => ({
    kind: 'event-type-list',
    title: eventTypes.length === 1 ? '1 event type' : `${eventTypes.length} event types`,
    items: eventTypes.map(toItem),
    ...(eventTypes.length === 0 ? { note: 'There is nothing to book yet.' } : {}),
  }),
});

export const getEventType = defineTool({
  ...shared,
  name: 'get_event_type',
  summary: 'Show one event type: its length, rules and what it asks bookers.',
  effect: 'read',
  input: z.strictObject({
    id: rowId.optional().describe("The event type's id, for example 2."),
    slug: text.optional().describe('Or its slug, for example "30min".'),
    username: text.optional().describe('Whose it is, for example "bailey"; yours when absent.'),
  }),
  output: eventType,
  aliases: { event_type_id: 'id', event_type_slug: 'slug', event_slug: 'slug' },
  command: { resource: 'event-types', action: 'get', positionals: ['id|slug'] },
  example: { id: 2 },
  async run({ id, slug, username }, context: CalContext) {
    if (id === undefined && slug === undefined) {
      throw new AppError('invalid_input', 'Neither "id" nor "slug" says which event type is meant.', { hint: 'Give one of them.' });
    }
    return findEventType({ event_type_id: id, event_type_slug: slug, username }, context);
  },
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
      ...questionsOf(found),
      ...(found.bookingUrl ? [{ label: 'Booking page', value: found.bookingUrl }] : []),
    ],
  }),
});

function questionsOf({ bookingFields }: EventType) {
  const asked = (bookingFields ?? []).filter(({ isDefault, required, hidden }) => isDefault !== true && required && !hidden);
  return asked.length === 0 ? [] : [{ label: 'Asks for', value: asked.map(({ slug, label }) => `${label ?? slug} (${slug})`).join(', ') }];
}

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
