import { z } from 'zod';
import { AppError } from '../../errors.ts';
import type { Card, CardField } from '../../toolkit/card.ts';
import { describeIssues } from '../../toolkit/issues.ts';
import { maskSecret } from '../../toolkit/redact.ts';
import { type EventTypeWebhook, type UpdateWebhook, type UserWebhook, webhookTriggers } from '../../wire/calcom/webhooks.ts';
import type { CalContext } from './fields.ts';
import { findOr } from './undoing.ts';

export const webhookId = z.string().trim().min(1).describe('The webhook\'s id, for example "6b1f0e9c-…"; list_webhooks shows it.');

export type Webhook = UserWebhook | EventTypeWebhook;

interface WebhookReference {
  readonly webhook_id: string;
  readonly event_type_id?: number | undefined;
}

export function referenceOf(webhook: Webhook): { webhook_id: string; event_type_id?: number } {
  return { webhook_id: webhook.id, ...('eventTypeId' in webhook ? { event_type_id: webhook.eventTypeId } : {}) };
}

export async function getWebhook({ webhook_id, event_type_id }: WebhookReference, { clients, signal }: CalContext): Promise<Webhook> {
  const found: Promise<Webhook> =
    event_type_id === undefined
      ? clients.cal.getWebhook(webhook_id, { signal })
      : clients.cal.getEventTypeWebhook(event_type_id, webhook_id, { signal });
  return withoutSecret(await findOr(found, { what: `webhook "${webhook_id}"`, list: 'list_webhooks' }));
}

export function listOf(eventType: number | undefined, { clients, signal }: CalContext): Promise<readonly Webhook[]> {
  return eventType === undefined ? clients.cal.listWebhooks({}, { signal }) : clients.cal.listEventTypeWebhooks(eventType, {}, { signal });
}

interface Wish {
  readonly subscriber_url?: string | undefined;
  readonly triggers?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
  readonly secret?: string | undefined;
  readonly payload_template?: string | undefined;
}

export function toChanges({ subscriber_url, triggers, active, secret, payload_template }: Wish): UpdateWebhook {
  return {
    ...(subscriber_url === undefined ? {} : { subscriberUrl: subscriber_url }),
    // `checkWebhook` refuses words that are no triggers.
    ...(triggers === undefined ? {} : { triggers: [...new Set(triggers)] as UpdateWebhook['triggers'] }),
    ...(active === undefined ? {} : { active }),
    ...(secret === undefined ? {} : { secret }),
    ...(payload_template === undefined ? {} : { payloadTemplate: payload_template === '' ? null : payload_template }),
  };
}

export function checkWebhook(schema: z.ZodType, body: UpdateWebhook): void {
  const known: readonly string[] = webhookTriggers;
  const wrong = body.triggers?.find((trigger) => !known.includes(trigger));
  if (wrong !== undefined) {
    throw new AppError('invalid_input', `There is no trigger "${wrong}".`, { hint: `There are: ${webhookTriggers.join(', ')}.` });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new AppError('invalid_input', `${describeIssues(parsed.error, body)}.`, { hint: 'Correct it; nothing was changed.' });
  }
}

/** The secret signs what is sent; whoever set it knows it, and nobody else is shown it. */
export function withoutSecret<Given extends Webhook>(webhook: Given): Given {
  return webhook.secret ? { ...webhook, secret: webhook.secret.startsWith('****') ? webhook.secret : maskSecret(webhook.secret) } : webhook;
}

export function toWebhookCard(webhook: Webhook): Card {
  return {
    kind: 'record',
    title: webhook.subscriberUrl,
    status: statusOf(webhook),
    fields: [...fieldsOf(webhook), { label: 'Id', value: webhook.id }],
  };
}

interface Shown {
  readonly subscriberUrl?: string | undefined;
  readonly triggers?: readonly string[] | undefined;
  readonly active?: boolean | undefined;
  readonly secret?: string | null | undefined;
  readonly payloadTemplate?: string | null | undefined;
  readonly eventTypeId?: number | undefined;
}

export function fieldsOf({ subscriberUrl, triggers, active, secret, payloadTemplate, eventTypeId: eventType }: Shown): CardField[] {
  return [
    ...(subscriberUrl === undefined ? [] : [{ label: 'Address', value: subscriberUrl }]),
    ...(triggers === undefined ? [] : [{ label: 'Told of', value: triggers.join(', ') }]),
    ...(active === undefined ? [] : [{ label: 'On', value: active ? 'yes' : 'no' }]),
    ...(secret ? [{ label: 'Secret', value: secret.startsWith('****') ? secret : maskSecret(secret) }] : []),
    ...(payloadTemplate ? [{ label: 'Payload', value: payloadTemplate }] : []),
    ...(eventType === undefined ? [] : [{ label: 'Event type', value: String(eventType) }]),
  ];
}

export function statusOf({ active }: Webhook): NonNullable<Card['status']> {
  return active ? { text: 'On', tone: 'good' } : { text: 'Off', tone: 'neutral' };
}

/** "BOOKING_CREATED,BOOKING_CANCELLED" as the list it means. */
export function acceptTriggers({ triggers, ...others }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const words = [triggers]
    .flat()
    .flatMap((word) => (typeof word === 'string' ? word.split(/[\s,]+/).filter((part) => part !== '') : [word]));
  return { ...others, ...(triggers === undefined ? {} : { triggers: words }) };
}
