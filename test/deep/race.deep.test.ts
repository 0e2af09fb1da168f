import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { startPostgres, type TestPostgres } from '../../src/store/test-engines.ts';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';
import { type Act, createRandom, runLoad } from './load.ts';
import { ENVIRONMENT, STARTS, type Stage, setStage } from './stage.ts';
import { countDelivered, expectAcknowledged, expectDelivered, expectNoOverlap, readBookings, readChanges } from './verdict.ts';

const SEED = Number(process.env.KALENDS_SEED ?? 20_300_107);
const ACTS = 1000;
const CLIENTS = 50;

let postgres: TestPostgres;
let store: Store;
let services: RunningKalends[] = [];
let stage: Stage;

beforeAll(async () => {
  postgres = await startPostgres();
  // All four at once: one of them makes the tables and the first user.
  services = await Promise.all([1, 2, 3, 4].map(() => startKalends(makeHome(), { ...ENVIRONMENT, DATABASE_URL: postgres.url })));
  store = await openStore({ databaseUrl: postgres.url });
  const [first] = services;
  if (first === undefined) throw new Error('No service runs.');
  stage = await setStage(first);
}, 120_000);

afterAll(async () => {
  stage?.receiver.close();
  await store?.close();
  await Promise.all(services.map((service) => service.stop()));
  for (const { home } of services) removeHome(home);
  await postgres?.stop();
});

it(`four services keep one diary under ${ACTS} mixed acts of ${CLIENTS} clients over 20 slots (seed ${SEED})`, async () => {
  const acts: Act[] = [];
  await runLoad({
    addresses: () => services.map((service) => service.address),
    apiKey: services[0]?.apiKey ?? '',
    eventTypeIds: stage.eventTypeIds,
    starts: STARTS,
    clients: CLIENTS,
    random: createRandom(SEED),
    onAct: (act) => acts.push(act) < ACTS,
  });
  expect(acts.filter(({ status, message }) => status >= 500 || (status === 0 && message !== 'ECONNRESET'))).toEqual([]);
  // A connection that is reused in the moment in which its server closes it for idleness.
  expect(acts.filter(({ status }) => status === 0).length).toBeLessThan(ACTS / 100);
  const bookings = await readBookings(store);
  expectNoOverlap(bookings);
  const { rows } =
    await sql`select a.booking_id from booking_hosts a join booking_hosts b on a.host_id = b.host_id and a.booking_id < b.booking_id
    and a.status = 'accepted' and b.status = 'accepted' and tstzrange(a.start_at, a.end_at) && tstzrange(b.start_at, b.end_at)`.execute(
      store.db,
    );
  expect(rows).toEqual([]);
  const acknowledged = expectAcknowledged(acts, bookings);
  const changes = await readChanges(store, acts, bookings);
  await expect
    .poll(() => countDelivered(stage.receiver.received), { timeout: 120_000, interval: 200 })
    .toBeGreaterThanOrEqual(changes.length);
  // What comes too much comes late.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const again = expectDelivered(stage.receiver.received, changes);
  console.log(
    `${acts.length} acts, ${acknowledged} acknowledged, ${bookings.size} bookings, ${changes.length} changes, ${again} delivered again`,
  );
}, 240_000);
