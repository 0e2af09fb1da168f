import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestEngine, testEngines } from '../../store/test-engines.ts';
import { readWherebySpecification } from './specification.fixture.ts';
import { HOUR, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

const specification = await readWherebySpecification();
if (specification === undefined)
  console.warn('Answers are not compared: the official specification (../shared/data/whereby-openapi.json) is not beside this checkout.');

const SEED = Number(process.env.KALENDS_FUZZ_SEED ?? 20300108);
const RUNS = Number(process.env.KALENDS_FUZZ_RUNS ?? 1500);

const endDate = new Date(START + HOUR).toISOString();

/** Bodies that are right, to be spoiled. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /meetings': {
    endDate,
    roomMode: 'group',
    isLocked: false,
    roomNamePrefix: 'fuzz-',
    roomNamePattern: 'human-short',
    recording: { type: 'cloud', destination: { provider: 'whereby' }, startTrigger: 'automatic' },
    liveTranscription: { destination: null, startTrigger: 'automatic', language: 'en' },
    fields: ['hostRoomUrl'],
  },
  'POST /recordings/bulk-delete': { recordingIds: ['@recording', 'x'] },
  'POST /transcriptions': { recordingId: '@recording' },
  'POST /transcriptions/bulk-delete': { transcriptionIds: ['@transcription'] },
  'POST /summaries': { transcriptionId: '@transcription', template: 'SOAP' },
  'PUT /rooms/{roomName}/theme/tokens': { tokens: { colors: { primary: '#001122', focus: '#ffffff' } }, tokensPreset: 'custom' },
  'PUT /rooms/{roomName}/theme/logo': { theme: 'default' },
  'PUT /rooms/{roomName}/theme/room-background': { palette: 'grey', theme: 'rocks' },
  'PUT /rooms/{roomName}/theme/room-knock-page-background': { palette: 'purple' },
};

const OPERATIONS = [
  ...Object.keys(BODIES),
  'GET /meetings',
  'GET /meetings/{meetingId}',
  'DELETE /meetings/{meetingId}',
  'GET /recordings',
  'GET /recordings/{recordingId}',
  'DELETE /recordings/{recordingId}',
  'GET /recordings/{recordingId}/access-link',
  'GET /transcriptions',
  'GET /transcriptions/{transcriptionId}',
  'DELETE /transcriptions/{transcriptionId}',
  'GET /transcriptions/{transcriptionId}/access-link',
  'GET /summaries',
  'GET /summaries/{summaryId}',
  'DELETE /summaries/{summaryId}',
  'GET /insights/rooms',
  'GET /insights/room-sessions',
  'GET /insights/participants',
  'GET /insights/participant',
];

const kinds = ['meeting', 'room', 'recording', 'transcription', 'summary', 'session', 'participant', 'cursor'] as const;
type Kind = (typeof kinds)[number];

/** What was seen so far, so that paths lead somewhere. */
class Pool {
  private readonly known = new Map<Kind, string[]>();

  add(kind: Kind, value: unknown): void {
    if (typeof value === 'string') this.known.set(kind, [...(this.known.get(kind) ?? []), value].slice(-20));
  }

  pick(kind: Kind, index: number): string {
    const values = this.known.get(kind) ?? [];
    return values[index % Math.max(1, values.length)] ?? 'none';
  }
}

const odd = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    'null',
    '\u0000',
    '\ud800',
    '/',
    '//',
    '%2F',
    '..',
    "'; drop table users; --",
    '9'.repeat(30),
    '🎈',
    'a'.repeat(3000),
  ),
  fc.constantFrom(
    '00000000-0000-4000-8000-000000000000',
    '99999999999999',
    '2030-02-30',
    '2030-01-08T09:00:00Z',
    '+272000-01-01T00:00:00Z',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const oddValue = fc.oneof(odd, fc.integer(), fc.double(), fc.constantFrom(null, true, [], {}, [null], { a: { b: [] } }), fc.jsonValue());

const SORTS = [
  'roomName',
  'startDate',
  'duration',
  'sizeInMegaBytes',
  'durationInSeconds',
  'totalSessions',
  'createdAt',
  'lastSessionStartedAt',
];
const MORE_SORTS = ['startedAt', 'endedAt', 'joinedAt', 'leftAt', 'totalUniqueParticipants', 'totalRecorderMinutes'];

const parameter = fc.oneof(
  fc.tuple(fc.constant('limit'), fc.constantFrom('1', '2', '100', '0', '101', 'x')),
  fc.tuple(fc.constant('cursor'), fc.constantFrom('@cursor', 'bm9uZQ', 'WzEsMiwzXQ')),
  fc.tuple(
    fc.constant('sortBy'),
    fc.tuple(fc.constantFrom(...SORTS, ...MORE_SORTS), fc.constantFrom('asc', 'desc', 'up')).map((pair) => pair.join(':')),
  ),
  fc.tuple(
    fc.constantFrom('roomName', 'roomName[exact]', 'roomName[startsWith]', 'roomName[contains]'),
    fc.constantFrom('@room', '/fuzz', 'f'),
  ),
  fc.tuple(fc.constantFrom('createdAt[from]', 'createdAt[to]'), fc.constantFrom('2030-01-08', '2030-01-08T10:00:00Z', 'now')),
  fc.tuple(fc.constant('roomSessionId'), fc.constantFrom('@session', 'x')),
  fc.tuple(fc.constantFrom('participantId', 'externalId'), fc.constantFrom('@participant', 'crm-1')),
  fc.tuple(fc.constantFrom('fields', 'fields[]'), fc.constantFrom('hostRoomUrl', 'hostRoomUrl,viewerRoomUrl', 'x')),
  fc.tuple(fc.constant('validForSeconds'), fc.constantFrom('1', '43200', '43201', '1e3')),
  fc.tuple(fc.oneof(fc.constantFrom('limit', 'roomName', 'roomName[a][b]', 'fields', 'sortBy', 'cursor', 'roomSessionId'), odd), odd),
);

/** Absent as a rule: once in `oneIn` it is there. */
function sometimes<Value>(arbitrary: fc.Arbitrary<Value>, oneIn: number): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: oneIn - 1 }, { arbitrary, weight: 1 });
}

