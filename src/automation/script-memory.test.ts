import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../errors.ts';
import type { GateOutcome, GateRequest } from '../toolkit/call.ts';
import type { Principal } from '../toolkit/tool.ts';
import { type HeldRun, openCallMemory, type RememberedCall, touchedBy } from './script-memory.ts';

const principal: Principal = { userId: 1, username: 'ada', name: 'Ada', email: 'ada@example.com', timeZone: 'UTC' };
const card = { kind: 'notice', title: 'Done' } as const;
const RUN = 7;

/** What the world was asked to do, and the rows that are kept. */
let made: { readonly tool: string; readonly input: unknown; readonly callId: string | undefined }[] = [];
let rows = new Map<number, RememberedCall>();
let held = '';
let answer: (request: GateRequest) => GateOutcome;

beforeEach(() => {
  made = [];
  rows = new Map();
  held = 'first';
  answer = ({ tool, input }) => ({ status: 'done', output: { tool, input, at: made.length }, card });
});

const ledger = {
  list: async () => [...rows.values()].toSorted((one, other) => one.number - other.number),
  async put({ holder }: HeldRun, call: RememberedCall) {
    if (holder !== held) throw new AppError('conflict', 'The run is no longer ours.');
    rows.set(call.number, call);
  },
  async drop(_run: HeldRun, from: number) {
    for (const number of rows.keys()) if (number >= from) rows.delete(number);
  },
};

async function attempt(isRepeated: boolean) {
  const memory = await openCallMemory({
    gate: {
      async call(request) {
        made.push({ tool: request.tool, input: request.input, callId: request.callId });
        return answer(request);
      },
    },
    effectOf: (tool) => (tool.startsWith('read') ? 'read' : 'write'),
    ledger,
    run: { id: RUN, holder: held },
    isRepeated,
  });
  const call = (tool: string, input: unknown = {}) => memory.gate.call({ principal, surface: 'automation', tool, input });
  return { call, touched: memory.touched };
}

const outputOf = (outcome: GateOutcome) => (outcome.status === 'done' ? outcome.output : outcome);

describe('the calls of a run that is tried again', () => {
  it('answer what they answered, up to the last change', async () => {
    const first = await attempt(false);
    const before = [
      outputOf(await first.call('read_list')),
      outputOf(await first.call('write_note', { b: 1, a: 2 })),
      outputOf(await first.call('read_list', { page: 2 })),
    ];
    made = [];
    const second = await attempt(true);
    expect(outputOf(await second.call('read_list'))).toEqual(before[0]);
    expect(outputOf(await second.call('write_note', { a: 2, b: 1 }))).toEqual(before[1]);
    expect(made).toEqual([]);
    await second.call('read_list', { page: 2 });
    await second.call('write_note', { a: 2, b: 1 });
    expect(made.map(({ tool }) => tool)).toEqual(['read_list', 'write_note']);
  });

  it('are all asked anew where nothing was changed', async () => {
    const first = await attempt(false);
    await first.call('read_list');
    answer = () => ({ status: 'failed', error: { code: 'unavailable', message: 'Away.', retryable: true } });
    await first.call('write_note');
    made = [];
    answer = () => ({ status: 'done', output: 1, card });
    const second = await attempt(true);
    await second.call('read_list');
    await second.call('write_note');
    expect(made.map(({ tool }) => tool)).toEqual(['read_list', 'write_note']);
  });

  it('are made under the same id where the process died in the middle of one', async () => {
    const first = await attempt(false);
    answer = () => {
      throw new Error('killed');
    };
    await first.call('write_note').catch(() => undefined);
    const [broken] = made;
    expect(broken?.callId).toMatch(/^[0-9a-f-]{36}$/);
    answer = () => ({ status: 'done', output: 1, card });
    await (await attempt(true)).call('write_note');
    expect(made.map(({ callId }) => callId)).toEqual([broken?.callId, broken?.callId]);
  });

  it('keep their id where nobody knows whether it happened', async () => {
    answer = () => ({ status: 'failed', error: { code: 'outcome_unknown', message: 'Nobody knows.', retryable: false } });
    await (await attempt(false)).call('write_note');
    await (await attempt(true)).call('write_note');
    expect(made[0]?.callId).toBe(made[1]?.callId);
  });

  it('tell two of the same apart', async () => {
    const first = await attempt(false);
    await first.call('write_note', { a: 1 });
    await first.call('write_note', { a: 1 });
    expect(new Set(made.map(({ callId }) => callId)).size).toBe(2);
    made = [];
    const second = await attempt(true);
    for (let time = 0; time < 3; time++) await second.call('write_note', { a: 1 });
    expect(made).toHaveLength(1);
  });

  it('are refused where the script goes another way after a change', async () => {
    await (await attempt(false)).call('write_note', { at: 'nine' });
    made = [];
    const second = await attempt(true);
    expect(await second.call('write_note', { at: 'ten' })).toMatchObject({ status: 'failed', error: { code: 'conflict' } });
    expect(made).toEqual([]);
  });

  it('do not ask again for what waits for approval', async () => {
    const approval = {
      id: 'a-1',
      tool: 'write_note',
      account: 'local',
      effect: 'write',
      card,
      input: {},
      expiresAt: '2030-01-08T08:00:00Z',
    } as const;
    answer = () => ({ status: 'pending', approval });
    await (await attempt(false)).call('write_note');
    expect(await (await attempt(true)).call('write_note')).toMatchObject({ status: 'pending', approval: { id: 'a-1' } });
    expect(made).toHaveLength(1);
  });

  it('tell which bookings they touched, also those of earlier attempts', async () => {
    answer = () => ({ status: 'done', output: { uid: 'new-one', seats: [{ seat_uid: 'seat' }] }, card });
    const first = await attempt(false);
    await first.call('write_move', { booking_uid: 'old-one', title: 'a uid' });
    expect(first.touched()).toEqual(['old-one', 'new-one', 'seat']);
    const second = await attempt(true);
    await second.call('write_move', { booking_uid: 'old-one', title: 'a uid' });
    expect(second.touched()).toEqual(expect.arrayContaining(['old-one', 'new-one']));
    expect(touchedBy([...rows.values()])).toEqual(['new-one', 'seat']);
  });

  it('end where the run was given to somebody else', async () => {
    const first = await attempt(false);
    await first.call('write_note');
    held = 'second';
    await expect(first.call('write_note')).rejects.toMatchObject({ code: 'conflict' });
    expect(made).toHaveLength(1);
    await (await attempt(true)).call('write_note');
    expect(made).toHaveLength(1);
  });
});
