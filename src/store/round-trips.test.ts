import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDuplicate } from './conflicts.ts';
import { defineStatement, defineWrite } from './statement.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

const insert = defineWrite("insert into settings (user_id, key, value, updated_at) values (null, $1, 'true', now())");
const selectAll = defineStatement<{ readonly key: string }>(
  "select key from settings where key like 'trip %' and value is not null and $1 order by key",
);

describe.each(testEngines)('writes that nobody waits for, on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  const keys = async () => (await selectAll(store.db, true)).map(({ key }) => key);
  const forget = () => store.db.deleteFrom('settings').where('key', 'like', 'trip %').execute();

  it('are there for the next statement, and after the commit', async () => {
    await store.transaction(async (tx) => {
      await insert(tx, 'trip 1');
      await insert(tx, 'trip 2');
      expect(await selectAll(tx, true)).toHaveLength(2);
      await insert(tx, 'trip 3');
    });
    expect(await keys()).toEqual(['trip 1', 'trip 2', 'trip 3']);
    await forget();
  });

  it('are there at once outside of a transaction', async () => {
    await insert(store.db, 'trip 1');
    expect(await keys()).toEqual(['trip 1']);
    await forget();
  });

  it('that fail take their transaction with them, whatever follows', async () => {
    const twice = (follow: (tx: Parameters<typeof insert>[0]) => Promise<unknown>) =>
      store
        .transaction(async (tx) => {
          await insert(tx, 'trip 1');
          await insert(tx, 'trip 1');
          await follow(tx);
        })
        .catch((error: unknown) => error);
    expect(isDuplicate(await twice(async () => {}), 'settings_key')).toBe(true);
    expect(isDuplicate(await twice((tx) => selectAll(tx, true)), 'settings_key')).toBe(true);
    expect(isDuplicate(await twice((tx) => insert(tx, 'trip 2')), 'settings_key')).toBe(true);
    expect(await keys()).toEqual([]);
  });

  it('are gone with the transaction that was given up, sent or not', async () => {
    const giveUp = (work: Parameters<Store['transaction']>[0]) =>
      expect(
        store.transaction(async (tx) => {
          await work(tx);
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
    await giveUp(async () => {});
    await giveUp((tx) => insert(tx, 'trip 1'));
    await giveUp(async (tx) => {
      await insert(tx, 'trip 1');
      await selectAll(tx, true);
      await insert(tx, 'trip 2');
    });
    expect(await keys()).toEqual([]);
    await store.transaction((tx) => insert(tx, 'trip 3'));
    expect(await keys()).toEqual(['trip 3']);
    await forget();
  });
});
