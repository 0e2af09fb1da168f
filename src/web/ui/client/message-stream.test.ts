import { readUIMessageStream } from 'ai';
import { expect, test } from 'vitest';
import type { KalendsChunk, KalendsMessage } from '../../../agent/messages.ts';
import { applyChunk, toStreamedMessage } from './message-stream.ts';

const empty: KalendsMessage = { id: '', role: 'assistant', parts: [] };
const metadata = { createdAt: '2030-01-07T08:00:00.000Z' };
const question = {
  id: 'a1',
  tool: 'cal.create_booking',
  account: 'local',
  effect: 'write',
  card: { kind: 'booking', title: 'Book 30 Minute Meeting' },
  input: {},
  expiresAt: '2030-01-07T09:00:00.000Z',
} as const;

const booking: readonly KalendsChunk[] = [
  { type: 'start', messageId: 'm1', messageMetadata: metadata },
  { type: 'start-step' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Shall I ' },
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'create_booking', dynamic: true },
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'create_booking', input: { start: 'x' }, dynamic: true },
  { type: 'text-start', id: 't2' },
  { type: 'text-delta', id: 't2', delta: 'Second.' },
  { type: 'text-delta', id: 't1', delta: 'book it?' },
  { type: 'text-end', id: 't1' },
  { type: 'text-end', id: 't2' },
  { type: 'data-approval', id: 'approval-a1', data: { approval: question, state: 'pending' } },
  { type: 'finish-step' },
  { type: 'finish', messageMetadata: { ...metadata, timeZone: 'Europe/London' } },
];

const approved: readonly KalendsChunk[] = [
  { type: 'start', messageId: 'm1' },
  { type: 'data-approval', id: 'approval-a1', data: { approval: question, state: 'approved' } },
  { type: 'tool-output-available', toolCallId: 'c1', output: { uid: 'b1' } },
  { type: 'data-card', id: 'card-c1', data: { card: { kind: 'booking', title: 'Booked' }, toolCallId: 'c1' } },
  { type: 'start-step' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Done.' },
  { type: 'text-end', id: 't1' },
  { type: 'data-suggestions', id: 'suggestions', data: { suggestions: ['Cancel it'] } },
  { type: 'finish' },
];

const reset: readonly KalendsChunk[] = [
  { type: 'start', messageId: 'm1' },
  { type: 'start-step' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Kept.' },
  { type: 'text-end', id: 't1' },
  { type: 'start-step' },
  { type: 'text-start', id: 't2' },
  { type: 'text-delta', id: 't2', delta: 'Taken back' },
  { type: 'reset-step' },
  { type: 'tool-input-available', toolCallId: 'c2', toolName: 'list_bookings', input: {} },
  { type: 'tool-output-error', toolCallId: 'c2', errorText: 'No.' },
  { type: 'finish' },
];

function apply(message: KalendsMessage, chunks: readonly KalendsChunk[]): KalendsMessage {
  return chunks.reduce(applyChunk, toStreamedMessage(message)).message;
}

async function applyWithSdk(message: KalendsMessage, chunks: readonly KalendsChunk[]): Promise<KalendsMessage> {
  let last = message;
  const stream = new ReadableStream<KalendsChunk>({
    start: (controller) => {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  for await (const next of readUIMessageStream<KalendsMessage>({ message: structuredClone(message), stream })) last = next;
  return last;
}

/** Fields that the SDK sets to `undefined`, or that the page has no use for, are left out. */
function plain(message: KalendsMessage): unknown {
  return JSON.parse(JSON.stringify(message));
}

test.each([
  ['a question with interleaved texts and a tool call', [booking]],
  ['the answer to it, in the same message', [booking, approved]],
  ['a step that was taken back and a tool that failed', [reset]],
])('makes of %s what the SDK makes of it', async (_, turns) => {
  let ours = empty;
  let theirs = empty;
  for (const chunks of turns) {
    ours = apply(ours, chunks);
    theirs = await applyWithSdk(theirs, chunks);
  }
  expect(plain(ours)).toEqual(plain(theirs));
});

test('changes no earlier state of the message', () => {
  const states = booking.map((_, end) => apply(empty, booking.slice(0, end)));
  const before = structuredClone(states);
  apply(states.at(-1) ?? empty, approved);
  expect(states).toEqual(before);
});

test('leaves the message as it is on chunks it does not know', () => {
  const chunk: KalendsChunk = { type: 'source-url', sourceId: 's', url: 'https://example.com' };
  expect(apply(empty, [chunk])).toBe(empty);
});
