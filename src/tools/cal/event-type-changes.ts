import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardField } from '../../toolkit/card.ts';
import { describeIssues } from '../../toolkit/issues.ts';
import { defineTool } from '../../toolkit/tool.ts';
import {
  type CreateEventType,
  createEventTypeBody,
  type EventType,
  eventType,
  updateEventTypeBody,
} from '../../wire/calcom/event-types.ts';
import { NAMED, SETTINGS, toAllSettings, toBody, toSetting, type Wish } from './event-type-settings.ts';
import type { CalContext } from './fields.ts';
import { checkUntouched, findOr, findOrNothing, makeGone, settleDelete, settleUpdate } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const id = z.int().positive().max(2_147_483_647).describe("The event type's id, for example 2.");
const title = z.string().trim().min(1);
const slug = z.string().trim().min(1);
const length = z.int().min(1).max(1440);
const more = {
  description: z.string().optional().describe('What it is for, for example "A first talk."'),
  hidden: z.boolean().optional().describe('Whether its page does not list it, for example true.'),
  settings: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('More, by the API\'s names, for example {"scheduleId":1,"slotInterval":15}.'),
};

export const createEventType = defineTool({
  ...shared,
  name: 'create_event_type',
  summary: 'Create something that people can book.',
  effect: 'write',
  input: z.strictObject({
    title: title.describe('Its name, for example "Consultation".'),
    length_in_minutes: length.describe('How long it lasts, for example 45.'),
    slug: slug.optional().describe('The end of its link, for example "consultation"; made of the title when absent.'),
    ...more,
  }),
  output: eventType,
  aliases: { length: 'length_in_minutes', duration_minutes: 'length_in_minutes', name: 'title' },
  accept: acceptSettings,
  command: { resource: 'event-types', action: 'create', positionals: ['title', 'length_in_minutes'] },
  example: { title: 'Consultation', length_in_minutes: 45, settings: { minimumBookingNotice: 60 } },
  async plan(given, context: CalContext) {
    const exact = { ...given, slug: given.slug ?? toSlug(given.title) };
    checkSettings(createEventTypeBody, exact, context);
    const taken = (await context.clients.cal.listEventTypes({}, { signal: context.signal })).find((found) => found.slug === exact.slug);
    if (taken !== undefined) {
      throw new AppError('conflict', `There is an event type "${exact.slug}" already: "${taken.title}".`, {
        hint: 'Choose another slug, or change that one with update_event_type.',
      });
    }
    return {
      card: { kind: 'event-type', title: given.title, status: { text: 'To be created', tone: 'warning' }, fields: fieldsOf(exact) },
      before: null,
      input: exact,
    };
  },
  run: ({ slug: wanted, ...given }, { clients, signal }: CalContext) =>
    // The schema demands title and length, and the slug is made of the title.
    clients.cal.createEventType(toBody({ ...given, slug: wanted ?? toSlug(given.title) }) as CreateEventType, { signal }),
  card: (created) => toDoneCard(created, { text: 'Created', tone: 'good' }),
  undo: {
    async step({ output }, { clients, signal }: CalContext) {
      checkUntouched(output.title, output, await findOrNothing(clients.cal.getEventType(output.id, { signal })));
      const booked = await countUpcoming(output.id, { clients, signal });
      if (booked > 0) {
        throw new AppError('conflict', `"${output.title}" has ${booked} upcoming bookings, so it is not taken back.`, {
          hint: 'Cancel them first, or delete it with delete_event_type.',
        });
      }
      return { tool: 'cal.delete_event_type', input: { event_type_id: output.id }, caveats: [] };
    },
  },
  async settle({ input }, { clients, signal }: CalContext) {
    const wanted = input.slug ?? toSlug(input.title);
    const found = (await clients.cal.listEventTypes({}, { signal })).find((candidate) => candidate.slug === wanted);
    // Its plan had found the slug free.
    return found === undefined ? { happened: false } : { happened: true, output: found };
  },
});

