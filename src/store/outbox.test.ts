import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteDispatched, getChange, getOutboxState, hasUndispatched, recordChange, takeUndispatched } from './outbox.ts';
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
    const taken = await store.transaction((tx) => takeUndispatched(tx, { limit: 2 }));
    const rest = await store.transaction((tx) => takeUndispatched(tx, { limit: 2 }));
    const changes = await Promise.all([...taken.ids, ...rest.ids].map((id) => getChange(store.db, id)));
    expect(changes.map((change) => change?.payload.details?.note)).toEqual(['one', 'two', 'three']);
    expect(changes[0]).toMatchObject({ trigger: 'OOO_CREATED', userId, bookingUid: null, createdAt: NOW });
    expect(await hasUndispatched(store.db)).toBe(false);
    const [first = ''] = taken.ids;
    await deleteDispatched(store.db, taken.at ?? 0);
    expect(await getChange(store.db, first)).toBeDefined();
    await deleteDispatched(store.db, (taken.at ?? 0) + 1);
    expect(await getChange(store.db, first)).toBeUndefined();
  });

  it('tells when somebody last took changes', async () => {
    const before = await getOutboxState(store.db);
    await record('four');
    const { at } = await store.transaction((tx) => takeUndispatched(tx, { limit: 1 }));
    const { lastTakenAt, sinceTakenMs, hasUndispatched } = await getOutboxState(store.db);
    expect({ hasUndispatched, lastTakenAt }).toEqual({ hasUndispatched: false, lastTakenAt: at });
    expect(lastTakenAt).toBeGreaterThan(before.lastTakenAt ?? 0);
    expect(sinceTakenMs).toBeGreaterThanOrEqual(0);
    const nothing = await store.transaction((tx) => takeUndispatched(tx, { limit: 1 }));
    expect(nothing).toEqual({ ids: [], at: undefined });
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
