import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDispatched, getChange, hasUndispatched, recordChange, takeUndispatched } from './outbox.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';
import { createUser } from './users.ts';

const NOW = Date.parse('2030-01-07T08:00:00Z');

describe.each(testEngines)('the outbox on $engine', ({ start }) => {
  let engine: TestEngine;
  let store: Store;
  let userId: number;

  beforeAll(async () => {
    engine = await start();
    store = await engine.openStore();
    userId = (await createUser(store.db, { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', now: NOW })).id;
  }, 60_000);

  afterAll(async () => {
    await store.close();
    await engine.stop();
  });

  const record = (note: string) =>
    store.transaction((tx) => recordChange(tx, { trigger: 'OOO_CREATED', userId, details: { note }, at: NOW }));

  it('hands every change out once, oldest first', async () => {
    expect(await hasUndispatched(store.db)).toBe(false);
    for (const note of ['one', 'two', 'three']) await record(note);
    expect(await hasUndispatched(store.db)).toBe(true);
    const taken = await store.transaction((tx) => takeUndispatched(tx, { limit: 2, processNow: NOW }));
    const rest = await store.transaction((tx) => takeUndispatched(tx, { limit: 2, processNow: NOW }));
    const changes = await Promise.all([...taken, ...rest].map((id) => getChange(store.db, id)));
    expect(changes.map((change) => change?.payload.details?.note)).toEqual(['one', 'two', 'three']);
    expect(changes[0]).toMatchObject({ trigger: 'OOO_CREATED', userId, bookingUid: null, createdAt: NOW });
    expect(await hasUndispatched(store.db)).toBe(false);
    await deleteDispatched(store.db, NOW);
    expect(await getChange(store.db, taken[0] ?? '')).toBeDefined();
    await deleteDispatched(store.db, NOW + 1);
    expect(await getChange(store.db, taken[0] ?? '')).toBeUndefined();
  });

  it('forgets a change whose transaction failed', async () => {
    const work = store.transaction(async (tx) => {
      await recordChange(tx, { trigger: 'OOO_CREATED', userId, details: {}, at: NOW });
      throw new Error('the rest failed');
    });
    await expect(work).rejects.toThrow('the rest failed');
    expect(await hasUndispatched(store.db)).toBe(false);
  });
});
