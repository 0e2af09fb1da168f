import { createApiKey } from '../../store/api-keys.ts';
import { openStore, type Store } from '../../store/store.ts';
import { testSeedArchive } from '../../store/test-engines.ts';
import { createUser, type UserRecord } from '../../store/users.ts';
import type { Fetch } from '../../wire/client.ts';
import { createWherebyClient, type WherebyClient } from '../../wire/whereby/index.ts';
import type { SimulatedClient, SimulatedVisitor } from '../../wire/whereby/simulation.ts';
import type { WherebyApp } from './operation.ts';
import { createWherebyService, type WherebyServiceOptions } from './service.ts';

export const START = Date.parse('2030-01-08T09:00:00.000Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export interface WherebyAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests know what they asked for.
  readonly body: any;
  readonly headers: Headers;
}

export interface WherebyCall {
  readonly key?: string;
  readonly userId?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface WherebyPerson {
  readonly user: UserRecord;
  readonly key: string;
  readonly client: WherebyClient;
  /** Acts in a room through the simulation. */
  act(line: string, body?: unknown): Promise<WherebyAnswer>;
  join(roomName: string, visitor: SimulatedVisitor): Promise<SimulatedClient>;
}

export interface TestWhereby {
  readonly store: Store;
  readonly app: WherebyApp;
  /** The domain clock and the process clock; set them to move time. */
  readonly clock: { now: number; process: number };
  /** Failures that were bugs. */
  readonly bugs: unknown[];
  call(line: string, call?: WherebyCall): Promise<WherebyAnswer>;
  addPerson(username: string): Promise<WherebyPerson>;
  close(): Promise<void>;
}

/** The embedded service over a database in memory, with clocks that stand still. */
export async function startWhereby(options: Partial<WherebyServiceOptions> = {}, given?: Store): Promise<TestWhereby> {
  const store = given ?? (await openStore({ memory: true, seedArchive: await testSeedArchive() }));
  const clock = { now: START, process: START };
  const bugs: unknown[] = [];
  const app = createWherebyService({
    store,
    now: () => clock.now,
    processNow: () => clock.process,
    publicUrl: 'http://rooms.test',
    simulation: 'keys',
    onBug: (error) => bugs.push(error),
    ...options,
  });

  async function call(line: string, { key, userId, body, headers }: WherebyCall = {}): Promise<WherebyAnswer> {
    const [method = 'GET', path = '/'] = line.split(' ');
    const isForm = body instanceof FormData;
    const request = new Request(`http://rooms.test${path}`, {
      method,
      headers: {
        ...(isForm || body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const response = await app.fetch(request, userId === undefined ? {} : { userId });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, body: isJson ? JSON.parse(text) : text === '' ? undefined : text, headers: response.headers };
  }

  return {
    store,
    app,
    clock,
    bugs,
    call,
    async addPerson(username) {
      const { user, key } = await store.transaction(async (tx) => {
        const added = await createUser(tx, { username, name: username, email: `${username}@example.com`, timeZone: 'UTC', now: START });
        return { user: added, key: await createApiKey(tx, { userId: added.id, now: START }) };
      });
      const fetch: Fetch = (request) => app.fetch(request, {});
      const act = (line: string, body: unknown = {}) =>
        call(line.replace(' /', ' /v1-simulation/'), { key, ...(line.startsWith('GET') ? {} : { body }) });
      return {
        user,
        key,
        client: createWherebyClient({
          baseUrl: 'http://rooms.test/v1',
          apiKey: key,
          fetch,
          now: () => clock.now,
          retries: { settleMs: [0] },
        }),
        act,
        async join(roomName, visitor) {
          const answer = await act(`POST /rooms${roomName}/join`, visitor);
          if (answer.status !== 201) throw new Error(`Nobody joined: ${JSON.stringify(answer.body)}`);
          return answer.body;
        },
      };
    },
    close: () => store.close(),
  };
}
