import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type CreateWebhook, createWebhookBody, eventTypeWebhook, updateWebhookBody, userWebhook } from '../../wire/calcom/webhooks.ts';
import type { CalContext } from './fields.ts';
import { checkUntouched, findOrNothing, makeGone, pickChanged, settleDelete, settleUpdate } from './undoing.ts';
import {
  acceptTriggers,
  checkWebhook,
  fieldsOf,
  getWebhook,
  listOf,
  referenceOf,
  statusOf,
  toChanges,
  toWebhookCard,
  type Webhook,
  webhookId,
  withoutSecret,
} from './webhook-fields.ts';

const shared = { namespace: 'cal', accounts: ['local', 'hosted'] } as const;
const output = z.union([eventTypeWebhook, userWebhook]);
const eventTypeId = z.int().positive().optional().describe('The event type it belongs to, for example 2; absent: all of yours.');
const settings = {
  subscriber_url: z.string().trim().min(1).describe('Who is told, for example "https://example.com/hook".'),
  triggers: z.array(z.string()).min(1).describe('What is told, for example ["BOOKING_CREATED"].'),
  active: z.boolean().optional().describe('Whether it is on, for example false.'),
  secret: z.string().min(1).optional().describe('Signs what is sent, for example "a-long-secret".'),
  payload_template: z.string().optional().describe('Own form of the payload, for example "{{title}}"; "" for the usual.'),
};
const aliases = { url: 'subscriber_url', event_triggers: 'triggers', id: 'webhook_id' };

export const listWebhooks = defineTool({
  ...shared,
  name: 'list_webhooks',
  summary: 'List who is told when something happens to a booking.',
  effect: 'read',
  input: z.strictObject({
    event_type_id: z.int().positive().optional().describe('Those of one event type, for example 2.'),
    limit: z.int().min(1).max(250).optional().describe('How many at most, for example 20.'),
    page: z.int().min(1).optional().describe('Which page of them, for example 2.'),
  }),
  output: z.array(output),
  command: { resource: 'webhooks', action: 'list' },
  example: {},
  async run({ event_type_id, limit = 250, page = 1 }, { clients, signal }: CalContext) {
    const query = { take: limit, skip: (page - 1) * limit };
    const found = await (event_type_id === undefined
      ? clients.cal.listWebhooks(query, { signal })
      : clients.cal.listEventTypeWebhooks(event_type_id, query, { signal }));
    return found.map(withoutSecret);
  },
  card: (webhooks): Card => ({
    kind: 'list',
    title: webhooks.length === 1 ? '1 webhook' : `${webhooks.length} webhooks`,
    items: webhooks.map((webhook) => ({
      title: webhook.subscriberUrl,
      detail: webhook.triggers.join(', '),
      status: statusOf(webhook),
      ref: webhook.id,
    })),
    ...(webhooks.length === 0 ? { note: 'Nobody is told.' } : {}),
  }),
});

export const createWebhook = defineTool({
  ...shared,
  name: 'create_webhook',
  summary: 'Tell an address what happens to bookings.',
  effect: 'write',
  input: z.strictObject({ ...settings, event_type_id: eventTypeId }),
  output,
  aliases,
  accept: acceptTriggers,
  command: { resource: 'webhooks', action: 'create', positionals: ['subscriber_url'] },
  example: { subscriber_url: 'https://example.com/hook', triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] },
  async plan(given, context: CalContext) {
    const exact = { ...given, active: given.active ?? true };
    checkWebhook(createWebhookBody, toChanges(exact));
    const { event_type_id, subscriber_url } = given;
    const taken = (await listOf(event_type_id, context)).find((webhook) => webhook.subscriberUrl === subscriber_url);
    if (taken !== undefined) {
      throw new AppError('conflict', `"${subscriber_url}" is told already, by the webhook "${taken.id}".`, {
        hint: 'Change that one with update_webhook.',
      });
    }
    return {
      card: {
        kind: 'record',
        title: subscriber_url,
        status: { text: 'To be told', tone: 'warning' },
        fields: fieldsOf({ triggers: given.triggers, active: exact.active, secret: given.secret, eventTypeId: event_type_id }),
      },
      before: null,
      input: exact,
    };
  },
  async run({ event_type_id, ...given }, { clients, signal }: CalContext) {
    // The schema demands address and triggers.
    const body = { active: true, ...toChanges(given) } as CreateWebhook;
    return withoutSecret(
      await (event_type_id === undefined
        ? clients.cal.createWebhook(body, { signal })
        : clients.cal.createEventTypeWebhook(event_type_id, body, { signal })),
    );
  },
  card: (created) => toWebhookCard(created),
  undo: {
    async step({ output: left }, context: CalContext) {
      checkUntouched(left.subscriberUrl, left, await findOrNothing(getWebhook(referenceOf(left), context)));
      return { tool: 'cal.delete_webhook', input: referenceOf(left), caveats: [] };
    },
  },
  async settle({ input }, context: CalContext) {
    const found = (await listOf(input.event_type_id, context)).find((webhook) => webhook.subscriberUrl === input.subscriber_url);
    // Its plan had found the address free.
    return found === undefined ? { happened: false } : { happened: true, output: withoutSecret(found) };
  },
});

