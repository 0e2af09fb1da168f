import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWherebySpecification } from './specification.fixture.ts';
import { HOUR, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

const specification = await readWherebySpecification();
if (specification === undefined)
  console.warn('Skipped: the official specification (../shared/data/whereby-openapi.json) is not beside this checkout.');

let whereby: TestWhereby;
let ada: WherebyPerson;

beforeAll(async () => {
  whereby = await startWhereby();
  ada = await whereby.addPerson('ada');
});

afterAll(() => whereby.close());

it.skipIf(specification === undefined)('every operation answers as the official specification says', async () => {
  if (specification === undefined) return;
  const seen = new Set<string>();
  const found: string[] = [];
  const call = async (operation: string, path: string, body?: unknown) => {
    const [method = ''] = operation.split(' ');
    const answer = await whereby.call(`${method} /v1${path}`, { key: ada.key, ...(body === undefined ? {} : { body }) });
    if (!specification.declares(operation, answer.status)) found.push(`${operation} answered ${answer.status}`);
    if (answer.status < 300) seen.add(operation);
    found.push(...specification.violations(operation, answer.status, answer.body));
    return answer.body;
  };
  const endDate = new Date(START + HOUR).toISOString();

  const room = await call('POST /meetings', '/meetings', {
    endDate,
    isLocked: false,
    roomMode: 'group',
    roomNamePrefix: 'spec-',
    recording: { type: 'cloud', destination: { provider: 'whereby' }, startTrigger: 'none' },
    liveTranscription: { destination: { provider: 'whereby' }, startTrigger: 'manual', language: 'en', liveCaptions: true },
    fields: ['hostRoomUrl', 'viewerRoomUrl'],
  });
  await call('POST /meetings', '/meetings', { endDate });
  await call('GET /meetings', '/meetings?limit=1&fields=hostRoomUrl,viewerRoomUrl');
  await call('GET /meetings', '/meetings');
  await call('GET /meetings/{meetingId}', `/meetings/${room.meetingId}?fields=hostRoomUrl`);
  await call('GET /meetings/{meetingId}', '/meetings/nope');

  const { roomName } = room;
  await ada.join(roomName, { displayName: 'Ada', roleName: 'host' });
  const bob = await ada.join(roomName, { displayName: 'Bob' });
  const { recordingId } = (await ada.act(`POST /rooms${roomName}/recording/start`)).body;
  await ada.act(`POST /rooms${roomName}/transcription/start`);
  await ada.act(`POST /rooms${roomName}/participants/${bob.participantId}/say`, { text: 'We will meet again on Monday.' });
  await call('GET /transcriptions', '/transcriptions');
  await ada.act(`POST /rooms${roomName}/transcription/stop`);
  await ada.act(`POST /rooms${roomName}/recording/stop`);

  await call('GET /recordings', `/recordings?roomName=${roomName}&sortBy=sizeInMegaBytes:desc`);
  await call('GET /recordings/{recordingId}', `/recordings/${recordingId}`);
  await call('GET /recordings/{recordingId}/access-link', `/recordings/${recordingId}/access-link?validForSeconds=60`);
  await call('GET /recordings/{recordingId}/access-link', '/recordings/nope/access-link');
  const { transcriptionId } = await call('POST /transcriptions', '/transcriptions', { recordingId });
  await call('POST /transcriptions', '/transcriptions', { recordingId: 'nope' });
  await call('GET /transcriptions', `/transcriptions?roomName=${roomName}&limit=1`);
  await call('GET /transcriptions/{transcriptionId}', `/transcriptions/${transcriptionId}`);
  await call('GET /transcriptions/{transcriptionId}/access-link', `/transcriptions/${transcriptionId}/access-link`);
  const { summaryId } = await call('POST /summaries', '/summaries', { transcriptionId, template: 'General Narrative' });
  await call('GET /summaries', '/summaries?sortBy=startDate:asc');
  await call('GET /summaries/{summaryId}', `/summaries/${summaryId}`);

  const name = encodeURIComponent(roomName);
  await call('PUT /rooms/{roomName}/theme/tokens', `/rooms/${name}/theme/tokens`, { tokens: { colors: { primary: '#aabbcc' } } });
  await call('PUT /rooms/{roomName}/theme/logo', `/rooms/${name}/theme/logo`, { theme: 'default' });
  await call('PUT /rooms/{roomName}/theme/logo', `/rooms/${name}/theme/logo`, '<svg/>');
  await call('PUT /rooms/{roomName}/theme/room-background', `/rooms/${name}/theme/room-background`, { palette: 'grey' });
  await call('PUT /rooms/{roomName}/theme/room-knock-page-background', `/rooms/${name}/theme/room-knock-page-background`, {
    theme: 'mountains',
  });

  const session = (await call('GET /insights/room-sessions', `/insights/room-sessions?roomName=${roomName}`)).results[0];
  await call('GET /insights/participants', `/insights/participants?roomSessionId=${session.roomSessionId}`);
  await ada.act(`POST /rooms${roomName}/participants/${bob.participantId}/rate`, { rating: 5, tags: ['video-quality'], comment: 'Good.' });
  await ada.act(`POST /rooms${roomName}/end`);
  await call('GET /insights/rooms', '/insights/rooms?sortBy=totalSessions:asc&createdAt[from]=2030-01-01T00:00:00Z');
  await call('GET /insights/room-sessions', `/insights/room-sessions?roomName=${name}&roomSessionId=${session.roomSessionId}`);
  await call('GET /insights/participants', `/insights/participants?roomSessionId=${session.roomSessionId}&limit=1`);
  await call(
    'GET /insights/participant',
    `/insights/participant?roomSessionId=${session.roomSessionId}&participantId=${bob.participantId}`,
  );

  await call('DELETE /summaries/{summaryId}', `/summaries/${summaryId}`);
  await call('DELETE /transcriptions/{transcriptionId}', `/transcriptions/${transcriptionId}`);
  await call('POST /transcriptions/bulk-delete', '/transcriptions/bulk-delete', { transcriptionIds: [transcriptionId, 'nope'] });
  await call('DELETE /recordings/{recordingId}', `/recordings/${recordingId}`);
  await call('POST /recordings/bulk-delete', '/recordings/bulk-delete', { recordingIds: [recordingId, 'nope'] });
  await call('DELETE /meetings/{meetingId}', `/meetings/${room.meetingId}`);

  expect(found).toEqual([]);
  expect(specification.operations.filter((operation) => !seen.has(operation))).toEqual([]);
  expect(specification.operations).toHaveLength(27);
  expect(whereby.bugs).toEqual([]);
});

it.skipIf(specification === undefined)('a wrong answer is noticed', () => {
  const broken = { meetingId: '1', roomUrl: 'http://rooms.test/rooms/x', endDate: 5 };
  expect(specification?.violations('GET /meetings/{meetingId}', 200, broken)).toEqual([expect.stringContaining('/endDate must be string')]);
  expect(specification?.violations('GET /recordings', 200, { results: [{}], cursor: null })).not.toEqual([]);
});
