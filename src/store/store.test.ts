import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDuplicate } from './conflicts.ts';
import { migrate } from './migrate.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';
import { createUser, getUser } from './users.ts';

const NOW = Date.UTC(2030, 0, 7, 8);

describe.each(testEngines)('the store on $engine', ({ engine, start }) => {
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

  it('names its engine', () => {
    expect(store.engine).toBe(engine);
  });

  it('migrates a second time without a change', async () => {
    const before = await describeSchema(store);
    await migrate(store.db);
    expect(await describeSchema(store)).toEqual(before);
  });

  it('rolls a failed transaction back', async () => {
    const ada = { username: 'rolled-back', name: 'Ada', email: 'rolled-back@example.com', timeZone: 'Europe/London', now: NOW };
    let id = 0;
    await expect(
      store.transaction(async (tx) => {
        id = (await createUser(tx, ada)).id;
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    expect(await getUser(store.db, id)).toBeUndefined();
  });

  it('runs a transaction again when the database gave it up for another', async () => {
    let runs = 0;
    await store.transaction(async (tx) => {
      runs++;
      if (runs < 3) {
        await sql`do $$ begin raise exception 'no luck' using errcode = '40001'; end $$`.execute(tx);
      }
    });
    expect(runs).toBe(3);
  });

  it('recognises a broken unique constraint by its name', async () => {
    const user = { username: 'twin', name: 'Twin', email: 'twin@example.com', timeZone: 'UTC', now: NOW };
    await createUser(store.db, user);
    const error = await createUser(store.db, { ...user, email: 'other@example.com' }).catch((thrown: unknown) => thrown);
    expect(isDuplicate(error)).toBe(true);
    expect(isDuplicate(error, 'users_username_key')).toBe(true);
    expect(isDuplicate(error, 'event_types_slug')).toBe(false);
  });

  it('keeps text that PostgreSQL cannot hold, with marks where it could not', async () => {
    const user = await createUser(store.db, { username: 'nul', name: 'a\u0000b', email: 'nul@example.com', timeZone: 'UTC', now: NOW });
    expect(user.name).toBe('a\uFFFDb');
  });

  it('reads instants, counts and documents as numbers and objects', async () => {
    const { rows } = await sql`
      select timestamptz '2030-01-07 08:00:00Z' as whole, timestamptz '1969-12-31 23:59:59.5Z' as half, 5::bigint as count,
        '{"a": [1, null]}'::jsonb as document, null::timestamptz as nothing`.execute(store.db);
    expect(rows).toEqual([{ whole: NOW, half: -500, count: 5, document: { a: [1, null] }, nothing: null }]);
  });
});

describe('the two engines', () => {
  it('get the same tables, constraints and indexes from the migrations', async () => {
    const schemas = await Promise.all(
      testEngines.map(async ({ start }) => {
        const running = await start();
        const store = await running.openStore();
        const schema = await describeSchema(store);
        await store.close();
        await running.stop();
        return schema;
      }),
    );
    expect(schemas[0]).toEqual(schemas[1]);
    expect(schemas[0]?.length).toBeGreaterThan(100);
  });
});

async function describeSchema(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ line: string }>`
    select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) as line
      from information_schema.columns where table_schema = 'public'
    union all
    select format('%s %s', conrelid::regclass, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
    union all
    select indexdef from pg_indexes where schemaname = 'public'
    order by 1`.execute(store.db);
  return rows.map((row) => row.line);
}