const request = fc.record({
  operation: fc.constantFrom(...OPERATIONS),
  pick: fc.nat(50),
  path: sometimes(odd, 5),
  query: fc.array(parameter, { maxLength: 3 }),
  /** Without what the operation needs. */
  isBare: fc.boolean(),
  spoil: sometimes(fc.tuple(fc.nat(20), oddValue), 2),
  body: sometimes(fc.oneof(fc.constantFrom('', '{', '[]', 'null', '"x"', '[1]'), fc.json(), odd), 6),
  contentType: sometimes(fc.constantFrom('text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded'), 8),
});

type FuzzRequest = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

let whereby: TestWhereby;
let ada: WherebyPerson;
let pool = new Pool();

/** A room in which something happened. */
async function live(): Promise<void> {
  const { roomName = '', meetingId } = await ada.client.createMeeting({ endDate, roomNamePrefix: 'fuzz-' });
  const guest = await ada.join(roomName, { displayName: 'Ada', externalId: 'crm-1' });
  await ada.join(roomName, { displayName: 'Bob' });
  const recording = await ada.act(`POST /rooms${roomName}/recording/start`);
  const transcription = await ada.act(`POST /rooms${roomName}/transcription/start`);
  await ada.act(`POST /rooms${roomName}/participants/${guest.participantId}/say`, { text: 'We will see. Shall we?' });
  if (Math.floor(whereby.clock.now / 1000) % 2 === 0) await ada.act(`POST /rooms${roomName}/end`);
  whereby.clock.now += 7_001;
  const { results } = await ada.client.listSessionInsights({ roomName });
  pool.add('meeting', meetingId);
  pool.add('room', roomName);
  pool.add('recording', recording.body.recordingId);
  pool.add('transcription', transcription.body.transcriptionId);
  pool.add('participant', guest.participantId);
  pool.add('session', results[0]?.roomSessionId);
}

function fill(text: string, pick: number): string {
  const kind = kinds.find((name) => text === `@${name}`);
  return kind === undefined ? text : pool.pick(kind, pick);
}

/** What an operation does not work without. */
const NEEDED: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'GET /insights/room-sessions': [['roomName', '@room']],
  'GET /insights/participants': [['roomSessionId', '@session']],
  'GET /insights/participant': [
    ['roomSessionId', '@session'],
    ['participantId', '@participant'],
  ],
};

function toPath({ operation, path, pick, query, isBare }: FuzzRequest): string {
  const [, template = ''] = operation.split(' ');
  const filled = template.replace(
    /\{(\w+?)(Id|Name)\}/g,
    (_whole, kind) => encodeURIComponent((path ?? fill(`@${kind}`, pick)).toWellFormed()) || 'x',
  );
  const search = new URLSearchParams(
    [...(isBare ? [] : (NEEDED[operation] ?? [])), ...query].map(([name, value]) => [name, fill(value, pick)]),
  );
  return `${filled}${search.size === 0 ? '' : `?${search}`}`;
}

/** The right body with one of its values replaced. */
function toBody({ operation, spoil, body, pick }: FuzzRequest): string | undefined {
  if (!operation.startsWith('P')) return undefined;
  if (body !== undefined) return body;
  let count = 0;
  const text = JSON.stringify(BODIES[operation], (_key, value: unknown) => {
    count += 1;
    if (spoil !== undefined && count === spoil[0] + 2) return spoil[1];
    return typeof value === 'string' ? fill(value, pick) : value;
  });
  return text;
}

function learn(operation: string, body: unknown): void {
  const answer = body as Readonly<Record<string, unknown>> | undefined;
  for (const kind of kinds) pool.add(kind, answer?.[`${kind}Id`]);
  pool.add('cursor', answer?.cursor);
  if (operation === 'POST /meetings') pool.add('room', answer?.roomName);
}

describe.each(testEngines)(`requests of the seed ${SEED} on $engine`, ({ start }) => {
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await start();
    whereby = await startWhereby({}, await engine.openStore());
    ada = await whereby.addPerson('ada');
    pool = new Pool();
  });

  afterAll(async () => {
    await whereby.close();
    await engine.stop();
  });

  it('to all operations get an answer of the right form, and never a 5xx', async () => {
    const statuses = new Map<string, Set<number>>();
    let count = 0;
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        if (count++ % 50 === 0) await live();
        const { operation, contentType } = given;
        const [method = ''] = operation.split(' ');
        const body = toBody(given);
        const answer = await whereby.call(`${method} /v1${toPath(given)}`, {
          key: ada.key,
          ...(body === undefined ? {} : { body }),
          ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
        });
        statuses.set(operation, (statuses.get(operation) ?? new Set()).add(answer.status));
        expect(whereby.bugs).toEqual([]);
        expect(answer.status).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.body).toEqual({ error: expect.stringMatching(/\S/) });
        else {
          expect(specification?.violations(operation, answer.status, answer.body) ?? []).toEqual([]);
          learn(operation, answer.body);
        }
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
    // The fuzzer gets through to each of them.
    const unreached = OPERATIONS.filter((operation) => ![...(statuses.get(operation) ?? [])].some((status) => status < 300));
    expect(unreached).toEqual([]);
    expect(OPERATIONS).toHaveLength(27);
  }, 600_000);
});
