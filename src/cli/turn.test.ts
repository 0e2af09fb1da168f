import { describe, expect, it } from 'vitest';
import { createFlow } from './flow.ts';
import { addChunk, emptyTurn, pendingOf, readChunks, type Turn } from './turn.ts';

const approval = {
  id: 'ap1',
  tool: 'cal.create_booking',
  account: 'local',
  effect: 'write',
  card: { kind: 'notice', title: 'Book?' },
  input: {},
  expiresAt: '',
};

const events = [
  { type: 'start', messageId: 'm1' },
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: 'Shall I ' },
  { type: 'text-delta', id: '1', delta: 'book this?' },
  { type: 'text-end', id: '1' },
  { type: 'data-approval', id: 'approval-ap1', data: { approval, state: 'pending' } },
  { type: 'data-card', id: 'card-1', data: { card: { kind: 'notice', title: 'First' } } },
  { type: 'data-card', id: 'card-1', data: { card: { kind: 'notice', title: 'Second' } } },
  { type: 'data-suggestions', id: 'suggestions', data: { suggestions: ['Cancel it'] } },
  { type: 'finish' },
];

/** The stream cut into pieces of a few characters, as a socket may cut it. */
async function* stream(size: number): AsyncIterable<string> {
  const text = `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`;
  for (let index = 0; index < text.length; index += size) yield text.slice(index, index + size);
}

async function collect(size: number, from: Turn = emptyTurn): Promise<Turn> {
  let turn = from;
  for await (const chunk of readChunks(stream(size))) turn = addChunk(turn, chunk);
  return turn;
}

describe('a turn of the conversation', () => {
  it('is the same however the stream is cut', async () => {
    const whole = await collect(100_000);
    expect(await collect(7)).toEqual(whole);
    expect(whole.text).toBe('Shall I book this?');
    expect([...whole.cards.values()].map(({ card }) => card.title)).toEqual(['Second']);
    expect(whole.suggestions).toEqual(['Cancel it']);
  });

  it('knows what is still open', async () => {
    const turn = await collect(50);
    expect(pendingOf(turn).map((data) => data.approval.id)).toEqual(['ap1']);
    const data = { ...[...turn.approvals.values()][0] };
    expect(data.state).toBe('pending');
    const after = addChunk(turn, {
      type: 'data-approval',
      id: 'approval-ap1',
      data: { approval: { ...approval, effect: 'write', card: { kind: 'notice', title: '' } }, state: 'approved' },
    });
    expect(pendingOf(after)).toEqual([]);
  });

  it('throws what the stream reports as its failure', () => {
    expect(() => addChunk(emptyTurn, { type: 'error', errorText: 'The model does not answer.' })).toThrow('The model does not answer.');
  });
});

describe('text that flows onto a terminal', () => {
  it('breaks between words and keeps what was broken on purpose', () => {
    let out = '';
    const flow = createFlow({ isColored: false, isFramed: true, columns: 20 }, (text) => {
      out += text;
    });
    for (const piece of ['One tw', 'o three four fi', 've six\n\nsev', 'en \u001b[2J', 'eight']) flow.write(piece);
    flow.end();
    flow.end();
    expect(out).toBe('One two three four\nfive six\n\nseven eight\n');
  });
});
