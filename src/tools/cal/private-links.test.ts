import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PrivateLink } from '../../wire/calcom/private-links.ts';
import { openToolStage, type ToolStage } from '../stage.fixture.ts';
import { createPrivateLink, deletePrivateLink, listPrivateLinks, updatePrivateLink } from './private-links.ts';

let stage: ToolStage;
beforeAll(async () => {
  stage = await openToolStage([createPrivateLink, deletePrivateLink, listPrivateLinks, updatePrivateLink]);
});
afterAll(() => stage.close());

const attendee = { name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' };

test('books a hidden event type as often as the link allows', async () => {
  await stage.cal.updateEventType(1, { hidden: true });
  const link: PrivateLink = (await stage.done('create_private_link', { event_type_id: 1, max_usage_count: 1 })).output;
  expect(link.bookingUrl).toBe(`http://cal.test/d/${link.linkId}/15min`);
  const book = (start: string) => stage.cal.createBooking({ privateLink: link.linkId, eventTypeId: 1, start, attendee });
  expect((await book('2030-01-08T10:00:00Z')).status).toBe('accepted');
  await expect(book('2030-01-08T11:00:00Z')).rejects.toThrow('has ended');
  await expect(
    stage.cal.createBooking({ privateLink: link.linkId, eventTypeId: 2, start: '2030-01-08T11:00:00Z', attendee }),
  ).rejects.toThrow('does not belong');
  const { output, card } = await stage.done('list_private_links', { event_type_id: 1 });
  expect(output).toMatchObject([{ isExpired: true, usageCount: 1, maxUsageCount: 1 }]);
  expect(card.items?.[0]).toMatchObject({ status: { text: 'Ended' }, detail: 'after 1 booking, 1 made' });
});

test('ends at a moment', async () => {
  const link: PrivateLink = (await stage.done('create_private_link', { event_type_id: 2, expires_at: '2030-01-08' })).output;
  expect(link.expiresAt).toBe('2030-01-08T23:00:00.000Z');
  stage.clock.now += 3 * 86_400_000;
  const late = stage.cal.createBooking({ privateLink: link.linkId, eventTypeId: 2, start: '2030-01-14T11:00:00Z', attendee });
  await expect(late).rejects.toThrow('has ended');
  expect((await stage.refused('create_private_link', { event_type_id: 2, expires_at: '2030-01-08' })).message).toContain('in the past');
});

test('changes and takes back', async () => {
  const created = await stage.write('create_private_link', { event_type_id: 3, max_usage_count: 2 });
  const { linkId } = created.output as PrivateLink;
  const before = await stage.cal.listPrivateLinks(3);
  const changed = await stage.write('update_private_link', { event_type_id: 3, link_id: linkId, expires_at: '2030-03-01T12:00' });
  expect(changed.output).toMatchObject({ expiresAt: '2030-03-01T11:00:00.000Z' });
  await changed.undo();
  expect(await stage.cal.listPrivateLinks(3)).toEqual(before);
  await created.undo();
  expect(await stage.cal.listPrivateLinks(3)).toEqual([]);
  expect(await stage.refused('delete_private_link', { event_type_id: 3, link_id: linkId })).toMatchObject({ code: 'not_found' });
  expect(await stage.refused('list_private_links', { event_type_id: 99 })).toMatchObject({ code: 'not_found' });
});
