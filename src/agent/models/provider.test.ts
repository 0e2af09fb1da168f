import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, openStage, type Stage } from '../../../test/conversation-stage.ts';
import type { Agent } from '../agent.ts';
import type { KalendsMessage } from '../messages.ts';
import { openProviderModel } from './provider.ts';

let stage: Stage;
let service: LLMock;
let agent: Agent;

beforeAll(async () => {
  stage = await openStage();
  service = new LLMock({ port: 0 });
  await service.start();
});
beforeEach(async () => {
  await stage.reset();
  agent = stage.createAgent(() => openProviderModel({ apiKey: 'key', baseUrl: `${service.url}/v1`, name: 'gpt-5-mini' }));
});
afterEach(() => {
  service.clearFixtures();
  service.clearRequests();
});
afterAll(async () => {
  await service.stop();
  await stage.close();
});

const lunch = { title: 'Lunch', at: '2030-01-08T12:00', email: 'bob@example.com' };
const textOf = (message: KalendsMessage | undefined) =>
  message?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('|');
const cardsOf = (message: KalendsMessage | undefined) =>
  message?.parts.flatMap((part) => (part.type === 'data-card' ? [part.data.card] : []));

function requestBody(index: number) {
  // What this protocol's chat requests look like; the assertions below check what matters.
  return service.getRequests()[index]?.body as unknown as {
    readonly messages: readonly { readonly role: string; readonly content: string }[];
    readonly tools: readonly { readonly function: { readonly name: string } }[];
  };
}

async function say(text: string) {
  const conversationId = await agent.create(stage.ada);
  const chunks = await collect(await agent.send({ principal: stage.ada, conversationId, text }));
  const { messages } = await agent.view(stage.ada, conversationId);
  return { conversationId, chunks, answer: messages[1] };
}

