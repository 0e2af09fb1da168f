import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FeedServer, startFeedServer, toCalendar } from '../../src/feeds/feed-server.fixture.ts';
import { createOutgoing } from '../../src/outgoing/index.ts';
import { addHost, startTestService, type TestHost, type TestService } from '../../src/server/service.fixture.ts';
import { operations } from '../../src/wire/calcom/operations.ts';
import { type Data, NEVER_SUCCEED, type Perform, scenes } from './scenario.ts';
import { type Oracle, openOracle } from './specification-oracle.ts';

const oracle: Oracle | undefined = await openOracle();

let service: TestService;
let host: TestHost;
let other: TestHost;
let feed: FeedServer;
const performed = new Set<string>();
const faults: string[] = [];

const perform: Perform = async ({ operation, params = {}, query, body, key = host.key }) => {
  const path = operation.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(params[name] ?? ''));
  const answer = await service.call(query === undefined ? path : `${path}?${query}`, { key, ...(body === undefined ? {} : { body }) });
  expect(answer.body, operation).toMatchObject({ status: 'success' });
  performed.add(operation);
  faults.push(...(oracle?.faultsOf(operation, answer.status, answer.body) ?? []));
  return answer.body.data as never as Data; // what the scenes look at of it
};

beforeAll(async () => {
  service = await startTestService({ outgoing: createOutgoing({ allowPrivate: '127.0.0.1' }) });
  [host, other] = [await addHost(service), await addHost(service)];
  feed = await startFeedServer(toCalendar(['DTSTART:20500906T090000Z', 'DTEND:20500906T100000Z']));
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  feed.close();
  await service.close();
});

it.skipIf(oracle === undefined).each(Object.entries(scenes))(
  'success answers hold to the official specification: %s',
  async (_name, scene) => {
    faults.length = 0;
    await scene({ service, host, other, feed, perform });
    expect([...new Set(faults)]).toEqual([]);
  },
);

it.skipIf(oracle === undefined)('every answered operation was tried', () => {
  const answered = operations
    .filter(({ isOfficial, state }) => isOfficial && state === 'implemented')
    .map(({ method, path }) => `${method} ${path}`);
  expect(answered.filter((operation) => !performed.has(operation) && !NEVER_SUCCEED.includes(operation))).toEqual([]);
});
