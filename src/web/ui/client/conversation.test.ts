import { expect, test } from 'vitest';
import type { ApprovalState, KalendsChunk, KalendsMessage } from '../../../agent/messages.ts';
import { createApi } from './api.ts';
import { createConversation } from './conversation.ts';

const question = {
  id: 'a1',
  tool: 'cal.create_booking',
  account: 'local',
  effect: 'write',
  card: { kind: 'booking', title: 'Book 30 Minute Meeting' },
  input: {},
  expiresAt: '2030-01-07T09:00:00.000Z',
} as const;

function approval(state: ApprovalState): KalendsChunk {
  return { type: 'data-approval', id: 'approval-a1', data: { approval: question, state } };
}

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** A conversation with a service that gives these answers, in order. */
function converse(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const api = createApi({
    fetch: async (path, init) => {
      sent.push({ method: init?.method ?? 'GET', path: String(path), body: JSON.parse(String(init?.body ?? 'null')) });
      const answer = answers.shift() ?? new Error('no answer left');
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { sent, conversation: createConversation({ id: 'c1', api, timeZone: 'Europe/London', isNew: true }) };
}

function stream(...chunks: readonly KalendsChunk[]): Response {
  return new Response(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`);
}

function texts(messages: readonly KalendsMessage[]): readonly string[] {
  return messages.map(({ role, parts }) => `${role}: ${parts.map((part) => (part.type === 'text' ? part.text : part.type)).join(' ')}`);
}

const start: KalendsChunk = { type: 'start', messageId: 'm1' };
const says = (id: string, text: string): readonly KalendsChunk[] => [
  { type: 'text-start', id },
  { type: 'text-delta', id, delta: text },
  { type: 'text-end', id },
];

test('sends a sentence with the browser’s zone and keeps what was answered', async () => {
  const { conversation, sent } = converse(stream(start, ...says('t1', 'Hello.')));
  await conversation.send('Hi');
  expect(sent).toEqual([{ method: 'POST', path: '/chat/conversations/c1/messages', body: { text: 'Hi', timeZone: 'Europe/London' } }]);
  expect(texts(conversation.state.get().messages)).toEqual(['user: Hi', 'assistant: Hello.']);
  expect(conversation.state.get().activity).toBe('idle');
});

test('continues the message of the question when it is answered', async () => {
  const { conversation, sent } = converse(
    stream(start, ...says('t1', 'Shall I?'), approval('pending')),
    stream(start, approval('approved'), ...says('t1', 'Done.')),
  );
  await conversation.send('Book it');
  await conversation.decide('a1', true);
  expect(sent[1]).toEqual({ method: 'POST', path: '/chat/conversations/c1/approvals/a1', body: { approve: true } });
  expect(texts(conversation.state.get().messages)).toEqual(['user: Book it', 'assistant: Shall I? data-approval Done.']);
  expect(conversation.state.get().messages[1]?.parts[1]).toMatchObject({ data: { state: 'approved' } });
});

test('says why nothing came back, and sends the sentence again on retry', async () => {
  const { conversation, sent } = converse(new TypeError('fetch failed'), stream(start, ...says('t1', 'Hello.')));
  await conversation.send('Hi');
  expect(conversation.state.get().failure).toMatchObject({ code: 'unreachable', message: 'Kalends is not answering.' });
  await conversation.retry();
  expect(sent.map(({ body }) => body)).toEqual([sent[0]?.body, sent[0]?.body]);
  expect(conversation.state.get().failure).toBeUndefined();
  expect(texts(conversation.state.get().messages)).toEqual(['user: Hi', 'assistant: Hello.']);
});

test('asks the service what became of a decision whose answer broke off', async () => {
  const stored: KalendsMessage[] = [{ id: 'm1', role: 'assistant', parts: [{ type: 'text', text: 'Booked.' }] }];
  const { conversation } = converse(
    stream(start, approval('pending')),
    stream(start, { type: 'error', errorText: 'The model went away.' }),
    Response.json({ id: 'c1', title: 'Book it', updatedAt: '2030-01-07T08:00:00.000Z', messages: stored }),
  );
  await conversation.send('Book it');
  await conversation.decide('a1', true);
  expect(texts(conversation.state.get().messages)).toEqual(['assistant: Booked.']);
  expect(conversation.state.get().failure?.message).toBe('The model went away.');
});

test('shows the sentence of an error envelope', async () => {
  const envelope = { code: 'rate_limited', message: 'Too many messages.', hint: 'Wait a minute.', retryable: true };
  const { conversation } = converse(Response.json({ error: envelope }, { status: 429 }));
  await conversation.send('Hi');
  expect(conversation.state.get().failure).toMatchObject({ code: 'rate_limited', message: 'Too many messages.', hint: 'Wait a minute.' });
});

test('knows a conversation that is not there from one that cannot be loaded', async () => {
  const missing = converse(Response.json({ code: 'not_found', message: 'No.', retryable: false }, { status: 404 }));
  await missing.conversation.load();
  expect(missing.conversation.state.get().load).toBe('missing');
});

test('stops without calling it a failure', async () => {
  const api = createApi({
    fetch: async (_, init) =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(start)}\n\n`));
            init?.signal?.addEventListener('abort', () => controller.error(new DOMException('Stopped.', 'AbortError')));
          },
        }),
      ),
  });
  const conversation = createConversation({ id: 'c1', api, timeZone: 'UTC', isNew: true });
  const turn = conversation.send('Hi');
  await expect.poll(() => conversation.state.get().activity).toBe('streaming');
  conversation.stop();
  await turn;
  expect(conversation.state.get()).toMatchObject({ activity: 'idle', failure: undefined });
});