/** The answer to one message when the service answers as `listener` does. */
async function sayTo(listener: RequestListener): Promise<KalendsMessage | undefined> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
  agent = stage.createAgent(() => openProviderModel({ apiKey: 'key', baseUrl: `http://127.0.0.1:${port}/v1`, name: 'gpt-5-mini' }));
  try {
    return (await say('Hello')).answer;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("a provider's model over HTTP", () => {
  it('streams its text in pieces', async () => {
    service.onMessage('free', { content: 'You are free on Friday from nine to five.' }, { chunkSize: 8 });
    const { chunks, answer } = await say('When am I free?');
    expect(chunks.filter((chunk) => chunk.type === 'text-delta').length).toBeGreaterThan(3);
    expect(textOf(answer)).toBe('You are free on Friday from nine to five.');
  });

  it('is shown the rules, the context and the tools with their schemas', async () => {
    service.onMessage('Hello', { content: 'Hello.' });
    await say('Hello');
    const { messages, tools } = requestBody(0);
    expect(messages[0]?.content).toContain('<context>{"now":"2030-01-07T08:00:00.000Z"');
    expect(tools.map((tool) => tool.function.name)).toEqual(['list_entries', 'add_entry', 'remove_entry']);
    expect(tools[1]).toMatchObject({
      type: 'function',
      function: { parameters: { type: 'object', required: ['title', 'at', 'email'], properties: { title: { type: 'string' } } } },
    });
  });

  it('looks up, asks and, once approved, says what was done', async () => {
    service.on({ hasToolResult: false }, { content: 'Let me see.', toolCalls: [{ id: 'c1', name: 'list_entries', arguments: '{}' }] });
    service.on({ toolCallId: 'c1' }, { toolCalls: [{ id: 'c2', name: 'add_entry', arguments: JSON.stringify(lunch) }] });
    service.on({ toolCallId: 'c2', toolResultContains: '"status":"done"' }, { content: 'Lunch is booked.' });
    const { conversationId, answer } = await say('Lunch with Bob tomorrow at noon');
    const approval = answer?.parts.find((part) => part.type === 'data-approval')?.data.approval;
    expect(approval).toMatchObject({ tool: 'diary.add_entry', input: lunch });
    await collect(await agent.answer({ principal: stage.ada, conversationId, approvalId: approval?.id ?? '', approve: true }));
    const { messages } = await agent.view(stage.ada, conversationId);
    expect(textOf(messages[1])).toBe('Let me see.|Lunch is booked.');
    expect(cardsOf(messages[1])?.map(({ title }) => title)).toEqual(['Added Lunch']);
    expect([...stage.entries.values()]).toMatchObject([lunch]);
  });

  it('hears of a question that is still open', async () => {
    service.on({ userMessage: 'Lunch' }, { toolCalls: [{ id: 'c1', name: 'add_entry', arguments: JSON.stringify(lunch) }] });
    service.on({ userMessage: 'And?' }, { content: 'It waits for you.' });
    const { conversationId } = await say('Lunch');
    await collect(await agent.send({ principal: stage.ada, conversationId, text: 'And?' }));
    const { messages } = requestBody(1);
    expect(messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'user']);
    expect(messages[3]).toMatchObject({ tool_call_id: 'c1', content: expect.stringContaining('"status":"pending"') });
  });

  it('is asked again after a 429 as soon as it allows', async () => {
    service.onMessage('Hello', { content: 'Hello again.' });
    service.nextRequestError(429, { message: 'Slow down', type: 'rate_limit_error' });
    const { answer } = await say('Hello');
    expect(textOf(answer)).toBe('Hello again.');
    expect(service.getRequests()).toHaveLength(2);
  });

  it.each([
    [429, 'rate_limited', `The model's service takes no more requests now: "No more today".`],
    [500, 'upstream', `The model's service failed with status 500: "No more today".`],
    [401, 'not_configured', `The model's service refused the key: "No more today".`],
    [404, 'not_configured', `The model's service does not know the model or the address: "No more today".`],
  ])('that answers %i ends the turn with a sentence', async (status, code, sentence) => {
    service.on({}, { error: { message: 'No more today' }, status, retryAfter: 0 });
    const { chunks, answer } = await say('Hello');
    expect(chunks.at(-1)).toMatchObject({ type: 'finish', finishReason: 'error', messageMetadata: { error: { code } } });
    expect(cardsOf(answer)).toMatchObject([{ kind: 'notice', title: sentence, status: { tone: 'bad' } }]);
    expect(answer?.metadata?.error?.message).toBe(sentence);
  });

  it('that cannot be reached is named with its address', async () => {
    agent = stage.createAgent(() => openProviderModel({ apiKey: 'key', baseUrl: 'http://127.0.0.1:9/v1', name: 'gpt-5-mini' }));
    const { answer } = await say('Hello');
    expect(answer?.metadata?.error).toMatchObject({
      code: 'unavailable',
      message: 'The model\'s service at "http://127.0.0.1:9" cannot be reached.',
    });
  });

  it('that answers with a web page, or breaks off, is told apart from a fault of our own', async () => {
    const page = await sayTo((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'));
    expect(page?.metadata?.error).toMatchObject({
      code: 'upstream',
      message: "The model's service answered with something that is no model's answer.",
    });
    const half = {
      id: '1',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'Half an ans' } }],
    };
    const broken = await sayTo((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`data: ${JSON.stringify(half)}\n\n`);
      setTimeout(() => response.destroy(), 50);
    });
    expect(textOf(broken)).toBe('Half an ans');
    expect(broken?.metadata?.error?.message).toBe("The model's service broke off in the middle of its answer.");
  });

  it('must have an address and a name', async () => {
    await expect(openProviderModel({ apiKey: 'k', baseUrl: 'openai', name: 'm' })).rejects.toThrow('OPENAI_BASE_URL is "openai"');
    await expect(openProviderModel({ apiKey: 'k', baseUrl: 'http://127.0.0.1', name: ' ' })).rejects.toThrow('KALENDS_MODEL is empty');
  });
});
