import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../store/store.ts';
import { type TestEngine, testEngines } from '../store/test-engines.ts';
import { isTurnLeased, releaseTurnLease, takeTurnLease } from '../store/turn-leases.ts';
import { createTurns, type TurnLeases } from './turns.ts';

describe.each(testEngines)('turns of several processes on $engine', ({ start }) => {
  let engine: TestEngine;
  let store: Store;
  let now = 1_000_000;

  beforeAll(async () => {
    engine = await start();
    store = await engine.openStore();
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await engine.stop();
  });

  const leasesOf = (holder: string): TurnLeases => ({
    take: (conversationId, forMs) => takeTurnLease(store.db, { conversationId, holder, now, until: now + forMs }),
    isTaken: (conversationId) => isTurnLeased(store.db, { conversationId, holder, now }),
    release: (conversationId) => releaseTurnLease(store.db, { conversationId, holder }),
  });

  it('go one at a time, and the next begins when one has ended', async () => {
    const [here, there] = [createTurns({ leases: leasesOf('here') }), createTurns({ leases: leasesOf('there') })];
    const first = await here.enter('talk');
    expect(await there.isActive('talk')).toBe(true);
    let hasEntered = false;
    const second = there.enter('talk').then((turn) => {
      hasEntered = true;
      return turn;
    });
    await (await there.enter('other talk')).leave();
    expect(hasEntered).toBe(false);
    await first.leave();
    await (await second).leave();
    expect(await here.isActive('talk')).toBe(false);
  });

  it('are refused where the other one goes on for too long', async () => {
    const turn = await createTurns({ leases: leasesOf('here') }).enter('long talk');
    const impatient = createTurns({ leases: leasesOf('there'), patienceMs: 20 });
    await expect(impatient.enter('long talk')).rejects.toMatchObject({ code: 'conflict' });
    expect(await impatient.isActive('long talk')).toBe(true);
    await turn.leave();
  });

  it('are taken over from a process that died', async () => {
    const dead = await createTurns({ leases: leasesOf('dead') }).enter('lost talk');
    now += 31_000;
    const heir = await createTurns({ leases: leasesOf('heir') }).enter('lost talk');
    await dead.leave();
    expect(await leasesOf('third').isTaken('lost talk')).toBe(true);
    await heir.leave();
  });
});
