import { z } from 'zod';
import type { Card, CardItem } from '../../toolkit/card.ts';
import { defineTool } from '../../toolkit/tool.ts';
import { type WebhookDelivery, webhookDelivery } from '../../wire/calcom/webhooks.ts';
import { toRangeLabel } from '../moment.ts';
import type { CalContext } from './fields.ts';
import { findOr } from './undoing.ts';
import { webhookId } from './webhook-fields.ts';

export const listWebhookDeliveries = defineTool({
  namespace: 'cal',
  accounts: ['local'],
  name: 'list_webhook_deliveries',
  summary: 'Show what a webhook sent and how it went, the newest first.',
  effect: 'read',
  input: z.strictObject({
    webhook_id: webhookId,
    state: z.enum(['pending', 'delivered', 'dead']).optional().describe('Only these, for example "dead".'),
    limit: z.int().min(1).max(250).optional().describe('How many at most, for example 20.'),
  }),
  output: z.array(webhookDelivery),
  aliases: { id: 'webhook_id' },
  command: { resource: 'webhooks', action: 'deliveries', positionals: ['webhook_id'] },
  example: { webhook_id: '6b1f0e9c-0000-4000-8000-000000000000' },
  async run({ webhook_id, state, limit = 20 }, { clients, signal }: CalContext) {
    const query = { take: limit, ...(state === undefined ? {} : { state }) };
    const wanted = { what: `webhook "${webhook_id}"`, list: 'list_webhooks' };
    return [...(await findOr(clients.cal.listWebhookDeliveries(webhook_id, query, { signal }), wanted))];
  },
  card: (deliveries, { timeZone }): Card => ({
    kind: 'list',
    title: deliveries.length === 1 ? '1 delivery' : `${deliveries.length} deliveries`,
    items: deliveries.map((delivery) => toDeliveryItem(delivery, timeZone)),
    ...(deliveries.length === 0 ? { note: 'Nothing was sent yet.' } : {}),
  }),
});

const STATES = {
  pending: { text: 'Waiting', tone: 'warning' },
  delivered: { text: 'Delivered', tone: 'good' },
  dead: { text: 'Given up', tone: 'bad' },
} as const;

function toDeliveryItem(delivery: WebhookDelivery, timeZone: string): CardItem {
  const at = Date.parse(delivery.lastAttemptAt ?? delivery.createdAt);
  const answer = delivery.lastError ?? (delivery.lastStatus === null ? undefined : `answered ${delivery.lastStatus}`);
  const attempts = delivery.attempts === 1 ? '1 attempt' : `${delivery.attempts} attempts`;
  return {
    title: delivery.trigger,
    time: toRangeLabel(at, at, timeZone).split(' – ')[0] ?? '',
    detail: [attempts, ...(answer === undefined ? [] : [answer])].join(' · '),
    status: STATES[delivery.state],
    ref: delivery.id,
  };
}
