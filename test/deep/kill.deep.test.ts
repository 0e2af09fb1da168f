import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore, type Store } from '../../src/store/store.ts';
import { startPostgres, type TestPostgres } from '../../src/store/test-engines.ts';
import { makeHome, type RunningKalends, removeHome, startKalends } from '../support/running-kalends.ts';
import { type Act, createRandom, runLoad } from './load.ts';
import { ENVIRONMENT, STARTS, type Stage, setStage } from './stage.ts';
import { countDelivered, expectAcknowledged, expectDelivered, expectNoOverlap, readBookings, readChanges } from './verdict.ts';

const SEED = Number(process.env.KALENDS_SEED ?? 20_300_107);
const KILLS = 10;
const CLIENTS = 50;
/** A slow machine is killed with less done. */
const ROUND_MS = 15_000;

describe.each(['pglite', 'postgres'] as const)('a service on %s that is killed under load', (engine) => {
  const home = makeHome();
  let postgres: TestPostgres | undefined;
  let service: RunningKalends;
  let stage: Stage;

  const start = () => startKalends(home, { ...ENVIRONMENT, ...(postgres === undefined ? {} : { DATABASE_URL: postgres.url }) });
  const openAfterwards = (): Promise<Store> => openStore(postgres === undefined ? { home } : { databaseUrl: postgres.url });

  beforeAll(async () => {
    postgres = engine === 'postgres' ? await startPostgres({ durable: true }) : undefined;
    service = await start();
    stage = await setStage(service);
  }, 120_000);

  afterAll(async () => {
    stage?.receiver.close();
    await service?.stop();
    await postgres?.stop();
    removeHome(home);
  });

  it(`has every acknowledged booking, and delivers every change, after ${KILLS} kills (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const acts: Act[] = [];
    let goesOn = true;
    const load = runLoad({
      addresses: () => [service.address],
      apiKey: service.apiKey,
      eventTypeIds: stage.eventTypeIds,
      starts: STARTS,
      clients: CLIENTS,
      random: createRandom(SEED + 1),
      onAct: (act) => {
        acts.push(act);
        return goesOn;
      },
    });
    const answeredInRound: number[] = [];
    for (let round = 0; round < KILLS; round++) {
      const before = acts.length;
      const wanted = 5 + Math.floor(random() * 40);
      const isLate = Date.now() + ROUND_MS;
      await until(() => Date.now() > isLate || acts.slice(before).filter(isDone).length >= wanted);
      await new Promise((resolve) => setTimeout(resolve, random() * 50));
      await service.stop('SIGKILL');
      answeredInRound.push(acts.slice(before).filter(isDone).length);
      service = await start();
      expect(await missingOf(acts.slice(before), service)).toEqual([]);
    }
    goesOn = false;
    await load;
    expect(acts.filter(({ status }) => status >= 500)).toEqual([]);
    await untilQuiet(stage);
    await service.stop();

    const store = await openAfterwards();
    const bookings = await readBookings(store);
    expectNoOverlap(bookings);
    const acknowledged = expectAcknowledged(acts, bookings);
    const changes = await readChanges(store, acts, bookings);
    await store.close();
    // Whatever is still on its way arrives after the next start.
    service = await start();
    await expect
      .poll(() => countDelivered(stage.receiver.received), { timeout: 150_000, interval: 500 })
      .toBeGreaterThanOrEqual(changes.length);
    const again = expectDelivered(stage.receiver.received, changes);
    const unanswered = acts.filter(({ status }) => status === 0).length;
    console.log(
      `${engine}: ${acts.length} acts, ${acknowledged} acknowledged (${answeredInRound.join(' ')}), ${unanswered} unanswered, ${changes.length} changes, ${again} delivered again`,
    );
    expect(answeredInRound.every((count) => count > 0)).toBe(true);
  }, 400_000);
});

function isDone({ status }: Act): boolean {
  return status === 200 || status === 201;
}

/** Bookings of acknowledged creations that the service does not know. */
async function missingOf(acts: readonly Act[], { address }: RunningKalends): Promise<readonly string[]> {
  const uids = acts.filter(({ kind, status }) => kind === 'create' && status === 201).map(({ uid }) => uid);
  const missing: string[] = [];
  for (const uid of uids) {
    const response = await fetch(`${address}/v2/bookings/${uid}`, { headers: { 'cal-api-version': '2024-08-13' } });
    await response.body?.cancel();
    if (response.status !== 200) missing.push(`${uid}: ${response.status}`);
  }
  return missing;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** No delivery for a second. */
async function untilQuiet({ receiver }: Stage): Promise<void> {
  for (let seen = -1; seen !== receiver.received.length; ) {
    seen = receiver.received.length;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
