import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { decideTicks, startTicker } from './script-ticks.ts';

const at = (text: string) => Date.parse(`2030-01-07T${text}Z`);
const due = (time: string) => ({ id: 'a', cron: '0 * * * *', zone: 'UTC', nextAt: at(time) });

describe('a tick that is due', () => {
  it('makes a run, and says so when it is late', () => {
    expect(decideTicks(due('09:00:00'), at('09:00:05'), undefined)).toEqual({
      ticks: [{ plannedAt: at('09:00:00'), causeKey: 'tick:2030-01-07T09:00:00.000Z' }],
      nextAt: at('10:00:00'),
    });
    expect(decideTicks(due('09:00:00'), at('09:12:00'), undefined).ticks).toMatchObject([
      { reason: 'It is 12 min late: Kalends was not running then.' },
    ]);
  });

  it('is skipped while the script is under way', () => {
    expect(decideTicks(due('09:00:00'), at('09:00:05'), 'Run 7 was still under way.').ticks).toMatchObject([
      { skipped: 'Run 7 was still under way.' },
    ]);
  });

  it('stands for those before it, which are told of', () => {
    expect(decideTicks(due('09:00:00'), at('11:30:00'), undefined)).toMatchObject({
      ticks: [
        { plannedAt: at('09:00:00'), skipped: '2 ticks from here on were missed: Kalends was not running then.' },
        { plannedAt: at('11:00:00'), reason: 'It is 30 min late: Kalends was not running then.' },
      ],
      nextAt: at('12:00:00'),
    });
  });

  it('is skipped when it is more than an hour old', () => {
    const daily = { ...due('09:00:00'), cron: '0 9 * * *' };
    expect(decideTicks(daily, at('10:00:00'), undefined).ticks).toMatchObject([
      { reason: 'It is 60 min late: Kalends was not running then.' },
    ]);
    expect(decideTicks(daily, at('15:00:00'), undefined)).toMatchObject({
      ticks: [{ skipped: 'It was missed by 6 h: Kalends was not running then.' }],
      nextAt: at('09:00:00') + 86_400_000,
    });
  });

  it('is none without a schedule', () => {
    expect(decideTicks({ id: 'a', cron: null, zone: null, nextAt: at('09:00:00') }, at('10:00:00'), undefined)).toEqual({
      ticks: [],
      nextAt: null,
    });
  });
});

describe('the ticker', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('looks when the next tick is due, when it is woken, and now and then', async () => {
    let looks = 0;
    let next: number | null = null;
    const ticker = startTicker({
      look: async () => {
        looks += 1;
        return next;
      },
      now: () => Date.now(),
      onError: () => undefined,
    });
    ticker.wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(1);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(looks).toBe(2);
    next = Date.now() + 3000;
    ticker.wake();
    await vi.advanceTimersByTimeAsync(2999);
    expect(looks).toBe(3);
    next = null;
    await vi.advanceTimersByTimeAsync(1);
    expect(looks).toBe(4);
    await ticker.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(looks).toBe(4);
  });

  it('goes on after a look that failed', async () => {
    const errors: unknown[] = [];
    const ticker = startTicker({
      look: () => Promise.reject(new Error('The database is away.')),
      now: () => Date.now(),
      onError: (error) => errors.push(error),
    });
    ticker.wake();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(errors).toHaveLength(3);
    await ticker.stop();
  });
});
