import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserWebhook } from '../../wire/calcom/webhooks.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { listWebhookDeliveries } from './webhook-deliveries.ts';
import { createWebhook, deleteWebhook, listWebhooks, updateWebhook } from './webhooks.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([createWebhook, deleteWebhook, listWebhooks, updateWebhook, listWebhookDeliveries]);
});
afterAll(() => stage.close());

const table = async () => (await stage.cal.listWebhooks()).map(({ id: _id, ...rest }) => rest);
const HOOK = { subscriber_url: 'http://127.0.0.1:9/hook', triggers: ['BOOKING_CREATED', 'BOOKING_CANCELLED'] };

test('creates a webhook without ever showing its secret, and takes it back', async () => {
  const before = await table();
  const written = await stage.write('create_webhook', { ...HOOK, secret: 'planted-secret-of-ours' });
  expect(JSON.stringify([written.output, written.card, written.asked])).not.toContain('planted-secret');
  expect((await stage.cal.listWebhooks())[0]?.secret).toBe('planted-secret-of-ours');
  expect(JSON.stringify(await stage.done('list_webhooks'))).not.toContain('planted-secret');
  await written.undo();
  expect(await table()).toEqual(before);
});

test('changes only what is said, and back', async () => {
  const { id }: UserWebhook = (await stage.done('create_webhook', HOOK)).output;
  const before = await table();
  const written = await stage.write('update_webhook', { webhook_id: id, active: false, triggers: ['MEETING_ENDED'] });
  expect(written.asked.fields).toContainEqual({ label: 'Told of until now', value: 'BOOKING_CREATED, BOOKING_CANCELLED' });
  expect((await stage.done('list_webhooks')).card.items?.[0]?.status).toEqual({ text: 'Off', tone: 'neutral' });
  await written.undo();
  expect(await table()).toEqual(before);

  const signed = await stage.write('update_webhook', { webhook_id: id, secret: 'another-secret-of-ours', active: false });
  expect((await signed.undo()).caveats).toEqual(['The former secret is not kept: the new one stays.']);
  const deleted = await stage.write('delete_webhook', { webhook_id: id });
  expect((await deleted.undo()).caveats.join(' ')).toContain('unsigned');
  await stage.done('delete_webhook', { webhook_id: (await stage.cal.listWebhooks())[0]?.id });
});

test('keeps those of an event type apart', async () => {
  const written = await stage.write('create_webhook', { ...HOOK, event_type_id: 1 });
  expect((await stage.done('list_webhooks', { event_type_id: 1 })).output).toHaveLength(1);
  expect((await stage.done('list_webhooks')).output).toHaveLength(0);
  const { id } = written.output as UserWebhook;
  const updated = await stage.write('update_webhook', { webhook_id: id, event_type_id: 1, active: false });
  await updated.undo();
  const deleted = await stage.write('delete_webhook', { webhook_id: id, event_type_id: 1 });
  await deleted.undo();
  expect(await stage.cal.listEventTypeWebhooks(1)).toMatchObject([{ active: true, subscriberUrl: HOOK.subscriber_url }]);
});

test('shows what was sent', async () => {
  const { id }: UserWebhook = (await stage.done('create_webhook', HOOK)).output;
  const { output, card } = await stage.done('list_webhook_deliveries', { webhook_id: id });
  expect(output).toEqual([]);
  expect(card.note).toBe('Nothing was sent yet.');
  expect(await stage.refused('list_webhook_deliveries', { webhook_id: '00000000-0000-4000-8000-000000000000' })).toMatchObject({
    code: 'not_found',
  });
});

test('says what is wrong before anybody is asked', async () => {
  expect(await stage.refused('create_webhook', { ...HOOK, triggers: ['BOOKING_MADE'] })).toMatchObject({
    message: 'There is no trigger "BOOKING_MADE".',
    hint: expect.stringContaining('BOOKING_CREATED'),
  });
  expect(await stage.refused('create_webhook', HOOK)).toMatchObject({ code: 'conflict' });
  expect((await stage.refused('create_webhook', { ...HOOK, subscriber_url: 'ftp://x' })).message).toContain('https://');
  expect((await stage.refused('create_webhook', { ...HOOK, subscriber_url: 'http://169.254.169.254/x' })).message).toContain(
    'cannot be used',
  );
});

test('settles what a crash broke off', async () => {
  const [webhook] = await stage.cal.listWebhooks();
  expect(await stage.settle('create_webhook', { ...HOOK, subscriber_url: 'https://other.example.com' })).toEqual({ happened: false });
  expect(await stage.settle('create_webhook', HOOK)).toMatchObject({ happened: true });
  expect(await stage.settle('update_webhook', { webhook_id: webhook?.id, active: false }, webhook)).toEqual({ happened: false });
  expect(await stage.settle('delete_webhook', { webhook_id: '00000000-0000-4000-8000-000000000000' }, webhook)).toMatchObject({
    happened: true,
  });
});
