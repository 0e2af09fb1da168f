import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chargeCredits, creditBalance, grantCredits, listCreditEntries } from './credits.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';
import { createUser } from './users.ts';

const NOW = Date.parse('2050-09-05T00:00:00Z');

describe.each(testEngines)('the credit ledger on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  let users = 0;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  async function addUser(credits?: number): Promise<number> {
    users += 1;
    const { id } = await createUser(store.db, {
      username: `user${users}`,
      name: 'User',
      email: `user${users}@example.com`,
      timeZone: 'UTC',
      now: NOW,
    });
    if (credits !== undefined) await store.transaction((tx) => grantCredits(tx, { userId: id, credits, now: NOW }));
    return id;
  }

  const charge = (userId: number, credits: number, externalRef?: string) =>
    store.transaction((tx) =>
      chargeCredits(tx, { userId, credits, creditFor: 'AI_AGENT', ...(externalRef === undefined ? {} : { externalRef }), now: NOW }),
    );

  it('begins at nothing, opens with the first grant and keeps every entry', async () => {
    const userId = await addUser();
    expect(await creditBalance(store.db, userId)).toBe(0);
    await store.transaction((tx) => grantCredits(tx, { userId, credits: 100, now: NOW }));
    await charge(userId, 30, 'run-1');
    await store.transaction((tx) => grantCredits(tx, { userId, credits: 5, note: 'thanks', now: NOW }));
    expect(await listCreditEntries(store.db, userId, 10)).toMatchObject([
      { sequence: 3, kind: 'grant', amount: 5, balance: 75, note: 'thanks' },
      { sequence: 2, kind: 'charge', amount: -30, balance: 70, creditFor: 'AI_AGENT', externalRef: 'run-1' },
      { sequence: 1, kind: 'opening', amount: 100, balance: 100 },
    ]);
  });

  it('charges one name once and keeps it from another charge', async () => {
    const userId = await addUser(100);
    const first = await charge(userId, 10, 'call-7');
    expect(await charge(userId, 10, 'call-7')).toEqual(first);
    expect(await creditBalance(store.db, userId)).toBe(90);
    expect(await charge(userId, 11, 'call-7')).toMatchObject({ ok: false, reason: 'other_charge' });
    expect(await charge(await addUser(20), 10, 'call-7')).toMatchObject({ ok: true, entry: { balance: 10 } });
  });

  it('takes nothing where there is too little', async () => {
    const userId = await addUser(5);
    expect(await charge(userId, 6)).toEqual({ ok: false, reason: 'insufficient', balance: 5 });
    expect(await creditBalance(store.db, userId)).toBe(5);
  });

  it('never gives out more than it holds when many charge at once', async () => {
    const userId = await addUser(100);
    const outcomes = await Promise.all(Array.from({ length: 25 }, () => charge(userId, 7)));
    expect(outcomes.filter((outcome) => outcome.ok)).toHaveLength(14);
    expect(await creditBalance(store.db, userId)).toBe(2);
    const same = await Promise.all(Array.from({ length: 5 }, () => charge(userId, 1, 'same')));
    expect(same.every((outcome) => outcome.ok)).toBe(true);
    expect(await creditBalance(store.db, userId)).toBe(1);
  });

  it('is only ever added to', async () => {
    const userId = await addUser(1);
    await expect(store.db.updateTable('credit_entries').set({ balance: 1000 }).where('user_id', '=', userId).execute()).rejects.toThrow(
      'only ever added to',
    );
    await expect(store.db.deleteFrom('credit_entries').where('user_id', '=', userId).execute()).rejects.toThrow('only ever added to');
  });
});
