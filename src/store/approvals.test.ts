import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApprovalRecord } from '../toolkit/approval.ts';
import { createSampleHost, MINUTE, NOW } from './sample-diary.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('approvals on $engine', ({ start }) => {
  let running: TestEngine;
  let store: Store;
  let userId: number;
  beforeAll(async () => {
    running = await start();
    store = await running.openStore();
    userId = (await createSampleHost(store)).user.id;
  });
  afterAll(async () => {
    await store.close();
    await running.stop();
  });

  function approval(changes: Partial<ApprovalRecord> = {}): ApprovalRecord {
    return {
      id: randomUUID(),
      tool: 'cal.create_booking',
      account: 'local',
      effect: 'write',
      card: { kind: 'booking', title: 'Book Ada', fields: [{ label: 'Who', value: 'Ada' }] },
      input: { start: '2030-01-08T14:00:00Z', attendee: { name: 'Ada' } },
      expiresAt: new Date(NOW + 10 * MINUTE).toISOString(),
      userId,
      surface: 'web',
      conversationId: null,
      toolCallId: null,
      inputHash: 'a'.repeat(64),
      beforeHash: 'b'.repeat(64),
      timeZone: 'Europe/London',
      turnId: 'turn-1',
      utterance: 'book Ada',
      script: null,
      projectRules: [{ rules: [{ effect: 'destroy', limit: { count: 3, per: 'turn' } }], source: '.kalends.json' }],
      undoes: null,
      state: 'pending',
      createdAt: new Date(NOW).toISOString(),
      decidedAt: null,
      ...changes,
    };
  }

  it('come back as they were written', async () => {
    const record = approval();
    await store.approvals.create(record);
    expect(await store.approvals.get(record.id)).toEqual(record);
    expect(await store.approvals.get('nowhere')).toBeUndefined();
  });

  it('are found by their tool call, the newest first', async () => {
    const conversationId = randomUUID();
    const first = approval({ conversationId, toolCallId: 'call-1' });
    const second = approval({ conversationId, toolCallId: 'call-1', createdAt: new Date(NOW + 1).toISOString() });
    await store.approvals.create(first);
    await store.approvals.create(second);
    expect((await store.approvals.findByToolCall(conversationId, 'call-1'))?.id).toBe(second.id);
    expect(await store.approvals.findByToolCall(conversationId, 'call-2')).toBeUndefined();
  });

  it('are listed for their user, newest first, by state', async () => {
    const { user } = await createSampleHost(store);
    const records = [0, 1, 2].map((age) => approval({ userId: user.id, createdAt: new Date(NOW - age).toISOString() }));
    for (const record of records) {
      await store.approvals.create(record);
    }
    const [newest, middle, oldest] = records.map((record) => record.id);
    await store.approvals.settle(middle ?? '', 'denied', NOW);
    const ids = async (options: Parameters<Store['approvals']['list']>[1]) =>
      (await store.approvals.list(user.id, options)).map(({ id }) => id);
    expect(await ids({ limit: 10 })).toEqual([newest, middle, oldest]);
    expect(await ids({ limit: 10, state: 'pending' })).toEqual([newest, oldest]);
    expect(await ids({ limit: 1 })).toEqual([newest]);
  });

  it('are settled once, however many people answer at the same time', async () => {
    const record = approval();
    await store.approvals.create(record);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.approvals.settle(record.id, index % 2 === 0 ? 'used' : 'denied', NOW + MINUTE)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    const winner = answers.indexOf(true) % 2 === 0 ? 'used' : 'denied';
    expect(await store.approvals.get(record.id)).toMatchObject({ state: winner, decidedAt: new Date(NOW + MINUTE).toISOString() });
    expect(await store.approvals.settle(record.id, 'used', NOW + MINUTE)).toBe(false);
  });

  it('are not settled once they have expired', async () => {
    const record = approval();
    await store.approvals.create(record);
    expect(await store.approvals.settle(record.id, 'used', NOW + 10 * MINUTE)).toBe(false);
    expect(await store.approvals.get(record.id)).toMatchObject({ state: 'pending', decidedAt: null });
  });
});
