import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestEngine, testEngines } from '../../store/test-engines.ts';
import { HOUR, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

const endDate = new Date(START + HOUR).toISOString();

describe.each(testEngines)('at the same time on $engine', ({ start }) => {
  let engine: TestEngine;
  let whereby: TestWhereby;
  let ada: WherebyPerson;

  beforeAll(async () => {
    engine = await start();
    whereby = await startWhereby({}, await engine.openStore());
    ada = await whereby.addPerson('ada');
  }, 60_000);

  afterAll(async () => {
    expect(whereby.bugs).toEqual([]);
    await whereby.close();
    await engine.stop();
  });

  it('ten people come into a room of four: four are in, in one session', async () => {
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => ada.act(`POST /rooms${roomName}/join`, { displayName: `P${index}` })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 201, 403, 403, 403, 403, 403, 403]);
    const { results } = await ada.client.listSessionInsights({ roomName });
    expect(results).toHaveLength(1);
    const { results: people } = await ada.client.listParticipants({ roomSessionId: results[0]?.roomSessionId ?? '' });
    expect(people).toHaveLength(4);
  });

  it('all leave, some record and somebody deletes the room: everything ends once', async () => {
    const { roomName = '', meetingId } = await ada.client.createMeeting({ endDate, roomMode: 'group' });
    const clients = [];
    for (let index = 0; index < 6; index++) clients.push(await ada.join(roomName, { displayName: `P${index}` }));
    const act = (path: string) => ada.act(`POST /rooms${roomName}/${path}`);
    await Promise.all([
      ...clients.map(({ participantId }) => act(`participants/${participantId}/leave`)),
      ...Array.from({ length: 4 }, () => act('recording/start')),
      ada.client.deleteMeeting(meetingId),
      ada.client.deleteMeeting(meetingId),
      act('end'),
    ]);
    const { body: events } = await ada.act(`GET /events?roomName=${roomName}`);
    const count = (type: string) => events.filter((event: { type: string }) => event.type === type).length;
    expect(count('room.client.left')).toBe(6);
    expect(count('room.session.ended')).toBe(1);
    expect(count('recording.finished')).toBe((await ada.client.listRecordings({ roomName })).results.length);
    expect((await ada.act(`GET /rooms${roomName}`)).body).toMatchObject({
      isOpen: false,
      roomSessionId: null,
      recordingId: null,
      participants: [],
    });
  });

  it('two ask for the summary of one transcription: one is made', async () => {
    const { roomName = '' } = await ada.client.createMeeting({ endDate });
    for (const displayName of ['A', 'B']) await ada.join(roomName, { displayName });
    await ada.act(`POST /rooms${roomName}/transcription/start`);
    const { transcriptionId } = (await ada.act(`POST /rooms${roomName}/transcription/stop`)).body;
    const ask = () => whereby.call('POST /v1/summaries', { key: ada.key, body: { transcriptionId } });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });

  it('lists are read in pages by every kind of key, without a gap or a repetition', async () => {
    const { roomName = '' } = await ada.client.createMeeting({ endDate, roomMode: 'group' });
    for (let round = 0; round < 5; round++) {
      const clients = [await ada.join(roomName, { displayName: `A${round}` }), await ada.join(roomName, { displayName: `B${round}` })];
      whereby.clock.now += (round % 3) * 61_000;
      if (round < 4) for (const { participantId } of clients) await ada.act(`POST /rooms${roomName}/participants/${participantId}/leave`);
    }
    for (const sortBy of [
      undefined,
      'startedAt:asc',
      'endedAt:asc',
      'endedAt:desc',
      'totalParticipantMinutes:desc',
      'totalUniqueParticipants:asc',
    ]) {
      const ids: string[] = [];
      let cursor: string | null | undefined;
      do {
        const query = { roomName, limit: 2, ...(sortBy === undefined ? {} : { sortBy }), ...(cursor ? { cursor } : {}) };
        const page = await ada.client.listSessionInsights(query);
        ids.push(...page.results.map(({ roomSessionId }) => roomSessionId));
        cursor = page.cursor;
      } while (cursor !== null);
      expect(new Set(ids).size, sortBy).toBe(5);
      expect(ids, sortBy).toHaveLength(5);
    }
  });
});
