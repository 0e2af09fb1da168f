import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { journalEntry } from './sample-journal.fixture.ts';
import { defineStatement, defineWrite } from './statement.ts';
import { openStore, type Store, type Transaction } from './store.ts';
import { startPostgres, type TestPostgres } from './test-engines.ts';
import { createUser } from './users.ts';

const INSERT = "insert into settings (user_id, key, value, updated_at) values (null, $1, 'true', now())";
const insert = defineWrite(INSERT);
const keep = defineWrite("insert into settings (user_id, key, value, updated_at) values (null, $1, 'false', now())");
const SELECT = "select key from settings where key like 'kept %' and $1 order by key";
const selectAll = defineStatement<{ readonly key: string }>(SELECT);

const nameOf = (text: string) => `kalends_${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

describe('statements prepared on connections that others use too', () => {
  let server: TestPostgres;
  let databaseUrl: string;
  /** On one connection, so that `executeSql` gets between it and what it prepared. */
  let store: Store;

  beforeAll(async () => {
    server = await startPostgres();
  }, 60_000);
  beforeEach(async () => {
    databaseUrl = await server.createDatabase();
    store = await openStore({ databaseUrl, poolSize: 1 });
  });
  afterEach(() => store.close());
  afterAll(() => server.stop());

  const keys = async () => (await selectAll(store.db, true)).map(({ key }) => key);

  /** How often it was run, until it was committed. */
  async function attemptsOf(work: (tx: Transaction) => Promise<unknown>): Promise<number> {
    let attempts = 0;
    await store.transaction(async (tx) => {
      attempts += 1;
      await work(tx);
    });
    return attempts;
  }

  const forgotten = () => store.executeSql('deallocate all');
  const taken = () => store.executeSql(`prepare ${nameOf(INSERT)} as select 1; prepare ${nameOf(SELECT)} as select 1`);

  it('are sent again as they are when they are gone', async () => {
    await insert(store.db, 'kept 1');
    expect(await keys()).toEqual(['kept 1']);
    await forgotten();
    expect(await keys()).toEqual(['kept 1']);
    await insert(store.db, 'kept 2');
    expect(await keys()).toEqual(['kept 1', 'kept 2']);
  });

  it('are sent again as they are when their name is taken', async () => {
    await taken();
    expect(await keys()).toEqual([]);
    await insert(store.db, 'kept 1');
    expect(await keys()).toEqual(['kept 1']);
  });

  it('never write outside of their transaction when it was given up for them', async () => {
    await insert(store.db, 'kept 0');
    await forgotten();
    // Both, and the commit, are one package.
    const attempts = await attemptsOf(async (tx) => {
      await insert(tx, 'kept 1');
      await keep(tx, 'kept 2');
    });
    expect(attempts).toBe(2);
    expect(await keys()).toEqual(['kept 0', 'kept 1', 'kept 2']);
  });

  it('never write outside of their transaction when their name is taken', async () => {
    await taken();
    const attempts = await attemptsOf(async (tx) => {
      await insert(tx, 'kept 1');
      await keep(tx, 'kept 2');
    });
    expect(attempts).toBe(2);
    expect(await keys()).toEqual(['kept 1', 'kept 2']);
  });

  it('run their transaction again from its beginning when they fail in the middle', async () => {
    await keys();
    await forgotten();
    const attempts = await attemptsOf(async (tx) => {
      await insert(tx, 'kept 1');
      expect(await selectAll(tx, true)).toEqual([{ key: 'kept 1' }]);
      await keep(tx, 'kept 2');
    });
    expect(attempts).toBe(2);
    expect(await keys()).toEqual(['kept 1', 'kept 2']);
  });

  it('leave no entry of the journal without its end', async () => {
    const person = { username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC', now: 0 };
    const { id: userId } = await createUser(store.db, person);
    const outcome = { state: 'done', output: null, error: null, durationMs: 0 } as const;
    expect(await store.journal.begin(journalEntry(userId))).toEqual({ began: true, id: 1 });
    await forgotten();
    expect(await store.journal.finish(1, outcome)).toBe(true);
    expect(await store.journal.get(userId, 1)).toMatchObject({ state: 'done' });
  });

  it('have the same name in every process', async () => {
    const other = await openStore({ databaseUrl, poolSize: 1 });
    const prepared = async ({ executeSql }: Store) =>
      (await executeSql(`select name from pg_prepared_statements where statement = $1`, [SELECT])).rows;
    await insert(store.db, 'kept 1');
    await selectAll(store.db, true);
    await selectAll(other.db, true);
    expect(await prepared(store)).toEqual([{ name: nameOf(SELECT) }]);
    expect(await prepared(other)).toEqual([{ name: nameOf(SELECT) }]);
    await other.close();
  });
});
