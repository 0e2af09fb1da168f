import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardField } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type PrivateLink, type PrivateLinkInput, privateLink } from '../../wire/calcom/private-links.ts';
import { parseMoment, startOfDate, toDayLabel, toTimeLabel } from '../moment.ts';
import type { CalContext } from './fields.ts';
import { checkUntouched, findOr, findOrNothing, makeGone, settleDelete, settleUpdate } from './undoing.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const eventTypeId = z.int().positive().max(2_147_483_647).describe('The event type it leads to, for example 2.');
const linkId = z.string().trim().min(1).describe('The link\'s id, for example "d4Kx…"; list_private_links shows it.');
const end = {
  expires_at: z.string().optional().describe('When it ends, for example "2030-02-01T12:00" or "2030-01-31", which still counts.'),
  max_usage_count: z.int().min(1).optional().describe('Or after how many bookings, for example 3; 1 when neither is given.'),
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;

export const listPrivateLinks = defineTool({
  ...shared,
  name: 'list_private_links',
  summary: 'List the private links of an event type.',
  effect: 'read',
  input: z.strictObject({ event_type_id: eventTypeId }),
  output: z.array(privateLink),
  aliases: { id: 'event_type_id' },
  command: { resource: 'private-links', action: 'list', positionals: ['event_type_id'] },
  example: { event_type_id: 1 },
  run: async ({ event_type_id }, context: CalContext) => [...(await listOf(event_type_id, context))],
  card: (links, { timeZone }): Card => ({
    kind: 'list',
    title: links.length === 1 ? '1 private link' : `${links.length} private links`,
    items: links.map((link) => ({ title: link.bookingUrl, detail: toEndText(link, timeZone), status: statusOf(link), ref: link.linkId })),
    ...(links.length === 0 ? { note: 'There is none.' } : {}),
  }),
});

export const createPrivateLink = defineTool({
  ...shared,
  name: 'create_private_link',
  summary: 'Make a link to an event type, for a time or a number of bookings.',
  effect: 'write',
  input: z.strictObject({ event_type_id: eventTypeId, ...end }),
  output: privateLink,
  command: { resource: 'private-links', action: 'create', positionals: ['event_type_id'], phrases: { expires_at: 'day' } },
  example: { event_type_id: 1, max_usage_count: 3 },
  async plan(given, context: CalContext) {
    const { clients, signal } = context;
    const wanted = { what: `event type ${given.event_type_id}`, list: 'list_event_types' };
    const eventType = await findOr(clients.cal.getEventType(given.event_type_id, { signal }), wanted);
    const exact = toExact(given, context);
    return {
      card: {
        kind: 'record',
        title: `Private link to ${eventType.title}`,
        status: { text: 'To be made', tone: 'warning' },
        fields: [{ label: 'Ends', value: toEndText(toBody(exact), context.timeZone) }],
      },
      before: null,
      input: exact,
    };
  },
  run: ({ event_type_id, ...given }, context: CalContext) =>
    context.clients.cal.createPrivateLink(event_type_id, toBody(toExact(given, context)), { signal: context.signal }),
  card: (created, { timeZone }) => toLinkCard(created, timeZone),
  undo: {
    async step({ output }, context: CalContext) {
      checkUntouched(output.bookingUrl, output, await findLink(toReference(output), context));
      return {
        tool: 'cal.delete_private_link',
        input: toReference(output),
        caveats: ['Whoever has the link already finds that it has ended.'],
      };
    },
  },
  // A lost one is nobody's: another may be made, and list_private_links shows both.
  settle: async () => ({ happened: 'unknown' }),
});

export const updatePrivateLink = defineTool({
  ...shared,
  name: 'update_private_link',
  summary: 'Change when a private link ends.',
  effect: 'write',
  input: z.strictObject({ event_type_id: eventTypeId, link_id: linkId, ...end }),
  output: privateLink,
  aliases: { id: 'link_id' },
  command: { resource: 'private-links', action: 'update', positionals: ['event_type_id', 'link_id'], phrases: { expires_at: 'day' } },
  example: { event_type_id: 1, link_id: 'd4KxPq0000000000000000', max_usage_count: 5 },
  async plan(given, context: CalContext) {
    const before = await getLink(given, context);
    if (given.expires_at === undefined && given.max_usage_count === undefined) {
      throw new AppError('invalid_input', `Nothing is said about when "${given.link_id}" should end.`, {
        hint: 'Give expires_at or max_usage_count.',
      });
    }
    const exact = toExact(given, context);
    return {
      card: {
        ...toLinkCard(before, context.timeZone),
        status: { text: 'To be changed', tone: 'warning' },
        fields: [
          { label: 'Ends', value: toEndText(toBody(exact), context.timeZone) },
          { label: 'Until now', value: toEndText(before, context.timeZone) },
        ],
      },
      before,
      input: exact,
    };
  },
  run: ({ event_type_id, link_id, ...given }, context: CalContext) =>
    context.clients.cal.updatePrivateLink(event_type_id, link_id, toBody(toExact(given, context)), { signal: context.signal }),
  card: (changed, { timeZone }) => toLinkCard(changed, timeZone),
  undo: {
    async step({ output, before }, context: CalContext) {
      checkUntouched(output.bookingUrl, output, await findLink(toReference(output), context));
      const former = before as PrivateLink; // the image that `plan` made
      if (former.expiresAt && Date.parse(former.expiresAt) <= context.now) {
        throw new AppError('unsupported', 'The link had ended before, and cannot be made to end in the past.', {
          hint: 'Delete it with delete_private_link.',
        });
      }
      const until = former.expiresAt ? { expires_at: former.expiresAt } : { max_usage_count: former.maxUsageCount ?? 1 };
      return { tool: 'cal.update_private_link', input: { ...toReference(output), ...until }, caveats: [] };
    },
  },
  async settle({ input, before }, context: CalContext) {
    const { expiresAt, maxUsageCount } = toBody(input);
    const isDone = (now: PrivateLink) =>
      expiresAt === undefined ? now.maxUsageCount === maxUsageCount : Date.parse(now.expiresAt ?? '') === Date.parse(expiresAt);
    return settleUpdate(await findLink(input, context), { before, isDone });
  },
});

export const deletePrivateLink = defineTool({
  ...shared,
  name: 'delete_private_link',
  summary: 'End a private link.',
  effect: 'destroy',
  input: z.strictObject({ event_type_id: eventTypeId, link_id: linkId }),
  output: privateLink,
  aliases: { id: 'link_id' },
  command: { resource: 'private-links', action: 'delete', positionals: ['event_type_id', 'link_id'] },
  example: { event_type_id: 1, link_id: 'd4KxPq0000000000000001' },
  async plan(given, context: CalContext) {
    const before = await getLink(given, context);
    return { card: { ...toLinkCard(before, context.timeZone), status: { text: 'To be ended', tone: 'bad' } }, before, input: given };
  },
  async run(given, context: CalContext) {
    const found = await getLink(given, context);
    const { clients, signal } = context;
    await makeGone(clients.cal.deletePrivateLink(given.event_type_id, given.link_id, { signal }), () => findLink(given, context));
    return found;
  },
  card: (gone, { timeZone }) => ({ ...toLinkCard(gone, timeZone), status: { text: 'Ended', tone: 'bad' } }),
  undo: { none: 'A private link gets its secret id when it is made; an ended one cannot be had again. Make a new one.' },
  settle: async ({ input, before }, context: CalContext) => settleDelete(await findLink(input, context), before as PrivateLink), // the image that `plan` made
});

interface LinkReference {
  readonly event_type_id: number;
  readonly link_id: string;
}

function toReference({ eventTypeId: id, linkId: link }: PrivateLink) {
  return { event_type_id: id, link_id: link };
}

interface End {
  readonly expires_at?: string | undefined;
  readonly max_usage_count?: number | undefined;
}

/** The same with its end as an instant that still lies ahead. */
function toExact<Given extends End>(given: Given, { now, timeZone }: CalContext): Given {
  if (given.expires_at === undefined) return given;
  const moment = DATE.test(given.expires_at) ? startOfDate(given.expires_at, timeZone, 1) : parseMoment(given.expires_at, timeZone);
  if (moment <= now)
    throw new AppError('invalid_input', `"${given.expires_at}" is in the past.`, { hint: 'Name a time that is still to come.' });
  return { ...given, expires_at: new Date(moment).toISOString() };
}

function toBody({ expires_at, max_usage_count }: End): PrivateLinkInput {
  return {
    ...(expires_at === undefined ? {} : { expiresAt: expires_at }),
    ...(max_usage_count === undefined ? {} : { maxUsageCount: max_usage_count }),
  };
}

function listOf(id: number, { clients, signal }: CalContext): Promise<readonly PrivateLink[]> {
  return findOr(clients.cal.listPrivateLinks(id, { signal }), { what: `event type ${id}`, list: 'list_event_types' });
}

async function findLink({ event_type_id, link_id }: LinkReference, { clients, signal }: CalContext): Promise<PrivateLink | undefined> {
  const links = await findOrNothing(clients.cal.listPrivateLinks(event_type_id, { signal }));
  return links?.find((link) => link.linkId === link_id);
}

async function getLink(reference: LinkReference, context: CalContext): Promise<PrivateLink> {
  const found = (await listOf(reference.event_type_id, context)).find((link) => link.linkId === reference.link_id);
  if (found !== undefined) return found;
  throw new AppError('not_found', `There is no private link "${reference.link_id}".`, { hint: 'list_private_links shows what there is.' });
}

function toEndText(link: Pick<PrivateLink, 'expiresAt' | 'maxUsageCount' | 'usageCount'>, timeZone: string): string {
  const { expiresAt, maxUsageCount, usageCount } = link;
  if (expiresAt) return `${toDayLabel(Date.parse(expiresAt), timeZone)}, ${toTimeLabel(Date.parse(expiresAt), timeZone)}`;
  const most = maxUsageCount ?? 1;
  return `after ${most === 1 ? '1 booking' : `${most} bookings`}${usageCount == null ? '' : `, ${usageCount} made`}`;
}

function statusOf({ isExpired }: PrivateLink): NonNullable<Card['status']> {
  return isExpired ? { text: 'Ended', tone: 'bad' } : { text: 'Open', tone: 'good' };
}

function toLinkCard(link: PrivateLink, timeZone: string): Card & { readonly fields: CardField[] } {
  return {
    kind: 'record',
    title: link.bookingUrl,
    status: statusOf(link),
    fields: [
      { label: 'Ends', value: toEndText(link, timeZone) },
      { label: 'Event type', value: String(link.eventTypeId) },
      { label: 'Id', value: link.linkId },
    ],
  };
}