export const updateEventType = defineTool({
  ...shared,
  name: 'update_event_type',
  summary: 'Change what people can book.',
  effect: 'write',
  input: z.strictObject({
    event_type_id: id,
    title: title.optional().describe('A new name, for example "Consultation".'),
    length_in_minutes: length.optional().describe('How long it lasts, for example 45.'),
    slug: slug.optional().describe('The end of its link, for example "consultation".'),
    ...more,
  }),
  output: eventType,
  aliases: { id: 'event_type_id', length: 'length_in_minutes', duration_minutes: 'length_in_minutes', name: 'title' },
  accept: acceptSettings,
  command: { resource: 'event-types', action: 'update', positionals: ['event_type_id'] },
  example: { event_type_id: 1, title: 'Quick question', settings: { afterEventBuffer: 5 } },
  async plan(given, context: CalContext) {
    const before = await findEventTypeById(given.event_type_id, context);
    checkSettings(updateEventTypeBody, given, context);
    const names = Object.keys(toBody(given));
    if (names.length === 0) {
      throw new AppError('invalid_input', `Nothing is said about what should change in "${before.title}".`, {
        hint: `Give title, slug, length_in_minutes, description, hidden or settings such as ${SETTINGS.slice(0, 5).join(', ')}.`,
      });
    }
    const former = Object.fromEntries(names.map((name) => [name, (before as Readonly<Record<string, unknown>>)[name]]));
    return {
      card: {
        kind: 'event-type',
        title: before.title,
        status: { text: 'To be changed', tone: 'warning' },
        fields: [
          ...fieldsOf(given),
          ...Object.entries(former).map(([name, value]) => ({ label: `${toLabel(name)} until now`, value: toText(value) })),
          { label: 'Id', value: String(before.id) },
        ],
      },
      before,
      input: given,
    };
  },
  run: ({ event_type_id, ...given }, { clients, signal }: CalContext) =>
    clients.cal.updateEventType(event_type_id, toBody(given), { signal }),
  card: (changed) => toDoneCard(changed, { text: 'Changed', tone: 'good' }),
  undo: {
    async step({ input, output, before }, { clients, signal }: CalContext) {
      checkUntouched(output.title, output, await findOrNothing(clients.cal.getEventType(output.id, { signal })));
      const former = before as EventType; // the image that `plan` made
      const settings = Object.keys(input.settings ?? {}).map((name) => [name, toSetting(former, name)] as const);
      const lost = settings.filter(([, value]) => value === undefined).map(([name]) => name);
      const named = Object.entries(NAMED).filter(([argument]) => input[argument as keyof Wish] !== undefined);
      if (named.length === 0 && lost.length === settings.length) {
        throw new AppError('unsupported', `The API has no way to take "${lost.join('", "')}" away again.`, {
          hint: 'Nothing was changed.',
        });
      }
      const kept = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
      return {
        tool: 'cal.update_event_type',
        input: {
          event_type_id: output.id,
          ...Object.fromEntries(named.map(([argument, name]) => [argument, former[name] ?? NOTHING[name]])),
          ...(Object.keys(kept).length === 0 ? {} : { settings: kept }),
        },
        caveats: lost.map((name) => `"${name}" had no value before, and the API has no way to take it away again.`),
      };
    },
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    const found = await findOrNothing(clients.cal.getEventType(input.event_type_id, { signal }));
    const named = Object.entries(NAMED).filter(([argument]) => input[argument as keyof Wish] !== undefined);
    return settleUpdate(found, {
      before,
      isDone: (now) =>
        input.settings === undefined && named.every(([argument, name]) => (now[name] ?? null) === input[argument as keyof typeof NAMED]),
    });
  },
});

