import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openStore } from './store.ts';
import { startPostgres, type TestPostgres } from './test-engines.ts';

describe('opening a PostgreSQL', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  it('migrates once when many start on an empty database at the same time', async () => {
    const databaseUrl = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore({ databaseUrl, poolSize: 3 })));
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
      stores[0]?.db ?? expect.fail('no store'),
    );
    expect(rows.map((row) => row.name)).toEqual(Object.keys(migrations));
    await Promise.all(stores.map((store) => store.close()));
  });

  it('refuses a database that a newer version changed, and changes nothing', async () => {
    const store = await openStore({ databaseUrl: await server.createDatabase() });
    await sql`insert into kysely_migration (name, timestamp) values ('9999-future', '')`.execute(store.db);
    await expect(migrate(store.db)).rejects.toThrow('newer Kalends (migration "9999-future")');
    await store.close();
  });

  it('says which database it cannot reach, without the password', async () => {
    const error = await openStore({ databaseUrl: 'postgres://ada:secret@127.0.0.1:1/diary' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: 'unavailable' });
    expect(String(error)).toContain('"postgres://ada@127.0.0.1:1/diary" cannot be reached: connect ECONNREFUSED');
    expect(JSON.stringify(error)).not.toContain('secret');
  });
});
