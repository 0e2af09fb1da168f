import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CreateMeeting, WherebyClient } from '../../wire/whereby/index.ts';
import { HOUR, MINUTE, START, startWhereby, type TestWhereby, type WherebyAnswer, type WherebyPerson } from './whereby.fixture.ts';

let whereby: TestWhereby;
let ada: WherebyPerson;
let client: WherebyClient;

beforeAll(async () => {
  whereby = await startWhereby();
  ada = await whereby.addPerson('ada');
  client = ada.client;
});

beforeEach(() => {
  whereby.clock.now = START;
  whereby.clock.process = START;
});

afterEach(() => expect(whereby.bugs).toEqual([]));

afterAll(() => whereby.close());

const endDate = new Date(START + HOUR).toISOString();
const later = (ms: number) => {
  whereby.clock.now += ms;
};
const open = (link: string): Promise<WherebyAnswer> => whereby.call(`GET ${link.replace('http://rooms.test', '')}`);

/** A session of Ada and Bob in a room of its own. */
async function meet(settings: Partial<CreateMeeting> = {}) {
  const { roomName = '', meetingId } = await client.createMeeting({ endDate, ...settings });
  const host = await ada.join(roomName, { displayName: 'Ada', roleName: 'host' });
  const guest = await ada.join(roomName, { displayName: 'Bob' });
  const act = (line: string, body?: unknown) => ada.act(line.replace(' ', ` /rooms${roomName}`), body);
  const say = (who: typeof host, text: string) => act(`POST /participants/${who.participantId}/say`, { text });
  return { roomName, meetingId, host, guest, act, say };
}

/** Boxes of an MP4 file by their path. */
function boxesOf(file: Buffer, path = '', found = new Map<string, Buffer>()): Map<string, Buffer> {
  for (let offset = 0; offset + 8 <= file.length; ) {
    const size = file.readUInt32BE(offset);
    const type = file.toString('latin1', offset + 4, offset + 8);
    const content = file.subarray(offset + 8, offset + size);
    found.set(`${path}${type}`, content);
    if (['moov', 'trak', 'mdia', 'minf', 'stbl'].includes(type)) boxesOf(content, `${path}${type}/`, found);
    offset += size;
  }
  return found;
}

