import { afterAll, beforeAll, expect, it } from 'vitest';
import { fillSeedDocument, SEED_DOCUMENT_NOW } from '../../src/server/whereby/seed-document.fixture.ts';
import { openWherebyStage, type WherebyStage } from '../whereby-stage.ts';

let stage: WherebyStage;

beforeAll(async () => {
  stage = await openWherebyStage();
  stage.whereby.clock.now = SEED_DOCUMENT_NOW;
  await fillSeedDocument(stage.whereby.store, stage.ada.user.id);
});

afterAll(() => stage.close());

it('the calls of the document about Whereby in Lua have the results it shows', async () => {
  const rooms = await stage.call('list_rooms', {});
  expect(rooms.data[0]).toMatchObject({ roomName: expect.any(String), meetingUrl: expect.any(String) });
  const first = await stage.call('list_rooms', { limit: 10 });
  const second = await stage.call('list_rooms', { limit: 10, cursor: first.meta.nextCursor });
  expect([first.data.length, second.meta.nextCursor]).toEqual([10, null]);

  const room = await stage.call('get_room', { room_name: 'my-meeting-room' });
  expect(room).toMatchObject({ roomName: '/my-meeting-room', meetingUrl: 'http://rooms.test/rooms/my-meeting-room' });
  expect(await stage.call('create_room', {})).toMatchObject({ roomName: expect.any(String), meetingUrl: expect.any(String) });
  const scheduled = { room_mode: 'group', start_date: '2025-01-15T10:00:00Z', end_date: '2025-01-15T11:00:00Z' };
  expect(await stage.call('create_room', scheduled)).toMatchObject({ endDate: '2025-01-15T11:00:00.000Z' });
  expect(await stage.call('delete_room', { room_name: 'my-meeting-room' })).toMatchObject({ deleted: true });

  const meetings = await stage.call('list_meetings', { limit: 20 });
  expect(meetings.data).toMatchObject([{ id: 'abc123', roomName: '/weekly-review', startDate: '2025-01-10T10:00:00.000Z' }]);
  const january = { from_date: '2025-01-01T00:00:00Z', to_date: '2025-01-31T23:59:59Z' };
  expect((await stage.call('list_meetings', january)).data).toHaveLength(1);
  expect(await stage.call('get_meeting', { meeting_id: 'abc123' })).toMatchObject({
    roomName: '/weekly-review',
    duration: 2700,
    participants: [
      { name: 'Ada Lovelace', joinedAt: '2025-01-10T10:00:00.000Z' },
      { name: 'Grace Hopper', joinedAt: '2025-01-10T10:02:00.000Z' },
    ],
  });
  expect(await stage.call('get_current_user', {})).toMatchObject({ name: 'ada', email: 'ada@example.com' });
});
