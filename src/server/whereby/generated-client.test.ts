import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readWherebySpecification } from './specification.fixture.ts';
import { HOUR, MINUTE, START, startWhereby, type TestWhereby, type WherebyPerson } from './whereby.fixture.ts';

const specification = await readWherebySpecification();
if (specification === undefined)
  console.warn('Skipped: the official specification (../shared/data/whereby-openapi.json) is not beside this checkout.');

let whereby: TestWhereby;
let ada: WherebyPerson;
let server: Server;

beforeAll(async () => {
  whereby = await startWhereby();
  ada = await whereby.addPerson('ada');
  server = createServer(getRequestListener((request) => whereby.app.fetch(request, {}), { overrideGlobalObjects: false }));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await whereby.close();
});

// biome-ignore lint/suspicious/noExplicitAny: the generator knows the answers' shapes at run time only.
type Call = (params?: unknown, body?: unknown) => Promise<{ status: number; data: any }>;

it.skipIf(specification === undefined)('a client generated from the specification runs a whole life cycle', async () => {
  if (specification === undefined) return;
  const api = new OpenAPIClientAxios({
    // The specification names no operations; they are named by method and path.
    definition: nameOperations(structuredClone(specification.document)),
    withServer: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` },
    axiosConfigDefaults: { headers: { authorization: `Bearer ${ada.key}` } },
  });
  const generated: unknown = await api.init();
  const client = generated as Readonly<Record<string, Call>>; // one method for each operation
  const call = async (operation: string, params?: unknown, body?: unknown) => {
    const work = client[toName(operation)];
    if (work === undefined) throw new Error(`The specification has no "${operation}".`);
    return await work(params, body);
  };

  const endDate = new Date(START + HOUR).toISOString();
  const made = await call('POST /meetings', null, { endDate, roomNamePrefix: 'life-', roomMode: 'group', fields: ['hostRoomUrl'] });
  expect([made.status, made.data.hostRoomUrl]).toEqual([201, expect.stringContaining('roomKey=')]);
  const { meetingId, roomName } = made.data;
  expect((await call('GET /meetings/{meetingId}', { meetingId })).data).toMatchObject({ meetingId, roomName });
  expect((await call('GET /meetings', { limit: 10 })).data.results).toMatchObject([{ meetingId }]);
  const theme = await call(
    'PUT /rooms/{roomName}/theme/tokens',
    { roomName },
    { tokens: { colors: { primary: '#00615d' } }, tokensPreset: 'custom' },
  );
  expect(theme.status).toBe(204);

  const speaker = await ada.join(roomName, { displayName: 'Ada' });
  await ada.join(roomName, { displayName: 'Tim', externalId: 'tim-1' });
  await ada.act(`POST /rooms${roomName}/recording/start`);
  await ada.act(`POST /rooms${roomName}/participants/${speaker.participantId}/say`, { text: 'We ship on Friday.' });
  whereby.clock.now += 10 * MINUTE;
  await ada.act(`POST /rooms${roomName}/end`);

  const rooms = await call('GET /insights/rooms', { limit: 10 });
  expect(rooms.data.results).toMatchObject([{ roomName, totalSessions: 1, totalUniqueParticipants: 2 }]);
  const [session] = (await call('GET /insights/room-sessions', { roomName })).data.results;
  const { roomSessionId } = session;
  const people = (await call('GET /insights/participants', { roomSessionId })).data.results;
  expect(people.map(({ displayName }: { displayName: string }) => displayName)).toEqual(['Ada', 'Tim']);
  const [details] = (await call('GET /insights/participant', { roomSessionId, participantId: people[0].participantId })).data;
  expect(details.displayName).toBe('Ada');

  const [recording] = (await call('GET /recordings', { roomName })).data.results;
  const { recordingId } = recording;
  expect((await call('GET /recordings/{recordingId}', { recordingId })).data).toMatchObject({ recordingId, roomSessionId });
  const link = await call('GET /recordings/{recordingId}/access-link', { recordingId, validForSeconds: 60 });
  expect(link.data.expires).toBe(whereby.clock.process + 60_000);
  const { transcriptionId } = (await call('POST /transcriptions', null, { recordingId })).data;
  expect((await call('GET /transcriptions/{transcriptionId}', { transcriptionId })).data.state).toBe('ready');
  const { summaryId } = (await call('POST /summaries', null, { transcriptionId, template: 'SOAP' })).data;
  expect((await call('GET /summaries/{summaryId}', { summaryId })).data).toMatchObject({ summaryId, template: 'SOAP' });

  for (const [operation, params] of [
    ['DELETE /summaries/{summaryId}', { summaryId }],
    ['DELETE /transcriptions/{transcriptionId}', { transcriptionId }],
    ['DELETE /recordings/{recordingId}', { recordingId }],
    ['DELETE /meetings/{meetingId}', { meetingId }],
    // All of them answer the same when there is nothing any more.
    ['DELETE /recordings/{recordingId}', { recordingId }],
    ['DELETE /meetings/{meetingId}', { meetingId }],
  ] as const) {
    expect((await call(operation, params)).status).toBe(204);
  }
  await expect(call('GET /meetings/{meetingId}', { meetingId })).rejects.toMatchObject({ response: { status: 404 } });
});

function toName(operation: string): string {
  return operation.replace(/[^A-Za-z]+/g, '_');
}

type Document = NonNullable<typeof specification>['document'];

function nameOperations(document: Document): never {
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods ?? {})) {
      Object.assign(operation, { operationId: toName(`${method.toUpperCase()} ${path}`) });
    }
  }
  // Two packages have each their own type of the same document.
  return document as never;
}
