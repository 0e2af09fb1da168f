import { describe, expect, it } from 'vitest';
import type { AppError } from '../../errors.ts';
import { createWherebyClient, type WherebyClientOptions } from './index.ts';

const NOW = Date.parse('2030-01-08T09:00:00Z');
const endDate = '2030-01-08T10:00:00Z';

type Answer = (request: Request) => Response | Promise<Response>;

/** An API that answers one request after the other as it is told, and keeps what it was asked. */
function scripted(...answers: readonly Answer[]) {
  const asked: string[] = [];
  const bodies: string[] = [];
  const times: number[] = [];
  const left = [...answers];
  const options: WherebyClientOptions = {
    apiKey: 'key',
    now: () => NOW,
    retries: { firstDelayMs: 1, maximumDelayMs: 5, settleMs: [0, 1] },
    async fetch(request) {
      asked.push(`${request.method} ${request.url.replace('https://api.whereby.dev', '')}`);
      times.push(Date.now());
      bodies.push(request.method === 'GET' ? '' : await request.text());
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === undefined) throw new Error('Nothing is left to answer.');
      return await answer(request);
    },
  };
  return { asked, bodies, times, client: createWherebyClient(options) };
}

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  () =>
    Response.json(body, { status, headers });
const lost: Answer = () => {
  throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
};
const roomOf = (id: string, given: object = {}) => ({
  meetingId: id,
  roomName: `/b1-${id}`,
  roomUrl: `https://x.whereby.com/b1-${id}`,
  startDate: '2030-01-08T09:00:01Z',
  endDate: '2030-01-08T10:00:00.000Z',
  ...given,
});
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it should have failed'),
    (error: AppError) => error,
  );

describe('requests', () => {
  it('go to the documented address, with lists and objects as it wants them', async () => {
    const api = scripted(json({ results: [], cursor: null }));
    await api.client.listMeetings({ limit: 5, fields: ['hostRoomUrl', 'viewerRoomUrl'] });
    await api.client.listRoomInsights({ roomName: { startsWith: '/a b' }, createdAt: { from: '2030-01-01T00:00:00Z' } });
    expect(api.asked.map(decodeURIComponent)).toEqual([
      'GET /v1/meetings?limit=5&fields=hostRoomUrl,viewerRoomUrl',
      'GET /v1/insights/rooms?roomName[startsWith]=/a+b&createdAt[from]=2030-01-01T00:00:00Z',
    ]);
  });

  it('escape the slash of a room, and send pictures as the field "image"', async () => {
    const api = scripted(() => new Response(null, { status: 204 }));
    await api.client.setThemeTokens('/room-1', { tokensPreset: 'default' });
    await api.client.setThemeLogo('/room-1', new Blob(['png']));
    expect(api.asked).toEqual(['PUT /v1/rooms/%2Froom-1/theme/tokens', 'PUT /v1/rooms/%2Froom-1/theme/logo']);
    expect(api.bodies[1]).toContain('name="image"');
  });
});

describe('answers', () => {
  it('may have more than is known, numbers as ids, and no cursor', async () => {
    const api = scripted(json({ results: [{ ...roomOf('1'), meetingId: 52755922, brandNew: { a: 1 } }], extra: true }));
    expect(await api.client.listMeetings()).toEqual({ results: [expect.objectContaining({ meetingId: '52755922' })], cursor: null });
  });

  it.each([
    ['{"error":"nope"}', 403, 'forbidden', 'nope'],
    ['Access token is missing or invalid', 401, 'unauthenticated', 'Access token is missing or invalid'],
    ['<html>down</html>', 400, 'invalid_input', 'api.whereby.dev answered with HTTP status 400 and no explanation.'],
    ['', 404, 'not_found', 'api.whereby.dev answered with HTTP status 404 and no explanation.'],
  ])('that are errors keep their status and text: %s', async (text, status, code, message) => {
    const api = scripted(() => new Response(text, { status }));
    expect(await failureOf(api.client.getMeeting('1'))).toMatchObject({
      code,
      message,
      details: { upstreamStatus: status, upstreamBody: text },
    });
  });

  it('that are a page instead of nothing are not taken for success', async () => {
    const api = scripted(() => new Response('<html>Sign in</html>', { status: 200 }));
    expect(await failureOf(api.client.deleteMeeting('1'))).toMatchObject({ code: 'upstream' });
  });
});

