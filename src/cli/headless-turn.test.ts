import { describe, expect, it } from 'vitest';
import type { KalendsChunk } from '../agent/messages.ts';
import { takeHeadlessTurn } from './headless-turn.ts';

const approval = {
  id: 'ap1',
  tool: 'cal.create_booking',
  account: 'local',
  effect: 'write',
  card: { kind: 'notice', title: 'Book?' },
  input: {},
  expiresAt: '2030-01-08T08:00:00Z',
} as const;
const asking: KalendsChunk = { type: 'data-approval', id: 'approval-ap1', data: { approval, state: 'pending', toolCallId: 'c1' } };

const silent = {
  isJson: true as const,
  print: () => undefined,
  printJson: () => undefined,
  printCard: () => undefined,
  say: () => undefined,
};

describe('a turn without a person', () => {
  it('approves once what a passing failure leaves open, and ends', async () => {
    let answers = 0;
    async function* say() {
      yield asking;
    }
    async function* answer() {
      answers += 1;
      if (answers > 3) throw new Error('asked again and again');
      yield asking;
    }
    const exitCode = await takeHeadlessTurn({ conversation: { id: 'c', say, answer }, terminal: silent, text: 'Book Ada', isYes: true });
    expect({ exitCode, answers }).toEqual({ exitCode: 3, answers: 1 });
  });
});
