import { describe, expect, it } from 'vitest';
import { at, iso } from './facts.fixture.ts';
import { type GridRules, gridStarts } from './grid.ts';
import { toIsoOffset } from './iso.ts';
import type { Interval } from './model.ts';
import { zoneOf } from './zone.ts';

const TODAY = '2021-06-20';
const TOMORROW = '2021-06-21';
const NOW = at('2021-06-20T11:59:59Z');

function range(date: string, start: string, end: string, offset = 'Z'): Interval {
  return { start: at(`${date}T${start}${offset}`), end: at(`${date}T${end}${offset}`) };
}

function wholeDay(date: string): Interval {
  return range(date, '00:00', '23:59:59.999');
}

function grid(ranges: readonly Interval[], frequencyMinutes: number, rules: Partial<GridRules> = {}): number[] {
  const sorted = ranges.toSorted((one, other) => one.start - other.start);
  return gridStarts(sorted, { frequencyMinutes, lengthMinutes: frequencyMinutes, zone: zoneOf('UTC'), earliest: NOW, ...rules });
}

function times(starts: readonly number[], timeZone = 'UTC'): string {
  return starts.map((start) => toIsoOffset(start, timeZone).slice(11, 16)).join(' ');
}

describe('the slot grid (group A)', () => {
  it('C1, C2: a whole day of hours, also for shorter meetings', () => {
    expect(grid([wholeDay(TOMORROW)], 60)).toHaveLength(24);
    expect(grid([wholeDay(TOMORROW)], 60, { lengthMinutes: 30 })).toHaveLength(24);
  });

  it('C3: today begins at the next full hour', () => {
    const starts = grid([wholeDay(TODAY)], 60);
    expect(starts).toHaveLength(12);
    expect(starts.map(iso).at(0)).toBe('2021-06-20T12:00:00.000Z');
  });

  it('C4: the notice reaches into tomorrow', () => {
    const starts = grid([wholeDay(TOMORROW)], 60, { earliest: NOW + 1500 * 60_000 });
    expect(starts).toHaveLength(11);
    expect(starts.map(iso).at(0)).toBe('2021-06-21T13:00:00.000Z');
  });

  it('C5, C6: every 20 minutes', () => {
    expect(grid([wholeDay(TOMORROW)], 20)).toHaveLength(72);
    expect(grid([range(TOMORROW, '11:00', '12:00'), range(TOMORROW, '14:00', '15:00')], 20)).toHaveLength(6);
  });

  it('C7: overlapping ranges continue one grid', () => {
    const ranges = [range(TOMORROW, '11:00', '12:00'), range(TOMORROW, '11:20', '12:40')];
    expect(times(grid(ranges, 20))).toBe('11:00 11:20 11:40 12:00 12:20');
  });

  it('C8: in either order', () => {
    const ranges = [range(TOMORROW, '11:00', '13:00'), range(TOMORROW, '11:15', '13:00')];
    expect(times(grid(ranges, 45))).toBe('11:00 11:45');
    expect(times(grid(ranges.toReversed(), 45))).toBe('11:00 11:45');
  });

  it('C9: each range is aligned by itself', () => {
    const ranges = ['2021-06-21', '2021-06-22'].flatMap((date) => [range(date, '11:30', '14:00'), range(date, '09:15', '11:00')]);
    expect(times(grid(ranges, 60))).toBe('10:00 12:00 13:00 10:00 12:00 13:00');
  });

  it('C10: the last slot ends inside the range', () => {
    expect(grid([range(TOMORROW, '00:00', '23:45')], 20)).toHaveLength(71);
  });

  it('C11: an end a second short of the hour counts as the hour', () => {
    const ranges = [range('2023-07-13', '07:00', '15:00'), range('2023-07-13', '18:30', '20:59:59')];
    const starts = grid(ranges, 15, { zone: zoneOf('Europe/Brussels') });
    expect(starts).toHaveLength(42);
    expect(toIsoOffset(starts.at(-1) ?? 0, 'Europe/Brussels')).toBe('2023-07-13T22:45:00.000+02:00');
  });

  it("C12: starts are aligned to the booker's clock", () => {
    const starts = grid([range(TOMORROW, '07:30', '09:30', '+05:30')], 60, { zone: zoneOf('Asia/Kolkata') });
    expect(times(starts, 'Asia/Kolkata')).toBe('08:00');
  });

  it('C13: five minutes at a time', () => {
    const ranges = [range(TOMORROW, '07:00', '07:05', '+01:00'), range(TOMORROW, '07:10', '07:30', '+01:00')];
    expect(times(grid(ranges, 5, { zone: zoneOf('Europe/London') }), 'Europe/London')).toBe('07:00 07:10 07:15 07:20 07:25');
  });

  it('C14: a spacing that divides no hour starts on any minute', () => {
    expect(times(grid([range(TOMORROW, '07:22', '08:00')], 8))).toBe('07:22 07:30 07:38 07:46');
  });

  it('C15: every ten minutes from ten past', () => {
    expect(grid([range(TOMORROW, '00:10', '02:00')], 10)).toHaveLength(11);
  });

  it('C30: every 40 minutes', () => {
    expect(grid([wholeDay(TOMORROW)], 40)).toHaveLength(36);
    expect(times(grid([range(TOMORROW, '09:00', '11:00')], 40))).toBe('09:00 09:40 10:20');
    expect(grid([range(TOMORROW, '10:00', '12:00')], 40)).toHaveLength(3);
    expect(times(grid([range(TOMORROW, '09:00', '10:20'), range(TOMORROW, '14:00', '15:20')], 40))).toBe('09:00 09:40 14:00 14:40');
    expect(grid([wholeDay(TODAY)], 40)).toHaveLength(18);
  });

  it('starts anew at a restart, and only there', () => {
    const ranges = [{ start: at('2021-06-21T00:00Z'), end: at('2021-06-23T00:00Z') }];
    const starts = grid(ranges, 50, { restarts: [at('2021-06-22T00:00Z')] }).map(iso);
    expect(starts).toContain('2021-06-21T23:20:00.000Z');
    expect(starts).toContain('2021-06-22T00:00:00.000Z');
    expect(starts).not.toContain('2021-06-22T00:10:00.000Z');
  });

  it('rounds a start inside a minute up, never down', () => {
    expect(times(grid([range(TOMORROW, '12:00:36', '15:00')], 60))).toBe('13:00 14:00');
  });

  it('refuses a spacing that would never end', () => {
    expect(() => grid([wholeDay(TOMORROW)], 0)).toThrow(RangeError);
  });
});

