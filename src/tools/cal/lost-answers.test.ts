import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { createEventType, deleteEventType } from './event-type-changes.ts';
import { createOutOfOffice, deleteOutOfOffice } from './out-of-office.ts';
import { createPrivateLink, deletePrivateLink } from './private-links.ts';
import { createSchedule, deleteSchedule, updateSchedule } from './schedules.ts';
import { createWebhook, deleteWebhook } from './webhooks.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([
    ...[createEventType, deleteEventType, createSchedule, deleteSchedule, updateSchedule, createWebhook, deleteWebhook],
    ...[createOutOfOffice, deleteOutOfOffice, createPrivateLink, deletePrivateLink],
  ]);
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.network.lostAnswers = 1;
});

test.each([
  ['event type', 'create_event_type', { title: 'Lost', length_in_minutes: 30 }, () => stage.cal.listEventTypes()],
  ['schedule', 'create_schedule', { name: 'Lost' }, () => stage.cal.listSchedules()],
  [
    'webhook',
    'create_webhook',
    { subscriber_url: 'http://127.0.0.1:9/lost', triggers: ['BOOKING_CREATED'] },
    () => stage.cal.listWebhooks(),
  ],
  ['absence', 'create_out_of_office', { start: '2030-09-01' }, () => stage.cal.listOutOfOffice()],
  ['private link', 'create_private_link', { event_type_id: 1 }, () => stage.cal.listPrivateLinks(1)],
] as const)('makes one %s although the answer was lost', async (_what, tool, input, list) => {
  const before = (await list()).length;
  const outcome = await stage.call(tool, input);
  expect(outcome.status).toBe('done');
  expect(await list()).toHaveLength(before + 1);
});

test.each([
  ['event type', 'delete_event_type', async () => ({ event_type_id: (await stage.cal.listEventTypes()).at(-1)?.id })],
  ['schedule', 'delete_schedule', async () => ({ schedule_id: (await stage.cal.listSchedules()).at(-1)?.id })],
  ['webhook', 'delete_webhook', async () => ({ webhook_id: (await stage.cal.listWebhooks())[0]?.id })],
  ['absence', 'delete_out_of_office', async () => ({ out_of_office_id: (await stage.cal.listOutOfOffice())[0]?.id })],
  ['private link', 'delete_private_link', async () => ({ event_type_id: 1, link_id: (await stage.cal.listPrivateLinks(1))[0]?.linkId })],
] as const)('finds that the %s is gone although the answer was lost', async (_what, tool, input) => {
  const outcome = await stage.call(tool, await input());
  expect(outcome).toMatchObject({ status: 'done' });
});