async function download(link: string): Promise<Buffer> {
  const response = await whereby.app.fetch(new Request(link), {});
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

describe('a recording', () => {
  it('is a file that is as long as what was recorded, and says what happened', async () => {
    const { roomName, guest, act, say } = await meet({ roomNamePrefix: 'taped-' });
    const started = await act('POST /recording/start');
    expect(started.status).toBe(201);
    expect((await act('POST /recording/start')).status).toBe(409);
    expect((await client.listRecordings({ roomName })).results).toEqual([]);
    later(MINUTE);
    await say(guest, 'Grüezi!');
    later(MINUTE);
    await act('POST /recording/stop');
    const [recording] = (await client.listRecordings({ roomName })).results;
    expect(recording).toEqual({
      recordingId: started.body.recordingId,
      roomSessionId: expect.any(String),
      filename: `${roomName.slice(1)}-2030-01-08T09:00:00.000Z.mp4`,
      startDate: '2030-01-08T09:00:00.000Z',
      endDate: '2030-01-08T09:02:00.000Z',
      sizeInMegaBytes: expect.any(Number),
    });
    const { accessLink, expires } = await client.getRecordingAccessLink(started.body.recordingId, { validForSeconds: 60 });
    expect(expires).toBe(START + 60_000);
    const file = await download(accessLink);
    expect(file.length / 1_000_000).toBe(recording?.sizeInMegaBytes);
    const boxes = boxesOf(file);
    expect([...boxes.keys()].slice(0, 3)).toEqual(['ftyp', 'mdat', 'moov']);
    expect(boxes.get('moov/mvhd')?.readUInt32BE(16)).toBe(120_000);
    expect(boxes.get('moov/trak/mdia/minf/stbl/stsd')?.toString('latin1')).toContain('tx3g');
    const firstSample = boxes.get('moov/trak/mdia/minf/stbl/stco')?.readUInt32BE(8) ?? 0;
    expect(file.toString('utf8', firstSample + 2, firstSample + 2 + file.readUInt16BE(firstSample))).toBe(
      `${roomName.slice(1)}\nAda is here\nBob is here`,
    );
    expect(boxes.get('mdat')?.toString()).toContain('Bob: Grüezi!');
  });

  it('has links that expire and cannot be altered, and goes with its file', async () => {
    const { act } = await meet();
    const { recordingId } = (await act('POST /recording/start')).body;
    await act('POST /recording/stop');
    const { accessLink, expires } = await client.getRecordingAccessLink(recordingId, { validForSeconds: 60 });
    expect((await open(accessLink)).status).toBe(200);
    expect((await open(accessLink.replace(String(expires), String(expires + 1)))).status).toBe(403);
    expect((await open(accessLink.replace(/signature=.../, 'signature=AAA'))).status).toBe(403);
    expect((await open(accessLink.replace(/\?.*/, ''))).status).toBe(403);
    whereby.clock.process = START + 60_000;
    expect((await open(accessLink)).status).toBe(403);
    whereby.clock.process = START;
    await client.deleteRecordings([recordingId, 'unknown', '00000000-0000-4000-8000-000000000000']);
    expect((await open(accessLink)).status).toBe(404);
    await client.deleteRecording(recordingId);
    await expect(client.getRecording(recordingId)).rejects.toMatchObject({ code: 'not_found' });
    const answer = await whereby.call(`GET /v1/recordings/${recordingId}/access-link?validForSeconds=43201`, { key: ada.key });
    expect(answer.status).toBe(400);
  });

  it('starts by itself where the room was told so, and ends with the session', async () => {
    const recording = { type: 'cloud', destination: null, startTrigger: 'automatic-2nd-participant' } as const;
    const { roomName, guest, act } = await meet({ recording });
    later(90_000);
    await act(`POST /participants/${guest.participantId}/leave`);
    expect((await client.listRecordings({ roomName })).results).toMatchObject([{ endDate: '2030-01-08T09:01:30.000Z' }]);
    const [usage] = (await client.listRoomInsights({ roomName: { exact: roomName } })).results;
    expect(usage).toMatchObject({ totalRecorderMinutes: 2, totalUniqueRecorders: 1 });
  });

  it('in a bucket of the customer has no link from here, and cannot be transcribed', async () => {
    const { act } = await meet({
      recording: { type: 'cloud', destination: { provider: 's3', bucket: 'mine', accessKeySecret: 'hush' }, startTrigger: 'none' },
    });
    const { recordingId } = (await act('POST /recording/start')).body;
    await act('POST /recording/stop');
    await expect(client.getRecordingAccessLink(recordingId)).rejects.toMatchObject({ code: 'forbidden' });
    const transcriptionId = await client.createTranscription(recordingId);
    expect(await client.getTranscription(transcriptionId)).toMatchObject({ state: 'failed', storageType: 'WHEREBY_HOSTED' });
    await expect(client.getTranscriptionAccessLink(transcriptionId)).rejects.toMatchObject({ code: 'not_found' });
    await expect(client.createSummary({ transcriptionId })).rejects.toMatchObject({ code: 'conflict' });
    const settings = await whereby.store.db.selectFrom('whereby_rooms').select('settings').execute();
    expect(JSON.stringify(settings)).not.toContain('hush');
  });

  it('is refused where recording is switched off, and without a session', async () => {
    const { act } = await meet({ recording: { type: 'none', destination: null, startTrigger: null } });
    expect((await act('POST /recording/start')).status).toBe(403);
    const { roomName = '' } = await client.createMeeting({ endDate });
    expect((await ada.act(`POST /rooms${roomName}/recording/start`)).status).toBe(409);
    expect((await ada.act(`POST /rooms${roomName}/recording/stop`)).status).toBe(409);
  });

  it('is listed by size, length or beginning', async () => {
    const { roomName, host, act, say } = await meet();
    for (const minutes of [3, 1, 2]) {
      await act('POST /recording/start');
      await say(host, 'word '.repeat(10 - minutes));
      later(minutes * MINUTE);
      await act('POST /recording/stop');
    }
    const lengths = async (sortBy: string, limit = 10) => {
      const minutes: number[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await client.listRecordings({ roomName, sortBy, limit, ...(cursor ? { cursor } : {}) });
        minutes.push(...page.results.map((item) => (Date.parse(item.endDate) - Date.parse(item.startDate)) / MINUTE));
        cursor = page.cursor;
      } while (cursor !== null);
      return minutes;
    };
    expect(await lengths('duration:asc', 1)).toEqual([1, 2, 3]);
    expect(await lengths('duration:desc')).toEqual([3, 2, 1]);
    expect(await lengths('startDate:desc', 2)).toEqual([2, 1, 3]);
    expect(await lengths('sizeInMegaBytes:asc', 1)).toHaveLength(3);
    expect((await whereby.call('GET /v1/recordings?sortBy=length:up', { key: ada.key })).body.error).toContain('"length:up"');
  });
});

describe('a transcription', () => {
  it('of a session says who said what and when, and can be summarized once', async () => {
    const { roomName, host, guest, act, say } = await meet();
    await say(host, 'This is before it began.');
    later(1000);
    await act('POST /transcription/start');
    const live = (await client.listTranscriptions({ roomName })).results[0];
    expect(live).toMatchObject({ state: 'in_progress', type: 'LIVE_TRANSCRIPTION' });
    await client.deleteTranscription(live?.transcriptionId ?? '');
    later(5000);
    await say(host, 'We need the budget for the release. The release is on Friday.');
    later(60_000);
    await say(guest, "I'll send the budget tomorrow. Who tests the release?");
    const stopped = await act('POST /transcription/stop');
    const { transcriptionId } = stopped.body;
    expect(await client.getTranscription(transcriptionId)).toMatchObject({
      transcriptionId: live?.transcriptionId,
      state: 'ready',
      durationInSeconds: 65,
      filename: `${roomName.slice(1)}-2030-01-08T09:00:01.000Z.md`,
    });
    const { accessLink } = await client.getTranscriptionAccessLink(transcriptionId);
    expect((await open(accessLink)).body).toBe(
      `# ${roomName.slice(1)}\n\n2030-01-08T09:00:01.000Z – 2030-01-08T09:01:06.000Z\n\n` +
        '**Ada** (00:00:05): We need the budget for the release. The release is on Friday.\n\n' +
        "**Bob** (00:01:05): I'll send the budget tomorrow. Who tests the release?\n",
    );

    const summaryId = await client.createSummary({ transcriptionId });
    expect(await client.getSummary(summaryId)).toMatchObject({
      transcriptionId,
      template: 'General Bulleted',
      state: 'completed',
      summary: {
        summary: expect.stringContaining('• Ada: We need the budget for the release.'),
        actionItems: ["Bob: I'll send the budget tomorrow."],
        questions: ['Bob: Who tests the release?'],
      },
    });
    await expect(client.createSummary({ transcriptionId, template: 'SOAP' })).rejects.toMatchObject({ code: 'conflict' });
    await client.deleteSummary(summaryId);
    await client.deleteSummary(summaryId);
    const again = await client.createSummary({ transcriptionId, template: 'SOAP' });
    expect((await client.getSummary(again)).summary).toMatchObject({ plan: ["Bob: I'll send the budget tomorrow."] });
    expect((await client.listSummaries({ sortBy: 'durationInSeconds:desc' })).results[0]?.summaryId).toBe(again);
    await client.deleteTranscriptions([transcriptionId]);
    await expect(client.getSummary(again)).rejects.toMatchObject({ code: 'not_found' });
    expect((await open(accessLink)).status).toBe(404);
  });

  it('of a recording covers what was recorded', async () => {
    const { roomName, host, act, say } = await meet();
    const { recordingId } = (await act('POST /recording/start')).body;
    later(1000);
    await say(host, 'On tape.');
    later(1000);
    await act('POST /recording/stop');
    later(1000);
    await say(host, 'Off the record.');
    const transcriptionId = await client.createTranscription(recordingId);
    expect(await client.getTranscription(transcriptionId)).toMatchObject({ type: 'RECORDING_TRANSCRIPTION', state: 'ready', roomName });
    const { body } = await open((await client.getTranscriptionAccessLink(transcriptionId)).accessLink);
    expect(body).toContain('On tape.');
    expect(body).not.toContain('Off the record.');
    await expect(client.createTranscription('nope')).rejects.toMatchObject({ code: 'not_found' });
    const { body: events } = await ada.act(`GET /events?roomName=${roomName}`);
    expect(events.slice(0, 3)).toMatchObject([
      { type: 'transcription.finished', data: { transcriptionId, status: 'ready', recordingId, durationInSeconds: 2 } },
      { type: 'transcription.started', data: { transcriptionId, type: 'RECORDING_TRANSCRIPTION' } },
      { type: 'recording.finished', data: { recordingId, roomName, status: 'completed' } },
    ]);
    expect(events[2].data).not.toHaveProperty('meetingId');
  });
});

describe('a theme', () => {
  const png = new Blob([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')], { type: 'image/png' });

  it('is set on a room whose name is written in any of three ways', async () => {
    const { roomName = '' } = await client.createMeeting({ endDate });
    const body = { tokens: { colors: { primary: '#112233' } }, tokensPreset: 'custom' };
    for (const path of [encodeURIComponent(roomName), roomName, roomName.slice(1)]) {
      expect((await whereby.call(`PUT /v1/rooms/${path}/theme/tokens`, { key: ada.key, body })).status).toBe(204);
    }
    const { theme } = await whereby.store.db
      .selectFrom('whereby_rooms')
      .select('theme')
      .where('name', '=', roomName)
      .executeTakeFirstOrThrow();
    expect(theme).toEqual({ colors: { primary: '#112233' }, tokensPreset: 'custom' });
    const wrong = await whereby.call(`PUT /v1/rooms${roomName}/theme/tokens`, {
      key: ada.key,
      body: { tokens: { colors: { focus: 'red' } } },
    });
    expect(wrong).toMatchObject({ status: 400, body: { error: expect.stringContaining('color') } });
  });

  it('takes pictures as a form, and presets as JSON', async () => {
    const { roomName = '' } = await client.createMeeting({ endDate });
    const read = async () =>
      (await whereby.store.db.selectFrom('whereby_rooms').select('theme').where('name', '=', roomName).executeTakeFirstOrThrow()).theme;
    await client.setThemeLogo(roomName, png);
    await client.setRoomBackground(roomName, png);
    await client.setKnockPageBackground(roomName, { palette: 'grey', theme: 'rocks' });
    expect(await read()).toEqual({
      logoFileId: expect.any(String),
      roomBackground: { fileId: expect.any(String) },
      knockPageBackground: { palette: 'grey', theme: 'rocks' },
    });
    await client.setThemeLogo(roomName, { theme: 'default' });
    await client.setRoomBackground(roomName, { palette: 'purple' });
    expect(await read()).toEqual({ roomBackground: { palette: 'purple' }, knockPageBackground: { palette: 'grey', theme: 'rocks' } });
    const { count } = await whereby.store.db
      .selectFrom('whereby_files')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('content_type', '=', 'image/png')
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(0);
  });

  it('refuses what is no picture, too large, or sent in another way', async () => {
    const { roomName = '' } = await client.createMeeting({ endDate });
    const text = await client.setRoomBackground(roomName, new Blob(['hello'])).catch((error: unknown) => error);
    expect(text).toMatchObject({ code: 'invalid_input', message: expect.stringContaining('no picture') });
    const large = await client.setRoomBackground(roomName, new Blob([Buffer.alloc(600_001)])).catch((error: unknown) => error);
    expect(large).toMatchObject({ details: { upstreamStatus: 413 } });
    const file = new FormData();
    file.append('file', png);
    expect((await whereby.call(`PUT /v1/rooms${roomName}/theme/logo`, { key: ada.key, body: file })).body.error).toContain('"image"');
    for (const headers of [{ 'content-type': 'text/plain' }, { 'content-type': 'multipart/form-data' }]) {
      const answer = await whereby.call(`PUT /v1/rooms${roomName}/theme/logo`, { key: ada.key, body: 'x', headers });
      expect(answer.status).toBe(400);
    }
    expect((await whereby.call('PUT /v1/rooms/none/theme/logo', { key: ada.key, body: { theme: 'default' } })).status).toBe(404);
  });
});
