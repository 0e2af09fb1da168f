import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createJournalStore } from './journal.ts';
import { migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { openPglite } from './pglite.ts';
import type { OpenEngine } from './store.ts';

let engine: OpenEngine;
beforeAll(async () => {
  engine = await openPglite({ seedArchive: undefined });
  await migrate(
    engine.db,
    Object.keys(migrations).filter((name) => name < '0009'),
  );
}, 60_000);
afterAll(() => engine.close());

it('carries what was journalled before into the chain', async () => {
  const { db } = engine;
  await sql`insert into users (id, username, name, email, time_zone, created_at, updated_at)
    values (7, 'ada', 'Ada', 'ada@example.com', 'UTC', now(), now())`.execute(db);
  await sql`insert into journal (user_id, at, surface, tool, account, effect, verdict, call_id, utterance, input, before, state, output, error, duration_ms)
    values (7, '2026-11-20T10:00:00.123+02', 'chat', 'cal.create_booking', 'local', 'write', 'ask', 'c1', 'book Ada', '{"b":1,"a":"é"}', 'null', 'done',
      '{"uid":"x"}', 'null', 12.5),
    (7, '2026-11-20T11:00:00Z', 'terminal', 'cal.cancel_booking', 'local', 'destroy', 'allow', 'c2', null, '{"uid":"x"}', '{"uid":"x"}', 'intent',
      'null', 'null', null),
    (7, '2026-11-20T12:00:00Z', 'web', 'cal.cancel_booking', 'local', 'destroy', 'ask', 'c3', null, '{}', 'null', 'failed', 'null',
      '{"code":"conflict","message":"Taken.","retryable":false}', 3)`.execute(db);
  await migrate(db);
  const journal = createJournalStore(db);
  expect(await journal.verify()).toMatchObject({ ok: true, rows: 5, problems: [] });
  expect(await journal.list(7, { limit: 5 })).toMatchObject([
    { id: 4, tool: 'cal.cancel_booking', state: 'failed', outcome: { error: { code: 'conflict' }, durationMs: 3 } },
    { id: 3, effect: 'destroy', state: 'intent', outcome: null, before: { uid: 'x' } },
    {
      id: 1,
      at: '2026-11-20T08:00:00.123Z',
      surface: 'chat',
      utterance: 'book Ada',
      input: { b: 1, a: 'é' },
      state: 'done',
      outcome: { output: { uid: 'x' }, error: null, durationMs: 12.5 },
      forced: false,
      undoes: null,
    },
  ]);
  expect((await journal.unfinished()).map(({ id }) => id)).toEqual([3]);
  await journal.finish(3, { state: 'unknown', output: null, error: null, durationMs: 0 });
  expect(await journal.verify()).toMatchObject({ ok: true, rows: 6 });
});
