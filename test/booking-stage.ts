import { createOutgoing } from '../src/outgoing/index.ts';
import { type Background, createBackground } from '../src/runtime-jobs.ts';
import { createRooms } from '../src/runtime-rooms.ts';
import { addHost, bookingBody, startTestService, type TestHost, type TestService } from '../src/server/service.fixture.ts';
import { createWherebyService } from '../src/server/whereby/index.ts';
import { getUser } from '../src/store/users.ts';
import type { GateOutcome, GateRequest } from '../src/toolkit/call.ts';
import { createCatalog } from '../src/toolkit/catalog.ts';
import { createGate } from '../src/toolkit/gate.ts';
import type { PolicyRule } from '../src/toolkit/policy.ts';
import type { Principal } from '../src/toolkit/tool.ts';
import { wherebyTools } from '../src/tools/whereby/index.ts';
import type { Booking } from '../src/wire/calcom/index.ts';
import { createWherebyClient, type Meeting } from '../src/wire/whereby/index.ts';

/** Between the tools and the rooms: may fail before or after the service has done its part. */
export type Fault = (request: Request, pass: () => Promise<Response>) => Promise<Response>;

/** Bookings, rooms and all that is done beside the requests, over one store, with faults where they are wanted. */
export interface BookingStage {
  readonly service: TestService;
  readonly host: TestHost;
  fault: Fault;
  /** Comes between the rooms and the gate. */
  around: (request: GateRequest, pass: () => Promise<GateOutcome>) => Promise<GateOutcome>;
  book(start: string, more?: Readonly<Record<string, unknown>>): Promise<Booking>;
  read(uid: string): Promise<Booking>;
  /** The rooms of the host that are open. */
  rooms(): Promise<readonly Meeting[]>;
  /** Ends what runs as a killed process would have, and begins anew. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface BookingStageOptions {
  readonly rules?: readonly PolicyRule[];
}

export async function openBookingStage({ rules = [] }: BookingStageOptions = {}): Promise<BookingStage> {
  const held: { jobs?: Background } = {};
  const service = await startTestService({ onWrite: () => held.jobs?.wake() } as Parameters<typeof startTestService>[0]);
  const { store, clock } = service;
  const now = () => clock.now;
  const host = await addHost(service, { options: { locations: [{ type: 'integration', integration: 'whereby-video' }] } });
  const rooms = createWherebyService({ store, now, publicUrl: 'http://rooms.test' });
  const clientOf = (userId: number, isFaulty: boolean) =>
    createWherebyClient({
      baseUrl: 'http://rooms.test/v1',
      now,
      fetch: (request) => {
        const pass = async () => rooms.fetch(request, { userId });
        return isFaulty ? stage.fault(request, pass) : pass();
      },
      retries: { maximum: 0, settleMs: [0] },
    });
  const gate = createGate({
    catalog: createCatalog(wherebyTools),
    resolveAccount: (_wish, { userId }) => {
      const clients = { whereby: clientOf(userId, true), profile: { name: null, email: null } };
      return { name: 'local', kind: 'local', provider: 'whereby', clients, rehearse: () => ({ clients, requests: [] }) };
    },
    rules,
    allowYes: false,
    approvals: store.approvals,
    journal: store.journal,
    now,
    processNow: Date.now,
  });
  const principal = async (userId: number): Promise<Principal | undefined> => {
    const user = await getUser(store.db, userId);
    return user && { userId, username: user.username, name: user.name, email: user.email, timeZone: user.timeZone };
  };

  async function start(): Promise<void> {
    const { bookingRooms } = createRooms({
      store,
      now,
      gate: () => ({ call: (request) => stage.around(request, () => gate.call(request)) }),
      jobs: () => jobs,
      principal,
      owner: async () => (await principal(host.user.id)) ?? fail(),
      hookSecrets: {},
      retry: { attempts: 12, delaySeconds: 0, maximumDelaySeconds: 1 },
      verifySeconds: 0,
    });
    const jobs = createBackground({
      store,
      now,
      outgoing: createOutgoing({ allowPrivate: '' }),
      publicUrl: 'http://cal.test',
      mail: { smtpUrl: undefined, from: undefined },
      bookingRooms,
      pollMs: 100,
    });
    held.jobs = jobs;
    await jobs.start();
  }

  const stage: BookingStage = {
    service,
    host,
    fault: (_request, pass) => pass(),
    around: (_request, pass) => pass(),
    async book(start, more = {}) {
      const { status, body } = await service.call('POST /v2/bookings', { key: host.key, body: bookingBody(host, start, more) });
      if (status !== 201) throw new Error(JSON.stringify(body));
      held.jobs?.wake();
      return body.data;
    },
    read: async (uid) => (await service.call(`GET /v2/bookings/${uid}`, { key: host.key })).body.data,
    rooms: async () => (await clientOf(host.user.id, false).listMeetings({ limit: 100 })).results,
    async restart() {
      await held.jobs?.stop();
      await start();
    },
    async close() {
      await held.jobs?.stop();
      await service.close();
    },
  };
  await start();
  return stage;
}

function fail(): never {
  throw new Error('The host is gone.');
}