describe('the budget of points', () => {
  it.each([
    [{ 'retry-after': '1' }, {}],
    [{ 'x-ratelimit-reset': () => new Date(Date.now() + 600).toISOString() }, {}],
    [{}, { error: 'Rate limit active for throttle key: organization:1', data: { msLeft: 400 } }],
  ])('is waited for as %j says', async (headers, body) => {
    const made = () =>
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : value()]));
    const api = scripted(() => Response.json(body, { status: 429, headers: made() }), json(roomOf('1'), 201));
    await api.client.createMeeting({ endDate });
    expect((api.times[1] ?? 0) - (api.times[0] ?? 0)).toBeGreaterThanOrEqual(390);
    expect(api.asked).toHaveLength(2);
  });

  it('is not overdrawn when an answer says that it is empty', async () => {
    const empty = () =>
      Response.json(roomOf('1'), {
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': new Date(Date.now() + 500).toUTCString() },
      });
    const api = scripted(() => Response.json(roomOf('1'), { headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } }), empty);
    await api.client.getMeeting('1');
    await api.client.getMeeting('1');
    expect((api.times[1] ?? 0) - (api.times[0] ?? 0)).toBeGreaterThanOrEqual(990);
  });
});

describe('a room whose answer was lost', () => {
  const body = { endDate, roomNamePrefix: 'B1-' };

  it('is found by its prefix and made once', async () => {
    const other = roomOf('8', { roomName: '/b10-8' });
    const old = roomOf('9', { startDate: '2030-01-08T08:00:00Z' });
    const api = scripted(lost, json({ results: [other, old], cursor: 'next' }), json({ results: [roomOf('1')], cursor: null }));
    expect(await api.client.createMeeting(body)).toMatchObject({ meetingId: '1' });
    expect(api.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
    expect(api.asked[2]).toContain('cursor=next');
  });

  it('is no room that another call made', async () => {
    const api = scripted(json(roomOf('1'), 201), lost, json({ results: [roomOf('1'), roomOf('2')], cursor: null }));
    await api.client.createMeeting(body);
    expect(await api.client.createMeeting(body)).toMatchObject({ meetingId: '2' });
  });

  it.each([
    ['several can be it', { results: [roomOf('1'), roomOf('2')], cursor: null }, body],
    ['none is there yet', { results: [], cursor: null }, body],
    ['it has no prefix', { results: [roomOf('1')], cursor: null }, { endDate }],
  ])('stays unknown when %s', async (_when, answer, given) => {
    const api = scripted(lost, json(answer));
    expect(await failureOf(api.client.createMeeting(given))).toMatchObject({ code: 'outcome_unknown' });
    expect(api.asked.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });
});

describe('texts whose answer was lost', () => {
  it('are found: a summary by its transcription, a transcription by what was recorded', async () => {
    const text = {
      roomSessionId: 's1',
      roomName: '/r',
      startDate: '2030-01-08T08:00:00Z',
      endDate: '2030-01-08T08:30:00Z',
      createdAt: '2030-01-08T09:00:02Z',
    };
    const summary = { ...text, summaryId: 'm1', transcriptionId: 't1', summary: {}, state: 'completed', modifiedAt: '', template: 'SOAP' };
    const first = scripted(lost, json({ results: [summary], cursor: null }));
    expect(await first.client.createSummary({ transcriptionId: 't1' })).toBe('m1');
    const recording = {
      recordingId: 'r1',
      roomSessionId: 's1',
      filename: 'x',
      startDate: text.startDate,
      endDate: text.endDate,
      sizeInMegaBytes: 1,
    };
    const live = { ...text, transcriptionId: 't0', type: 'LIVE_TRANSCRIPTION', state: 'ready' };
    const second = scripted(
      lost,
      json(recording),
      json({ results: [live, { ...live, transcriptionId: 't2', type: 'RECORDING_TRANSCRIPTION' }], cursor: null }),
    );
    expect(await second.client.createTranscription('r1')).toBe('t2');
  });
});

describe('deletes', () => {
  it('are tried again, for they may be', async () => {
    const api = scripted(lost, lost, () => new Response(null, { status: 204 }));
    await api.client.deleteMeeting('1');
    await api.client.deleteRecordings(['a']);
    expect(api.asked).toHaveLength(4);
  });
});
