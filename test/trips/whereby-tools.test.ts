import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE, START } from '../../src/server/whereby/whereby.fixture.ts';
import { openWherebyStage, type WherebyStage } from '../whereby-stage.ts';

let stage: WherebyStage;

beforeAll(async () => {
  stage = await openWherebyStage();
});

beforeEach(() => {
  stage.whereby.clock.now = START;
});

afterAll(() => stage.close());

/** A call of two, of so many minutes. */
async function meet(roomName: string, minutes: number, names: readonly [string, string] = ['Ada', 'Grace']) {
  const [one, two] = [
    await stage.ada.join(`/${roomName}`, { displayName: names[0] }),
    await stage.ada.join(`/${roomName}`, { displayName: names[1] }),
  ];
  stage.whereby.clock.now += minutes * MINUTE;
  await stage.ada.act(`POST /rooms/${roomName}/end`);
  return { one, two };
}

const nameOf = (room: { readonly roomName: string }) => room.roomName.replace(/^\//, '');

describe('create_room', () => {
  it('works without anything, and says until when the room is open', async () => {
    const room = await stage.call('create_room', {});
    expect(room).toMatchObject({ meetingUrl: room.roomUrl, endDate: new Date(START + HOUR).toISOString() });
    expect(room.warnings).toEqual(['No end_date was given: the room ends 1 h from now, at 2030-01-08T10:00:00.000Z.']);
    expect(room.hostRoomUrl).toBeUndefined();
  });

  it('accepts a start, claims nothing about it, and refuses what is over or backwards', async () => {
    const room = await stage.call('create_room', {
      room_mode: 'group',
      start_date: '2030-01-15T10:00:00Z',
      end_date: '2030-01-15T11:00:00Z',
    });
    expect(room.warnings).toEqual(['start_date was ignored: Whereby opens a room as soon as it is made, so it is open now.']);
    expect(room.endDate).toBe('2030-01-15T11:00:00.000Z');
    const over = { start_date: '2025-01-15T10:00:00Z', end_date: '2025-01-15T11:00:00Z' };
    await expect(stage.call('create_room', over)).rejects.toMatchObject({
      code: 'invalid_input',
      message: '"2025-01-15T11:00:00Z" is over: a room must end in the future, and it is 2030-01-08T09:00:00.000Z now.',
    });
    const backwards = { start_date: '2030-01-15T12:00:00Z', end_date: '2030-01-15T11:00:00Z' };
    await expect(stage.call('create_room', backwards)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(stage.call('create_room', { end_date: '2030-01-15', duration_minutes: 5 })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('answers a misused "fields" with the argument that was meant', async () => {
    await expect(stage.call('create_room', { fields: ['lockRoomOnJoin'] })).rejects.toMatchObject({
      code: 'invalid_input',
      hint: 'Use "is_locked" instead.',
    });
    await expect(stage.call('create_room', { fields: ['colour'] })).rejects.toMatchObject({
      hint: 'It takes hostRoomUrl and viewerRoomUrl.',
    });
    await expect(stage.call('create_room', { recording: { type: 'tape' } })).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('"recording"'),
    });
  });

  it('asks first, and tells a host link only to who asked for it, never on a card', async () => {
    const wish = { room_name_prefix: 'Board-', duration_minutes: 90, is_locked: true, fields: ['hostRoomUrl'] };
    const asked = await stage.outcome('create_room', wish);
    if (asked.status !== 'pending') throw new Error(asked.status);
    expect(asked.approval.card).toMatchInlineSnapshot(`
      {
        "fields": [
          {
            "label": "Open",
            "value": "from now until Tue 8 Jan 2030, 10:30",
          },
          {
            "label": "Holds",
            "value": "4 people",
          },
          {
            "label": "Name",
            "value": "Board-…",
          },
          {
            "label": "Door",
            "value": "Locked: guests knock",
          },
        ],
        "kind": "record",
        "title": "A new video room",
      }
    `);
    const done = await stage.gate.answer(asked.approval.id, { approve: true, by: stage.principal });
    if (done.status !== 'done') throw new Error(done.status);
    const { hostRoomUrl, roomName } = done.output as { hostRoomUrl: string; roomName: string };
    expect([roomName.startsWith('/board-'), hostRoomUrl.includes('roomKey=')]).toEqual([true, true]);
    expect(JSON.stringify(done.card)).not.toContain('roomKey');
    expect(await stage.call('get_room', { room_name: roomName })).not.toHaveProperty('hostRoomUrl');
    expect(await stage.call('get_room', { room_name: roomName, fields: ['hostRoomUrl'] })).toMatchObject({ hostRoomUrl });
  });
});

describe('get_room and delete_room', () => {
  it('find a room by name, slash, link or id, and never by its beginning', async () => {
    const room = await stage.call('create_room', { room_name_prefix: 'standup-' });
    const name = nameOf(room);
    for (const written of [name, `/${name}`, room.roomUrl, `${room.roomUrl}?roomKey=x`, room.meetingId]) {
      expect((await stage.call('get_room', { room_name: written })).meetingId).toBe(room.meetingId);
    }
    for (const tool of ['get_room', 'delete_room']) {
      await expect(stage.call(tool, { room_name: name.slice(0, -1) })).rejects.toMatchObject({
        code: 'not_found',
        hint: 'list_rooms shows every room with its exact name.',
      });
    }
  });

  it('delete exactly the named room, and complain about one that is gone', async () => {
    const [room, other] = [
      await stage.call('create_room', { room_name_prefix: 'twin-' }),
      await stage.call('create_room', { room_name_prefix: 'twin-' }),
    ];
    const deleted = { deleted: true, meetingId: room.meetingId, roomName: nameOf(room) };
    expect(await stage.call('delete_room', { room_name: room.roomName })).toEqual(deleted);
    await expect(stage.call('delete_room', { room_name: room.roomName })).rejects.toMatchObject({ code: 'not_found' });
    const left = await stage.call('list_rooms', { room_name_prefix: 'twin-' });
    expect(left.data.map(nameOf)).toEqual([nameOf(other)]);
  });
});

it('list_rooms goes page by page to the end', async () => {
  for (let index = 0; index < 5; index++) await stage.call('create_room', { room_name_prefix: 'page-' });
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page: { data: { roomName: string; meetingUrl: string }[]; meta: { nextCursor: string | null } } = await stage.call('list_rooms', {
      limit: 2,
      room_name_prefix: 'page-',
      ...(cursor === null ? {} : { cursor }),
    });
    names.push(...page.data.map(nameOf));
    cursor = page.meta.nextCursor;
  } while (cursor !== null);
  expect(new Set(names).size).toBe(5);
  await expect(stage.call('list_rooms', { cursor: 'next_page_cursor' })).rejects.toMatchObject({ code: 'invalid_input' });
});

describe('list_meetings and get_meeting', () => {
  it('tell what took place, with dates, page by page, over all rooms', async () => {
    const rooms = [];
    for (const prefix of ['one-', 'two-', 'three-'])
      rooms.push(await stage.call('create_room', { room_name_prefix: prefix, duration_minutes: 600 }));
    const names = rooms.map(nameOf);
    for (const minutes of [10, 20]) for (const name of names) await meet(name, minutes);
    stage.whereby.clock.now = START + 6 * HOUR;
    const all = await stage.call('list_meetings', {});
    expect(all.meta.nextCursor).toBeNull();
    expect(all.data.filter(({ roomName }: { roomName: string }) => names.includes(roomName.slice(1)))).toHaveLength(6);
    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { data: { id: string }[]; meta: { nextCursor: string | null } } = await stage.call('list_meetings', {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      paged.push(...page.data.map(({ id }) => id));
      cursor = page.meta.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all.data.map(({ id }: { id: string }) => id));

    const ofOne = await stage.call('list_meetings', { room_name: names[0] });
    expect(ofOne.data.map(({ duration }: { duration: number }) => duration)).toEqual([1200, 600]);
    const early = await stage.call('list_meetings', {
      from_date: '2030-01-08T09:00:00Z',
      to_date: '2030-01-08T09:15:00Z',
      room_name: names[1],
    });
    expect(early.data.map(({ startDate }: { startDate: string }) => startDate)).toEqual(['2030-01-08T09:10:00.000Z']);
    expect((await stage.call('list_meetings', { from_date: '2030-01-09' })).data).toEqual([]);
    expect((await stage.call('list_meetings', { to_date: '2030-01-08' })).data).toHaveLength(all.data.length);
    const { meta } = await stage.call('list_meetings', { limit: 1 });
    await expect(stage.call('list_meetings', { cursor: meta.nextCursor, room_name: names[0] })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });

  it('show who came, by the id alone, also while the call goes on', async () => {
    const room = await stage.call('create_room', { room_name_prefix: 'who-', duration_minutes: 600 });
    await meet(nameOf(room), 30, ['Ada Lovelace', 'Tim']);
    const { data } = await stage.call('list_meetings', { room_name: nameOf(room) });
    const meeting = await stage.call('get_meeting', { meeting_id: data[0].id });
    expect(meeting).toMatchObject({ roomName: `/${nameOf(room)}`, duration: 1800, approximate: false, recordings: [] });
    expect(meeting.participants.map(({ name, joinedAt }: { name: string; joinedAt: string }) => [name, joinedAt])).toEqual([
      ['Ada Lovelace', '2030-01-08T09:00:00.000Z'],
      ['Tim', '2030-01-08T09:00:00.000Z'],
    ]);
    await stage.ada.join(`/${nameOf(room)}`, { displayName: 'Ada' });
    await stage.ada.join(`/${nameOf(room)}`, { displayName: 'Grace' });
    const going = (await stage.call('list_meetings', { room_name: nameOf(room) })).data[0];
    expect(await stage.call('get_meeting', { meeting_id: going.id })).toMatchObject({ endDate: null, duration: null });
    await expect(stage.call('get_meeting', { meeting_id: room.meetingId })).rejects.toMatchObject({
      code: 'not_found',
      message: `"${room.meetingId}" is the id of the room "${nameOf(room)}" and of no call in it.`,
    });
    await expect(stage.call('get_meeting', { meeting_id: 'nothing' })).rejects.toMatchObject({
      hint: expect.stringContaining('10 to 15 minutes'),
    });
  });
});

it('recordings, transcriptions and summaries are made, shown, linked and deleted', async () => {
  const room = await stage.call('create_room', { room_name_prefix: 'media-', duration_minutes: 600 });
  const name = nameOf(room);
  const speaker = await stage.ada.join(`/${name}`, { displayName: 'Ada' });
  await stage.ada.join(`/${name}`, { displayName: 'Tim' });
  await stage.ada.act(`POST /rooms/${name}/recording/start`);
  await stage.ada.act(`POST /rooms/${name}/participants/${speaker.participantId}/say`, { text: 'We decided to ship on Friday.' });
  stage.whereby.clock.now += 5 * MINUTE;
  await stage.ada.act(`POST /rooms/${name}/end`);
  const { data } = await stage.call('list_recordings', { room_name: name });
  const recordingId = data[0].recordingId;
  expect(await stage.call('get_recording', { recording_id: recordingId })).toMatchObject({ recordingId });
  const link = await stage.call('get_recording_link', { recording_id: recordingId, valid_for_seconds: 60 });
  expect(link.accessLink).toContain('/v1-files/');
  const { transcriptionId } = await stage.call('create_transcription', { recording_id: recordingId });
  expect(await stage.call('get_transcription', { transcription_id: transcriptionId })).toMatchObject({ state: 'ready' });
  expect((await stage.call('get_transcription_link', { transcription_id: transcriptionId })).accessLink).toContain('/v1-files/');
  const { summaryId } = await stage.call('create_summary', { transcription_id: transcriptionId });
  expect(await stage.call('get_summary', { summary_id: summaryId })).toMatchObject({ template: 'General Bulleted' });
  expect((await stage.call('list_summaries')).data).toHaveLength(1);
  await stage.call('delete_summary', { summary_id: summaryId });
  await stage.call('delete_transcriptions', { transcription_ids: [transcriptionId] });
  await stage.call('delete_recordings', { recording_ids: [recordingId] });
  expect((await stage.call('list_recordings', { room_name: name })).data).toEqual([]);
  await expect(stage.call('get_recording', { recording_id: recordingId })).rejects.toMatchObject({ code: 'not_found' });
  const usage = await stage.call('list_room_insights', { room_name: 'media-' });
  expect(usage.data).toMatchObject([{ totalSessions: 1, totalUniqueParticipants: 2 }]);
});

it('rooms get a look, and the account tells whose it is', async () => {
  const room = await stage.call('create_room', { room_name_prefix: 'look-' });
  const name = nameOf(room);
  expect(await stage.call('set_room_colors', { room_name: name, primary: '#00615d' })).toEqual({ changed: true, roomName: name });
  await expect(stage.call('set_room_colors', { room_name: name })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await stage.call('set_room_background', { room_name: name, theme: 'mountains' })).toMatchObject({ changed: true });
  expect(await stage.call('set_room_background', { room_name: name, page: 'knock', palette: 'grey' })).toMatchObject({ changed: true });
  const png = Buffer.from('89504e470d0a1a0a00000000', 'hex').toString('base64');
  expect(await stage.call('set_room_logo', { room_name: name, image: png })).toMatchObject({ changed: true });
  await expect(stage.call('set_room_logo', { room_name: name, image: 'aGVsbG8=' })).rejects.toMatchObject({ code: 'invalid_input' });
  const me = await stage.call('get_current_user');
  expect(me).toMatchObject({ name: 'ada', email: 'ada@example.com', source: 'local-config', verified: true });
});

describe('undo', () => {
  it('deletes a room that was made, and says what that means', async () => {
    const room = await stage.call('create_room', { room_name_prefix: 'undo-' });
    const asked = await stage.gate.undo({ id: 'last', principal: stage.principal, surface: 'terminal' });
    if (asked.status !== 'pending') throw new Error(JSON.stringify(asked));
    expect(JSON.stringify(asked.approval.card)).toContain('its link is dead wherever it was sent');
    expect((await stage.gate.answer(asked.approval.id, { approve: true, by: stage.principal })).status).toBe('done');
    await expect(stage.call('get_room', { room_name: room.meetingId })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('of a deleted room is refused with the reason', async () => {
    const room = await stage.call('create_room', { room_name_prefix: 'gone-' });
    await stage.call('delete_room', { room_name: room.roomName });
    const refused = await stage.gate.undo({ id: 'last', principal: stage.principal, surface: 'terminal' });
    expect(refused).toMatchObject({
      status: 'failed',
      error: { code: 'unsupported', message: expect.stringContaining('does not come back') },
    });
  });
});
