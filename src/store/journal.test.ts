import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../toolkit/journal.ts';
import { createSampleHost } from './sample-diary.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('the journal on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  let entry: JournalEntry;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
    entry = {
      userId: (await createSampleHost(store)).user.id,
      surface: 'terminal',
      tool: 'cal.create_booking',
      account: 'local',
      effect: 'write',
      input: { attendee: 'a\u0000 \ud800' },
      verdict: 'ask',
      callId: randomUUID(),
      approvalId: null,
      conversationId: null,
      utterance: null,
      before: null,
    };
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  it('keeps the intent until the outcome is known', async () => {
    const id = await store.journal.begin(entry);
    const kept = { ...entry, input: { attendee: 'a\uFFFD \uFFFD' } };
    expect(await store.journal.unfinished()).toMatchObject([{ ...kept, id, state: 'intent', outcome: null }]);
    const outcome = { state: 'done', output: { uid: 'x', list: [1, null] }, error: null, durationMs: 12.5 } as const;
    await store.journal.finish(id, outcome);
    expect(await store.journal.unfinished()).toEqual([]);
    const [record] = await store.journal.list(entry.userId, { limit: 1 });
    expect(record).toMatchObject({ ...kept, id, state: 'done', outcome });
    expect(Math.abs(Date.parse(record?.at ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('keeps failures with their envelope, newest first', async () => {
    const id = await store.journal.begin(entry);
    const error = { code: 'conflict', message: 'Taken.', retryable: false } as const;
    await store.journal.finish(id, { state: 'failed', output: null, error, durationMs: 1 });
    const records = await store.journal.list(entry.userId, { limit: 10 });
    expect(records.map((record) => record.state)).toEqual(['failed', 'done']);
    expect(records[0]?.outcome).toEqual({ state: 'failed', output: null, error, durationMs: 1 });
  });
});
