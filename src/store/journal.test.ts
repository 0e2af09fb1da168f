import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CountLimit } from '../toolkit/journal.ts';
import { createSampleHost } from './sample-diary.fixture.ts';
import { emptyJournal, journalEntry, tamper } from './sample-journal.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

const DONE = { state: 'done', output: { uid: 'x', list: [1, null] }, error: null, durationMs: 12.5 } as const;
const FAILED = { state: 'failed', output: null, error: { code: 'conflict', message: 'Taken.', retryable: false }, durationMs: 1 } as const;

describe.each(testEngines)('the journal on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  let userId: number;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
    userId = (await createSampleHost(store)).user.id;
  });
  beforeEach(() => emptyJournal(store));
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  async function begin(changes: Parameters<typeof journalEntry>[1] = {}): Promise<number> {
    const begun = await store.journal.begin(journalEntry(userId, changes));
    if (!begun.began) throw new Error('It did not begin.');
    return begun.id;
  }

  async function write(changes: Parameters<typeof journalEntry>[1] = {}): Promise<number> {
    const id = await begin(changes);
    await store.journal.finish(id, DONE);
    return id;
  }

  it('keeps the intent until the outcome is known', async () => {
    const entry = journalEntry(userId, { input: { attendee: 'a\u0000 \ud800' } });
    await store.journal.begin(entry);
    const kept = { ...entry, input: { attendee: 'a\uFFFD \uFFFD' } };
    expect(await store.journal.unfinished()).toMatchObject([{ ...kept, id: 1, state: 'intent', outcome: null }]);
    expect(await store.journal.unfinished(0)).toEqual([]);
    expect(await store.journal.finish(1, DONE)).toBe(true);
    expect(await store.journal.finish(1, FAILED)).toBe(false);
    expect(await store.journal.unfinished()).toEqual([]);
    const [record] = await store.journal.list(userId, { limit: 1 });
    expect(record).toMatchObject({ ...kept, id: 1, state: 'done', outcome: DONE });
    expect(await store.journal.get(userId, 1)).toEqual(record);
    expect(await store.journal.get(userId + 1, 1)).toBeUndefined();
    expect(Math.abs(Date.parse(record?.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('keeps failures with their envelope, newest first', async () => {
    await write();
    const id = await begin();
    await store.journal.finish(id, FAILED);
    const records = await store.journal.list(userId, { limit: 10 });
    expect(records.map((record) => record.state)).toEqual(['failed', 'done']);
    expect(records[0]?.outcome).toEqual(FAILED);
    expect((await store.journal.list(userId, { limit: 10, before: id })).map((record) => record.state)).toEqual(['done']);
  });

  it('refuses every change of what was written', async () => {
    await write();
    for (const statement of [
      sql`update journal_rows set hash = 'x'`,
      sql`delete from journal_rows where sequence = 99`,
      sql`truncate journal_rows`,
    ]) {
      await expect(statement.execute(store.db)).rejects.toThrow('append-only');
    }
  });

  it('chains its rows, also when many write at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => begin()));
    await Promise.all(ids.map((id) => store.journal.finish(id, DONE)));
    await store.journal.addWire([
      { userId, at: 0, operation: 'POST /v2/bookings', effect: 'write', requestId: 'a' },
      { userId, at: 1, operation: 'DELETE /v2/schedules/1', effect: 'destroy', requestId: 'b' },
    ]);
    const { ok, rows, head, problems } = await store.journal.verify();
    expect({ ok, rows, problems }).toEqual({ ok: true, rows: 26, problems: [] });
    expect(head).toMatch(/^[0-9a-f]{64}$/);
    expect((await store.journal.list(userId, { limit: 2 })).map(({ tool, surface, state }) => [tool, surface, state])).toEqual([
      ['DELETE /v2/schedules/1', 'wire', 'done'],
      ['POST /v2/bookings', 'wire', 'done'],
    ]);
  });

  const problemsAfter = async (statement: string) => {
    for (let count = 0; count < 3; count++) await write();
    await tamper(store, statement);
    return (await store.journal.verify()).problems.map(({ row, kind }) => `${row} ${kind}`);
  };

  it.each([
    ['altered', `update journal_rows set body = replace(body, '"done"', '"failed"') where sequence = 4`, ['4 altered']],
    ['altered in its hash', `update journal_rows set hash = previous_hash where sequence = 6`, ['6 altered']],
    ['removed', 'delete from journal_rows where sequence in (2, 3)', ['2 removed']],
    [
      'inserted',
      `insert into journal_rows select 7, user_id, previous_hash, encode(sha256(convert_to(previous_hash || E'\\n' || b, 'UTF8')), 'hex'), b
       from (select *, replace(body, '"id":1,', '"id":7,') as b from journal_rows where sequence = 1) as copy`,
      ['7 inserted'],
    ],
    ['moved', 'update journal_rows set sequence = 99 where sequence = 6', ['6 removed', '99 moved']],
    [
      'replaced together with its hash',
      `update journal_rows set body = b, hash = encode(sha256(convert_to(previous_hash || E'\\n' || b, 'UTF8')), 'hex')
       from (select sequence as s, replace(body, '"done"', '"failed"') as b from journal_rows) as other where s = sequence and sequence = 4`,
      ['5 inserted'],
    ],
  ])('finds a row that was %s', async (_how, statement, expected) => {
    expect(await problemsAfter(statement)).toEqual(expected);
  });

  it('counts what was done, whoever begins at the same time', async () => {
    const limit: CountLimit = { count: 3, within: { turnId: 'turn-1' }, counts: ({ effect }) => effect === 'destroy' };
    await begin({ turnId: 'turn-1' });
    await begin({ turnId: 'turn-2', effect: 'destroy' });
    const failed = await begin({ turnId: 'turn-1', effect: 'destroy' });
    await store.journal.finish(failed, FAILED);
    const begun = await Promise.all(
      Array.from({ length: 8 }, () => store.journal.begin(journalEntry(userId, { turnId: 'turn-1', effect: 'destroy' }), [limit])),
    );
    expect(begun.filter(({ began }) => began)).toHaveLength(3);
    expect(begun).toContainEqual({ began: false, limit });
    expect(await store.journal.reached(userId, [limit])).toBe(limit);
    expect(await store.journal.reached(userId, [{ ...limit, within: { since: Date.now() + 1 } }])).toBeUndefined();
  });

  it('lets an entry be taken back once, also in a race, and again when that failed', async () => {
    const id = await write();
    expect((await store.journal.lastUndoable(userId))?.id).toBe(id);
    const undo = journalEntry(userId, { undoes: id, isUndo: true });
    const [failing] = await Promise.all([store.journal.begin(undo)]);
    if (!failing.began) throw new Error('It did not begin.');
    expect(await store.journal.begin(undo)).toEqual({ began: false, undoneBy: failing.id });
    await store.journal.finish(failing.id, FAILED);
    const begun = await Promise.all(Array.from({ length: 5 }, () => store.journal.begin(undo)));
    const winner = begun.find((one) => one.began);
    if (!winner?.began) throw new Error('None began.');
    expect(begun.filter(({ began }) => began)).toHaveLength(1);
    await store.journal.finish(winner.id, DONE);
    expect(await store.journal.get(userId, id)).toMatchObject({ undoneBy: winner.id });
    expect(await store.journal.lastUndoable(userId)).toBeUndefined();
  });

  it('knows the addresses of what was done', async () => {
    await write({ addresses: ['ada@example.com'] });
    await begin({ addresses: ['mal@example.com'] });
    expect([...(await store.journal.knows(userId, ['ada@example.com', 'mal@example.com', 'ada@example.co']))]).toEqual(['ada@example.com']);
  });
});
