import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Operation, operations } from '../wire/calcom/operations.ts';
import { type Answer, addHost, startTestService, type TestHost, type TestService } from './service.fixture.ts';

let service: TestService;
let host: TestHost;

beforeAll(async () => {
  service = await startTestService({ isStrict: true });
  host = await addHost(service);
});

afterAll(async () => {
  expect(service.bugs).toEqual([]);
  await service.close();
});

const FIX = 'correct src/wire/calcom/operations.ts, then run `node bin/compatibility.mjs`';

/** What is ours alone. */
const OWN = ['GET /health', 'GET /v2/openapi.json', 'GET /v2/webhooks/{}/deliveries'];

const toShape = (path: string) => path.replace(/\{[^}]*\}|:\w+/g, '{}');
const nameOf = ({ method, path, version }: Operation) => `${method} ${path}${version === '' ? '' : ` (${version})`}`;

async function call({ method, path, version }: Operation): Promise<Answer> {
  const filled = path.replace(/\{\w+\}/g, '1');
  return await service.call(`${method} ${filled}`, {
    key: host.key,
    version: version === '' ? null : version,
    ...(method === 'GET' || method === 'DELETE' ? {} : { body: {} }),
  });
}

it('knows the 272 operations of the official specification, each once', () => {
  const official = operations.filter((operation) => operation.isOfficial);
  expect(official).toHaveLength(272);
  expect(new Set(operations.map(nameOf)).size).toBe(operations.length);
});

it(`has every operation that is mounted in its table (${FIX})`, () => {
  const answered = operations.filter((operation) => operation.state !== 'later').map(({ method, path }) => `${method} ${toShape(path)}`);
  const mounted = service.app.routes.filter((route) => route.method !== 'ALL').map((route) => `${route.method} ${toShape(route.path)}`);
  expect(mounted.filter((shape) => !answered.includes(shape) && !OWN.includes(shape))).toEqual([]);
});

it.each(operations.filter(({ state }) => state !== 'later').map((operation) => [nameOf(operation), operation] as const))(
  '%s answers',
  async (_name, operation) => {
    const { status, body } = await call(operation);
    expect(status, FIX).not.toBe(501);
    // A 404 may only say that there is no such row.
    if (status === 404) expect(body.message, FIX).not.toMatch(/^Cannot /);
    expect(status).toBeLessThan(500);
  },
);

it.each(operations.filter(({ state }) => state === 'later').map((operation) => [nameOf(operation), operation] as const))(
  '%s is a 501 that names it',
  async (_name, operation) => {
    const { status, body } = await call(operation);
    const name = `${operation.method} ${operation.path}`;
    expect(status, FIX).toBe(501);
    expect(body).toMatchObject({ status: 'error', error: { code: 'NotImplementedException', details: { operation: name } } });
  },
);