export const deleteEventType = defineTool({
  ...shared,
  name: 'delete_event_type',
  summary: 'Delete what people can book; its bookings stay.',
  effect: 'destroy',
  input: z.strictObject({ event_type_id: id }),
  output: eventType,
  aliases: { id: 'event_type_id' },
  command: { resource: 'event-types', action: 'delete', positionals: ['event_type_id'] },
  example: { event_type_id: 3 },
  async plan(given, context: CalContext) {
    const before = await findEventTypeById(given.event_type_id, context);
    const [booked, webhooks] = await Promise.all([
      countUpcoming(before.id, context),
      findOrNothing(context.clients.cal.listEventTypeWebhooks(before.id, {}, { signal: context.signal })),
    ]);
    const hooks = webhooks?.length ?? 0;
    return {
      card: {
        ...toDoneCard(before, { text: 'To be deleted', tone: 'bad' }),
        ...(booked === 0 ? {} : { note: `${booked} upcoming ${booked === 1 ? 'booking stays' : 'bookings stay'} in the calendar.` }),
      },
      before: { eventType: before, webhooks: hooks },
      input: given,
    };
  },
  async run({ event_type_id }, context: CalContext) {
    const found = await findEventTypeById(event_type_id, context);
    const { clients, signal } = context;
    const look = () => findOrNothing(clients.cal.getEventType(event_type_id, { signal }));
    await makeGone(clients.cal.deleteEventType(event_type_id, { signal }), look);
    return found;
  },
  card: (gone) => toDoneCard(gone, { text: 'Deleted', tone: 'bad' }),
  undo: {
    async step({ output, before }) {
      const { webhooks = 0 } = (before ?? {}) as { readonly webhooks?: number }; // the image that `plan` made
      const settings = toAllSettings(output);
      return {
        tool: 'cal.create_event_type',
        input: {
          title: output.title,
          slug: output.slug,
          length_in_minutes: output.lengthInMinutes,
          ...(output.description ? { description: output.description } : {}),
          ...(output.hidden ? { hidden: true } : {}),
          ...(Object.keys(settings).length === 0 ? {} : { settings }),
        },
        caveats: [
          'It gets a new id; its link is the same.',
          'Bookings that were made of it stay, but do not belong to the new one.',
          ...(webhooks === 0 ? [] : [`Its ${webhooks === 1 ? 'webhook does' : `${webhooks} webhooks do`} not come back.`]),
        ],
      };
    },
  },
  async settle({ input, before }, { clients, signal }: CalContext) {
    const { eventType: former } = before as { readonly eventType: EventType }; // the image that `plan` made
    return settleDelete(await findOrNothing(clients.cal.getEventType(input.event_type_id, { signal })), former);
  },
});

/** What a named argument is when it had no value. */
const NOTHING: Readonly<Record<string, unknown>> = { description: '', hidden: false };

/** Settings that stand beside the arguments instead of inside `settings`, by the API's names. */
function acceptSettings({ schedule_id, ...raw }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const given = schedule_id === undefined ? raw : { ...raw, scheduleId: schedule_id };
  const beside = Object.entries(given).filter(([name]) => SETTINGS.includes(name));
  if (beside.length === 0) return given;
  const others = Object.entries(given).filter(([name]) => !SETTINGS.includes(name) && name !== 'settings');
  const within = typeof raw.settings === 'object' ? raw.settings : {};
  return { ...Object.fromEntries(others), settings: { ...within, ...Object.fromEntries(beside) } };
}

function checkSettings(schema: z.ZodType, wish: Wish, { account }: CalContext): void {
  const body = toBody(wish);
  const unknown = Object.keys(wish.settings ?? {}).find((name) => !SETTINGS.includes(name));
  // Hosted Cal.com may know more settings than this list does.
  if (unknown !== undefined && account === 'local') {
    throw new AppError('invalid_input', `There is no setting "${unknown}".`, { hint: `There are: ${SETTINGS.join(', ')}.` });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new AppError('invalid_input', `settings: ${describeIssues(parsed.error, body)}.`, { hint: 'Correct it; nothing was changed.' });
  }
}

function findEventTypeById(eventTypeId: number, { clients, signal }: CalContext): Promise<EventType> {
  return findOr(clients.cal.getEventType(eventTypeId, { signal }), { what: `event type ${eventTypeId}`, list: 'list_event_types' });
}

async function countUpcoming(eventTypeId: number, { clients, signal }: Pick<CalContext, 'clients' | 'signal'>): Promise<number> {
  const { pagination } = await clients.cal.listBookings({ eventTypeId, status: ['upcoming'], take: 1 }, { signal });
  return pagination.totalItems;
}

function toDoneCard(found: EventType, status: NonNullable<Card['status']>): Card {
  return {
    kind: 'event-type',
    title: found.title,
    status,
    fields: [
      { label: 'Length', value: `${found.lengthInMinutes} min` },
      { label: 'Slug', value: found.slug },
      ...(found.description ? [{ label: 'About', value: found.description }] : []),
      ...(found.bookingUrl ? [{ label: 'Booking page', value: found.bookingUrl }] : []),
      { label: 'Id', value: String(found.id) },
    ],
  };
}

function fieldsOf(wish: Wish): CardField[] {
  return Object.entries(toBody(wish)).map(([name, value]) => ({ label: toLabel(name), value: toText(value) }));
}

/** "Minimum booking notice" for "minimumBookingNotice". */
function toLabel(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function toText(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** As the API makes it of a title. */
function toSlug(text: string): string {
  const made = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  if (made !== '') return made;
  throw new AppError('invalid_input', `No link can be made of "${text}".`, { hint: 'Give a slug of letters and digits.' });
}
