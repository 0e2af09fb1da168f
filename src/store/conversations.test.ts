import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  appendMessage,
  createConversation,
  deleteConversation,
  getConversation,
  listConversations,
  listMessages,
  renameConversation,
  replaceMessage,
} from './conversations.ts';
import { createSampleHost, MINUTE, NOW } from './sample-diary.fixture.ts';
import type { Store } from './store.ts';
import { type TestEngine, testEngines } from './test-engines.ts';

describe.each(testEngines)('conversations on $engine', ({ start }) => {
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

  async function startConversation() {
    const { user } = await createSampleHost(store);
    return await createConversation(store.db, { id: randomUUID(), userId: user.id, title: 'New', now: NOW });
  }

  it('belong to their user', async () => {
    const { id, userId } = await startConversation();
    expect(await getConversation(store.db, userId, id)).toMatchObject({ id, title: 'New', createdAt: NOW });
    expect(await getConversation(store.db, userId + 1, id)).toBeUndefined();
    expect(await deleteConversation(store.db, userId + 1, id)).toBe(false);
    await appendMessage(store.db, id, { id: 'm', role: 'user', parts: [], now: NOW });
    expect(await deleteConversation(store.db, userId, id)).toBe(true);
    expect(await listMessages(store.db, id)).toEqual([]);
  });

  it('come with the one last spoken in first', async () => {
    const first = await startConversation();
    const second = await createConversation(store.db, { id: randomUUID(), userId: first.userId, title: 'Second', now: NOW + 1 });
    const ids = async () => (await listConversations(store.db, first.userId, { limit: 10 })).map(({ id }) => id);
    expect(await ids()).toEqual([second.id, first.id]);
    await appendMessage(store.db, first.id, { id: 'm', role: 'user', parts: [], now: NOW + MINUTE });
    expect(await ids()).toEqual([first.id, second.id]);
    await renameConversation(store.db, second.id, { title: 'Renamed', now: NOW + 2 * MINUTE });
    expect((await listConversations(store.db, first.userId, { limit: 1 }))[0]).toMatchObject({ title: 'Renamed' });
  });

  it('keep their messages in order, also when several arrive at once', async () => {
    const { id } = await startConversation();
    const append = (name: string) =>
      appendMessage(store.db, id, { id: name, role: 'user', parts: [{ type: 'text', text: name }], now: NOW });
    expect(await append('first')).toBe(0);
    const sequences = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(append));
    expect([...sequences].sort()).toEqual([1, 2, 3, 4, 5]);
    const messages = await listMessages(store.db, id);
    expect(messages.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(messages[0]).toEqual({
      conversationId: id,
      sequence: 0,
      id: 'first',
      role: 'user',
      parts: [{ type: 'text', text: 'first' }],
      metadata: null,
      createdAt: NOW,
    });
    await expect(appendMessage(store.db, 'nowhere', { id: 'x', role: 'user', parts: [], now: NOW })).rejects.toThrow('"nowhere"');
  });

  it('replace what a message says in its place', async () => {
    const { id } = await startConversation();
    await appendMessage(store.db, id, { id: 'a', role: 'assistant', parts: ['pending'], metadata: { model: 'offline' }, now: NOW });
    await appendMessage(store.db, id, { id: 'b', role: 'user', parts: [], now: NOW });
    expect(await replaceMessage(store.db, { conversationId: id, id: 'a', parts: ['approved'] })).toBe(true);
    expect(await replaceMessage(store.db, { conversationId: id, id: 'nowhere', parts: [] })).toBe(false);
    expect((await listMessages(store.db, id)).map(({ parts, metadata }) => [parts, metadata])).toEqual([
      [['approved'], { model: 'offline' }],
      [[], null],
    ]);
  });
});
