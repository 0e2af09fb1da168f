import { createApiKey } from '../store/api-keys.ts';
import { createEventType, type NewEventType } from '../store/event-types.ts';
import { createSchedule } from '../store/schedules.ts';
import { openStore, type Store } from '../store/store.ts';
import { testSeedArchive } from '../store/test-engines.ts';
import { createUser, type UserRecord } from '../store/users.ts';
import type { Booking, EventType, Me, Schedule } from '../wire/calcom/index.ts';
import { createService, type ServiceOptions } from './app.ts';
import type { App } from './serve.ts';

/** Monday, 2050-09-05: the week of the reference's own cases. */
export const MONDAY = Date.parse('2050-09-05T00:00:00Z');

const VERSIONS = { bookings: '2024-08-13', 'event-types': '2024-06-14', schedules: '2024-06-11', slots: '2024-09-04' } as const;

type Item = Booking & EventType & Schedule & Me;

/** Whichever envelope it is: tests know what they asked for. */
interface AnswerBody {
  readonly status: string;
  readonly data: Item & readonly Item[];
  readonly pagination: unknown;
  readonly message: string;
  readonly error: { readonly code: string; readonly message: string; readonly details: Readonly<Record<string, unknown>> };
}

export interface Answer {
  readonly status: number;
  readonly body: AnswerBody;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly key?: string | undefined;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly version?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestService {
  readonly store: Store;
  readonly app: App;
  /** The domain clock; set it to move time. */
  readonly clock: { now: number };
  /** Failures that were bugs. */
  readonly bugs: unknown[];
  call(line: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

/** The whole service over a database in memory, with a clock that stands still a week before `MONDAY`. */
export async function startTestService(options: Partial<ServiceOptions> = {}): Promise<TestService> {
  return toTestService(await openStore({ memory: true, seedArchive: await testSeedArchive() }), options);
}

export function toTestService(store: Store, options: Partial<ServiceOptions> = {}): TestService {
  const clock = { now: MONDAY - 7 * 86_400_000 };
  const bugs: unknown[] = [];
  const app = createService({ store, now: () => clock.now, publicUrl: 'http://cal.test', onBug: (error) => bugs.push(error), ...options });
  return {
    store,
    app,
    clock,
    bugs,
    async call(line, { key, body, text, version, headers } = {}) {
      const [method = 'GET', path = '/'] = line.split(' ');
      const area = path.split(/[/?]/)[2] ?? '';
      const sent = version === undefined ? VERSIONS[area as keyof typeof VERSIONS] : version;
      const payload = text ?? (body === undefined ? undefined : JSON.stringify(body));
      const request = new Request(`http://cal.test${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
          ...(sent ? { 'cal-api-version': sent } : {}),
          ...headers,
        },
        ...(payload === undefined ? {} : { body: payload }),
      });
      const response = await app.fetch(request);
      const answer = await response.text();
      return { status: response.status, body: JSON.parse(answer), headers: response.headers };
    },
    close: () => store.close(),
  };
}

export interface TestHost {
  readonly user: UserRecord;
  readonly key: string;
  readonly eventTypeId: number;
}

let hosts = 0;

/** A new user with a key, weekday hours of 09:00-17:00 in Rome and an event type of an hour. */
export async function addHost({ store, clock }: TestService, eventType: Partial<NewEventType> = {}): Promise<TestHost> {
  hosts += 1;
  const { now } = clock;
  const username = `host${hosts}`;
  return await store.transaction(async (tx) => {
    const user = await createUser(tx, { username, name: `Host ${hosts}`, email: `${username}@example.com`, timeZone: 'Europe/Rome', now });
    const key = await createApiKey(tx, { userId: user.id, now });
    await createSchedule(tx, {
      userId: user.id,
      name: 'Office',
      timeZone: 'Europe/Rome',
      hours: [{ days: [1, 2, 3, 4, 5], startMinute: 540, endMinute: 1020 }],
      isDefault: true,
      now,
    });
    const { id } = await createEventType(tx, { slug: 'hour', title: 'Hour', lengthMinutes: 60, ...eventType, userId: user.id, now });
    return { user, key, eventTypeId: id };
  });
}

/** The body of an ordinary booking. */
export function bookingBody(host: TestHost, start: string, given: Readonly<Record<string, unknown>> = {}) {
  return {
    eventTypeId: host.eventTypeId,
    start,
    attendee: { name: 'Bob', email: 'bob@example.com', timeZone: 'Europe/Rome' },
    ...given,
  };
}
