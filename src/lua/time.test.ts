import { describe, expect, it } from 'vitest';
import { LuaCallError } from './outcome.ts';
import { createLuaTime } from './time.ts';

const time = createLuaTime({ now: () => Date.parse('2030-01-07T08:00:00Z'), timeZone: 'Europe/Berlin' });

describe('the time that scripts see', () => {
  it('comes from the clock it was given', () => {
    expect(time.run('now', [])).toBe('2030-01-07T08:00:00Z');
    expect(time.run('now', ['America/New_York'])).toBe('2030-01-07T03:00:00-05:00');
    expect(time.run('today', ['Pacific/Auckland'])).toBe('2030-01-07');
    expect(time.run('zone', [])).toBe('Europe/Berlin');
  });

  it('adds days on the wall clock and hours on the timeline over the days when clocks change', () => {
    expect(time.run('add', ['2030-03-30T09:00:00+01:00', { days: 1 }])).toBe('2030-03-31T09:00:00+02:00');
    expect(time.run('add', ['2030-03-30T09:00:00+01:00', { hours: 24 }])).toBe('2030-03-31T10:00:00+02:00');
    expect(time.run('add', ['2030-10-26T09:00', { days: 1 }])).toBe('2030-10-27T09:00:00+01:00');
    expect(time.run('add', ['2030-03-10T01:30', { hours: 1 }, 'America/New_York'])).toBe('2030-03-10T03:30:00-04:00');
    expect(time.run('add', ['2030-01-31T09:00:00Z', { month: 1 }, 'UTC'])).toBe('2030-02-28T09:00:00Z');
  });

  it('keeps Z for texts in Z when no zone is named', () => {
    expect(time.run('add', ['2030-01-07T08:00:00Z', { days: -1 }])).toBe('2030-01-06T08:00:00Z');
    expect(time.run('to_utc', ['2030-01-07T09:00'])).toBe('2030-01-07T08:00:00Z');
    expect(time.run('to_zone', ['2030-01-07T08:00:00Z', 'Asia/Kolkata'])).toBe('2030-01-07T13:30:00+05:30');
  });

  it('measures, compares, floors and takes apart', () => {
    expect(time.run('diff', ['2030-03-31T00:00', '2030-04-01T00:00', 'hours'])).toBe(23);
    expect(time.run('diff', ['2030-03-31T00:00', '2030-04-01T00:00', 'day'])).toBe(1);
    expect(time.run('compare', ['2030-01-07T08:00:00Z', '2030-01-07T09:00:00+01:00'])).toBe(0);
    expect(time.run('start_of', ['2030-01-09T13:00', 'week'])).toBe('2030-01-07T00:00:00+01:00');
    expect(time.run('end_of', ['2030-02-09T13:00', 'month'])).toBe('2030-03-01T00:00:00+01:00');
    expect(time.run('parts', ['2030-01-07T08:30:00Z'])).toMatchObject({ hour: 9, minute: 30, weekday: 1, offset: '+01:00' });
    expect(time.run('weekday', ['2030-01-07T23:30:00Z'])).toBe('Tuesday');
    expect(time.run('parse', ['1970-01-02T00:00:00Z'])).toBe(86_400);
    expect(time.run('from_epoch', [86_400])).toBe('1970-01-02T00:00:00Z');
    expect(time.run('format', ['2030-01-07T08:00:00Z'])).toContain('9:00');
  });

  it('refuses what it cannot read and names it', () => {
    for (const [operation, ...values] of [
      ['add', 'tomorrow', { days: 1 }],
      ['add', '2030-01-07T08:00:00Z', { fortnights: 1 }],
      ['add', '2030-01-07T08:00:00Z', { days: 1.5 }],
      ['now', 'Mars/Olympus'],
      ['start_of', '2030-01-07T08:00:00Z', 'decade'],
      ['from_epoch', 'x'],
      ['format', '2030-01-07T08:00:00Z', 'UTC', '??'],
      ['nope'],
    ] as const) {
      expect(() => time.run(operation, values)).toThrow(LuaCallError);
    }
  });
});
