import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type WherebyClient, webhookEvent } from '../../wire/whereby/index.ts';
import { HOUR, MINUTE, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

let whereby: TestWhereby;
let ada: WherebyPerson;
let eve: WherebyPerson;
let client: WherebyClient;

beforeAll(async () => {
  whereby = await startWhereby();
  ada = await whereby.addPerson('ada');
  eve = await whereby.addPerson('eve');
  client = ada.client;
});

afterEach(() => {
  expect(whereby.bugs).toEqual([]);
  whereby.clock.now = START;
  whereby.clock.process = START;
});

afterAll(() => whereby.close());

const inAnHour = new Date(START + HOUR).toISOString();
const room = (given: Parameters<WherebyClient['createMeeting']>[0] = { endDate: inAnHour }) => client.createMeeting(given);
const later = (ms: number) => {
  whereby.clock.now += ms;
};

describe('a room', () => {
  it('has a name with a slash, a prefix without a separator and moments in UTC', async () => {
    const made = await room({ endDate: '2030-01-08T12:30:00+02:00', roomNamePrefix: 'Customer 0348-', roomNamePattern: 'human-short' });
    expect(made).toEqual({
      meetingId: expect.stringMatching(/^\d{8}$/),
      roomName: expect.stringMatching(/^\/customer0348-[a-hj-np-z2-9]{6}$/),
      roomUrl: `http://rooms.test/rooms${made.roomName}`,
      startDate: '2030-01-08T09:00:00.000Z',
      endDate: '2030-01-08T10:30:00.000Z',
    });
    expect((await room()).roomName).toMatch(/^\/[0-9a-f]{8}-/);
  });

  it('shows its secret links only when it is asked for them', async () => {
    const { meetingId, roomUrl } = await room();
    expect(await client.getMeeting(meetingId)).not.toHaveProperty('hostRoomUrl');
    const full = await client.getMeeting(meetingId, { fields: ['hostRoomUrl', 'viewerRoomUrl'] });
    expect(full.hostRoomUrl).toMatch(new RegExp(`^${roomUrl}\\?roomKey=[\\w-]+\\.[\\w-]+\\.[\\w-]+$`));
    expect(full.viewerRoomUrl).not.toBe(full.hostRoomUrl);
    const viewerMode = await room({ endDate: inAnHour, templateType: 'viewerMode' });
    expect(viewerMode).toHaveProperty('hostRoomUrl');
    expect(viewerMode).toHaveProperty('viewerRoomUrl');
  });

  it.each(['fields=hostRoomUrl,viewerRoomUrl', 'fields=hostRoomUrl&fields=viewerRoomUrl', 'fields[]=hostRoomUrl&fields[]=viewerRoomUrl'])(
    'reads "%s" as two fields',
    async (query) => {
      const { meetingId } = await room();
      const { body } = await whereby.call(`GET /v1/meetings/${meetingId}?${query}`, { key: ada.key });
      expect(Object.keys(body)).toEqual(expect.arrayContaining(['hostRoomUrl', 'viewerRoomUrl']));
    },
  );

  it('is deleted, again without an error, and is gone then', async () => {
    const { meetingId } = await room();
    expect((await whereby.call(`DELETE /v1/meetings/${meetingId}`, { key: ada.key })).status).toBe(204);
    expect((await whereby.call(`DELETE /v1/meetings/${meetingId}`, { key: ada.key })).status).toBe(204);
    expect((await whereby.call('DELETE /v1/meetings/no-such', { key: ada.key })).status).toBe(204);
    await expect(client.getMeeting(meetingId)).rejects.toMatchObject({
      code: 'not_found',
      details: { upstreamStatus: 404, upstreamBody: `{"error":"The requested resource doesn't exist"}` },
    });
  });

  it('stays an hour after its end and not longer', async () => {
    const { meetingId, roomName = '' } = await room();
    later(2 * HOUR - 1);
    expect(await client.getMeeting(meetingId)).toMatchObject({ meetingId });
    later(1);
    await expect(client.getMeeting(meetingId)).rejects.toMatchObject({ code: 'not_found' });
    expect((await ada.act(`POST /rooms${roomName}/join`, { displayName: 'Late' })).status).toBe(404);
    expect((await client.listMeetings({ limit: 100 })).results.map((item) => item.meetingId)).not.toContain(meetingId);
  });

  it.each([
    [{}, 'endDate is required'],
    [{ endDate: 'tomorrow' }, '"tomorrow"'],
    [{ endDate: '2030-01-08T08:59:59Z' }, 'must not lie in the past'],
    [{ endDate: inAnHour, roomNamePrefix: 'über' }, 'roomNamePrefix'],
    [{ endDate: inAnHour, roomMode: 'huge' }, '"huge"'],
    [{ endDate: inAnHour, fields: ['lockRoomOnJoin'] }, 'fields chooses what the answer has'],
  ])('is refused with %j', async (body, text) => {
    const answer = await whereby.call('POST /v1/meetings', { key: ada.key, body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: expect.stringContaining(text) });
  });

  it('of somebody else is not there', async () => {
    const { meetingId, roomName = '' } = await room();
    expect((await whereby.call(`GET /v1/meetings/${meetingId}`, { key: eve.key })).status).toBe(404);
    await eve.client.deleteMeeting(meetingId);
    expect(await client.getMeeting(meetingId)).toMatchObject({ meetingId });
    expect((await eve.client.listMeetings()).results).toEqual([]);
    expect((await eve.act(`POST /rooms${roomName}/join`, { displayName: 'Eve' })).status).toBe(404);
    expect((await whereby.call(`PUT /v1/rooms${roomName}/theme/tokens`, { key: eve.key, body: {} })).status).toBe(404);
  });
});

describe('a list of rooms', () => {
  it('goes on where its page ended, also when rooms come and go meanwhile', async () => {
    const names = [];
    for (let index = 0; index < 5; index++) names.push((await room({ endDate: inAnHour, roomNamePrefix: 'page-' })).roomName);
    const query = { limit: 2, roomName: { startsWith: '/page-' } };
    const first = await client.listMeetings(query);
    await room({ endDate: inAnHour, roomNamePrefix: 'page-' });
    const second = await client.listMeetings({ ...query, cursor: first.cursor ?? '' });
    const third = await client.listMeetings({ ...query, cursor: second.cursor ?? '' });
    expect([...first.results, ...second.results, ...third.results].map(({ roomName }) => roomName)).toEqual(names.toReversed());
    expect(third.cursor).toBeNull();
  });

  it.each(['limit=0', 'limit=101', 'limit=many', 'cursor=nonsense', 'fields=name'])('refuses %s', async (query) => {
    const answer = await whereby.call(`GET /v1/meetings?${query}`, { key: ada.key });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });

  it('refuses the cursor of another list', async () => {
    const { cursor } = await client.listMeetings({ limit: 1 });
    const answer = await whereby.call(`GET /v1/meetings?cursor=${cursor}&roomName[startsWith]=/other`, { key: ada.key });
    expect(answer).toMatchObject({ status: 400, body: { error: expect.stringContaining('cursor') } });
  });
});

describe('a caller', () => {
  it.each([undefined, 'cal_wrong', 'whatever'])('with the key %s is refused on every path', async (key) => {
    for (const path of ['/v1/meetings', '/v1/rooms', '/v1/users/me', '/v1-simulation/webhooks']) {
      const answer = await whereby.call(`GET ${path}`, key === undefined ? {} : { key });
      expect(answer).toMatchObject({ status: 401, body: { error: 'Access token is missing or invalid' } });
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('finds nothing on paths that Whereby does not have', async () => {
    for (const line of ['GET /v1/rooms', 'POST /v1/rooms', 'GET /v1/users/me', 'PATCH /v1/meetings/1']) {
      expect((await whereby.call(line, { key: ada.key, ...(line.startsWith('GET') ? {} : { body: {} }) })).status).toBe(404);
    }
  });

  it('with a key drives no rooms unless that is allowed', async () => {
    const strict = await startWhereby({ simulation: 'owner' });
    const person = await strict.addPerson('ida');
    expect((await strict.call('GET /v1-simulation/webhooks', { key: person.key })).status).toBe(403);
    expect((await strict.call('GET /v1-simulation/webhooks', { userId: person.user.id })).status).toBe(200);
    await strict.close();
  });

  it('spends points: one to read, two to delete, three to write, over all their keys', async () => {
    const limited = await startWhereby({ budget: { pointsPerMinute: 7 } });
    const person = await limited.addPerson('ida');
    const remaining = async (line: string, body?: unknown) =>
      Number((await limited.call(line, { key: person.key, ...(body === undefined ? {} : { body }) })).headers.get('x-ratelimit-remaining'));
    expect(await remaining('GET /v1/meetings')).toBe(6);
    expect(await remaining('DELETE /v1/meetings/1')).toBe(4);
    expect(await remaining('POST /v1/meetings', { endDate: inAnHour })).toBe(1);
    const refused = await limited.call('POST /v1/meetings', { key: person.key, body: { endDate: inAnHour } });
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({
      error: `Rate limit active for throttle key: organization:${person.user.id}`,
      data: { msLeft: expect.any(Number) },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await limited.call('GET /v1/meetings', { userId: person.user.id })).status).toBe(200);
    await limited.close();
  });
});

describe('a session', () => {
  it('begins with the second person, ends when one is left, and is found with its people in the insights', async () => {
    const { roomName = '', meetingId } = await room({ endDate: inAnHour, roomNamePrefix: 'life-', roomMode: 'group' });
    const host = await ada.join(roomName, { displayName: 'Ada', roleName: 'host', deviceId: 'laptop' });
    expect((await client.listSessionInsights({ roomName })).results).toEqual([]);
    later(2 * MINUTE);
    const guest = await ada.join(roomName, { displayName: 'Bob', externalId: 'crm-7', metadata: 'from=mail' });
    later(90_000);
    const { body: state } = await ada.act(`GET /rooms${roomName}`);
    expect(state).toMatchObject({
      isOpen: true,
      roomSessionId: expect.any(String),
      participants: [{ displayName: 'Ada' }, { displayName: 'Bob' }],
    });
    await ada.act(`POST /rooms${roomName}/participants/${guest.participantId}/rate`, { rating: 4, tags: ['audio'], comment: 'Fine.' });
    later(30_000);
    await ada.act(`POST /rooms${roomName}/participants/${guest.participantId}/leave`);
    const [session] = (await client.listSessionInsights({ roomName })).results;
    expect(session).toMatchObject({
      roomName,
      startedAt: '2030-01-08T09:02:00.000Z',
      endedAt: '2030-01-08T09:04:00.000Z',
      totalParticipantMinutes: 4,
      totalUniqueParticipants: 2,
      totalRecorderMinutes: 0,
      rating: 4,
      totalRatings: 1,
    });
    const roomSessionId = session?.roomSessionId ?? '';
    const people = await client.listParticipants({ roomSessionId, sortBy: 'joinedAt:asc' });
    expect(people.results).toEqual([
      expect.objectContaining({
        participantId: host.participantId,
        displayName: 'Ada',
        roleName: 'host',
        deviceId: 'laptop',
        externalId: '',
      }),
      expect.objectContaining({
        participantId: guest.participantId,
        displayName: 'Bob',
        joinedAt: '2030-01-08T09:02:00.000Z',
        leftAt: '2030-01-08T09:04:00.000Z',
        externalId: 'crm-7',
        rating: 4,
        tags: ['audio'],
        comment: 'Fine.',
      }),
    ]);
    expect((await client.listParticipants({ externalId: 'crm-7' })).results).toHaveLength(1);
    expect(await client.getParticipant({ roomSessionId, participantId: guest.participantId })).toEqual([
      expect.objectContaining({ displayName: 'Bob', userRole: 'visitor', sampleRateMs: 2000 }),
    ]);
    expect((await eve.client.listParticipants({ roomSessionId })).results).toEqual([]);

    later(MINUTE);
    await ada.join(roomName, { displayName: 'Cleo' });
    expect((await client.listSessionInsights({ roomName, sortBy: 'startedAt:asc' })).results.map(({ endedAt }) => endedAt)).toEqual([
      '2030-01-08T09:04:00.000Z',
      null,
    ]);
    const rooms = await client.listRoomInsights({ roomName: { exact: roomName } });
    expect(rooms.results).toEqual([
      expect.objectContaining({
        roomName,
        totalSessions: 2,
        totalUniqueParticipants: 3,
        firstSessionStartedAt: '2030-01-08T09:02:00.000Z',
      }),
    ]);
    expect((await client.listRoomInsights({ roomName: { contains: 'life' }, createdAt: { to: '2030-01-08T08:00:00Z' } })).results).toEqual(
      [],
    );
    await client.deleteMeeting(meetingId);
    expect((await client.listSessionInsights({ roomName, sortBy: 'endedAt:desc', limit: 1 })).results[0]?.endedAt).not.toBeNull();
  });

  it('is over for everybody an hour after the end of the room', async () => {
    const { roomName = '' } = await room();
    await ada.join(roomName, { displayName: 'Ada' });
    await ada.join(roomName, { displayName: 'Bob' });
    later(5 * HOUR);
    const [session] = (await client.listSessionInsights({ roomName })).results;
    expect(session).toMatchObject({ endedAt: '2030-01-08T11:00:00.000Z', totalParticipantMinutes: 240 });
  });

  it('has four places in a normal room', async () => {
    const { roomName = '' } = await room();
    for (const displayName of ['A', 'B', 'C', 'D']) await ada.join(roomName, { displayName });
    expect(await ada.act(`POST /rooms${roomName}/join`, { displayName: 'E' })).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('full') },
    });
    expect((await ada.act(`POST /rooms${roomName}/join`, { displayName: 'Scribe', roleName: 'captioner' })).status).toBe(201);
  });
});

describe('a locked room', () => {
  it('is entered by hosts, and by others when they knock and are let in', async () => {
    const made = await room({ endDate: inAnHour, isLocked: true, fields: ['hostRoomUrl'] });
    const { roomName = '' } = made;
    expect(await ada.act(`POST /rooms${roomName}/join`, { displayName: 'Bob' })).toMatchObject({ status: 403 });
    const roomKey = new URL(made.hostRoomUrl ?? '').searchParams.get('roomKey') ?? '';
    expect(await ada.join(roomName, { displayName: 'Ada', roomKey })).toMatchObject({ roleName: 'host', state: 'present' });
    expect((await ada.act(`POST /rooms${roomName}/join`, { displayName: 'Eve', roomKey: `${roomKey}x` })).status).toBe(403);

    const knocking = await ada.act(`POST /rooms${roomName}/knock`, { displayName: 'Bob' });
    const other = await ada.act(`POST /rooms${roomName}/knock`, { displayName: 'Cleo' });
    const admitted = await ada.act(`POST /rooms${roomName}/participants/${knocking.body.participantId}/admit`);
    expect(admitted.body).toMatchObject({ displayName: 'Bob', roleName: 'granted_visitor', state: 'present' });
    await ada.act(`POST /rooms${roomName}/participants/${other.body.participantId}/cancel-knock`);
    expect((await ada.act(`POST /rooms${roomName}/participants/${other.body.participantId}/admit`)).status).toBe(409);

    const { body: events } = await whereby.call(`GET /v1-simulation/events?roomName=${roomName}`, { key: ada.key });
    expect(events.map(({ type }: { type: string }) => type).toReversed()).toEqual([
      'room.client.joined',
      'room.client.knocked',
      'room.client.knocked',
      'room.client.joined',
      'room.session.started',
      'room.client.knockCancelled',
    ]);
    for (const event of events) expect(webhookEvent.parse(event)).toMatchObject({ id: event.id });
    expect(events[2].data).toMatchObject({
      meetingId: made.meetingId,
      roomName,
      subdomain: 'ada',
      displayName: 'Bob',
      roleName: 'granted_visitor',
      numClients: 2,
      numClientsByRoleName: { host: 1, granted_visitor: 1 },
      externalId: null,
      roomSessionId: expect.any(String),
    });
  });
});
