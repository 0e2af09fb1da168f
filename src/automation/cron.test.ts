import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSchedule, missedTicks, nextTick, nextTicks } from './cron.ts';

const iso = (ticks: readonly number[]) => ticks.map((tick) => new Date(tick).toISOString().replace(':00.000Z', 'Z'));
const at = (text: string) => Date.parse(text);

describe('the ticks of a schedule', () => {
  it('are local times of its zone', () => {
    expect(iso(nextTicks({ cron: '0 9 * * 1-5', zone: 'Europe/Berlin' }, at('2030-03-28T12:00:00Z'), 3))).toEqual([
      '2030-03-29T08:00Z',
      '2030-04-01T07:00Z',
      '2030-04-02T07:00Z',
    ]);
  });

  it.each([
    ['Berlin', { cron: '30 2 * * *', zone: 'Europe/Berlin' }, '2030-03-30T12:00:00Z', '2030-03-31T01:00Z', '2030-04-01T00:30Z'],
    [
      'Havana, at midnight',
      { cron: '0 0 * * *', zone: 'America/Havana' },
      '2030-03-09T12:00:00Z',
      '2030-03-10T05:00Z',
      '2030-03-11T04:00Z',
    ],
    [
      'Lord Howe, half an hour',
      { cron: '15 2 * * *', zone: 'Australia/Lord_Howe' },
      '2030-10-05T12:00:00Z',
      '2030-10-05T15:30Z',
      '2030-10-06T15:15Z',
    ],
  ])('come once after the gap in %s', (_where, schedule, from, first, second) => {
    expect(iso(nextTicks(schedule, at(from), 2))).toEqual([first, second]);
  });

  it('come once where a local time comes twice', () => {
    expect(iso(nextTicks({ cron: '30 2 * * *', zone: 'Europe/Berlin' }, at('2030-10-26T12:00:00Z'), 2))).toEqual([
      '2030-10-27T00:30Z',
      '2030-10-28T01:30Z',
    ]);
  });

  it.each([
    ['0 2,14 * * *', ['29T01:00Z', '29T12:00Z', '30T00:00Z'], ['25T00:00Z', '25T13:00Z', '26T01:00Z']],
    ['0 1-3 * * *', ['29T00:00Z', '29T01:00Z', '29T23:00Z'], ['24T23:00Z', '25T00:00Z', '25T02:00Z']],
    ['0,30 2 * * *', ['29T01:00Z', '30T00:00Z', '30T00:30Z'], ['25T00:00Z', '25T00:30Z', '26T01:00Z']],
    ['15,45 2 * * *', ['29T01:00Z', '30T00:15Z', '30T00:45Z'], ['25T00:15Z', '25T00:45Z', '26T01:15Z']],
    ['*/20 2 * * *', ['29T01:00Z', '30T00:00Z', '30T00:20Z'], ['25T00:00Z', '25T00:20Z', '25T00:40Z', '26T01:00Z']],
    ['0 2,3 * * *', ['29T01:00Z', '30T00:00Z', '30T01:00Z'], ['25T00:00Z', '25T02:00Z', '26T01:00Z']],
    ['59-59 1-2/1 * * *', ['29T00:59Z', '29T01:00Z', '29T23:59Z'], ['24T23:59Z', '25T00:59Z', '26T00:59Z']],
    ['0 */2 * * *', ['29T01:00Z', '29T02:00Z', '29T04:00Z'], ['25T00:00Z', '25T03:00Z', '25T05:00Z']],
    ['@daily', ['29T22:00Z', '30T22:00Z'], ['25T23:00Z', '26T23:00Z']],
  ])('lose nothing in the gap and double nothing after it: %s', (cron, spring, autumn) => {
    const schedule = { cron, zone: 'Europe/Berlin' };
    expect(iso(nextTicks(schedule, at('2026-03-28T23:00:01Z'), spring.length))).toEqual(spring.map((tick) => `2026-03-${tick}`));
    expect(iso(nextTicks(schedule, at('2026-10-24T22:30:00Z'), autumn.length))).toEqual(autumn.map((tick) => `2026-10-${tick}`));
  });

  it('are found in the middle of an hour that comes twice', () => {
    const schedule = { cron: '0,30 2 * * *', zone: 'Europe/Berlin' };
    expect(iso(nextTicks(schedule, at('2026-10-25T00:10:00Z'), 1))).toEqual(['2026-10-25T00:30Z']);
    expect(iso(nextTicks(schedule, at('2026-10-25T01:10:00Z'), 1))).toEqual(['2026-10-26T01:00Z']);
  });

  it('come after a day that was left out', () => {
    expect(iso(nextTicks({ cron: '0 9,12 * * *', zone: 'Pacific/Apia' }, at('2011-12-29T20:00:00Z'), 3))).toEqual([
      '2011-12-29T22:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T19:00Z',
    ]);
  });

  it('go on every half hour while clocks change', () => {
    for (const day of ['2030-03-30T23:45:00Z', '2030-10-26T23:45:00Z']) {
      const ticks = nextTicks({ cron: '*/30 * * * *', zone: 'Europe/Berlin' }, at(day), 8);
      expect(ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0))).toEqual(Array(7).fill(1_800_000));
    }
  });

  it('come once a day at a fixed time, in every zone, on every day of the year', () => {
    const zones = [
      'Europe/Berlin',
      'America/New_York',
      'America/Havana',
      'Australia/Lord_Howe',
      'Asia/Kolkata',
      'Africa/Casablanca',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 364 }),
        (zone, hour, minute, day) => {
          const from = at('2030-01-01T12:00:00Z') + day * 86_400_000;
          const ticks = nextTicks({ cron: `${minute} ${hour} * * *`, zone }, from, 4);
          const days = ticks.map((tick) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' }).format(tick));
          expect(new Set(days).size).toBe(4);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('never go back', () => {
    const cron = fc.tuple(
      fc.constantFrom('*', '*/7', '0', '5,35'),
      fc.constantFrom('*', '1-3', '2', '*/5'),
      fc.constantFrom('*', '0', '1-5'),
    );
    fc.assert(
      fc.property(cron, fc.integer({ min: 0, max: 8760 }), ([minute, hour, day], hours) => {
        const from = at('2030-01-01T00:00:00Z') + hours * 3_600_000;
        const ticks = nextTicks({ cron: `${minute} ${hour} * * ${day}`, zone: 'Europe/Berlin' }, from, 6);
        expect(ticks).toEqual([...new Set(ticks)].toSorted((one, other) => one - other));
        expect(ticks[0]).toBeGreaterThan(from);
        expect(nextTick({ cron: `${minute} ${hour} * * ${day}`, zone: 'Europe/Berlin' }, from)).toBe(ticks[0]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('ticks that were missed', () => {
  const hourly = { cron: '0 * * * *', zone: 'UTC' };

  it('are counted up to the newest', () => {
    const first = at('2030-01-07T08:00:00Z');
    expect(missedTicks(hourly, first, first)).toEqual({ last: first, before: 0 });
    expect(missedTicks(hourly, first, at('2030-01-07T11:10:00Z'))).toEqual({ last: at('2030-01-07T11:00:00Z'), before: 3 });
  });

  it('are not counted for ever', () => {
    const found = missedTicks({ cron: '* * * * *', zone: 'UTC' }, at('2020-01-01T00:00:00Z'), at('2030-01-07T11:10:30Z'));
    expect(found).toEqual({ last: at('2030-01-07T11:10:00Z'), before: 1000 });
  });
});

describe('a schedule that cannot be', () => {
  it.each([
    ['0 9 * *', /does not have five fields/],
    ['* * * * * *', /does not have five fields/],
    ['61 * * * *', /"61" is no minute/],
    ['0 9 * * 9', /"9" is no day of the week/],
    ['0 0 30 2 *', /never comes/],
    ['soon', /does not have five fields/],
    ['a b c d e', /cannot be read|is no/],
    ['@hourlyish', /cannot be read/],
  ])('is refused: %s', (cron, words) => {
    expect(() => checkSchedule({ cron, zone: 'Europe/Berlin' }, at('2030-01-01T00:00:00Z'))).toThrow(words);
  });

  it('is refused in a zone that is none', () => {
    expect(() => checkSchedule({ cron: '0 9 * * *', zone: 'Mars/Olympus' }, 0)).toThrow(/"Mars\/Olympus" is no time zone/);
  });
});
