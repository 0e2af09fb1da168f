import { readUIMessageStream } from 'ai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, lastResult, openStage, type Stage, scriptModel } from '../../test/conversation-stage.ts';
import type { KalendsMessage } from './messages.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(() => stage.reset());
afterAll(() => stage.close());

const lunch = { title: 'Lunch', at: '2030-01-08T12:00', email: 'bob@example.com' };
const adding = () =>
  scriptModel((prompt) =>
    lastResult(prompt) === undefined ? [{ call: 'add_entry', with: lunch }] : [{ say: `It is ${lastResult(prompt)?.status}.` }],
  );

const textOf = (message: KalendsMessage | undefined) =>
  message?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('|');
const cardsOf = (message: KalendsMessage | undefined) =>
  message?.parts.flatMap((part) => (part.type === 'data-card' ? [part.data.card.title] : []));
const approvalsOf = (message: KalendsMessage | undefined) =>
  message?.parts.flatMap((part) => (part.type === 'data-approval' ? [part.data] : [])) ?? [];
const approvalId = (message: KalendsMessage | undefined) => approvalsOf(message)[0]?.approval.id ?? '';

describe('an approval', () => {
  it('is asked for with the id of its stored row, and ends the turn', async () => {
    const agent = stage.createAgent(adding());
    const conversationId = await agent.create(stage.ada);
    const chunks = await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    const [row] = await stage.store.approvals.list(stage.ada.userId, { limit: 10 });
    expect(row).toMatchObject({
      state: 'pending',
      conversationId,
      toolCallId: 'call-0',
      surface: 'chat',
      utterance: 'Add lunch',
      input: lunch,
    });
    expect(chunks).toContainEqual({ type: 'tool-approval-request', toolCallId: 'call-0', approvalId: row?.id });
    expect(chunks.at(-1)).toMatchObject({ type: 'finish', finishReason: 'tool-calls' });
    expect(stage.entries.size).toBe(0);
  });

  it('runs exactly the approved call, then the same answer goes on', async () => {
    const model = adding();
    const agent = stage.createAgent(model);
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    const asked = (await agent.view(stage.ada, conversationId)).messages[1];
    const chunks = await collect(
      await agent.answer({ principal: stage.ada, conversationId, approvalId: approvalId(asked), approve: true }),
    );
    expect([...stage.entries.values()]).toEqual([{ uid: 'e1', ...lunch }]);
    expect(chunks[0]).toMatchObject({ type: 'start', messageId: asked?.id });
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(messages).toHaveLength(2);
    expect(textOf(messages[1])).toBe('It is done.');
    expect(cardsOf(messages[1])).toEqual(['Added Lunch']);
    expect(approvalsOf(messages[1]).map(({ state }) => state)).toEqual(['approved']);
    expect(lastResult(model.prompts[1] ?? [])).toMatchObject({ status: 'done', output: { uid: 'e1' } });
    const [entry] = await stage.store.journal.list(stage.ada.userId, { limit: 10 });
    expect(entry).toMatchObject({ state: 'done', approvalId: approvalId(asked), conversationId, utterance: 'Add lunch' });
  });

  it('streams what the SDK reads as the stored message', async () => {
    const agent = stage.createAgent(adding());
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    const [, asked] = (await agent.view(stage.ada, conversationId)).messages;
    const stream = await agent.answer({ principal: stage.ada, conversationId, approvalId: approvalId(asked), approve: true });
    let read: KalendsMessage | undefined;
    if (asked !== undefined) for await (const state of readUIMessageStream<KalendsMessage>({ stream, message: asked })) read = state;
    const [, stored] = (await agent.view(stage.ada, conversationId)).messages;
    const shape = (message: KalendsMessage | undefined) =>
      message?.parts.map((part) => (part.type === 'dynamic-tool' ? `${part.type} ${part.state}` : part.type));
    expect(shape(read)).toEqual(shape(stored));
    expect(read?.id).toBe(stored?.id);
  });

  it('that is denied changes nothing and tells the model', async () => {
    const agent = stage.createAgent(adding());
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    const asked = (await agent.view(stage.ada, conversationId)).messages[1];
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: approvalId(asked), approve: false }));
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(textOf(messages[1])).toBe('It is denied.');
    expect(approvalsOf(messages[1]).map(({ state }) => state)).toEqual(['denied']);
    expect(stage.entries.size).toBe(0);
  });

  it('works once, in its own conversation, for its own person', async () => {
    const agent = stage.createAgent(adding());
    const conversationId = await agent.create(stage.ada);
    const other = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    const id = approvalId((await agent.view(stage.ada, conversationId)).messages[1]);
    const answer = (principal = stage.ada, conversation = conversationId) =>
      agent.answer({ principal, conversationId: conversation, approvalId: id, approve: true });
    await expect(answer(stage.grace)).rejects.toMatchObject({ code: 'not_found' });
    await expect(answer(stage.ada, other)).rejects.toMatchObject({ code: 'not_found' });
    await collect(await answer());
    await expect(answer()).rejects.toMatchObject({
      code: 'stale_approval',
      message: 'This approval was already approved; nothing was done now.',
    });
    expect(stage.entries.size).toBe(1);
  });

  it('is stale when its target has changed, and says so', async () => {
    stage.entries.set('e1', { uid: 'e1', ...lunch });
    const agent = stage.createAgent(
      scriptModel((prompt) =>
        lastResult(prompt) === undefined
          ? [{ call: 'remove_entry', with: { uid: 'e1' } }]
          : [{ say: `It is ${lastResult(prompt)?.status}.` }],
      ),
    );
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Remove lunch' }));
    stage.entries.set('e1', { uid: 'e1', ...lunch, at: '2030-01-09T12:00' });
    const id = approvalId((await agent.view(stage.ada, conversationId)).messages[1]);
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: id, approve: true }));
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(approvalsOf(messages[1]).map(({ state }) => state)).toEqual(['stale']);
    expect(textOf(messages[1])).toBe('It is failed.');
    expect(cardsOf(messages[1])).toEqual(['What this approval was asked for has changed since; nothing was done.']);
    expect(stage.entries.size).toBe(1);
    expect(await stage.store.approvals.list(stage.ada.userId, { state: 'pending', limit: 10 })).toEqual([]);
  });

  it('shows why an approved call failed', async () => {
    const agent = stage.createAgent(adding());
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    stage.entries.set('e9', { uid: 'e9', ...lunch });
    const id = approvalId((await agent.view(stage.ada, conversationId)).messages[1]);
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: id, approve: true }));
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(cardsOf(messages[1])).toEqual(['"2030-01-08T12:00" is taken.']);
    expect(textOf(messages[1])).toBe('It is failed.');
  });

  it('stays open while the person talks on, and can still be answered', async () => {
    const model = scriptModel((prompt, request) =>
      request === 0 ? [{ call: 'add_entry', with: lunch }] : [{ say: lastResult(prompt)?.status ?? 'Fine.' }],
    );
    const agent = stage.createAgent(model);
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch' }));
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'How are you?' }));
    expect(model.prompts[1]?.slice(1).map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'user']);
    expect(lastResult(model.prompts[1]?.slice(0, -1) ?? [])).toMatchObject({ status: 'pending' });
    const id = approvalId((await agent.view(stage.ada, conversationId)).messages[1]);
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: id, approve: true }));
    expect(stage.entries.size).toBe(1);
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(messages.map(textOf)).toEqual(['Add lunch', 'done', 'How are you?', 'Fine.']);
  });

  it('gives way to a newer question about the same people', async () => {
    const later = { ...lunch, at: '2030-01-08T15:00' };
    const someoneElse = { ...lunch, email: 'carol@example.com', at: '2030-01-08T17:00' };
    const agent = stage.createAgent(scriptModel((_prompt, request) => [{ call: 'add_entry', with: [lunch, someoneElse, later][request] }]));
    const conversationId = await agent.create(stage.ada);
    for (const text of ['Add lunch', 'And one with Carol', 'Make lunch at three']) {
      await collect(await agent.send({ principal: stage.ada, conversationId, text }));
    }
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(messages.flatMap(approvalsOf).map(({ state }) => state)).toEqual(['stale', 'pending', 'pending']);
    const old = agent.answer({ principal: stage.ada, conversationId, approvalId: approvalId(messages[1]), approve: true });
    await expect(old).rejects.toThrow('This approval is out of date; nothing was done now.');
    expect(stage.entries.size).toBe(0);
  });

  it('waits for all questions of one answer before the model goes on', async () => {
    const dinner = { ...lunch, title: 'Dinner', at: '2030-01-08T19:00' };
    const model = scriptModel((prompt) =>
      lastResult(prompt) === undefined
        ? [
            { call: 'add_entry', with: lunch },
            { call: 'add_entry', with: dinner },
          ]
        : [{ say: 'Both settled.' }],
    );
    const agent = stage.createAgent(model);
    const conversationId = await agent.create(stage.ada);
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'Add lunch and dinner' }));
    const [first, second] = approvalsOf((await agent.view(stage.ada, conversationId)).messages[1]);
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: first?.approval.id ?? '', approve: true }));
    expect(model.prompts).toHaveLength(1);
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: second?.approval.id ?? '', approve: false }));
    expect(model.prompts).toHaveLength(2);
    expect([...stage.entries.values()].map(({ title }) => title)).toEqual(['Lunch']);
  });

  it('that was answered elsewhere or expired is seen when the conversation is read', async () => {
    const agent = stage.createAgent(
      scriptModel((_prompt, request) => [{ call: 'add_entry', with: { ...lunch, email: `${request}@example.com`, at: `${request}` } }]),
    );
    const conversationId = await agent.create(stage.ada);
    for (const text of ['One', 'Two']) await collect(await agent.send({ principal: stage.ada, conversationId, text }));
    const first = approvalId((await agent.view(stage.ada, conversationId)).messages[1]);
    await stage.gate.answer(first, { approve: true, by: stage.ada });
    stage.clock.now += 25 * 3_600_000;
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(messages.flatMap(approvalsOf).map(({ state }) => state)).toEqual(['approved', 'expired']);
  });
});