export const updateWebhook = defineTool({
  ...shared,
  name: 'update_webhook',
  summary: 'Change a webhook, or switch it off.',
  effect: 'write',
  input: z.strictObject({
    webhook_id: webhookId,
    ...settings,
    subscriber_url: settings.subscriber_url.optional(),
    triggers: settings.triggers.optional(),
    event_type_id: eventTypeId,
  }),
  output,
  aliases,
  accept: acceptTriggers,
  command: { resource: 'webhooks', action: 'update', positionals: ['webhook_id'] },
  example: { webhook_id: '6b1f0e9c-0000-4000-8000-000000000000', active: false },
  async plan(given, context: CalContext) {
    const before = await getWebhook(given, context);
    const changes = toChanges(given);
    checkWebhook(updateWebhookBody, changes);
    if (Object.keys(changes).length === 0) {
      throw new AppError('invalid_input', `Nothing is said about what should change in the webhook "${before.id}".`, {
        hint: 'Give subscriber_url, triggers, active, secret or payload_template.',
      });
    }
    const until = pickChanged(before, changes, ['subscriberUrl', 'triggers', 'active']);
    return {
      card: {
        kind: 'record',
        title: before.subscriberUrl,
        status: { text: 'To be changed', tone: 'warning' },
        fields: [...fieldsOf(changes), ...fieldsOf(until).map(({ label, value }) => ({ label: `${label} until now`, value }))],
      },
      before,
      input: given,
    };
  },
  async run({ webhook_id, event_type_id, ...given }, { clients, signal }: CalContext) {
    const changes = toChanges(given);
    return withoutSecret(
      await (event_type_id === undefined
        ? clients.cal.updateWebhook(webhook_id, changes, { signal })
        : clients.cal.updateEventTypeWebhook(event_type_id, webhook_id, changes, { signal })),
    );
  },
  card: (changed) => toWebhookCard(changed),
  undo: {
    async step({ input, output: left, before }, context: CalContext) {
      checkUntouched(left.subscriberUrl, left, await findOrNothing(getWebhook(referenceOf(left), context)));
      const former = before as Webhook; // the image that `plan` made
      const until = {
        ...(input.subscriber_url === undefined ? {} : { subscriber_url: former.subscriberUrl }),
        ...(input.triggers === undefined ? {} : { triggers: former.triggers }),
        ...(input.active === undefined ? {} : { active: former.active }),
        ...(input.payload_template === undefined ? {} : { payload_template: former.payloadTemplate ?? '' }),
      };
      if (Object.keys(until).length === 0) {
        throw new AppError('unsupported', 'The former secret is not kept, so it cannot come back.', {
          hint: 'Set one with update_webhook.',
        });
      }
      return {
        tool: 'cal.update_webhook',
        input: { ...referenceOf(left), ...until },
        caveats: input.secret === undefined ? [] : ['The former secret is not kept: the new one stays.'],
      };
    },
  },
  async settle({ input, before }, context: CalContext) {
    const changes = toChanges(input);
    const found = await findOrNothing(getWebhook(input, context));
    const isDone = (now: Webhook) =>
      input.secret === undefined &&
      Object.entries(changes).every(([name, value]) => JSON.stringify(now[name as keyof Webhook] ?? null) === JSON.stringify(value));
    return settleUpdate(found, { before, isDone });
  },
});

export const deleteWebhook = defineTool({
  ...shared,
  name: 'delete_webhook',
  summary: 'Stop telling an address what happens to bookings.',
  effect: 'destroy',
  input: z.strictObject({ webhook_id: webhookId, event_type_id: eventTypeId }),
  output,
  aliases: { id: 'webhook_id' },
  command: { resource: 'webhooks', action: 'delete', positionals: ['webhook_id'] },
  example: { webhook_id: '6b1f0e9c-0000-4000-8000-000000000001' },
  async plan(given, context: CalContext) {
    const before = await getWebhook(given, context);
    return { card: { ...toWebhookCard(before), status: { text: 'To be deleted', tone: 'bad' } }, before, input: given };
  },
  async run(given, context: CalContext) {
    const { clients, signal } = context;
    const found = await getWebhook(given, context);
    const { webhook_id, event_type_id } = given;
    const removal =
      event_type_id === undefined
        ? clients.cal.deleteWebhook(webhook_id, { signal })
        : clients.cal.deleteEventTypeWebhook(event_type_id, webhook_id, { signal });
    await makeGone(removal, () => findOrNothing(getWebhook(given, context)));
    return found;
  },
  card: (gone) => ({ ...toWebhookCard(gone), status: { text: 'Deleted', tone: 'bad' } }),
  undo: {
    async step({ output: gone }) {
      return {
        tool: 'cal.create_webhook',
        input: {
          subscriber_url: gone.subscriberUrl,
          triggers: gone.triggers,
          active: gone.active,
          ...(gone.payloadTemplate ? { payload_template: gone.payloadTemplate } : {}),
          ...('eventTypeId' in gone ? { event_type_id: gone.eventTypeId } : {}),
        },
        caveats: [
          'It gets a new id, and what happened in between is not told.',
          ...(gone.secret ? ['Its secret is not kept: what it sends is unsigned until you set one with update_webhook.'] : []),
        ],
      };
    },
  },
  settle: async ({ input, before }, context: CalContext) =>
    settleDelete(await findOrNothing(getWebhook(input, context)), before as Webhook), // the image that `plan` made
});