describe('optimized slots (group B)', () => {
  const local = (...spans: (readonly [string, string])[]) => spans.map(([start, end]) => range('2024-09-12', start, end, '-07:00'));
  const zone = zoneOf('America/Los_Angeles');
  const optimized = (ranges: Interval[], length: number) => times(grid(ranges, length, { zone, optimized: true }), 'America/Los_Angeles');
  const normal = (ranges: Interval[], length: number) => times(grid(ranges, length, { zone }), 'America/Los_Angeles');

  it('C16: moves to the hour when nothing is lost by it', () => {
    const ranges = local(['09:30', '17:00']);
    expect(optimized(ranges, 60)).toBe('10:00 11:00 12:00 13:00 14:00 15:00 16:00');
    expect(normal(ranges, 60)).toBe(optimized(ranges, 60));
  });

  it('C17, C18: moves to a quarter when the hour would lose a slot', () => {
    const ranges = local(['08:00', '10:00'], ['10:10', '12:30']);
    expect(optimized(ranges, 60)).toBe('08:00 09:00 10:15 11:15');
    expect(normal(ranges, 60)).toBe('08:00 09:00 11:00');
  });

  it('C19: moves to the hour when both give one slot', () => {
    const ranges = local(['08:00', '10:00'], ['10:10', '12:00']);
    expect(optimized(ranges, 60)).toBe('08:00 09:00 11:00');
    expect(normal(ranges, 60)).toBe('08:00 09:00 11:00');
  });

  it('C20, C21: half hours', () => {
    const ranges = local(['08:00', '10:00'], ['10:10', '12:45']);
    expect(optimized(ranges, 30)).toBe('08:00 08:30 09:00 09:30 10:15 10:45 11:15 11:45 12:15');
    expect(normal(ranges, 30)).toBe('08:00 08:30 09:00 09:30 10:30 11:00 11:30 12:00');
  });

  it('C22, C23: stays where it is when nothing can be spared', () => {
    const ranges = local(['08:00', '10:00'], ['10:10', '12:30']);
    expect(optimized(ranges, 20)).toBe('08:00 08:20 08:40 09:00 09:20 09:40 10:10 10:30 10:50 11:10 11:30 11:50 12:10');
    expect(normal(ranges, 20)).toBe('08:00 08:20 08:40 09:00 09:20 09:40 10:20 10:40 11:00 11:20 11:40 12:00');
  });

  it('C24, C25: keeps the half hour that fills the day', () => {
    const ranges = local(['09:30', '17:30']);
    expect(optimized(ranges, 60)).toBe('09:30 10:30 11:30 12:30 13:30 14:30 15:30 16:30');
    expect(normal(ranges, 60)).toBe('10:00 11:00 12:00 13:00 14:00 15:00 16:00');
  });

  it('C26 to C29: odd beginnings', () => {
    const early = local(['07:45', '15:30']);
    expect(optimized(early, 60)).toBe('08:00 09:00 10:00 11:00 12:00 13:00 14:00');
    expect(normal(early, 60)).toBe(optimized(early, 60));
    expect(optimized(local(['09:05', '12:55']), 60)).toBe('09:15 10:15 11:15');
    expect(optimized(local(['11:22', '12:55']), 15)).toBe('11:25 11:40 11:55 12:10 12:25 12:40');
    expect(optimized(local(['11:22:36', '14:00']), 60)).toBe('12:00 13:00');
  });
});
